"""Một phản ánh: what is remembered of a case, without who sent it."""

from dataclasses import dataclass
from datetime import datetime

from storage.instants import from_text
from storage.transaction import Row

OPEN = ("received", "assigned")


@dataclass(frozen=True, slots=True)
class Case:
    """One case. Without a `unit` only leaders see it; `taken_by` is the member who has it; never who sent it."""

    id: str
    account: str
    code: str
    chat_id: int | None
    category: str
    unit: str | None
    official: bool
    state: str
    reason: str | None
    taken_by: str | None
    due: datetime
    questions: int
    created: datetime
    answered: datetime | None
    in_time: bool | None
    untold: str | None

    @classmethod
    def of(cls, row: Row) -> "Case":
        """Return the case in a row of the table."""
        return cls(
            id=row["id"],
            account=row["account"],
            code=row["code"],
            chat_id=row["chat_id"],
            category=row["category"],
            unit=row["unit"],
            official=bool(row["official"]),
            state=row["state"],
            reason=row["reason"],
            taken_by=row["taken_by"],
            due=from_text(row["due_at"]),
            questions=row["questions"],
            created=from_text(row["created_at"]),
            answered=from_text(row["answered_at"]) if row["answered_at"] else None,
            in_time=None if row["in_time"] is None else bool(row["in_time"]),
            untold=row["untold"],
        )

    @property
    def open(self) -> bool:
        """Whether somebody still has to answer."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Said:
    """One text of a case: "words" and "place" of the citizen, "answer" of the unit, "question" of the citizen.

    "photo": "channel/file", the platform's name of a photo.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """Who did what: a line of the history. `member` and `role` are None for the citizen and the clock."""

    what: str
    member: str | None = None
    role: str | None = None
