"""Nhịp tuyên truyền: what was published in a year against the numbers of the plan. Pure arithmetic over days.

Nothing is counted that is not in the log or was not sent by the assistant. A plan "so many a year" is read as a
twelfth of it for each full month, rounded down; a plan "so many a week (a month)" by weeks (months) that have enough:
five in one week do not make up for four without any.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from content.communes import Quota
from content.dates import last_of_month

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a quota stands. `notices` of `done` were sent by the assistant.

    `expected`: how many of a year's there should be by now. `met` of `past` whole weeks or months had enough, and
    `lately` is what the present one has. In a year for which the plan names no number `in_force` is False.
    """

    quota: Quota
    in_force: bool
    done: int
    notices: int
    expected: int
    met: int
    past: int
    lately: int

    @property
    def behind(self) -> int:
        """How many are missing by now."""
        if not self.in_force:
            return 0
        return max(self.expected - self.done, 0) if self.quota.per == "year" else self.past - self.met


def standing(quota: Quota, published: Iterable[date], notices: Iterable[date], year: int, today: date) -> Standing:
    """Return how a quota stands in a year; `published` are days of its kind, `notices` days of sent notices."""
    own = [day for day in published if day.year == year and day <= today]
    sent = [day for day in notices if quota.notices and day.year == year and day <= today]
    every = own + sent
    begins = _months(year) if quota.per == "month" else _mondays(year)
    counted = Counter(_period(quota, day) for day in every)
    past = [first for first, last in begins if last <= today]
    now = [first for first, last in begins if first <= today < last]
    return Standing(
        quota=quota,
        in_force=quota.start <= year <= quota.until,
        done=len(every),
        notices=len(sent),
        expected=quota.count * _full_months(year, today) // 12 if quota.per == "year" else 0,
        met=sum(counted[first] >= quota.count for first in past) if quota.per != "year" else 0,
        past=len(past) if quota.per != "year" else 0,
        lately=counted[now[0]] if now and quota.per != "year" else 0,
    )


def _full_months(year: int, today: date) -> int:
    """Return how many months of a year are over; the last day of a month is counted as its end."""
    tomorrow = today + timedelta(days=1)
    return min(max((tomorrow.year - year) * 12 + tomorrow.month - 1, 0), 12)


def _period(quota: Quota, day: date) -> date:
    return day.replace(day=1) if quota.per == "month" else day - timedelta(days=day.weekday())


def _mondays(year: int) -> Sequence[tuple[date, date]]:
    """Return Monday and Sunday of each week that begins in a year."""
    monday = date(year, 1, 1) + timedelta(days=-date(year, 1, 1).weekday() % 7)
    weeks = []
    while monday.year == year:
        weeks.append((monday, monday + WEEK - timedelta(days=1)))
        monday += WEEK
    return weeks


def _months(year: int) -> Sequence[tuple[date, date]]:
    firsts = [date(year, month, 1) for month in range(1, 13)]
    return [(first, last_of_month(first)) for first in firsts]
