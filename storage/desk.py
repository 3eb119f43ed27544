"""Tại quầy: one number line for walk-ins and booked people; each step is conditional and can be taken back."""

from datetime import date, datetime

from sqlalchemy import Executable, bindparam, case, func, null, or_, select, update

from storage.bookings import Booking
from storage.instants import to_text
from storage.schema import bookings
from storage.statements import Params
from storage.transaction import Transaction

_others = bookings.alias("others")
_next_number = (
    select(func.coalesce(func.max(_others.c.number), 0) + 1)
    .where(
        _others.c.account == bindparam("the_account"),
        _others.c.place == bindparam("the_place"),
        _others.c.day == bindparam("the_day"),
    )
    .scalar_subquery()
)
_this = bookings.c.id == bindparam("booking")
_arrive = (
    update(bookings)
    .where(_this, or_(bookings.c.state == "booked", bookings.c.state == "displaced"))
    .values(state="arrived", arrived_at=bindparam("now"), number=func.coalesce(bookings.c.number, _next_number))
    .returning(bookings)
)
_call = (
    update(bookings)
    .where(_this, bookings.c.state == "arrived")
    .values(state="serving", called_at=bindparam("now"), called_by=bindparam("member"))
    .returning(bookings)
)
_close = (
    update(bookings)
    .where(_this, or_(*(bookings.c.state == state for state in ("booked", "displaced", "arrived", "serving"))))
    .values(
        state=bindparam("state_to"),
        closed_at=bindparam("now"),
        closed_by=bindparam("member"),
        operated=bindparam("operated_by"),
        reason=bindparam("reason_why"),
    )
    .returning(bookings)
)
_just_called = (
    select(bookings)
    .where(
        bookings.c.account == bindparam("account"),
        bookings.c.day == bindparam("day"),
        bookings.c.state == "serving",
        bookings.c.called_by == bindparam("member"),
        bookings.c.called_at >= bindparam("since"),
    )
    .order_by(bookings.c.called_at.desc())
    .limit(1)
)
_was_walk_in = bookings.c.walk_in == 1
# The number stays: it may stand on a paper or in a message that somebody holds, and nobody else may get it.
_undo_arrive = (
    update(bookings)
    .where(_this, bookings.c.state == "arrived", bookings.c.arrived_at >= bindparam("since"))
    .values(
        state=case((_was_walk_in, "cancelled"), else_="booked"),
        arrived_at=case((_was_walk_in, bookings.c.arrived_at), else_=null()),
    )
    .returning(bookings)
)
_undo_call = (
    update(bookings)
    .where(_this, bookings.c.state == "serving", bookings.c.called_at >= bindparam("since"))
    .values(state="arrived", called_at=null(), called_by=null())
    .returning(bookings)
)
_undo_close = (
    update(bookings)
    .where(_this, bookings.c.state == bindparam("state_from"), bookings.c.closed_at >= bindparam("since"))
    .values(
        state=case(
            (bookings.c.called_at.is_not(None), "serving"),
            (bookings.c.arrived_at.is_not(None), "arrived"),
            else_="booked",
        ),
        closed_at=null(),
        closed_by=null(),
        operated=null(),
        reason=null(),
    )
    .returning(bookings)
)


class Desk:
    """What happens to a booking on its day, inside one transaction. None means: somebody did it before."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def arrive(self, booking: Booking, now: datetime) -> Booking | None:
        """Note that the person is here and give the next number of that place and day.

        Raises Conflict when two counters take the same number; the turn is run again.
        """
        where = {"the_account": booking.account, "the_place": booking.place, "the_day": booking.day.isoformat()}
        return await self._change(_arrive, {"booking": booking.id, "now": to_text(now), **where})

    async def call(self, booking: Booking, member: str, now: datetime) -> Booking | None:
        """Note that it is this person's turn, called by a member."""
        return await self._change(_call, {"booking": booking.id, "member": member, "now": to_text(now)})

    async def just_called(self, account: str, day: date, member: str, since: datetime) -> Booking | None:
        """Return whom a member has called since an instant and is still serving."""
        where = {"account": account, "day": day.isoformat()}
        return await self._change(_just_called, {**where, "member": member, "since": to_text(since)})

    async def close(
        self,
        booking: Booking,
        state: str,
        member: str,
        now: datetime,
        operated: str | None = None,
        reason: str | None = None,
    ) -> Booking | None:
        """Close a visit as "done" or "no_show"; `operated`: who worked the machine, `reason`: why an official did."""
        params = {"booking": booking.id, "state_to": state, "member": member, "now": to_text(now)}
        return await self._change(_close, {**params, "operated_by": operated, "reason_why": reason})

    async def undo(self, booking: Booking, state: str, since: datetime) -> Booking | None:
        """Take back the step that led to `state`, when it was taken after `since`."""
        params = {"booking": booking.id, "since": to_text(since)}
        if state == "arrived":
            return await self._change(_undo_arrive, params)
        if state == "serving":
            return await self._change(_undo_call, params)
        if state in {"done", "no_show"}:
            return await self._change(_undo_close, {**params, "state_from": state})
        return None

    async def _change(self, statement: Executable, params: Params) -> Booking | None:
        row = await self._transaction.first(statement, params)
        return Booking.of(row) if row is not None else None
