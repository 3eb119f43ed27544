"""Days as people here read them. The home zone is only for showing instants and for reading days."""

import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

HOME = ZoneInfo("Asia/Ho_Chi_Minh")  # UTC+7, no daylight saving time
QUIET_FROM, QUIET_UNTIL = datetime.time(21, 0), datetime.time(7, 0)
"""Giờ yên tĩnh, local: nothing that does not answer somebody goes out from 21:00 until 7:00."""
_DAY = "d/M/yyyy"


def local_day(instant: datetime.datetime) -> datetime.date:
    """Return the day it is at home at an aware instant."""
    return instant.astimezone(HOME).date()


def is_quiet(instant: datetime.datetime) -> bool:
    """Tell whether an aware instant lies in the quiet hours."""
    return not QUIET_UNTIL <= instant.astimezone(HOME).time() < QUIET_FROM


def next_waking(instant: datetime.datetime) -> datetime.datetime:
    """Return an aware instant, or seven o'clock after it when it lies in the quiet hours."""
    if not is_quiet(instant):
        return instant
    local = instant.astimezone(HOME)
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + datetime.timedelta(days=1)
    return datetime.datetime.combine(day, QUIET_UNTIL, HOME)


def instants(first: datetime.date, last: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """Return a span of local days, both included, as instants [begin, end)."""
    midnight = datetime.time(tzinfo=HOME)
    end = datetime.datetime.combine(last + datetime.timedelta(days=1), midnight)
    return datetime.datetime.combine(first, midnight), end


def last_of_month(day: datetime.date) -> datetime.date:
    """Return the last day of a day's month."""
    return (day.replace(day=1) + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)


@lru_cache(1_024)  # every answer shows the day its page was checked; Babel looks for the language's file each time
def show_day(day: datetime.date, language: str) -> str:
    """Return a day in figures, such as 22/11/2026."""
    return format_date(day, _DAY, locale=language)
