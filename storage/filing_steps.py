"""Nấc nhắc: which reminders are due, who has been told today and who has asked to be left in peace for a while."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.filing_tables import filing_acks, filing_digests, filing_steps, filings, late_lists
from storage.filings import Filing, Ladder
from storage.instants import from_text, to_text
from storage.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step whose time has come, with its filing."""

    step: str
    at: datetime
    filing: Filing


@dataclass(frozen=True, slots=True)
class Ack:
    """What somebody said to a reminder: `kind` is "received" or "snoozed"."""

    filing: str
    member: str
    kind: str
    until: datetime
    snoozes: int


_due_accounts = (
    select(filings.c.account, func.count().label("number"))
    .join(filing_steps, filing_steps.c.filing == filings.c.id)
    .where(filing_steps.c.done_at.is_(None), filing_steps.c.at <= bindparam("now"))
    .group_by(filings.c.account)
    .order_by(filings.c.account)
)
_due = (
    select(filing_steps.c.step, filing_steps.c.at, filings)
    .join(filings, filings.c.id == filing_steps.c.filing)
    .where(
        filing_steps.c.done_at.is_(None),
        filing_steps.c.at <= bindparam("now"),
        filings.c.account == bindparam("account"),
    )
    .order_by(filing_steps.c.at, filings.c.id, filing_steps.c.step)
    # Whoever ticks second waits until the first has taken them all, and finds none. With SKIP LOCKED two that began at
    # the same moment each got some, and a person two messages: in two of six years of `make simulate`.
    .with_for_update(of=filing_steps)
)
_claim = (
    update(filing_steps)
    .where(
        filing_steps.c.filing == bindparam("the_filing"),
        filing_steps.c.step == bindparam("the_step"),
        filing_steps.c.done_at.is_(None),
    )
    .values(done_at=bindparam("now"), outcome=bindparam("the_outcome"))
    .returning(filing_steps.c.filing)
)
_undone = (
    select(filing_steps)
    .join(filings, filings.c.id == filing_steps.c.filing)
    .where(filings.c.account == bindparam("account"), filing_steps.c.done_at.is_(None))
)
_drop = delete(filing_steps).where(
    filing_steps.c.filing == bindparam("filing"),
    filing_steps.c.step == bindparam("step"),
    filing_steps.c.done_at.is_(None),
)
_again_steps = filing_steps.c.step.startswith("again/")
_forget_untold = delete(filing_steps).where(
    filing_steps.c.filing == bindparam("filing"),
    or_(filing_steps.c.done_at.is_(None), filing_steps.c.outcome == "stopped"),
    ~_again_steps,
)
_replan = insert(filing_steps).values(
    filing=bindparam("filing"),
    step=bindparam("step"),
    at=bindparam("at"),
    done_at=bindparam("done"),
    outcome=bindparam("outcome"),
)
_replan = _replan.on_conflict_do_update(
    index_elements=["filing", "step"],
    set_={"at": _replan.excluded.at, "done_at": _replan.excluded.done_at, "outcome": _replan.excluded.outcome},
    where=_replan.excluded.at > bindparam("old_due"),
)
_hush_acks = (
    update(filing_acks)
    .where(
        filing_acks.c.filing == bindparam("the_filing"),
        filing_acks.c.until > bindparam("latest"),
        filing_acks.c.kind != "nobody",  # nobody said it: the heads know that the post is not taken
    )
    .values(until=bindparam("latest"))
)
_hush_steps = (
    update(filing_steps)
    .where(
        filing_steps.c.filing == bindparam("the_filing"),
        filing_steps.c.at > bindparam("latest"),
        filing_steps.c.done_at.is_(None),
        _again_steps,
    )
    .values(at=bindparam("latest"))
)
_ack = insert(filing_acks).values(
    filing=bindparam("filing"),
    member=bindparam("member"),
    kind=bindparam("kind"),
    until=bindparam("until"),
    snoozes=bindparam("snoozes"),
)
_ack = _ack.on_conflict_do_update(
    index_elements=["filing", "member"],
    set_={
        "kind": _ack.excluded.kind,
        "until": _ack.excluded.until,
        "snoozes": filing_acks.c.snoozes + _ack.excluded.snoozes,
    },
)
_again = insert(filing_steps).values(filing=bindparam("filing"), step=bindparam("step"), at=bindparam("at"))
_again = _again.on_conflict_do_update(
    index_elements=["filing", "step"], set_={"at": _again.excluded.at, "done_at": None, "outcome": None}
)
_acks = (
    select(filing_acks)
    .join(filings, filings.c.id == filing_acks.c.filing)
    .where(filings.c.account == bindparam("account"), filing_acks.c.until > bindparam("now"))
)
_acks_of = select(filing_acks).where(filing_acks.c.filing == bindparam("filing"))
_digest = (
    insert(filing_digests)
    .values(member=bindparam("member"), day=bindparam("day"))
    .on_conflict_do_nothing()
    .returning(filing_digests.c.member)
)
_forget = delete(filing_digests).where(filing_digests.c.day < bindparam("day"))
_list = (
    insert(late_lists)
    .values(account=bindparam("account"), quarter=bindparam("quarter"), made_at=bindparam("now"))
    .on_conflict_do_nothing()
)
_approve = (
    update(late_lists)
    .where(
        late_lists.c.account == bindparam("the_account"),
        late_lists.c.quarter == bindparam("the_quarter"),
        late_lists.c.approved_at.is_(None),
    )
    .values(approved_at=bindparam("now"), approved_by=bindparam("the_member"))
    .returning(late_lists.c.quarter)
)
_approved = select(late_lists.c.approved_at).where(
    late_lists.c.account == bindparam("account"), late_lists.c.quarter == bindparam("quarter")
)


