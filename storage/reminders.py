"""Reminders of visits: what is due lies here, and whoever ticks first takes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.instants import to_text
from storage.schema import reminders
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder to give: of which booking, which kind ("evening", "hour")."""

    booking: str
    kind: str


_plan = insert(reminders).values(booking=bindparam("booking"), kind=bindparam("kind"), due_at=bindparam("due"))
_drop = delete(reminders).where(reminders.c.booking == bindparam("booking"))
_due = (
    select(reminders.c.booking, reminders.c.kind)
    .where(reminders.c.done_at.is_(None), reminders.c.due_at <= bindparam("now"))
    .order_by(reminders.c.due_at)
    .limit(bindparam("most"))
)
_take = (
    update(reminders)
    .where(
        reminders.c.booking == bindparam("the_booking"),
        reminders.c.kind == bindparam("the_kind"),
        reminders.c.done_at.is_(None),
    )
    .values(done_at=bindparam("now"))
    .returning(reminders.c.booking)
)


class Reminders:
    """The reminders, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def plan(self, booking: str, dues: Iterable[tuple[str, datetime]]) -> None:
        """Put new (kind, instant) reminders in the place of a booking's old ones."""
        self._transaction.later(_drop, {"booking": booking})
        for kind, due in dues:
            self._transaction.later(_plan, {"booking": booking, "kind": kind, "due": to_text(due)})

    def drop(self, booking: str) -> None:
        """Forget a booking's reminders."""
        self._transaction.later(_drop, {"booking": booking})

    async def due(self, now: datetime, most: int) -> list[Reminder]:
        """Return what is due, oldest first; nothing is taken yet."""
        rows = await self._transaction.fetch(_due, {"now": to_text(now), "most": most})
        return [Reminder(row["booking"], row["kind"]) for row in rows]

    async def take(self, reminder: Reminder, now: datetime) -> bool:
        """Take one; False when another replica was faster."""
        params = {"the_booking": reminder.booking, "the_kind": reminder.kind, "now": to_text(now)}
        return await self._transaction.first(_take, params) is not None
