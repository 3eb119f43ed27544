"""Số liệu báo cáo: everything a quarterly, half-year or yearly report says. No reading, no words, nothing rounded.

handlers/period_report.py fills it from the database, bot/report/ writes it as Word and Excel. Whether a target is met
is judged by content/indicators.py alone.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from content.indicators import Indicator
from content.obligations import EACH
from content.report import grows_through_year
from content.report_period import ReportPeriod, Window

Outcome = Literal["sent", "late", "excused", "missing", "open"]
"""Of a filing: sent in time, sent late, excused (được miễn), overdue and not sent, not yet due and not sent."""

Verdict = Literal["met", "missed", "below", "running", "no_figure", "no_target"]
"""Of a figure: target met; missed; below 70 % of it; a yearly count still growing; none given; no target that year."""

Group = Literal["people", "support", "notices", "incidents", "system"]
GROUPS: tuple[Group, ...] = ("people", "support", "notices", "incidents", "system")


@dataclass(frozen=True, slots=True)
class FilingLine:
    """Một lần nộp báo cáo: a filing whose due day lies in the calendar period.

    `due` and `sent` are UTC instants; `sent` is the first sending, kept through corrections, and late is judged by it
    to the second. `polite`: a partner, who is asked and never called late. `reason` says why it was excused, else "".
    """

    obligation: str
    title: str
    unit: str
    unit_name: str
    due: datetime
    outcome: Outcome
    sent: datetime | None = None
    reason: str = ""
    polite: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """Đính chính: a filing that was returned and handed in again; instants are UTC, `settled` None while it is open."""

    obligation: str
    title: str
    unit_name: str
    sent: datetime
    reason: str
    settled: datetime | None = None


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """Kết quả một chỉ tiêu: one indicator, or one unit's share of it where each unit reports its own.

    `actual`, `numerator` and `denominator` are as typed or counted, `previous` is the period before; None: no figure. A
    count of the year (content.report.grows_through_year) is the sum from 1 January to the period's last day.
    """

    indicator: Indicator
    units: tuple[str, ...]
    unit_names: tuple[str, ...]
    actual: Decimal | None
    verdict: Verdict
    target: Decimal | None = None
    share: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    previous: Decimal | None = None
    from_service: bool = False

    @classmethod
    def of(
        cls,
        indicator: Indicator,
        units: Iterable[tuple[str, str]],
        period: ReportPeriod,
        actual: Decimal | None,
        *,
        numerator: Decimal | None = None,
        denominator: Decimal | None = None,
        previous: Decimal | None = None,
        from_service: bool = False,
    ) -> "IndicatorLine":
        """Return the line judged against the target of the period's year; `units` are pairs of id and name."""
        pairs = tuple(units)
        return cls(
            indicator=indicator,
            units=tuple(identity for identity, _ in pairs),
            unit_names=tuple(name for _, name in pairs),
            actual=actual,
            verdict=verdict_of(indicator, actual, period),
            target=indicator.target(period.year),
            share=None if actual is None else indicator.share(actual, period.year),
            numerator=numerator,
            denominator=denominator,
            previous=previous,
            from_service=from_service,
        )


def verdict_of(indicator: Indicator, actual: Decimal | None, period: ReportPeriod) -> Verdict:
    """Return the verdict of content/indicators.py as one word.

    A count of the year that has not reached its target is no failure before the year ends: "running". One that has
    passed a target it must not pass, such as «0 sự cố», has failed at once.
    """
    target = indicator.target(period.year)
    if target is None:
        return "no_target"
    if actual is None:
        return "no_figure"
    if indicator.met(actual, period.year):
        return "met"
    if actual <= target and grows_through_year(indicator) and not period.ends_year:
        return "running"
    return "below" if indicator.below_threshold(actual, period.year) else "missed"


