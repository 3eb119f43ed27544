"""Số liệu tự điền: what the service counts itself for a report. The official confirms it or types another figure.

A figure that cannot be counted, or has nothing to be counted from yet, is None: the official is asked to type it.
"""

import datetime
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from content.dates import last_of_month, local_day
from content.indicators import Indicator
from content.library import Commune
from content.report import grows_through_year
from content.report_period import ReportPeriod
from handlers.backup_figures import layers
from handlers.figures import Figures
from handlers.readings import Readings, Work
from handlers.typed_figures import Typed
from storage.filings import Filing

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_SIX_DAYS = datetime.timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Span:
    """What is counted: local days, both included, of a commune. `today` is the day it is counted on."""

    readings: Readings
    first: datetime.date
    last: datetime.date
    today: datetime.date


async def counted_for(
    work: Work, commune: Commune, filing: Filing, indicators: Iterable[Indicator]
) -> dict[str, Typed]:
    """Return what the service counted for a filing, by indicator."""
    first, last = window_of(commune, filing.period, filing.due)
    return await counted(Readings(work, commune), indicators, first, last)


async def counted(
    readings: Readings, indicators: Iterable[Indicator], first: datetime.date, last: datetime.date
) -> dict[str, Typed]:
    """Return what the service counted in a span of local days; counts of the year from its first day on."""
    found = {}
    for indicator in indicators:
        count = COUNTS.get(indicator.actual)
        if count is None:
            continue
        begin = last.replace(month=1, day=1) if grows_through_year(indicator) else first
        typed = await count(Span(readings, begin, last, local_day(readings.work.now)))
        if typed is not None:
            found[indicator.id] = typed
    return found


def window_of(commune: Commune, period: str, due: datetime.datetime) -> tuple[datetime.date, datetime.date]:
    """Return the days whose data count for a period, both included; for anything else, the year up to the due day."""
    if month := _MONTH.fullmatch(period):
        first = datetime.date(int(month[1]), int(month[2]), 1)
        return first, last_of_month(first)
    if week := _WEEK.fullmatch(period):
        monday = datetime.date.fromisocalendar(int(week[1]), int(week[2]), 1)
        return monday, monday + datetime.timedelta(days=6)
    try:
        found = ReportPeriod.parse(period)
    except ValueError:
        return local_day(due).replace(month=1, day=1), local_day(due)
    window = found.window(commune.report.window if commune.report else "legal", local_day(due))
    return window.first, window.last


async def _satisfaction(span: Span) -> Typed | None:
    """Count the months that count for the span; a week has none."""
    results = await span.readings.votes(span.first, span.last)
    overall = results.service.overall if results is not None else None
    if overall is None:
        return None
    return share(overall.share.numerator, overall.share.denominator)


async def _support_sessions(span: Span) -> Typed | None:
    return _per_week(await span.readings.support(span.first, span.last), span.today, online=False)


async def _online_sessions(span: Span) -> Typed | None:
    return _per_week(await span.readings.support(span.first, span.last), span.today, online=True)


def _per_week(figures: Figures, today: datetime.date, *, online: bool) -> Typed | None:
    """Return the sessions held a week, of the weeks that lie whole in the span and are over.

    Where there is none yet, those that have reached their quota already: more can only be better. Where nothing at all
    was noted, nobody works with the service yet, which is not 0 sessions.
    """
    weeks = [
        week for one in figures.quotas if one.online == online for week in one.weeks if week.state in {"met", "missed"}
    ]
    over = [week for week in weeks if week.last - week.first == _SIX_DAYS and week.last < today]
    judged = over or weeks
    if not judged or figures.empty:
        return None
    held = sum(week.held for week in judged)
    return Typed(Decimal(held) / len(judged), Decimal(held), Decimal(len(judged)))


async def _points_active(span: Span) -> Typed | None:
    figures = await span.readings.support(span.first, span.last)
    known = figures.points.known and not figures.empty
    return Typed(Decimal(len(figures.points.active))) if known else None


async def _published(span: Span, kind: str) -> Typed | None:
    """Return what was published of a kind in the year, with the notices that the plan counts towards it.

    While nobody has written anything into the log, nothing is claimed, not even 0.
    """
    every = await span.readings.publications(span.last)
    mine = [one for one in every if one.quota.kind == kind]
    kept = any(one.done for one in every)
    return Typed(Decimal(sum(one.done for one in mine))) if mine and kept else None


async def _bulletins(span: Span) -> Typed | None:
    return await _published(span, "loudspeaker")


async def _posts(span: Span) -> Typed | None:
    return await _published(span, "social")


async def _videos(span: Span) -> Typed | None:
    return await _published(span, "video")


async def _incidents_serious(span: Span) -> Typed | None:
    """Count those judged serious since the year began; None while one is not judged, or nobody could report any."""
    figures = await span.readings.incidents(span.last.replace(month=1, day=1), span.last)
    if figures is None or figures.not_judged or figures.availability is None:
        return None
    return Typed(Decimal(sum(figures.serious.values())))


async def _availability(span: Span) -> Typed | None:
    figures = await span.readings.incidents(span.first, span.last)
    if figures is None or not figures.opening_minutes:
        return None
    return share(figures.opening_minutes - figures.outage_minutes, figures.opening_minutes)


async def _backups(span: Span) -> Typed | None:
    found = await layers(span.readings.work.store, span.last, span.readings.work.now)
    return None if found is None else Typed(Decimal(found))


async def _checks(span: Span) -> Typed | None:
    """Return on how many of the days on which the start-of-day check was due it was done; None before the first."""
    figures = await span.readings.incidents(span.first, span.last)
    if figures is None or not figures.days_due:
        return None
    return share(figures.days_checked, figures.days_due)


def share(part: int, whole: int) -> Typed:
    """Return a share in per cent with its parts."""
    return Typed(Decimal(part) / whole * 100, Decimal(part), Decimal(whole))


Count = Callable[[Span], Awaitable[Typed | None]]
COUNTS: Mapping[str, Count] = MappingProxyType(
    {
        "satisfaction": _satisfaction,
        "support_sessions": _support_sessions,
        "online_sessions": _online_sessions,
        "points_active": _points_active,
        "bulletins": _bulletins,
        "posts": _posts,
        "videos": _videos,
        "incidents_serious": _incidents_serious,
        "availability": _availability,
        "backups": _backups,
        "checks": _checks,
    }
)
