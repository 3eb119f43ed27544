"""Kiểm tra đầu giờ: which days were asked, and what was found; a correction never replaces what was said before."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.incident_tables import start_check_entries, start_check_marks, start_checks
from storage.instants import from_text, to_text
from storage.member_tables import members
from storage.members import Member
from storage.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Asked:
    """A day whose list went out."""

    day: date
    at: datetime
    escalated: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody found. Number 1 is the check, higher ones are corrections; `post` is "" when it was erased."""

    day: date
    number: int
    at: datetime
    post: str
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody has marked as failed in an entry that nobody has sent yet; `post` is "" when it was erased."""

    member: str
    post: str
    failed: tuple[str, ...]


_ask = (
    insert(start_checks)
    .values(account=bindparam("account"), day=bindparam("day"), asked_at=bindparam("now"))
    .on_conflict_do_nothing()
    .returning(start_checks.c.day)
)
_asked = select(start_checks).where(
    start_checks.c.account == bindparam("the_account"), start_checks.c.day == bindparam("the_day")
)
_escalate = (
    update(start_checks)
    .where(
        start_checks.c.account == bindparam("the_account"),
        start_checks.c.day == bindparam("the_day"),
        start_checks.c.escalated_at.is_(None),
    )
    .values(escalated_at=bindparam("now"))
    .returning(start_checks.c.day)
)
_enter = (
    insert(start_check_entries)
    .values(
        account=bindparam("account"),
        day=bindparam("day"),
        number=bindparam("number"),
        at=bindparam("now"),
        member=bindparam("member"),
        role=bindparam("role"),
        failed=bindparam("failed"),
    )
    .on_conflict_do_nothing()
    .returning(start_check_entries.c.number)
)
_entries = (
    select(start_check_entries, members.c.name.label("post"))
    .select_from(start_check_entries.outerjoin(members, members.c.id == start_check_entries.c.member))
    .where(
        start_check_entries.c.account == bindparam("the_account"),
        start_check_entries.c.day >= bindparam("first"),
        start_check_entries.c.day <= bindparam("last"),
    )
    .order_by(start_check_entries.c.day, start_check_entries.c.number)
)
_mark = (
    insert(start_check_marks)
    .values({name: bindparam(name) for name in ("account", "day", "number", "member", "failed")})
    .on_conflict_do_update(index_elements=["account", "day", "number", "member"], set_={"failed": bindparam("failed")})
)
_marks = (
    select(start_check_marks, members.c.name.label("post"))
    .select_from(start_check_marks.outerjoin(members, members.c.id == start_check_marks.c.member))
    .where(
        start_check_marks.c.account == bindparam("the_account"),
        start_check_marks.c.day == bindparam("the_day"),
        start_check_marks.c.number == bindparam("the_number"),
        start_check_marks.c.failed != "",
    )
    .order_by(start_check_marks.c.member)
)
_drop_marks = delete(start_check_marks).where(
    start_check_marks.c.account == bindparam("the_account"), start_check_marks.c.day <= bindparam("the_day")
)


class Checks:
    """The start-of-day checks, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def ask(self, account: str, day: date, now: datetime) -> bool:
        """Note that a day's list goes out; False when another replica was faster."""
        params = {"account": account, "day": day.isoformat(), "now": to_text(now)}
        return await self._transaction.first(_ask, params) is not None

    async def asked(self, account: str, day: date) -> Asked | None:
        """Return when a day's list went out, or None."""
        row = await self._transaction.first(_asked, {"the_account": account, "the_day": day.isoformat()})
        return Asked(day, from_text(row["asked_at"]), row["escalated_at"] is not None) if row else None

    async def escalate(self, account: str, day: date, now: datetime) -> bool:
        """Note that the head is told of a day; False when they were already."""
        params = {"the_account": account, "the_day": day.isoformat(), "now": to_text(now)}
        return await self._transaction.first(_escalate, params) is not None

    async def enter(self, day: date, number: int, failed: tuple[str, ...], member: Member, now: datetime) -> bool:
        """Store what a member found as the day's entry `number`; False when there is one of that number."""
        params = {"account": member.account, "day": day.isoformat(), "number": number, "now": to_text(now)}
        by = {"member": member.id, "role": member.role, "failed": " ".join(failed)}
        entered = await self._transaction.first(_enter, {**params, **by}) is not None
        if entered:
            self._transaction.later(_drop_marks, {"the_account": member.account, "the_day": day.isoformat()})
        return entered

    def mark(self, day: date, number: int, failed: tuple[str, ...], member: Member) -> None:
        """Keep what a member has marked in the entry `number` of a day and not sent; nothing takes the marks away."""
        params = {"account": member.account, "day": day.isoformat(), "number": number}
        self._transaction.later(_mark, {**params, "member": member.id, "failed": " ".join(failed)})

    async def marks(self, account: str, day: date, number: int) -> list[Mark]:
        """Return who has marked what in an entry that nobody has sent yet."""
        params = {"the_account": account, "the_day": day.isoformat(), "the_number": number}
        rows = await self._transaction.fetch(_marks, params)
        return [Mark(row["member"], row["post"] or "", tuple(row["failed"].split())) for row in rows]

    async def of_day(self, account: str, day: date) -> list[Entry]:
        """Return a day's entries: the check and its corrections, in order."""
        return await self.between(account, day, day)

    async def between(self, account: str, first: date, last: date) -> list[Entry]:
        """Return all entries of some days."""
        params = {"the_account": account, "first": first.isoformat(), "last": last.isoformat()}
        return [_entry(row) for row in await self._transaction.fetch(_entries, params)]


def _entry(row: Row) -> Entry:
    day, at = date.fromisoformat(row["day"]), from_text(row["at"])
    return Entry(day, row["number"], at, row["post"] or "", tuple(row["failed"].split()))
