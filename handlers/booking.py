"""Đặt lịch hỗ trợ: topic, kind, place, day, time, for whom, confirm. At most seven taps; every step goes back.

A seat is held as soon as a time is chosen, so nobody fills the form in vain. The database decides who gets the last
one (storage.seats); a seat lost before the question and one lost at the end sound alike.
"""

import re
from datetime import date, datetime, timedelta

from content.dates import HOME
from content.rosters import Roster
from handlers.agenda import FreeSlot, bookable, by_day, is_open_to_all, slot_at
from handlers.booked import confirmation, plan_reminders, words_of_slot
from handlers.booking_answers import (
    slots_of,
    typed_day,
    typed_name,
    typed_part,
    typed_phone,
    typed_place,
    typed_time,
    words_of_day,
)
from handlers.dialog import Ask, Back, Flow, Say, Skip, start
from handlers.feature import Feature, MenuEntry
from handlers.messages import Button
from handlers.reserving import reserve
from handlers.turn import CitizenMistake, Outcome, Turn
from handlers.words import plain
from storage.chats import Dialog

DAYS_SHOWN = 6
TIMES_SHOWN = 16  # a whole day of half hours, two in a row on a phone; more are asked for by half days
KINDS = ("centre", "village", "video", "home", "class")
NEEDS_PHONE = frozenset({"video", "home"})
LONGEST_NAME = 60
MOST_OF_A_MEMBER = 30
LONGEST_WHERE = 200
_PHONE = re.compile(r"^(\+?84|0)\d{8,10}$")


async def book(turn: Turn, argument: str) -> Outcome:
    """Begin to book; the topic is the guide just read, or the one named by the button ("book/khai-sinh")."""
    if not turn.commune.rosters.rosters:
        return Outcome((turn.reply("booking.none_here", (turn.button("button.person", "person"),)),))
    topic = argument if argument in turn.commune.guides else None
    if topic is None and turn.dialog.topic is not None:
        topic = turn.dialog.topic.guide
    mine = await turn.store.bookings.of_chat(turn.chat.id, turn.now)
    # A volunteer books for one elder after the other.
    most = turn.commune.rosters.rules.open_bookings if turn.chat.post is None else MOST_OF_A_MEMBER
    if len(mine) >= most:
        shown = (turn.button("button.my_bookings", "mine"), turn.button("button.menu", "menu"))
        return Outcome((turn.reply("booking.enough", shown, most=most),))
    return await start(FLOW, turn, {"topic": topic} if topic else {})


async def kind(turn: Turn) -> Ask | Skip | Say:
    """Ask how: at the centre, in the village, by video, at home, a class."""
    present = await _rosters_with_slots(turn)
    kinds = [name for name in KINDS if any(roster.kind == name for roster in present)]
    if not kinds:
        return Say("booking.nothing_free", (turn.button("button.person", "person"),))
    topic = turn.commune.guides.get(turn.data.get("topic", ""))
    key = "booking.ask_kind_about" if topic else "booking.ask_kind"
    params = {"topic": topic.title} if topic else {}
    choices = tuple(turn.button(f"booking.kind.{name}", name) for name in kinds)
    return Ask(key, name="kind", then="place", choices=choices, params=params)


async def place(turn: Turn) -> Ask | Skip | Back:
    """Ask where, when there is more than one place of that kind."""
    rosters = [roster for roster in await _rosters_with_slots(turn) if roster.kind == turn.data["kind"]]
    if not rosters:
        return Back("kind", "booking.gone")
    if len(rosters) == 1:
        turn.data["roster"] = rosters[0].id
        return Skip("day")
    choices = tuple(Button(_title(turn, roster), roster.id) for roster in rosters)
    return Ask("booking.ask_place", name="roster", then="day", choices=choices)


async def day(turn: Turn) -> Ask | Back:
    """Ask for the day; one can be typed ("mai", "thứ 5", "25/12")."""
    days = by_day(await slots_of(turn))
    if not days:
        return Back("kind", "booking.gone")
    choices = []
    for one, slots in list(days.items())[:DAYS_SHOWN]:
        full = not any(slot.left for slot in slots)
        choices.append(
            turn.button("booking.day_full" if full else "booking.day", one.isoformat(), day=words_of_day(turn, one))
        )
    return Ask("booking.ask_day", name="day", then="time", choices=tuple(choices), check=typed_day)


