"""Quy tắc hạn in words: "trước ngày 25 tháng cuối quý" ↔ RRULE (RFC 5545).

`parse_rule` reads office language or "RRULE:…"; `print_rule` writes office language wherever it has words for a
rule.
Reading what was printed gives the same rule. «trước ngày N» is strict: the last day in time is the day before
(seed-requirements 0.3 (1)).
"""

import calendar
import datetime
import re
import unicodedata
from collections.abc import Callable

from content.recurrence import (
    FIRST_MONTHS_OF_QUARTERS,
    LAST,
    LAST_MONTHS_OF_QUARTERS,
    WEEKDAYS,
    Frequency,
    Once,
    OnEvent,
    Repeats,
    Rule,
)

_PREFIX = "RRULE:"
_EVENT = "khi có sự việc:"
_DAY_NAMES = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_FIRST_WEEK = 7  # «tuần đầu quý»: until the 7th
_LONGEST_FEBRUARY = 29
_SOME_LEAP_YEAR = 2024
_MONTHS = 12

_FIXED: tuple[tuple[str, Repeats], ...] = (
    ("hằng ngày", Repeats("DAILY")),
    ("hằng ngày làm việc", Repeats("DAILY", working=True)),
    ("ngày làm việc cuối tháng", Repeats("MONTHLY", working=True)),
    ("ngày cuối tháng", Repeats("MONTHLY", month_days=(LAST,))),
    ("ngày cuối quý", Repeats("YEARLY", LAST_MONTHS_OF_QUARTERS, (LAST,))),
    ("tuần đầu quý sau", Repeats("YEARLY", FIRST_MONTHS_OF_QUARTERS, (_FIRST_WEEK,))),
)

HELP = (
    "hãy viết như: trước ngày 25 tháng cuối quý; ngày cuối quý; tuần đầu quý sau; trước 31/01 hằng năm; "
    "ngày cuối tháng 6, 12 hằng năm; trước ngày 25 hằng tháng; ngày cuối tháng; ngày làm việc cuối tháng; "
    'thứ Sáu hằng tuần; hằng ngày làm việc; hằng ngày; "một lần: 31/12/2026"; "khi có sự việc: …" (hai mẫu này có dấu '
    "hai chấm nên phải trong ngoặc kép); hoặc RRULE:…"
)


def parse_rule(text: str) -> Rule:
    """Return the rule. Raises ValueError with a Vietnamese sentence that says what may be written."""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    if words.casefold().startswith(_EVENT):
        return _read_event(words[len(_EVENT) :].strip())
    if words.upper().startswith(_PREFIX):
        return _read_rrule(words[len(_PREFIX) :].strip().upper())
    plain = words.casefold().replace("hàng ", "hằng ")
    for known, rule in _FIXED:
        if plain == known:
            return rule
    for pattern, read in _PATTERNS:
        if match := pattern.fullmatch(plain):
            return read(*match.groups())
    raise ValueError(f"không hiểu quy tắc «{words}» – {HELP}")


def print_rule(rule: Rule) -> str:
    """Return a rule in office language, or as "RRULE:…" where office language has no words for it."""
    if isinstance(rule, OnEvent):
        return f"{_EVENT} {rule.what}"
    if isinstance(rule, Once):
        return f"một lần: {rule.day:%d/%m/%Y}"
    for known, other in _FIXED:
        if rule == other:
            return known
    return _say(rule) or _PREFIX + rule.rrule_text


def _say(rule: Repeats) -> str | None:
    if rule == Repeats("WEEKLY", weekdays=rule.weekdays) and rule.weekdays:
        return f"{', '.join(_DAY_NAMES[day] for day in rule.weekdays)} hằng tuần"
    if rule == Repeats("MONTHLY", month_days=rule.month_days) and len(rule.month_days) == 1:
        day = rule.month_days[0]
        return f"trước ngày {day + 1} hằng tháng" if 0 < day < _LONGEST_FEBRUARY else None
    if rule == Repeats("YEARLY", rule.months, rule.month_days) and rule.months and len(rule.month_days) == 1:
        return _say_year(rule.months, rule.month_days[0])
    return None


def _say_year(months: tuple[int, ...], day: int) -> str | None:
    if day == LAST:
        return f"ngày cuối tháng {', '.join(map(str, months))} hằng năm"
    if months == LAST_MONTHS_OF_QUARTERS and 0 < day < _length(6):
        return f"trước ngày {day + 1} tháng cuối quý"
    if len(months) == 1 and 0 < day < _length(months[0]):
        return f"trước {day + 1:02d}/{months[0]:02d} hằng năm"
    return None


def _read_event(what: str) -> OnEvent:
    if not what:
        raise ValueError("«khi có sự việc:» phải kèm sự việc – ví dụ khi có sự việc: có sự cố CNTT")
    return OnEvent(what)


def _before_in_quarter(day: str) -> Repeats:
    return Repeats("YEARLY", LAST_MONTHS_OF_QUARTERS, (_day_before(day, 6),))


def _before_in_month(day: str) -> Repeats:
    return Repeats("MONTHLY", month_days=(_day_before(day, 2),))


def _day_before(day: str, month: int) -> int:
    """Return the day before a day that every month of the rule has; the first has no day before in its month."""
    if not 1 < int(day) <= _length(month):
        raise ValueError(f"«trước ngày {day}» không dùng được – hãy chọn ngày từ 2 đến {_length(month)}")
    return int(day) - 1


def _before_in_year(day: str, month: str) -> Repeats:
    before = _real_day(int(day), int(month), _SOME_LEAP_YEAR) - datetime.timedelta(days=1)
    return Repeats("YEARLY", (before.month,), (LAST if int(day) == 1 else before.day,))


