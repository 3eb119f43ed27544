"""Số lớp sao lưu: how many layers of backups (day, week, month) had a good and fresh copy at the end of a day."""

from datetime import date, datetime, time, timedelta

from content.dates import HOME
from storage.backups import LAYERS, Layer
from storage.store import Store

_FRESH: tuple[tuple[Layer, timedelta], ...] = (
    ("day", timedelta(days=2)),
    ("week", timedelta(days=8)),
    ("month", timedelta(days=32)),
)
"""How old the newest copy of a layer may be: its period, and a day because nobody backs up at midnight."""


async def layers(store: Store, last: date, now: datetime) -> int | None:
    """Return how many layers counted at the end of a local day, or now if that is sooner; None before any backup."""
    end = min(datetime.combine(last + timedelta(days=1), time(), HOME), now + timedelta(microseconds=1))
    newest = {layer: await store.backups.last(layer, end) for layer in LAYERS}
    if not any(newest.values()):
        return None
    return sum(one is not None and one.good and end - one.at <= dict(_FRESH)[layer] for layer, one in newest.items())
