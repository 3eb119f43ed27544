"""Giữ chỗ thành lịch: turning a held seat into a booking."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from content.dates import local_day
from content.rosters import Roster
from content.slots import Slot
from handlers.agenda import slot_at
from handlers.codes import code_of
from handlers.turn import Turn
from storage.bookings import Booking


async def reserve(turn: Turn, roster_id: str, begins: datetime, form: Mapping[str, Any]) -> Booking | None:
    """Store a booking on the seat the chat holds; None when the slot is gone or its last seat is somebody else's."""
    roster = turn.commune.roster(roster_id)
    if roster is None:
        return None
    free = await slot_at(turn.commune, roster, turn.store, turn.now, turn.chat.id, begins)
    if free is None:
        return None
    slot = free.slot
    identity = turn.new_id()
    if not await seated(turn, roster, slot, identity):
        return None
    booking = _new(turn, roster, slot, identity, form)
    stored = await turn.store.bookings.add(booking, turn.now)
    while stored is None:  # the code is taken in this commune
        booking = replace(booking, code=code_of(turn.new_id()))
        stored = await turn.store.bookings.add(booking, turn.now)
    return stored


async def seated(turn: Turn, roster: Roster, slot: Slot, booking: str) -> bool:
    """Give a booking the seat its chat holds, or another free one of the slot when the hold is gone."""
    seats, account, chat = turn.store.seats, turn.commune.slug, turn.chat.id
    if await seats.keep(account, roster.id, slot.start, chat, booking):
        return True
    until = turn.now + timedelta(minutes=1)
    if not await seats.hold(account, roster.id, slot.start, slot.capacity, chat, until, turn.now):
        return False
    return await seats.keep(account, roster.id, slot.start, chat, booking)


def _new(turn: Turn, roster: Roster, slot: Slot, identity: str, form: Mapping[str, Any]) -> Booking:
    return Booking(
        id=identity,
        account=turn.commune.slug,
        code=code_of(identity),
        chat_id=turn.chat.id,
        roster=roster.id,
        place=roster.place,
        kind=roster.kind,
        start=slot.start,
        end=slot.end,
        topic=form.get("topic"),
        for_other=form.get("whom") == "relative",
        name=form.get("name") or "",
        phone=form.get("phone") or "",
        needs_help=bool(form.get("help") or form.get("priority")),
        walk_in=False,
        state="booked",
        moves=0,
        sequence=0,
        day=local_day(slot.start),
    )
