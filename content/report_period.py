"""Kỳ báo cáo: a quarter, a half or a whole year, and the days whose data count for it (kỳ số liệu). Days are local.

content/period_words.py says a period as people do.
"""

import datetime
import re
from dataclasses import dataclass
from typing import Literal

WindowKind = Literal["legal", "calendar", "to_date"]
Length = Literal["quarter", "half", "year"]

_YEAR, _PART = r"(20\d{2})", r"(?:Q([1-4])|H([12]))"
_BETWEEN = r"(?:\s*[-/]\s*|\s+)"
_YEAR_FIRST = re.compile(f"{_YEAR}(?:{_BETWEEN}{_PART})?")
_PART_FIRST = re.compile(f"{_PART}{_BETWEEN}{_YEAR}")  # as «Q4/2026» is written by hand
_MONTHS = 12
_CUT_OFF = 15  # Nghị định 09/2019/NĐ-CP, Điều 12: data run from the 15th to the 14th
_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Kỳ số liệu: the first and the last day whose data count, both included, and how they were chosen."""

    first: datetime.date
    last: datetime.date
    kind: WindowKind


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """Kỳ báo cáo, such as 2026-Q4, 2026-H2 or 2026 (year 2000–2099). `number` is 1–4, 1–2, or 1 for the year."""

    year: int
    length: Length
    number: int

    @classmethod
    def parse(cls, text: str) -> "ReportPeriod":
        """Return the period of that name: 2026-Q4, Q4/2026, «Q4 2026», in capitals or not.

        Raises ValueError for anything else, also for months and weeks.
        """
        said = text.strip().upper()
        if match := _YEAR_FIRST.fullmatch(said):
            year, quarter, half = match.groups()
        elif match := _PART_FIRST.fullmatch(said):
            quarter, half, year = match.groups()
        else:
            raise ValueError(f"{text}: expected a period such as 2026-Q4, 2026-H2 or 2026")
        if quarter:
            return cls(int(year), "quarter", int(quarter))
        return cls(int(year), "half", int(half)) if half else cls(int(year), "year", 1)

    def __str__(self) -> str:
        letter = {"quarter": "-Q", "half": "-H", "year": ""}[self.length]
        return f"{self.year}{letter}{self.number if letter else ''}"

    @property
    def months(self) -> int:
        """How many months it has."""
        return {"quarter": 3, "half": 6, "year": _MONTHS}[self.length]

    @property
    def first(self) -> datetime.date:
        """Its first day in the calendar."""
        return datetime.date(self.year, (self.number - 1) * self.months + 1, 1)

    @property
    def last(self) -> datetime.date:
        """Its last day in the calendar."""
        return _months_later(self.first, self.months) - _ONE_DAY

    @property
    def ends_year(self) -> bool:
        """Whether the year's targets are judged at its end: the fourth quarter, the second half, the year."""
        return self.last.month == _MONTHS

    @property
    def previous(self) -> "ReportPeriod":
        """The period of the same length before it."""
        if self.number > 1:
            return ReportPeriod(self.year, self.length, self.number - 1)
        return ReportPeriod(self.year - 1, self.length, _MONTHS // self.months)

    def window(self, kind: WindowKind, today: datetime.date) -> Window:
        """Return the days whose data count.

        - legal: from the 15th of the month before to the 14th of its last month (Nghị định 09/2019/NĐ-CP, Điều 12);
        - calendar: the calendar period;
        - to_date: the calendar period, cut off at `today`.
        """
        if kind == "legal":
            first = (self.first - _ONE_DAY).replace(day=_CUT_OFF)
            return Window(first, self.last.replace(day=_CUT_OFF) - _ONE_DAY, kind)
        last = min(self.last, max(self.first, today)) if kind == "to_date" else self.last
        return Window(self.first, last, kind)


def _months_later(day: datetime.date, months: int) -> datetime.date:
    """Return the first of the month so many months after the first of a month."""
    passed = day.year * _MONTHS + day.month - 1 + months
    return datetime.date(passed // _MONTHS, passed % _MONTHS + 1, 1)
