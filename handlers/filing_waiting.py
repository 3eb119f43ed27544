"""Báo cáo chờ tiếp nhận: on the working morning after a report has come, who accepts it is told, once a day for all."""

from collections import Counter
from datetime import datetime, timedelta

from content.dates import local_day
from content.ladder import MORNING, may_send
from content.library import Commune
from content.recurrence import instant_of
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.filing_people import CHAIRMAN, VICE, People, assigned_now
from handlers.filing_rights import may_settle
from handlers.messages import Button, Reply
from handlers.post_holders import staff
from storage.filings import Filing
from storage.members import Member


async def tell_waiting(errand: Errand) -> None:
    """Tell who accepts reports how many wait, where new ones have come since their last working morning."""
    for commune in errand.library.communes.values():
        morning = instant_of(local_day(errand.now), MORNING)
        if not commune.plans.obligations or errand.now < morning or not may_send(errand.now, commune.calendar):
            continue
        waiting = await errand.store.filing_moves.to_settle(commune.slug)
        since = _morning_before(commune, errand.now)
        if any(_came(one, since, morning) for one in waiting):
            await _tell(errand, commune, waiting, since, morning)


def _morning_before(commune: Commune, now: datetime) -> datetime:
    """Return eight o'clock of the last working day before today."""
    day = local_day(now) - timedelta(days=1)
    while not commune.calendar.is_working_day(day):
        day -= timedelta(days=1)
    return instant_of(day, MORNING)


def _came(filing: Filing, since: datetime, until: datetime) -> bool:
    """Tell whether a report came, or was approved by its head, in [since, until)."""
    at = filing.approved_at or filing.sent_at
    return at is not None and since <= at < until


async def _tell(errand: Errand, commune: Commune, waiting: list[Filing], since: datetime, until: datetime) -> None:
    people = People(commune, await staff(errand, commune.slug))
    found = [(member, one) for one in waiting for member in _who(people, one)]
    fresh = {member.id for member, one in found if _came(one, since, until)}
    counts = Counter(member.id for member, _ in found)
    for member in {one.id: one for one, _ in found if one.id in fresh}.values():
        # The morning message has a note of its own under the member's id: this is not in its way.
        if not await errand.store.filing_steps.first_today(f"{member.id}/waiting", local_day(errand.now)):
            continue
        chat = await errand.chat(member.chat_id)
        if chat is not None:
            phrases = errand.speak(chat)
            way = Button(phrases.plain("filing.menu_waiting"), "filing_waiting")
            text = phrases.say("filing.wait_for_you", count=counts[member.id])
            errand.post(chat, Reply("filing.wait_for_you", text, (way,)))


def _who(people: People, filing: Filing) -> list[Member]:
    """Return who accepts a report: who chases, or a deputy chairman where the report is their own."""
    assignment = assigned_now(people.commune, filing, people.staff.day)
    if assignment is None:
        return []
    leaders = people.staff.holders(None, VICE) or people.staff.holders(None, CHAIRMAN)
    able = leaders if assignment.own else people.chasers(assignment)
    return [one for one in able if may_settle(people.commune, people.staff, one, filing)]


FEATURE = Feature(name="filing_waiting", errands=(tell_waiting,))
