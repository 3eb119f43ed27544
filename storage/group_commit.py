"""One COMMIT for all the turns that wait for one another: it costs the disk as much for one turn as for sixty.

Turns follow each other in a fair line, each a SAVEPOINT of one open transaction. When a turn has ended, a committer
joins the line; those in front of it by then become its group, and nobody of the group returns before the COMMIT.
Measured in docs/decisions/0002.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from storage.errors import Conflict
from storage.transaction import Call, Row

T = TypeVar("T")


class Hops(Protocol):
    """What runs a function in SQLite's thread, one after the other in the order of the calls."""

    async def hop(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` with the connection and return what it returns."""


class TransactionLost(Conflict):
    """SQLite has rolled back the whole transaction by itself, as it does when the disk is full."""


@dataclass(slots=True, eq=False)
class Ended:
    """A turn that has decided everything: its last statements, and who waits until they are committed."""

    calls: Sequence[Call]
    committed: asyncio.Future[None]
    error: Exception | None = None

    def settle(self, failure: BaseException | None) -> None:
        """Let the turn return, or raise what it failed of."""
        error = self.error or failure
        if self.committed.done():  # whoever waited was cancelled; the turn stays committed
            return
        if error is None:
            self.committed.set_result(None)
        else:
            self.committed.set_exception(conflict(error) or error)


def conflict(error: BaseException) -> Conflict | None:
    """Return a Conflict when another turn or another process has caused the error."""
    busy = isinstance(error, sqlite3.OperationalError) and ("locked" in str(error) or "busy" in str(error))
    return Conflict(str(error)) if busy or isinstance(error, sqlite3.IntegrityError) else None


# The functions below run in SQLite's thread.


def run(calls: Sequence[Call], raw: sqlite3.Connection) -> list[list[Row]]:
    """Run statements and return the rows of each."""
    return [raw.execute(prepared.sql, arguments).fetchall() for prepared, arguments in calls]


def _open(before: Ended | None, joins: bool, calls: Sequence[Call], raw: sqlite3.Connection) -> list[list[Row]]:
    """End the turn before, then begin a turn with its first statements."""
    _end(before, raw)
    if not raw.in_transaction:
        if joins:
            raise TransactionLost
        # IMMEDIATE takes the write lock at once. With a deferred BEGIN two writers fail half-way instead
        # of queueing (docs/decisions/0002).
        raw.execute("BEGIN IMMEDIATE")
    raw.execute("SAVEPOINT turn")
    return run(calls, raw)


def _go_on(calls: Sequence[Call], raw: sqlite3.Connection) -> list[list[Row]]:
    if not raw.in_transaction:
        raise TransactionLost
    return run(calls, raw)


def _end(ended: Ended | None, raw: sqlite3.Connection) -> None:
    """Run a turn's last statements. What they fail of is the turn's own failure, and undone alone."""
    if ended is None:
        return
    try:
        _go_on(ended.calls, raw)
        raw.execute("RELEASE turn")
    except Exception as error:  # carried to the turn by `settle`
        ended.error = error
        _undo(False, raw)


def _undo(alone: bool, raw: sqlite3.Connection) -> None:
    if not raw.in_transaction:
        return
    if alone:  # nobody's committer would come to give back the write lock
        raw.execute("ROLLBACK")
    else:
        raw.execute("ROLLBACK TO turn")
        raw.execute("RELEASE turn")


def _commit(last: Ended | None, raw: sqlite3.Connection) -> None:
    _end(last, raw)
    if not raw.in_transaction:
        raise TransactionLost
    try:
        raw.execute("COMMIT")
    except sqlite3.Error:
        _undo(True, raw)
        raise


# The classes below run in the event loop.


class Writer:
    """The writing connection, lent to one turn at a time."""

    def __init__(self, hops: Hops) -> None:
        self._hops = hops
        self._line = asyncio.Lock()
        self._group: list[Ended] = []
        self._last: Ended | None = None  # of the group; its statements have not been sent yet
        self._committer: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator["WritingTurn"]:
        """Wait in line and lend the connection."""
        await self._line.acquire()
        turn = WritingTurn(self)
        try:
            yield turn
        finally:
            if not turn.ended:
                self._line.release()

    async def open(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Begin a turn. The last statements of the turn before travel in the same hop."""
        last, self._last = self._last, None
        return await self._hop(partial(_open, last, bool(self._group), calls))

    async def go_on(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Run more statements of the turn that was begun."""
        return await self._hop(partial(_go_on, calls))

    async def undo(self) -> None:
        """Undo the turn that was begun, and no other; shielded, since an open one would block every later turn."""
        await asyncio.shield(self._hops.hop(partial(_undo, not self._group)))

    def end(self, calls: Sequence[Call]) -> asyncio.Future[None]:
        """Let the next turn begin; return what is done when this one is committed."""
        self._last = Ended(calls, asyncio.get_running_loop().create_future())
        self._group.append(self._last)
        if self._committer is None or self._committer.done():
            # A task of its own: it commits also when everybody who waits in line has been cancelled.
            self._committer = asyncio.create_task(self._commit(), name="commit")
        self._line.release()
        return self._group[-1].committed

    async def idle(self) -> None:
        """Wait until everything that has ended is committed."""
        if self._committer is not None:
            await asyncio.wait([self._committer])

    async def _commit(self) -> None:
        async with self._line:
            last, self._last = self._last, None
            failure: BaseException | None = None
            try:
                if self._group:
                    await self._hops.hop(partial(_commit, last))
            except BaseException as error:
                failure = error
                if not isinstance(error, Exception):
                    raise
            finally:
                self._committer = None
                self._settle(failure)

    async def _hop(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await self._hops.hop(work)
        except TransactionLost as lost:
            self._settle(lost)
            raise
        except sqlite3.Error as error:
            if caused := conflict(error):
                raise caused from error
            raise

    def _settle(self, failure: BaseException | None) -> None:
        group, self._group = self._group, []
        for ended in group:
            ended.settle(failure)


class WritingTurn:
    """A connection as `Transaction` wants it."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.ended = False

    async def begin_and_run(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Open the transaction and run the statements, in one hop."""
        return await self._writer.open(calls)

    async def run(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Run the statements, in one hop."""
        return await self._writer.go_on(calls)

    async def run_and_commit(self, calls: Sequence[Call]) -> None:
        """Let the next turn begin, and return when the statements are run and committed."""
        self.ended = True
        await self._writer.end(calls)

    async def rollback(self) -> None:
        """Forget the turn, unless it has ended."""
        if not self.ended:
            await self._writer.undo()
