"""Lịch hẹn: the bookings, from the form to the visit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.instants import from_text, to_text
from storage.schema import bookings
from storage.transaction import Row, Transaction

OPEN_STATES = ("booked", "displaced", "arrived", "serving")
MOVABLE = ("booked", "displaced")


@dataclass(frozen=True, slots=True)
class Booking:
    """One booking. `needs_help` is "cần hỗ trợ thêm" and never says why; `day` is the local day of the visit."""

    id: str
    account: str
    code: str
    chat_id: int | None
    roster: str
    place: str
    kind: str
    start: datetime
    end: datetime
    topic: str | None
    for_other: bool
    name: str
    phone: str
    needs_help: bool
    walk_in: bool
    state: str
    moves: int
    sequence: int
    day: date
    number: int | None = None

    @classmethod
    def of(cls, row: Row) -> "Booking":
        """Return the booking in a row of the table."""
        return cls(
            id=row["id"],
            account=row["account"],
            code=row["code"],
            chat_id=row["chat_id"],
            roster=row["roster"],
            place=row["place"],
            kind=row["kind"],
            start=from_text(row["starts_at"]),
            end=from_text(row["ends_at"]),
            topic=row["topic"],
            for_other=bool(row["for_other"]),
            name=row["name"],
            phone=row["phone"],
            needs_help=bool(row["needs_help"]),
            walk_in=bool(row["walk_in"]),
            state=row["state"],
            moves=row["moves"],
            sequence=row["sequence"],
            day=date.fromisoformat(row["day"]),
            number=row["number"],
        )


@dataclass(frozen=True, slots=True)
class Visit:
    """A closed visit as the support log and the figures need it: no name, no phone."""

    day: date
    roster: str
    place: str
    kind: str
    topic: str | None
    state: str
    walk_in: bool
    needs_help: bool
    for_other: bool
    start: datetime
    arrived_at: datetime | None
    called_at: datetime | None
    closed_at: datetime | None
    operated: str | None
    reason: str | None


def _in(states: tuple[str, ...]) -> ColumnElement[bool]:
    """Return "state is one of"; an IN list would be left open by the compiler (see storage.statements)."""
    return or_(*(bookings.c.state == state for state in states))


_columns = (
    "id", "account", "code", "chat_id", "roster", "place", "kind", "starts_at", "ends_at", "topic", "for_other", "name",
    "phone", "needs_help", "walk_in", "state", "day", "created_at", "arrived_at",
)  # fmt: skip
_add = (
    insert(bookings)
    .values({name: bindparam(name) for name in _columns})
    .on_conflict_do_nothing(index_elements=["account", "code"])
    .returning(bookings)
)
_one = select(bookings).where(bookings.c.id == bindparam("booking")).with_for_update()
_look = select(bookings).where(bookings.c.id == bindparam("booking"))
_by_code = select(bookings).where(bookings.c.account == bindparam("account"), bookings.c.code == bindparam("code"))
_mine = (
    select(bookings)
    .where(
        bookings.c.chat_id == bindparam("chat"),
        _in(OPEN_STATES),
        bookings.c.ends_at > bindparam("now"),
    )
    .order_by(bookings.c.starts_at)
)
_on_day = (
    select(bookings)
    .where(bookings.c.account == bindparam("account"), bookings.c.day == bindparam("day"))
    .order_by(bookings.c.starts_at, bookings.c.created_at)
)
_between = (
    select(bookings)
    .where(
        bookings.c.account == bindparam("account"),
        bookings.c.starts_at < bindparam("until"),
        bookings.c.ends_at > bindparam("since"),
        bookings.c.state == "booked",
    )
    .order_by(bookings.c.starts_at)
)
_move = (
    update(bookings)
    .where(bookings.c.id == bindparam("booking"), _in(MOVABLE))
    .values(
        starts_at=bindparam("start_to"),
        ends_at=bindparam("end_to"),
        day=bindparam("day_to"),
        state="booked",
        moves=bookings.c.moves + bindparam("counted"),
        sequence=bookings.c.sequence + 1,
    )
    .returning(bookings)
)
_displace = (
    update(bookings)
    .where(bookings.c.id == bindparam("booking"), bookings.c.state == "booked")
    .values(state="displaced", sequence=bookings.c.sequence + 1)
    .returning(bookings)
)
_cancel = (
    update(bookings)
    .where(bookings.c.id == bindparam("booking"), _in(MOVABLE))
    .values(state="cancelled", closed_at=bindparam("now"), sequence=bookings.c.sequence + 1)
    .returning(bookings)
)
_line = (
    select(bookings)
    .where(
        bookings.c.account == bindparam("account"),
        bookings.c.place == bindparam("place"),
        bookings.c.day == bindparam("day"),
        bookings.c.number.is_not(None),
    )
    .order_by(bookings.c.number)
)
_scrub = update(bookings).where(bookings.c.chat_id == bindparam("chat")).values(name="", phone="", chat_id=None)
_scrub_old = (
    update(bookings)
    .where(and_(bookings.c.ends_at < bindparam("before"), bookings.c.name + bookings.c.phone != ""))
    .values(name="", phone="")
)
_visits = (
    select(bookings)
    .where(
        bookings.c.account == bindparam("account"),
        bookings.c.day >= bindparam("first"),
        bookings.c.day <= bindparam("last"),
    )
    .order_by(bookings.c.day, bookings.c.starts_at)
)


class Bookings:
    """The bookings, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, booking: Booking, now: datetime) -> Booking | None:
        """Store a new booking; None when its code is in use (try another one)."""
        values: dict[str, Any] = {
            "id": booking.id,
            "account": booking.account,
            "code": booking.code,
            "chat_id": booking.chat_id,
            "roster": booking.roster,
            "place": booking.place,
            "kind": booking.kind,
            "starts_at": to_text(booking.start),
            "ends_at": to_text(booking.end),
            "topic": booking.topic,
            "for_other": int(booking.for_other),
            "name": booking.name,
            "phone": booking.phone,
            "needs_help": int(booking.needs_help),
            "walk_in": int(booking.walk_in),
            "state": booking.state,
            "day": booking.day.isoformat(),
            "created_at": to_text(now),
            "arrived_at": to_text(now) if booking.walk_in else None,
        }
        return await self._first(_add, values)

    async def one(self, booking: str) -> Booking | None:
        """Return a booking, locked until the end of the transaction."""
        return await self._first(_one, {"booking": booking})

    async def look(self, booking: str) -> Booking | None:
        """Return a booking without locking it, also in a reading transaction."""
        return await self._first(_look, {"booking": booking})

    async def by_code(self, account: str, code: str) -> Booking | None:
        """Return the booking with a code in a commune, whatever its state."""
        return await self._first(_by_code, {"account": account, "code": code})

    async def of_chat(self, chat_id: int, now: datetime) -> list[Booking]:
        """Return a chat's bookings that are still to come or going on."""
        return await self._all(_mine, {"chat": chat_id, "now": to_text(now)})

    async def on_day(self, account: str, day: date) -> list[Booking]:
        """Return all bookings of a local day, by time."""
        return await self._all(_on_day, {"account": account, "day": day.isoformat()})

    async def booked_between(self, account: str, since: datetime, until: datetime) -> list[Booking]:
        """Return the bookings that overlap a span and have not begun."""
        return await self._all(_between, {"account": account, "since": to_text(since), "until": to_text(until)})

    async def move(
        self, booking: Booking, start: datetime, end: datetime, day: date, *, counted: bool
    ) -> Booking | None:
        """Give a booking another slot; None when it is no longer open. `counted` moves use up the person's limit."""
        params = {
            "booking": booking.id,
            "start_to": to_text(start),
            "end_to": to_text(end),
            "day_to": day.isoformat(),
            "counted": int(counted),
        }
        return await self._first(_move, params)

    async def displace(self, booking: str) -> Booking | None:
        """Note that a booking's slot no longer takes place; its person has to choose another one."""
        return await self._first(_displace, {"booking": booking})

    async def cancel(self, booking: str, now: datetime) -> Booking | None:
        """Cancel a booking that has not begun; None when there is none."""
        return await self._first(_cancel, {"booking": booking, "now": to_text(now)})

    async def line(self, account: str, place: str, day: date) -> list[Booking]:
        """Return everybody who got a number at a place on a day, by number."""
        return await self._all(_line, {"account": account, "place": place, "day": day.isoformat()})

    async def visits(self, account: str, first: date, last: date) -> list[Visit]:
        """Return what happened from one local day to another, both included."""
        params = {"account": account, "first": first.isoformat(), "last": last.isoformat()}
        return [_visit(row) for row in await self._transaction.fetch(_visits, params)]

    def scrub(self, chat_id: int) -> None:
        """Take a chat's name, phone and link out of its bookings; what remains counts and identifies nobody."""
        self._transaction.later(_scrub, {"chat": chat_id})

    def scrub_before(self, before: datetime) -> None:
        """Take name and phone out of bookings that ended before an instant."""
        self._transaction.later(_scrub_old, {"before": to_text(before)})

    async def _first(self, statement: Any, params: Mapping[str, Any]) -> Booking | None:
        row = await self._transaction.first(statement, params)
        return Booking.of(row) if row is not None else None

    async def _all(self, statement: Any, params: Mapping[str, Any]) -> list[Booking]:
        return [Booking.of(row) for row in await self._transaction.fetch(statement, params)]


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None


def _visit(row: Row) -> Visit:
    return Visit(
        day=date.fromisoformat(row["day"]),
        roster=row["roster"],
        place=row["place"],
        kind=row["kind"],
        topic=row["topic"],
        state=row["state"],
        walk_in=bool(row["walk_in"]),
        needs_help=bool(row["needs_help"]),
        for_other=bool(row["for_other"]),
        start=from_text(row["starts_at"]),
        arrived_at=_instant(row["arrived_at"]),
        called_at=_instant(row["called_at"]),
        closed_at=_instant(row["closed_at"]),
        operated=row["operated"],
        reason=row["reason"],
    )