@dataclass(frozen=True, slots=True)
class ServiceFigure:
    """Số liệu do trợ lý đếm. `label` and `unit` are words to be shown ("buổi", "%"); `value` None: no figure yet."""

    group: Group
    label: str
    value: Decimal | None
    unit: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class UnitTally:
    """Việc nộp báo cáo của một đơn vị: how many filings were due and what became of them."""

    unit: str
    name: str
    polite: bool
    due: int
    sent: int
    late: int
    excused: int
    missing: int
    open: int

    @property
    def done(self) -> int:
        """How many are off the unit's desk: sent in time or late, or excused. The board counts so, wherever shown."""
        return self.sent + self.late + self.excused


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything about one commune and one period. `drawn_up` is the UTC instant at which it was counted.

    `unconfirmed` are ids of indicators whose figure the service counted and no official has confirmed yet. `last_due`
    is the last instant of the period at which the plan wants a report, also one that is not in `filings` yet.
    """

    commune: str
    period: ReportPeriod
    window: Window
    drawn_up: datetime
    filings: tuple[FilingLine, ...] = ()
    corrections: tuple[Correction, ...] = ()
    indicators: tuple[IndicatorLine, ...] = ()
    service: tuple[ServiceFigure, ...] = ()
    unconfirmed: frozenset[str] = frozenset()
    last_due: datetime | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to report: no filing, and nothing counted or typed but zeros."""
        counted = [one.value for one in self.service] + [one.actual for one in self.indicators]
        return not (self.filings or any(counted))

    @property
    def units(self) -> tuple[UnitTally, ...]:
        """The units in the order in which their filings come."""
        names = dict.fromkeys(one.unit for one in self.filings)
        return tuple(_tally([one for one in self.filings if one.unit == unit]) for unit in names)

    @property
    def of_commune(self) -> tuple[IndicatorLine, ...]:
        """The figures of the whole commune, for everybody. What each unit reports for itself rates the units."""
        ids = Counter(line.indicator.id for line in self.indicators)
        return tuple(one for one in self.indicators if EACH not in one.indicator.leads and ids[one.indicator.id] == 1)

    @property
    def of_units(self) -> tuple[IndicatorLine, ...]:
        """The figures that each unit has for itself, for leaders only."""
        everybodys = {one.indicator.id for one in self.of_commune}
        return tuple(one for one in self.indicators if one.indicator.id not in everybodys)

    @property
    def late(self) -> tuple[FilingLine, ...]:
        """Filings that came late or are overdue, for leaders only; partners are not on it."""
        return tuple(one for one in self.filings if one.outcome in ("late", "missing") and not one.polite)

    @property
    def below(self) -> tuple[IndicatorLine, ...]:
        """Figures below 70 % of their target, for leaders only."""
        return tuple(one for one in self.indicators if one.verdict == "below")

    @property
    def waits_until(self) -> datetime | None:
        """The last instant at which a report of the period is due, while it has not passed yet; else None."""
        last = max([one.due for one in self.filings] + ([self.last_due] if self.last_due else []), default=None)
        return last if last is not None and self.drawn_up <= last else None

    @property
    def commended(self) -> tuple[str, ...]:
        """Names of units to commend: at least one target met, none missed or without a figure, every report in time.

        Nobody before the last report of the period was due: nobody is commended on a part of the evidence. A unit that
        was excused from all its reports has shown none. A count that still grows through the year is no reason to
        commend, nor one against it. Partners are asked and not judged.
        """
        if self.waits_until is not None:
            return ()
        names: dict[str, str] = {}
        for one in self.indicators:
            names |= dict(zip(one.units, one.unit_names, strict=True))
        return tuple(name for unit, name in names.items() if self._deserves(unit))

    def _deserves(self, unit: str) -> bool:
        verdicts = {one.verdict for one in self.indicators if unit in one.units}
        own = [one for one in self.filings if one.unit == unit]
        outcomes = {one.outcome for one in own}
        short, owing = {"missed", "below", "no_figure"}, {"late", "missing", "open"}
        earned = "met" in verdicts and "sent" in outcomes
        return earned and not verdicts & short and not outcomes & owing and not any(one.polite for one in own)


def _tally(filings: list[FilingLine]) -> UnitTally:
    outcomes = [one.outcome for one in filings]
    return UnitTally(
        unit=filings[0].unit,
        name=filings[0].unit_name,
        polite=filings[0].polite,
        due=len(filings),
        sent=outcomes.count("sent"),
        late=outcomes.count("late"),
        excused=outcomes.count("excused"),
        missing=outcomes.count("missing"),
        open=outcomes.count("open"),
    )
