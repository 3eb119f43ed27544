"""Buổi hỗ trợ và điểm hỗ trợ: sessions held week by week against what the plan promises, and active village points.

- A support session counts only when a helper opened and closed it. Several openings of one roster within one half of a
  day are one session (một buổi).
- A week is Monday to Sunday. It is judged against the quota when it lies whole within the span, is over, and the
  centre was open on at least one of its days; a week that reached its quota counts as met in any case.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from content.communes import Session
from content.dates import HOME
from content.library import Commune
from storage.bookings import Visit
from storage.duty import HeldSession

WeekState = Literal["met", "missed", "partial", "running", "off"]
Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Week:
    """A week, or what of it lies within the span."""

    first: date
    last: date
    held: int
    state: WeekState


@dataclass(frozen=True, slots=True)
class Quota:
    """Buổi hỗ trợ hằng tuần mà kế hoạch hứa, and what was held; `online` is the community session by video."""

    id: str
    title: str
    online: bool
    per_week: int
    held: int
    weeks: tuple[Week, ...]

    @property
    def missed(self) -> tuple[Week, ...]:
        """The weeks in which too few were held."""
        return tuple(week for week in self.weeks if week.state == "missed")

    @property
    def judged(self) -> int:
        """How many weeks were met or missed."""
        return sum(week.state in {"met", "missed"} for week in self.weeks)

    @property
    def met(self) -> int:
        """How many weeks were met."""
        return sum(week.state == "met" for week in self.weeks)


@dataclass(frozen=True, slots=True)
class RosterSessions:
    """Sessions held by one roster, week by week."""

    id: str
    title: str
    held: int
    by_week: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """Điểm hỗ trợ ở thôn: ids of those with a visit or a held session; `known` have a roster at all."""

    active: tuple[str, ...]
    known: int
    promised: int | None


def weeks_of(first: date, last: date) -> Iterator[Days]:
    """Yield the weeks of a span, Monday to Sunday, the first and the last cut to the span."""
    while first <= last:
        sunday = first + timedelta(days=6 - first.weekday())
        yield first, min(sunday, last)
        first = sunday + timedelta(days=1)


def sessions_in(held: Iterable[HeldSession]) -> int:
    """Return how many sessions (buổi) were held: once for each roster, day and part of the day."""
    return len({(one.roster, one.day, _part(one)) for one in held})


def _part(one: HeldSession) -> int:
    hour = one.opened_at.astimezone(HOME).hour
    return (hour >= 12) + (hour >= 18)


def quota(
    commune: Commune, session: Session, closed: Sequence[HeldSession], weeks: Sequence[Days], today: date
) -> Quota:
    """Return what was held of one promised session, week by week."""
    counted = {roster.id for roster in commune.rosters.rosters if roster.counts_as == session.id}
    mine = [one for one in closed if one.roster in counted]
    kinds = {place.id: place.kind for place in commune.profile.places}
    judged = []
    for first, last in weeks:
        number = sessions_in(one for one in mine if first <= one.day <= last)
        judged.append(Week(first, last, number, _state(commune, session.per_week, (first, last), number, today)))
    online = kinds.get(session.place) == "video"
    return Quota(session.id, session.title, online, session.per_week, sessions_in(mine), tuple(judged))


def _state(commune: Commune, wanted: int, week: Days, number: int, today: date) -> WeekState:
    first, last = week
    if number >= wanted:
        return "met"
    if first.weekday() != 0 or last.weekday() != 6:
        return "partial"
    if last >= today:
        return "running"
    days = (first + timedelta(days=ahead) for ahead in range(7))
    return "missed" if any(commune.calendar.sessions(day) for day in days) else "off"


def by_roster(commune: Commune, closed: Sequence[HeldSession], weeks: Sequence[Days]) -> tuple[RosterSessions, ...]:
    """Return what was held by every roster, also by one that was taken out of the file since."""
    titles = {roster.id: roster.title for roster in commune.rosters.rosters}
    found = []
    for roster in dict.fromkeys([*titles, *(one.roster for one in closed)]):  # one taken out of the file still counts
        mine = [one for one in closed if one.roster == roster]
        by_week = tuple(sessions_in(one for one in mine if first <= one.day <= last) for first, last in weeks)
        found.append(RosterSessions(roster, titles.get(roster, roster), sessions_in(mine), by_week))
    return tuple(found)


def points(commune: Commune, came: Sequence[Visit], closed: Sequence[HeldSession], first: date, last: date) -> Points:
    """Return the village points that had a visit or a session; one without a roster in the span does not count."""
    villages = {place.id for place in commune.profile.places if place.kind == "village"}
    rosters = {roster.id: roster for roster in commune.rosters.rosters}
    known = {
        roster.place
        for roster in rosters.values()
        if (roster.start or first) <= last and first <= (roster.until or last)
    } & villages
    seen = {one.place for one in came} | {rosters[one.roster].place for one in closed if one.roster in rosters}
    return Points(tuple(sorted(seen & known)), len(known), commune.profile.points_promised or None)