def _last_of(months: str) -> Repeats:
    found = tuple(sorted({int(month) for month in re.findall(r"\d+", months)}))
    if not all(1 <= month <= _MONTHS for month in found):
        raise ValueError(f"tháng {months} không có – hãy ghi tháng từ 1 đến 12, như ngày cuối tháng 6, 12 hằng năm")
    return Repeats("YEARLY", found, (LAST,))


def _weekly(names: str) -> Repeats:
    known = {name.casefold(): number for number, name in enumerate(_DAY_NAMES)}
    days = [name.strip() for name in names.split(",")]
    unknown = [name for name in days if name not in known]
    if unknown:
        raise ValueError(f"«{', '.join(unknown)}» không phải thứ trong tuần – hãy viết như thứ Sáu hằng tuần")
    return Repeats("WEEKLY", weekdays=tuple(sorted({known[name] for name in days})))


def _once(before: str | None, day: str, month: str, year: str) -> Once:
    found = _real_day(int(day), int(month), int(year))
    return Once(found - datetime.timedelta(days=1) if before else found)


def _real_day(day: int, month: int, year: int) -> datetime.date:
    try:
        return datetime.date(year, month, day)
    except ValueError as error:
        raise ValueError(f"không có ngày {day}/{month} – hãy xem lại ngày, tháng") from error


def _length(month: int) -> int:
    return calendar.monthrange(_SOME_LEAP_YEAR, month)[1]


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[..., Rule]], ...] = (
    (re.compile(r"trước ngày (\d{1,2}) tháng cuối quý"), _before_in_quarter),
    (re.compile(r"trước ngày (\d{1,2}) hằng tháng"), _before_in_month),
    (re.compile(r"trước (?:ngày )?(\d{1,2})/(\d{1,2}) hằng năm"), _before_in_year),
    (re.compile(r"ngày cuối tháng (\d{1,2}(?:, ?\d{1,2})*) hằng năm"), _last_of),
    (re.compile(r"((?:thứ|chủ) .+) hằng tuần"), _weekly),
    (re.compile(r"một lần: (trước (?:ngày )?)?(\d{1,2})/(\d{1,2})/(\d{4})"), _once),
)


# RRULE

_FREQUENCIES: tuple[Frequency, ...] = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
_KEYS = ("FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS")


def _read_rrule(text: str) -> Repeats:
    pairs = [part.partition("=") for part in text.split(";")]
    values = {key: value for key, _, value in pairs}
    unknown = [key for key, _, value in pairs if key not in _KEYS or not value]
    if unknown or len(values) < len(pairs):
        raise ValueError(
            f"RRULE không dùng được «{', '.join(unknown) or text}» – chỉ dùng {', '.join(_KEYS)}, mỗi phần một lần; "
            "ngày đầu, ngày cuối ghi ở from, until"
        )
    frequency = next((one for one in _FREQUENCIES if one == values.get("FREQ")), None)
    if frequency is None:
        raise ValueError(f"RRULE thiếu FREQ – hãy ghi một trong: {', '.join(_FREQUENCIES)}")
    rule = Repeats(
        frequency,
        _numbers(values, "BYMONTH", 1, 12),
        _numbers(values, "BYMONTHDAY", -31, 31),
        _weekdays(values.get("BYDAY", "")),
        next(iter(_numbers(values, "BYSETPOS", -366, 366)), None),
        next(iter(_numbers(values, "INTERVAL", 1, 100)), 1),
    )
    _must_name_its_days(rule)
    return _plain(rule)


def _must_name_its_days(rule: Repeats) -> None:
    """Refuse what RFC 5545 would complete from the start date: staff would not see which day is meant."""
    days = bool(rule.month_days or rule.weekdays)
    enough = {
        "YEARLY": bool(rule.months) and days,
        "MONTHLY": days,
        "WEEKLY": bool(rule.weekdays) and not rule.month_days,
        "DAILY": True,
    }
    if not enough[rule.frequency]:
        raise ValueError(
            "RRULE chưa nói rõ ngày nào – YEARLY cần BYMONTH và BYMONTHDAY hoặc BYDAY, MONTHLY cần BYMONTHDAY hoặc "
            "BYDAY, WEEKLY cần BYDAY (không dùng BYMONTHDAY)"
        )


def _plain(rule: Repeats) -> Repeats:
    """Return the last day of one month as -1, however it was written."""
    if rule.frequency == "YEARLY" and len(rule.months) == 1 and not rule.weekdays and rule.position is None:
        month = rule.months[0]
        if month != 2 and rule.month_days == (_length(month),):
            return Repeats("YEARLY", rule.months, (LAST,), interval=rule.interval)
    return rule


def _numbers(values: dict[str, str], key: str, least: int, most: int) -> tuple[int, ...]:
    found = []
    for part in values.get(key, "").split(",") if key in values else ():
        if not re.fullmatch(r"-?\d{1,3}", part) or not least <= int(part) <= most or int(part) == 0:
            raise ValueError(f"RRULE: {key}={values[key]} không dùng được – hãy ghi số từ {least} đến {most}, khác 0")
        found.append(int(part))
    return tuple(sorted(set(found)))


def _weekdays(text: str) -> tuple[int, ...]:
    names = text.split(",") if text else []
    unknown = [name for name in names if name not in WEEKDAYS]
    if unknown:
        raise ValueError(f"RRULE: BYDAY={text} không dùng được – hãy ghi {', '.join(WEEKDAYS)}")
    return tuple(sorted({WEEKDAYS.index(name) for name in names}))
