"""Which questions were answered with what, and whether it helped. For improving the guides; kept for 90 days."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update

from storage.instants import to_text
from storage.schema import answers
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered question. `question` has long numbers masked already; the caller sees to it."""

    id: str
    question: str
    outcome: str
    guide: str | None
    section: str | None


_note = insert(answers).values(
    id=bindparam("answer"),
    chat_id=bindparam("chat_id"),
    account=bindparam("account"),
    asked_at=bindparam("now"),
    question=bindparam("question"),
    outcome=bindparam("outcome"),
    guide=bindparam("guide"),
    section=bindparam("section"),
)
_mine = (answers.c.id == bindparam("answer"), answers.c.chat_id == bindparam("chat"))
_rate = update(answers).where(*_mine).values(useful=bindparam("useful")).returning(answers.c.guide)
_remark = update(answers).where(*_mine).values(remark=bindparam("remark"))
_tally = (
    select(
        answers.c.outcome,
        func.count().label("asked"),
        func.count(answers.c.useful).label("rated"),
        func.coalesce(func.sum(answers.c.useful), 0).label("useful"),
    )
    .where(answers.c.account == bindparam("account"), answers.c.asked_at >= bindparam("since"))
    .group_by(answers.c.outcome)
)
_forget = delete(answers).where(answers.c.asked_at < bindparam("before"))


class Answers:
    """The answers, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def note(self, chat_id: int, account: str, answer: Answer, now: datetime) -> None:
        """Remember that a question was answered."""
        self._transaction.later(
            _note,
            {
                "answer": answer.id,
                "chat_id": chat_id,
                "account": account,
                "now": to_text(now),
                "question": answer.question,
                "outcome": answer.outcome,
                "guide": answer.guide,
                "section": answer.section,
            },
        )

    async def rate(self, chat_id: int, answer: str, useful: bool) -> bool:
        """Note whether it helped; the last word counts. False when this chat got no such answer."""
        params = {"answer": answer, "chat": chat_id, "useful": int(useful)}
        return await self._transaction.first(_rate, params) is not None

    def remark(self, chat_id: int, answer: str, remark: str) -> None:
        """Note what was missing, in the person's words."""
        self._transaction.later(_remark, {"answer": answer, "chat": chat_id, "remark": remark})

    async def tally(self, account: str, since: datetime) -> dict[str, tuple[int, int, int]]:
        """Return (asked, rated, useful) by outcome for one commune since an instant."""
        rows = await self._transaction.fetch(_tally, {"account": account, "since": to_text(since)})
        return {row["outcome"]: (row["asked"], row["rated"], row["useful"]) for row in rows}

    def forget(self, before: datetime) -> None:
        """Drop questions asked before an instant (Luật 91/2025/QH15, art. 3.3: no longer than the purpose needs)."""
        self._transaction.later(_forget, {"before": to_text(before)})
