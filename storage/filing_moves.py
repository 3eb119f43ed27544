"""Nộp, duyệt, tiếp nhận: what people do with a filing. Each move is a conditional update: of two taps one counts."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from sqlalchemy import ColumnElement, Executable, bindparam, case, delete, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.filing_tables import filing_figures, filing_steps, filings
from storage.filings import Filing
from storage.instants import to_text
from storage.statements import Params
from storage.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Figure:
    """Một số liệu of a filing: `source` is "typed" or "service" (counted here, confirmed by an official)."""

    indicator: str
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    source: str


def _in(*states: str) -> ColumnElement[bool]:
    return or_(*(filings.c.state == state for state in states))


def _move(*states: str, **values: object) -> Executable:
    return (
        update(filings).where(filings.c.id == bindparam("the_filing"), _in(*states)).values(**values).returning(filings)
    )


_draft = _move("open", "returned", form=bindparam("the_form"))
_words: Mapping[str, object] = MappingProxyType(
    {
        "note": bindparam("the_note"),
        "proof": bindparam("the_proof"),
        "proof_file": bindparam("the_file"),
        "sent_by": bindparam("the_member"),
    }
)
_hand_in = _move("open", "returned", state="approving", **_words)
_approval: Mapping[str, object] = MappingProxyType(
    {
        "state": "sent",
        "approved_at": bindparam("now"),
        "approved_by": bindparam("the_member"),
        # The first sending counts: a correction does not make a report late that came in time.
        "sent_at": func.coalesce(filings.c.sent_at, bindparam("now")),
        # The reason of a correction stays, as the report tells what was corrected; so does the form: who gets a report
        # back goes on from what was sent.
    }
)
_approve = _move("approving", **_approval)
_send = _move("open", "returned", **{**_words, **_approval})
_back_to_unit = _move("approving", "sent", state="returned", reason=bindparam("the_reason"))
_accept = _move("sent", state="accepted", settled_at=bindparam("now"), settled_by=bindparam("the_member"))
_excuse = _move(
    "open",
    "approving",
    "returned",
    state="excused",
    settled_at=bindparam("now"),
    settled_by=bindparam("the_member"),
    reason=bindparam("the_reason"),
)
# A slip of the finger: what was accepted is sent again, what was excused is open again, or still to be corrected.
_reopen = _move(
    "accepted",
    "excused",
    state=case((filings.c.state == "accepted", "sent"), (filings.c.sent_at.is_not(None), "returned"), else_="open"),
    settled_at=None,
    settled_by=None,
    reason=case((filings.c.state == "accepted", filings.c.reason), else_=null()),  # a correction stays one
)
_stop_steps = (
    update(filing_steps)
    .where(filing_steps.c.filing == bindparam("filing"), filing_steps.c.done_at.is_(None))
    .values(done_at=bindparam("now"), outcome="stopped")
)
_resume_steps = (
    update(filing_steps)
    .where(filing_steps.c.filing == bindparam("filing"), filing_steps.c.outcome == "stopped")
    .where(filing_steps.c.at > bindparam("now"))
    .values(done_at=None, outcome=None)
)
_clear = delete(filing_figures).where(filing_figures.c.filing == bindparam("filing"))
_figure = insert(filing_figures).values(
    filing=bindparam("filing"),
    indicator=bindparam("indicator"),
    value=bindparam("value"),
    numerator=bindparam("numerator"),
    denominator=bindparam("denominator"),
    source=bindparam("source"),
    at=bindparam("now"),
    by=bindparam("member"),
)
_figures_of = (
    select(filing_figures).where(filing_figures.c.filing == bindparam("filing")).order_by(filing_figures.c.indicator)
)
_figures_between = (
    select(filing_figures, filings.c.unit, filings.c.due_at, filings.c.obligation, filings.c.period)
    .join(filings, filings.c.id == filing_figures.c.filing)
    .where(
        filings.c.account == bindparam("account"),
        filings.c.due_at >= bindparam("start"),
        filings.c.due_at < bindparam("end"),
        _in("sent", "accepted"),
    )
    .order_by(filings.c.due_at, filings.c.sent_at, filings.c.id, filing_figures.c.indicator)
)
_last = (
    select(filing_figures, filings.c.unit, filings.c.due_at, filings.c.obligation, filings.c.period)
    .join(filings, filings.c.id == filing_figures.c.filing)
    .where(
        filings.c.account == bindparam("account"),
        filings.c.unit == bindparam("unit"),
        filings.c.obligation == bindparam("obligation"),
        filing_figures.c.indicator == bindparam("indicator"),
        filings.c.due_at < bindparam("before"),
        _in("sent", "accepted"),
    )
    .order_by(filings.c.due_at.desc(), filings.c.sent_at.desc(), filings.c.id.desc())
    .limit(1)
)
_beside = (
    select(filing_figures, filings.c.unit, filings.c.due_at, filings.c.obligation, filings.c.period)
    .join(filings, filings.c.id == filing_figures.c.filing)
    .where(
        filings.c.account == bindparam("account"),
        filings.c.unit == bindparam("unit"),
        filings.c.id != bindparam("filing"),
        filings.c.due_at >= bindparam("start"),
        filings.c.due_at < bindparam("end"),
        _in("approving", "sent", "returned", "accepted"),
    )
    .order_by(filing_figures.c.at, filings.c.obligation, filing_figures.c.indicator)
)
_to_settle = (
    select(filings)
    .where(filings.c.account == bindparam("account"), filings.c.state == "sent")
    .order_by(filings.c.sent_at, filings.c.id)
)
_to_approve = (
    select(filings)
    .where(
        filings.c.account == bindparam("account"), filings.c.unit == bindparam("unit"), filings.c.state == "approving"
    )
    .order_by(filings.c.due_at, filings.c.id)
)


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """A figure of a filing that was sent, with the unit, the obligation and the period; `due` as text, UTC."""

    figure: Figure
    unit: str
    due: str
    obligation: str
    period: str


def seal_of(filing: Filing, figures: Iterable[Figure]) -> str:
    """Return a hash of what a report says and when it was first sent; the ledger keeps it, so that changes show."""
    said = [[one.indicator, *map(str, (one.value, one.numerator, one.denominator)), one.source] for one in figures]
    sent = None if filing.sent_at is None else to_text(filing.sent_at)
    files = [] if filing.proof_file is None else [filing.proof_file]
    words = [filing.id, sent, filing.note or "", filing.proof or "", sorted(said), *files]
    whole = json.dumps(words, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


class FilingMoves:
    """The moves, inside one transaction. Each returns the filing as it is now, or None when it was not to be moved."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def draft(self, filing: str, form: str) -> Filing | None:
        """Keep a draft (JSON) with a filing that has not been sent."""
        return await self._moved(_draft, {"the_filing": filing, "the_form": form})

    async def hand_in(self, filing: str, member: str, note: str, proof: str, file: str | None = None) -> Filing | None:
        """Give a draft to the head of the unit, who is reminded of it from now on: it is not sent yet."""
        return await self._moved(_hand_in, _written(filing, member, note, proof, file))

    async def send(
        self, filing: str, member: str, note: str, proof: str, now: datetime, file: str | None = None
    ) -> Filing | None:
        """Send without a head's approval: the head's own report, or a unit that has none."""
        params = {**_written(filing, member, note, proof, file), "now": to_text(now)}
        return await self._over(await self._moved(_send, params), now)

    async def approve(self, filing: str, member: str, now: datetime) -> Filing | None:
        """Send what the head has read; this instant is the one that counts for lateness."""
        params = {"the_filing": filing, "the_member": member, "now": to_text(now)}
        return await self._over(await self._moved(_approve, params), now)

    async def give_back(self, filing: str, reason: str, now: datetime) -> Filing | None:
        """Return it for correction; reminders that lie ahead come back, the time of the first sending stays."""
        moved = await self._moved(_back_to_unit, {"the_filing": filing, "the_reason": reason})
        if moved is not None:
            self._transaction.later(_resume_steps, {"filing": filing, "now": to_text(now)})
        return moved

    async def accept(self, filing: str, member: str, now: datetime) -> Filing | None:
        """Accept what was sent."""
        return await self._moved(_accept, {"the_filing": filing, "the_member": member, "now": to_text(now)})

    async def excuse(self, filing: str, member: str, reason: str, now: datetime) -> Filing | None:
        """Excuse a unit from a report, for a reason."""
        params = {"the_filing": filing, "the_member": member, "the_reason": reason, "now": to_text(now)}
        return await self._over(await self._moved(_excuse, params), now)

    async def reopen(self, filing: str, now: datetime) -> Filing | None:
        """Take back an acceptance or an excuse."""
        moved = await self._moved(_reopen, {"the_filing": filing})
        if moved is not None and moved.waiting:
            self._transaction.later(_resume_steps, {"filing": filing, "now": to_text(now)})
        return moved

    def set_figures(self, filing: str, figures: Iterable[Figure], member: str, now: datetime) -> None:
        """Replace the figures of a filing."""
        self._transaction.later(_clear, {"filing": filing})
        for one in figures:
            params = {
                "filing": filing,
                "indicator": one.indicator,
                "value": str(one.value),
                "numerator": None if one.numerator is None else str(one.numerator),
                "denominator": None if one.denominator is None else str(one.denominator),
                "source": one.source,
                "now": to_text(now),
                "member": member,
            }
            self._transaction.later(_figure, params)

    async def figures_of(self, filing: str) -> list[Figure]:
        """Return the figures of a filing, by indicator."""
        return [_figure_of(row) for row in await self._transaction.fetch(_figures_of, {"filing": filing})]

    async def figures_between(self, account: str, start: datetime, end: datetime) -> list[UnitFigure]:
        """Return the figures sent with the filings due in [start, end), by due date and time of sending."""
        params = {"account": account, "start": to_text(start), "end": to_text(end)}
        rows = await self._transaction.fetch(_figures_between, params)
        return [_unit_figure_of(row) for row in rows]

    async def last_figure(
        self, account: str, unit: str, obligation: str, indicator: str, before: datetime
    ) -> UnitFigure | None:
        """Return what a unit last sent for an indicator with a filing of an obligation due before an instant."""
        params = {"account": account, "unit": unit, "obligation": obligation, "indicator": indicator}
        params["before"] = to_text(before)
        row = await self._transaction.first(_last, params)
        return None if row is None else _unit_figure_of(row)

    async def figures_beside(self, filing: Filing, start: datetime, end: datetime) -> list[UnitFigure]:
        """Return what its unit has answered in other filings due in [start, end), the newest last.

        Also in what waits for the head or was returned: it is what the unit says.
        """
        params = {"account": filing.account, "unit": filing.unit, "filing": filing.id}
        rows = await self._transaction.fetch(_beside, {**params, "start": to_text(start), "end": to_text(end)})
        return [_unit_figure_of(row) for row in rows]

    async def to_settle(self, account: str) -> list[Filing]:
        """Return what waits to be accepted, the longest waiting first."""
        return [Filing.of(row) for row in await self._transaction.fetch(_to_settle, {"account": account})]

    async def to_approve(self, account: str, unit: str) -> list[Filing]:
        """Return what waits for the head of a unit."""
        rows = await self._transaction.fetch(_to_approve, {"account": account, "unit": unit})
        return [Filing.of(row) for row in rows]

    async def _moved(self, statement: Executable, params: Params) -> Filing | None:
        row = await self._transaction.first(statement, params)
        return None if row is None else Filing.of(row)

    async def _over(self, moved: Filing | None, now: datetime) -> Filing | None:
        if moved is not None:
            self._transaction.later(_stop_steps, {"filing": moved.id, "now": to_text(now)})
        return moved


def _written(filing: str, member: str, note: str, proof: str, file: str | None) -> Params:
    return {"the_filing": filing, "the_member": member, "the_note": note, "the_proof": proof, "the_file": file}


def _figure_of(row: Row) -> Figure:
    return Figure(
        row["indicator"],
        Decimal(row["value"]),
        None if row["numerator"] is None else Decimal(row["numerator"]),
        None if row["denominator"] is None else Decimal(row["denominator"]),
        row["source"],
    )


def _unit_figure_of(row: Row) -> UnitFigure:
    return UnitFigure(_figure_of(row), row["unit"], row["due_at"], row["obligation"], row["period"])
