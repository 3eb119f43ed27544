"""Đọc ngày giờ: the day, the part of the day and the hour that somebody types when asked when to come.

1. Words become tokens without marks. The few that marks alone tell apart (sáng/sang, sáu/sau, mốt/một) are upper case
   when they are certain; lower case is what was typed without marks.
2. Numbers in words become figures, the hour is taken out (`@` keeps its place), then the part of the day, then the day.
3. The first way of naming a day that fits is used: figures, "ngày … tháng …", "mai" and its like, days of the week.

Nothing is guessed: what does not exist, lies behind, is of the lunar calendar or contradicts itself is not read.
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


@dataclass(frozen=True)
class When:
    """What was said of a time. `part` and `at` only as said; the evening (tối) is afternoon, noon (trưa) is neither."""

    day: datetime.date | None = None
    part: Part | None = None
    at: datetime.time | None = None


# Words that only their marks tell from others, and the token each becomes; "_" is a word that says nothing here.
BY_MARKS: Mapping[str, str] = MappingProxyType({
    "sáng": "SANG", "trưa": "TRUA", "chiều": "CHIEU", "tối": "TOI", "đêm": "DEM",
    "mốt": "MOT", "mơi": "mai", "kìa": "KIA", "tới": "sap", "âm": "AM",
    "một": "1", "tư": "TU", "sáu": "SAU", "bảy": "BAY", "bẩy": "BAY",
    "mãi": "_", "mại": "_", "mái": "_", "mới": "_", "mỗi": "_", "mọi": "_", "bây": "_", "thử": "_", "tôi": "_",
})  # fmt: skip
UNITS: Mapping[str, int] = MappingProxyType({
    "1": 1, "mot": 1, "MOT": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "TU": 4, "nam": 5, "lam": 5, "nham": 5,
    "sau": 6, "SAU": 6, "bay": 7, "BAY": 7, "tam": 8, "chin": 9,
})  # fmt: skip
# Units that are no number when they stand alone: ngày sau, ngày mốt, từ giờ, sau giờ, bây giờ.
NOT_ALONE = frozenset({"mot", "MOT", "tu", "lam", "nham", "sau", "bay"})
POLITE = frozenset({"a", "da", "vang", "nhe", "nha", "di", "duoc"})  # left out
NUMBERED_DAYS: Mapping[str, int] = MappingProxyType({
    "2": 0, "hai": 0, "3": 1, "ba": 1, "4": 2, "tu": 2, "TU": 2, "bon": 2, "5": 3, "nam": 3,
    "6": 4, "sau": 4, "SAU": 4, "7": 5, "bay": 5, "BAY": 5,
})  # fmt: skip
NAMED_DAYS: Mapping[str, int] = MappingProxyType({
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    "cn": 6, "chu nhat": 6, "chua nhat": 6, "chu nhut": 6,
})  # fmt: skip
# Parts of the day, and how many hours later an hour up to 11 is.
PARTS: Mapping[str, tuple[Part | None, int]] = MappingProxyType({
    "sang": ("morning", 0), "morning": ("morning", 0), "am": ("morning", 0), "trua": (None, 0), "noon": (None, 0),
    "chieu": ("afternoon", 12), "afternoon": ("afternoon", 12), "pm": ("afternoon", 12), "toi": ("afternoon", 12),
    "dem": ("afternoon", 12), "evening": ("afternoon", 12), "tonight": ("afternoon", 12),
})  # fmt: skip
# Words for days, and how many days ahead; after a part of the day more words name one (chiều ni, sáng mơi).
RELATIVE: Mapping[str, int] = MappingProxyType({
    "today": 0, "tonight": 0, "tomorrow": 1, "tmr": 1, "day after tomorrow": 2, "mai": 1, "MOT": 2,
    "hom nay": 0, "hom ni": 0, "bua nay": 0, "bua ni": 0, "ngay ni": 0,
    "ngay kia": 2, "bua kia": 2, "ngay te": 2, "bua te": 2, "ngay mot": 2, "bua mot": 2, "hom mot": 2,
    "ngay KIA": 3, "bua KIA": 3,
})  # fmt: skip
AFTER_PART: Mapping[str, int] = MappingProxyType({"nay": 0, "ni": 0, "moi": 1, "mot": 2, "kia": 2, "te": 2, "KIA": 3})
ALONE: Mapping[str, int] = MappingProxyType({"nay": 0, "mot": 2})
WEEKS: Mapping[str, int] = MappingProxyType({
    "tuan sau nua": 2, "tuan sap nua": 2, "tuan toi nua": 2, "tuan sau": 1, "tuan sap": 1, "tuan toi": 1, "tuan ke": 1,
    "tuan nay": 0, "tuan ni": 0, "next week": 1, "this week": 0,
})  # fmt: skip


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


_TOKEN = re.compile(r"\d+|[^\W\d_]+|[/.:-]")
_TENS = rf"(?:(?:hai|ba) )?muoi(?: {_any(UNITS)})?"
_NUMBER = rf"(?:{_TENS}|{_any(UNITS.keys() - NOT_ALONE)})"
_WORDED = (
    re.compile(rf"\b(ngay |hom )({_NUMBER})\b"),
    re.compile(rf"\b()({_NUMBER})(?= (?:gio|thang|ngay|hom)\b)"),
    re.compile(rf"\b(thang )({_TENS}|(?!sau\b|MOT\b){_any(UNITS)})\b"),
    re.compile(rf"\b(mong |mung )({_TENS}|{_any(UNITS)})\b"),
)
_BEHIND = re.compile(
    r"\b(?:hom (?:qua|kia|KIA|te|truoc)|bua (?:qua|truoc)|ngay qua|tuan (?:qua|truoc)|yesterday|last (?:week|\w+day))\b"
)
_LUNAR = re.compile(r"\b(?:tet|am lich|AM lich|\d+ AM|thang (?:chap|gieng)|(?:ngay|hom) ram|lunar)\b")
_NOT_A_DAY = re.compile(r"\b(?:mai (?:tang|mot|MOT)|(?:khuyen|hoa|nay) mai)\b")

_NUMBERED = rf"(?:thu|t) {_any(NUMBERED_DAYS)}"
_WEEKDAY = re.compile(
    rf"\b(?P<before>(?:next|this) )?(?:(?:thu|t) (?P<number>{_any(NUMBERED_DAYS)})|(?P<name>{_any(NAMED_DAYS)}))\b"
    r"(?: (?P<after>sau|nay|ni)\b(?! (?:@|\d)))?"
)
_WEEK = re.compile(rf"\b{_any(WEEKS)}\b")
_PART_WORD = "(?:sang|trua|chieu|toi|dem|SANG|TRUA|CHIEU|TOI|DEM)"
_RELATIVE = re.compile(rf"\b(?:{_PART_WORD} (?P<after>{_any(AFTER_PART)})|(?P<word>{_any(RELATIVE)}))\b")
_DAYS_AHEAD = re.compile(r"\b(\d{1,2}) (?:ngay|hom|bua|days?) (?:nua|sap|later)\b")

_ISO = re.compile(r"\b(\d{4}) - (\d{1,2}) - (\d{1,2})\b")
_FIGURES = re.compile(
    r"\b(\d{1,2}) [/.-] (\d{1,2})\b(?: (?:[/.-]|nam) (\d{4}|\d\d|(?<=nam )(?:nay|sau|sap|toi))\b)?(?! [/.-] \d)"
)
_SPELT = re.compile(r"\b(\d{1,2}) (?:thang|thg) (\d{1,2}|nay|ni|sau|sap|toi)\b(?: nam (\d{4}|nay|sau|sap|toi)\b)?")
_SHORT = re.compile(r"\b(?:ngay|mong|mung|hom) (\d{1,2}) (?:t|th) (\d{1,2})\b()")
_DAY_ONLY = re.compile(r"\b(?:ngay|mong|mung|hom) (\d{1,2})\b(?! (?:nguoi|gio|h|thang|thg)\b)")

_HOUR = r"\b(?P<hour>[01]?\d|2[0-3])"
_CLOCKS = (
    re.compile(rf"{_HOUR} : (?P<minute>[0-5]\d)\b(?: : \d\d\b)?(?: (?P<half>am|pm)\b)?"),
    re.compile(rf"{_HOUR} (?:gio |h |g )?(?P<thirty>ruoi)\b"),
    re.compile(rf"{_HOUR} (?:gio|h|g) kem (?P<less>[1-5]?\d)\b(?: (?:p|phut)\b)?"),
    re.compile(
        rf"{_HOUR} (?:gio|h|g)\b(?: (?P<minute>[0-5]\d)\b(?! (?:[/.-] \d|thang|thg))(?: (?:p|ph|phut)\b)?)?"
        r"(?! nua| [6-9]\d\b)"
    ),
    re.compile(rf"{_HOUR} (?P<half>am|pm)\b"),
    re.compile(rf"(?<![/.-] ){_HOUR} \. (?P<minute>00|1[3-9]|[2-5]\d)\b(?! [/.-] \d)"),  # 8.30, but not 8.12
)
# "8-10h" begins at 8; "ngày 5 - 8h" does not.
_RANGE = re.compile(
    r"(?<!ngay )(?<!mong )(?<!mung )(?<!thang )(?<!thu )(?<!\bt )(?<![/.-] )"
    r"\b(\d{1,2}) (?:-|den|toi|sap) (?=\d{1,2} (?:gio|h|g)\b)"
)
_TYPED = "(?:sang|trua|chieu|toi|dem)"
_DAY_FOLLOWS = (
    rf"(?= (?:{_any(AFTER_PART)}|mai|hom|bua|ngay|mong|mung|@|{_NUMBERED}|{_any(NAMED_DAYS)}|\d+ [/.-] \d)(?: |$))"
)
_PART = re.compile(
    r"\b(?:SANG|TRUA|CHIEU|TOI|DEM|morning|noon|afternoon|evening|tonight)\b"
    rf"|(?:(?<=@ )|(?<=buoi )){_TYPED}\b|(?<!doi )(?<!chuyen )\b{_TYPED}{_DAY_FOLLOWS}"
    rf"|^{_TYPED}$|(?<= )(?:sang|trua|chieu)$"
)


def read_when(text: str, now: datetime.datetime) -> When | None:
    """Return what a text says of a day and a time, at an aware instant, or None when nothing sure is said.

    A day without a year lies ahead; a date with its year is returned as written, even when it has passed.
    """
    if now.utcoffset() is None:
        raise ValueError("an aware instant is wanted, not a naive one")
    words = _tokens(text)
    if _LUNAR.search(words) or _BEHIND.search(words):
        return None
    found, words = _take_clock(words)
    said = _PART.search(words)
    part = (found or {}).get("half") or (said.group().lower() if said else "")
    try:
        when = When(
            _read_day(_NOT_A_DAY.sub("_", words), local_day(now)),
            PARTS[part][0] if part else None,
            _read_clock(found, part) if found is not None else None,
        )
    except (ValueError, OverflowError):  # 31/2, or two things that contradict each other
        return None
    return None if when == When() else when


def _tokens(text: str) -> str:
    """Return the tokens with one blank between, numbers as figures."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text[:_READ_AT_MOST]).lower())
    found = (canonical(word) for word in _TOKEN.findall(plain))
    folded = (BY_MARKS.get(word) or strip_marks(word) for word in found)
    words = " ".join(word for word in folded if word not in POLITE)
    for pattern in _WORDED:
        words = pattern.sub(lambda match: f"{match[1]}{_number(match[2])}", words)
    return words


