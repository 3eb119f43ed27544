"""Chỉ tiêu: what a plan promises to reach, by year; `communes/<slug>/indicators.yaml`. content/plans.py reads it."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import BeforeValidator

from content.communes import Slug, Text
from content.national_days import YearText
from content.schema import Entry

Comparator = Literal["≥", ">", "=", "≤", "<", "–"]
"""«–» is a range: from the target to `most`, both included («3–5 người»)."""

Computed = Literal[
    "satisfaction",
    "support_sessions",
    "online_sessions",
    "points_active",
    "bulletins",
    "posts",
    "videos",
    "incidents_serious",
    "availability",
    "backups",
    "checks",
]
"""Figures the service finds itself; the official only confirms. A closed list: each needs code that counts it."""

Actual = Literal["typed", Computed]

THRESHOLD = Decimal(70)
"""Below so many percent of the target a unit is named in the leaders' list (Đề án xã Anh Sơn VI.6.1)."""

_HUNDRED = Decimal(100)
_ID = re.compile(r"[A-Z]{2,4}-I\d{2,3}")


def _read_number(value: object) -> Decimal:
    text = str(value).strip().replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"«{value}» không phải số – hãy viết như 95 hoặc 95,5") from error
    if not (number.is_finite() and number >= 0):
        raise ValueError(f"«{value}» không dùng được – chỉ tiêu là số từ 0 trở lên")
    return number


def _read_id(value: object) -> str:
    if not _ID.fullmatch(str(value)):
        raise ValueError(f"«{value}» không phải mã chỉ tiêu – hãy viết như AS-I01")
    return str(value)


IndicatorId = Annotated[str, BeforeValidator(_read_id)]
Number = Annotated[Decimal, BeforeValidator(_read_number)]


class Indicator(Entry):
    """Một chỉ tiêu.

    `most` is the upper end of a range. `targets` keep their decimals as written (95.0 stays 95.0); `unit` is text
    such as "%", "buổi/tuần". `leads` are ids of units that report it; "each" stands for every reporting unit. A
    target is the year's; whether a count grows through the year is told by the unit ("…/năm").
    """

    id: IndicatorId
    title: Text
    what: Text | None = None
    comparator: Comparator | None = None
    unit: Text
    targets: dict[YearText, Number]
    most: dict[YearText, Number] = {}  # noqa: RUF012 – pydantic copies it
    leads: tuple[Slug, ...]
    supports: tuple[Slug, ...] = ()
    actual: Actual = "typed"
    completion: bool = False
    assumption: bool = False
    source: Text

    def target(self, year: int) -> Decimal | None:
        """Return the target of a year, or None when the plan sets none for it."""
        return self.targets.get(str(year))

    def upper(self, year: int) -> Decimal | None:
        """Return the upper end of a year's range, or None where the target is no range."""
        return self.most.get(str(year)) if self.comparator == "–" else None

    def wanted(self, year: int, show: Callable[[Decimal], str]) -> str:
        """Return what is wanted in a year, such as «≥ 95,0» or «3–5», numbers as `show` writes them; "" for nothing."""
        target, most = self.target(year), self.upper(year)
        if target is None:
            return ""
        return f"{self.comparator or '≥'} {show(target)}" if most is None else f"{show(target)}–{show(most)}"

    def met(self, actual: Decimal, year: int) -> bool | None:
        """Return whether an actual figure, not rounded, meets the year's target; None without target."""
        target = self.target(year)
        if target is None:
            return None
        return {
            "≥": actual >= target,
            ">": actual > target,
            "=": actual == target,
            "≤": actual <= target,
            "<": actual < target,
            "–": target <= actual <= (self.upper(year) or target),
        }[self.comparator or "≥"]

    def share(self, actual: Decimal, year: int) -> Decimal | None:
        """Return how many percent of the year's target are reached, not rounded; None without target.

        None also where the figure itself is such a share (`completion`): «49 %» is not 70 % of «70 %».

        Within a range all is reached; above it, upper end ÷ actual.

        Where less is better (≤, <) or the target is 0, a target that is met is 100 %. One that is missed is target ÷
        actual, so 0 % for «0 sự cố» with an incident (seed-requirements 0.3 (4)).
        """
        target = self.target(year)
        if target is None or self.completion:
            return None
        most = self.upper(year)
        if most is not None and actual >= target:
            return _HUNDRED if actual <= most else most / actual * _HUNDRED
        if target > 0 and self.comparator not in ("≤", "<"):
            return actual / target * _HUNDRED
        return _HUNDRED if self.met(actual, year) else target / actual * _HUNDRED if actual else Decimal(0)

    def below_threshold(self, actual: Decimal, year: int) -> bool | None:
        """Return whether less than 70 % of the target are reached; exactly 70 % are not below. None without target.

        Where the figure itself says how much of its targets a unit has reached (`completion`), it is that share.

        No figure at all is not 0 %: a report that is missing is late, which is told elsewhere.
        """
        share = actual if self.completion and self.target(year) is not None else self.share(actual, year)
        return None if share is None else share < THRESHOLD


class IndicatorsFile(Entry):
    """indicators.yaml."""

    indicators: tuple[Indicator, ...]
