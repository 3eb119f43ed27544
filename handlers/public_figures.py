"""Số liệu công khai: what a commune shows everybody of a year, quarter by quarter. Pure functions, unrounded.

- Nobody can be found: what fewer than five people are behind is hidden, and the year leaves it out where it could be
  found by subtraction (`more`).
- Satisfaction counts months that are over, and only in steps of five votes or more, so that nobody who looks before
  and after somebody has voted learns how. What waits for its step is `waiting`. Votes by the code at the counter stand
  apart, as handlers/survey_results.py has it.
- A count of nothing is 0; a share or a median of nothing is None (chưa có số liệu).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import itemgetter
from statistics import median
from typing import TypeVar

from content.dates import local_day
from content.library import Commune
from content.surveys import Survey
from handlers.figures import CAME
from handlers.session_figures import sessions_in
from handlers.survey_results import FEWEST, SATISFIED
from storage.bookings import Visit
from storage.duty import HeldSession
from storage.feedback_case import Case
from storage.handover import Asked
from storage.question_days import QuestionDay
from storage.survey_counts import Vote

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Satisfied of those who answered the general question; None while fewer than five count. `met`: the target."""

    satisfied: int | None
    answered: int | None
    share: float | None
    met: bool | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions to the assistant, and how many got a page at once."""

    asked: int | None
    outright: int | None
    share: float | None
    more: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Who asked for a person in the chat, and the minutes until one took it (messages left at night do not count)."""

    asked: int | None
    median_minutes: float | None
    more: bool


@dataclass(frozen=True, slots=True)
class Support:
    """Support sessions held, and visits."""

    sessions: int
    visits: int | None
    more: bool


