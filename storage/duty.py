"""Trực hỗ trợ: sessions that helpers opened and closed, and absences they announced."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.instants import from_text, to_text
from storage.member_tables import members
from storage.schema import absences, sessions
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Absence:
    """A span in which a roster's slots do not take place."""

    roster: str
    start: datetime
    end: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A support session; it counts towards a quota only when it was opened and closed by a helper."""

    roster: str
    day: date
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that nobody has closed; `chat_id` is its opener's, None when they have left their post."""

    id: str
    account: str
    roster: str
    day: date
    opened_at: datetime
    chat_id: int | None


_open = (
    insert(sessions)
    .values(
        id=bindparam("session"),
        account=bindparam("account"),
        roster=bindparam("roster"),
        day=bindparam("day"),
        opened_at=bindparam("now"),
        opened_by=bindparam("member"),
    )
    .on_conflict_do_nothing()
    .returning(sessions.c.id)
)
_close = (
    update(sessions)
    .where(
        sessions.c.account == bindparam("the_account"),
        sessions.c.roster == bindparam("the_roster"),
        sessions.c.closed_at.is_(None),
    )
    .values(closed_at=bindparam("now"), closed_by=bindparam("member"))
    .returning(sessions.c.id)
)
_open_ones = select(sessions.c.roster).where(sessions.c.account == bindparam("account"), sessions.c.closed_at.is_(None))
_unclosed = (
    select(
        sessions.c.id,
        sessions.c.account,
        sessions.c.roster,
        sessions.c.day,
        sessions.c.opened_at,
        members.c.chat_id,
    )
    .outerjoin(
        members, and_(members.c.person == sessions.c.opened_by, members.c.preferred == 1, members.c.left_at.is_(None))
    )
    .where(sessions.c.closed_at.is_(None), sessions.c.warned_at.is_(None))
    .order_by(sessions.c.opened_at)
)
_warn = (
    update(sessions)
    .where(sessions.c.id == bindparam("session"), sessions.c.closed_at.is_(None), sessions.c.warned_at.is_(None))
    .values(warned_at=bindparam("now"))
    .returning(sessions.c.id)
)
_held = (
    select(sessions)
    .where(
        sessions.c.account == bindparam("account"),
        sessions.c.day >= bindparam("first"),
        sessions.c.day <= bindparam("last"),
    )
    .order_by(sessions.c.opened_at)
)
_absent = insert(absences).values(
    id=bindparam("absence"),
    account=bindparam("account"),
    roster=bindparam("roster"),
    from_at=bindparam("start"),
    to_at=bindparam("end"),
    reason=bindparam("reason"),
    by=bindparam("member"),
    created_at=bindparam("now"),
)
_absences = select(absences).where(absences.c.account == bindparam("account"), absences.c.to_at > bindparam("now"))


class Duty:
    """Sessions and absences, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def open(self, session: str, account: str, roster: str, day: date, member: str, now: datetime) -> bool:
        """Open a support session; False when one of that roster is open already."""
        params = {"session": session, "account": account, "roster": roster, "member": member, "now": to_text(now)}
        return await self._transaction.first(_open, {**params, "day": day.isoformat()}) is not None

    async def close(self, account: str, roster: str, member: str, now: datetime) -> bool:
        """Close the open session of a roster; False when none is open."""
        params = {"the_account": account, "the_roster": roster, "member": member, "now": to_text(now)}
        return await self._transaction.first(_close, params) is not None

    async def open_rosters(self, account: str) -> frozenset[str]:
        """Return the rosters that have a session open now."""
        rows = await self._transaction.fetch(_open_ones, {"account": account})
        return frozenset(row["roster"] for row in rows)

    async def unclosed(self) -> list[OpenSession]:
        """Return every session that is open and whose opener has not been warned, of all communes."""
        return [
            OpenSession(
                row["id"],
                row["account"],
                row["roster"],
                date.fromisoformat(row["day"]),
                from_text(row["opened_at"]),
                row["chat_id"],
            )
            for row in await self._transaction.fetch(_unclosed, {})
        ]

    async def warn(self, session: str, now: datetime) -> bool:
        """Note that a session's opener is told; False when it was closed or another replica was faster."""
        return await self._transaction.first(_warn, {"session": session, "now": to_text(now)}) is not None

    async def held(self, account: str, first: date, last: date) -> list[HeldSession]:
        """Return the sessions of a span of local days, both included."""
        params = {"account": account, "first": first.isoformat(), "last": last.isoformat()}
        return [
            HeldSession(
                row["roster"],
                date.fromisoformat(row["day"]),
                from_text(row["opened_at"]),
                from_text(row["closed_at"]) if row["closed_at"] else None,
            )
            for row in await self._transaction.fetch(_held, params)
        ]

    def absent(
        self, absence: str, account: str, roster: str, start: datetime, end: datetime, reason: str, member: str,
        now: datetime,
    ) -> None:  # fmt: skip
        """Store an absence."""
        self._transaction.later(
            _absent,
            {
                "absence": absence,
                "account": account,
                "roster": roster,
                "start": to_text(start),
                "end": to_text(end),
                "reason": reason,
                "member": member,
                "now": to_text(now),
            },
        )

    async def absences(self, account: str, now: datetime) -> list[Absence]:
        """Return the absences that are not over."""
        rows = await self._transaction.fetch(_absences, {"account": account, "now": to_text(now)})
        return [
            Absence(row["roster"], from_text(row["from_at"]), from_text(row["to_at"]), row["reason"]) for row in rows
        ]
