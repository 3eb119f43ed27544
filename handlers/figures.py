"""Số liệu hỗ trợ: what the quarterly report and the support log say of a span of days. Pure functions, unrounded.

How sessions and weeks are counted: handlers/session_figures.py. A share without a denominator is None (chưa có số
liệu), never 0. The 90 % of waiting times is the smallest time within which nine of ten people were called.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from content.library import Commune
from handlers.closing import OPERATED, OTHER, REASONS
from handlers.session_figures import Points, Quota, RosterSessions, by_roster, points, quota, weeks_of
from storage.bookings import Visit
from storage.duty import HeldSession

CAME = frozenset({"arrived", "serving", "done"})
FREED = frozenset({"cancelled", "displaced"})
ALLOWED_REASONS = frozenset(REASONS) - {OTHER}
NO_REASON = "none"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole; `value` is None when there is nothing to take a part of."""

    numerator: int
    denominator: int
    value: float | None

    @classmethod
    def of(cls, numerator: int, denominator: int) -> "Share":
        """Return the share of two counts."""
        return cls(numerator, denominator, numerator / denominator if denominator else None)


@dataclass(frozen=True, slots=True)
class Visits:
    """Lượt: people who came. The topic of a visit without one is "-"."""

    total: int
    booked: int
    walk_in: int
    by_kind: dict[str, int]
    by_place: dict[str, int]
    by_topic: dict[str, int]
    extra_help: int


@dataclass(frozen=True, slots=True)
class Proxy:
    """Cán bộ làm thay: of the visits for which it was noted who worked the machine."""

    share: Share
    by_reason: dict[str, int]
    flagged: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Minutes from arrival to being called."""

    count: int
    median: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is counted, for one commune and one span of local days, both included."""

    commune: str
    first: date
    last: date
    empty: bool
    quotas: tuple[Quota, ...]
    rosters: tuple[RosterSessions, ...]
    unclosed: int
    points: Points
    visits: Visits
    proxy: Proxy
    waiting: Waiting
    no_show: Share
    unrecorded: int


def count(
    commune: Commune, visits: Sequence[Visit], held: Sequence[HeldSession], first: date, last: date, today: date
) -> Figures:
    """Return the figures of a span. What lies outside of it is not counted."""
    visits = [one for one in visits if first <= one.day <= last]
    held = [one for one in held if first <= one.day <= last]
    came = [one for one in visits if one.state in CAME]
    closed = [one for one in held if one.closed_at is not None]
    over = [one for one in visits if not one.walk_in and one.day < today and one.state not in FREED]
    weeks = tuple(weeks_of(first, last))
    return Figures(
        commune=commune.slug,
        first=first,
        last=last,
        empty=not visits and not held,
        quotas=tuple(quota(commune, session, closed, weeks, today) for session in commune.profile.sessions),
        rosters=by_roster(commune, closed, weeks),
        unclosed=len(held) - len(closed),
        points=points(commune, came, closed, first, last),
        visits=_visits(came),
        proxy=_proxy(came),
        waiting=_waiting(came),
        no_show=Share.of(sum(one.state == "no_show" for one in over), len(over)),
        unrecorded=sum(one.state == "booked" for one in over),
    )


def _visits(came: Sequence[Visit]) -> Visits:
    walk_in = sum(one.walk_in for one in came)
    return Visits(
        total=len(came),
        booked=len(came) - walk_in,
        walk_in=walk_in,
        by_kind=_most_first(one.kind for one in came),
        by_place=_most_first(one.place for one in came),
        by_topic=_most_first(one.topic or "-" for one in came),
        extra_help=sum(one.needs_help for one in came),
    )


def _proxy(came: Sequence[Visit]) -> Proxy:
    noted = [one for one in came if one.operated in OPERATED]
    reasons = [one.reason or NO_REASON for one in noted if one.operated == "typed"]
    flagged = sum(reason not in ALLOWED_REASONS for reason in reasons)
    return Proxy(Share.of(len(reasons), len(noted)), _most_first(reasons), flagged)


def _waiting(came: Sequence[Visit]) -> Waiting:
    minutes = sorted(
        (one.called_at - one.arrived_at).total_seconds() / 60
        for one in came
        if one.arrived_at is not None and one.called_at is not None and one.called_at >= one.arrived_at
    )
    if not minutes:
        return Waiting(0, None, None)
    return Waiting(len(minutes), median(minutes), minutes[math.ceil(len(minutes) * 0.9) - 1])


def _most_first(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0])))