@dataclass(frozen=True, slots=True)
class Cases:
    """Feedback received, answered, and answered in time; hours from receipt to the first answer."""

    received: int | None
    answered: int | None
    in_time: int | None
    median_hours: float | None
    more: bool


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter, or, with `quarter` None, the year so far."""

    quarter: int | None
    first: date
    last: date
    satisfaction: Satisfaction
    questions: Questions
    person: Person
    support: Support
    feedback: Cases


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """Everything that is shown. `target`: per cent of satisfied people that the plan promises for the year.

    `over`: the year has ended, and `so_far` is the whole of it. `before`: there are figures of the year before, too.

    `counter`: the year's votes by the code at the counter.
    """

    commune: str
    year: int
    counted_at: datetime
    target: int | None
    quarters: tuple[Period, ...]
    so_far: Period
    counter: Satisfaction
    over: bool = False
    before: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """What was noted in a year."""

    votes: Sequence[Vote]
    questions: Sequence[QuestionDay]
    asked: Sequence[Asked]
    held: Sequence[HeldSession]
    visits: Sequence[Visit]
    cases: Sequence[Case]


def last_day(year: int, now: datetime) -> date:
    """Return the last local day of a year that has been: today, or the last of December."""
    return min(local_day(now), date(year, 12, 31))


def count(
    commune: Commune, surveys: Mapping[str, Survey], noted: Noted, now: datetime, year: int | None = None
) -> PublicFigures:
    """Return the figures of a year, the present one unless told, one period for each quarter that has begun."""
    today = local_day(now)
    until = last_day(year or today.year, now)
    spans = spans_of(until)
    target = next((one.percent for one in commune.profile.satisfaction if one.year == until.year), None)
    marks = _marks(noted.votes, surveys, spans, today, lambda survey: survey.about_the_service)
    counter = _marks(noted.votes, surveys, spans, today, lambda survey: survey.at_counter)[-1]
    questions = _tell(_split(noted.questions, spans, lambda one: one.day), _asked, _questions)
    people = _tell(_split(noted.asked, spans, lambda one: local_day(one.asked_at)), len, _person)
    visits = _split([one for one in noted.visits if one.state in CAME], spans, lambda one: one.day)
    closed = _split([one for one in noted.held if one.closed_at is not None], spans, lambda one: one.day)
    sessions = [*map(sessions_in, closed), sessions_in([one for some in closed for one in some])]
    supported = _tell(visits, len, lambda some, more: (_size(len(some), more), more))
    cases = _whole_year(_tell(_split(noted.cases, spans, lambda one: local_day(one.created)), len, _feedback))
    periods = [
        Period(
            quarter=(span[0].month + 2) // 3 if number < len(spans) else None,
            first=span[0],
            last=min(span[1], until),
            satisfaction=_satisfaction(*marks[number], target),
            questions=questions[number],
            person=people[number],
            support=Support(sessions[number], *supported[number]),
            feedback=cases[number],
        )
        for number, span in enumerate([*spans, (spans[0][0], until)])
    ]
    apart = _satisfaction(*counter, None)
    over = until < today
    return PublicFigures(commune.slug, until.year, now, target, tuple(periods[:-1]), periods[-1], apart, over)


def spans_of(today: date) -> list[tuple[date, date]]:
    """Return the first and the last day of each quarter of the year that has begun."""
    starts = [date(today.year, month, 1) for month in (1, 4, 7, 10)]
    ends = [*(date(today.year, month, day) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31)))]
    return [span for span in zip(starts, ends, strict=True) if span[0] <= today]


def step_by_step(marks: Sequence[tuple[date, int]], today: date) -> tuple[list[int], int]:
    """Return the marks to count and how many wait: whole months before this one, in steps of at least five marks.

    A month is given by its first day.
    """
    by_month = Counter(month for month, _ in marks if month < today.replace(day=1))
    until, waiting = date.min, 0
    for month in sorted(by_month):
        waiting += by_month[month]
        if waiting >= FEWEST:
            until, waiting = month, 0
    return [mark for month, mark in marks if month <= until], sum(month > until for month, _ in marks)


def shown(sizes: Sequence[int]) -> tuple[list[bool], bool]:
    """Return which parts can be shown, and whether the whole must leave the others out: subtraction would find them."""
    small = [size for size in sizes if 0 < size < FEWEST]
    found = len(small) == 1 or 0 < sum(small) < FEWEST
    return [not 0 < size < FEWEST for size in sizes], found


def _tell(
    by_quarter: Sequence[Sequence[T]], size: Callable[[Sequence[T]], int], tell: Callable[[Sequence[T], bool], R]
) -> list[R]:
    """Return what each quarter and, at the end, the year says."""
    seen, less = shown([size(some) for some in by_quarter])
    kept = [some for some, is_shown in zip(by_quarter, seen, strict=True) if is_shown or not less]
    whole = [one for some in kept for one in some]
    return [*(tell(some, False) for some in by_quarter), tell(whole, less)]


def _split(items: Sequence[T], spans: Sequence[tuple[date, date]], day: Callable[[T], date]) -> list[list[T]]:
    return [[one for one in items if _within(day(one), span)] for span in spans]


def _within(day: date, span: tuple[date, date]) -> bool:
    return span[0] <= day <= span[1]


def _marks(
    votes: Iterable[Vote],
    surveys: Mapping[str, Survey],
    spans: Sequence[tuple[date, date]],
    today: date,
    counts: Callable[[Survey], bool],
) -> list[tuple[list[int], int]]:
    """Return the marks of the general question and how many wait, of each quarter and, at the end, of the year.

    What a quarter leaves over, too few for a step of their own, counts with the next one.
    """
    known = ((vote, surveys[vote.survey]) for vote in votes if vote.survey in surveys)
    given = [(vote.month, vote.marks.get(survey.overall.id)) for vote, survey in known if counts(survey)]
    marks = [(month, mark) for month, mark in given if mark is not None]
    taken: list[tuple[list[int], int]] = []
    left: list[tuple[date, int]] = []
    for span in spans:
        own = sorted([*left, *(one for one in marks if _within(one[0], span))], key=itemgetter(0))
        counted, waiting = step_by_step(own, today)
        left = own[len(counted) :]
        taken.append((counted, waiting if span is spans[-1] else 0))
    return [*taken, ([mark for some, _ in taken for mark in some], taken[-1][1])]


def _size(number: int, more: bool) -> int | None:
    """Return a number that can be shown, or None; nothing with more behind it is a few as well."""
    return None if 0 < number < FEWEST or (more and not number) else number


def _satisfaction(marks: Sequence[int], waiting: int, target: int | None) -> Satisfaction:
    if len(marks) < FEWEST:
        return Satisfaction(None, None, None, None, waiting)
    satisfied, answered = sum(mark >= SATISFIED for mark in marks), len(marks)
    met = satisfied * 100 >= target * answered if target is not None else None
    return Satisfaction(satisfied, answered, satisfied / answered, met, waiting)


def _asked(days: Sequence[QuestionDay]) -> int:
    return sum(day.asked for day in days)


def _questions(days: Sequence[QuestionDay], more: bool) -> Questions:
    asked = _size(_asked(days), more)
    if asked is None:
        return Questions(None, None, None, more)
    outright = sum(day.answered for day in days)
    return Questions(asked, outright, outright / asked if asked else None, more)


def _person(asked: Sequence[Asked], more: bool) -> Person:
    number = _size(len(asked), more)
    waits = [(one.taken_at - one.asked_at).total_seconds() / 60 for one in asked if one.taken_at and not one.left]
    return Person(number, median(waits) if number and len(waits) >= FEWEST else None, more)


def _feedback(cases: Sequence[Case], more: bool) -> Cases:
    received = _size(len(cases), more)
    if received is None:
        return Cases(None, None, None, None, more)
    hours = [(one.answered - one.created).total_seconds() / 3600 for one in cases if one.answered is not None]
    middle = median(hours) if len(hours) >= FEWEST else None
    answered = _size(len(hours), False)
    in_time = sum(one.in_time is True for one in cases) if answered is not None else None
    return Cases(received, answered, in_time, middle, more)


def _whole_year(periods: Sequence[Cases]) -> list[Cases]:
    """Return the cases with the year's answers hidden too where subtraction would find those of a quarter."""
    if any(one.received is not None and one.answered is None for one in periods[:-1]):
        return [*periods[:-1], replace(periods[-1], answered=None, in_time=None)]
    return list(periods)
