"""Hand-overs to a person. Who takes one is decided by a conditional update; relayed words live in the outbox alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Executable, and_, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.handover_row import Handover
from storage.handover_table import handovers
from storage.instants import from_text, to_text
from storage.member_tables import members
from storage.schema import answers, outbox
from storage.transaction import Row, Transaction

MOST_WORDS = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the figures need of one hand-over."""

    asked_at: datetime
    taken_at: datetime | None
    left: bool


_joined = handovers.outerjoin(
    members, and_(members.c.person == handovers.c.taken_by, members.c.preferred == 1, members.c.left_at.is_(None))
)
_all = select(handovers, members.c.chat_id.label("officer_chat"), members.c.name.label("post")).select_from(_joined)
_this = handovers.c.id == bindparam("handover")
_is_open = handovers.c.closed_at.is_(None)
_one = _all.where(_this)
_of_chat = _all.where(handovers.c.chat_id == bindparam("chat"), _is_open)
_taken_by = _all.where(handovers.c.taken_by == bindparam("member"), _is_open).order_by(handovers.c.last_at.desc())
_open = _all.where(_is_open).order_by(handovers.c.asked_at)
_untaken = _all.where(handovers.c.account == bindparam("account"), _is_open, handovers.c.taken_by.is_(None)).order_by(
    handovers.c.asked_at
)
_others = handovers.alias("others")
# Above every number that is open or of today: two that an officer sees at once never share one.
_next_number = (
    select(func.coalesce(func.max(_others.c.number), 0) + 1)
    .where(
        _others.c.account == bindparam("account"),
        or_(_others.c.day == bindparam("day"), _others.c.closed_at.is_(None)),
    )
    .scalar_subquery()
)
_ask = (
    insert(handovers)
    .values(
        id=bindparam("handover"),
        account=bindparam("account"),
        chat_id=bindparam("chat"),
        day=bindparam("day"),
        number=_next_number,
        state=bindparam("state"),
        guide=bindparam("guide"),
        question=bindparam("question"),
        words=bindparam("words"),
        left_words=bindparam("left"),
        asked_at=bindparam("now"),
        last_at=bindparam("now"),
    )
    .on_conflict_do_nothing()
    .returning(handovers.c.id)
)
_take = (
    update(handovers)
    .where(_this, _is_open, handovers.c.taken_by.is_(None))
    .values(
        state="taken",
        taken_by=bindparam("member"),
        taken_at=bindparam("now"),
        last_at=bindparam("now"),
    )
    .returning(handovers.c.id)
)
_take_over = (
    update(handovers)
    .where(_this, _is_open, handovers.c.taken_by == bindparam("from_member"))
    .values(taken_by=bindparam("member"), last_at=bindparam("now"))
    .returning(handovers.c.id)
)
_held = _all.where(handovers.c.account == bindparam("account"), _is_open, handovers.c.state == "taken").order_by(
    handovers.c.last_at.desc()
)
_clear = update(handovers).where(_this).values(words=None, question=None)
_spoke = update(handovers).where(_this, _is_open).values(last_at=bindparam("now"))
_keep = update(handovers).where(_this, _is_open, handovers.c.words.is_not(None)).values(words=bindparam("words"))
_release = (
    update(handovers)
    .where(
        _this,
        _is_open,
        handovers.c.state == "taken",
        handovers.c.left_words == 1,
        handovers.c.words.is_not(None),
        handovers.c.last_at <= bindparam("before"),
    )
    .values(state="message", taken_by=None, taken_at=None, shown_on=None, last_at=bindparam("now"))
    .returning(handovers.c.id)
)
_add = (
    update(handovers)
    .where(_this, _is_open, handovers.c.taken_by.is_(None))
    .values(words=bindparam("words"), last_at=bindparam("now"))
    .returning(handovers.c.id)
)
_leave = (
    update(handovers)
    .where(_this, _is_open, handovers.c.taken_by.is_(None))
    .values(state="message", left_words=1, words=bindparam("words"), last_at=bindparam("now"))
    .returning(handovers.c.id)
)
_climb = (
    update(handovers)
    .where(_this, handovers.c.state == "asked", handovers.c.rung == bindparam("from_rung"))
    .values(rung=bindparam("to_rung"), state=bindparam("to_state"))
    .returning(handovers.c.id)
)
_show = (
    update(handovers)
    .where(
        _this,
        handovers.c.state == "message",
        or_(handovers.c.shown_on.is_(None), handovers.c.shown_on < bindparam("day")),
    )
    .values(shown_on=bindparam("day"))
    .returning(handovers.c.id)
)
_close = (
    update(handovers)
    .where(_this, _is_open)
    .values(state="closed", closed_at=bindparam("now"), ended=bindparam("ended"), words=None, question=None)
    .returning(handovers.c.id)
)
_close_silent = (
    update(handovers)
    .where(_this, _is_open, handovers.c.last_at <= bindparam("before"))
    .values(state="closed", closed_at=bindparam("now"), ended=bindparam("ended"), words=None, question=None)
    .returning(handovers.c.id)
)
_last_question = (
    select(answers.c.question)
    .where(
        answers.c.chat_id == bindparam("chat"),
        answers.c.asked_at >= bindparam("since"),
        answers.c.question != "",
    )
    .order_by(answers.c.asked_at.desc())
    .limit(1)
)
_purge = delete(outbox).where(
    outbox.c.handover.is_not(None),
    or_(
        outbox.c.state == "sent",
        outbox.c.state == "failed",
        and_(outbox.c.state == "mailbox", outbox.c.created_at < bindparam("fetched_by")),
    ),
    ~exists().where(handovers.c.id == outbox.c.handover, handovers.c.closed_at.is_(None)),
)
_forget = delete(outbox).where(
    outbox.c.handover.is_not(None),
    exists().where(handovers.c.id == outbox.c.handover, handovers.c.chat_id == bindparam("chat")),
)
_asked = select(handovers.c.asked_at, handovers.c.taken_at, handovers.c.left_words).where(
    handovers.c.account == bindparam("account"),
    handovers.c.asked_at >= bindparam("since"),
    handovers.c.asked_at < bindparam("until"),
)


