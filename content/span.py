"""Đọc từ ngày đến ngày: the first and the last day that somebody types, such as those of a leave."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from content.dates import HOME
from content.syllables import strip_marks
from content.when import read_when

_READ_AT_MOST = 300  # letters
_LONGEST = timedelta(days=200)
_ONE_DAY = timedelta(days=1)
_UNTIL = re.compile(
    r"\s*(?:\b(?:cho )?(?:đến|den|tới|toi)(?: hết| het)?\b|\buntil\b|->|\s-\s|–|(?<=\d)-(?=\d\d?/))\s*", re.IGNORECASE
)
_WEEK = re.compile(r"\btuan (?:(?P<next>sau|toi|ke|sap toi)|nay)\b(?! nua)")
_DAY_OF_WEEK = re.compile(r"\bthu (?:[2-7]|hai|ba|tu|nam|sau|bay)\b|\b(?:cn|chu nhat)\b")
_BARE_NUMBER = re.compile(r"^\D*?(?:\btừ |\btu |^)(\d{1,2})$", re.IGNORECASE)


def read_span(text: str, now: datetime) -> tuple[date, date] | None:
    """Return the first and the last local day of "từ mai đến hết 31/12", "12-14/12" or "tuần sau", at an aware instant.

    A week is Monday to Sunday, this one from today on. None when no two days are named, when they stand the wrong way
    round or lie more than 200 days apart.
    """
    text = unicodedata.normalize("NFC", text[:_READ_AT_MOST])
    for until in _UNTIL.finditer(text):
        begin, end = text[: until.start()], text[until.end() :]
        last = _day_said(end, now)
        if last is None:
            continue
        number = _BARE_NUMBER.search(begin)  # its month stands with the last day
        first = _day_said(begin, now) if number is None else _before(last, int(number[1]))
        if first is not None and last < first:  # "từ thứ 2 đến thứ 6", said on a Thursday: the Friday after that Monday
            last = _day_said(end, datetime.combine(first, time(12), HOME)) or last
        if first is not None and first <= last <= first + _LONGEST:
            return first, last
    return _week_said(text, now)


def _week_said(text: str, now: datetime) -> tuple[date, date] | None:
    """Return a whole week that is named alone: "thứ 5 tuần sau" is one day."""
    words = strip_marks(text.lower())
    week = _WEEK.search(words)
    more = any(sign.isdecimal() for sign in words) or _DAY_OF_WEEK.search(words) or _day_said(text, now)
    if week is None or more:
        return None
    today = now.astimezone(HOME).date()
    monday = today - today.weekday() * _ONE_DAY + (7 if week["next"] else 0) * _ONE_DAY
    return max(monday, today), monday + 6 * _ONE_DAY


def _day_said(text: str, now: datetime) -> date | None:
    when = read_when(text, now)
    return when.day if when is not None else None


def _before(last: date, number: int) -> date | None:
    """Return the last day with this number up to `last`, in its month or the one before."""
    month = last if number <= last.day else last.replace(day=1) - _ONE_DAY
    try:
        return month.replace(day=number)
    except ValueError:
        return None
