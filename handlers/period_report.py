"""Dữ liệu báo cáo: everything a report of a period says, read from the database."""

from collections.abc import Iterable
from datetime import datetime

from content.dates import instants, local_day
from content.indicators import Indicator
from content.library import Commune
from content.obligations import EACH, reporting_units
from content.report_period import ReportPeriod
from handlers.filing_people import assignment_of
from handlers.filing_wanted import expected
from handlers.posts import unit_name
from handlers.readings import Readings, Work
from handlers.report_data import Correction, FilingLine, IndicatorLine, Outcome, ReportData
from handlers.report_figures import service_figures
from handlers.sent_figures import figure_of
from handlers.service_figures import Days, counted
from handlers.typed_figures import Typed
from storage.filing_moves import UnitFigure
from storage.filings import Filing


async def read_report(work: Work, commune: Commune, period: ReportPeriod) -> ReportData:
    """Return a commune's report of a period as it stands now."""
    today = local_day(work.now)
    window = period.window(commune.report.window if commune.report else "legal", today)
    begin, end = instants(period.first, period.last)
    filings = await work.store.filings.between(commune.slug, begin, end)
    sent = await work.store.filing_moves.figures_between(commune.slug, begin, end)
    previous = instants(period.previous.first, period.previous.last)
    before = await work.store.filing_moves.figures_between(commune.slug, *previous)
    led = [one for one in commune.plans.indicators if one.target(period.year) is not None]
    readings = Readings(work, commune)
    days = Days(window.first, min(window.last, today), max(period.first, min(period.last, today)))
    own = await counted(readings, led, days)
    lines = [line for one in led for line in _indicator(commune, one, period, sent, before, own.get(one.id))]
    confirmed = {one.id for one in led if figure_of(sent, one, None, period, counted=one.id in own) is not None}
    return ReportData(
        commune=commune.slug,
        period=period,
        window=window,
        drawn_up=work.now,
        filings=tuple(_filing(commune, one, work.now) for one in filings),
        corrections=tuple(_corrections(commune, filings)),
        indicators=tuple(lines),
        service=await service_figures(readings, days),
        unconfirmed=frozenset(own) - confirmed,
        last_due=max((one.due.due for one in expected(commune, begin, end)), default=None),
    )


def outcome_of(filing: Filing, now: datetime, *, polite: bool) -> Outcome:
    """Return what has become of a filing. A partner that has not sent anything is waited for, never missing.

    Who was excused is, also after a report that was returned: nothing is left to be corrected.
    """
    if filing.state == "excused":
        return "excused"
    if filing.sent_at is not None:
        return "late" if filing.sent_at > filing.due and not polite else "sent"
    return "open" if polite or now <= filing.due else "missing"


def _filing(commune: Commune, filing: Filing, now: datetime) -> FilingLine:
    assignment = assignment_of(commune, filing)
    polite = assignment.polite if assignment is not None else _is_partner(commune, filing.unit)
    return FilingLine(
        obligation=filing.obligation,
        title=assignment.obligation.title if assignment is not None else filing.obligation,
        unit=filing.unit,
        unit_name=unit_name(commune, filing.unit),
        due=filing.due,
        outcome=outcome_of(filing, now, polite=polite),
        sent=filing.sent_at,
        reason=(filing.reason or "") if filing.state == "excused" else "",
        polite=polite,
    )


def _is_partner(commune: Commune, identity: str) -> bool:
    """Tell it of a filing whose obligation has left the plans, or has passed on to another unit."""
    unit = commune.profile.unit(identity)
    return unit is not None and unit.kind == "partner"


def _corrections(commune: Commune, filings: Iterable[Filing]) -> Iterable[Correction]:
    for one in filings:
        if one.reason and one.state in {"returned", "sent", "accepted"} and one.sent_at is not None:
            obligation = commune.plans.obligation(one.obligation)
            title = one.obligation if obligation is None else obligation.title
            yield Correction(
                one.obligation, title, unit_name(commune, one.unit), one.sent_at, one.reason, one.settled_at
            )


def _indicator(
    commune: Commune,
    indicator: Indicator,
    period: ReportPeriod,
    sent: list[UnitFigure],
    before: list[UnitFigure],
    own: Typed | None,
) -> Iterable[IndicatorLine]:
    """Yield the line of an indicator; one for each unit where each unit reports its own."""
    each = indicator.leads == (EACH,)
    groups: list[tuple[str, ...]]
    if each:
        groups = [(unit,) for unit in _own_reporters(commune, indicator, period, sent)]
    else:
        groups = [tuple(dict.fromkeys(commune.profile.holder(one, period.last) for one in indicator.leads))]
    for units in groups:
        # A figure of the whole commune may come from another unit than the one that leads it, as the plans have it.
        senders = units if each else None
        figure = figure_of(sent, indicator, senders, period, counted=own is not None)
        last = figure_of(before, indicator, senders, period.previous, counted=False)
        taken = figure.typed if figure else own
        yield IndicatorLine.of(
            indicator,
            [(unit, unit_name(commune, unit)) for unit in units],
            period,
            taken.value if taken else None,
            numerator=taken.numerator if taken else None,
            denominator=taken.denominator if taken else None,
            previous=last.typed.value if last else None,
            from_service=figure.from_service if figure else own is not None,
        )


def _own_reporters(
    commune: Commune, indicator: Indicator, period: ReportPeriod, sent: Iterable[UnitFigure]
) -> Iterable[str]:
    """Return the units that report for themselves, and those that sent a figure and have ended before the period."""
    senders = (one.unit for one in sent if one.figure.indicator == indicator.id)
    return dict.fromkeys([*reporting_units(commune.profile, period.last), *senders])
