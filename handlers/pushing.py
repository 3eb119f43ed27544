"""Báo cho bà con: telling the person of a booking what happens at the counter."""

from handlers.messages import Button
from handlers.turn import Turn
from storage.bookings import Booking


async def tell_person(turn: Turn, booking: Booking, key: str, /, **params: object) -> None:
    """Tell whoever booked, in their language; a helper who booked for an elder is not told of their own taps."""
    if booking.chat_id is None or booking.chat_id == turn.chat.id:
        return
    errand = turn.errand()
    chat = await errand.chat(booking.chat_id)
    if chat is None:
        return
    shown: tuple[Button, ...] = ()
    if booking.state == "arrived":
        shown = (Button(errand.speak(chat).plain("booking.line"), f"line/{booking.code}"),)
    errand.tell(chat, key, shown, code=booking.code, **params)
