"""Lịch đóng cửa riêng: when one commune's centre is closed besides the nation's days off."""

import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from content.day_text import Day
from content.schema import Entry

Half = Literal["morning", "afternoon"]
Text = Annotated[str, StringConstraints(min_length=1, max_length=600)]


class Closure(Entry):
    """Đợt đóng cửa: whole days from one day to another (both included), or one half of each of them."""

    start: Day = Field(alias="from")
    end: Day = Field(alias="to")
    session: Half | None = None
    reason: Text
    source: Text

    @field_validator("end")
    @classmethod
    def _ends_after_its_start(cls, end: datetime.date, info: ValidationInfo) -> datetime.date:
        start = info.data.get("start")
        if start is not None and end < start:
            raise ValueError(f"ngày cuối {end} đứng trước ngày đầu {start} – from là ngày đầu, to là ngày cuối")
        return end

    def covers(self, day: datetime.date) -> bool:
        """Return whether the day, or a half of it, is closed."""
        return self.start <= day <= self.end
