"""Xong: who worked the machine – the citizen alone, with help, or the official, and then why (closed list)."""

from collections.abc import Mapping
from types import MappingProxyType

from handlers.posts import back_to_work
from handlers.turn import Outcome, Turn
from handlers.visit_page import REMOTE, page
from storage.bookings import Booking
from storage.members import Member

# "Hạn chế cán bộ nộp thay" (Đề án VI.4): only these reasons; OTHER is flagged in the figures.
OPERATED: Mapping[str, str] = MappingProxyType(
    {"alone": "button.operated_alone", "helped": "button.operated_helped", "typed": "button.operated_typed"}
)
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "elderly": "button.reason_elderly",
        "needs_help": "button.reason_needs_help",
        "no_phone": "button.reason_no_phone",
        "cannot_read": "button.reason_cannot_read",
        "other": "button.reason_other",
    }
)
OTHER = "other"


async def done(turn: Turn, _: Member, booking: Booking, __: str) -> Outcome:
    """Ask who worked the machine."""
    if not _can_be_done(booking):
        return Outcome(page(turn, booking, "staff.page"))
    shown = tuple(turn.button(key, f"desk/by/{booking.code}/{name}") for name, key in OPERATED.items())
    return Outcome((turn.reply("staff.ask_operated", (*shown, *back_to_work(turn)), code=booking.code),))


async def by(turn: Turn, member: Member, booking: Booking, operated: str) -> Outcome:
    """Close the visit, or ask why the official had to type."""
    if operated not in OPERATED or not _can_be_done(booking):
        return Outcome(page(turn, booking, "staff.page"))
    if operated != "typed":
        return await _close(turn, member, booking, operated, None)
    shown = tuple(turn.button(key, f"desk/why/{booking.code}/{name}") for name, key in REASONS.items())
    return Outcome((turn.reply("staff.ask_reason", (*shown, *back_to_work(turn)), code=booking.code),))


async def why(turn: Turn, member: Member, booking: Booking, reason: str) -> Outcome:
    """Close a visit in which the official typed."""
    if reason not in REASONS or not _can_be_done(booking):
        return Outcome(page(turn, booking, "staff.page"))
    return await _close(turn, member, booking, "typed", reason)


async def _close(turn: Turn, member: Member, booking: Booking, operated: str, reason: str | None) -> Outcome:
    closed = await turn.store.desk.close(booking, "done", member.id, turn.now, operated, reason)
    if closed is None:  # a colleague was faster
        now = await turn.store.bookings.one(booking.id)
        return Outcome(page(turn, now or booking, "staff.page"))
    turn.store.reminders.drop(closed.id)
    return Outcome(page(turn, closed, "staff.done_flagged" if reason == OTHER else "staff.done"))


def _can_be_done(booking: Booking) -> bool:
    return booking.state in {"arrived", "serving"} or (booking.state == "booked" and booking.kind in REMOTE)
