"""Một yêu cầu gặp cán bộ: what is remembered of a hand-over."""

from dataclasses import dataclass
from datetime import datetime

from storage.instants import from_text
from storage.transaction import Row


@dataclass(frozen=True, slots=True)
class Handover:
    """A request for a person. `officer_chat` and `post` are those of the member who took it and still has the post."""

    id: str
    account: str
    chat_id: int
    number: int
    state: str
    rung: int
    guide: str | None
    question: str | None
    words: str | None
    left: bool
    asked_at: datetime
    shown_on: str | None
    taken_by: str | None
    last_at: datetime
    closed: bool
    officer_chat: int | None
    post: str | None

    @classmethod
    def of(cls, row: Row) -> "Handover":
        """Return the hand-over in a row of the table and of its member."""
        return cls(
            id=row["id"],
            account=row["account"],
            chat_id=row["chat_id"],
            number=row["number"],
            state=row["state"],
            rung=row["rung"],
            guide=row["guide"],
            question=row["question"],
            words=row["words"],
            left=bool(row["left_words"]),
            asked_at=from_text(row["asked_at"]),
            shown_on=row["shown_on"],
            taken_by=row["taken_by"],
            last_at=from_text(row["last_at"]),
            closed=row["closed_at"] is not None,
            officer_chat=row["officer_chat"],
            post=row["post"],
        )
