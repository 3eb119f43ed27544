"""Notices from the draft to the last receiver. Every step is a conditional update: of two who try, one succeeds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, insert, or_, select, update

from storage.instants import from_text, to_text
from storage.member_tables import members
from storage.members import Member
from storage.notice_tables import notice_history, notices
from storage.subscriptions import Audience
from storage.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice; `audience.hamlets` is empty for the whole commune, `wished` None for: as soon as approved."""

    id: str
    audience: Audience
    words: str
    emergency: bool
    wished: datetime | None
    drafted_by: str
    state: str = "waiting"
    revision: int = 1
    send_at: datetime | None = None
    decided_by: str | None = None
    reason: str | None = None
    begun: datetime | None = None
    reached: int = 0
    receivers: int = 0
    spread: datetime | None = None
    finished: datetime | None = None
    sent: int = 0
    left: int = 0
    failed: int = 0
    unreachable: int = 0
    opted_out: int = 0


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None


def notice_of(row: Row) -> Notice:
    """Return the notice in a row of the table."""
    return Notice(
        id=row["id"],
        audience=Audience(row["account"], row["topic"], tuple(row["hamlets"].split())),
        words=row["words"],
        emergency=bool(row["emergency"]),
        wished=_instant(row["wished_at"]),
        drafted_by=row["drafted_by"],
        state=row["state"],
        revision=row["revision"],
        send_at=_instant(row["send_at"]),
        decided_by=row["decided_by"],
        reason=row["reason"],
        begun=_instant(row["begun_at"]),
        reached=row["reached"],
        receivers=row["receivers"],
        spread=_instant(row["spread_at"]),
        finished=_instant(row["finished_at"]),
        sent=row["sent"],
        left=row["left_on_page"],
        failed=row["failed"],
        unreachable=row["unreachable"],
        opted_out=row["opted_out"],
    )


_this = (notices.c.id == bindparam("notice"), notices.c.revision == bindparam("seen"))
_add = insert(notices).values(
    {
        name: bindparam(name)
        for name in (
            *("id", "account", "topic", "hamlets", "words", "emergency", "state", "wished_at", "drafted_by"),
            "created_at",
        )
    }
)
_one = select(notices).where(notices.c.id == bindparam("notice"), notices.c.account == bindparam("account"))
_recent = (
    select(notices)
    .where(notices.c.account == bindparam("account"), notices.c.state != "deleted")
    .order_by(notices.c.created_at.desc(), notices.c.id)
    .limit(bindparam("most"))
)
_submit = (
    update(notices)
    .where(*_this, notices.c.state == "draft")
    .values(
        topic=bindparam("the_topic"),
        hamlets=bindparam("the_hamlets"),
        words=bindparam("the_words"),
        emergency=bindparam("urgent"),
        wished_at=bindparam("wished"),
        drafted_by=bindparam("by_member"),
        state="waiting",
        reason=None,
        revision=notices.c.revision + 1,
    )
    .returning(notices)
)
_same_chat = exists().where(members.c.id == notices.c.drafted_by, members.c.chat_id == bindparam("chat"))
_approve = (
    update(notices)
    .where(*_this, notices.c.state == "waiting", notices.c.drafted_by != bindparam("by_member"), ~_same_chat)
    .values(state="approved", decided_by=bindparam("by_member"), send_at=bindparam("goes_at"))
    .returning(notices)
)
_return = (
    update(notices)
    .where(*_this, notices.c.state == "waiting")
    .values(state="draft", reason=bindparam("why"), revision=notices.c.revision + 1)
    .returning(notices)
)
_take_back = (
    update(notices)
    .where(*_this, or_(notices.c.state == "waiting", notices.c.state == "approved"))
    .values(state="draft", reason=None, send_at=None, decided_by=None, revision=notices.c.revision + 1)
    .returning(notices)
)
_delete = update(notices).where(*_this, notices.c.state == "draft").values(state="deleted").returning(notices)
_stop = update(notices).where(*_this, notices.c.state == "sending").values(state="stopped").returning(notices)
_note = insert(notice_history).values(
    {name: bindparam(name) for name in ("id", "notice", "at", "what", "member", "role")}
)
_published = (
    select(notices)
    .where(
        notices.c.account == bindparam("account"),
        notices.c.begun_at >= bindparam("since"),
        notices.c.begun_at < bindparam("until"),
        notices.c.finished_at.is_not(None),
        notices.c.sent + notices.c.left_on_page > 0,
    )
    .order_by(notices.c.begun_at)
)


