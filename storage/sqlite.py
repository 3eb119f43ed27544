"""SQLite through aiosqlite: one connection that writes, one that only reads."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import dialect as sqlite_dialect
from sqlalchemy.engine import Dialect

from storage.group_commit import Writer, WritingTurn, conflict, run
from storage.transaction import Call, Row

T = TypeVar("T")
BUSY_SECONDS = 15.0
TIDY_SECONDS = 1.0
# A commit that finds the log this long also copies it into the file, which takes five times as long. With SQLite's own
# 1000 pages that is every 75th turn and so the slowest hundredth of all; with 16 MB of log one in 300.
LOG_PAGES = 4000
# secure_delete: what is erased is overwritten in the file, not only forgotten (Debian's build does so by itself).
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "cache_size=-2000",
    f"wal_autocheckpoint={LOG_PAGES}",
)


class OneHop(aiosqlite.Connection):
    """An aiosqlite connection that runs a whole function in its thread: a hop costs more than a small statement."""

    async def hop(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in the connection's thread and return what it returns."""
        result: T = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]  # aiosqlite leaves it untyped
        return result


def _begin_and_run(calls: Sequence[Call], raw: sqlite3.Connection) -> list[list[Row]]:
    raw.execute("BEGIN")
    return run(calls, raw)


def _rollback(raw: sqlite3.Connection) -> None:
    if raw.in_transaction:
        raw.execute("ROLLBACK")


class ReadingTurn:
    """A connection as `Transaction` wants it, for one that writes nothing."""

    def __init__(self, driver: OneHop) -> None:
        self._driver = driver

    async def begin_and_run(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Open the transaction and run the statements, in one hop."""
        return await self._hop(partial(_begin_and_run, calls))

    async def run(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Run the statements, in one hop."""
        return await self._hop(partial(run, calls))

    async def run_and_commit(self, calls: Sequence[Call]) -> None:
        """Run the statements and let go of the moment that was read."""
        if calls:
            await self.run(calls)
        await self.rollback()

    async def rollback(self) -> None:
        """Let go of the moment that was read; shielded, since nobody else would."""
        await asyncio.shield(self._driver.hop(_rollback))

    async def _hop(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await self._driver.hop(work)
        except sqlite3.Error as error:
            if caused := conflict(error):
                raise caused from error
            raise


def _checkpoint(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=TIDY_SECONDS, isolation_level=None)) as raw:
        raw.execute("PRAGMA secure_delete=ON")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class SqliteDriver:
    """The two connections to one file. Writers queue in the process, so that none waits inside SQLite's own lock."""

    dialect: Dialect = sqlite_dialect(paramstyle="qmark")

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reading = asyncio.Lock()
        self._connections: list[OneHop] = []
        self._writer: Writer | None = None
        self._reader: OneHop | None = None

    async def open(self) -> None:
        """Open the file, creating its folder."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = Writer(await self._connect())
        self._reader = await self._connect()

    async def close(self) -> None:
        """Close both connections."""
        if self._writer is not None:
            await self._writer.idle()
        while self._connections:
            await self._connections.pop().close()
        self._writer = self._reader = None

    async def tidy(self) -> None:
        """Empty the write-ahead log, which holds what has been erased since; what is busy now is done the next time."""
        await asyncio.to_thread(_checkpoint, self._path)

    @asynccontextmanager
    async def connection(self, write: bool) -> AsyncIterator[WritingTurn | ReadingTurn]:
        """Lend the writing or the reading connection; the next one waits."""
        if self._writer is None or self._reader is None:
            raise RuntimeError("the database is not open")
        if write:
            async with self._writer.turn() as turn:
                yield turn
        else:
            async with self._reading:
                yield ReadingTurn(self._reader)

    async def _connect(self) -> OneHop:
        def connector() -> sqlite3.Connection:
            raw = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            raw.row_factory = sqlite3.Row
            for pragma in PRAGMAS:
                raw.execute(f"PRAGMA {pragma}")
            return raw

        connection = OneHop(connector, iter_chunk_size=64)
        await connection
        self._connections.append(connection)
        return connection
