"""Quy tắc hạn: on which days something is due. content/rule_words.py reads and writes the rules as staff do."""

import datetime
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule

from content.calendar import WorkingCalendar
from content.dates import HOME

Frequency = Literal["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]

LAST = -1  # BYMONTHDAY of the last day of a month
LAST_MONTHS_OF_QUARTERS = (3, 6, 9, 12)
FIRST_MONTHS_OF_QUARTERS = (1, 4, 7, 10)
LAST_MONTHS_OF_HALVES = (6, 12)
END_OF_DAY = datetime.time(23, 59, 59)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_ONE_DAY = datetime.timedelta(days=1)
_NUMBERS = (("YEARLY", YEARLY), ("MONTHLY", MONTHLY), ("WEEKLY", WEEKLY), ("DAILY", DAILY))


@dataclass(frozen=True)
class Repeats:
    """Hạn lặp lại: the parts of an RRULE (RFC 5545); weekdays count from Monday, 0.

    `working` asks the working calendar: every working day when DAILY, the last working day of each month when MONTHLY.
    No RRULE can say that, so `rrule_text` gives Monday to Friday for it, which knows no holidays.
    """

    frequency: Frequency
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    position: int | None = None
    interval: int = 1
    working: bool = False

    @property
    def rrule_text(self) -> str:
        """Return the rule as RFC 5545 writes it, without "RRULE:", start and end."""
        if self.working:
            return _WORKING_RRULE[self.frequency == "MONTHLY"]
        parts = [f"FREQ={self.frequency}"]
        parts += [f"INTERVAL={self.interval}"] if self.interval > 1 else []
        parts += [f"BYMONTH={_list(self.months)}"] if self.months else []
        parts += [f"BYMONTHDAY={_list(self.month_days)}"] if self.month_days else []
        parts += [f"BYDAY={','.join(WEEKDAYS[day] for day in self.weekdays)}"] if self.weekdays else []
        parts += [f"BYSETPOS={self.position}"] if self.position is not None else []
        return ";".join(parts)


@dataclass(frozen=True)
class Once:
    """Một lần: one day."""

    day: datetime.date


@dataclass(frozen=True)
class OnEvent:
    """Khi có sự việc: no day until somebody opens an event; `what` is the event in the words of staff."""

    what: str


Rule = Repeats | Once | OnEvent

_WORKING_RRULE = ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1")


def due_days(
    rule: Rule,
    first: datetime.date,
    last: datetime.date,
    calendar: WorkingCalendar,
    anchor: datetime.date | None = None,
) -> Iterator[datetime.date]:
    """Yield the days on which something is due from `first` to `last`, both included, in order.

    A day never moves because it is a day off; only rules that name working days ask the calendar. `anchor` is the day
    from which "every second month" and the like are counted; such a rule needs one (ValueError).
    """
    if isinstance(rule, Once) and first <= rule.day <= last:
        yield rule.day
    if not isinstance(rule, Repeats):
        return
    if rule.working:
        yield from _working_days(rule, first, last, calendar)
        return
    if rule.interval > 1 and anchor is None:
        raise ValueError("a rule with an interval needs the day it is counted from")
    start = anchor if rule.interval > 1 and anchor is not None else first
    for instant in _rrule(rule, start, last):
        if instant.date() >= first:
            yield instant.date()


def instant_of(day: datetime.date, time: datetime.time) -> datetime.datetime:
    """Return the UTC instant of a local day and time of day."""
    return datetime.datetime.combine(day, time, HOME).astimezone(datetime.UTC)


def aim_of(due: datetime.datetime, calendar: WorkingCalendar) -> datetime.datetime:
    """Return when to aim for: `due` itself, or the same time on the working day before when `due` is on a day off."""
    local = due.astimezone(HOME)
    return instant_of(calendar.working_day_on_or_before(local.date()), local.time())


def period_of(rule: Rule, day: datetime.date) -> str:
    """Return the period for which the report due on a day is: 2026-Q4, 2026-H1, 2026, 2026-11, 2026-W47 or the day.

    What is due in the first week of a quarter is for the quarter before. Weeks are ISO weeks (Monday to Sunday). Two
    due days of one rule never share a period.
    """
    if not isinstance(rule, Repeats) or rule.interval > 1 or rule.position not in (None, LAST):
        return day.isoformat()
    one_day = len(rule.month_days) == 1 or rule.position == LAST or rule.working
    if rule.frequency == "YEARLY" and one_day:
        return _period_of_year(rule.months, day)
    if rule.frequency == "MONTHLY" and one_day and not rule.months:
        return f"{day:%Y-%m}"
    if rule.frequency == "WEEKLY" and len(rule.weekdays) == 1:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    return day.isoformat()


def _period_of_year(months: tuple[int, ...], day: datetime.date) -> str:
    if months == FIRST_MONTHS_OF_QUARTERS:
        day = day.replace(day=1) - _ONE_DAY
    if months in (FIRST_MONTHS_OF_QUARTERS, LAST_MONTHS_OF_QUARTERS):
        return f"{day.year}-Q{(day.month + 2) // 3}"
    if months == LAST_MONTHS_OF_HALVES:
        return f"{day.year}-H{(day.month + 5) // 6}"
    return str(day.year) if len(months) == 1 else day.isoformat()


def _working_days(
    rule: Repeats, first: datetime.date, last: datetime.date, calendar: WorkingCalendar
) -> Iterator[datetime.date]:
    for day in map(first.__add__, map(datetime.timedelta, range((last - first).days + 1))):
        if calendar.is_working_day(day) and (
            rule.frequency == "DAILY" or calendar.next_working_day(day).month != day.month
        ):
            yield day


def _rrule(rule: Repeats, start: datetime.date, last: datetime.date) -> Iterator[datetime.datetime]:
    """Let dateutil expand the rule; `until` bounds the search of a rule that never fires."""
    found = rrule(
        dict(_NUMBERS)[rule.frequency],
        dtstart=datetime.datetime.combine(start, datetime.time(), HOME),
        until=datetime.datetime.combine(last, datetime.time(), HOME),
        interval=rule.interval,
        bymonth=rule.months or None,
        bymonthday=rule.month_days or None,
        byweekday=rule.weekdays or None,
        bysetpos=rule.position,
    )
    return itertools.chain(found)


def _list(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))
