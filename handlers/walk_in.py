"""Khách vãng lai: a number at once for who comes without a booking; a name and a matter only if they like."""

from dataclasses import replace
from datetime import timedelta

from content.dates import local_day
from content.rosters import Roster
from content.slots import slots_on
from handlers.booked import place_name
from handlers.codes import code_of
from handlers.dialog import Ask, Flow, Say, Skip, start
from handlers.feature import Feature
from handlers.messages import Button
from handlers.posts import back_to_work, member_of, not_staff, rosters_of, visible_roster
from handlers.turn import CitizenMistake, Outcome, Turn
from handlers.visit_page import REMOTE
from storage.bookings import Booking

LONGEST_NAME = 60
MOST_TOPICS = 4
SKIPPED = "-"
LENGTH = timedelta(minutes=30)  # of a visit whose roster does not say


async def walk_in(turn: Turn, _: str) -> Outcome:
    """Begin to register a walk-in."""
    return await start(FLOW, turn) if turn.chat.post is not None else not_staff(turn)


async def where(turn: Turn) -> Ask | Skip | Say:
    """Ask at which desk, when the member looks after several today."""
    member = await member_of(turn)
    rosters = [one for one in rosters_of(turn.commune, member) if one.kind not in REMOTE] if member else []
    if not rosters:
        return Say("staff.no_roster", back_to_work(turn))
    today = local_day(turn.now)
    on_today = [one for one in rosters if slots_on(one, today, turn.commune.calendar)] or rosters
    if len(on_today) == 1:
        turn.data["roster"] = on_today[0].id
        return Skip("topic")
    choices = tuple(Button(_title(turn, one), one.id) for one in on_today)
    return Ask("staff.ask_desk", name="roster", then="topic", choices=choices)


async def topic(turn: Turn) -> Ask:
    """Ask what it is about, in the citizen's words; it can be skipped."""
    choices = (turn.button("button.skip", SKIPPED),)
    return Ask("staff.ask_topic", name="topic", then="which", choices=choices, check=_topic)


async def _topic(turn: Turn, text: str) -> str:
    found = turn.commune.search.find(text)
    if found.guide in turn.commune.guides:
        turn.data.pop("found", None)
        return str(found.guide)
    several = [one.guide for one in found.candidates if one.guide in turn.commune.guides]
    if found.outcome != "choose" or not several:
        raise CitizenMistake("staff.topic_unknown")
    turn.data["found"] = several[:MOST_TOPICS]
    return ""


async def which(turn: Turn) -> Ask | Skip:
    """Ask which of several topics was meant."""
    if turn.data["topic"]:
        return Skip("name")
    guides = [turn.commune.guides[one] for one in turn.data.get("found", ()) if one in turn.commune.guides]
    choices = tuple(Button(one.title, one.id) for one in guides)
    return Ask("staff.ask_which", name="topic", then="name", choices=(*choices, turn.button("button.skip", SKIPPED)))


async def name(turn: Turn) -> Ask:
    """Ask what to call the person; it can be skipped."""
    choices = (turn.button("button.skip", SKIPPED),)
    return Ask("staff.ask_name", name="name", then="need", choices=choices, check=_name)


async def _name(_: Turn, text: str) -> str:
    if not 1 <= len(text) <= LONGEST_NAME:
        raise CitizenMistake("booking.name_not_understood", most=LONGEST_NAME)
    return text


async def need(turn: Turn) -> Ask:
    """Ask whether the person needs extra help; never why."""
    choices = (turn.button("staff.needs_yes", "yes"), turn.button("staff.needs_no", "no"))
    return Ask("staff.ask_need", name="need", then="done", choices=choices)


async def done(turn: Turn) -> Outcome:
    """Give the number: to be told, or written on paper with the code."""
    seen = await visible_roster(turn, turn.data["roster"])
    if seen is None:
        return Outcome((turn.reply("staff.no_roster", back_to_work(turn)),))
    here = await _register(turn, seen[1])
    shown = (turn.button("button.another_walk_in", "walkin"), turn.button("button.call_next", "next"))
    place = place_name(turn.commune, here.place)
    reply = turn.reply(
        "staff.walk_in_done", (*shown, *back_to_work(turn)), number=here.number, code=here.code, place=place
    )
    return Outcome((reply,))


async def _register(turn: Turn, roster: Roster) -> Booking:
    booking = _new(turn, roster)
    stored = await turn.store.bookings.add(booking, turn.now)
    while stored is None:  # the code is taken in this commune
        booking = replace(booking, code=code_of(turn.new_id()))
        stored = await turn.store.bookings.add(booking, turn.now)
    here = await turn.store.desk.arrive(stored, turn.now)
    assert here is not None, "it was added as booked in this transaction"
    return here


def _new(turn: Turn, roster: Roster) -> Booking:
    identity, data = turn.new_id(), turn.data
    length = timedelta(minutes=roster.slot_minutes) if roster.slot_minutes else LENGTH
    return Booking(
        id=identity,
        account=turn.commune.slug,
        code=code_of(identity),
        chat_id=None,
        roster=roster.id,
        place=roster.place,
        kind=roster.kind,
        start=turn.now,
        end=turn.now + length,
        topic=data["topic"] if data["topic"] in turn.commune.guides else None,
        for_other=False,
        name="" if data["name"] == SKIPPED else data["name"],
        phone="",
        needs_help=data["need"] == "yes",
        walk_in=True,
        state="booked",
        moves=0,
        sequence=0,
        day=local_day(turn.now),
    )


def _title(turn: Turn, roster: Roster) -> str:
    place = place_name(turn.commune, roster.place)
    return roster.title if place in roster.title else f"{roster.title} – {place}"


FLOW = Flow("walk_in", {"where": where, "topic": topic, "which": which, "name": name, "need": need, "done": done})
FEATURE = Feature(name="walk_in", taps={"walkin": walk_in}, flows=(FLOW,))
