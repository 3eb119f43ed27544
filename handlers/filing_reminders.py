"""Nhắc việc: one morning message a person and working day; silent the moment a report is sent.

1. Steps whose time has come are taken commune by commune, on working days from eight in the morning and never in quiet
   hours. Only ladders that count the minutes since an event wait for no morning; what was just opened gets a message
   of its own.
2. Several due steps of one filing, as after a downtime, are merged into the latest; whoever one of them was for hears
   of it once.
3. Who has said "received", or put it off, is left in peace until then; the day itself always speaks.
4. A draft that waits for the head of the unit is the head's: they hear what the officers would, and it is escalated as
   if it had not been written, because nobody has received it.
5. What came in time and was returned for correction is the unit's work, not lateness: after its due date the unit and
   the focal point are reminded, no leader.
6. A second message a day only brings what would be too late tomorrow; everything else waits for the next morning.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from content.dates import HOME, local_day
from content.ladder import MORNING, may_send, steps_after
from content.library import Commune
from content.obligations import Assignment
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.filing_dates import next_morning
from handlers.filing_digest import tell
from handlers.filing_events import OPENED
from handlers.filing_people import UNTAKEN, People, Why, assigned_now, is_led
from handlers.filing_words import Item, item_of
from handlers.post_holders import staff
from handlers.record import record_service
from storage.filing_steps import Ack, DueStep
from storage.filings import Filing
from storage.members import Member

MOST_AT_ONCE = 400  # steps a tick, after which the next commune waits: people who write must not
AGAIN = "again/"


@dataclass
class Round:
    """One commune's round: who is to be told of what."""

    errand: Errand
    commune: Commune
    people: People
    acks: Mapping[str, tuple[Ack, ...]]
    members: dict[str, Member] = field(default_factory=dict)
    items: dict[str, list[Item]] = field(default_factory=dict)
    mornings: dict[str, bool] = field(default_factory=dict)

    async def first_today(self, member: Member) -> bool:
        """Note that somebody gets their message of the day from this round; False when they have had it."""
        if member.id not in self.mornings:
            day = local_day(self.errand.now)
            self.mornings[member.id] = await self.errand.store.filing_steps.first_today(member.id, day)
        return self.mornings[member.id]

    def add(self, member: Member, item: Item) -> None:
        """Put a filing on somebody's list."""
        self.members[member.id] = member
        self.items.setdefault(member.id, []).append(item)


async def remind(errand: Errand) -> None:
    """Give what is due, commune by commune, until enough is done for one tick."""
    room = MOST_AT_ONCE
    for account, _ in await errand.store.filing_steps.due_accounts(errand.now):
        commune = errand.commune(account)
        if room > 0 and commune is not None:
            room -= await _remind(errand, commune)


async def _remind(errand: Errand, commune: Commune) -> int:
    due = await errand.store.filing_steps.due(commune.slug, errand.now)
    calm = may_send(errand.now, commune.calendar) and errand.now.astimezone(HOME).time() >= MORNING
    chosen = [one for one in due if calm or is_urgent(commune, one)]
    if not chosen:
        return 0
    acks: dict[str, tuple[Ack, ...]] = {}
    for ack in await errand.store.filing_steps.acks(commune.slug, errand.now):
        acks[ack.filing] = (*acks.get(ack.filing, ()), ack)
    tour = Round(errand, commune, People(commune, await staff(errand, commune.slug)), acks)
    for steps in by_filing(chosen):
        await _take(tour, steps)
    for member, items in tour.items.items():
        await _tell(tour, tour.members[member], items)
    return len(chosen)


def by_filing(due: Iterable[DueStep]) -> list[tuple[DueStep, ...]]:
    """Return the steps of each filing together, the latest last."""
    found: dict[str, tuple[DueStep, ...]] = {}
    for one in sorted(due, key=lambda one: (one.at, one.step)):
        found[one.filing.id] = (*found.get(one.filing.id, ()), one)
    return list(found.values())


def is_urgent(commune: Commune, due: DueStep) -> bool:
    """Tell whether a step waits for no morning: its ladder counts the minutes since an event (legal-facts §9)."""
    obligation = commune.plans.obligation(due.filing.obligation)
    ladder = None if obligation is None else commune.plans.ladder(obligation.ladder)
    return ladder is not None and ladder.clock == "event" and not due.step.startswith(AGAIN)


