"""Giờ theo luật: until when an authority must have been told of an incident, and what has been said of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, insert, select, update

from storage.incident_tables import incident_clocks, incidents
from storage.incidents import Incident
from storage.instants import from_text, to_text
from storage.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Running:
    """A legal clock: until when the authority must be told. `said`: 0 nothing, 1 warned of, 2 said to be late."""

    incident: str
    clock: str
    warn: datetime
    due: datetime
    said: int
    done: datetime | None


_drop_clocks = delete(incident_clocks).where(incident_clocks.c.incident == bindparam("incident"))
_set_clock = insert(incident_clocks).values(
    incident=bindparam("incident"),
    clock=bindparam("clock"),
    warn_at=bindparam("warn"),
    due_at=bindparam("due"),
    said=bindparam("said"),
    done_at=bindparam("done"),
)
_clocks = (
    select(incident_clocks)
    .where(incident_clocks.c.incident == bindparam("incident"))
    .order_by(incident_clocks.c.due_at)
)
_this_clock = and_(
    incident_clocks.c.incident == bindparam("the_incident"), incident_clocks.c.clock == bindparam("the_clock")
)
_running = (
    select(incident_clocks)
    .select_from(incident_clocks.join(incidents, incidents.c.id == incident_clocks.c.incident))
    .where(
        incidents.c.state != "withdrawn",
        incident_clocks.c.done_at.is_(None),
        incident_clocks.c.said < 2,
        incident_clocks.c.warn_at <= bindparam("now"),
    )
    .order_by(incident_clocks.c.due_at)
)
_say = (
    update(incident_clocks)
    .where(_this_clock, incident_clocks.c.done_at.is_(None), incident_clocks.c.said == bindparam("said_before"))
    .values(said=bindparam("said_now"))
    .returning(incident_clocks.c.clock)
)
_done = update(incident_clocks).where(_this_clock).values(done_at=bindparam("done"))


class IncidentClocks:
    """The clocks of incidents, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def set(self, one: Incident, clocks: Iterable[Running]) -> None:
        """Put an incident's clocks in the place of its old ones."""
        self._transaction.later(_drop_clocks, {"incident": one.id})
        for each in clocks:
            times = {"warn": to_text(each.warn), "due": to_text(each.due), "done": _text(each.done)}
            self._transaction.later(_set_clock, {"incident": one.id, "clock": each.clock, "said": each.said, **times})

    async def of(self, one: Incident) -> list[Running]:
        """Return an incident's clocks, the nearest first."""
        return [_clock(row) for row in await self._transaction.fetch(_clocks, {"incident": one.id})]

    async def running(self, now: datetime) -> list[Running]:
        """Return the clocks of which something may have to be said."""
        return [_clock(row) for row in await self._transaction.fetch(_running, {"now": to_text(now)})]

    async def say(self, clock: Running, said: int) -> bool:
        """Note what is said of a clock; False when another replica was faster."""
        params = {"the_incident": clock.incident, "the_clock": clock.clock, "said_before": clock.said, "said_now": said}
        return await self._transaction.first(_say, params) is not None

    def notified(self, clock: Running, at: datetime | None) -> None:
        """Note when the authority was told; None takes it back."""
        params = {"the_incident": clock.incident, "the_clock": clock.clock, "done": _text(at)}
        self._transaction.later(_done, params)


def _text(instant: datetime | None) -> str | None:
    return to_text(instant) if instant is not None else None


def _clock(row: Row) -> Running:
    times = (from_text(row["warn_at"]), from_text(row["due_at"]))
    return Running(
        row["incident"], row["clock"], *times, row["said"], from_text(row["done_at"]) if row["done_at"] else None
    )
