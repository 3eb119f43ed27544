"""Nghĩa vụ báo cáo: what a plan obliges which unit to do by when; `communes/<slug>/obligations.yaml`.

content/plans.py reads and checks the file, content/recurrence.py says on which days, content/ladder.py who is reminded.
"""

import datetime
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated

from pydantic import BeforeValidator, Field

from content.calendar import WorkingCalendar
from content.communes import Profile, Slug, Text
from content.dates import local_day
from content.day_text import Day
from content.indicators import Indicator
from content.ladder import Ladder, Step, steps
from content.recurrence import END_OF_DAY, OnEvent, Repeats, Rule, aim_of, due_days, instant_of, period_of
from content.rule_words import parse_rule
from content.schema import Entry

EACH = "each"
OWN = "own"
REPORTING_KINDS = ("unit", "front-office", "force")
"""Phòng, ban, đơn vị: those that make a report each where an obligation says `each`."""

_ID = re.compile(r"[A-Z]{2,4}-\d{2,3}")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def _read_id(value: object) -> str:
    if not _ID.fullmatch(str(value)):
        raise ValueError(f"«{value}» không phải mã nghĩa vụ – hãy viết như AS-01")
    return str(value)


def _read_rule(value: object) -> Rule:
    return parse_rule(str(value))


def _read_time(value: object) -> datetime.time:
    match = _TIME.fullmatch(str(value).strip())
    if match is None:
        raise ValueError(f"«{value}» không phải giờ – hãy viết như 16:00")
    return datetime.time(int(match[1]), int(match[2]))


class Obligation(Entry):
    """Một nghĩa vụ.

    `time` is the local time of day at which it is due; 23:59:59 where the plan names none. `start` (in the file:
    `from`) and `until` bound its due days, both included. `leads` are ids of units that answer for it together, or just
    "each": every reporting unit makes its own. `reports_to` holds ids of units and names of bodies outside. `figures`
    are ids of indicators to fill in, or "own": those the unit itself leads. `event` is the id of the event that opens
    one that has no dates; `within_hours` is how long after it there is, where the plan says so.
    """

    id: Annotated[str, BeforeValidator(_read_id)]
    title: Annotated[Text, Field(max_length=60)]
    what: Text
    rule: Annotated[Rule, BeforeValidator(_read_rule)]
    time: Annotated[datetime.time, BeforeValidator(_read_time)] = END_OF_DAY
    start: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    event: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")] | None = None
    within_hours: Annotated[int, Field(ge=1, le=8_760)] | None = None
    leads: tuple[Slug, ...]
    supports: tuple[Slug, ...] = ()
    reports_to: tuple[Text, ...] = ()
    chaser: Slug
    ladder: Slug
    figures: tuple[str, ...] = ()
    successor: str | None = None
    assumption: bool = False
    source: Text

    @property
    def each(self) -> bool:
        """Return whether every reporting unit makes its own."""
        return self.leads == (EACH,)

    def bounds(self, first: datetime.date, last: datetime.date) -> tuple[datetime.date, datetime.date]:
        """Return the part of a span of days in which it is in force; its end may lie before its start."""
        return max(first, self.start or first), min(last, self.until or last)


@dataclass(frozen=True)
class Due:
    """Một kỳ hạn: `due` and `aim` are UTC instants, `period` what it is about (content.recurrence.period_of)."""

    due: datetime.datetime
    aim: datetime.datetime
    period: str


def dues(
    obligation: Obligation, start: datetime.datetime, end: datetime.datetime, calendar: WorkingCalendar
) -> Iterator[Due]:
    """Yield the due dates in [start, end), in order. Naive instants raise ValueError.

    `due` is never moved; `aim` lies on the working day before when `due` is on a day off. An obligation that waits for
    an event yields nothing.
    """
    if start.utcoffset() is None or end.utcoffset() is None:
        raise ValueError("aware instants are wanted, not naive ones")
    first, last = obligation.bounds(local_day(start), local_day(end))
    for day in due_days(obligation.rule, first, last, calendar, obligation.start):
        due = instant_of(day, obligation.time)
        if start <= due < end:
            yield Due(due, aim_of(due, calendar), period_of(obligation.rule, day))


