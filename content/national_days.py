"""Ngày nghỉ của cả nước: the holidays library corrected by content/calendar.yaml. Rules and sources:
docs/decisions/0005-working-calendar.md.
"""

import datetime
import functools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

import holidays
from holidays.holiday_base import HolidayBase
from pydantic import AfterValidator, Field, StringConstraints

from content.day_text import Day
from content.problems import Problem
from content.schema import Entry, read_entry
from content.yaml_text import TextDocument

Status = Literal["announced", "provisional"]
_SATURDAY = 5


def _year(text: str) -> str:
    if len(text) == 4 and text.isascii() and text.isdigit():
        return text
    raise ValueError(f"«{text}» không phải năm – hãy viết bốn chữ số, ví dụ 2027")


Text = Annotated[str, StringConstraints(min_length=1, max_length=600)]
YearText = Annotated[str, AfterValidator(_year)]


class Announcement(Entry):
    """Whether the State has announced the year's days off, and where."""

    status: Status
    source: Text


class DayOff(Entry):
    """A day off that the library lacks or names badly."""

    date: Day
    name: Text
    source: Text


class MakeUpDay(Entry):
    """Ngày làm bù: a weekend day worked in place of a weekday off (hoán đổi ngày làm việc)."""

    date: Day
    instead_of: Day
    source: Text


class OrdinaryDay(Entry):
    """A day that the library calls off and that is not."""

    date: Day
    source: Text


class DaysFile(Entry):
    """calendar.yaml."""

    years: dict[YearText, Announcement]
    days_off: tuple[DayOff, ...] = ()
    working_days: tuple[MakeUpDay, ...] = ()
    not_days_off: tuple[OrdinaryDay, ...] = ()
    names: dict[Text, Text] = Field(default_factory=dict)


class NationalDays:
    """What each day is for the public service of the whole country; a day is a date, never an instant.

    1. The library computes Bộ luật Lao động 2019, Điều 112 (lunar days by the Vietnamese calendar) and the days in
       lieu of Điều 111 khoản 3, for any year.
    2. `days_off` adds and renames, `not_days_off` takes away, `working_days` turns weekend days into working days.
    """

    def __init__(self, file: DaysFile) -> None:
        self._statuses = {int(year): announcement.status for year, announcement in file.years.items()}
        self._own = {entry.date: entry.name for entry in file.days_off}
        self._ordinary = frozenset(entry.date for entry in file.not_days_off)
        self._replaced = {entry.date: entry.instead_of for entry in file.working_days}
        self._names = dict(file.names)
        self._computed = functools.cache(self._compute)

    def name_of_day_off(self, day: datetime.date) -> str | None:
        """Return why the nation is off on a day, or None; an ordinary Saturday or Sunday has no name."""
        _must_be_a_day(day)
        if day in self._ordinary:
            return None
        return self._own.get(day) or self._computed(day.year).get(day)

    def replaced_by(self, day: datetime.date) -> datetime.date | None:
        """Return the weekday off for which a weekend day is worked, or None."""
        _must_be_a_day(day)
        return self._replaced.get(day)

    def is_working_day(self, day: datetime.date) -> bool:
        """Return whether a day counts as ngày làm việc: Monday to Friday less days off, and make-up days."""
        if self.replaced_by(day) is not None:
            return True
        return day.weekday() < _SATURDAY and self.name_of_day_off(day) is None

    def status(self, year: int) -> Status:
        """Return "announced" when the State has set the year's days off, else "provisional" (dự kiến)."""
        return self._statuses.get(year, "provisional")

    def provisional(self, day: datetime.date) -> bool:
        """Return whether the day is computed only: the State may still decide otherwise."""
        return self.status(day.year) == "provisional"

    def computed(self, year: int) -> Mapping[datetime.date, str]:
        """Return what the library alone says, under our names."""
        return self._computed(year)

    def _compute(self, year: int) -> Mapping[datetime.date, str]:
        found = _vietnam()(years=year, language="vi", expand=False)
        return MappingProxyType({day: self._rename(name) for day, name in found.items()})

    def _rename(self, name: str) -> str:
        """Replace the library's words; "Ngày Chiến thắng (nghỉ bù)" keeps its bracket."""
        parts: list[str] = []
        for part in name.split("; "):
            words, bracket, rest = part.partition(" (")
            parts.append(self._names.get(words, words) + bracket + rest)
        return "; ".join(dict.fromkeys(parts))


