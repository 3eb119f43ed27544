"""Kết quả khảo sát bằng lời: the results as lines of a label and a value, rounded only here."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from babel.numbers import format_percent

from content.dates import show_day
from content.library import Commune
from content.phrases import Phrases
from handlers.booked import place_name
from handlers.figure_words import Line, show_share
from handlers.posts import unit_name
from handlers.survey_results import Measure, Part, Results, Score

FACTOR_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "access": "survey.factor_access",
        "procedure": "survey.factor_procedure",
        "officer": "survey.factor_officer",
        "result": "survey.factor_result",
        "feedback": "survey.factor_feedback",
    }
)


def heading(results: Results, commune: Commune, phrases: Phrases) -> str:
    """Return whose results these are and of which months, by their first and last day."""
    first, last = (show_day(day, phrases.language) for day in (results.first, results.last))
    return phrases.plain("figures.span", commune=commune.profile.title, first=first, last=last)


def lines_of(results: Results, commune: Commune, phrases: Phrases) -> Iterator[Line]:
    """Return the results, group by group; the value of a heading is empty."""
    say = phrases.plain
    yield say("survey.group_service"), ""
    yield from _score(results.service, phrases)
    yield _target(results, phrases)
    sample = results.sample
    known = {"valid": sample.valid, "needed": sample.needed, "transactions": sample.transactions}
    if sample.transactions:
        yield say("survey.sample"), say("survey.sample_value", **known)
    else:
        yield say("survey.sample"), say("survey.sample_none", valid=sample.valid)
    yield from _parts("survey.by_unit", results.service.by_unit, phrases, lambda name: unit_name(commune, name))
    yield from _parts("survey.by_place", results.service.by_place, phrases, lambda name: place_name(commune, name))
    yield from _parts("survey.by_topic", results.service.by_topic, phrases, lambda name: _area(name, phrases))
    yield from _counter(results.counter, commune, phrases)
    yield say("survey.group_bot"), ""
    yield from _score(results.bot, phrases)
    yield say("survey.useful"), show_share(results.useful, phrases)
    comments = results.service.comments + results.counter.comments + results.bot.comments
    if comments:
        yield say("survey.comments"), ""
        yield from ((str(number), comment) for number, comment in enumerate(comments, 1))


def _counter(score: Score, commune: Commune, phrases: Phrases) -> Iterator[Line]:
    """Yield what the code at the counter brought; who opened it was not invited, so there is no response rate."""
    yield phrases.plain("survey.group_counter"), ""
    yield phrases.plain("survey.votes"), str(score.votes)
    yield from _overall(score, phrases)
    yield from _parts("survey.by_place", score.by_place, phrases, lambda name: place_name(commune, name))


def _score(score: Score, phrases: Phrases) -> Iterator[Line]:
    yield phrases.plain("survey.votes"), str(score.votes)
    yield phrases.plain("survey.response"), show_share(score.response, phrases)
    yield from _overall(score, phrases)
    for factor, found in score.factors.items():
        if found is not None:
            yield phrases.plain(FACTOR_NAMES[factor]), _measured(found, phrases)


def _overall(score: Score, phrases: Phrases) -> Iterator[Line]:
    yield phrases.plain("survey.satisfied"), _measured(score.overall, phrases)
    if score.overall is not None:
        if score.few:
            yield phrases.plain("survey.note"), phrases.plain("survey.few")
        yield phrases.plain("survey.distribution"), " · ".join(map(str, score.overall.distribution))


def _measured(found: Measure | None, phrases: Phrases) -> str:
    if found is None:
        return phrases.plain("survey.hidden")
    low, high = (format_percent(end, format="#,##0.0%", locale=phrases.language) for end in (found.low, found.high))
    return phrases.plain("survey.measured", share=show_share(found.share, phrases), low=low, high=high)


def _target(results: Results, phrases: Phrases) -> Line:
    target, label = results.target, phrases.plain("survey.target")
    if target is None:
        return label, phrases.plain("survey.no_target")
    key = {True: "survey.target_met", False: "survey.target_missed", None: "survey.target_open"}[target.met]
    return label, phrases.plain(key, percent=target.percent, year=target.year)


def _parts(key: str, parts: tuple[Part, ...], phrases: Phrases, name: Callable[[str], str]) -> Iterator[Line]:
    for part in parts:
        shown = name(part.name) if part.name else phrases.plain("survey.other")
        yield phrases.plain(key, name=shown), _measured(part.measure, phrases)


def _area(topic: str, phrases: Phrases) -> str:
    key = f"area.{topic}"
    return phrases.plain(key) if key in phrases.fallback else topic
