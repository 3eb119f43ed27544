"""Kỳ báo cáo: one occurrence of an obligation for one unit. Handing in and accepting: storage/filing_moves.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.filing_tables import filing_plans, filing_steps, filings
from storage.instants import from_text, to_text
from storage.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Filing:
    """A filing as the table has it; instants are aware and in UTC, member fields hold member ids.

    `state`: open, approving (waits for the head), sent (to the focal point), returned (for correction), accepted,
    excused, void (the rule changed or ended). `sent_at` is the first sending: late is `sent_at > due`.
    `proof` is the number of a document or the name of a file, `proof_file` that file as channel/kind/file. `about` says
    what happened, where it was opened for an event.
    """

    id: str
    account: str
    obligation: str
    unit: str
    period: str
    due: datetime
    aim: datetime
    state: str = "open"
    delegate: str | None = None
    note: str | None = None
    proof: str | None = None
    form: str | None = None
    sent_at: datetime | None = None
    sent_by: str | None = None
    approved_at: datetime | None = None
    approved_by: str | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None
    reason: str | None = None
    proof_file: str | None = None
    about: str | None = None

    @classmethod
    def of(cls, row: Row) -> "Filing":
        """Return the filing in a row of the table."""
        return cls(
            row["id"],
            row["account"],
            row["obligation"],
            row["unit"],
            row["period"],
            from_text(row["due_at"]),
            from_text(row["aim_at"]),
            row["state"],
            row["delegate"],
            row["note"],
            row["proof"],
            row["form"],
            _instant(row["sent_at"]),
            row["sent_by"],
            _instant(row["approved_at"]),
            row["approved_by"],
            _instant(row["settled_at"]),
            row["settled_by"],
            row["reason"],
            row["proof_file"],
            row["about"],
        )

    @property
    def waiting(self) -> bool:
        """Return whether the unit's officers still have to do something."""
        return self.state in {"open", "returned"}

    @property
    def with_unit(self) -> bool:
        """Return whether the unit still has it, its head included: only then may anybody be reminded."""
        return self.waiting or self.state == "approving"

    @property
    def in_time(self) -> bool:
        """Return whether its first sending was in time; returned for correction it does not become late."""
        return self.sent_at is not None and self.sent_at <= self.due

    @property
    def to_correct(self) -> bool:
        """Return whether it came once and the unit has to correct it and send it again."""
        return self.waiting and self.sent_at is not None

    @property
    def untouched(self) -> bool:
        """Return whether nobody has worked on it."""
        return self.state == "open" and self.form is None and self.sent_at is None


def _instant(text: str | None) -> datetime | None:
    return None if text is None else from_text(text)


_waiting = or_(filings.c.state == "open", filings.c.state == "returned")
_fresh = insert(filings).values(
    id=bindparam("filing"),
    account=bindparam("account"),
    obligation=bindparam("obligation"),
    unit=bindparam("unit"),
    period=bindparam("period"),
    due_at=bindparam("due"),
    aim_at=bindparam("aim"),
    state="open",
    about=bindparam("about"),
    created_at=bindparam("now"),
)
# A filing that the planning had voided comes back when the rule does; any other row stays as it is.
_plan = _fresh.on_conflict_do_update(
    index_elements=["account", "obligation", "unit", "due_at"],
    set_={
        "state": "open",
        "settled_at": None,
        "reason": None,
        "period": _fresh.excluded.period,
        "aim_at": _fresh.excluded.aim_at,
        "about": _fresh.excluded.about,
    },
    where=(filings.c.state == "void") & filings.c.sent_at.is_(None) & filings.c.settled_by.is_(None),
).returning(filings.c.id)
_plan_step = insert(filing_steps).values(filing=bindparam("filing"), step=bindparam("step"), at=bindparam("at"))
_plan_step = _plan_step.on_conflict_do_update(
    index_elements=["filing", "step"],
    set_={"at": _plan_step.excluded.at, "done_at": None, "outcome": None},
    where=or_(filing_steps.c.done_at.is_(None), filing_steps.c.outcome == "stopped"),
)
_by_id = select(filings).where(filings.c.id == bindparam("filing"))
_of_account = (
    select(filings)
    .where(
        filings.c.account == bindparam("account"),
        filings.c.due_at >= bindparam("start"),
        filings.c.due_at < bindparam("end"),
        filings.c.state != "void",
    )
    .order_by(filings.c.due_at, filings.c.obligation, filings.c.unit)
)
_unsettled = (
    select(filings)
    .where(
        filings.c.account == bindparam("account"),
        or_(_waiting, filings.c.state == "approving"),
        filings.c.due_at < bindparam("end"),
    )
    .order_by(filings.c.due_at, filings.c.obligation, filings.c.unit)
)
_void = (
    update(filings)
    .where(
        filings.c.id == bindparam("filing"),
        filings.c.state == "open",
        filings.c.form.is_(None),
        filings.c.sent_at.is_(None),
    )
    .values(state="void", settled_at=bindparam("now"), reason=bindparam("reason"))
    .returning(filings.c.id)
)
# What the planning had voided for the date that a filing moves to: nobody ever worked on it.
_clear_place = delete(filings).where(
    filings.c.account == bindparam("account"),
    filings.c.obligation == bindparam("obligation"),
    filings.c.unit == bindparam("unit"),
    filings.c.due_at == bindparam("due"),
    filings.c.state == "void",
    filings.c.form.is_(None),
    filings.c.sent_at.is_(None),
    filings.c.settled_by.is_(None),
)
_move = (
    update(filings)
    .where(
        filings.c.id == bindparam("filing"),
        filings.c.due_at == bindparam("old_due"),
        filings.c.state == bindparam("old_state"),
    )
    .values(
        unit=bindparam("new_unit"),
        period=bindparam("new_period"),
        due_at=bindparam("new_due"),
        aim_at=bindparam("new_aim"),
    )
    .returning(filings.c.id)
)
_stop_steps = (
    update(filing_steps)
    .where(filing_steps.c.filing == bindparam("filing"), filing_steps.c.done_at.is_(None))
    .values(done_at=bindparam("now"), outcome="stopped")
)
_delegate = (
    update(filings)
    .where(filings.c.id == bindparam("filing"), _waiting)
    .values(delegate=bindparam("member"))
    .returning(filings.c.id)
)
_marks = select(filing_plans)
_set_mark = insert(filing_plans).values(account=bindparam("account"), mark=bindparam("mark"))
_set_mark = _set_mark.on_conflict_do_update(index_elements=["account"], set_={"mark": _set_mark.excluded.mark})

