"""Số liệu tự điền: what the service counts itself for a report. The official confirms it or types another figure.

A figure that cannot be counted, or has nothing to be counted from yet, is None: the official is asked to type it.
"""

import datetime
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from content.dates import last_of_month, local_day
from content.indicators import Indicator
from content.library import Commune
from content.report import of_year
from content.report_period import ReportPeriod
from handlers.backup_figures import layers
from handlers.readings import Readings, Work
from handlers.typed_figures import Typed
from storage.filings import Filing

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_SIX_DAYS = datetime.timedelta(days=6)


class Days(NamedTuple):
    """Local days whose data count, both included. A count of the year runs from 1 January to `year_until`.

    A year is one of the calendar («12 bản tin/năm»): cut off on 14 December, as the data of a report are, it would
    lose what happens until the 31st to this year and to the next.
    """

    first: datetime.date
    last: datetime.date
    year_until: datetime.date


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
    return await counted(Readings(work, commune), indicators, window_of(commune, filing.period, filing.due))


async def counted(readings: Readings, indicators: Iterable[Indicator], days: Days) -> dict[str, Typed]:
    """Return what the service counted, by indicator."""
    found = {}
    for indicator in indicators:
        count = COUNTS.get(indicator.actual)
        if count is None:
            continue
        new_year = days.year_until.replace(month=1, day=1)
        span = (new_year, days.year_until) if of_year(indicator) else (days.first, days.last)
        typed = await count(Span(readings, *span, local_day(readings.work.now)))
        if typed is not None:
            found[indicator.id] = typed
    return found


def window_of(commune: Commune, period: str, due: datetime.datetime) -> Days:
    """Return the days whose data count for a period; for anything but a known one, the year up to the due day."""
    if month := _MONTH.fullmatch(period):
        first = datetime.date(int(month[1]), int(month[2]), 1)
        return Days(first, last_of_month(first), last_of_month(first))
    if week := _WEEK.fullmatch(period):
        monday = datetime.date.fromisocalendar(int(week[1]), int(week[2]), 1)
        return Days(monday, monday + _SIX_DAYS, monday + _SIX_DAYS)
    try:
        found = ReportPeriod.parse(period)
    except ValueError:
        day = local_day(due)
        return Days(day.replace(month=1, day=1), day, day)
    window = found.window(commune.report.window if commune.report else "legal", local_day(due))
    return Days(window.first, window.last, found.last)


async def _satisfaction(span: Span) -> Typed | None:
    """Count the months that count for the span; a week has none."""
    results = await span.readings.votes(span.first, span.last)
    overall = results.service.overall if results is not None else None
    if overall is None:
        return None
    return share(overall.share.numerator, overall.share.denominator)


async def _support_sessions(span: Span) -> Typed | None:
    return await _per_week(span, online=False)


async def _online_sessions(span: Span) -> Typed | None:
    return await _per_week(span, online=True)


async def _per_week(span: Span, *, online: bool) -> Typed | None:
    """Return the sessions held a week, of the weeks that lie whole in the span and are over.

    Where there is none yet, those that have reached their quota already: more can only be better. A week that began
    before any official worked with the service is not one of 0 sessions, nor is anything where nothing was ever noted.
    """
    figures = await span.readings.support(span.first, span.last)
    weeks = [week for one in figures.quotas if one.online == online for week in one.weeks]
    began = [one.first for one in weeks if one.held] + [day for day in [await span.readings.began()] if day is not None]
    known = [one for one in weeks if began and one.first >= min(began)]
    judged = [one for one in known if one.state in {"met", "missed"}]
    over = [one for one in judged if one.last - one.first == _SIX_DAYS and one.last < span.today]
    judged = over or judged
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
    """Count those judged serious; None while one is not judged, or nobody could report any."""
    figures = await span.readings.incidents(span.first, span.last)
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
