"""What must go out. A row is written in the turn's transaction and sent after it, at least once, in order."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, Text, Update, bindparam, case, delete, exists, func, insert, or_, select, update

from storage.chats import Address, Chat
from storage.instants import to_text
from storage.notice_tables import notices
from storage.schema import outbox
from storage.statements import Params
from storage.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Parcel:
    """A reply on its way to one address; `reply` is JSON that only handlers and channels understand."""

    id: int
    chat_id: int | None
    address: Address
    reply: str
    attempts: int
    bulk: bool = False
    reminds: str | None = None
    asked: bool = True

    @property
    def bot(self) -> str:
        """Return which bot sends it, as "channel/account"."""
        return f"{self.address.channel}/{self.address.account}"


_post = insert(outbox).values(
    chat_id=bindparam("chat_id"),
    channel=bindparam("channel"),
    account=bindparam("account"),
    chat=bindparam("chat"),
    cause=bindparam("cause"),
    reply=bindparam("reply"),
    handover=bindparam("handover"),
    reminds=bindparam("reminds"),
    state=bindparam("state"),
    not_before=bindparam("not_before"),
    created_at=bindparam("now"),
)

_older = outbox.alias("older")
_ready = (
    outbox.c.state == "queued",
    outbox.c.not_before <= bindparam("now"),
    outbox.c.claimed_until <= bindparam("now"),
    # Only the oldest unsettled row of a chat: two replicas swapped the order of two replies without this. A reply
    # does not wait for a notice to many.
    ~exists().where(
        _older.c.chat_id == outbox.c.chat_id,
        _older.c.state == "queued",
        _older.c.id < outbox.c.id,
        _older.c.bulk <= outbox.c.bulk,
        or_(_older.c.attempts > 0, _older.c.not_before <= bindparam("now")),
    ),
)
# Bots that have enough in hand, as "|telegram/anh-son|…|": of a slow one nothing more is taken, so that it never holds
# up the others; of a busy one only what somebody waits for.
_bot = "%|" + outbox.c.channel + "/" + outbox.c.account + "|%"
_due = (
    select(outbox.c.id)
    .where(
        outbox.c.bulk == 0,
        bindparam("full", type_=Text).not_like(_bot),
        or_(outbox.c.cause.is_not(None), bindparam("crowded", type_=Text).not_like(_bot)),
        *_ready,
    )
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_bulk_due = (
    select(outbox.c.id)
    .where(
        outbox.c.bulk == 1,
        bindparam("stuffed", type_=Text).not_like(_bot),
        *_ready,
        exists().where(notices.c.id == outbox.c.notice, notices.c.state == "sending"),  # not stopped
    )
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_claimed = update(outbox).values(claimed_until=bindparam("lease"), attempts=outbox.c.attempts + 1).returning(outbox)


def _of_these(due: Select[int]) -> Update:
    """Return the claim of what a selection finds.

    By name (WITH): PostgreSQL may plan a selection inside IN to run once for each row, and each time it skips what is
    locked and finds others. In one run of the tests 300 rows were taken at a limit of 64.
    """
    named = due.cte("due")
    return _claimed.where(outbox.c.id.in_(select(named.c.id)), outbox.c.claimed_until <= bindparam("now"))


_claim, _claim_bulk = _of_these(_due), _of_these(_bulk_due)
_settle = (
    update(outbox)
    .where(outbox.c.id == bindparam("parcel"), outbox.c.state == "queued")
    .values(state=bindparam("state"), settled_at=bindparam("now"), error=bindparam("error"))
)
_later = (
    update(outbox)
    .where(outbox.c.id == bindparam("parcel"), outbox.c.state == "queued")
    .values(claimed_until="", not_before=bindparam("not_before"), error=bindparam("error"))
)
_give_up_chat = (
    update(outbox)
    .where(outbox.c.chat_id == bindparam("chat_id"), outbox.c.state == "queued")
    .values(state="failed", settled_at=bindparam("now"), error=bindparam("error"))
)
_still_here = (
    or_(outbox.c.state == "queued", outbox.c.state == "held"),
    outbox.c.claimed_until <= bindparam("now"),
)
# Locked until the commit: two filings of one message may be sent at the same moment. What is on its way just now is
# too late to be taken back.
_reminding = (
    select(outbox)
    .where(
        outbox.c.account == bindparam("account"),
        *_still_here,
        outbox.c.reminds.is_not(None),
        outbox.c.reminds.like(bindparam("like")),
    )
    .order_by(outbox.c.id)
    .with_for_update()
)
_rewrite = (
    update(outbox)
    .where(outbox.c.id == bindparam("parcel"), *_still_here)
    .values(reply=bindparam("the_reply"), reminds=bindparam("the_reminds"))
)
_withdraw = (
    update(outbox)
    .where(outbox.c.id == bindparam("parcel"), *_still_here)
    .values(state="dropped", settled_at=bindparam("now"))
)
_caused_by = (
    select(outbox.c.reply)
    .where(
        outbox.c.channel == bindparam("channel"),
        outbox.c.account == bindparam("account"),
        outbox.c.chat == bindparam("chat"),
        outbox.c.cause == bindparam("cause"),
    )
    .order_by(outbox.c.id)
)
_forget = delete(outbox).where(outbox.c.created_at < bindparam("before"), outbox.c.state != "queued")
_forget_erased = delete(outbox).where(
    outbox.c.chat_id.is_(None), outbox.c.created_at < bindparam("before"), outbox.c.state != "queued"
)
_waiting = select(
    func.count().label("waiting"),
    func.coalesce(func.min(outbox.c.not_before), "").label("oldest"),
    func.coalesce(func.sum(case((outbox.c.attempts > 0, 1), else_=0)), 0).label("retried"),
).where(outbox.c.state == "queued")


def _parcels(rows: list[Row]) -> list[Parcel]:
    return [
        Parcel(
            row["id"],
            row["chat_id"],
            Address(row["channel"], row["account"], row["chat"]),
            row["reply"],
            row["attempts"],
            bool(row["bulk"]),
            row["reminds"],
            row["cause"] is not None,
        )
        for row in sorted(rows, key=lambda row: int(row["id"]))
    ]


@dataclass(frozen=True, slots=True)
class Busy:
    """Bots ("channel/account") of which nothing is taken (`full`), only answers (`crowded`), no notices (`stuffed`)."""

    full: frozenset[str] = frozenset()
    crowded: frozenset[str] = frozenset()
    stuffed: frozenset[str] = frozenset()


IDLE = Busy()


def _listed(bots: frozenset[str]) -> str:
    return f"|{'|'.join(sorted(bots))}|"


def _state(*, mailbox: bool, held: bool) -> str:
    return "queued" if not mailbox else "held" if held else "mailbox"


def _claiming(now: datetime, lease: datetime, most: int, busy: Busy) -> Params:
    params = {"now": to_text(now), "lease": to_text(lease), "most": most}
    return {**params, "full": _listed(busy.full), "crowded": _listed(busy.crowded)}


class Outbox:
    """The outbox, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def post(
        self,
        chat: Chat,
        reply: str,
        now: datetime,
        *,
        cause: str | None,
        mailbox: bool = False,
        erased: bool = False,
        handover: str | None = None,
        not_before: datetime | None = None,
        reminds: str | None = None,
    ) -> None:
        """Put a reply into the outbox. In a `mailbox` it waits to be fetched and is never sent by us.

        `not_before` holds it back until an instant, without holding back what is said to the chat meanwhile; from a
        mailbox `Mailbox.release` lets it go.
        `erased` is for the last word to a chat that this transaction deletes: it no longer hangs on the chat.
        `handover` names the hand-over whose relayed words these are: they are dropped once it is closed.
        `reminds` (JSON) names the filings it tells of, so that it can be taken back.
        """
        self._transaction.later(
            _post,
            {
                "chat_id": None if erased else chat.id,
                "channel": chat.address.channel,
                "account": chat.address.account,
                "chat": chat.address.chat,
                "cause": cause,
                "reply": reply,
                "handover": handover,
                "reminds": reminds,
                "state": _state(mailbox=mailbox, held=not_before is not None and not_before > now),
                "not_before": to_text(not_before or now),
                "now": to_text(now),
            },
        )

    async def claim(self, now: datetime, lease: datetime, most: int, busy: Busy = IDLE) -> list[Parcel]:
        """Take up to `most` replies that are due, oldest of each chat; nobody else gets them until `lease`."""
        return _parcels(await self._transaction.fetch(_claim, _claiming(now, lease, most, busy)))

    async def claim_both(self, now: datetime, lease: datetime, most: int, bulk: int, busy: Busy = IDLE) -> list[Parcel]:
        """Take up to `most` replies and up to `bulk` parcels of notices, in one hop; replies come first."""
        params = {"now": to_text(now), "lease": to_text(lease), "most": bulk, "stuffed": _listed(busy.stuffed)}
        replies, notes = await self._transaction.fetch_both(
            _claim, _claiming(now, lease, most, busy), _claim_bulk, params
        )
        return [*_parcels(replies), *_parcels(notes)]

    def sent(self, parcel: int, now: datetime) -> None:
        """Note that the platform has accepted it."""
        self._settle(parcel, "sent", now, None)

    def failed(self, parcel: int, now: datetime, error: str) -> None:
        """Give it up for good, with the reason."""
        self._settle(parcel, "failed", now, error)

    def _settle(self, parcel: int, state: str, now: datetime, error: str | None) -> None:
        self._transaction.later(_settle, {"parcel": parcel, "state": state, "now": to_text(now), "error": error})

    def retry(self, parcel: int, not_before: datetime, error: str) -> None:
        """Give it back, to be claimed again from `not_before` on."""
        self._transaction.later(_later, {"parcel": parcel, "not_before": to_text(not_before), "error": error})

    def give_up_chat(self, chat_id: int, now: datetime, error: str) -> None:
        """Fail all that waits for a chat that can no longer be reached."""
        self._transaction.later(_give_up_chat, {"chat_id": chat_id, "now": to_text(now), "error": error})

    async def reminding(self, account: str, filing: str, now: datetime) -> list[Parcel]:
        """Return what a commune's outbox still holds of a filing and is not being sent, locked until the commit."""
        params = {"account": account, "like": f'%"{filing}"%', "now": to_text(now)}
        return _parcels(await self._transaction.fetch(_reminding, params))

    def rewrite(self, parcel: int, reply: str, reminds: str, now: datetime) -> None:
        """Say something else instead, if it is not on its way yet."""
        params = {"parcel": parcel, "the_reply": reply, "the_reminds": reminds, "now": to_text(now)}
        self._transaction.later(_rewrite, params)

    def withdraw(self, parcel: int, now: datetime) -> None:
        """Take it back, if it is not on its way yet: it is not said at all."""
        self._transaction.later(_withdraw, {"parcel": parcel, "now": to_text(now)})

    async def replies_to(self, address: Address, cause: str) -> list[str]:
        """Return the replies that a message got, in order."""
        params = {"channel": address.channel, "account": address.account, "chat": address.chat, "cause": cause}
        rows = await self._transaction.fetch(_caused_by, params)
        return [row["reply"] for row in rows]

    async def waiting(self) -> tuple[int, str, int]:
        """Return how many wait, the oldest due instant as text, and how many were tried in vain."""
        row = await self._transaction.first(_waiting, {})
        return (row["waiting"], row["oldest"], row["retried"]) if row else (0, "", 0)

    def forget(self, before: datetime) -> None:
        """Drop what was posted before an instant and is settled."""
        self._transaction.later(_forget, {"before": to_text(before)})

    def forget_erased(self, before: datetime) -> None:
        """Drop the last words to erased chats, posted before an instant."""
        self._transaction.later(_forget_erased, {"before": to_text(before)})