class Handovers:
    """The hand-overs, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def ask(self, handover: Handover, day: date) -> Handover | None:
        """Store a new request and return it with its number; None when the chat has an open one already."""
        params = {
            "handover": handover.id,
            "account": handover.account,
            "chat": handover.chat_id,
            "day": day.isoformat(),
            "state": handover.state,
            "guide": handover.guide,
            "question": handover.question,
            "words": handover.words,
            "left": int(handover.left),
            "now": to_text(handover.asked_at),
        }
        # A number that another chat took in the same instant is a conflict too: then the next one is tried.
        while await self._transaction.first(_ask, params) is None:
            if await self.of_chat(handover.chat_id) is not None:
                return None
        return await self.one(handover.id)

    async def one(self, handover: str) -> Handover | None:
        """Return a hand-over, open or closed, or None."""
        row = await self._transaction.first(_one, {"handover": handover})
        return Handover.of(row) if row else None

    async def of_chat(self, chat_id: int) -> Handover | None:
        """Return the open hand-over of a citizen's chat, or None."""
        row = await self._transaction.first(_of_chat, {"chat": chat_id})
        return Handover.of(row) if row else None

    async def taken_by(self, member: str) -> list[Handover]:
        """Return what a member has taken and not ended, the liveliest first."""
        return _many(await self._transaction.fetch(_taken_by, {"member": member}))

    async def untaken(self, account: str) -> list[Handover]:
        """Return what nobody of a commune has taken yet, oldest first."""
        return _many(await self._transaction.fetch(_untaken, {"account": account}))

    async def open(self) -> list[Handover]:
        """Return all open hand-overs of all communes, oldest first."""
        return _many(await self._transaction.fetch(_open, {}))

    async def take(self, handover: str, member: str, now: datetime) -> Handover | None:
        """Take it and return it with its words; None when somebody was faster.

        The words are stored no longer, but for a left message: those until it is answered or closed.
        """
        if not await self._changed(_take, handover, member=member, now=to_text(now)):
            return None
        taken = await self.one(handover)  # read after it is ours: nobody adds words any more
        if taken is not None and not taken.left:
            self._transaction.later(_clear, {"handover": handover})
        return taken

    async def held(self, account: str) -> list[Handover]:
        """Return what the members of a commune have taken and not ended, the liveliest first."""
        return _many(await self._transaction.fetch(_held, {"account": account}))

    async def take_over(self, handover: Handover, member: str, now: datetime) -> bool:
        """Give it from who has taken it to another member; False when it changed hands or was closed meanwhile."""
        params = {"from_member": handover.taken_by, "member": member, "now": to_text(now)}
        return await self._changed(_take_over, handover.id, **params)

    def spoke(self, handover: str, now: datetime) -> None:
        """Note that one of the two wrote."""
        self._transaction.later(_spoke, {"handover": handover, "now": to_text(now)})

    def answered(self, handover: str, now: datetime) -> None:
        """Note that the officer wrote: from now on nothing of what was left is stored."""
        self.spoke(handover, now)
        self._transaction.later(_clear, {"handover": handover})

    def keep(self, handover: str, words: str) -> None:
        """Keep what was written to a left message that was taken and is not answered yet."""
        self._transaction.later(_keep, {"handover": handover, "words": words})

    async def release(self, handover: str, before: datetime, now: datetime) -> bool:
        """Make a left message one again that was taken and not answered since an instant; False when it was."""
        return await self._changed(_release, handover, before=to_text(before), now=to_text(now))

    async def add(self, handover: str, words: str, now: datetime) -> bool:
        """Keep what was written before anybody took it; False when it was taken meanwhile."""
        return await self._changed(_add, handover, words=words, now=to_text(now))

    async def leave(self, handover: str, words: str, now: datetime) -> bool:
        """Turn a request into a left message; False when it was taken meanwhile."""
        return await self._changed(_leave, handover, words=words, now=to_text(now))

    async def climb(self, handover: Handover, rung: int, state: str) -> bool:
        """Go up the ladder from where `handover` stands; False when it was taken or another replica was faster."""
        return await self._changed(_climb, handover.id, from_rung=handover.rung, to_rung=rung, to_state=state)

    async def show(self, handover: str, day: date) -> bool:
        """Note that a left message is shown to officers on a day; False when it was already, or is taken."""
        return await self._changed(_show, handover, day=day.isoformat())

    async def close(self, handover: str, ended: str, now: datetime) -> bool:
        """Close it; False when it was closed already."""
        return await self._changed(_close, handover, ended=ended, now=to_text(now))

    async def close_silent(self, handover: str, ended: str, before: datetime, now: datetime) -> bool:
        """Close it when nobody has written since an instant."""
        return await self._changed(_close_silent, handover, ended=ended, before=to_text(before), now=to_text(now))

    async def last_question(self, chat_id: int, since: datetime) -> str | None:
        """Return the last question of a chat since an instant, masked as it was stored, or None."""
        row = await self._transaction.first(_last_question, {"chat": chat_id, "since": to_text(since)})
        return str(row["question"]) if row else None

    def purge(self, fetched_by: datetime) -> None:
        """Drop the relayed words of closed hand-overs that were sent, or put into a mailbox before an instant."""
        self._transaction.later(_purge, {"fetched_by": to_text(fetched_by)})

    def forget(self, chat_id: int) -> None:
        """Drop every relayed word of a citizen, also what still waits to be sent; before the chat is erased."""
        self._transaction.later(_forget, {"chat": chat_id})

    async def asked(self, account: str, since: datetime, until: datetime) -> list[Asked]:
        """Return what was asked in a commune from an instant up to, not including, another."""
        params = {"account": account, "since": to_text(since), "until": to_text(until)}
        rows = await self._transaction.fetch(_asked, params)
        return [Asked(from_text(row["asked_at"]), _instant(row["taken_at"]), bool(row["left_words"])) for row in rows]

    async def _changed(self, statement: Executable, handover: str, **params: object) -> bool:
        return await self._transaction.first(statement, {"handover": handover, **params}) is not None


def _many(rows: Iterable[Row]) -> list[Handover]:
    return [Handover.of(row) for row in rows]


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None
