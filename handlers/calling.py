"""Mời số tiếp theo: calling who is next, also when two colleagues call at once."""

from datetime import timedelta

from content.dates import local_day
from handlers.booked import place_name
from handlers.feature import Feature
from handlers.line import place_in_line
from handlers.messages import Button
from handlers.posts import back_to_work, may_serve, member_of, not_staff
from handlers.pushing import tell_person
from handlers.turn import Outcome, Turn
from handlers.visit_page import page
from storage.bookings import Booking
from storage.members import Member

DOUBLE_TAP = timedelta(seconds=5)


async def call_next(turn: Turn, place: str) -> Outcome:
    """Call the next number of a place; without a place, of the only one where somebody waits."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    day = local_day(turn.now)
    # A second tap within seconds means the same call; it comes first, for the line may be empty by now.
    called = await turn.store.desk.just_called(turn.commune.slug, day, member.id, turn.now - DOUBLE_TAP)
    if called is not None and place in {"", called.place}:
        return Outcome(page(turn, called, "staff.called", number=called.number))
    everybody = await turn.store.bookings.on_day(turn.commune.slug, day)
    waiting = [one for one in everybody if one.state == "arrived" and may_serve(turn.commune, member, one)]
    waiting = [one for one in waiting if place in {"", one.place}]
    places = tuple(dict.fromkeys(one.place for one in waiting))
    if len(places) > 1:
        shown = tuple(Button(place_name(turn.commune, one), f"next/{one}") for one in places)
        return Outcome((turn.reply("staff.ask_place", (*shown, *back_to_work(turn))),))
    return await _call_first(turn, member, waiting)


async def _call_first(turn: Turn, member: Member, waiting: list[Booking]) -> Outcome:
    for one in sorted(waiting, key=lambda booking: place_in_line(booking, turn.now)):
        called = await turn.store.desk.call(one, member.id, turn.now)
        if called is not None:  # None: a colleague has just called this one
            place = place_name(turn.commune, called.place)
            await tell_person(turn, called, "staff.push_call", number=called.number, place=place)
            return Outcome(page(turn, called, "staff.called", number=called.number))
    return Outcome((turn.reply("staff.nobody_waits", back_to_work(turn)),))


FEATURE = Feature(name="calling", taps={"next": call_next})
