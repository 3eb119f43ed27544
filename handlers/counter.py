"""Việc hôm nay: today's list, and check in, call, done, not come, undo on the page of a booking."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from content.dates import HOME, local_day
from content.phrases import Markup
from handlers import booked
from handlers.booked import place_name
from handlers.closing import by, done, why
from handlers.codes import PATTERN
from handlers.feature import Feature, MenuEntry
from handlers.messages import Button
from handlers.posts import back_to_work, may_count, may_see, may_serve, member_of, not_staff, rosters_of, sees_visits
from handlers.pushing import tell_person
from handlers.turn import Outcome, Turn
from handlers.visit_page import in_one_line, label, look, page
from storage.bookings import Booking
from storage.members import Member

PAGE = 8
CAME = frozenset({"arrived", "serving", "done"})
UNDO_WITHIN = timedelta(minutes=10)

Step = Callable[[Turn, Member, Booking, str], Awaitable[Outcome]]


async def today(turn: Turn, argument: str) -> Outcome:
    """Show today's people by time, eight at once."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    if not sees_visits(turn.commune, member):
        return Outcome((turn.reply("staff.no_visits", back_to_work(turn)),))
    everybody = await turn.store.bookings.on_day(turn.commune.slug, local_day(turn.now))
    if may_count(turn.commune, member):
        return _counted(turn, everybody)
    mine = [one for one in everybody if one.state != "cancelled" and may_see(turn.commune, member, one)]
    last = max(len(mine) - 1, 0) // PAGE
    number = min(int(argument), last) if argument.isascii() and argument.isdecimal() and len(argument) < 4 else 0
    shown = mine[number * PAGE : number * PAGE + PAGE]
    buttons = [label(turn, one) for one in shown]
    if number > 0:
        buttons.append(turn.button("button.previous_page", f"today/{number - 1}"))
    if number < last:
        buttons.append(turn.button("button.next_page", f"today/{number + 1}"))
    buttons += _works(turn, member)
    day = f"{turn.now.astimezone(HOME):%d/%m}"
    if not mine:
        return Outcome((turn.reply("staff.nobody_today", tuple(buttons), day=day),))
    lines = Markup("\n".join(f"- {in_one_line(turn, one)}" for one in shown))
    come = sum(one.state in CAME for one in mine)
    return Outcome((turn.reply("staff.today", tuple(buttons), day=day, lines=lines, total=len(mine), come=come),))


def _counted(turn: Turn, everybody: Sequence[Booking]) -> Outcome:
    """Say how many there are, but not who (org-model 5.2: "R count")."""
    total = sum(one.state != "cancelled" for one in everybody)
    come = sum(one.state in CAME for one in everybody)
    day = f"{turn.now.astimezone(HOME):%d/%m}"
    return Outcome((turn.reply("staff.today_count", back_to_work(turn), day=day, total=total, come=come),))


def _works(turn: Turn, member: Member) -> tuple[Button, ...]:
    """Return the counter's work; who only looks (org-model 5.2) is offered none of it."""
    if not rosters_of(turn.commune, member):
        return (turn.button("button.menu", "menu"),)
    return (
        turn.button("button.call_next", "next"),
        turn.button("button.walk_in", "walkin"),
        turn.button("button.session", "shift"),
        turn.button("button.absence", "away"),
        turn.button("button.menu", "menu"),
    )


