"""SQLite through aiosqlite: one connection that writes, one that only reads."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import dialect as sqlite_dialect
from sqlalchemy.engine import Dialect

from storage.errors import Conflict
from storage.transaction import Call, Row

T = TypeVar("T")
BUSY_SECONDS = 15.0


class OneHop(aiosqlite.Connection):
    """An aiosqlite connection that runs a whole function in its thread: a hop costs more than a small statement."""

    async def hop(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in the connection's thread and return what it returns."""
        result: T = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]  # aiosqlite leaves it untyped
        return result


def _run(begin: str, commit: bool, calls: Sequence[Call], raw: sqlite3.Connection) -> list[list[Row]]:
    if begin:
        raw.execute(begin)
    answers = [raw.execute(prepared.sql, arguments).fetchall() for prepared, arguments in calls]
    if commit:
        raw.execute("COMMIT")
    return answers


def _rollback(raw: sqlite3.Connection) -> None:
    if raw.in_transaction:
        raw.execute("ROLLBACK")


class SqliteConnection:
    """A connection as `Transaction` wants it."""

    def __init__(self, driver: OneHop, begin: str) -> None:
        self._driver = driver
        self._begin = begin

    async def begin_and_run(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Open the transaction and run the statements, in one hop."""
        return await self._hop(self._begin, False, calls)

    async def run(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Run the statements, in one hop."""
        return await self._hop("", False, calls)

    async def run_and_commit(self, calls: Sequence[Call]) -> None:
        """Run the statements and commit, in one hop."""
        await self._hop("", True, calls)

    async def rollback(self) -> None:
        """Forget the transaction; shielded, since an open one would block every later turn."""
        await asyncio.shield(self._driver.hop(_rollback))

    async def _hop(self, begin: str, commit: bool, calls: Sequence[Call]) -> list[list[Row]]:
        try:
            return await self._driver.hop(partial(_run, begin, commit, calls))
        except sqlite3.IntegrityError as error:
            raise Conflict(str(error)) from error
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise Conflict(str(error)) from error
            raise


class SqliteDriver:
    """The two connections to one file. Writers queue in the process, so that none waits inside SQLite's own lock."""

    dialect: Dialect = sqlite_dialect(paramstyle="qmark")

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = asyncio.Lock()
        self._reading = asyncio.Lock()
        self._writer: OneHop | None = None
        self._reader: OneHop | None = None

    async def open(self) -> None:
        """Open the file, creating its folder."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = await self._connect()
        self._reader = await self._connect()

    async def close(self) -> None:
        """Close both connections."""
        for connection in (self._writer, self._reader):
            if connection is not None:
                await connection.close()
        self._writer = self._reader = None

    @asynccontextmanager
    async def connection(self, write: bool) -> AsyncIterator[SqliteConnection]:
        """Lend the writing or the reading connection; the next one waits."""
        driver = self._writer if write else self._reader
        if driver is None:
            raise RuntimeError("the database is not open")
        async with self._turn if write else self._reading:
            # IMMEDIATE takes the write lock at once. With a deferred BEGIN two writers fail half-way instead
            # of queueing (measured in ../shared/style-anchors.md 5.6).
            yield SqliteConnection(driver, "BEGIN IMMEDIATE" if write else "BEGIN")

    async def _connect(self) -> OneHop:
        def connector() -> sqlite3.Connection:
            raw = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            raw.row_factory = sqlite3.Row
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-8000"):
                raw.execute(f"PRAGMA {pragma}")
            return raw

        connection = OneHop(connector, iter_chunk_size=64)
        await connection
        return connection