@dataclass(frozen=True)
class Assignment:
    """Việc được giao: an obligation as it falls to its holders on one day.

    `units` answer for it together: one unit where each makes its own. Units that no longer exist are replaced by their
    successors. `polite`: all of them are partners, who are asked, never chased. `own`: the first of them
    below the leaders, who does the work, is the chaser itself.
    """

    obligation: Obligation
    units: tuple[str, ...]
    ladder: Ladder
    chaser: str
    polite: bool
    own: bool

    def steps(self, due: datetime.datetime, calendar: WorkingCalendar) -> tuple[Step, ...]:
        """Return the reminders of one due date, in order (content.ladder.steps)."""
        return steps(self.ladder, due, calendar, polite=self.polite, own=self.own)


@dataclass(frozen=True)
class Plans:
    """Kế hoạch của một xã: obligations, ladders and indicators as the files give them."""

    obligations: tuple[Obligation, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    indicators: tuple[Indicator, ...] = field(default=())

    @cached_property
    def fingerprint(self) -> str:
        """Return a short text, the same in every process, that changes whenever a due date or a ladder may have."""
        return hashlib.sha256(repr((self.obligations, self.ladders)).encode()).hexdigest()[:16]

    def obligation(self, identity: str) -> Obligation | None:
        """Return an obligation, or None when the files have none of that id (any more)."""
        return next((one for one in self.obligations if one.id == identity), None)

    def replaced_by(self, identity: str) -> set[str]:
        """Return the ids of the obligations that an obligation has replaced, at once or by way of others."""
        found: set[str] = set()
        wanted = {identity}
        while wanted:
            wanted = {one.id for one in self.obligations if one.successor in wanted} - found
            found |= wanted
        return found

    def ladder(self, identity: str) -> Ladder | None:
        """Return a ladder, or None when there is none of that id."""
        return next((one for one in self.ladders if one.id == identity), None)

    def indicator(self, identity: str) -> Indicator | None:
        """Return an indicator, or None when the files have none of that id (any more)."""
        return next((one for one in self.indicators if one.id == identity), None)

    def figures_of(self, assignment: Assignment, profile: Profile, day: datetime.date) -> tuple[Indicator, ...]:
        """Return the indicators that the holders fill in when they report on a day, in the order of the file.

        Those without a target for the year of that day are left out: nothing is asked that no plan promises.
        """
        wanted = assignment.obligation.figures
        units = set(assignment.units)
        return tuple(
            one
            for one in self.indicators
            if one.target(day.year) is not None
            and (one.id in wanted or (OWN in wanted and _led_by(one, units, profile, day)))
        )


def holders(obligation: Obligation, plans: Plans, profile: Profile, day: datetime.date) -> Iterator[Assignment]:
    """Yield one obligation with its holders on a day: one for each unit where each makes its own."""
    ladder = plans.ladder(obligation.ladder)
    if ladder is None:  # content check refuses it
        return
    chaser = profile.holder(obligation.chaser, day)
    together = tuple(dict.fromkeys(profile.holder(one, day) for one in obligation.leads))
    groups = [(one,) for one in reporting_units(profile, day)] if obligation.each else [together]
    partners, leaders = (_of_kind(profile, *kinds) for kinds in (("partner",), ("leader", "steering")))
    for units in groups:
        in_charge = next((unit for unit in units if unit not in leaders), None)
        yield Assignment(obligation, units, ladder, chaser, partners.issuperset(units), in_charge == chaser)


def reporting_units(profile: Profile, day: datetime.date) -> tuple[str, ...]:
    """Return the ids of the phòng, ban, đơn vị that exist on a day, in the order of the file."""
    return tuple(unit.id for unit in profile.all_units if unit.kind in REPORTING_KINDS and unit.exists_on(day))


def _of_kind(profile: Profile, *kinds: str) -> set[str]:
    return {unit.id for unit in profile.all_units if unit.kind in kinds}


def _led_by(indicator: Indicator, units: set[str], profile: Profile, day: datetime.date) -> bool:
    return EACH in indicator.leads or bool(units & {profile.holder(one, day) for one in indicator.leads})


def waits_for_event(obligation: Obligation) -> bool:
    """Return whether it has no dates until somebody opens an event."""
    return isinstance(obligation.rule, OnEvent)


def needs_anchor(obligation: Obligation) -> bool:
    """Return whether its rule counts from a first day ("every second month") that `from` must then give."""
    return isinstance(obligation.rule, Repeats) and obligation.rule.interval > 1
