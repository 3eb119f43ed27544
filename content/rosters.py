"""Lịch trực hỗ trợ: who helps where and when; `communes/<slug>/rosters.yaml`. content/slots.py cuts it into slots."""

import datetime
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from content.communes import CLOSED, Profile, Slug, Text
from content.day_text import Day, read_day
from content.opening_hours import Span, read_hours
from content.problems import Problem
from content.schema import Entry, read_entry
from content.yaml_text import Path_, TextDocument

OFFICE_HOURS = "giờ làm việc"
WEEKDAYS = MappingProxyType({"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6})

_Mistake = tuple[Path_, str]


@dataclass(frozen=True, order=True)
class Meeting:
    """Một buổi của lớp: a day and its hours."""

    day: datetime.date
    span: Span


def _line(value: object, between: str) -> str:
    """Return a text, or a list of texts as one line."""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return between.join(value)
    if isinstance(value, str):
        return value.strip()
    raise ValueError("mục này không đọc được – hãy viết trên một dòng chữ, xem mẫu ở đầu tệp")


def _read_days(value: object) -> tuple[int, ...]:
    names = _line(value, " ").split()
    unknown = [name for name in names if name not in WEEKDAYS]
    if unknown or not names:
        raise ValueError(f"«{' '.join(unknown)}» không phải ngày trong tuần – hãy viết như mon tue wed thu fri sat sun")
    return tuple(sorted({WEEKDAYS[name] for name in names}))


def _read_spans(value: object) -> tuple[Span, ...]:
    return read_hours(_line(value, ", "))


def _read_times(value: object) -> tuple[Span, ...] | None:
    return None if value == OFFICE_HOURS else _read_spans(value)


def _read_meeting(value: object) -> Meeting:
    text = _line(value, " ")
    day, _, hours = text.partition(" ")
    read_day(day)
    try:
        on = datetime.date.fromisoformat(day)
    except ValueError as error:
        raise ValueError(f"không có ngày {day} – hãy xem lại ngày, tháng") from error
    spans = read_hours(hours)
    if len(spans) > 1:
        raise ValueError(f"«{text}» có hai khoảng giờ – hãy viết mỗi buổi một dòng")
    return Meeting(on, spans[0])


class _Whole:
    """A number written in digits between two bounds."""

    def __init__(self, least: int, most: int) -> None:
        self._least, self._most = least, most

    def __call__(self, value: object) -> int:
        text = _line(value, " ")
        if not (text.isascii() and text.isdigit() and len(text) < 6 and self._least <= int(text) <= self._most):
            raise ValueError(f"«{text}» không dùng được – hãy viết một con số từ {self._least} đến {self._most}")
        return int(text)


class Rules(Entry):
    """Quy định đặt lịch of one commune."""

    lead_minutes: Annotated[int, BeforeValidator(_Whole(0, 10_080))]
    horizon_days: Annotated[int, BeforeValidator(_Whole(1, 90))]
    hold_minutes: Annotated[int, BeforeValidator(_Whole(1, 60))]
    offer_minutes: Annotated[int, BeforeValidator(_Whole(5, 1_440))]
    open_bookings: Annotated[int, BeforeValidator(_Whole(1, 20))]
    moves: Annotated[int, BeforeValidator(_Whole(0, 20))]
    priority_age: Annotated[int, BeforeValidator(_Whole(50, 120))]
    priority_release_hours: Annotated[int, BeforeValidator(_Whole(0, 336))]


class Times(Entry):
    """Giờ trực: weekdays (Monday is 0) and hours; None stands for the office hours of the calendar."""

    days: Annotated[tuple[int, ...], BeforeValidator(_read_days)]
    times: Annotated[tuple[Span, ...] | None, BeforeValidator(_read_times)]


class Roster(Entry):
    """Một lịch trực: one kind of help at one place, by one unit."""

    id: Slug
    kind: Literal["centre", "village", "video", "home", "class"]
    title: Text
    place: Slug
    when: tuple[Times, ...] = ()
    dates: tuple[Annotated[Meeting, BeforeValidator(_read_meeting)], ...] = ()
    slot_minutes: Annotated[int | None, BeforeValidator(_Whole(5, 480))] = None  # a class lasts as long as it lasts
    buffer_minutes: Annotated[int, BeforeValidator(_Whole(0, 240))] = 0
    capacity: Annotated[int, BeforeValidator(_Whole(1, 500))]
    priority: Annotated[tuple[Span, ...], BeforeValidator(_read_spans)] = ()
    unit: Slug
    counts_as: Slug | None = None
    start: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    source: Text
    assumption: bool = False

    def valid_on(self, day: datetime.date) -> bool:
        """Return whether the roster is in force on a day; `until` is its last day."""
        return (self.start is None or self.start <= day) and (self.until is None or day <= self.until)


class Rosters(Entry):
    """rosters.yaml."""

    rules: Rules
    rosters: tuple[Roster, ...]


def no_rosters() -> Rosters:
    """Return what a commune without a rosters.yaml has: nothing to book."""
    rules = {
        "lead_minutes": "120",
        "horizon_days": "14",
        "hold_minutes": "10",
        "offer_minutes": "60",
        "open_bookings": "2",
        "moves": "3",
        "priority_age": "75",
        "priority_release_hours": "24",
    }
    return Rosters(rules=Rules.model_validate(rules), rosters=())


def read_rosters(path: Path, profile: Profile) -> tuple[Rosters | None, list[Problem]]:
    """Read one rosters.yaml of a commune; return it, or None and every problem found."""
    missing = "không có tệp này – cần tệp lịch trực hỗ trợ của xã"
    rosters, document, problems = read_entry(Rosters, path, missing)
    if rosters is None:
        return None, problems
    problems = list(_contradictions(rosters, profile, document, path))
    return (None if problems else rosters), problems


def _contradictions(rosters: Rosters, profile: Profile, document: TextDocument, path: Path) -> Iterator[Problem]:
    """Yield what is wrong although every line alone is readable."""
    seen: Counter[str] = Counter()
    for index, roster in enumerate(rosters.rosters):
        found = [*_unknown_ids(roster, profile), *_wrong_dates(roster)]
        found += _wrong_class(roster) if roster.kind == "class" else _wrong_week(roster, profile)
        found += [] if found else _wrong_priority(roster, profile)
        if seen[roster.id]:
            found.append((("id",), f"hai lịch trực trùng id «{roster.id}» – mỗi lịch một id riêng"))
        seen[roster.id] += 1
        for where, message in found:
            yield Problem(path, document.line(("rosters", index, *where)), message)


def _unknown_ids(roster: Roster, profile: Profile) -> Iterator[_Mistake]:
    kinds = {place.id: place.kind for place in profile.places}
    kind = kinds.get(roster.place)
    if kind is None:
        yield ("place",), f"không có điểm hỗ trợ id «{roster.place}» – xem mục places trong commune.yaml"
    elif roster.kind not in ("class", kind):
        yield ("kind",), f"kind là {roster.kind} nhưng điểm «{roster.place}» là {kind} – hai chỗ phải giống nhau"
    if roster.unit not in {unit.id for unit in profile.units}:
        yield ("unit",), f"không có đơn vị id «{roster.unit}» – xem mục units trong commune.yaml"
    if roster.counts_as is not None and roster.counts_as not in {session.id for session in profile.sessions}:
        yield ("counts_as",), f"không có buổi hỗ trợ id «{roster.counts_as}» – xem mục sessions trong commune.yaml"


def _wrong_dates(roster: Roster) -> Iterator[_Mistake]:
    if roster.start is not None and roster.until is not None and roster.until < roster.start:
        yield (
            ("until",),
            f"ngày cuối {roster.until} đứng trước ngày đầu {roster.start} – from là ngày đầu, until là cuối",
        )


def _wrong_class(roster: Roster) -> Iterator[_Mistake]:
    if roster.when:
        yield ("when",), "lớp học không dùng mục when – hãy ghi từng buổi vào mục dates"
    if not roster.dates:
        yield (), "lớp học chưa có mục dates – hãy ghi từng buổi, ví dụ 2026-12-05 8:00-10:00"
    for index, meeting in enumerate(roster.dates):
        if not roster.valid_on(meeting.day):
            yield ("dates", index), f"buổi {meeting.day} nằm ngoài from và until – hãy sửa ngày hoặc nới thời hạn"
        if any(_overlap(meeting.span, other.span) for other in roster.dates[:index] if other.day == meeting.day):
            yield ("dates", index), f"buổi {meeting.day} chồng lên một buổi khác cùng ngày – chỉ giữ một"


def _wrong_week(roster: Roster, profile: Profile) -> Iterator[_Mistake]:
    if roster.dates:
        yield ("dates",), "chỉ lớp học (kind: class) dùng mục dates – lịch hằng tuần ghi ở mục when"
    if not roster.when:
        yield (), "lịch trực chưa có mục when – hãy ghi ngày (days) và giờ (times)"
    if roster.slot_minutes is None:
        yield (), "thiếu mục «slot_minutes» – hãy ghi mỗi lượt bao nhiêu phút"
    for index, entry in enumerate(roster.when):
        for message in _wrong_times(entry, roster.slot_minutes or 0, profile):
            yield ("when", index, "times"), message
        if any(_same_time(entry, other, profile) for other in roster.when[:index]):
            yield ("when", index), "giờ ở đây chồng lên giờ của mục when phía trên – mỗi giờ chỉ ghi một lần"


def _wrong_times(entry: Times, minutes: int, profile: Profile) -> Iterator[str]:
    for day, name in ((day, name) for name, day in WEEKDAYS.items() if day in entry.days):
        office = _office(profile, day)
        if entry.times is None and not office:
            yield f"ngày {name} Trung tâm nghỉ – hãy ghi giờ cụ thể hoặc bỏ ngày này"
        if entry.times is None and office and all(_minutes(span) < minutes for span in office):
            yield f"ngày {name} không buổi nào đủ {minutes} phút – hãy giảm slot_minutes"
    for span in entry.times or ():
        if _minutes(span) < minutes:
            yield f"khoảng {_show(span)} không đủ một lượt {minutes} phút – hãy kéo dài giờ hoặc giảm slot_minutes"
        if any(_overlap(span, lunch) for day in entry.days for lunch in _breaks(profile, day)):
            yield f"khoảng {_show(span)} chạm giờ nghỉ trưa – hãy tách thành hai khoảng, trước và sau giờ nghỉ"


def _wrong_priority(roster: Roster, profile: Profile) -> Iterator[_Mistake]:
    spans = [span for entry in roster.when for day in entry.days for span in _hours(entry, profile, day)]
    spans += [meeting.span for meeting in roster.dates]
    for wanted in roster.priority:
        if not any(span.start <= wanted.start and wanted.end <= span.end for span in spans):
            yield (
                ("priority",),
                f"giờ ưu tiên {_show(wanted)} nằm ngoài giờ trực – hãy chọn giờ nằm gọn trong một buổi trực",
            )


def _same_time(one: Times, other: Times, profile: Profile) -> bool:
    return any(
        _overlap(span, another)
        for day in set(one.days) & set(other.days)
        for span in _hours(one, profile, day)
        for another in _hours(other, profile, day)
    )


def _hours(entry: Times, profile: Profile, day: int) -> Sequence[Span]:
    return _office(profile, day) if entry.times is None else entry.times


def _office(profile: Profile, day: int) -> tuple[Span, ...]:
    text = profile.hours.week.days()[day]
    return () if text == CLOSED else read_hours(text)


def _breaks(profile: Profile, day: int) -> list[Span]:
    """Return the lunch breaks of a weekday; on a day without hours, those of the other days."""
    days = [day] if _office(profile, day) else range(len(WEEKDAYS))
    pairs = (pair for each in days for pair in itertools.pairwise(_office(profile, each)))
    return [Span(before.end, after.start) for before, after in pairs if before.end < after.start]


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _minutes(span: Span) -> int:
    return (span.end.hour - span.start.hour) * 60 + span.end.minute - span.start.minute


def _show(span: Span) -> str:
    return "-".join(f"{time.hour}:{time.minute:02d}" for time in (span.start, span.end))
