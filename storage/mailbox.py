"""Hộp thư chờ: what nobody asked for and an open page fetches itself, in the order of ids."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from storage.instants import to_text
from storage.schema import outbox
from storage.transaction import Transaction

_pushed = (
    select(outbox.c.id, outbox.c.reply)
    .where(
        outbox.c.chat_id == bindparam("chat_id"),
        outbox.c.cause.is_(None),
        outbox.c.state == "mailbox",
        outbox.c.id > bindparam("after"),
    )
    .order_by(outbox.c.id)
    .limit(50)
)
_take_due = delete(outbox).where(outbox.c.state == "held", outbox.c.not_before <= bindparam("now")).returning(outbox)
_KEPT = ("chat_id", "channel", "account", "chat", "reply", "not_before", "created_at", "handover", "notice")
_put = insert(outbox).values(state="mailbox", **{name: bindparam(f"the_{name}") for name in _KEPT})


class Mailbox:
    """The mailboxes, inside one transaction. `Outbox.post` fills them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def pushed(self, chat_id: int, after: int) -> list[tuple[int, str]]:
        """Return what waits in a mailbox, newer than the id `after`; at most 50."""
        rows = await self._transaction.fetch(_pushed, {"chat_id": chat_id, "after": after})
        return [(row["id"], row["reply"]) for row in rows]

    async def release(self, now: datetime) -> int:
        """Put what was held back until now into its mailbox; return how many.

        Each gets a new id, the newest: a page may have read newer ones meanwhile and asks only for what comes after.
        """
        due = await self._transaction.fetch(_take_due, {"now": to_text(now)})
        for row in sorted(due, key=lambda row: (row["not_before"], row["id"])):
            self._transaction.later(_put, {f"the_{name}": row[name] for name in _KEPT})
        return len(due)
