"""Who asked for notices, by topic and hamlet. A row is the proof of consent; it goes with the chat."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Text, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from storage.chats import Chat, chat_of
from storage.instants import to_text
from storage.notice_tables import notices, subscribed_hamlets, subscriptions
from storage.schema import chats, outbox
from storage.transaction import Transaction

LATELY = timedelta(days=7)  # who turns a topic off within a week of a notice is counted with it


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a chat wants to be sent. No hamlets: of the whole commune and every hamlet."""

    topics: frozenset[str]
    hamlets: frozenset[str]


@dataclass(frozen=True, slots=True)
class Audience:
    """To whom a notice goes. No hamlets: the whole commune."""

    account: str
    topic: str
    hamlets: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """The hamlets as they stand in their column: a blank around each."""
        return f" {' '.join(self.hamlets)} " if self.hamlets else ""


_topics = select(subscriptions.c.topic).where(
    subscriptions.c.chat_id == bindparam("chat"), subscriptions.c.off_at.is_(None)
)
_hamlets = select(subscribed_hamlets.c.hamlet).where(subscribed_hamlets.c.chat_id == bindparam("chat"))
_agree = upsert(subscriptions).values(
    chat_id=bindparam("chat"), topic=bindparam("topic"), on_at=bindparam("now"), words=bindparam("words")
)
_turn_on = _agree.on_conflict_do_update(
    index_elements=["chat_id", "topic"],
    set_={"on_at": _agree.excluded.on_at, "words": _agree.excluded.words, "off_at": None},
    where=subscriptions.c.off_at.is_not(None),
)
_of_topic = or_(bindparam("topic", type_=Text) == "", subscriptions.c.topic == bindparam("topic", type_=Text))
_turn_off = (
    update(subscriptions)
    .where(subscriptions.c.chat_id == bindparam("chat"), subscriptions.c.off_at.is_(None), _of_topic)
    .values(off_at=bindparam("now"))
    .returning(subscriptions.c.topic)
)
_notices_of_topic = select(notices.c.id).where(
    or_(bindparam("topic", type_=Text) == "", notices.c.topic == bindparam("topic", type_=Text))
)
# Also what is just being sent: should that fail, it is not tried again.
_drop = (
    update(outbox)
    .where(
        outbox.c.chat_id == bindparam("chat"),
        outbox.c.state == "queued",
        outbox.c.bulk == 1,
        outbox.c.notice.in_(_notices_of_topic),
    )
    .values(state="dropped", settled_at=bindparam("now"))
)
_got_lately = select(outbox.c.notice).where(
    outbox.c.chat_id == bindparam("chat"),
    outbox.c.notice.is_not(None),
    or_(outbox.c.state == "sent", outbox.c.state == "mailbox"),
    outbox.c.created_at >= bindparam("since"),
)
_count_loss = (
    update(notices)
    .where(
        notices.c.id.in_(_got_lately),
        or_(bindparam("topic", type_=Text) == "", notices.c.topic == bindparam("topic", type_=Text)),
    )
    .values(opted_out=notices.c.opted_out + 1)
)
_add_hamlet = (
    upsert(subscribed_hamlets)
    .values(chat_id=bindparam("chat"), hamlet=bindparam("hamlet"))
    .on_conflict_do_nothing(index_elements=["chat_id", "hamlet"])
)
_drop_hamlet = delete(subscribed_hamlets).where(
    subscribed_hamlets.c.chat_id == bindparam("chat"),
    or_(bindparam("hamlet", type_=Text) == "", subscribed_hamlets.c.hamlet == bindparam("hamlet", type_=Text)),
)
_wanted = bindparam("hamlets", type_=Text)
_wants = (
    chats.c.account == bindparam("account"),
    chats.c.closed.is_(None),
    chats.c.id > bindparam("after"),
    subscriptions.c.topic == bindparam("topic"),
    subscriptions.c.off_at.is_(None),
    or_(
        _wanted == "",
        ~exists().where(subscribed_hamlets.c.chat_id == chats.c.id),
        exists().where(
            subscribed_hamlets.c.chat_id == chats.c.id, _wanted.like("% " + subscribed_hamlets.c.hamlet + " %")
        ),
    ),
)
_both = chats.join(subscriptions, subscriptions.c.chat_id == chats.c.id)
_receivers = select(chats).select_from(_both).where(*_wants).order_by(chats.c.id).limit(bindparam("most"))
_count = select(func.count().label("number")).select_from(_both).where(*_wants)


class Subscriptions:
    """The wishes, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def of_chat(self, chat_id: int) -> Wishes:
        """Return what a chat wants."""
        params = {"chat": chat_id}
        topics, hamlets = await self._transaction.fetch_both(_topics, params, _hamlets, params)
        return Wishes(frozenset(row["topic"] for row in topics), frozenset(row["hamlet"] for row in hamlets))

    def turn_on(self, chat_id: int, topic: str, words: str, now: datetime) -> None:
        """Note that a person asked for a topic, having read these words; asking twice keeps the first time."""
        params = {"chat": chat_id, "topic": topic, "words": words, "now": to_text(now)}
        self._transaction.later(_turn_on, params)

    async def turn_off(self, chat_id: int, topic: str, now: datetime) -> bool:
        """Turn a topic off, or with "" all: nothing more of it goes out. Return whether anything was on."""
        params = {"chat": chat_id, "topic": topic, "now": to_text(now)}
        rows = await self._transaction.fetch(_turn_off, params)
        if rows:
            self._transaction.later(_drop, params)
            lately = {"chat": chat_id, "topic": topic, "since": to_text(now - LATELY)}
            self._transaction.later(_count_loss, lately)
        return bool(rows)

    def add_hamlet(self, chat_id: int, hamlet: str) -> None:
        """Note that somebody wants the news of a hamlet."""
        self._transaction.later(_add_hamlet, {"chat": chat_id, "hamlet": hamlet})

    def drop_hamlet(self, chat_id: int, hamlet: str) -> None:
        """Forget a hamlet, or with "" all: then the news of the whole commune is wanted."""
        self._transaction.later(_drop_hamlet, {"chat": chat_id, "hamlet": hamlet})

    async def count(self, audience: Audience) -> int:
        """Return how many would receive a notice now."""
        row = await self._transaction.first(_count, {**_params(audience), "after": 0})
        return int(row["number"]) if row else 0

    async def receivers(self, audience: Audience, after: int, most: int) -> list[Chat]:
        """Return the next who want a notice and can be reached, by id of the chat."""
        params = {**_params(audience), "after": after, "most": most}
        return [chat_of(row) for row in await self._transaction.fetch(_receivers, params)]


def _params(audience: Audience) -> dict[str, str]:
    return {"account": audience.account, "topic": audience.topic, "hamlets": audience.column}
