"""Số liệu công khai bằng lời và hình: sentences, table rows and bars for the page; rounded only here.

A bar is decoration: everything it shows stands in words beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal, format_percent

from content.dates import show_day
from content.phrases import Phrases
from handlers.public_figures import Period, PublicFigures, Satisfaction

QUARTERS = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a bar from 0 to 100; `kind` says which colour of the legend."""

    kind: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """One period. `aim` is where the promise stands on the bar."""

    label: str
    value: str
    bars: tuple[Bar, ...] = ()
    aim: float | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One subject: what it says of the year in a sentence, and the periods. `legend` names the colours."""

    id: str
    title: str
    lead: str
    rows: tuple[Row, ...]
    note: str = ""
    legend: tuple[tuple[str, str], ...] = ()


def sections_of(figures: PublicFigures, phrases: Phrases) -> tuple[Section, ...]:
    """Return the subjects in the order in which people ask."""
    return tuple(make(figures, phrases) for make in (_satisfaction, _questions, _person, _support, _feedback))


def _label(period: Period, figures: PublicFigures, phrases: Phrases) -> str:
    if period.quarter is None:
        return phrases.plain("public.whole_year" if figures.over else "public.year", year=figures.year)
    quarter = QUARTERS[period.quarter - 1]
    if period is figures.quarters[-1] and not figures.over:
        until = show_day(period.last, phrases.language)
        return phrases.plain("public.quarter_running", quarter=quarter, day=until)
    return phrases.plain("public.quarter", quarter=quarter)


def _rows(
    figures: PublicFigures,
    phrases: Phrases,
    tell: Callable[[Period], tuple[str, tuple[Bar, ...]]],
    aim: int | None = None,
) -> tuple[Row, ...]:
    made = []
    for period in (*figures.quarters, figures.so_far):
        value, bars = tell(period)
        made.append(Row(_label(period, figures, phrases), value, bars, aim if bars else None))
    return tuple(made)


def _stack(parts: Sequence[tuple[str, int]], most: int) -> tuple[Bar, ...]:
    """Return stretches one after the other, `most` being the whole length."""
    bars, start = [], 0.0
    for kind, number in parts:
        width = 100 * number / most if most else 0.0
        if width:
            bars.append(Bar(kind, round(start, 2), round(width, 2)))
        start += width
    return tuple(bars)


def _satisfaction(figures: PublicFigures, phrases: Phrases) -> Section:
    def tell(period: Period) -> tuple[str, tuple[Bar, ...]]:
        found = period.satisfaction
        if found.share is None:
            return phrases.plain("public.not_enough"), ()
        share = _percent(found.share, phrases)
        value = phrases.plain("public.satisfied", percent=share, part=found.satisfied, whole=found.answered)
        return value, (Bar("good", 0, round(100 * found.share, 2)),)

    so_far = figures.so_far.satisfaction
    lead = f"{_said(figures, phrases)} {_promise(figures, phrases)}"
    left = "public.left_over" if figures.over else "public.waiting"
    notes = [phrases.plain(left, count=so_far.waiting)] if so_far.waiting else []
    notes += _at_counter(figures.counter, phrases)
    legend = [("good", phrases.plain("public.legend_satisfied"))]
    if figures.target is not None:
        legend.append(("aim", phrases.plain("public.legend_target", percent=figures.target)))
    rows = _rows(figures, phrases, tell, figures.target)
    return Section("hai-long", phrases.plain("public.satisfaction"), lead, rows, " ".join(notes), tuple(legend))


def _at_counter(found: Satisfaction, phrases: Phrases) -> list[str]:
    """Return what the votes by the code at the counter say, which the share leaves out."""
    if found.share is None:
        return []
    percent = _percent(found.share, phrases)
    return [phrases.plain("public.at_counter", percent=percent, part=found.satisfied, whole=found.answered)]


def _said(figures: PublicFigures, phrases: Phrases) -> str:
    found = figures.so_far.satisfaction
    span = phrases.plain("public.span_over" if figures.over else "public.span", year=figures.year)
    if found.share is None:
        key = "public.satisfaction_waits" if found.waiting and not figures.over else "public.satisfaction_none"
        return phrases.plain(key, count=found.waiting, span=span)
    known = {"part": found.satisfied, "whole": found.answered, "percent": _percent(found.share, phrases)}
    return phrases.plain("public.satisfaction_lead", span=span, **known)


def _promise(figures: PublicFigures, phrases: Phrases) -> str:
    if figures.target is None:
        return phrases.plain("public.target_none")
    key = {True: "public.target_met", False: "public.target_missed", None: "public.target_open"}
    return phrases.plain(key[figures.so_far.satisfaction.met], percent=figures.target, year=figures.year)


def _questions(figures: PublicFigures, phrases: Phrases) -> Section:
    most = max(period.questions.asked or 0 for period in (*figures.quarters, figures.so_far))

    def tell(period: Period) -> tuple[str, tuple[Bar, ...]]:
        found = period.questions
        if found.asked is None:
            return phrases.plain("public.fewer"), ()
        if found.share is None or found.outright is None:
            return phrases.plain("public.nothing"), ()
        known = {"whole": _more(found.asked, phrases, found.more), "part": _number(found.outright, phrases)}
        value = phrases.plain("public.asked", percent=_percent(found.share, phrases), **known)
        return value, _stack((("good", found.outright), ("rest", found.asked - found.outright)), most)

    legend = (("good", phrases.plain("public.legend_outright")), ("rest", phrases.plain("public.legend_not_outright")))
    rows, lead = _rows(figures, phrases, tell), phrases.plain("public.questions_lead")
    return Section("hoi-dap", phrases.plain("public.questions"), lead, rows, legend=legend)


def _person(figures: PublicFigures, phrases: Phrases) -> Section:
    def tell(period: Period) -> tuple[str, tuple[Bar, ...]]:
        found = period.person
        if found.asked is None:
            return phrases.plain("public.fewer"), ()
        if not found.asked:
            return phrases.plain("public.nothing"), ()
        asked = _more(found.asked, phrases, found.more)
        if found.median_minutes is None:
            return phrases.plain("public.person_untimed", count=asked), ()
        minutes = _decimal(found.median_minutes, phrases)
        return phrases.plain("public.person_timed", count=asked, minutes=minutes), ()

    lead = phrases.plain("public.person_lead")
    return Section("gap-can-bo", phrases.plain("public.person"), lead, _rows(figures, phrases, tell))


def _support(figures: PublicFigures, phrases: Phrases) -> Section:
    most = max(period.support.visits or 0 for period in (*figures.quarters, figures.so_far))

    def tell(period: Period) -> tuple[str, tuple[Bar, ...]]:
        found = period.support
        visits = phrases.plain("public.fewer") if found.visits is None else _more(found.visits, phrases, found.more)
        value = phrases.plain("public.supported", sessions=_number(found.sessions, phrases), visits=visits)
        return value, _stack((("good", found.visits or 0),), most)

    rows, lead = _rows(figures, phrases, tell), phrases.plain("public.support_lead")
    legend = (("good", phrases.plain("public.legend_visits")),)
    return Section("ho-tro", phrases.plain("public.support"), lead, rows, legend=legend)


def _feedback(figures: PublicFigures, phrases: Phrases) -> Section:
    most = max(period.feedback.received or 0 for period in (*figures.quarters, figures.so_far))

    def tell(period: Period) -> tuple[str, tuple[Bar, ...]]:
        found = period.feedback
        if found.received is None:
            return phrases.plain("public.fewer"), ()
        if not found.received:
            return phrases.plain("public.nothing"), ()
        received = _more(found.received, phrases, found.more)
        if found.answered is None or found.in_time is None:
            return phrases.plain("public.answered_hidden", whole=received), ()
        value = phrases.plain("public.answered", whole=received, part=found.answered, timely=found.in_time)
        if found.median_hours is not None:
            days = _decimal(found.median_hours / 24, phrases)
            value = f"{value} {phrases.plain('public.answered_after', days=days)}"
        late, rest = found.answered - found.in_time, found.received - found.answered
        return value, _stack((("good", found.in_time), ("tardy", late), ("rest", rest)), most)

    legend = (
        ("good", phrases.plain("public.legend_timely")),
        ("tardy", phrases.plain("public.legend_late")),
        ("rest", phrases.plain("public.legend_unanswered")),
    )
    rows, lead = _rows(figures, phrases, tell), phrases.plain("public.feedback_lead")
    return Section("phan-anh", phrases.plain("public.feedback"), lead, rows, legend=legend)


def _percent(share: float, phrases: Phrases) -> str:
    return format_percent(share, format="#,##0.0%", locale=phrases.language)


def _number(number: int, phrases: Phrases) -> str:
    return format_decimal(number, locale=phrases.language)


def _more(number: int, phrases: Phrases, more: bool) -> str:
    """Return a number; "more than" it where small quarters are left out of the year."""
    return phrases.plain("public.more_than", count=_number(number, phrases)) if more else _number(number, phrases)


def _decimal(number: float, phrases: Phrases) -> str:
    return format_decimal(number, format="#,##0.#", locale=phrases.language)
