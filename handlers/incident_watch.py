"""Canh sự cố: who is told next when nobody has taken one, and the reminders of the legal clocks; one message each."""

from collections.abc import Callable
from datetime import datetime, timedelta

from content.dates import is_quiet, next_waking
from content.library import Commune
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.incident_clock import RESTORE
from handlers.incident_news import Bulletin, News, may_wake
from handlers.incident_people import URGENT, for_the_law, ladder, plan_of, told_already
from handlers.incident_words import waking
from storage.incident_clocks import Running
from storage.incidents import Incident
from storage.members import Member

Bulletins = Callable[[Commune], Bulletin]


async def watch(errand: Errand) -> None:
    """Look at every open incident and every running clock; what one person is to hear goes in one message."""
    bulletins: dict[str, Bulletin] = {}

    def of(commune: Commune) -> Bulletin:
        return bulletins.setdefault(commune.slug, Bulletin(commune))

    for one in await errand.store.incidents.open():
        commune = errand.commune(one.account)
        if commune is not None and commune.incidents is not None:
            await _climb(errand, commune, one, of)
    for clock in await errand.store.incident_clocks.running(errand.now):
        await _look_at(errand, clock, of)
    for bulletin in bulletins.values():
        await bulletin.send(errand)


async def _climb(errand: Errand, commune: Commune, one: Incident, of: Bulletins) -> None:
    """Tell every rung that is due by now, in one step: after a standstill nobody is told twice."""
    if one.taken_by is not None:
        if one.post is not None or not await errand.store.incidents.release(one):
            return
        one = await errand.store.incidents.one(one.id) or one
    if not may_wake(one, errand.now):
        return
    rungs = ladder(commune, await errand.store.members.of_account(one.account), one)
    due = min(_due(commune, one, errand.now), len(rungs))
    if due <= one.rung or not await errand.store.incidents.climb(one, due, errand.now):
        return
    for number in range(one.rung, due):
        key = "incident.push_new" if number == 0 else "incident.push_climb"
        fresh = [member for member in rungs[number] if not _heard(rungs, one.rung, number, member)]
        of(commune).add(fresh, News(one, key))


def _heard(rungs: tuple[tuple[Member, ...], ...], first: int, number: int, member: Member) -> bool:
    """Tell whether a member hears of it on a lower rung of the same step."""
    return any(member in rung for rung in rungs[first:number])


def _due(commune: Commune, one: Incident, now: datetime) -> int:
    """Return how many rungs should know by now."""
    if one.told is None:
        return 1
    waited = now - one.told if one.kind in URGENT else waking(one.told, now)
    return 1 + int(waited / timedelta(minutes=plan_of(commune).rules.next_minutes))


async def _look_at(errand: Errand, clock: Running, of: Bulletins) -> None:
    """Remind of a clock before it runs out, and once when it has."""
    one = await errand.store.incidents.one(clock.incident)
    commune = errand.commune(one.account) if one is not None else None
    if one is not None and commune is not None and clock.clock == RESTORE:
        await _look_at_restoring(errand, commune, one, clock, of)
        return
    duty = commune.incidents.clock(clock.clock) if commune is not None and commune.incidents is not None else None
    if one is None or commune is None or duty is None or _sleeps(clock, errand.now):
        return
    late = clock.due <= errand.now
    if (clock.said and not late) or not await errand.store.incident_clocks.say(clock, 2 if late else 1):
        return
    key = "incident.push_late" if late else "incident.push_clock"
    members = for_the_law(commune, await errand.store.members.of_account(one.account), one)
    of(commune).add(members, News(one, key, duty.title, duty.source, clock.due))


async def _look_at_restoring(errand: Errand, commune: Commune, one: Incident, clock: Running, of: Bulletins) -> None:
    """Remind who mends it before the plan's hours are over, and once those above too when they are; never at night."""
    late = clock.due <= errand.now
    if is_quiet(errand.now) or not one.open or commune.incidents is None or (clock.said and not late):
        return
    if not await errand.store.incident_clocks.say(clock, 2 if late else 1):
        return
    members = await errand.store.members.of_account(one.account)
    told = [member for member in members if member.id == one.taken_by] or told_already(commune, members, one)
    if late:
        told += [member for rung in ladder(commune, members, one)[1:] for member in rung if member not in told]
    key = "incident.push_restore_late" if late else "incident.push_restore"
    of(commune).add(told, News(one, key, due=clock.due))


def _sleeps(clock: Running, now: datetime) -> bool:
    """Tell whether a reminder waits for the morning: unless the time runs out before people are up."""
    return is_quiet(now) and not now < clock.due <= next_waking(now)


FEATURE = Feature(name="incident_watch", errands=(watch,))
