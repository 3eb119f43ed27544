"""PostgreSQL through asyncpg: a pool, row locks, read committed."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.engine import URL, Dialect

from storage.errors import Conflict
from storage.transaction import Call, Row

RETRIED = (
    asyncpg.UniqueViolationError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.ForeignKeyViolationError,
)


class PostgresConnection:
    """A connection as `Transaction` wants it."""

    def __init__(self, driver: asyncpg.Connection, read_only: bool) -> None:
        self._driver = driver
        self._begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if read_only else "BEGIN"

    async def begin_and_run(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Open the transaction and run the statements."""
        await self._driver.execute(self._begin)
        return await self.run(calls)

    async def run(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Run the statements one after the other."""
        try:
            return [await self._driver.fetch(prepared.sql, *arguments) for prepared, arguments in calls]
        except RETRIED as error:
            raise Conflict(str(error)) from error

    async def run_and_commit(self, calls: Sequence[Call]) -> None:
        """Run the statements and commit."""
        await self.run(calls)
        await self._driver.execute("COMMIT")

    async def rollback(self) -> None:
        """Forget the transaction."""
        await self._driver.execute("ROLLBACK")


class PostgresDriver:
    """A pool of connections."""

    dialect: Dialect = asyncpg_dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped

    def __init__(self, url: URL) -> None:
        self._dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._pool: asyncpg.Pool | None = None

    async def open(self) -> None:
        """Open the pool. Raises OSError or asyncpg errors when the server does not answer."""
        self._pool = await asyncpg.create_pool(self._dsn, min_size=1, max_size=10)

    async def tidy(self) -> None:
        """Do nothing: what has been erased is overwritten by the server's own vacuum."""

    async def close(self) -> None:
        """Close the pool."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    @asynccontextmanager
    async def connection(self, write: bool) -> AsyncIterator[PostgresConnection]:
        """Lend one connection of the pool; the pool rolls back what is left open when it comes back."""
        if self._pool is None:
            raise RuntimeError("the database is not open")
        async with self._pool.acquire() as driver:
            yield PostgresConnection(driver, read_only=not write)
