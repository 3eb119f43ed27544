"""One transaction: statements that need an answer are run, the others wait and travel with the next one."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sqlalchemy import Executable

from storage.statements import Params, Prepared

Row = Any  # sqlite3.Row or asyncpg.Record: both are read as row["column"]
Call = tuple[Prepared, list[Any]]


class Connection(Protocol):
    """An open connection that runs several statements at once: on SQLite in one hop to the worker thread."""

    async def begin_and_run(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Open the transaction, run the statements in order and return the rows of each."""

    async def run(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Run the statements in order and return the rows of each."""

    async def run_and_commit(self, calls: Sequence[Call]) -> None:
        """Run the statements in order and commit."""

    async def rollback(self) -> None:
        """Forget everything since `begin_and_run`."""


class Transaction:
    """A turn's view of the database.

    `later` queues a statement whose answer nobody needs, `fetch` runs what is queued and then its own statement.
    A whole turn costs two hops to the database thread that way: one to open the chat, one to write and commit.
    """

    def __init__(self, connection: Connection, prepare: Callable[[Executable], Prepared]) -> None:
        self._connection = connection
        self._prepare = prepare
        self._queued: list[Call] = []
        self._begun = False

    def later(self, statement: Executable, params: Params) -> None:
        """Queue a statement; it is run before the next `fetch` or at the commit."""
        prepared = self._prepare(statement)
        self._queued.append((prepared, prepared.arguments(params)))

    async def fetch(self, statement: Executable, params: Params) -> list[Row]:
        """Run what is queued and then `statement`; return its rows."""
        self.later(statement, params)
        return (await self._flush())[-1]

    async def fetch_both(
        self, one: Executable, params_of_one: Params, other: Executable, params_of_other: Params
    ) -> tuple[list[Row], list[Row]]:
        """Run two statements in one hop and return the rows of each."""
        self.later(one, params_of_one)
        self.later(other, params_of_other)
        answers = await self._flush()
        return answers[-2], answers[-1]

    async def first(self, statement: Executable, params: Params) -> Row | None:
        """Return the first row of `fetch`, or None."""
        rows = await self.fetch(statement, params)
        return rows[0] if rows else None

    async def _flush(self) -> list[list[Row]]:
        calls, self._queued = self._queued, []
        if self._begun:
            return await self._connection.run(calls)
        self._begun = True
        return await self._connection.begin_and_run(calls)

    async def commit(self) -> None:
        """Write what is queued and make everything permanent. Without any statement it does nothing."""
        calls, self._queued = self._queued, []
        if not self._begun:
            if not calls:
                return
            self._begun = True
            await self._connection.begin_and_run(calls)
            calls = []
        await self._connection.run_and_commit(calls)

    async def rollback(self) -> None:
        """Forget everything."""
        self._queued.clear()
        if self._begun:
            await self._connection.rollback()