@functools.cache
def _vietnam() -> Callable[..., HolidayBase]:
    """Return the library's class for Vietnam, as `country_holidays("VN")` uses it.

    Asked that way, or by its module's name, the library imports all its 250 countries: 0.2 s and 9 MB.
    """
    path = Path(holidays.__path__[0]) / "countries" / "vietnam.py"
    spec = spec_from_file_location("holidays_of_vietnam", path)
    assert spec is not None
    module = module_from_spec(spec)
    assert spec.loader is not None
    spec.loader.exec_module(module)
    found: Callable[..., HolidayBase] = module.Vietnam
    return found


def _must_be_a_day(day: datetime.date) -> None:
    if isinstance(day, datetime.datetime):  # it is a date to Python and type checkers, yet equals none
        raise ValueError("a day is wanted, not an instant: use content.dates.local_day")


def load_days(path: Path) -> tuple[NationalDays | None, list[Problem]]:
    """Read calendar.yaml; return the days, or None and every problem found."""
    missing = "không có tệp này – cần tệp lịch nghỉ chung của cả nước"
    file, document, problems = read_entry(DaysFile, path, missing)
    if file is None:
        return None, problems
    days = NationalDays(file)
    problems = _contradictions(file, days, document, path)
    return (None if problems else days), problems


def _contradictions(file: DaysFile, days: NationalDays, document: TextDocument, path: Path) -> list[Problem]:
    """Return what is wrong although every line alone is readable."""
    found: list[tuple[tuple[str | int, ...], str]] = []
    off = [entry.date for entry in file.days_off]
    found += _repeated("days_off", "date", off)
    found += _repeated("not_days_off", "date", [entry.date for entry in file.not_days_off])
    found += _repeated("working_days", "date", [entry.date for entry in file.working_days])
    found += _repeated("working_days", "instead_of", [entry.instead_of for entry in file.working_days])
    for index, entry in enumerate(file.working_days):
        found += _wrong_swap(index, entry, days)
    for index, ordinary in enumerate(file.not_days_off):
        where = ("not_days_off", index, "date")
        if ordinary.date in off:
            found.append((where, f"{ordinary.date} vừa ở days_off vừa ở not_days_off – chỉ giữ một"))
        elif ordinary.date not in days.computed(ordinary.date.year):
            found.append((where, f"{ordinary.date} vốn không phải ngày nghỉ – hãy bỏ mục này hoặc xem lại ngày"))
    return [Problem(path, document.line(where), message) for where, message in found]


def _repeated(section: str, key: str, dates: list[datetime.date]) -> Iterable[tuple[tuple[str | int, ...], str]]:
    counts = Counter(dates)
    for index, day in enumerate(dates):
        if counts[day] > 1 and day in dates[:index]:
            yield (section, index, key), f"{day} viết hai lần trong {section} – chỉ giữ một"


def _wrong_swap(index: int, entry: MakeUpDay, days: NationalDays) -> Iterable[tuple[tuple[str | int, ...], str]]:
    worked, rested = ("working_days", index, "date"), ("working_days", index, "instead_of")
    if entry.date.weekday() < _SATURDAY:
        yield worked, f"{entry.date} không phải thứ Bảy, Chủ nhật – ngày làm bù phải là ngày nghỉ hằng tuần"
    elif days.name_of_day_off(entry.date) is not None:
        yield worked, f"{entry.date} là ngày nghỉ – một ngày không thể vừa nghỉ vừa làm bù"
    if entry.instead_of.weekday() >= _SATURDAY:
        yield rested, f"{entry.instead_of} là thứ Bảy hoặc Chủ nhật – instead_of phải là ngày thường được nghỉ đổi"
    elif days.name_of_day_off(entry.instead_of) is None:
        yield rested, f"{entry.instead_of} chưa phải ngày nghỉ – hãy thêm ngày này vào days_off, kèm name và source"
