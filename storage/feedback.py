"""Phản ánh, kiến nghị: the cases, their words, and what happened to them.

Words stand in a table of their own that hangs on the citizen's chat: erasing the chat erases them, the case remains as
a bare figure.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.feedback_case import Case, Said, Step
from storage.feedback_tables import feedback, feedback_days, feedback_history, feedback_words
from storage.instants import to_text
from storage.schema import outbox
from storage.transaction import Transaction

_this = feedback.c.id == bindparam("the_case")
_is_open: ColumnElement[bool] = or_(feedback.c.state == "received", feedback.c.state == "assigned")
_columns = ("id", "account", "code", "chat_id", "category", "unit", "official", "state", "due_at", "created_at")
_add = (
    insert(feedback)
    .values({name: bindparam(name) for name in _columns})
    .on_conflict_do_nothing(index_elements=["account", "code"])
    .returning(feedback)
)
_by_code = select(feedback).where(feedback.c.account == bindparam("account"), feedback.c.code == bindparam("code"))
_of_chat = select(feedback).where(feedback.c.chat_id == bindparam("chat")).order_by(feedback.c.created_at.desc())
_open = (
    select(feedback)
    .where(feedback.c.account == bindparam("account"), _is_open)
    .order_by(feedback.c.due_at, feedback.c.id)
)
_all = select(feedback).where(feedback.c.account == bindparam("account")).order_by(feedback.c.created_at)
_between = _all.where(feedback.c.created_at >= bindparam("since"), feedback.c.created_at < bindparam("until"))
_take = (
    update(feedback)
    .where(_this, _is_open, feedback.c.taken_by.is_(None))
    .values(state="assigned", taken_by=bindparam("member"))
    .returning(feedback)
)
_pass = (
    update(feedback)
    .where(_this, _is_open, func.coalesce(feedback.c.unit, "") == bindparam("unit_from"))
    .values(state=bindparam("state_to"), unit=bindparam("unit_to"), taken_by=None)
    .returning(feedback)
)
_answer = (
    update(feedback)
    .where(_this, _is_open)
    .values(
        state="answered",
        taken_by=bindparam("member"),
        said_at=bindparam("now"),
        answered_at=func.coalesce(feedback.c.answered_at, bindparam("now")),
        in_time=func.coalesce(feedback.c.in_time, case((feedback.c.due_at >= bindparam("now"), 1), else_=0)),
    )
    .returning(feedback)
)
_ask = (
    update(feedback)
    .where(_this, feedback.c.state == "answered", feedback.c.questions == 0)
    .values(state="assigned", questions=1, due_at=bindparam("due"))
    .returning(feedback)
)
_refuse = (
    update(feedback)
    .where(_this, _is_open)
    .values(state="refused", reason=bindparam("reason_why"), closed_at=bindparam("now"))
    .returning(feedback)
)
_close = (
    update(feedback)
    .where(_this, feedback.c.state == "answered")
    .values(state="closed", closed_at=bindparam("now"))
    .returning(feedback)
)
_close_old = (
    update(feedback)
    .where(
        feedback.c.account == bindparam("the_account"),
        feedback.c.state == "answered",
        feedback.c.said_at < bindparam("before"),
    )
    .values(state="closed", closed_at=bindparam("now"))
    .returning(feedback)
)
_note = insert(feedback_history).values(
    id=bindparam("id"),
    feedback=bindparam("feedback"),
    at=bindparam("now"),
    what=bindparam("what"),
    unit=bindparam("unit"),
    member=bindparam("member"),
    role=bindparam("role"),
)
_history = (
    select(feedback_history).where(feedback_history.c.feedback == bindparam("the_case")).order_by(feedback_history.c.at)
)
_say = insert(feedback_words).values(
    id=bindparam("id"),
    feedback=bindparam("feedback"),
    chat_id=bindparam("chat"),
    kind=bindparam("kind"),
    text=bindparam("text"),
    at=bindparam("now"),
)
_said = (
    select(feedback_words)
    .where(feedback_words.c.feedback == bindparam("the_case"))
    .order_by(feedback_words.c.at, feedback_words.c.id)
)
_over = select(feedback.c.id).where(
    feedback.c.account == bindparam("account"),
    or_(feedback.c.state == "closed", feedback.c.state == "refused"),
    feedback.c.closed_at < bindparam("before"),
)
_forget = delete(feedback_words).where(feedback_words.c.feedback.in_(_over))
_withdraw = (
    update(feedback)
    .where(feedback.c.chat_id == bindparam("chat"), or_(_is_open, feedback.c.state == "answered"))
    .values(state="closed", closed_at=bindparam("now"), untold=None)
)
# What staff were shown of a case: its words must not outlive it there.
_shown = delete(outbox).where(
    outbox.c.account == bindparam("account"),
    outbox.c.reply.contains(bindparam("code")),
    ~outbox.c.reply.contains("feedback.push_due"),  # a list of several cases, without words
)
_remember = update(feedback).where(_this).values(untold=bindparam("whom"))
_untold = select(feedback).where(feedback.c.untold.is_not(None))
_told = (
    update(feedback).where(_this, feedback.c.untold == bindparam("whom")).values(untold=None).returning(feedback.c.id)
)
_day_done = select(feedback_days).where(
    feedback_days.c.account == bindparam("account"), feedback_days.c.day == bindparam("day")
)
_do_day = (
    insert(feedback_days)
    .values(account=bindparam("account"), day=bindparam("day"))
    .on_conflict_do_nothing(index_elements=["account", "day"])
    .returning(feedback_days.c.day)
)


class Feedback:
    """The cases, inside one transaction. What changes a case returns it, or None when somebody was faster."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, one: Case) -> Case | None:
        """Store a new case; None when its code is in use (try another one)."""
        values: dict[str, Any] = {
            "id": one.id,
            "account": one.account,
            "code": one.code,
            "chat_id": one.chat_id,
            "category": one.category,
            "unit": one.unit,
            "official": int(one.official),
            "state": one.state,
            "due_at": to_text(one.due),
            "created_at": to_text(one.created),
        }
        return await self._first(_add, values)

    async def by_code(self, account: str, code: str) -> Case | None:
        """Return the case with a code in a commune."""
        return await self._first(_by_code, {"account": account, "code": code})

    async def of_chat(self, chat_id: int) -> list[Case]:
        """Return a chat's cases, newest first."""
        return await self._all(_of_chat, {"chat": chat_id})

    async def open(self, account: str) -> list[Case]:
        """Return a commune's open cases, by due time."""
        return await self._all(_open, {"account": account})

    async def all(self, account: str) -> list[Case]:
        """Return every case a commune ever had."""
        return await self._all(_all, {"account": account})

    async def between(self, account: str, since: datetime, until: datetime) -> list[Case]:
        """Return a commune's cases that were received from an instant up to, not including, another."""
        params = {"account": account, "since": to_text(since), "until": to_text(until)}
        return await self._all(_between, params)

    async def take(self, one: Case, member: str) -> Case | None:
        """Give an open case that nobody has to a member."""
        return await self._first(_take, {"the_case": one.id, "member": member})

    async def pass_on(self, one: Case, unit: str, state: str) -> Case | None:
        """Give an open case to a unit; None when it is elsewhere by now."""
        params = {"the_case": one.id, "unit_from": one.unit or "", "unit_to": unit, "state_to": state}
        return await self._first(_pass, params)

    async def answer(self, one: Case, member: str, now: datetime) -> Case | None:
        """Note that an open case was answered; the first answer decides whether it was in time."""
        return await self._first(_answer, {"the_case": one.id, "member": member, "now": to_text(now)})

    async def ask(self, one: Case, due: datetime) -> Case | None:
        """Open an answered case again for its one follow-up question."""
        return await self._first(_ask, {"the_case": one.id, "due": to_text(due)})

    async def refuse(self, one: Case, reason: str, now: datetime) -> Case | None:
        """End an open case that the commune cannot answer, with a reason from the closed list."""
        return await self._first(_refuse, {"the_case": one.id, "reason_why": reason, "now": to_text(now)})

    async def close(self, one: Case, now: datetime) -> Case | None:
        """End an answered case."""
        return await self._first(_close, {"the_case": one.id, "now": to_text(now)})

    async def close_answered(self, account: str, before: datetime, now: datetime) -> list[Case]:
        """End the cases that were answered before an instant and asked about no more."""
        return await self._all(_close_old, {"the_account": account, "before": to_text(before), "now": to_text(now)})

    def note(self, identity: str, one: Case, step: Step, now: datetime) -> None:
        """Add a line to a case's history."""
        params = {"id": identity, "feedback": one.id, "now": to_text(now), "what": step.what, "unit": one.unit}
        self._transaction.later(_note, {**params, "member": step.member, "role": step.role})

    async def history(self, one: Case) -> list[Step]:
        """Return what was done with a case, oldest first."""
        rows = await self._transaction.fetch(_history, {"the_case": one.id})
        return [Step(row["what"], row["member"], row["role"]) for row in rows]

    def say(self, identity: str, one: Case, said: Said, now: datetime) -> None:
        """Keep a text of a case; when its person has erased everything, there is nowhere to keep it."""
        if one.chat_id is None:
            return
        params = {"id": identity, "feedback": one.id, "chat": one.chat_id, "kind": said.kind, "text": said.text}
        self._transaction.later(_say, {**params, "now": to_text(now)})

    async def said(self, one: Case) -> list[Said]:
        """Return the texts of a case, oldest first."""
        rows = await self._transaction.fetch(_said, {"the_case": one.id})
        return [Said(row["kind"], row["text"]) for row in rows]

    def forget_words(self, account: str, before: datetime) -> None:
        """Delete the words of cases that ended before an instant."""
        self._transaction.later(_forget, {"account": account, "before": to_text(before)})

    async def withdraw(self, chat_id: int, now: datetime) -> None:
        """End what a chat has open and drop what staff were shown of it; its words go with the chat."""
        for one in await self.of_chat(chat_id):
            self._transaction.later(_shown, {"account": one.account, "code": one.code})
        self._transaction.later(_withdraw, {"chat": chat_id, "now": to_text(now)})

    def remember(self, one: Case, whom: str) -> None:
        """Keep for the morning that the "person" or the "unit" has to be told."""
        self._transaction.later(_remember, {"the_case": one.id, "whom": whom})

    async def untold(self) -> list[Case]:
        """Return the cases somebody has to be told of."""
        return await self._all(_untold, {})

    async def told(self, one: Case) -> bool:
        """Take over the telling; False when another replica was faster."""
        return await self._transaction.first(_told, {"the_case": one.id, "whom": one.untold}) is not None

    async def first_today(self, account: str, day: str) -> bool:
        """Tell whether a commune's work of a local day is still to do; it counts as done from now on."""
        params = {"account": account, "day": day}
        if await self._transaction.first(_day_done, params) is not None:
            return False
        return await self._transaction.first(_do_day, params) is not None

    async def _first(self, statement: Any, params: Mapping[str, Any]) -> Case | None:
        row = await self._transaction.first(statement, params)
        return Case.of(row) if row is not None else None

    async def _all(self, statement: Any, params: Mapping[str, Any]) -> list[Case]:
        return [Case.of(row) for row in await self._transaction.fetch(statement, params)]
