"""Chỗ vừa trống: a freed seat is offered to who has waited longest, and to the next when time runs out."""

from collections.abc import Iterable
from datetime import timedelta

from content.dates import HOME, local_day, next_waking
from content.slots import Slot, slots_on
from handlers.errand import Errand
from handlers.messages import Button
from storage.seats import Freed

MOST_AT_ONCE = 50


async def offer_freed(errand: Errand, freed: Iterable[Freed]) -> None:
    """Offer each freed slot to the person who has waited longest for that roster and day."""
    for account, roster_id, begins in freed:
        commune = errand.commune(account)
        roster = commune.roster(roster_id) if commune else None
        if commune is None or roster is None or begins <= errand.now + timedelta(minutes=15):
            continue
        slot = next((one for one in slots_on(roster, local_day(begins), commune.calendar) if one.start == begins), None)
        if slot is not None:
            await _offer(errand, account, slot)


async def _offer(errand: Errand, account: str, slot: Slot) -> None:
    commune = errand.library.communes[account]
    while (entry := await errand.store.waiting.next(account, slot.roster, local_day(slot.start))) is not None:
        chat = await errand.chat(entry.chat_id)
        if chat is None:  # blocked the bot meanwhile
            errand.store.waiting.end(entry.id, "ended")
            continue
        said_at = next_waking(errand.now)  # an offer must not run out in the night
        until = min(said_at + timedelta(minutes=commune.rosters.rules.offer_minutes), slot.start)
        held = await errand.store.seats.hold(
            account, slot.roster, slot.start, slot.capacity, entry.chat_id, until, errand.now
        )
        if not held or not await errand.store.waiting.offer(entry.id, slot.start, until):
            return
        phrases = errand.speak(chat)
        shown = (
            Button(phrases.plain("offer.take"), f"offer/{entry.id}/yes"),
            Button(phrases.plain("offer.leave"), f"offer/{entry.id}/no"),
        )
        local, last = slot.start.astimezone(HOME), until.astimezone(HOME)
        words = {"time": f"{local:%H:%M}", "day": f"{local:%d/%m}", "until": f"{last:%H:%M %d/%m}"}
        errand.at(said_at).tell(chat, "offer.made", shown, **words)
        return


async def expire(errand: Errand) -> None:
    """Give back holds that have run out and offers nobody took, and offer those seats to the next."""
    for entry in await errand.store.waiting.overdue(errand.now, MOST_AT_ONCE):
        errand.store.waiting.end(entry.id, "ended")
        chat = await errand.chat(entry.chat_id)
        if chat is not None:
            errand.tell(chat, "offer.over")
    await offer_freed(errand, await errand.store.seats.expire(errand.now))
    errand.store.waiting.end_past(local_day(errand.now))
