"""Đọc ngày giờ: the day, the part of the day and the hour that somebody types when asked when to come.

1. Words become tokens without marks. The few that marks alone tell apart (sáng/sang, sáu/sau, mốt/một) are upper case
   when they are certain; lower case is what was typed without marks.
2. Numbers in words become figures, the hour is taken out (`@` keeps its place), then the part of the day, then the day.
3. The first way of naming a day that fits is used: figures, "ngày … tháng …", "mai" and its like, days of the week.

Nothing is guessed: a day that does not exist, lies behind, is of the lunar calendar, or contradicts its weekday is None.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from content.dates import local_day
from content.syllables import canonical, strip_marks

Part = Literal["morning", "afternoon"]

_READ_AT_MOST = 300  # letters
_ONE_DAY = datetime.timedelta(days=1)
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[/.:@-]")


@dataclass(frozen=True)
class When:
    """What was said of a time. `part` and `at` only as said; the evening (tối) is afternoon, noon (trưa) is neither."""

    day: datetime.date | None = None
    part: Part | None = None
    at: datetime.time | None = None


# Words that only their marks tell from other words, and the token each becomes.
BY_MARKS: Mapping[str, str] = MappingProxyType({
    "sáng": "SANG", "trưa": "TRUA", "chiều": "CHIEU", "tối": "TOI", "đêm": "DEM",
    "mốt": "MOT", "mơi": "mai", "kìa": "KIA", "tới": "sap", "âm": "AM", "chạp": "CHAP",
    "một": "1", "tư": "TU", "sáu": "SAU", "bảy": "BAY", "bẩy": "BAY",
    "mãi": "-", "mại": "-", "mái": "-", "bây": "-", "thử": "-", "thu": "thu", "tôi": "-", "giá": "-",
})  # fmt: skip
UNITS: Mapping[str, int] = MappingProxyType({
    "1": 1, "mot": 1, "MOT": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "TU": 4, "nam": 5, "lam": 5, "nham": 5,
    "sau": 6, "SAU": 6, "bay": 7, "BAY": 7, "tam": 8, "chin": 9,
})  # fmt: skip
WEEKDAYS: Mapping[str, int] = MappingProxyType({
    "2": 0, "hai": 0, "3": 1, "ba": 1, "4": 2, "tu": 2, "TU": 2, "bon": 2, "5": 3, "nam": 3,
    "6": 4, "sau": 4, "SAU": 4, "7": 5, "bay": 5, "BAY": 5,
})  # fmt: skip
WHOLE_WEEKDAYS: Mapping[str, int] = MappingProxyType({
    "cn": 6, "chu nhat": 6, "chua nhat": 6, "chu nhut": 6, "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3,
    "friday": 4, "saturday": 5, "sunday": 6,
})  # fmt: skip
# Parts of the day, and by how many hours an hour up to 11 is later.
PARTS: Mapping[str, tuple[Part | None, int]] = MappingProxyType({
    "sang": ("morning", 0), "morning": ("morning", 0), "am": ("morning", 0), "trua": (None, 0), "noon": (None, 0),
    "chieu": ("afternoon", 12), "afternoon": ("afternoon", 12), "pm": ("afternoon", 12), "toi": ("afternoon", 12),
    "dem": ("afternoon", 12), "evening": ("afternoon", 12), "tonight": ("afternoon", 12),
})  # fmt: skip
_HALVES = ("sang", "trua", "chieu", "toi", "dem", "SANG", "TRUA", "CHIEU", "TOI", "DEM")
# How many days ahead; the longest words first.
RELATIVE: Mapping[str, int] = MappingProxyType({
    "day after tomorrow": 2, "tomorrow": 1, "tmr": 1, "today": 0, "tonight": 0,
    "hom nay": 0, "hom ni": 0, "bua nay": 0, "bua ni": 0, "ngay ni": 0, "trong ngay": 0,
    "ngay KIA": 3, "bua KIA": 3, "ngay kia": 2, "bua kia": 2, "ngay te": 2, "bua te": 2, "ngay tê": 2,
    "ngay mot": 2, "bua mot": 2, "hom mot": 2,
} | {f"{half} {word}": ahead for half in _HALVES
     for word, ahead in (("nay", 0), ("ni", 0), ("moi", 1), ("mot", 2), ("kia", 2), ("te", 2))
} | {"mai": 1, "MOT": 2})  # fmt: skip
ALONE: Mapping[str, int] = MappingProxyType({"nay": 0, "mot": 2, "moi": 1})
WEEKS: Mapping[str, int] = MappingProxyType({
    "tuan sau nua": 2, "tuan sap nua": 2, "tuan toi nua": 2, "tuan sau": 1, "tuan sap": 1, "tuan toi": 1, "tuan ke": 1,
    "tuan nay": 0, "tuan ni": 0, "next week": 1, "this week": 0,
})  # fmt: skip


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


_UNIT = _any(UNITS)
_COMPOUND = rf"(?:(?:hai|ba) )?muoi(?: {_UNIT})?"
_SURE = rf"(?:{_COMPOUND}|{_any(UNITS.keys() - {'mot', 'tu', 'sau', 'bay', 'lam', 'nham', 'MOT', '1'})}|1)"
_WORDED = (
    re.compile(rf"\b(ngay )({_SURE})\b(?! nay)"),
    re.compile(rf"\b(thang )({_COMPOUND}|(?!sau\b){_UNIT})\b"),
    re.compile(rf"\b(mong |mung )({_COMPOUND}|{_UNIT})\b"),
    re.compile(rf"()\b({_SURE})(?= gio\b)"),
)
_WEEKDAY = rf"(?:(?:thu|t) {_any(WEEKDAYS)}|{_any(WHOLE_WEEKDAYS)})\b"
_WEEKDAY_SAID = re.compile(
    rf"\b(next )?(?:(?:thu|t) ({_any(WEEKDAYS)})|({_any(WHOLE_WEEKDAYS)}))\b(?: (sau|nay|ni)\b)?"
)
_WEEK_SAID = re.compile(rf"\b{_any(WEEKS)}\b")
_RELATIVE_SAID = re.compile(rf"\b{_any(RELATIVE)}\b")
_DAYS_AHEAD = re.compile(r"\b(\d{1,2}) (?:ngay|hom|bua|days?) (?:nua|sap|later)\b")
_NOT_A_DAY = re.compile(r"\b(?:mai (?:tang|mot|MOT|moi)|(?:khuyen|hoa|mua|cay) mai)\b|-")
_BEHIND = re.compile(
    r"\b(?:hom (?:qua|kia|KIA|te|truoc)|bua (?:qua|truoc)|ngay (?:qua|truoc)|tuan (?:qua|truoc)|yesterday|last)\b"
)
_LUNAR = re.compile(r"\b(?:tet|am lich|AM lich|\d+ AM|thang (?:CHAP|chap|gieng)|(?:ngay|hom) ram|lunar)\b")

_ISO = re.compile(r"\b(\d{4}) - (\d{1,2}) - (\d{1,2})\b")
_FIGURES = re.compile(r"\b(\d{1,2}) [/.-] (\d{1,2})\b(?: (?:[/.-]|nam) (\d{4}|\d\d)\b)?(?! [/.-] \d)")
_SPELT = re.compile(
    r"\b(?:(?:ngay|mong|mung|hom) )?(\d{1,2}) (?:thang|thg) (\d{1,2}|nay|ni|sau|sap|toi)\b"
    r"(?: (?:nam|/|-) (\d{4}|nay|sau|sap|toi)\b)?"
)
_SHORT = re.compile(r"\b(?:ngay|mong|mung|hom) (\d{1,2}) (?:t|th) (\d{1,2})\b()")
_DAY_ONLY = re.compile(r"\b(?:ngay|mong|mung|hom) (\d{1,2})\b(?! (?:nguoi|gio|h)\b)")
_HOUR = r"(?P<hour>[01]?\d|2[0-3])"
_MINUTE = r"(?P<minute>[0-5]\d)"
_CLOCKS = tuple(map(re.compile, (
    rf"\b{_HOUR} : {_MINUTE}\b(?: : \d\d\b)?(?: (?P<half>am|pm)\b)?",
    rf"\b{_HOUR} (?:gio |h |g )?(?P<ruoi>ruoi)\b",
    rf"\b{_HOUR} (?:gio|h|g) kem (?P<kem>[1-5]?\d)\b(?: (?:p|phut)\b)?",
    rf"\b{_HOUR} (?:gio|h|g)\b(?: {_MINUTE}\b(?! [/.-] \d))?(?: (?:p|phut)\b)?(?! nua)",
    rf"\b{_HOUR} (?P<half>am|pm)\b",
    rf"(?<![/.-] )\b{_HOUR} \. (?P<minute>00|1[3-9]|[2-5]\d)\b(?! [/.-] \d)",
)))  # fmt: skip
_RANGE = re.compile(r"\b(\d{1,2}) (?:-|den|toi|sap) (?=\d{1,2} (?:gio|h|g)\b)")  # "8-10h" begins at 8
_DAY_FOLLOWS = rf"(?= (?:nay|ni|mai|moi|mot|MOT|kia|te|hom|bua|ngay|mong|mung|@|{_WEEKDAY}|\d+ [/.-] \d))"
_TYPED = "(?:sang|trua|chieu|toi|dem)"
_PART_SAID = re.compile(
    r"\b(?:SANG|TRUA|CHIEU|TOI|DEM|morning|noon|afternoon|evening|tonight)\b"
    rf"|\b(?:(?<=@ )|(?<=buoi )|(?<=lich )){_TYPED}\b|\b{_TYPED}{_DAY_FOLLOWS}|^{_TYPED}$|(?<=\S )(?:sang|trua|chieu)$"
)


def read_when(text: str, now: datetime.datetime) -> When | None:
    """Return what a text says of a day and a time from an aware instant on, or None when nothing sure is said.

    A day without a year lies ahead; a full date that has passed is returned as written.
    """
    if now.utcoffset() is None:
        raise ValueError("an aware instant is wanted, not a naive one")
    words = _figures(_tokens(text))
    if _LUNAR.search(words) or _BEHIND.search(words):
        return None
    clock, words = _take_clock(words)
    said = _PART_SAID.search(words)
    part_word = (clock.half if clock and clock.half else said.group().lower() if said else None) or ""
    try:
        day = _read_day(_NOT_A_DAY.sub(_keep_dashes, words), local_day(now))
    except (ValueError, OverflowError):  # 31/2, or two things that contradict each other
        return None
    when = When(day, PARTS[part_word][0] if part_word else None, clock.time(part_word) if clock else None)
    return None if when == When() else when