def _number(words: str) -> int:
    """Return 25 for "hai muoi lam"."""
    if "muoi" not in words:
        return UNITS[words]
    tens, _, units = (part.strip() for part in words.partition("muoi"))
    return 10 * UNITS.get(tens, 1) + UNITS.get(units, 0)


def _take_clock(words: str) -> tuple[dict[str, str] | None, str]:
    """Return the parts of the first hour that is said, or None, and the words with @ for every hour."""
    words = _RANGE.sub(r"\1 gio - ", words)
    matches = [match for pattern in _CLOCKS if (match := pattern.search(words))]
    if not matches:
        return None, words
    first = min(matches, key=lambda match: match.start())  # of several at one place, the first pattern's
    for pattern in _CLOCKS:
        words = pattern.sub("@", words)
    return {name: value for name, value in first.groupdict().items() if value}, words


def _read_clock(found: Mapping[str, str], part: str) -> datetime.time:
    """Return the hour meant. Nobody visits an office at 3 in the morning: 3h is 15:00 unless morning is said."""
    hour = int(found["hour"])
    if part in ("sang", "morning", "am"):
        if hour > 12:
            raise ValueError("15h sáng")
        hour = 0 if part == "am" and hour == 12 else hour
    elif part and PARTS[part][1] and hour < 12:
        hour += PARTS[part][1]
    elif 1 <= hour <= 5 and not found["hour"].startswith("0"):
        hour += 12
    minute = 30 if "thirty" in found else int(found.get("minute", "0"))
    total = (hour * 60 + minute - int(found.get("less", "0"))) % 1440
    return datetime.time(total // 60, total % 60)


def _read_day(words: str, today: datetime.date) -> datetime.date | None:
    """Return the day, or None when none is named. Raises ValueError when there is no such day."""
    day = _by_date(words, today) or _by_distance(words, today)
    named = list(_WEEKDAY.finditer(words))
    weekdays = {NAMED_DAYS[one["name"]] if one["name"] else NUMBERED_DAYS[one["number"]] for one in named}
    if not weekdays:
        return day
    if len(weekdays) > 1 or (day is not None and {day.weekday()} != weekdays):
        raise ValueError("two days are named")
    return day or _by_weekday(weekdays.pop(), named[0], words, today)


def _by_date(words: str, today: datetime.date) -> datetime.date | None:
    if match := _ISO.search(words):
        return datetime.date(int(match[1]), int(match[2]), int(match[3]))
    if match := _FIGURES.search(words) or _SPELT.search(words) or _SHORT.search(words):
        return _dated(int(match[1]), match[2], match[3] or "", today)
    if match := _DAY_ONLY.search(words):
        return _next_with_number(int(match[1]), today)
    return None


def _dated(number: int, month: str, year: str, today: datetime.date) -> datetime.date:
    if not month.isdigit():  # ngày 25 tháng này, tháng sau
        first = today.replace(day=1)
        month_meant = first if month in ("nay", "ni") else _next_month(first)
        return _ahead(month_meant.replace(day=number), today)
    if year.isdigit():
        return datetime.date(int(year) + (2000 if len(year) == 2 else 0), int(month), number)
    if year:
        return datetime.date(today.year + (year != "nay"), int(month), number)
    for each in (today.year, today.year + 1):
        day = _date_or_none(each, int(month), number)
        if day is not None and day >= today:
            return day
    raise ValueError(f"no {number}/{month} within a year")


def _next_with_number(number: int, today: datetime.date) -> datetime.date:
    first = today.replace(day=1)
    for _ in range(3):
        day = _date_or_none(first.year, first.month, number)
        if day is not None and day >= today:
            return day
        first = _next_month(first)
    raise ValueError(f"no {number}th")


def _next_month(first: datetime.date) -> datetime.date:
    return (first + 31 * _ONE_DAY).replace(day=1)


def _ahead(day: datetime.date, today: datetime.date) -> datetime.date:
    if day < today:
        raise ValueError(f"{day} lies behind")
    return day


def _date_or_none(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _by_distance(words: str, today: datetime.date) -> datetime.date | None:
    ahead = ALONE.get(words)
    if ahead is None and (match := _RELATIVE.search(words)):
        ahead = RELATIVE[match["word"]] if match["word"] else AFTER_PART[match["after"]]
    if ahead is None and (match := _DAYS_AHEAD.search(words)):
        ahead = int(match[1])
    return None if ahead is None else today + ahead * _ONE_DAY


def _by_weekday(weekday: int, named: re.Match[str], words: str, today: datetime.date) -> datetime.date:
    """Return the day: in the week that is said, else the next one, which is today only in "thứ 5 này"."""
    week = _WEEK.search(words)
    weeks = WEEKS[week.group()] if week else 1 if named["before"] == "next " or named["after"] == "sau" else None
    if weeks is not None:
        day = today + (weekday - today.weekday() + 7 * weeks) * _ONE_DAY
        return _ahead(day, today)
    ahead = (weekday - today.weekday()) % 7
    today_counts = bool(named["before"] or named["after"])
    return today + (ahead if ahead or today_counts else 7) * _ONE_DAY
