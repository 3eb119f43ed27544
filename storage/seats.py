"""Seats: what can run out. A primary key guards them, so nobody checks first and nobody is booked twice."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.instants import from_text, to_text
from storage.schema import seats
from storage.transaction import Transaction

_slot = and_(
    seats.c.account == bindparam("the_account"),
    seats.c.roster == bindparam("the_roster"),
    seats.c.starts_at == bindparam("the_start"),
)
_taken = (
    select(seats.c.roster, seats.c.starts_at, func.count().label("taken"))
    .where(
        seats.c.account == bindparam("account"),
        seats.c.starts_at >= bindparam("since"),
        seats.c.starts_at < bindparam("until"),
        or_(
            seats.c.held_until.is_(None),
            and_(seats.c.held_until > bindparam("now"), seats.c.chat_id != bindparam("me")),
        ),
    )
    .group_by(seats.c.roster, seats.c.starts_at)
)
_numbers = select(seats.c.seat).where(_slot)
_take = (
    insert(seats)
    .values(
        account=bindparam("account"),
        roster=bindparam("roster"),
        starts_at=bindparam("start"),
        seat=bindparam("seat"),
        chat_id=bindparam("chat_id"),
        held_until=bindparam("until"),
    )
    .on_conflict_do_nothing()
    .returning(seats.c.seat)
)
_drop_expired_of_slot = delete(seats).where(_slot, seats.c.held_until <= bindparam("now"))
_drop_holds = (
    delete(seats)
    .where(seats.c.chat_id == bindparam("the_chat"), seats.c.held_until.is_not(None))
    .returning(seats.c.account, seats.c.roster, seats.c.starts_at)
)
_drop_expired = (
    delete(seats)
    .where(seats.c.held_until <= bindparam("now"))
    .returning(seats.c.account, seats.c.roster, seats.c.starts_at)
)
_keep = (
    update(seats)
    .where(
        _slot,
        seats.c.chat_id == bindparam("the_chat"),
        seats.c.held_until.is_not(None),
    )
    .values(held_until=None, booking=bindparam("the_booking"))
    .returning(seats.c.seat)
)
_free = (
    delete(seats)
    .where(seats.c.booking == bindparam("the_booking"))
    .returning(seats.c.account, seats.c.roster, seats.c.starts_at)
)

Freed = tuple[str, str, datetime]  # account, roster, start of the slot


class Seats:
    """The seats, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def taken(
        self, account: str, since: datetime, until: datetime, now: datetime, me: int = 0
    ) -> dict[tuple[str, datetime], int]:
        """Return how many seats are taken or held, by (roster, start of the slot), from `since` to before `until`.

        What the chat `me` holds itself counts as free: to that person it is.
        """
        span = {"account": account, "since": to_text(since), "until": to_text(until)}
        rows = await self._transaction.fetch(_taken, {**span, "now": to_text(now), "me": me})
        return {(row["roster"], from_text(row["starts_at"])): row["taken"] for row in rows}

    async def hold(
        self, account: str, roster: str, start: datetime, capacity: int, chat_id: int, until: datetime, now: datetime
    ) -> bool:
        """Hold a seat for a chat until an instant; False when all are gone. A chat holds one seat at a time."""
        slot = {"the_account": account, "the_roster": roster, "the_start": to_text(start)}
        self._transaction.later(_drop_holds, {"the_chat": chat_id})
        self._transaction.later(_drop_expired_of_slot, {**slot, "now": to_text(now)})
        rows = await self._transaction.fetch(_numbers, slot)
        taken = {row["seat"] for row in rows}
        for seat in range(1, capacity + 1):
            if seat not in taken and await self._take(account, roster, start, seat, chat_id, until):
                return True
        return False

    async def _take(self, account: str, roster: str, start: datetime, seat: int, chat_id: int, until: datetime) -> bool:
        params = {
            "account": account,
            "roster": roster,
            "start": to_text(start),
            "seat": seat,
            "chat_id": chat_id,
            "until": to_text(until),
        }
        return await self._transaction.first(_take, params) is not None

    async def keep(self, account: str, roster: str, start: datetime, chat_id: int, booking: str) -> bool:
        """Turn a chat's hold into a booking's seat. False when the hold is gone.

        A hold that has run out but whose seat nobody has taken since still counts: its row is the seat.
        """
        params = {
            "the_account": account,
            "the_roster": roster,
            "the_start": to_text(start),
            "the_chat": chat_id,
            "the_booking": booking,
        }
        return await self._transaction.first(_keep, params) is not None

    async def release(self, chat_id: int) -> list[Freed]:
        """Give back what a chat holds; return the slots."""
        return _freed(await self._transaction.fetch(_drop_holds, {"the_chat": chat_id}))

    async def free(self, booking: str) -> list[Freed]:
        """Give back a booking's seat; return the slot."""
        return _freed(await self._transaction.fetch(_free, {"the_booking": booking}))

    async def expire(self, now: datetime) -> list[Freed]:
        """Give back every hold that has run out; return the slots."""
        return _freed(await self._transaction.fetch(_drop_expired, {"now": to_text(now)}))


def _freed(rows: Iterable[dict[str, str]]) -> list[Freed]:
    return [(row["account"], row["roster"], from_text(row["starts_at"])) for row in rows]
