"""Giờ mở cửa: "7:30-11:30, 13:30-17:00" as spans of time."""

import datetime
import itertools
from dataclasses import dataclass
from typing import Literal

from content.closures import Half

NOON = datetime.time(12)
_MORNING_ENDS_BY = datetime.time(13)  # offices that start at 7:00 or 8:00 break for lunch between 11:00 and 13:00

Part = Literal["morning", "afternoon", "through"]


@dataclass(frozen=True, order=True)
class Span:
    """From one time of a day up to, not including, another."""

    start: datetime.time
    end: datetime.time

    @property
    def part(self) -> Part:
        """Return the part of the day; "through" runs over noon without a break (làm việc thông tầm)."""
        if self.start >= NOON:
            return "afternoon"
        return "morning" if self.end <= _MORNING_ENDS_BY else "through"

    def without(self, half: Half) -> "Span | None":
        """Return what stays open when one half of the day is closed, or None."""
        if self.part == half:
            return None
        if self.part == "through":
            return Span(NOON, self.end) if half == "morning" else Span(self.start, NOON)
        return self


def read_hours(text: str) -> tuple[Span, ...]:
    """Return the spans in order. Raises ValueError, in words for staff, when they run backwards or overlap."""
    spans = tuple(sorted(_read_span(part.strip()) for part in text.split(",")))
    for earlier, later in itertools.pairwise(spans):
        if later.start < earlier.end:
            raise ValueError(f"giờ «{text}» có hai buổi chồng lên nhau – buổi sau phải bắt đầu khi buổi trước đã hết")
    return spans


def _read_span(text: str) -> Span:
    try:
        start, end = (_read_time(clock) for clock in text.split("-"))
    except ValueError as error:
        raise ValueError(f"giờ «{text}» không đọc được – hãy viết như 7:30-11:30") from error
    if end <= start:
        raise ValueError(f"giờ «{text}» kết thúc trước khi bắt đầu – hãy viết giờ mở cửa trước, giờ đóng cửa sau")
    return Span(start, end)


def _read_time(text: str) -> datetime.time:
    hour, minute = text.split(":")
    return datetime.time(int(hour), int(minute))
