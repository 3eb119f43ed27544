"""Việc đang dở: gives back what somebody had taken, so that the next holder of the post finds it."""

from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select, update

from storage.feedback_tables import feedback
from storage.filing_tables import filings
from storage.handover_table import handovers
from storage.instants import to_text
from storage.schema import outbox
from storage.transaction import Transaction

_cases = select(feedback.c.code, feedback.c.id).where(
    feedback.c.taken_by == bindparam("member"),
    or_(feedback.c.state == "received", feedback.c.state == "assigned"),
)
_release_cases = (
    update(feedback)
    .where(
        feedback.c.taken_by == bindparam("member"),
        or_(feedback.c.state == "received", feedback.c.state == "assigned"),
    )
    .values(taken_by=None)
)
_release_filings = (
    update(filings)
    .where(
        filings.c.delegate == bindparam("member"),
        or_(filings.c.state == "open", filings.c.state == "returned", filings.c.state == "approving"),
    )
    .values(delegate=None)
    .returning(filings.c.id)
)
_release_handovers = (
    update(handovers)
    .where(handovers.c.taken_by == bindparam("member"), handovers.c.closed_at.is_(None))
    .values(state="asked", taken_by=None, taken_at=None, rung=0, asked_at=bindparam("now"), last_at=bindparam("now"))
    .returning(handovers.c.id)
)
# What is told to the holder of a post, by the phrase's key; what is told to the same person as a citizen stays.
_TOLD = (
    "filing",
    "task.",
    "leave.",
    "feedback.push_new",
    "feedback.push_question",
    "feedback.push_due",
    "handover.call",
)
_withdraw = delete(outbox).where(
    outbox.c.chat_id == bindparam("chat"),
    outbox.c.state == "queued",
    outbox.c.cause.is_(None),
    or_(*(outbox.c.reply.like(f'{{"key": "{beginning}%') for beginning in _TOLD)),
)


class OpenWork:
    """What a member has in hand, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def give_back_cases(self, member: str) -> list[str]:
        """Give the open feedback a member had taken back to its unit; return the codes."""
        rows = await self._transaction.fetch(_cases, {"member": member})
        self._transaction.later(_release_cases, {"member": member})
        return [str(row["code"]) for row in rows]

    async def give_back_filings(self, member: str) -> list[str]:
        """Give the open filings a member was given back to their unit; return the ids."""
        return [str(row["id"]) for row in await self._transaction.fetch(_release_filings, {"member": member})]

    async def give_back_handovers(self, member: str, now: datetime) -> list[str]:
        """Let the citizens with whom a member was talking ask again from now on; return the ids."""
        params = {"member": member, "now": to_text(now)}
        return [str(row["id"]) for row in await self._transaction.fetch(_release_handovers, params)]

    def withdraw(self, chat_id: int) -> None:
        """Take back what waits to be told to a chat whose post was left: it is a personal account now."""
        self._transaction.later(_withdraw, {"chat": chat_id})
