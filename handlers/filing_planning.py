"""Lập kỳ báo cáo: fills the table of filings ahead from the plans, and follows the plans when staff change them.

Any replica may do it and may be stopped in the middle: a filing is unique by obligation, unit and due date, and a
commune counts as planned for the day only when nothing is left to plan. A filing whose date has changed moves to it.

Two replicas may have read different files for a while. The one that read its files last is followed until the next
day: otherwise each would move the dates back at every tick, and remind of both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from content.dates import local_day
from content.library import Commune
from content.obligations import waits_for_event
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.filing_dates import coming, follow_date, place_of
from handlers.filing_recall import recall
from handlers.filing_wanted import Wanted, expected, paired
from handlers.record import record_service
from storage.filings import Filing

HORIZON = timedelta(days=75)  # T-30 in working days lies up to 55 days ahead where Tết comes between
REACH = timedelta(days=366)  # how far a changed rule moves a date at most: within the year that a report is for
DIGESTS_KEPT = timedelta(days=7)  # the notes of who has had their message on which day
MOST_AT_ONCE = 200  # new filings a tick: a new commune must not hold up people who write


async def plan(errand: Errand) -> None:
    """Plan every commune that is not planned for today and the rules as they are now."""
    room = MOST_AT_ONCE
    marks = await errand.store.filings.planned() if errand.library.communes else {}
    for slug, commune in errand.library.communes.items():
        mark = _Mark(local_day(errand.now), commune.plans.fingerprint, errand.library.read_at)
        if room > 0 and commune.plans.obligations and mark.goes_beyond(_Mark.parse(marks.get(slug))):
            left = await _plan_commune(errand, commune, room)
            room -= left.planned
            if left.complete:
                errand.store.filings.set_planned(slug, str(mark))
                errand.store.filing_steps.forget_digests(local_day(errand.now) - DIGESTS_KEPT)


@dataclass(frozen=True, slots=True)
class _Mark:
    """For which local day and which rules a commune is planned, and when the service read these."""

    day: date
    rules: str
    read_at: datetime

    @classmethod
    def parse(cls, text: str | None) -> Self | None:
        """Return the mark of a text; None where nothing was planned, or by a service that did not note when it read."""
        day, rules, read_at = text.split() if text and text.count(" ") == 2 else ("", "", "")
        return cls(date.fromisoformat(day), rules, datetime.fromisoformat(read_at)) if rules else None

    def goes_beyond(self, last: Self | None) -> bool:
        """Tell whether there is anything to plan after a last planning."""
        if last is None or self.day != last.day:
            return True
        return self.rules != last.rules and self.read_at >= last.read_at

    def __str__(self) -> str:
        return f"{self.day} {self.rules} {self.read_at.isoformat()}"


@dataclass(frozen=True, slots=True)
class _Done:
    planned: int
    complete: bool


async def _plan_commune(errand: Errand, commune: Commune, room: int) -> _Done:
    start, end = errand.now - REACH, errand.now + HORIZON + REACH
    wanted = list(expected(commune, start, end))
    there = await errand.store.filings.between(commune.slug, start, end)
    pairs = paired(wanted, there, commune, errand.now)
    known = {filing.id for _, filing in pairs}
    left = [one for one in there if one.id not in known and errand.now <= one.due]
    await _void(errand, commune, left)
    places = {place_of(one): one.id for one in there}
    same = [pair for pair in pairs if not await follow_date(errand, commune, *pair, places)]
    await _follow_ladders(errand, commune, same)
    # What is due on a day off and had to be done before today was nobody's task yet: the commune begins with the next.
    has = {one.key for one, _ in pairs}
    ahead = [one for one in wanted if errand.now <= one.due.due < errand.now + HORIZON and one.due.aim > errand.now]
    missing = [one for one in ahead if one.key not in has]
    for one in missing[:room]:
        ladder = coming(one.assignment.steps(one.due.due, commune.calendar), commune, errand.now)
        await errand.store.filings.plan(one.filing(errand.new_id(), commune.slug), ladder, errand.now)
    return _Done(min(len(missing), room), complete=len(missing) <= room)


async def _void(errand: Errand, commune: Commune, left: list[Filing]) -> None:
    """Void what the plan no longer wants and nobody has touched; what somebody opened for an event stays."""
    gone = [
        one
        for one in await errand.store.filings.unsettled(commune.slug, errand.now)
        if commune.plans.obligation(one.obligation) is None
    ]
    for one in (*left, *gone):
        obligation = commune.plans.obligation(one.obligation)
        if obligation is not None and waits_for_event(obligation):
            continue
        reason = "ended" if obligation is None else "rule"
        if one.untouched and await errand.store.filings.void(one.id, reason, errand.now):
            await recall(errand, one)
            await record_service(errand, one.account, "void", f"filing/{one.id}", unit=one.unit, reason=reason)


async def _follow_ladders(errand: Errand, commune: Commune, pairs: Sequence[tuple[Wanted, Filing]]) -> None:
    """Move the steps of filings that wait for their ladder as it is now."""
    undone = await errand.store.filing_steps.undone(commune.slug) if pairs else {}
    for wanted, filing in pairs:
        if not filing.with_unit or filing.due < errand.now or filing.due != wanted.due.due:
            continue
        steps = wanted.assignment.steps(filing.due, commune.calendar)
        ahead = {step.name: step.at for step in steps if step.at > errand.now}
        known = {name: at for name, at in undone.get(filing.id, {}).items() if not name.startswith("again/")}
        if ahead == {name: at for name, at in known.items() if at > errand.now}:
            continue
        errand.store.filings.plan_steps(filing.id, ahead.items())
        for name in known.keys() - {step.name for step in steps}:
            errand.store.filing_steps.drop(filing.id, name)


FEATURE = Feature(name="filing_planning", errands=(plan,))