class FilingSteps:
    """The steps, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def due_accounts(self, now: datetime) -> list[tuple[str, int]]:
        """Return the communes with steps that are due and how many each has."""
        rows = await self._transaction.fetch(_due_accounts, {"now": to_text(now)})
        return [(row["account"], row["number"]) for row in rows]

    async def due(self, account: str, now: datetime) -> list[DueStep]:
        """Return a commune's due steps, oldest first, locked until the commit: another replica waits until then."""
        rows = await self._transaction.fetch(_due, {"account": account, "now": to_text(now)})
        return [DueStep(row["step"], from_text(row["at"]), Filing.of(row)) for row in rows]

    async def claim(self, filing: str, step: str, outcome: str, now: datetime) -> bool:
        """Take a step for good ("told", "merged" or "stopped"); False when another replica was faster."""
        params = {"the_filing": filing, "the_step": step, "the_outcome": outcome, "now": to_text(now)}
        return await self._transaction.first(_claim, params) is not None

    async def undone(self, account: str) -> dict[str, dict[str, datetime]]:
        """Return a commune's steps that are still to come: name and instant, by filing."""
        found: dict[str, dict[str, datetime]] = {}
        for row in await self._transaction.fetch(_undone, {"account": account}):
            found.setdefault(row["filing"], {})[row["step"]] = from_text(row["at"])
        return found

    def drop(self, filing: str, step: str) -> None:
        """Forget a step that is still to come: the ladder has it no more."""
        self._transaction.later(_drop, {"filing": filing, "step": step})

    def replan(self, filing: str, ladder: Ladder, old_due: datetime, stopped: datetime | None = None) -> None:
        """Store the steps (name, instant) of a filing whose due date has changed, in place of those not told yet.

        What was told is told again only where it comes after the old due date now. `stopped`: the instant since when
        none of them is told, because the filing is over.
        """
        self._transaction.later(_forget_untold, {"filing": filing})
        end = {"done": None if stopped is None else to_text(stopped), "outcome": stopped and "stopped"}
        for step, at in ladder:
            params = {"filing": filing, "step": step, "at": to_text(at), "old_due": to_text(old_due), **end}
            self._transaction.later(_replan, params)

    def hush_until(self, filing: str, latest: datetime) -> None:
        """Let nobody be left in peace about a filing past an instant, whatever they have said."""
        for statement in (_hush_acks, _hush_steps):
            self._transaction.later(statement, {"the_filing": filing, "latest": to_text(latest)})

    def leave(self, filing: str, member: str, kind: str, until: datetime) -> None:
        """Leave somebody in peace until an instant: they have "received" it or "snoozed" it."""
        snoozes = 1 if kind == "snoozed" else 0
        params = {"filing": filing, "member": member, "kind": kind, "until": to_text(until), "snoozes": snoozes}
        self._transaction.later(_ack, params)

    def again(self, filing: str, member: str, at: datetime) -> None:
        """Remind one person once more at an instant."""
        self._transaction.later(_again, {"filing": filing, "step": f"again/{member}", "at": to_text(at)})

    async def acks(self, account: str, now: datetime) -> list[Ack]:
        """Return what has been said to a commune's reminders and still holds."""
        rows = await self._transaction.fetch(_acks, {"account": account, "now": to_text(now)})
        return [_ack_of(row) for row in rows]

    async def acks_of(self, filing: str) -> list[Ack]:
        """Return everything that has been said to the reminders of a filing, also what no longer holds."""
        return [_ack_of(row) for row in await self._transaction.fetch(_acks_of, {"filing": filing})]

    async def first_today(self, member: str, day: date) -> bool:
        """Note that somebody gets the day's digest; False when they have had it."""
        return await self._transaction.first(_digest, {"member": member, "day": day.isoformat()}) is not None

    def forget_digests(self, before: date) -> None:
        """Drop the notes of the days before a day."""
        self._transaction.later(_forget, {"day": before.isoformat()})

    def make_list(self, account: str, quarter: str, now: datetime) -> None:
        """Note that the list of late reports of a quarter waits for approval."""
        self._transaction.later(_list, {"account": account, "quarter": quarter, "now": to_text(now)})

    async def approve_list(self, account: str, quarter: str, member: str, now: datetime) -> bool:
        """Approve a list; False when it is approved already or was never made."""
        params = {"the_account": account, "the_quarter": quarter, "the_member": member, "now": to_text(now)}
        return await self._transaction.first(_approve, params) is not None

    async def list_state(self, account: str, quarter: str) -> tuple[str, datetime | None]:
        """Return "none", "waiting" or "approved", and since when it is approved."""
        row = await self._transaction.first(_approved, {"account": account, "quarter": quarter})
        if row is None:
            return "none", None
        return ("approved", from_text(row["approved_at"])) if row["approved_at"] else ("waiting", None)


def _ack_of(row: Row) -> Ack:
    return Ack(row["filing"], row["member"], row["kind"], from_text(row["until"]), row["snoozes"])
