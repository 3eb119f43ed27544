"""Nhắc lịch hẹn: the evening before and one hour before; silent when the booking was moved, cancelled or begun."""

from datetime import timedelta

from content.dates import HOME
from handlers.booked import words_of_slot
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.messages import Button
from storage.reminders import Reminder

MOST_AT_ONCE = 200
TOO_LATE = timedelta(minutes=5)  # before the visit a reminder is no help any more


async def remind(errand: Errand) -> None:
    """Give every reminder that is due. A reminder looks before it speaks."""
    for reminder in await errand.store.reminders.due(errand.now, MOST_AT_ONCE):
        if await errand.store.reminders.take(reminder, errand.now):
            await _give(errand, reminder)


async def _give(errand: Errand, reminder: Reminder) -> None:
    booking = await errand.store.bookings.one(reminder.booking)
    if booking is None or booking.state != "booked" or booking.start - TOO_LATE <= errand.now:
        return
    commune, chat = errand.commune(booking.account), await errand.chat(booking.chat_id)
    roster = commune.roster(booking.roster) if commune else None
    if commune is None or roster is None or chat is None:
        return
    phrases = errand.speak(chat)
    shown = (
        Button(phrases.plain("reminder.coming"), "coming"),
        Button(phrases.plain("reminder.cannot"), f"drop/{booking.code}/cannot"),
        Button(phrases.plain("booking.move"), f"move/{booking.code}"),
    )
    slot = words_of_slot(commune, phrases, roster, booking.start)
    # After a downtime the evening's reminder may come in the morning: say what is true now.
    today = booking.start.astimezone(HOME).date() == errand.now.astimezone(HOME).date()
    key = "reminder.today" if today else "reminder.evening"
    errand.tell(chat, key, shown, slot=slot, code=booking.code)


FEATURE = Feature(name="visit_reminders", errands=(remind,))
