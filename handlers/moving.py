"""Đổi giờ: another day or time for a booking, in the same place; so many times and no more."""

from datetime import datetime, timedelta

from content.dates import local_day
from handlers.agenda import slot_at
from handlers.booked import actions, describe, plan_reminders
from handlers.booking import day, hour
from handlers.dialog import Back, Flow, Say, start
from handlers.feature import Feature
from handlers.freed import offer_freed
from handlers.reserving import seated
from handlers.turn import Outcome, Turn
from storage.bookings import Booking
from storage.chats import Dialog


async def move(turn: Turn, code: str) -> Outcome:
    """Begin to move the booking of a code."""
    booking = await turn.store.bookings.by_code(turn.commune.slug, code.upper())
    shown = (turn.button("button.my_bookings", "mine"), turn.button("button.menu", "menu"))
    if booking is None or booking.state not in {"booked", "displaced"}:
        return Outcome((turn.reply("booking.unknown_code", shown),))
    most = turn.commune.rosters.rules.moves
    if booking.moves >= most and booking.state == "booked":
        return Outcome((turn.reply("booking.moved_enough", shown, most=most),))
    return await start(FLOW, turn, {"code": booking.code, "roster": booking.roster, "kind": booking.kind})


async def nothing(turn: Turn) -> Say:
    """Say that there is no other slot."""
    return Say("booking.nothing_free", (turn.button("button.my_bookings", "mine"), turn.button("button.menu", "menu")))


async def full(_: Turn) -> Back:
    """Go back to the days: that one is full."""
    return Back("day", "booking.day_is_full")


async def moved(turn: Turn) -> Outcome | Back:
    """Take the new seat, give back the old one, plan the reminders anew; all or nothing."""
    booking = await turn.store.bookings.by_code(turn.commune.slug, turn.data["code"])
    if booking is None or booking.state not in {"booked", "displaced"}:
        return Outcome((turn.reply("booking.unknown_code"),))
    new = await _moved(turn, booking, datetime.fromisoformat(turn.data["time"]))
    if new is None:
        return Back("time", "booking.gone")
    plan_reminders(turn.store, new, turn.now)
    return Outcome((describe(turn, new, "booking.moved", actions(turn, new)),), Dialog(topic=turn.dialog.topic))


async def _moved(turn: Turn, booking: Booking, begins: datetime) -> Booking | None:
    roster = turn.commune.roster(booking.roster)
    if roster is None or begins == booking.start:
        return None
    free = await slot_at(turn.commune, roster, turn.store, turn.now, turn.chat.id, begins)
    if free is None or not free.left:
        return None
    slot = free.slot
    seats, account = turn.store.seats, turn.commune.slug
    until = turn.now + timedelta(minutes=1)
    # The new seat first: who cannot get it keeps the old one.
    if not await seats.hold(account, roster.id, slot.start, slot.capacity, turn.chat.id, until, turn.now):
        return None
    freed = await seats.free(booking.id)
    await seated(turn, roster, slot, booking.id)
    by_person = booking.state == "booked"  # a move that a change of ours forced is not counted
    new = await turn.store.bookings.move(booking, slot.start, slot.end, local_day(slot.start), counted=by_person)
    await offer_freed(turn.errand(), freed)
    return new


FLOW = Flow("move", {"day": day, "time": hour, "seat": moved, "full": full, "kind": nothing})
FEATURE = Feature(name="moving", taps={"move": move}, flows=(FLOW,))
