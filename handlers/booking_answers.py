"""What people type while booking: days, times, phones, names; each with a sentence when it cannot be used."""

import re
from datetime import date, time, timedelta

from content.dates import HOME, local_day
from content.when import read_when
from handlers.agenda import FreeSlot, bookable, by_day
from handlers.booked import day_words
from handlers.turn import CitizenMistake, Turn

LONGEST_NAME = 60
LONGEST_WHERE = 200
_PHONE = re.compile(r"^(\+?84|0)\d{8,10}$")


async def slots_of(turn: Turn) -> tuple[FreeSlot, ...]:
    """Return the slots of the roster chosen so far; none when it was taken out of the file."""
    roster = turn.commune.roster(turn.data.get("roster", ""))
    return await bookable(turn.commune, roster, turn.store, turn.now, turn.chat.id) if roster else ()


def words_of_day(turn: Turn, one: date) -> str:
    """Return a day in words, seen from today."""
    return day_words(turn.phrases, one, local_day(turn.now))


async def typed_day(turn: Turn, text: str) -> str:
    """Return the day somebody typed as an ISO date; notes the half of the day when it was said too."""
    when = read_when(text, turn.now.astimezone(HOME))
    if when is None or when.day is None:
        raise CitizenMistake("booking.day_not_understood")
    if when.day not in by_day(await slots_of(turn)):
        raise _why_not(turn, when.day)
    turn.data.pop("part", None)
    if when.part:
        turn.data["part"] = when.part
    return when.day.isoformat()


def _why_not(turn: Turn, day: date) -> CitizenMistake:
    """Return why nothing can be booked on a day."""
    words, today = words_of_day(turn, day), local_day(turn.now)
    off = turn.commune.calendar.name_of_day_off(day)
    if day < today:
        return CitizenMistake("booking.day_is_past", day=words)
    if off is not None:
        return CitizenMistake("booking.day_is_off", day=words, name=off)
    horizon = turn.commune.rosters.rules.horizon_days
    if day > today + timedelta(days=horizon):
        return CitizenMistake("booking.day_too_far", day=words, days=horizon)
    return CitizenMistake("booking.no_slots_that_day", day=words)


async def typed_part(turn: Turn, text: str) -> str:
    """Return "morning" or "afternoon"."""
    when = read_when(text, turn.now.astimezone(HOME))
    part = (when.part or (when.at and ("morning" if when.at.hour < 12 else "afternoon"))) if when else None
    if not part:
        raise CitizenMistake("dialog.choose")
    return part


async def typed_time(turn: Turn, text: str) -> str:
    """Return the start of the free slot at a typed time."""
    when = read_when(text, turn.now.astimezone(HOME))
    wanted: time | None = when.at if when else None
    if wanted is None and when is not None and when.part:
        turn.data["part"] = when.part
        raise CitizenMistake("booking.only_morning" if when.part == "morning" else "booking.only_afternoon")
    if wanted is None:
        raise CitizenMistake("booking.time_not_understood")
    slots = by_day(await slots_of(turn)).get(date.fromisoformat(turn.data["day"]), ())
    for slot in slots:
        begins, ends = slot.slot.start.astimezone(HOME), slot.slot.end.astimezone(HOME)
        if begins.time() <= wanted < ends.time():
            if not slot.left:  # lost before the question: sounds like lost at the end
                raise CitizenMistake("booking.gone")
            return slot.slot.start.isoformat()
    raise CitizenMistake("booking.no_slot_then", time=f"{wanted:%H:%M}")


async def typed_phone(_: Turn, text: str) -> str:
    """Return a phone number without blanks and dots."""
    plain = re.sub(r"[\s.\-()]", "", text)
    if not _PHONE.match(plain):
        raise CitizenMistake("booking.phone_not_understood")
    return plain


async def typed_place(_: Turn, text: str) -> str:
    """Return where a house is, in a few words."""
    if not 2 <= len(text) <= LONGEST_WHERE:
        raise CitizenMistake("booking.where_not_understood", most=LONGEST_WHERE)
    return text


async def typed_name(_: Turn, text: str) -> str:
    """Return what to call somebody."""
    if not 1 <= len(text) <= LONGEST_NAME:
        raise CitizenMistake("booking.name_not_understood", most=LONGEST_NAME)
    return text
