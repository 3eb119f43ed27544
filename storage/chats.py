"""Chats and the conversation open in each."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert  # compiles alike for SQLite, see tests/storage/test_statements.py

from storage.instants import from_text, to_text
from storage.schema import chats
from storage.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Address:
    """Where someone is reached; `account` is the slug of the commune whose bot or page it is."""

    channel: str
    account: str
    chat: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What the last answer was about, so that a follow-up question needs no topic of its own."""

    guide: str
    answer: str


@dataclass(frozen=True, slots=True)
class Dialog:
    """All that is kept of a conversation.

    `data` holds values ("2026-03-04"), never sentences: the language may change mid-way. `path` are the steps gone
    through as "step/name of its answer", for going back. `offered` is the list that was shown last as
    (label, value): a typed number means it. `listening` is set while words in no conversation belong to somebody
    else than the search, such as an official who was asked for: "feature/what".
    """

    flow: str = ""
    step: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    offered: tuple[tuple[str, str], ...] = ()
    topic: Topic | None = None
    expires_at: datetime | None = None
    listening: str = ""
    typed: bool = False  # a number is the answer, not the place of a button
    parked: dict[str, Any] = field(default_factory=dict)  # answers of a form that was left for something else

    def to_json(self) -> str:
        """Return the dialog as the JSON text of its column; empty fields are left out."""
        content: dict[str, Any] = {
            "flow": self.flow,
            "step": self.step,
            "data": self.data,
            "path": self.path,
            "offered": self.offered,
            "topic": [self.topic.guide, self.topic.answer] if self.topic else None,
            "expires_at": to_text(self.expires_at) if self.expires_at else None,
            "listening": self.listening,
            "typed": self.typed,
            "parked": self.parked,
        }
        return json.dumps({name: value for name, value in content.items() if value}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Dialog":
        """Return the dialog that `to_json` wrote."""
        content = json.loads(text)
        expires_at = content.get("expires_at")
        topic = content.get("topic")
        return cls(
            flow=content.get("flow", ""),
            step=content.get("step", ""),
            data=content.get("data", {}),
            path=tuple(content.get("path", ())),
            offered=tuple((label, value) for label, value in content.get("offered", ())),
            topic=Topic(*topic) if topic else None,
            expires_at=from_text(expires_at) if expires_at else None,
            listening=content.get("listening", ""),
            typed=content.get("typed", False),
            parked=content.get("parked", {}),
        )


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat as it stood when the turn began. `post` is the role of the member who writes here, None for a citizen."""

    id: int
    address: Address
    language: str
    notice: str | None
    closed: str | None
    dialog: Dialog
    post: str | None = None


_fresh = insert(chats).values(
    channel=bindparam("channel"),
    account=bindparam("account"),
    chat=bindparam("chat"),
    language=bindparam("language"),
    first_at=bindparam("now"),
    last_at=bindparam("now"),
    dialog="{}",
)
# One statement creates the row or locks it for the rest of the turn, and a person who writes is reachable again.
OPEN_CHAT = _fresh.on_conflict_do_update(
    index_elements=["channel", "account", "chat"], set_={"last_at": _fresh.excluded.last_at, "closed": None}
).returning(chats)
_save = (
    update(chats)
    .where(chats.c.id == bindparam("chat_id"))
    .values(dialog=bindparam("dialog"), language=bindparam("language"), notice=bindparam("notice"))
)
_close = update(chats).where(chats.c.id == bindparam("chat_id")).values(closed=bindparam("why"))
_by_address = select(chats).where(
    chats.c.channel == bindparam("channel"),
    chats.c.account == bindparam("account"),
    chats.c.chat == bindparam("chat"),
)
_by_id = select(chats).where(chats.c.id == bindparam("chat_id"))
_erase = delete(chats).where(chats.c.id == bindparam("chat_id"))


def chat_of(row: Row) -> Chat:
    """Return the chat in a row of the table."""
    return Chat(
        id=row["id"],
        address=Address(row["channel"], row["account"], row["chat"]),
        language=row["language"],
        notice=row["notice"],
        closed=row["closed"],
        dialog=Dialog.from_json(row["dialog"]),
        post=row["post"],
    )


def open_params(address: Address, language: str, now: datetime) -> dict[str, str]:
    """Return the parameters of OPEN_CHAT."""
    return {
        "channel": address.channel,
        "account": address.account,
        "chat": address.chat,
        "language": language,
        "now": to_text(now),
    }


class Chats:
    """The chats, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def open(self, address: Address, language: str, now: datetime) -> Chat:
        """Return the chat, locked until the end of the transaction; make it when it is new."""
        return chat_of(await self._transaction.first(OPEN_CHAT, open_params(address, language, now)))

    async def find(self, address: Address) -> Chat | None:
        """Return the chat without locking it, or None."""
        row = await self._transaction.first(
            _by_address, {"channel": address.channel, "account": address.account, "chat": address.chat}
        )
        return chat_of(row) if row else None

    async def by_id(self, chat_id: int) -> Chat | None:
        """Return the chat without locking it, or None."""
        row = await self._transaction.first(_by_id, {"chat_id": chat_id})
        return chat_of(row) if row else None

    def save(self, chat: Chat, dialog: Dialog, language: str, notice: str | None) -> None:
        """Write what the turn decided about the conversation."""
        self._transaction.later(
            _save, {"chat_id": chat.id, "dialog": dialog.to_json(), "language": language, "notice": notice}
        )

    def close(self, chat_id: int, why: str) -> None:
        """Note that the person cannot be reached any more; their next message opens the chat again."""
        self._transaction.later(_close, {"chat_id": chat_id, "why": why})

    def erase(self, chat_id: int) -> None:
        """Delete the chat; what hangs on it goes with it (foreign keys)."""
        self._transaction.later(_erase, {"chat_id": chat_id})
