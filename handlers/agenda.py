"""Chỗ còn trống: which slots can be booked now, from rosters, calendar, absences and seats."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from content.dates import local_day
from content.library import Commune
from content.rosters import Roster
from content.slots import Slot, open_slots, slots_on
from storage.bookings import Booking
from storage.duty import Absence
from storage.store import Store


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """A slot and how many seats it still has; zero when it is full."""

    slot: Slot
    left: int

    @property
    def day(self) -> date:
        """The local day it lies on."""
        return local_day(self.slot.start)


async def bookable(commune: Commune, roster: Roster, store: Store, now: datetime, me: int = 0) -> tuple[FreeSlot, ...]:
    """Return every slot of a roster that is open for booking to the chat `me`, full ones with `left` 0, by time.

    Priority slots are included; who takes one says to be 75 or older or to need extra help.
    """
    rosters = commune.rosters
    slots = open_slots(roster, rosters.rules, commune.calendar, now, True)
    slots = without_absences(slots, await store.duty.absences(commune.slug, now))
    if not slots:
        return ()
    taken = await store.seats.taken(commune.slug, slots[0].start, slots[-1].start + timedelta(seconds=1), now, me)
    return tuple(FreeSlot(slot, max(slot.capacity - taken.get((roster.id, slot.start), 0), 0)) for slot in slots)


async def slot_at(
    commune: Commune, roster: Roster, store: Store, now: datetime, me: int, begins: datetime
) -> FreeSlot | None:
    """Return the slot of a roster that begins at an instant, or None when it is not open for booking (any more)."""
    return next((one for one in await bookable(commune, roster, store, now, me) if one.slot.start == begins), None)


def without_absences(slots: Iterable[Slot], absences: Iterable[Absence]) -> tuple[Slot, ...]:
    """Return the slots that no absence touches."""
    absences = tuple(absences)
    return tuple(
        slot
        for slot in slots
        if not any(
            absence.roster == slot.roster and absence.start < slot.end and slot.start < absence.end
            for absence in absences
        )
    )


def is_open_to_all(commune: Commune, roster: Roster, slot: Slot, now: datetime) -> bool:
    """Tell whether a slot may be taken without priority: not a priority slot, or released because it is near."""
    return any(
        one.start == slot.start for one in open_slots(roster, commune.rosters.rules, commune.calendar, now, False)
    )


def still_stands(commune: Commune, booking: Booking, absences: Iterable[Absence]) -> bool:
    """Tell whether a booking's slot still takes place after a change of rosters, calendar or duty."""
    roster = commune.roster(booking.roster)
    if roster is None:
        return False
    slots = without_absences(slots_on(roster, booking.day, commune.calendar), absences)
    return any(slot.start == booking.start and slot.end == booking.end for slot in slots)


def by_day(slots: Iterable[FreeSlot]) -> dict[date, tuple[FreeSlot, ...]]:
    """Return the slots grouped by local day, in order."""
    days: dict[date, list[FreeSlot]] = {}
    for slot in slots:
        days.setdefault(slot.day, []).append(slot)
    return {day: tuple(found) for day, found in days.items()}