async def _take(tour: Round, steps: tuple[DueStep, ...]) -> None:
    """Take a filing's due steps for good and note whom to tell: everybody whom one of them was for, once."""
    filing, store = steps[-1].filing, tour.errand.store.filing_steps
    assignment = assigned_now(tour.commune, filing, tour.people.staff.day)
    meant = {} if assignment is None or not filing.with_unit else _meant(tour, filing, assignment, steps)
    fresh = any(one.step == OPENED or is_urgent(tour.commune, one) for one in steps)
    told = _told(tour, filing, meant, steps)
    waiting = [] if fresh else [member for member, _ in told if await _waits(tour, filing, member)]
    told = [(member, why) for member, why in told if member not in waiting]
    for one in steps:
        # Whoever it is for knows of it, or has had their message today: it is merged into what they are told later.
        outcome = "stopped" if not meant else "told" if told and one is steps[-1] else "merged"
        if not await store.claim(filing.id, one.step, outcome, tour.errand.now):
            return
    for member in waiting:  # after the claim: the step put off may be the very one that was due
        store.again(filing.id, member.id, next_morning(tour.commune, tour.errand.now))
    asked = bool(told) and not filing.in_time
    quarter = _quarter(assignment, filing, steps) if asked and assignment is not None else None
    if quarter is not None:
        store.make_list(filing.account, quarter, tour.errand.now)
    for member, why in told:
        tour.add(member, replace(item_of(tour.commune, filing, why), quarter=quarter, fresh=fresh))
    if asked and filing.due < tour.errand.now and any(one.step.startswith("T+") for one in steps):
        await record_service(tour.errand, filing.account, "escalated", f"filing/{filing.id}", step=steps[-1].step)


def _quarter(assignment: Assignment, filing: Filing, steps: tuple[DueStep, ...]) -> str | None:
    """Return of which quarter the list of late reports is to be approved, where a step asks for it."""
    asks = {one.at.name for one in assignment.ladder.steps if "list" in one.to}
    return filing.period if "-Q" in filing.period and any(one.step in asks for one in steps) else None


def _meant(
    tour: Round, filing: Filing, assignment: Assignment, steps: tuple[DueStep, ...]
) -> dict[str, tuple[Member, Why]]:
    ladder = {step.name: step.to for step in assignment.steps(filing.due, tour.commune.calendar)}
    ladder |= {step.name: step.to for step in steps_after(assignment.ladder, tour.errand.now)}
    ladder[OPENED] = ("assignee",)
    wanted = [to for one in steps for to in ladder.get(one.step, ())]
    corrected = filing.in_time and filing.due < tour.errand.now
    if corrected:
        wanted.append("assignee")
    meant = tour.people.meant(filing, assignment, dict.fromkeys(wanted))
    for one in steps:
        if one.step.startswith(AGAIN):
            for member, why in tour.people.again(filing, assignment, one.step.removeprefix(AGAIN)):
                meant.setdefault(member.id, (member, why))
    return {one: found for one, found in meant.items() if not (corrected and is_led(*found))}


def _told(
    tour: Round, filing: Filing, meant: Mapping[str, tuple[Member, Why]], steps: tuple[DueStep, ...]
) -> list[tuple[Member, Why]]:
    """Return whom to tell now. Who asked to be left in peace hears of it afterwards, if nothing has come by then."""
    acks = tour.acks.get(filing.id, ())
    if any(why in UNTAKEN for _, why in meant.values()):
        if any(ack.kind == "nobody" for ack in acks):  # they know; the day itself is told to the head as ever
            return [(member, why) for member, why in meant.values() if why not in UNTAKEN]
        tour.errand.store.filing_steps.leave(filing.id, "", "nobody", filing.due)
    if not acks or local_day(filing.aim) <= local_day(tour.errand.now):
        return list(meant.values())
    taken = next((ack for ack in acks if ack.kind == "received"), None)
    quiet = {ack.member: ack for ack in acks if ack.kind != "nobody"}
    told: list[tuple[Member, Why]] = []
    for member, why in meant.values():
        if why == "approver":  # what they said was of the officers' work; this is theirs
            told.append((member, why))
        elif member.id in quiet:
            if not any(one.step == f"{AGAIN}{member.id}" for one in steps):
                tour.errand.store.filing_steps.again(filing.id, member.id, quiet[member.id].until)
        elif why != "assignee" or taken is None:
            told.append((member, why))
    return told


async def _waits(tour: Round, filing: Filing, member: Member) -> bool:
    """Tell whether what can wait until tomorrow does: its reader has had their message today."""
    return not await tour.first_today(member) and next_morning(tour.commune, tour.errand.now) <= filing.due


async def _tell(tour: Round, member: Member, items: list[Item]) -> None:
    chat = await tour.errand.chat(member.chat_id)
    if chat is None:
        return
    for key, told in (
        ("task.event", [item for item in items if item.fresh]),
        ("task.digest", [item for item in items if not item.fresh]),
    ):
        if told:
            tell(tour.errand, tour.commune, chat, told, key)


FEATURE = Feature(name="filing_reminders", errands=(remind,))
