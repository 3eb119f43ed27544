"""Câu hỏi theo ngày: how many questions a commune got on a day and how many were answered outright; never the words.

The questions themselves are dropped after 90 days (storage/answers.py); these bare numbers stay for the year's figures.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Column, Integer, Table, Text, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import insert

from storage.instants import to_text
from storage.schema import answers, metadata
from storage.transaction import Transaction

question_days = Table(
    "question_days",
    metadata,
    Column("account", Text, primary_key=True),
    Column("day", Text, primary_key=True, comment="local day that is over"),
    Column("asked", Integer, nullable=False),
    Column("answered", Integer, nullable=False, comment="of these, those answered with a page at once"),
)


@dataclass(frozen=True, slots=True)
class QuestionDay:
    """What was asked on one local day."""

    day: date
    asked: int
    answered: int


_last = select(func.max(question_days.c.day).label("day")).where(question_days.c.account == bindparam("account"))
_first = select(func.min(answers.c.asked_at).label("at")).where(answers.c.account == bindparam("account"))
_count = select(
    func.count().label("asked"),
    func.coalesce(func.sum(case((answers.c.outcome == "answer", 1), else_=0)), 0).label("answered"),
).where(
    answers.c.account == bindparam("account"),
    answers.c.asked_at >= bindparam("since"),
    answers.c.asked_at < bindparam("until"),
)
_note = (
    insert(question_days)
    .values({name: bindparam(name) for name in ("account", "day", "asked", "answered")})
    .on_conflict_do_nothing(index_elements=["account", "day"])
)
_span = (
    select(question_days)
    .where(
        question_days.c.account == bindparam("account"),
        question_days.c.day >= bindparam("first"),
        question_days.c.day <= bindparam("last"),
    )
    .order_by(question_days.c.day)
)


class QuestionDays:
    """The days, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def last(self, account: str) -> date | None:
        """Return the last day of a commune that was counted."""
        row = await self._transaction.first(_last, {"account": account})
        return date.fromisoformat(row["day"]) if row is not None and row["day"] else None

    async def first_question(self, account: str) -> datetime | None:
        """Return when the oldest question that is still kept was asked."""
        row = await self._transaction.first(_first, {"account": account})
        return datetime.fromisoformat(row["at"]) if row is not None and row["at"] else None

    async def count(self, account: str, day: date, since: datetime, until: datetime) -> None:
        """Count a day that is over, from one instant up to another; a day counted before stays as it is."""
        span = {"account": account, "since": to_text(since), "until": to_text(until)}
        row = await self._transaction.first(_count, span)
        numbers = {"asked": int(row["asked"]), "answered": int(row["answered"])} if row is not None else {}
        self._transaction.later(_note, {"account": account, "day": day.isoformat(), **numbers})

    async def span(self, account: str, first: date, last: date) -> list[QuestionDay]:
        """Return the counted days of a span, both ends included."""
        params = {"account": account, "first": first.isoformat(), "last": last.isoformat()}
        rows = await self._transaction.fetch(_span, params)
        return [QuestionDay(date.fromisoformat(row["day"]), row["asked"], row["answered"]) for row in rows]
