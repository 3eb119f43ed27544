"""Lời mời từ danh sách chờ: taking or leaving an offered seat."""

from handlers.booked import confirmation, plan_reminders
from handlers.feature import Feature
from handlers.freed import expire, offer_freed
from handlers.reserving import reserve
from handlers.turn import Outcome, Turn
from storage.waiting import Waiting


async def answer(turn: Turn, argument: str) -> Outcome:
    """Take an offer or leave it ("<entry>/yes", "<entry>/no")."""
    identity, _, said = argument.partition("/")
    entry = await turn.store.waiting.one(identity)
    if entry is None or entry.chat_id != turn.chat.id or entry.state != "offered" or entry.offered_start is None:
        return Outcome((turn.reply("offer.over", (turn.button("button.book", "book"),)),))
    if said != "yes":
        turn.store.waiting.end(entry.id, "left")
        await offer_freed(turn.errand(), await turn.store.seats.release(turn.chat.id))
        return Outcome((turn.reply("offer.left", (turn.button("button.menu", "menu"),)),))
    return await _take(turn, entry)


async def _take(turn: Turn, entry: Waiting) -> Outcome:
    begins = entry.offered_start
    booking = await reserve(turn, entry.roster, begins, entry.form) if begins else None
    if booking is None:
        return Outcome((turn.reply("offer.over", (turn.button("button.book", "book"),)),))
    turn.store.waiting.end(entry.id, "taken")
    plan_reminders(turn.store, booking, turn.now)
    return Outcome((confirmation(turn, booking),))


FEATURE = Feature(name="offers", taps={"offer": answer}, errands=(expire,))
