"""A day as staff write it: year-month-day, such as 2026-11-22."""

import datetime
import re
from typing import Annotated

from pydantic import BeforeValidator

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_day(text: object) -> object:
    """Let through what is a day or looks like one; pydantic alone would also take a bare number for a day of 1970."""
    if isinstance(text, str) and not _DAY.fullmatch(text.strip()):
        raise ValueError(f"«{text}» không phải ngày – hãy viết năm-tháng-ngày, ví dụ 2026-11-22")
    return text


Day = Annotated[datetime.date, BeforeValidator(read_day)]