async def hour(turn: Turn) -> Ask | Back | Skip:
    """Ask for the time; a full day offers the waiting list instead."""
    slots = by_day(await slots_of(turn)).get(date.fromisoformat(turn.data["day"]), ())
    if not slots:
        return Back("day", "booking.gone")
    free = [slot for slot in slots if slot.left]
    if not free:
        return Skip("full")
    part = turn.data.get("part")
    wanted = [slot for slot in free if part is None or _part(slot) == part] or free
    choices = tuple(_time_button(turn, slot) for slot in wanted[:TIMES_SHOWN])
    if len(wanted) > TIMES_SHOWN and part is None:
        halves = tuple(turn.button(f"booking.part.{name}", name) for name in ("morning", "afternoon"))
        return Ask("booking.ask_part", name="part", then="time", choices=halves, check=typed_part)
    key = "booking.ask_time"
    return Ask(
        key,
        name="time",
        then="seat",
        choices=choices,
        check=typed_time,
        params={"day": words_of_day(turn, slots[0].day)},
    )


async def full(turn: Turn) -> Ask:
    """Say that the day is full and offer the waiting list."""
    choices = (turn.button("booking.wait", "wait"), turn.button("booking.other_day", "other"))
    words = words_of_day(turn, date.fromisoformat(turn.data["day"]))
    return Ask("booking.ask_wait", name="full", then="waiting", choices=choices, params={"day": words})


async def waiting(turn: Turn) -> Outcome | Back:
    """Put the person on the waiting list of that day, or go back to the days."""
    if turn.data["full"] != "wait":
        return Back("day", "booking.choose_other_day")
    form = {"topic": turn.data.get("topic")}
    chosen = date.fromisoformat(turn.data["day"])
    await turn.store.waiting.join(
        turn.new_id(), turn.commune.slug, turn.chat.id, turn.data["roster"], chosen, form, turn.now
    )
    shown = (turn.button("button.my_bookings", "mine"), turn.button("button.menu", "menu"))
    minutes = turn.commune.rosters.rules.offer_minutes
    key = "booking.waiting_here" if turn.chat.address.channel in turn.mailboxes else "booking.waiting"
    return Outcome((turn.reply(key, shown, day=words_of_day(turn, chosen), minutes=minutes),))


async def seat(turn: Turn) -> Skip | Back:
    """Hold a seat while the rest is filled in."""
    slot = await _chosen(turn)
    rules = turn.commune.rosters.rules
    until = turn.now + timedelta(minutes=rules.hold_minutes)
    held = slot is not None and await turn.store.seats.hold(
        turn.commune.slug, turn.data["roster"], slot.slot.start, slot.slot.capacity, turn.chat.id, until, turn.now
    )
    if slot is None or not held:
        return Back("time", "booking.gone")
    roster = _roster(turn)
    turn.data["priority"] = not is_open_to_all(turn.commune, roster, slot.slot, turn.now)
    return Skip("whom")


async def whom(turn: Turn) -> Ask:
    """Ask for whom; a typed name means a relative of that name."""
    choices = (turn.button("booking.for_me", "me"), turn.button("booking.for_relative", "relative"))
    minutes = turn.commune.rosters.rules.hold_minutes
    return Ask("booking.ask_whom", name="whom", then="needs", choices=choices, params={"minutes": minutes})


async def needs(turn: Turn) -> Ask | Skip:
    """Ask for what the chosen kind cannot do without: a phone for a call, a place for a visit at home."""
    if turn.data["kind"] in NEEDS_PHONE and not turn.data.get("phone"):
        return Ask("booking.ask_phone_needed", name="phone", then="needs", check=typed_phone)
    if turn.data["kind"] == "home":  # only for people who cannot come; the last page says so
        turn.data["help"] = True
    if turn.data["kind"] == "home" and not turn.data.get("name"):
        return Ask("booking.ask_where", name="name", then="needs", check=typed_place)
    return Skip("confirm")