async def desk(turn: Turn, argument: str) -> Outcome:
    """Do one step with one booking: "arrive/K7M2QX". Everything is checked again: the button may be old or forged."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    name, _, rest = argument.partition("/")
    code, _, more = rest.partition("/")
    booking = await turn.store.bookings.by_code(turn.commune.slug, code.upper())
    if booking is None or not may_see(turn.commune, member, booking):
        return Outcome((turn.reply("staff.not_yours", back_to_work(turn)),))
    if name in STEPS and name != "see" and not may_serve(turn.commune, member, booking):
        return Outcome((turn.reply("staff.not_yours", back_to_work(turn)),))
    return await STEPS.get(name, see)(turn, member, booking, more)


async def find(turn: Turn, code: str) -> Outcome | None:
    """Show staff the page of a typed or scanned code; their own booking for somebody they see as that person does."""
    member = await member_of(turn)
    if member is None:
        return None
    booking = await turn.store.bookings.by_code(turn.commune.slug, code.upper())
    if booking is None:
        return None
    own = booking.chat_id == turn.chat.id and booking.day != local_day(turn.now)
    if own or not may_see(turn.commune, member, booking):
        return await booked.seen(turn, code)
    return Outcome(look(turn, member, booking))


async def see(turn: Turn, member: Member, booking: Booking, _: str) -> Outcome:
    """Show the page of a booking."""
    return Outcome(look(turn, member, booking))


async def arrive(turn: Turn, _: Member, booking: Booking, __: str) -> Outcome:
    """Check in: the next number of that place's line, which the person is told."""
    if booking.day != local_day(turn.now):
        return Outcome(page(turn, booking, "staff.other_day"))
    here = await turn.store.desk.arrive(booking, turn.now)
    if here is None:  # tapped twice, or a colleague was faster
        return await _as_it_is(turn, booking)
    turn.store.reminders.drop(here.id)
    place = place_name(turn.commune, here.place)
    await tell_person(turn, here, "staff.push_number", number=here.number, place=place)
    return Outcome(page(turn, here, "staff.arrived", number=here.number))


async def call(turn: Turn, member: Member, booking: Booking, _: str) -> Outcome:
    """Call one person out of turn; they are told."""
    called = await turn.store.desk.call(booking, member.id, turn.now)
    if called is None:
        return await _as_it_is(turn, booking)
    place = place_name(turn.commune, called.place)
    await tell_person(turn, called, "staff.push_call", number=called.number, place=place)
    return Outcome(page(turn, called, "staff.called", number=called.number))


async def no_show(turn: Turn, member: Member, booking: Booking, _: str) -> Outcome:
    """Note that the person did not come, or went away before their turn; not before the time of the booking."""
    if booking.state == "booked" and booking.start > turn.now:
        return Outcome(page(turn, booking, "staff.too_early"))
    closed = None
    if booking.state in {"booked", "arrived", "serving"}:
        closed = await turn.store.desk.close(booking, "no_show", member.id, turn.now)
    return Outcome(page(turn, closed, "staff.no_show")) if closed else await _as_it_is(turn, booking)


async def undo(turn: Turn, _: Member, booking: Booking, state: str) -> Outcome:
    """Take back the last step; a number or a call that the person was told of is taken back there, too."""
    if booking.state != state:
        return await _as_it_is(turn, booking)
    before = await turn.store.desk.undo(booking, state, turn.now - UNDO_WITHIN)
    if before is None:
        return Outcome(page(turn, booking, "staff.undo_late"))
    if state == "arrived":
        await tell_person(turn, before, "staff.push_undone", number=booking.number)
    if state == "serving":
        await tell_person(turn, before, "staff.push_wait", number=booking.number)
    return Outcome(page(turn, before, "staff.undone"))


async def _as_it_is(turn: Turn, booking: Booking) -> Outcome:
    now = await turn.store.bookings.one(booking.id)
    return Outcome(page(turn, now or booking, "staff.page"))


STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "see": see,
        "arrive": arrive,
        "call": call,
        "no_show": no_show,
        "undo": undo,
        "done": done,
        "by": by,
        "why": why,
    }
)
FEATURE = Feature(
    name="counter",
    commands={"word.today": today},
    taps={"today": today, "desk": desk},
    codes={PATTERN: find},
    menu=(MenuEntry(5, "button.today", "today", lambda commune, _, member: sees_visits(commune, member)),),
)
