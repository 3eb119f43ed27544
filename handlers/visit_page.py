"""Trang một lượt hẹn: what staff see of a booking, and what they can do with it next."""

from collections.abc import Mapping
from types import MappingProxyType

from content.dates import HOME, local_day
from content.phrases import Markup
from handlers.booked import place_name
from handlers.messages import Button, Reply
from handlers.posts import back_to_work, may_serve
from handlers.turn import Turn
from storage.bookings import Booking
from storage.members import Member

REMOTE = frozenset({"video", "home"})  # nobody comes to a counter, so there is no line
STATES: Mapping[str, str] = MappingProxyType(
    {
        "booked": "staff.state_booked",
        "displaced": "staff.state_displaced",
        "arrived": "staff.state_arrived",
        "serving": "staff.state_serving",
        "done": "staff.state_done",
        "no_show": "staff.state_no_show",
        "cancelled": "staff.state_cancelled",
    }
)
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "centre": "staff.kind_centre",
        "village": "staff.kind_village",
        "video": "staff.kind_video",
        "home": "staff.kind_home",
        "class": "staff.kind_class",
    }
)
_STEPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "booked": ("arrive", "no_show"),
        "displaced": ("arrive",),
        "arrived": ("call", "done", "no_show", "undo"),
        "serving": ("done", "no_show", "undo"),
        "done": ("undo",),
        "no_show": ("undo",),
    }
)
_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "arrive": "button.arrive",
        "call": "button.call",
        "done": "button.done",
        "no_show": "button.no_show",
        "undo": "button.undo",
    }
)


def state_words(turn: Turn, booking: Booking) -> str:
    """Return the state in words."""
    return turn.phrases.plain(STATES[booking.state]) if booking.state in STATES else booking.state


def caller(turn: Turn, booking: Booking) -> str:
    """Return what to call the person by, or that it was not said."""
    return booking.name or turn.phrases.plain("staff.no_name")


def in_one_line(turn: Turn, booking: Booking) -> Markup:
    """Return time, code, name, kind, topic, need, state and number in one line."""
    phrases = turn.phrases
    parts = [caller(turn, booking), phrases.plain(KINDS[booking.kind])]
    guide = turn.commune.guides.get(booking.topic or "")
    parts += [guide.title] if guide else []
    parts += [phrases.plain("staff.needs_help")] if booking.needs_help else []
    parts += [state_words(turn, booking)]
    parts += [phrases.plain("staff.number", number=booking.number)] if booking.number is not None else []
    at = f"{booking.start.astimezone(HOME):%H:%M}"
    return Markup(phrases.say("staff.line", time=at, code=booking.code, what=" · ".join(parts)))


def label(turn: Turn, booking: Booking) -> Button:
    """Return the button that opens a booking's page. The number comes last: a typed one means the list's own."""
    words = f"{booking.start.astimezone(HOME):%H:%M} {booking.name[:20] or booking.code}"
    if booking.number is not None:
        words += f" · {turn.phrases.plain('staff.number', number=booking.number)}"
    return Button(words, f"desk/see/{booking.code}")


def look(turn: Turn, member: Member, booking: Booking) -> tuple[Reply, ...]:
    """Return the page of a booking to who may see it: without what only those who serve it may do."""
    shown = steps(turn, booking) if may_serve(turn.commune, member, booking) else ()
    return (_page(turn, booking, shown),)


def page(turn: Turn, booking: Booking, key: str, /, **params: object) -> tuple[Reply, ...]:
    """Return what has just happened (`key`, unless it is the page's own) and the page of a booking they serve."""
    reply = _page(turn, booking, steps(turn, booking))
    return (reply,) if key == "staff.page" else (turn.reply(key, **params), reply)


def _page(turn: Turn, booking: Booking, shown: tuple[Button, ...]) -> Reply:
    return turn.reply(
        "staff.page",
        (*shown, *back_to_work(turn)),
        line=in_one_line(turn, booking),
        place=place_name(turn.commune, booking.place),
        phone=booking.phone or turn.phrases.plain("booking.not_said"),
    )


def steps(turn: Turn, booking: Booking) -> tuple[Button, ...]:
    """Return what can be done with a booking now."""
    names = list(_STEPS.get(booking.state, ()))
    if booking.kind in REMOTE and booking.state == "booked":
        names[0] = "done"
    if booking.day != local_day(turn.now) and "arrive" in names:
        names.remove("arrive")
    if booking.start > turn.now and booking.state == "booked" and "no_show" in names:
        names.remove("no_show")
    return tuple(turn.button(_LABELS[name], f"desk/{name}/{booking.code}{_guard(name, booking)}") for name in names)


def _guard(name: str, booking: Booking) -> str:
    """Name the step that is taken back, so that a second tap does not take back another one."""
    return f"/{booking.state}" if name == "undo" else ""
