"""Lịch làm việc: the one object that says when a commune's centre is open and which days count.

Two questions are kept apart (docs/decisions/0005-working-calendar.md):

- *open*: may a citizen come now? National days off, the commune's weekly hours (Saturday duty included), its closures.
- *working day* (ngày làm việc): does the day count in a time limit? The nation's answer only: neither Saturday duty
  nor a closure of one commune changes it.
"""

import datetime
from dataclasses import dataclass

from content.closures import Closure
from content.communes import CLOSED, Profile
from content.dates import HOME, local_day
from content.national_days import NationalDays, Status
from content.opening_hours import Part, Span, read_hours

_ONE_DAY = datetime.timedelta(days=1)
_LOOK_AHEAD = 366  # days


@dataclass(frozen=True)
class Session:
    """Buổi làm việc: open from `start` up to, not including, `end`; both aware, at home."""

    start: datetime.datetime
    end: datetime.datetime
    name: Part


class WorkingCalendar:
    """A commune's calendar. Days are dates; instants must be aware (ValueError otherwise)."""

    def __init__(self, national: NationalDays, profile: Profile) -> None:
        self._national = national
        self._week = tuple(() if text == CLOSED else read_hours(text) for text in profile.hours.week.days())
        self._closures = profile.closures

    # When the centre is open

    def is_open(self, instant: datetime.datetime) -> bool:
        """Return whether the centre is open at an instant; at the very end of a session it is closed."""
        day = _day_of(instant)
        return any(session.start <= instant < session.end for session in self.sessions(day))

    def sessions(self, day: datetime.date) -> tuple[Session, ...]:
        """Return the day's sessions in order; a make-up day has the hours of the weekday it stands for."""
        if self._national.name_of_day_off(day) is not None:
            return ()
        spans: list[Span] = list(self._week[(self._national.replaced_by(day) or day).weekday()])
        for closure in self.closures_on(day):
            if closure.session is None:
                return ()
            spans = [left for span in spans if (left := span.without(closure.session)) is not None]
        return tuple(_session(day, span) for span in spans)

    def replaced_by(self, day: datetime.date) -> datetime.date | None:
        """Return the weekday off for which a weekend day is worked (làm bù), or None."""
        return self._national.replaced_by(day)

    def next_open(self, instant: datetime.datetime) -> datetime.datetime | None:
        """Return the instant itself when open, else when the centre next opens; None when not within a year."""
        day = _day_of(instant)
        for offset in range(_LOOK_AHEAD + 1):
            for session in self.sessions(day + offset * _ONE_DAY):
                if instant < session.end:
                    return max(instant.astimezone(HOME), session.start)
        return None

    def closures_on(self, day: datetime.date) -> tuple[Closure, ...]:
        """Return the commune's own closures that touch a day."""
        return tuple(closure for closure in self._closures if closure.covers(day))

    def name_of_day_off(self, day: datetime.date) -> str | None:
        """Return why a whole day is off: the holiday, else the reason of the commune's closure, else None."""
        name = self._national.name_of_day_off(day)
        if name is not None:
            return name
        return next((closure.reason for closure in self.closures_on(day) if closure.session is None), None)

    # Which days count

    def is_working_day(self, day: datetime.date) -> bool:
        """Return whether a day is ngày làm việc: Monday to Friday less days off, and make-up days."""
        return self._national.is_working_day(day)

    def next_working_day(self, day: datetime.date) -> datetime.date:
        """Return the first working day after a day, never the day itself."""
        return self.working_day_on_or_after(day + _ONE_DAY)

    def previous_working_day(self, day: datetime.date) -> datetime.date:
        """Return the last working day before a day, never the day itself."""
        return self.working_day_on_or_before(day - _ONE_DAY)

    def working_day_on_or_after(self, day: datetime.date) -> datetime.date:
        """Roll forward, as a legal time limit does that ends on a day off (Bộ luật Dân sự 2015, Điều 148 khoản 5)."""
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def working_day_on_or_before(self, day: datetime.date) -> datetime.date:
        """Roll back, as the aim date of a report does whose due date is a day off: that date never moves later."""
        while not self.is_working_day(day):
            day -= _ONE_DAY
        return day

    def add_working_days(self, day: datetime.date, number: int) -> datetime.date:
        """Return the `number`-th working day after a day; before it when negative; the day itself for 0.

        The day itself is not counted: a period starts on the next day (Bộ luật Dân sự 2015, Điều 147 khoản 2).
        """
        for _ in range(abs(number)):
            day = self.next_working_day(day) if number > 0 else self.previous_working_day(day)
        return day

    def working_days_between(self, start: datetime.date, end: datetime.date) -> int:
        """Return how many working days must be added to `start` to reach `end`: those after it, up to and with `end`.

        Negative when `end` is earlier: then those before `start`, down to and with `end`.
        """
        direction = 1 if end >= start else -1
        steps = range(1, abs((end - start).days) + 1)
        return direction * sum(self.is_working_day(start + direction * step * _ONE_DAY) for step in steps)

    # How sure the answers are

    def status(self, year: int) -> Status:
        """Return "announced" when the State has set the year's days off, else "provisional" (dự kiến)."""
        return self._national.status(year)

    def provisional(self, day: datetime.date) -> bool:
        """Return whether what is said of a day may still be decided otherwise."""
        return self._national.provisional(day)


def _day_of(instant: datetime.datetime) -> datetime.date:
    if instant.utcoffset() is None:
        raise ValueError("an aware instant is wanted, not a naive one")
    return local_day(instant)


def _session(day: datetime.date, span: Span) -> Session:
    start, end = (datetime.datetime.combine(day, time, HOME) for time in (span.start, span.end))
    return Session(start, end, span.part)
