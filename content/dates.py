"""Days as people here read them. The home zone is only for showing instants and for reading days."""

import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

HOME = ZoneInfo("Asia/Ho_Chi_Minh")  # UTC+7, no daylight saving time
_DAY = "d/M/yyyy"


def local_day(instant: datetime.datetime) -> datetime.date:
    """Return the day it is at home at an aware instant."""
    return instant.astimezone(HOME).date()


def instants(first: datetime.date, last: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """Return a span of local days, both included, as instants [begin, end)."""
    midnight = datetime.time(tzinfo=HOME)
    end = datetime.datetime.combine(last + datetime.timedelta(days=1), midnight)
    return datetime.datetime.combine(first, midnight), end


@lru_cache(1_024)  # every answer shows the day its page was checked; Babel looks for the language's file each time
def show_day(day: datetime.date, language: str) -> str:
    """Return a day in figures, such as 22/11/2026."""
    return format_date(day, _DAY, locale=language)
