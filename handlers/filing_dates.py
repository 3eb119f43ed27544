"""Hạn và bậc nhắc của một kỳ: the reminders that are still to come of a filing, and a date that staff have changed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from content.dates import local_day
from content.ladder import MORNING, Step, may_send
from content.library import Commune
from content.recurrence import instant_of
from handlers.errand import Errand
from handlers.filing_recall import recall
from handlers.filing_wanted import Wanted
from handlers.record import record_service
from storage.filings import Filing


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


Place = tuple[str, str, datetime]


def place_of(filing: Filing) -> Place:
    """Return what only one filing of a commune can have: obligation, unit and due date."""
    return filing.obligation, filing.unit, filing.due


async def follow_date(
    errand: Errand, commune: Commune, wanted: Wanted, filing: Filing, places: Mapping[Place, str]
) -> bool:
    """Give a filing the date (unit, period) that the plan has for it now; False when it is to stay as it is.

    No date that has passed is set to anybody afterwards, and what was over in time stays in the books as it was. Only
    what the unit still has passes on to a successor. `places`: whose id stands where already.
    """
    over_in_time = not filing.with_unit and filing.due < errand.now and (filing.sent_at is None or filing.in_time)
    if wanted.due.due < errand.now or over_in_time:
        return False
    unit, period = (wanted.unit, wanted.due.period) if filing.with_unit else (filing.unit, filing.period)
    new = replace(filing, unit=unit, period=period, due=wanted.due.due, aim=wanted.due.aim)
    if new == filing or places.get(place_of(new), filing.id) != filing.id:
        return False
    if not await errand.store.filings.move(filing, new):
        return False
    if new.due != filing.due:
        _follow_steps(errand, commune, wanted, filing)
    if (new.due, new.unit) != (filing.due, filing.unit):
        await recall(errand, filing)
        was = {"from": filing.due.isoformat(), "until": new.due.isoformat(), "unit": filing.unit, "to": new.unit}
        await record_service(errand, filing.account, "moved", f"filing/{filing.id}", **was)
    return True


def _follow_steps(errand: Errand, commune: Commune, wanted: Wanted, filing: Filing) -> None:
    """Plan the reminders for the new date: what has not been told, and all that comes after the old date."""
    steps = wanted.assignment.steps(wanted.due.due, commune.calendar)
    store = errand.store.filing_steps
    if filing.with_unit:
        store.replan(filing.id, coming(steps, commune, errand.now), filing.due)
    else:  # should it be returned, what lies ahead of the new date is told then
        ahead = [(step.name, step.at) for step in steps if step.at > errand.now]
        store.replan(filing.id, ahead, filing.due, stopped=errand.now)
    store.hush_until(filing.id, instant_of(local_day(wanted.due.aim), MORNING))
