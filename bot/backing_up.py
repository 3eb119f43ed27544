"""`python -m bot backup`: copies of the whole database in three layers, each tried before it counts.

ngay/ has a copy of each of the last days, tuan/ the first of a week, thang/ the first of a month. A copy that cannot be
restored is thrown away and noted; old copies go only when a new one is good.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.settings import Settings
from content.dates import local_day
from storage.backups import Backup, Layer
from storage.copies import BadCopy, check_copy, copy_file, make_copy, suffix_of
from storage.database import Database
from storage.database_url import missing_file
from storage.upgrade import is_current

FOLDERS: tuple[tuple[Layer, str, str], ...] = (
    ("day", "ngay", "%Y-%m-%d"),
    ("week", "tuan", "%G-W%V"),
    ("month", "thang", "%Y-%m"),
)
"""Of each layer: its folder, and how its copies are named; the names sort as the dates do."""
FOLDER_MODE = 0o700


@dataclass(frozen=True, slots=True)
class Keep:
    """How many copies of each layer are kept. What is erased in the service leaves the copies when they are dropped."""

    day: int = 7
    week: int = 5
    month: int = 3


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one copy: `why` is empty when it is good."""

    layer: Layer
    path: Path
    why: str = ""


class CannotBackUp(Exception):
    """Nothing can be done here; the message says why and what to do."""


async def back_up(settings: Settings, folder: Path, now: datetime, keep: Keep) -> list[Found]:
    """Make today's copy, and this week's and month's where there is no good one yet; drop what is too old.

    A second run on a day replaces the copy of that day. What happened is noted in the database for the plan's figure.
    """
    suffix, day = suffix_of(settings.database), local_day(now)
    found: list[Found] = []
    source: Path | None = None
    for layer, name, pattern in FOLDERS:
        target = folder / name / f"{day:{pattern}}{suffix}"
        target.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        one = await _fill(settings, layer, target, source)
        found.append(one)
        if one.why and layer == "day":
            break
        if layer == "day":
            source = target
        if not one.why:
            _drop(target, getattr(keep, layer))
    await _note(settings, found, now)
    return found


async def _fill(settings: Settings, layer: Layer, target: Path, source: Path | None) -> Found:
    """Make a layer's copy of the period, from today's where it is there; a good one of this week or month stays."""
    try:
        if source is None:
            await make_copy(settings.database, target)
        elif (await _look(layer, target)).why:
            await copy_file(source, target)
    except (BadCopy, OSError) as error:
        return Found(layer, target, str(error))
    return Found(layer, target)


def _drop(newest: Path, count: int) -> None:
    """Drop the oldest copies of a layer, and what a run that was stopped has left."""
    for old in sorted(newest.parent.glob(f"2*{newest.suffix}"), reverse=True)[count:]:
        old.unlink()
    for left in newest.parent.glob(".2*.part"):
        left.unlink()


async def check_all(settings: Settings, folder: Path, now: datetime) -> list[Found]:
    """Read every copy through and try to restore it. A layer whose newest copy is bad no longer counts."""
    suffix = suffix_of(settings.database)
    found, newest = [], []
    for layer, name, _ in FOLDERS:
        mine = [await _look(layer, path) for path in sorted((folder / name).glob(f"2*{suffix}"))]
        found += mine
        newest += mine[-1:]
    if not found:
        raise CannotBackUp(f"there is no copy in {folder}")
    await _note(settings, [one for one in newest if one.why], now)
    return found


async def _look(layer: Layer, path: Path) -> Found:
    try:
        await check_copy(path, path.suffix)
    except (BadCopy, OSError) as error:
        return Found(layer, path, str(error))
    return Found(layer, path)


async def _note(settings: Settings, found: list[Found], now: datetime) -> None:
    """Note what happened, unless the database is older than this release: backing up never changes its schema."""
    if not found or missing_file(settings.database) is not None or not await is_current(settings.database):
        return
    database = Database(settings.database)
    await database.open()
    try:
        async with database.begin() as store:
            for one in found:
                store.backups.note(Backup(one.layer, now, not one.why))
    finally:
        await database.close()
