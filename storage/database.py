"""The database: opened once for each process, lent out one transaction at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import URL

from storage.database_url import parse_url
from storage.sqlite import SqliteDriver
from storage.statements import preparer
from storage.store import Store
from storage.transaction import Transaction

if TYPE_CHECKING:
    from storage.postgres import PostgresDriver


def _driver_of(url: URL) -> "SqliteDriver | PostgresDriver":
    if url.drivername.startswith("sqlite"):
        return SqliteDriver(Path(str(url.database)))
    from storage.postgres import PostgresDriver  # asyncpg takes time and memory that SQLite does without

    return PostgresDriver(url)


class Database:
    """Where everything is remembered. SQLite and PostgreSQL behave alike; see docs/decisions/0002."""

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self._driver = _driver_of(self.url)
        self._prepare = preparer(self._driver.dialect)

    async def open(self) -> None:
        """Connect."""
        await self._driver.open()

    async def close(self) -> None:
        """Disconnect."""
        await self._driver.close()

    async def tidy(self) -> None:
        """See to it that what was erased is gone from the disk too, as far as that is in our hands."""
        await self._driver.tidy()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Store]:
        """Lend a writing transaction: committed when the block ends, rolled back when it raises.

        Raises Conflict when another replica was faster; the caller runs its whole turn again.
        """
        async with self._transaction(write=True) as store:
            yield store

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Store]:
        """Lend a reading transaction that sees one moment and never waits for writers."""
        async with self._transaction(write=False) as store:
            yield store

    @asynccontextmanager
    async def _transaction(self, *, write: bool) -> AsyncIterator[Store]:
        async with self._driver.connection(write) as connection:
            transaction = Transaction(connection, self._prepare)
            try:
                yield Store(transaction)
                await transaction.commit()
            except BaseException:
                await transaction.rollback()
                raise