Ladder = Iterable[tuple[str, datetime]]


class Filings:
    """The filings, inside one transaction. Every change is a conditional update: of two replicas one succeeds."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def plan(self, filing: Filing, ladder: Ladder, now: datetime) -> bool:
        """Store a filing and its steps (name, instant); False when it is there already. May be called again and again.

        One that was voided by the planning comes back as it was, under its old id.
        """
        row = await self._transaction.first(
            _plan,
            {
                "filing": filing.id,
                "account": filing.account,
                "obligation": filing.obligation,
                "unit": filing.unit,
                "period": filing.period,
                "due": to_text(filing.due),
                "aim": to_text(filing.aim),
                "about": filing.about,
                "now": to_text(now),
            },
        )
        if row is not None:
            self.plan_steps(row["id"], ladder)
        return row is not None

    def plan_steps(self, filing: str, ladder: Ladder) -> None:
        """Store steps (name, instant), or move those that are not done yet."""
        for step, at in ladder:
            self._transaction.later(_plan_step, {"filing": filing, "step": step, "at": to_text(at)})

    async def by_id(self, filing: str) -> Filing | None:
        """Return a filing, or None."""
        row = await self._transaction.first(_by_id, {"filing": filing})
        return Filing.of(row) if row else None

    async def between(self, account: str, start: datetime, end: datetime) -> list[Filing]:
        """Return a commune's filings due in [start, end) that are not void, by due date."""
        params = {"account": account, "start": to_text(start), "end": to_text(end)}
        return [Filing.of(row) for row in await self._transaction.fetch(_of_account, params)]

    async def unsettled(self, account: str, end: datetime) -> list[Filing]:
        """Return what a commune's units have not sent yet and is due before `end`, the overdue first."""
        rows = await self._transaction.fetch(_unsettled, {"account": account, "end": to_text(end)})
        return [Filing.of(row) for row in rows]

    async def void(self, filing: str, reason: str, now: datetime) -> bool:
        """End a filing that nobody has worked on, and its steps; False when somebody has, or it is over already."""
        done = await self._transaction.first(_void, {"filing": filing, "reason": reason, "now": to_text(now)})
        if done is not None:
            self.stop(filing, now)
        return done is not None

    async def move(self, filing: Filing, new: Filing) -> bool:
        """Give a filing another unit, period, due and aim date; everything else of it stays, its draft too.

        False when it is no longer as it was read. A filing that is not void must not stand on the new date.
        """
        place = {"account": new.account, "obligation": new.obligation, "unit": new.unit, "due": to_text(new.due)}
        self._transaction.later(_clear_place, place)
        params = {
            "filing": filing.id,
            "old_due": to_text(filing.due),
            "old_state": filing.state,
            "new_unit": new.unit,
            "new_period": new.period,
            "new_due": to_text(new.due),
            "new_aim": to_text(new.aim),
        }
        return await self._transaction.first(_move, params) is not None

    def stop(self, filing: str, now: datetime) -> None:
        """End the reminding of a filing: whatever is left of its ladder is not told any more."""
        self._transaction.later(_stop_steps, {"filing": filing, "now": to_text(now)})

    async def delegate(self, filing: str, member: str | None) -> bool:
        """Give a filing to a member; False when it is no longer open."""
        return await self._transaction.first(_delegate, {"filing": filing, "member": member}) is not None

    async def planned(self) -> dict[str, str]:
        """Return the mark of the last complete planning of each commune that had one."""
        return {row["account"]: row["mark"] for row in await self._transaction.fetch(_marks, {})}

    def set_planned(self, account: str, mark: str) -> None:
        """Note that everything is planned for a mark."""
        self._transaction.later(_set_mark, {"account": account, "mark": mark})
