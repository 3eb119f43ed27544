"""Kết quả khảo sát: satisfaction of whole months, counted from answers alone. Pure functions, unrounded.

- Percentage: (hài lòng + rất hài lòng) ÷ valid answers to the general question; skipped ones are not valid.
- Interval: Wilson's, 95 %. Sample size: n = N ÷ (1 + N·e²) with e = 5 %, N the visits closed as done.
- Groups of fewer than five valid answers are hidden, and so many more that none can be found by subtraction.
- Who opens the counter's code need not have finished anything, and may have opened it before: these votes stand apart
  and count neither for the percentage, the target and the response rate nor for the sample (plan of Tân An: «đánh giá
  trực tuyến sau khi giải quyết TTHC», one vote for each finished transaction).
- The service's score and the assistant's are never added up, and neither has to do with the score of QĐ 766, which
  counts complaints.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from content.library import Commune
from content.surveys import Survey
from handlers.figures import Share
from storage.survey_counts import Response, Vote
from storage.survey_groups import SMALLEST
from storage.surveys import Group

FEWEST = SMALLEST  # answers; smaller groups are not shown
FEW = 30  # under it the figure is marked
SATISFIED = 4  # this mark and more
Z = 1.959963984540054  # of the normal distribution, for 95 %
FACTORS = ("access", "procedure", "officer", "result", "feedback")


@dataclass(frozen=True, slots=True)
class Measure:
    """Satisfied ÷ valid with its 95 % interval, and how many gave each mark from 1 to 5."""

    share: Share
    low: float
    high: float
    distribution: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A unit, a place or a topic; `measure` is None when it is hidden."""

    name: str
    measure: Measure | None


@dataclass(frozen=True, slots=True)
class Score:
    """What one kind of survey says. `overall` is None while fewer than five have answered."""

    votes: int
    few: bool
    response: Share
    overall: Measure | None
    factors: dict[str, Measure | None]
    by_unit: tuple[Part, ...]
    by_place: tuple[Part, ...]
    by_topic: tuple[Part, ...]
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Against:
    """Chỉ tiêu của năm; `met` is None without figures."""

    year: int
    percent: int
    met: bool | None


@dataclass(frozen=True, slots=True)
class Sample:
    """Whether enough people answered to speak for all of them."""

    transactions: int
    needed: int
    valid: int


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that is counted, for one commune, from the first day of a month to the last of one.

    `counter`: votes by the code at the counter, apart from those of the service.
    """

    commune: str
    first: date
    last: date
    service: Score
    counter: Score
    bot: Score
    useful: Share
    target: Against | None
    sample: Sample


@dataclass(frozen=True, slots=True)
class Noted:
    """What was noted in the months. `useful`: answers called useful, and those rated at all."""

    votes: Sequence[Vote]
    responses: Mapping[str, Response]
    useful: tuple[int, int]
    done: int


def count(commune: Commune, surveys: Mapping[str, Survey], noted: Noted, first: date, last: date) -> Results:
    """Return the results of whole months. Votes on a survey whose file is gone count no more."""
    votes = [vote for vote in noted.votes if vote.survey in surveys and first <= vote.month <= last]
    counter = [vote for vote in votes if surveys[vote.survey].at_counter]
    service = [vote for vote in votes if surveys[vote.survey].about_the_service]
    bot = [vote for vote in votes if surveys[vote.survey].about_the_bot]
    valid = _overall(service, surveys)
    return Results(
        commune=commune.slug,
        first=first,
        last=last,
        service=_score(service, surveys, _response(noted.responses, surveys, "visit", "person")),
        counter=_score(counter, surveys, Share.of(0, 0)),
        bot=_score(bot, surveys, _response(noted.responses, surveys, "answer")),
        useful=Share.of(*noted.useful),
        target=_target(commune, last.year, valid),
        sample=Sample(noted.done, needed(noted.done), len(valid)),
    )


def needed(transactions: int) -> int:
    """Return n = N ÷ (1 + N·e²) for e = 5 %, rounded up: 400·N ÷ (400 + N)."""
    return -(-400 * transactions // (400 + transactions))


def wilson(satisfied: int, valid: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    share, spread = satisfied / valid, Z * Z / valid
    centre = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * math.sqrt(share * (1 - share) / valid + spread / (4 * valid))
    return max(0.0, centre - half), min(1.0, centre + half)


def measure(marks: Sequence[int]) -> Measure | None:
    """Return what the marks say, or None when they are too few to be shown."""
    if len(marks) < FEWEST:
        return None
    satisfied = sum(mark >= SATISFIED for mark in marks)
    low, high = wilson(satisfied, len(marks))
    return Measure(Share.of(satisfied, len(marks)), low, high, tuple(marks.count(mark) for mark in range(1, 6)))


def hidden(sizes: Mapping[str, int]) -> frozenset[str]:
    """Return the groups not to show: the small ones, and the next bigger until subtraction finds no small number."""
    by_size = sorted(sizes, key=lambda name: (sizes[name], name))
    small = [name for name in by_size if sizes[name] < FEWEST]
    while small and len(small) < len(by_size) and (len(small) < 2 or sum(sizes[name] for name in small) < FEWEST):
        small = by_size[: len(small) + 1]
    return frozenset(small)


def _score(votes: Sequence[Vote], surveys: Mapping[str, Survey], response: Share) -> Score:
    overall = _overall(votes, surveys)
    enough = len(overall) >= FEWEST
    return Score(
        votes=len(votes),
        few=len(overall) < FEW,
        response=response,
        overall=measure(overall),
        factors={factor: measure(_of_factor(votes, surveys, factor)) for factor in FACTORS},
        by_unit=_parts(votes, surveys, lambda group: group.unit),
        by_place=_parts(votes, surveys, lambda group: group.place),
        by_topic=_parts(votes, surveys, lambda group: group.topic),
        comments=tuple(sorted(vote.comment for vote in votes if vote.comment)) if enough else (),
    )


def _overall(votes: Iterable[Vote], surveys: Mapping[str, Survey]) -> list[int]:
    found = ((vote, surveys[vote.survey].overall.id) for vote in votes)
    return [vote.marks[item] for vote, item in found if item in vote.marks]


def _of_factor(votes: Iterable[Vote], surveys: Mapping[str, Survey], factor: str) -> list[int]:
    return [
        vote.marks[item.id]
        for vote in votes
        for item in surveys[vote.survey].items
        if item.factor == factor and item.id in vote.marks
    ]


def _parts(votes: Sequence[Vote], surveys: Mapping[str, Survey], key: Callable[[Group], str]) -> tuple[Part, ...]:
    marks: dict[str, list[int]] = {}
    for vote in votes:
        marks.setdefault(key(vote.group), []).extend(_overall([vote], surveys))
    marks = {name: given for name, given in marks.items() if given}
    unseen = hidden({name: len(given) for name, given in marks.items()})
    return tuple(Part(name, None if name in unseen else measure(marks[name])) for name in sorted(marks))


def _response(responses: Mapping[str, Response], surveys: Mapping[str, Survey], *whens: str) -> Share:
    asked = [response for name, response in responses.items() if name in surveys and surveys[name].when in whens]
    return Share.of(sum(one.voted for one in asked), sum(one.invited for one in asked))


def _target(commune: Commune, year: int, valid: Sequence[int]) -> Against | None:
    target = next((one for one in commune.profile.satisfaction if one.year == year), None)
    if target is None:
        return None
    satisfied = sum(mark >= SATISFIED for mark in valid)
    met = satisfied * 100 >= target.percent * len(valid) if len(valid) >= FEWEST else None
    return Against(year, target.percent, met)
