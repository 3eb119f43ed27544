"""Dời lịch: when a roster, the calendar or somebody's duty changes, what is booked is told and re-planned."""

from datetime import timedelta

from content.library import Commune
from handlers.agenda import still_stands
from handlers.booked import words_of_slot
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.messages import Button
from storage.bookings import Booking

AHEAD = timedelta(days=400)


async def replan_all(errand: Errand) -> None:
    """Look at every commune's bookings; cheap when nothing has changed."""
    for commune in errand.library.communes.values():
        await replan(errand, commune)


async def replan(errand: Errand, commune: Commune) -> int:
    """Displace the bookings whose slot no longer takes place; return how many. Their people choose another time."""
    now = errand.now
    absences = await errand.store.duty.absences(commune.slug, now)
    displaced = 0
    for booking in await errand.store.bookings.booked_between(commune.slug, now, now + AHEAD):
        if not still_stands(commune, booking, absences) and await errand.store.bookings.displace(booking.id):
            errand.store.reminders.drop(booking.id)
            await errand.store.seats.free(booking.id)
            await _tell(errand, commune, booking)
            displaced += 1
    return displaced


async def _tell(errand: Errand, commune: Commune, booking: Booking) -> None:
    chat = await errand.chat(booking.chat_id)
    if chat is None:
        return
    phrases = errand.speak(chat)
    roster = commune.roster(booking.roster)
    slot = words_of_slot(commune, phrases, roster, booking.start) if roster else booking.code
    buttons = [Button(phrases.plain("booking.cancel"), f"drop/{booking.code}/yes")]
    if roster is not None:
        buttons.insert(0, Button(phrases.plain("booking.choose_again"), f"move/{booking.code}"))
    errand.tell(chat, "booking.displaced", tuple(buttons), slot=slot, code=booking.code)


FEATURE = Feature(name="replanning", errands=(replan_all,))
