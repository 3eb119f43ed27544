"""Kỳ bằng lời: "quý IV năm 2026" for 2026-Q4, and back. Periods are stored short and never shown short."""

import datetime
import re
import unicodedata

from content.dates import show_day
from content.phrases import Phrases
from content.report_period import ReportPeriod
from content.syllables import strip_marks

_NUMERALS = ("I", "II", "III", "IV")
_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_LONG_MONTH = re.compile(r"thang (?P<month>\d{1,2}) ?(?:nam|/|-) ?(?P<year>20\d{2})")
# As people write them, without diacritics: "quý 4/2026", "QIV/2026", "Quý IV năm 2026", "6 tháng đầu năm 2026".
_LONG = re.compile(
    r"(?:q(?:uy )?(?P<quarter>iv|i{1,3}|[1-4])|6 thang (?P<half>dau|cuoi))?(?: ?nam|/|-)? ?(?P<year>20\d{2})"
)


def period_words(name: str, phrases: Phrases) -> str:
    """Return how a period of a report is said: quarter, half, year, month, ISO week or day.

    `name` is as content.recurrence.period_of and ReportPeriod write it; anything else is returned as it is.
    """
    if month := _MONTH.fullmatch(name):
        return phrases.plain("period.month", number=int(month["month"]), year=month["year"])
    if week := _WEEK.fullmatch(name):
        return phrases.plain("period.week", number=int(week[2]), year=week[1])
    try:
        period = ReportPeriod.parse(name)
    except ValueError:
        return _day(name, phrases)
    if period.length == "quarter":
        return phrases.plain("period.quarter", number=_NUMERALS[period.number - 1], year=period.year)
    if period.length == "half":
        return phrases.plain("period.first_half" if period.number == 1 else "period.second_half", year=period.year)
    return phrases.plain("period.year", year=period.year)


def _day(name: str, phrases: Phrases) -> str:
    try:
        day = datetime.date.fromisoformat(name)
    except ValueError:
        return name
    return phrases.plain("period.day", day=show_day(day, phrases.language))


def read_month(text: str) -> datetime.date:
    """Return the first day of the month that somebody means: "2026-11", "tháng 11 năm 2026", "tháng 11/2026".

    Raises ValueError for anything else.
    """
    said = _plain(text)
    match = _MONTH.fullmatch(said) or _LONG_MONTH.fullmatch(said)
    if match is None:
        raise ValueError(f"{text}: expected a month such as 2026-11")
    return datetime.date(int(match["year"]), int(match["month"]), 1)


def read_period(text: str) -> ReportPeriod:
    """Return the period that somebody means: "2026-Q4", or as people write it. Raises ValueError for anything else."""
    match = _LONG.fullmatch(_plain(text))
    if match is None:
        return ReportPeriod.parse(text)
    year = int(match["year"])
    if quarter := match["quarter"]:
        number = int(quarter) if quarter.isdigit() else _NUMERALS.index(quarter.upper()) + 1
        return ReportPeriod(year, "quarter", number)
    if half := match["half"]:
        return ReportPeriod(year, "half", 1 if half == "dau" else 2)
    return ReportPeriod(year, "year", 1)


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).casefold()
    return " ".join(strip_marks(composed).split()).replace(" / ", "/")