async def confirm(turn: Turn) -> Ask:
    """Show everything once more; name, phone and the need for extra help can be added here."""
    helped = bool(turn.data.get("help")) or bool(turn.data.get("priority"))
    choices = [turn.button("booking.confirm", "yes")]
    if turn.data["kind"] != "home":
        choices.append(turn.button("booking.add_name", "name"))
    choices.append(turn.button("booking.add_phone", "phone"))
    only_with_help = bool(turn.data.get("priority")) or turn.data["kind"] == "home"
    if not only_with_help:
        choices.append(turn.button("booking.no_help" if helped else "booking.need_help", "help"))
    params = {
        "slot": words_of_slot(turn.commune, turn.phrases, _roster(turn), _start(turn)),
        "whom": turn.phrases.say("booking.for_me" if turn.data["whom"] == "me" else "booking.for_relative"),
        "name": turn.data.get("name") or turn.phrases.say("booking.not_said"),
        "phone": turn.data.get("phone") or turn.phrases.say("booking.not_said"),
        "help": turn.phrases.say("booking.yes" if helped else "booking.no"),
    }
    key = "booking.ask_confirm_priority" if turn.data.get("priority") else "booking.ask_confirm"
    if turn.data["kind"] == "home":
        key = "booking.ask_confirm_home"
    return Ask(key, name="sure", then="change", choices=tuple(choices), params=params)


async def change(turn: Turn) -> Ask | Skip:
    """Do what was tapped on the last question."""
    sure = turn.data["sure"]
    if sure == "help":
        turn.data["help"] = not turn.data.get("help")
        return Skip("confirm")
    if sure == "name":
        return Ask("booking.ask_name", name="name", then="confirm", check=typed_name)
    if sure == "phone":
        return Ask("booking.ask_phone", name="phone", then="confirm", check=typed_phone)
    return Skip("done")


async def done(turn: Turn) -> Outcome | Back:
    """Turn the hold into a booking."""
    booking = await reserve(turn, turn.data["roster"], _start(turn), turn.data)
    if booking is None:
        return Back("time", "booking.gone")
    plan_reminders(turn.store, booking, turn.now)
    return Outcome((confirmation(turn, booking),), Dialog(topic=turn.dialog.topic))


async def _rosters_with_slots(turn: Turn) -> list[Roster]:
    rosters = turn.commune.rosters.rosters
    return [roster for roster in rosters if await bookable(turn.commune, roster, turn.store, turn.now, turn.chat.id)]


def _roster(turn: Turn) -> Roster:
    roster = turn.commune.roster(turn.data["roster"])
    if roster is None:  # taken out of the file while the form was open
        raise CitizenMistake("booking.gone")
    return roster


async def _chosen(turn: Turn) -> FreeSlot | None:
    roster = turn.commune.roster(turn.data.get("roster", ""))
    if roster is None:
        return None
    return await slot_at(turn.commune, roster, turn.store, turn.now, turn.chat.id, _start(turn))


def _start(turn: Turn) -> datetime:
    return datetime.fromisoformat(turn.data["time"])


def _part(free: FreeSlot) -> str:
    return "morning" if free.slot.start.astimezone(HOME).hour < 12 else "afternoon"


def _time_button(turn: Turn, free: FreeSlot) -> Button:
    reserved = free.slot.priority and not is_open_to_all(turn.commune, _roster(turn), free.slot, turn.now)
    key = "booking.time_priority" if reserved else "booking.time"
    begins = free.slot.start.astimezone(HOME)
    return turn.button(key, free.slot.start.isoformat(), time=f"{begins:%H:%M}", left=free.left)


def _title(turn: Turn, roster: Roster) -> str:
    places = {one.id: one.name for one in turn.commune.profile.places}
    place = places.get(roster.place, "")
    return (
        roster.title
        if not place or plain(roster.title).removeprefix("tai ") in plain(place)
        else f"{roster.title} – {place}"
    )


FLOW = Flow(
    "booking",
    {
        "kind": kind,
        "place": place,
        "day": day,
        "time": hour,
        "full": full,
        "waiting": waiting,
        "seat": seat,
        "whom": whom,
        "needs": needs,
        "confirm": confirm,
        "change": change,
        "done": done,
    },
)
# "cho tui đặt lịch thứ 5", "xin lịch hẹn", "đặt hẹn giúp mẹ"; an appointment with a doctor is not ours.
WISH = re.compile(r"(?!.*\b(kham|tiem|bac si|benh)\b)(.* )?(dat|xin|hen|lay|dang ki) (lich|hen|lich hen)( .*)?")


async def wish(turn: Turn, _: str) -> Outcome | None:
    """Begin to book when the words ask for it."""
    return await book(turn, "")


FEATURE = Feature(
    name="booking",
    commands={"word.book": book},
    taps={"book": book},
    patterns={WISH: wish},
    flows=(FLOW,),
    menu=(MenuEntry(20, "button.book", "book"),),
)
