"""Notices on their way: into the outbox batch by batch, and the figures when all are settled."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, case, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.chats import Chat
from storage.instants import to_text
from storage.notice_tables import notices
from storage.notices import Notice, notice_of
from storage.schema import chats, outbox
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the rows of a notice stand. `dropped`: stopped, or turned off before its turn came."""

    waiting: int
    sent: int
    left: int
    failed: int
    unreachable: int
    dropped: int


_begin = (
    update(notices)
    .where(
        notices.c.state == "approved",
        notices.c.send_at <= bindparam("now"),
        or_(notices.c.emergency == 1, notices.c.emergency == bindparam("night")),
    )
    .values(state="sending", begun_at=bindparam("now"))
)
_unfinished = (
    select(notices)
    .where(notices.c.finished_at.is_(None), or_(notices.c.state == "sending", notices.c.state == "stopped"))
    .order_by(notices.c.emergency.desc(), notices.c.begun_at, notices.c.id)
)
_waiting = select(func.count().label("number")).where(
    outbox.c.notice == bindparam("notice"), outbox.c.state == "queued"
)
# Whoever moves the mark first owns the batch: of two replicas the other one finds it moved.
_advance = (
    update(notices)
    .where(
        notices.c.id == bindparam("the_notice"), notices.c.state == "sending", notices.c.reached == bindparam("seen")
    )
    .values(
        reached=bindparam("last"),
        receivers=notices.c.receivers + bindparam("more"),
        spread_at=bindparam("spread"),
    )
    .returning(notices.c.id)
)
_post = (
    insert(outbox)
    .values(
        {
            name: bindparam(name)
            for name in (
                *("chat_id", "channel", "account", "chat", "reply", "state", "not_before", "created_at", "notice"),
                "bulk",
            )
        }
    )
    .on_conflict_do_nothing()
)
_defer = (
    update(outbox)
    .where(
        outbox.c.notice == bindparam("the_notice"),
        outbox.c.state == "queued",
        outbox.c.claimed_until <= bindparam("now"),
        outbox.c.not_before < bindparam("until"),
    )
    .values(not_before=bindparam("until"))
)
_drop = (
    update(outbox)
    .where(
        outbox.c.notice == bindparam("the_notice"),
        outbox.c.state == "queued",
        outbox.c.claimed_until <= bindparam("now"),
    )
    .values(state="dropped", settled_at=bindparam("now"))
)


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_lost = outbox.c.state == "failed"
_counts = (
    select(
        _number(outbox.c.state == "queued").label("waiting"),
        _number(outbox.c.state == "sent").label("sent"),
        _number(outbox.c.state == "mailbox").label("left"),
        _number(outbox.c.state == "dropped").label("dropped"),
        _number(_lost & chats.c.closed.is_(None)).label("failed"),
        _number(_lost & chats.c.closed.is_not(None)).label("unreachable"),
    )
    .select_from(outbox.join(chats, chats.c.id == outbox.c.chat_id))
    .where(outbox.c.notice == bindparam("notice"))
)
_finish = (
    update(notices)
    .where(notices.c.id == bindparam("the_notice"), notices.c.finished_at.is_(None))
    .values(
        state=case((notices.c.state == "sending", "sent"), else_=notices.c.state),
        finished_at=bindparam("now"),
        sent=bindparam("sent_to"),
        left_on_page=bindparam("left_for"),
        failed=bindparam("lost"),
        unreachable=bindparam("gone"),
    )
    .returning(notices)
)


class NoticeSending:
    """The notices on their way, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def begin(self, now: datetime, *, night: bool) -> None:
        """Let those go whose time has come; at night only emergencies."""
        self._transaction.later(_begin, {"now": to_text(now), "night": 1 if night else 0})

    async def unfinished(self) -> list[Notice]:
        """Return the notices that are going out or were stopped and not counted yet; emergencies first."""
        return [notice_of(row) for row in await self._transaction.fetch(_unfinished, {})]

    async def waiting(self, notice: str) -> int:
        """Return how many of a notice lie in the outbox unsent."""
        row = await self._transaction.first(_waiting, {"notice": notice})
        return int(row["number"]) if row else 0

    async def advance(self, notice: Notice, last: int, more: int, spread: datetime | None) -> bool:
        """Own the next batch, up to the chat `last`; False when another replica has it or it was stopped."""
        params = {"the_notice": notice.id, "seen": notice.reached, "last": last, "more": more}
        spread_at = to_text(spread) if spread else None
        return await self._transaction.first(_advance, {**params, "spread": spread_at}) is not None

    def post(self, notice: str, chat: Chat, reply: str, now: datetime, *, mailbox: bool) -> None:
        """Put a notice into the outbox for one chat; once, whatever happens."""
        params = {
            "chat_id": chat.id,
            "channel": chat.address.channel,
            "account": chat.address.account,
            "chat": chat.address.chat,
            "reply": reply,
            "state": "mailbox" if mailbox else "queued",
            "not_before": to_text(now),
            "created_at": to_text(now),
            "notice": notice,
            "bulk": 1,
        }
        self._transaction.later(_post, params)

    def defer(self, notice: str, now: datetime, until: datetime) -> None:
        """Let what has not gone out wait until an instant."""
        params = {"the_notice": notice, "now": to_text(now), "until": to_text(until)}
        self._transaction.later(_defer, params)

    def drop(self, notice: str, now: datetime) -> None:
        """Let what has not gone out never go; what is just being sent is left to its sender."""
        self._transaction.later(_drop, {"the_notice": notice, "now": to_text(now)})

    async def delivery(self, notice: str) -> Delivery:
        """Return how a notice stands; chats that were erased meanwhile are in none of the figures."""
        row = await self._transaction.first(_counts, {"notice": notice})
        if row is None:
            return Delivery(0, 0, 0, 0, 0, 0)
        names = ("waiting", "sent", "left", "failed", "unreachable", "dropped")
        return Delivery(*(int(row[name]) for name in names))

    async def finish(self, notice: str, delivery: Delivery, now: datetime) -> Notice | None:
        """Write the figures down for good; None when another replica has."""
        params = {
            "the_notice": notice,
            "now": to_text(now),
            "sent_to": delivery.sent,
            "left_for": delivery.left,
            "lost": delivery.failed,
            "gone": delivery.unreachable,
        }
        row = await self._transaction.first(_finish, params)
        return notice_of(row) if row else None
