"""Lời mời từ danh sách chờ: taking or leaving an offered seat."""

from datetime import timedelta

from handlers.agenda import slot_at
from handlers.booked import mine
from handlers.booking import FLOW
from handlers.dialog import start
from handlers.feature import Feature
from handlers.freed import expire, offer_freed
from handlers.turn import Outcome, Turn
from storage.waiting import Waiting


async def answer(turn: Turn, argument: str) -> Outcome:
    """Take an offer or leave it ("<entry>/yes", "<entry>/no")."""
    identity, _, said = argument.partition("/")
    entry = await turn.store.waiting.one(identity)
    if entry is not None and entry.chat_id == turn.chat.id and entry.state == "taken":  # a second tap
        return await mine(turn, "")
    if entry is None or entry.chat_id != turn.chat.id or entry.state != "offered" or entry.offered_start is None:
        return Outcome((turn.reply("offer.over", (turn.button("button.book", "book"),)),))
    if said != "yes":
        turn.store.waiting.end(entry.id, "left")
        await offer_freed(turn.errand(), await turn.store.seats.release(turn.chat.id))
        return Outcome((turn.reply("offer.left", (turn.button("button.menu", "menu"),)),))
    return await _take(turn, entry)


async def _take(turn: Turn, entry: Waiting) -> Outcome:
    """Keep the seat and ask the rest of the form: for whom, and what the kind cannot do without."""
    commune, roster, begins = turn.commune, turn.commune.roster(entry.roster), entry.offered_start
    over = Outcome((turn.reply("offer.over", (turn.button("button.book", "book"),)),))
    if roster is None or begins is None:
        return over
    free = await slot_at(commune, roster, turn.store, turn.now, turn.chat.id, begins)
    until = turn.now + timedelta(minutes=commune.rosters.rules.hold_minutes)
    if free is None or not await turn.store.seats.hold(
        commune.slug, roster.id, begins, free.slot.capacity, turn.chat.id, until, turn.now
    ):
        return over
    turn.store.waiting.end(entry.id, "taken")
    form = {"topic": entry.form.get("topic"), "kind": roster.kind, "roster": roster.id}
    return await start(
        FLOW, turn, {**form, "day": entry.day.isoformat(), "time": free.slot.start.isoformat()}, at="whom"
    )


FEATURE = Feature(name="offers", taps={"offer": answer}, errands=(expire,))
