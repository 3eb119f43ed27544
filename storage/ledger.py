"""Sổ nhật ký: who did what in which role, append-only and chained by hashes, one chain for each commune."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.instants import to_text
from storage.ledger_tables import ledger, ledger_heads
from storage.transaction import Row, Transaction

GENESIS = ""  # the hash before the first row
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One privileged action. `post` is a member id, empty for the service itself; `role` the role that was used.

    `subject` says what it was done to ("feedback/<id>", "filing/<id>", "member/<id>"). `detail` holds ids and words
    of closed lists, never a name, a phone number or what a citizen wrote: rows can never be erased.
    """

    account: str
    at: datetime
    action: str
    subject: str
    post: str = ""
    unit: str = ""
    role: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row of a chain that is not what was written. `why`: changed, missing or added."""

    number: int
    why: str


_COLUMNS = ("account", "number", "at", "post", "unit", "role", "action", "subject", "detail")

# One statement makes the head or locks it until the commit: two replicas append one after the other.
_fresh = insert(ledger_heads).values(account=bindparam("account"), number=0, hash=GENESIS)
_lock = _fresh.on_conflict_do_update(index_elements=["account"], set_={"account": _fresh.excluded.account}).returning(
    ledger_heads
)
_append = insert(ledger).values(**{name: bindparam(name) for name in (*_COLUMNS, "hash")})
_advance = (
    update(ledger_heads)
    .where(ledger_heads.c.account == bindparam("the_account"))
    .values(number=bindparam("the_number"), hash=bindparam("the_hash"))
)
_page = (
    select(ledger)
    .where(ledger.c.account == bindparam("account"), ledger.c.number > bindparam("after"))
    .order_by(ledger.c.number)
    .limit(PAGE)
)
_head = select(ledger_heads).where(ledger_heads.c.account == bindparam("account"))


def digest(before: str, row: Mapping[str, object]) -> str:
    """Return the hash of a row: SHA-256 over the hash before and its columns as canonical JSON, in hexadecimal."""
    content = json.dumps({name: row[name] for name in _COLUMNS}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{before}\n{content}".encode()).hexdigest()


class Ledger:
    """The ledger, inside one transaction: what is appended stands if and only if the action does."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def append(self, entry: Entry) -> int:
        """Write an entry at the end of its commune's chain and return its number, from 1."""
        head = await self._transaction.first(_lock, {"account": entry.account})
        assert head is not None
        row: dict[str, object] = {
            "account": entry.account,
            "number": head["number"] + 1,
            "at": to_text(entry.at),
            "post": entry.post,
            "unit": entry.unit,
            "role": entry.role,
            "action": entry.action,
            "subject": entry.subject,
            "detail": json.dumps(dict(entry.detail), sort_keys=True, ensure_ascii=False),
        }
        mark = digest(head["hash"], row)
        self._transaction.later(_append, {**row, "hash": mark})
        number = int(head["number"]) + 1
        self._transaction.later(_advance, {"the_account": entry.account, "the_number": number, "the_hash": mark})
        return number

    async def rows(self, account: str, after: int = 0) -> list[Row]:
        """Return up to PAGE rows of a commune with a number above `after`, in order."""
        return await self._transaction.fetch(_page, {"account": account, "after": after})

    async def last(self, account: str) -> str:
        """Return the hash of a commune's last row as it was written, or "" when there is none."""
        head = await self._transaction.first(_head, {"account": account})
        return GENESIS if head is None else str(head["hash"])

    async def verify(self, account: str) -> tuple[int, Broken | None]:
        """Return how many rows of a commune are sound and the first one that is not, or None."""
        head = await self._transaction.first(_head, {"account": account})
        end, last = (0, GENESIS) if head is None else (int(head["number"]), str(head["hash"]))
        number, before = 0, GENESIS
        while rows := await self.rows(account, number):
            number, before, broken = _walk(rows, number, before, end)
            if broken is not None:
                return number, broken
        if number < end:
            return number, Broken(number + 1, "missing")
        return number, None if before == last else Broken(number, "changed")


def _walk(rows: Iterable[Row], number: int, before: str, end: int) -> tuple[int, str, Broken | None]:
    """Return how far a piece of the chain is sound, the hash there, and what is wrong with the next row."""
    for row in rows:
        if row["number"] > end:
            return number, before, Broken(number + 1, "added" if number == end else "missing")
        if row["number"] != number + 1:
            return number, before, Broken(number + 1, "missing")
        if digest(before, {name: row[name] for name in _COLUMNS}) != row["hash"]:
            return number, before, Broken(number + 1, "changed")
        number, before = number + 1, row["hash"]
    return number, before, None
