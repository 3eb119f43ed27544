"""Số đã gửi: which of the figures that officials sent is the one of a report's period."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from content.dates import local_day
from content.indicators import Indicator
from content.report import is_rate, of_year
from content.report_period import ReportPeriod
from handlers.filing_form import SERVICE
from handlers.typed_figures import Typed
from storage.filing_moves import UnitFigure
from storage.instants import from_text


@dataclass(frozen=True, slots=True)
class SentFigure:
    """A figure for a period, and whether it is one that the service counted and an official confirmed."""

    typed: Typed
    from_service: bool


def speaks_for(one: UnitFigure, indicator: Indicator, period: ReportPeriod) -> bool:
    """Tell whether a figure due within a period is one of the whole period.

    It is when it was asked for that very period; a count of the year is also when it was sent in the last month, for
    whatever it was asked, and so is what a report due on a day at the end of the year says, such as a wrap-up.
    """
    if one.period == str(period):
        return True
    if local_day(from_text(one.due)).month != period.last.month:
        return False
    return of_year(indicator) or (period.length == "year" and _is_day(one.period))


def _is_day(period: str) -> bool:
    try:
        date.fromisoformat(period)
    except ValueError:
        return False
    return len(period) == len("2026-12-31")


def figure_of(
    figures: Iterable[UnitFigure],
    indicator: Indicator,
    units: Sequence[str] | None,
    period: ReportPeriod,
    *,
    counted: bool,
) -> SentFigure | None:
    """Return what was sent of an indicator for a period, by these units or by any, the last sent going first.

    Where nothing was sent for the whole period, what the service has `counted` of it goes before the number of one
    week or month, and also before a count that was only confirmed some days earlier. A rate a week or a month is the
    mean of what was sent.
    """
    mine = [one for one in figures if one.figure.indicator == indicator.id and (units is None or one.unit in units)]
    whole = [one for one in mine if speaks_for(one, indicator, period)]
    if whole:
        last = whole[-1]
        older = counted and last.figure.source == SERVICE and last.period != str(period)
        return None if older else _as_sent(last)
    if counted or not mine:
        return None
    return _mean(mine) if is_rate(indicator) else _as_sent(mine[-1])


def _as_sent(one: UnitFigure) -> SentFigure:
    figure = one.figure
    return SentFigure(Typed(figure.value, figure.numerator, figure.denominator), figure.source == SERVICE)


def _mean(figures: Iterable[UnitFigure]) -> SentFigure:
    """Return the mean of the figures, of several for one week or month the last."""
    found = list({one.period: one for one in figures}.values())
    total = sum((one.figure.value for one in found), Decimal())
    source = all(one.figure.source == SERVICE for one in found)
    return SentFigure(Typed(total / len(found), total, Decimal(len(found))), source)
