"""Số liệu sự cố: restored in time, availability by the working calendar, serious ones a year, days checked.

- restored: device, network and software incidents noticed in the span, of which the time limit is over or which are
  restored; numerator: restored within the limit, counted from when they were noticed.
- availability: opening minutes of the span up to now, less those in which a network or software incident lasted; where
  two lasted at once, the minute counts once. Time before anybody could report counts neither way.
- reports taken back count nowhere.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

from content.dates import local_day
from content.library import Commune
from handlers.incident_people import plan_of
from handlers.start_of_day import span_of
from storage.checks import Entry
from storage.incidents import Incident

MENDED = frozenset({"device", "network", "software"})
OUTAGES = frozenset({"network", "software"})
ONE_DAY = timedelta(days=1)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class IncidentFigures:
    """What a commune's incidents come to.

    `availability` is percent, rounded down; None: not open in the span, or nobody could report.
    """

    reported: int
    by_kind: dict[str, int]
    open: int
    restored_in_time: int
    restored_of: int
    restore_hours: int
    opening_minutes: int
    outage_minutes: int
    availability: float | None
    serious: dict[str, int]
    not_judged: int
    minutes_until_taken: float | None
    days_checked: int
    days_checked_in_time: int
    days_due: int
    corrections: int


def count(
    commune: Commune,
    every: Sequence[Incident],
    entries: Sequence[Entry],
    days: tuple[date, date],
    now: datetime,
    began: datetime | None,
) -> IncidentFigures:
    """Return the figures of some days, both included; `began` is when the first official could report."""
    first, last = days
    real = [one for one in every if one.state != "withdrawn"]
    found = [one for one in real if first <= local_day(one.found) <= last]
    limit = timedelta(hours=plan_of(commune).rules.restore_hours)
    judged = [one for one in found if one.kind in MENDED and (one.restored or one.found + limit <= now)]
    opening = [(max(a, began), b) for a, b in _opening(commune, first, last, now) if began and began < b]
    lost = _lost(opening, [one for one in real if one.kind in OUTAGES], now)
    total = _length(opening)
    taken = [(one.taken - one.reported).total_seconds() / 60 for one in found if one.taken is not None]
    years = Counter(str(local_day(one.found).year) for one in found if one.serious)
    return IncidentFigures(
        reported=len(found),
        by_kind=dict(Counter(one.kind for one in found)),
        open=sum(one.open for one in found),
        restored_in_time=sum(one.restored is not None and one.restored - one.found <= limit for one in judged),
        restored_of=len(judged),
        restore_hours=plan_of(commune).rules.restore_hours,
        opening_minutes=int(total / timedelta(minutes=1)),
        outage_minutes=round(lost / timedelta(minutes=1)),
        availability=int((total - lost) * 10_000 / total) / 100 if total else None,
        serious={str(year): years[str(year)] for year in range(first.year, last.year + 1)},
        not_judged=sum(one.serious is None for one in found),
        minutes_until_taken=round(median(taken), 1) if taken else None,
        **_checked(commune, entries, first, last, now),
    )


def _opening(commune: Commune, first: date, last: date, now: datetime) -> list[Span]:
    """Return when the centre was open in the span, up to now, in order."""
    days = (first + number * ONE_DAY for number in range((min(last, local_day(now)) - first).days + 1))
    sessions = (session for day in days for session in commune.calendar.sessions(day))
    return [(one.start, min(one.end, now)) for one in sessions if one.start < now]


def _length(spans: Sequence[Span]) -> timedelta:
    return sum((end - begin for begin, end in spans), timedelta(0))


def _lost(opening: Sequence[Span], outages: Sequence[Incident], now: datetime) -> timedelta:
    """Return the open time during which at least one outage lasted: cut at every beginning and end, each piece once."""
    lasted = [(one.found, one.restored or now) for one in outages]
    lost = timedelta(0)
    for begin, end in opening:
        inside = [(max(begin, since), min(end, until)) for since, until in lasted if since < end and until > begin]
        marks = sorted({moment for span in inside for moment in span})
        pieces = [piece for piece in pairwise(marks) if any(a <= piece[0] and piece[1] <= b for a, b in inside)]
        lost += _length(pieces)
    return lost


def _checked(commune: Commune, entries: Sequence[Entry], first: date, last: date, now: datetime) -> dict[str, int]:
    """Return of how many days the check was due and done; a correction is no check of its own."""
    plan = commune.start_of_day
    done = {one.day: one for one in entries if one.number == 1}
    due = {}
    for number in range((min(last, local_day(now)) - first).days + 1):
        day = first + number * ONE_DAY
        span = span_of(commune, day)
        if span is not None and span[0] <= now:
            due[day] = span[0] + timedelta(minutes=plan.missing_minutes if plan else 0)
    return {
        "days_checked": sum(day in done for day in due),
        "days_checked_in_time": sum(day in done and done[day].at <= limit for day, limit in due.items()),
        "days_due": len(due),
        "corrections": sum(one.number > 1 for one in entries),
    }