class Notices:
    """The notices, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, notice: Notice, now: datetime) -> None:
        """Store a notice that waits to be approved."""
        params = {
            "id": notice.id,
            "account": notice.audience.account,
            "topic": notice.audience.topic,
            "hamlets": notice.audience.column,
            "words": notice.words,
            "emergency": int(notice.emergency),
            "state": notice.state,
            "wished_at": to_text(notice.wished) if notice.wished else None,
            "drafted_by": notice.drafted_by,
            "created_at": to_text(now),
        }
        self._transaction.later(_add, params)

    async def one(self, account: str, notice: str) -> Notice | None:
        """Return a notice of a commune."""
        row = await self._transaction.first(_one, {"notice": notice, "account": account})
        return notice_of(row) if row else None

    async def recent(self, account: str, most: int) -> list[Notice]:
        """Return a commune's last notices, the newest first."""
        rows = await self._transaction.fetch(_recent, {"account": account, "most": most})
        return [notice_of(row) for row in rows]

    async def submit(self, notice: Notice) -> Notice | None:
        """Send a draft to be approved once more; None when it is no draft any more or was changed meanwhile."""
        params = {
            "notice": notice.id,
            "seen": notice.revision,
            "the_topic": notice.audience.topic,
            "the_hamlets": notice.audience.column,
            "the_words": notice.words,
            "urgent": int(notice.emergency),
            "wished": to_text(notice.wished) if notice.wished else None,
            "by_member": notice.drafted_by,
        }
        row = await self._transaction.first(_submit, params)
        return notice_of(row) if row else None

    async def approve(self, notice: Notice, member: Member, goes_at: datetime) -> Notice | None:
        """Approve what was read; None when somebody was faster, it was changed, or it is the member's own."""
        params = {"notice": notice.id, "seen": notice.revision, "by_member": member.id, "chat": member.chat_id}
        row = await self._transaction.first(_approve, {**params, "goes_at": to_text(goes_at)})
        return notice_of(row) if row else None

    async def give_back(self, notice: Notice, reason: str) -> Notice | None:
        """Return a notice to who drafted it, with a reason."""
        row = await self._transaction.first(_return, {"notice": notice.id, "seen": notice.revision, "why": reason})
        return notice_of(row) if row else None

    async def take_back(self, notice: Notice) -> Notice | None:
        """Make it a draft again before it goes out."""
        row = await self._transaction.first(_take_back, {"notice": notice.id, "seen": notice.revision})
        return notice_of(row) if row else None

    async def delete(self, notice: Notice) -> Notice | None:
        """Throw a draft away."""
        row = await self._transaction.first(_delete, {"notice": notice.id, "seen": notice.revision})
        return notice_of(row) if row else None

    async def stop(self, notice: Notice) -> Notice | None:
        """Stop a notice that is going out: who has not got it does not get it."""
        row = await self._transaction.first(_stop, {"notice": notice.id, "seen": notice.revision})
        return notice_of(row) if row else None

    def note(self, identity: str, notice: Notice, what: str, member: Member, now: datetime) -> None:
        """Add a line to the history, with the role that was used."""
        params = {"id": identity, "notice": notice.id, "at": to_text(now), "what": what}
        self._transaction.later(_note, {**params, "member": member.id, "role": member.role})

    async def published(self, account: str, since: datetime, until: datetime) -> list[Notice]:
        """Return the notices that went out to somebody in a span of time, and are over."""
        params = {"account": account, "since": to_text(since), "until": to_text(until)}
        return [notice_of(row) for row in await self._transaction.fetch(_published, params)]
