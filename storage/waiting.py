"""Danh sách chờ: who wants a slot of a day that is full, and who has been offered one."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.instants import from_text, to_text
from storage.schema import waiting
from storage.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody waiting: any slot of that roster and day will do. `form` are the answers given so far."""

    id: str
    account: str
    chat_id: int
    roster: str
    day: date
    form: dict[str, Any]
    state: str
    offered_start: datetime | None = None
    offered_until: datetime | None = None

    @classmethod
    def of(cls, row: Row) -> "Waiting":
        """Return the entry in a row of the table."""
        start, until = row["offered_start"], row["offered_until"]
        return cls(
            id=row["id"],
            account=row["account"],
            chat_id=row["chat_id"],
            roster=row["roster"],
            day=date.fromisoformat(row["day"]),
            form=json.loads(row["form"]),
            state=row["state"],
            offered_start=from_text(start) if start else None,
            offered_until=from_text(until) if until else None,
        )


_join = insert(waiting).values(
    id=bindparam("entry"),
    account=bindparam("account"),
    chat_id=bindparam("chat"),
    roster=bindparam("roster"),
    day=bindparam("day"),
    form=bindparam("form"),
    since=bindparam("now"),
    state="waiting",
)
# Who comes back to the list goes to its end.
_join_again = _join.on_conflict_do_update(
    index_elements=["account", "chat_id", "roster", "day"],
    set_={"state": "waiting", "since": _join.excluded.since, "form": _join.excluded.form},
).returning(waiting)
_next = (
    select(waiting)
    .where(
        waiting.c.account == bindparam("account"),
        waiting.c.roster == bindparam("roster"),
        waiting.c.day == bindparam("day"),
        waiting.c.state == "waiting",
    )
    .order_by(waiting.c.since, waiting.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_offer = (
    update(waiting)
    .where(waiting.c.id == bindparam("entry"), waiting.c.state == "waiting")
    .values(state="offered", offered_start=bindparam("start"), offered_until=bindparam("until"))
    .returning(waiting)
)
_one = select(waiting).where(waiting.c.id == bindparam("entry")).with_for_update()
_end = update(waiting).where(waiting.c.id == bindparam("entry")).values(state=bindparam("state_to"))
_overdue = (
    select(waiting)
    .where(waiting.c.state == "offered", waiting.c.offered_until <= bindparam("now"))
    .order_by(waiting.c.offered_until)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_past = update(waiting).where(waiting.c.state == "waiting", waiting.c.day < bindparam("today")).values(state="ended")


class WaitingList:
    """The waiting list, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def join(
        self, entry: str, account: str, chat_id: int, roster: str, day: date, form: dict[str, Any], now: datetime
    ) -> Waiting:
        """Put a chat at the end of the list of a roster and day."""
        row = await self._transaction.first(
            _join_again,
            {
                "entry": entry,
                "account": account,
                "chat": chat_id,
                "roster": roster,
                "day": day.isoformat(),
                "form": json.dumps(form, ensure_ascii=False),
                "now": to_text(now),
            },
        )
        return Waiting.of(row)

    async def next(self, account: str, roster: str, day: date) -> Waiting | None:
        """Return who has waited longest, locked; None when nobody waits."""
        row = await self._transaction.first(_next, {"account": account, "roster": roster, "day": day.isoformat()})
        return Waiting.of(row) if row else None

    async def offer(self, entry: str, start: datetime, until: datetime) -> bool:
        """Note that a slot is offered until an instant; False when the entry no longer waits."""
        params = {"entry": entry, "start": to_text(start), "until": to_text(until)}
        return await self._transaction.first(_offer, params) is not None

    async def one(self, entry: str) -> Waiting | None:
        """Return an entry, locked."""
        row = await self._transaction.first(_one, {"entry": entry})
        return Waiting.of(row) if row else None

    def end(self, entry: str, state: str) -> None:
        """Close an entry as "taken", "left" or "ended"."""
        self._transaction.later(_end, {"entry": entry, "state_to": state})

    async def overdue(self, now: datetime, most: int) -> list[Waiting]:
        """Return offers that nobody took in time, locked."""
        rows = await self._transaction.fetch(_overdue, {"now": to_text(now), "most": most})
        return [Waiting.of(row) for row in rows]

    def end_past(self, today: date) -> None:
        """Close the entries of days that are over."""
        self._transaction.later(_past, {"today": today.isoformat()})
