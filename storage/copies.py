"""Bản sao của cơ sở dữ liệu: makes a copy while the service runs, and finds out whether a copy can be restored.

SQLite: VACUUM INTO, which sees one moment and leaves out what was erased; a copy is tried by restoring it beside and
opening it as the service does. PostgreSQL: pg_dump, and pg_restore reads the whole archive; no second database is made.
"""

import asyncio
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL

from storage.database import Database
from storage.database_url import parse_url
from storage.sqlite import BUSY_SECONDS

FILE_MODE = 0o600
SUFFIXES = {"sqlite": ".db", "postgresql": ".dump"}


class BadCopy(Exception):
    """A copy was not made, or is not whole; the message says why. Never what stands in it."""


def suffix_of(url: str) -> str:
    """Return how the name of a copy of this database ends."""
    return SUFFIXES[parse_url(url).get_backend_name()]


async def make_copy(url: str, target: Path) -> None:
    """Write a copy to `target` (0600, replaced if it exists) and try it. Raises BadCopy; then nothing is left there."""
    parsed = parse_url(url)
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
    try:
        if parsed.get_backend_name() == "sqlite":
            await asyncio.to_thread(_vacuum, Path(str(parsed.database)), part)
        else:
            await _run("pg_dump", "--format=custom", "--no-owner", f"--file={part}", url=parsed)
        await check_copy(part, target.suffix)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


async def copy_file(source: Path, target: Path) -> None:
    """Copy a good copy into another layer; the new one is read through too. Raises BadCopy."""
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
    try:
        await asyncio.to_thread(shutil.copyfile, source, part)
        await check_copy(part, target.suffix)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


async def check_copy(path: Path, suffix: str) -> None:
    """Find out whether a copy is whole and can be restored. Raises BadCopy."""
    if suffix == SUFFIXES["postgresql"]:
        await _run("pg_restore", "--file=/dev/null", str(path))
        return
    try:
        counts = await asyncio.to_thread(_look_through, path)
        await _restore_beside(path, counts)
    except (sqlite3.Error, OSError) as error:
        raise BadCopy(f"it cannot be read: {error}") from None


def _vacuum(source: Path, target: Path) -> None:
    if not source.is_file():
        raise BadCopy(f"there is no database at {source}")
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as raw:
            raw.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise BadCopy(f"the database could not be copied: {error}") from None
    with target.open("rb") as written:
        os.fsync(written.fileno())


def _look_through(path: Path) -> dict[str, int]:
    """Return how many rows each table of a copy has. Raises BadCopy when it is not whole."""
    # immutable: nothing is written beside the copy, and nobody else writes it.
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as raw:
        pages, size = (raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        if not pages:
            raise BadCopy("it is empty")
        if path.stat().st_size != pages * size:
            raise BadCopy(f"it has {path.stat().st_size} bytes and should have {pages * size}")
        found = [row[0] for row in raw.execute("PRAGMA integrity_check(3)")]
        if found != ["ok"]:
            raise BadCopy(f"integrity_check: {found[0]}")
        if raw.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise BadCopy("foreign_key_check: a row points at another that is not there")
        return _count(raw)


def _count(raw: sqlite3.Connection) -> dict[str, int]:
    names = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    counts = (f'SELECT count(*) FROM "{name}"' for name in names)  # noqa: S608  # names of the file's own schema
    return {name: int(raw.execute(count).fetchone()[0]) for name, count in zip(names, counts, strict=True)}


async def _restore_beside(path: Path, counts: dict[str, int]) -> None:
    """Restore a copy into a folder of its own, open it as the service does, and compare."""
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=path.parent) as folder:
        restored = Path(folder) / "bot.db"
        await asyncio.to_thread(shutil.copyfile, path, restored)
        database = Database(f"sqlite+aiosqlite:///{restored}")
        await database.open()
        try:
            async with database.begin() as store:
                if not await store.alive() or await store.revision() is None:
                    raise BadCopy("restored, it has no schema")
        finally:
            await database.close()
        with closing(sqlite3.connect(restored)) as raw:
            if _count(raw) != counts:
                raise BadCopy("restored, it has other rows than the copy")


async def _run(tool: str, *arguments: str, url: URL | None = None) -> None:
    """Run a tool of PostgreSQL. The password travels in the environment: arguments are seen by every process."""
    found = shutil.which(tool)
    if found is None:
        raise BadCopy(
            f"{tool} is not here: install the client tools of the server's version, such as apt-get install "
            "postgresql-client, or back up where the server runs"
        )
    environment = dict(os.environ)
    if url is not None:
        if url.password is not None:
            environment["PGPASSWORD"] = str(url.password)
        address = url.set(drivername="postgresql", password=None).render_as_string()
        arguments = (*arguments, f"--dbname={address}")
    running = await asyncio.create_subprocess_exec(
        found,
        *arguments,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await running.communicate()
    if running.returncode:
        # The first line says what is wrong; further ones may quote rows.
        reason = (said.decode(errors="replace").strip().splitlines() or ["no reason given"])[0]
        raise BadCopy(f"{tool}: {reason}")
