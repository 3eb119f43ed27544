"""Giờ hẹn: the slots a roster gives on a working calendar, and which of them may be booked now.

1. The day must lie within the roster's from and until, and be no day off.
2. A make-up day (ngày làm bù) has the rosters of the weekday it stands for, and only those.
3. Office hours are the calendar's sessions. Hours that staff wrote themselves stay, in the evening and at the weekend
   too, less what a closure of half a day takes.
4. They are cut into slots with the buffer between; no slot runs into a break between two sessions.
"""

import datetime
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from content.closures import Closure
from content.dates import HOME, local_day
from content.opening_hours import Span
from content.rosters import Roster, Rules

_ONE_DAY = datetime.timedelta(days=1)


class OpenHours(Protocol):
    """A session of a day: from an aware instant up to, not including, another."""

    @property
    def start(self) -> datetime.datetime:
        """Return when it begins."""

    @property
    def end(self) -> datetime.datetime:
        """Return when it ends."""


class Calendar(Protocol):
    """What slots need to know of a commune's days; content.calendar.WorkingCalendar is one."""

    def sessions(self, day: datetime.date) -> Sequence[OpenHours]:
        """Return the day's sessions in order."""

    def name_of_day_off(self, day: datetime.date) -> str | None:
        """Return why a whole day is off, or None."""

    def closures_on(self, day: datetime.date) -> Sequence[Closure]:
        """Return the commune's own closures that touch a day."""

    def replaced_by(self, day: datetime.date) -> datetime.date | None:
        """Return the weekday off for which a weekend day is worked, or None."""


@dataclass(frozen=True)
class Slot:
    """Lượt hẹn: `roster` is its id; both ends are aware, at home; a priority slot is kept back for some people."""

    roster: str
    start: datetime.datetime
    end: datetime.datetime
    capacity: int
    priority: bool


def slots_on(roster: Roster, day: datetime.date, calendar: Calendar) -> tuple[Slot, ...]:
    """Return the slots of a day in order, whoever may book them and whatever the time is."""
    if not roster.valid_on(day) or calendar.name_of_day_off(day) is not None:
        return ()
    found = _meetings(roster, day, calendar) if roster.kind == "class" else _cut(roster, day, calendar)
    pauses = [(before.end, after.start) for before, after in itertools.pairwise(calendar.sessions(day))]
    return tuple(
        _slot(roster, start, end)
        for start, end in found
        if not any(start < stop and pause < end for pause, stop in pauses if pause < stop)
    )


def open_slots(
    roster: Roster, rules: Rules, calendar: Calendar, now: datetime.datetime, priority_person: bool
) -> tuple[Slot, ...]:
    """Return the slots that may be booked at an instant, in order; how many seats are taken is not known here."""
    if now.utcoffset() is None:
        raise ValueError("an aware instant is wanted, not a naive one")
    today = local_day(now)
    first = now + datetime.timedelta(minutes=rules.lead_minutes)
    released = now + datetime.timedelta(hours=rules.priority_release_hours)
    return tuple(
        slot
        for ahead in range(rules.horizon_days + 1)
        for slot in slots_on(roster, today + ahead * _ONE_DAY, calendar)
        if slot.start >= first and (priority_person or not slot.priority or slot.start <= released)
    )


def days_with_slots(
    roster: Roster, rules: Rules, calendar: Calendar, now: datetime.datetime, priority_person: bool
) -> tuple[datetime.date, ...]:
    """Return the days on which something may be booked at an instant, in order."""
    slots = open_slots(roster, rules, calendar, now, priority_person)
    return tuple(dict.fromkeys(local_day(slot.start) for slot in slots))


_Range = tuple[datetime.datetime, datetime.datetime]


def _meetings(roster: Roster, day: datetime.date, calendar: Calendar) -> list[_Range]:
    """Return the classes of a day; one that loses a part to a closure does not take place."""
    spans = sorted(meeting.span for meeting in roster.dates if meeting.day == day)
    return [_range(day, span) for span in spans if _left(span, calendar.closures_on(day)) == span]


def _cut(roster: Roster, day: datetime.date, calendar: Calendar) -> Iterator[_Range]:
    """Yield one slot's time after the other; the buffer counts from one session to the next, too."""
    length = datetime.timedelta(minutes=roster.slot_minutes or 1)  # read_rosters demands it of all but classes
    buffer = datetime.timedelta(minutes=roster.buffer_minutes)
    free: datetime.datetime | None = None
    for start, end in sorted(_ranges(roster, day, calendar)):
        begin = start if free is None else max(start, free)
        while begin + length <= end:
            yield begin, begin + length
            begin = free = begin + length + buffer


def _ranges(roster: Roster, day: datetime.date, calendar: Calendar) -> Iterator[_Range]:
    weekday = (calendar.replaced_by(day) or day).weekday()
    for entry in roster.when:
        if weekday not in entry.days:
            continue
        if entry.times is None:
            yield from ((session.start, session.end) for session in calendar.sessions(day))
        else:
            left = (_left(span, calendar.closures_on(day)) for span in entry.times)
            yield from (_range(day, span) for span in left if span is not None)


def _left(span: Span, closures: Sequence[Closure]) -> Span | None:
    """Return what closures leave of hours that staff wrote; the evening belongs to the afternoon."""
    halves = [closure.session for closure in closures]
    if None in halves or {"morning", "afternoon"} <= set(halves):
        return None
    return span.without(halves[0]) if halves and halves[0] is not None else span


def _range(day: datetime.date, span: Span) -> _Range:
    start, end = (datetime.datetime.combine(day, time, HOME) for time in (span.start, span.end))
    return start, end


def _slot(roster: Roster, start: datetime.datetime, end: datetime.datetime) -> Slot:
    begins = start.astimezone(HOME).time()
    first = any(span.start <= begins < span.end for span in roster.priority)
    return Slot(roster.id, start, end, roster.capacity, first)
