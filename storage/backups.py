"""Các lần sao lưu: what became of each backup; the copies themselves are made by storage/copies.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Column, Integer, Table, Text, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from storage.instants import from_text, to_text
from storage.schema import metadata
from storage.transaction import Transaction

Layer = Literal["day", "week", "month"]
LAYERS: tuple[Layer, ...] = ("day", "week", "month")
"""The layers of a plan (ngày/tuần/tháng): each keeps its own copies."""

backups = Table(
    "backups",
    metadata,
    Column("layer", Text, primary_key=True, comment="day, week or month"),
    Column("at", Text, primary_key=True, comment="when it was made or looked at"),
    Column("good", Integer, nullable=False, comment="1: read through whole after it was written"),
)


@dataclass(frozen=True, slots=True)
class Backup:
    """Một bản sao lưu: whether the newest copy of a layer was found good at a UTC instant."""

    layer: Layer
    at: datetime
    good: bool


_note = (
    insert(backups)
    .values({name: bindparam(name) for name in ("layer", "at", "good")})
    .on_conflict_do_nothing(index_elements=["layer", "at"])
)
_last = (
    select(backups)
    .where(backups.c.layer == bindparam("layer"), backups.c.at < bindparam("before"))
    .order_by(backups.c.at.desc())
    .limit(1)
)


class Backups:
    """What became of the backups, inside one transaction. A backup is of the whole database: of all communes."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def note(self, one: Backup) -> None:
        """Note what became of a backup."""
        self._transaction.later(_note, {"layer": one.layer, "at": to_text(one.at), "good": int(one.good)})

    async def last(self, layer: Layer, before: datetime) -> Backup | None:
        """Return what became of a layer's newest copy before an instant, or None."""
        row = await self._transaction.first(_last, {"layer": layer, "before": to_text(before)})
        return None if row is None else Backup(layer, from_text(row["at"]), bool(row["good"]))
