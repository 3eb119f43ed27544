"""Lập kỳ báo cáo: fills the table of filings ahead from the plans, and follows the plans when staff change them.

Any replica may do it and may be stopped in the middle: a filing is unique by obligation, unit and due date, and a
commune counts as planned for the day only when nothing is left to plan.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from content.dates import local_day
from content.ladder import MORNING, Step, may_send
from content.library import Commune
from content.obligations import Assignment, Due, dues, holders, waits_for_event
from content.recurrence import instant_of
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.filing_people import answering
from handlers.filing_recall import recall
from handlers.record import record_service
from storage.filings import Filing

HORIZON = timedelta(days=75)  # T-30 in working days lies up to 55 days ahead where Tết comes between
DIGESTS_KEPT = timedelta(days=7)  # the notes of who has had their message on which day
MOST_AT_ONCE = 200  # new filings a tick: a new commune must not hold up people who write

Key = tuple[str, str, datetime]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filing as the plan wants it; `unit` is the first of those that answer for it together."""

    assignment: Assignment
    unit: str
    due: Due

    @property
    def key(self) -> Key:
        """Return what makes it unique within its commune."""
        return self.assignment.obligation.id, self.unit, self.due.due

    def filing(self, identity: str, account: str) -> Filing:
        """Return it as a new filing."""
        obligation = self.assignment.obligation.id
        return Filing(identity, account, obligation, self.unit, self.due.period, self.due.due, self.due.aim)


async def plan(errand: Errand) -> None:
    """Plan every commune that is not planned for today and the rules as they are now."""
    room = MOST_AT_ONCE
    marks = await errand.store.filings.planned() if errand.library.communes else {}
    for slug, commune in errand.library.communes.items():
        mark = f"{local_day(errand.now)} {commune.plans.fingerprint}"
        if room > 0 and commune.plans.obligations and marks.get(slug) != mark:
            left = await _plan_commune(errand, commune, room)
            room -= left.planned
            if left.complete:
                errand.store.filings.set_planned(slug, mark)
                errand.store.filing_steps.forget_digests(local_day(errand.now) - DIGESTS_KEPT)


@dataclass(frozen=True, slots=True)
class _Done:
    planned: int
    complete: bool


async def _plan_commune(errand: Errand, commune: Commune, room: int) -> _Done:
    wanted = {one.key: one for one in expected(commune, errand.now, errand.now + HORIZON)}
    there = {
        (one.obligation, one.unit, one.due): one
        for one in await errand.store.filings.between(commune.slug, errand.now, errand.now + HORIZON)
    }
    await _void(errand, commune, [one for key, one in there.items() if key not in wanted])
    await _follow_ladders(errand, commune, {key: one for key, one in there.items() if key in wanted}, wanted)
    # What is due on a day off and had to be done before today was nobody's task yet: the commune begins with the next.
    missing = [one for key, one in wanted.items() if key not in there and one.due.aim > errand.now]
    for one in missing[:room]:
        ladder = coming(one.assignment.steps(one.due.due, commune.calendar), commune, errand.now)
        await errand.store.filings.plan(one.filing(errand.new_id(), commune.slug), ladder, errand.now)
    return _Done(min(len(missing), room), complete=len(missing) <= room)


def expected(commune: Commune, start: datetime, end: datetime) -> Iterator[Wanted]:
    """Yield what the plan wants in [start, end): one for each unit that exists on the due day where each makes its own.

    What the service itself watches (backups, the morning's check-in: ladders without a due date) is nobody's filing.
    """
    for obligation in commune.plans.obligations:
        ladder = commune.plans.ladder(obligation.ladder)
        if ladder is None or ladder.clock != "due":
            continue
        for due in dues(obligation, start, end, commune.calendar):
            for assignment in holders(obligation, commune.plans, commune.profile, local_day(due.due)):
                if assignment.units:
                    yield Wanted(assignment, answering(commune, assignment)[0], due)


def coming(steps: Iterable[Step], commune: Commune, now: datetime) -> tuple[tuple[str, datetime], ...]:
    """Return the steps (name, instant) that are still to come when something is planned late.

    Of those whose time has passed only the latest is given, the next morning: whoever starts with the service gets one
    reminder of each thing and not three. It is left out when the next step comes by then anyway.
    """
    steps = tuple(steps)
    passed = [step for step in steps if step.at <= now]
    ahead = [(step.name, step.at) for step in steps if step.at > now]
    if not passed:
        return tuple(ahead)
    morning = next_morning(commune, now)
    if ahead and ahead[0][1] <= morning:
        return tuple(ahead)
    return ((passed[-1].name, morning), *ahead)


def next_morning(commune: Commune, now: datetime) -> datetime:
    """Return the first eight o'clock on a working day after an instant."""
    day = local_day(now)
    today = instant_of(day, MORNING)
    if today > now and may_send(today, commune.calendar):
        return today
    return instant_of(commune.calendar.next_working_day(day), MORNING)


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


async def _follow_ladders(
    errand: Errand, commune: Commune, there: Mapping[Key, Filing], wanted: Mapping[Key, Wanted]
) -> None:
    """Move the steps of filings that wait for their ladder as it is now."""
    undone = await errand.store.filing_steps.undone(commune.slug) if there else {}
    for key, filing in there.items():
        steps = wanted[key].assignment.steps(filing.due, commune.calendar)
        ahead = {step.name: step.at for step in steps if step.at > errand.now}
        known = {name: at for name, at in undone.get(filing.id, {}).items() if not name.startswith("again/")}
        if not filing.with_unit or ahead == {name: at for name, at in known.items() if at > errand.now}:
            continue
        errand.store.filings.plan_steps(filing.id, ahead.items())
        for name in known.keys() - {step.name for step in steps}:
            errand.store.filing_steps.drop(filing.id, name)


FEATURE = Feature(name="filing_planning", errands=(plan,))
