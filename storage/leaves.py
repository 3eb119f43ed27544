"""Nghỉ phép: from when to when the holder of a post is away, and who stands in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.instants import from_text, to_text
from storage.ledger_tables import leaves
from storage.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Leave:
    """A leave in [from_at, to_at), aware and in UTC; `member` and `deputy` are member ids, `deputy` None: not named."""

    id: str
    account: str
    member: str
    from_at: datetime
    to_at: datetime
    deputy: str | None = None
    begun: bool = False

    @classmethod
    def of(cls, row: Row) -> "Leave":
        """Return the leave in a row of the table."""
        return cls(
            id=row["id"],
            account=row["account"],
            member=row["member"],
            from_at=from_text(row["from_at"]),
            to_at=from_text(row["to_at"]),
            deputy=row["deputy"],
            begun=row["begun_at"] is not None,
        )


_add = insert(leaves).values(
    id=bindparam("leave"),
    account=bindparam("account"),
    member=bindparam("member"),
    from_at=bindparam("begins"),
    to_at=bindparam("ends"),
    deputy=bindparam("deputy"),
    created_at=bindparam("now"),
)
_now = (
    select(leaves)
    .where(
        leaves.c.account == bindparam("account"),
        leaves.c.to_at > bindparam("now"),
        leaves.c.from_at <= bindparam("now"),
    )
    .order_by(leaves.c.from_at, leaves.c.id)
)
_ahead = (
    select(leaves)
    .where(leaves.c.member == bindparam("member"), leaves.c.to_at > bindparam("now"), leaves.c.ended_at.is_(None))
    .order_by(leaves.c.from_at, leaves.c.id)
)
_by_id = select(leaves).where(leaves.c.id == bindparam("leave"))
_untold = (
    select(leaves)
    .where(
        leaves.c.ended_at.is_(None),
        or_(
            leaves.c.to_at <= bindparam("now"),
            (leaves.c.from_at <= bindparam("now")) & leaves.c.begun_at.is_(None),
        ),
    )
    .order_by(leaves.c.from_at, leaves.c.id)
)
_name = (
    update(leaves)
    .where(leaves.c.id == bindparam("leave"), leaves.c.deputy.is_(None), leaves.c.ended_at.is_(None))
    .values(deputy=bindparam("the_deputy"))
    .returning(leaves.c.id)
)
_begin = (
    update(leaves)
    .where(leaves.c.id == bindparam("leave"), leaves.c.begun_at.is_(None))
    .values(begun_at=bindparam("now"))
    .returning(leaves.c.id)
)
_finish = (
    update(leaves)
    .where(leaves.c.id == bindparam("leave"), leaves.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
    .returning(leaves.c.id)
)
_cut = (
    update(leaves)
    .where(leaves.c.id == bindparam("leave"), leaves.c.ended_at.is_(None))
    .values(to_at=bindparam("now"), ended_at=bindparam("now"))
    .returning(leaves.c.id)
)
_drop_deputy = (
    update(leaves)
    .where(leaves.c.deputy == bindparam("member"), leaves.c.ended_at.is_(None))
    .values(deputy=None)
    .returning(leaves)
)


class Leaves:
    """The leaves, inside one transaction. Every change is a conditional update: of two replicas one succeeds."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, leave: Leave, now: datetime) -> None:
        """Store a new leave."""
        params = {"leave": leave.id, "account": leave.account, "member": leave.member, "deputy": leave.deputy}
        span = {"begins": to_text(leave.from_at), "ends": to_text(leave.to_at), "now": to_text(now)}
        self._transaction.later(_add, {**params, **span})

    async def at(self, account: str, now: datetime) -> list[Leave]:
        """Return who of a commune is away at an instant."""
        rows = await self._transaction.fetch(_now, {"account": account, "now": to_text(now)})
        return [Leave.of(row) for row in rows]

    async def ahead(self, member: str, now: datetime) -> list[Leave]:
        """Return a member's leaves that are not over, the first one first."""
        rows = await self._transaction.fetch(_ahead, {"member": member, "now": to_text(now)})
        return [Leave.of(row) for row in rows]

    async def by_id(self, leave: str) -> Leave | None:
        """Return a leave, or None."""
        row = await self._transaction.first(_by_id, {"leave": leave})
        return Leave.of(row) if row else None

    async def untold(self, now: datetime) -> list[Leave]:
        """Return the leaves of all communes whose beginning or end has come and was not told yet."""
        return [Leave.of(row) for row in await self._transaction.fetch(_untold, {"now": to_text(now)})]

    async def name_deputy(self, leave: str, deputy: str) -> bool:
        """Name who stands in; False when somebody is named already or the leave is over."""
        return await self._transaction.first(_name, {"leave": leave, "the_deputy": deputy}) is not None

    async def begin(self, leave: str, now: datetime) -> bool:
        """Claim telling that it begins; False when another replica did."""
        return await self._transaction.first(_begin, {"leave": leave, "now": to_text(now)}) is not None

    async def finish(self, leave: str, now: datetime) -> bool:
        """Claim telling that it is over; False when another replica did."""
        return await self._transaction.first(_finish, {"leave": leave, "now": to_text(now)}) is not None

    async def cut(self, leave: str, now: datetime) -> bool:
        """End it now, or take it back before it begins; False when it is over already."""
        return await self._transaction.first(_cut, {"leave": leave, "now": to_text(now)}) is not None

    async def without_deputy(self, member: str) -> list[Leave]:
        """Take a member who leaves their post out of all leaves they stand in for, and return those leaves."""
        return [Leave.of(row) for row in await self._transaction.fetch(_drop_deputy, {"member": member})]
