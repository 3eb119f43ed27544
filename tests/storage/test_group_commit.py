"""Turns that share a COMMIT: whatever befalls one, the others keep what they wrote, and nobody waits for ever."""

import asyncio
import random
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, insert

from handlers.messages import Address
from storage.database import Database
from storage.errors import Conflict
from storage.group_commit import TransactionLost, Writer
from storage.sqlite import SqliteDriver
from storage.statements import preparer
from storage.transaction import Transaction
from storage.upgrade import upgrade
from tests.fakes import FakeClock

T = TypeVar("T")
NAMES = ("a", "b", "c", "d")
rows = Table("written", MetaData(), Column("name", String), Column("part", Integer))
WRITE = insert(rows).values(name=bindparam("name"), part=bindparam("part"))
prepare = preparer(SqliteDriver.dialect)


class Broken(Exception):
    pass


class Stepped:
    """SQLite's worker as a task: each function takes three rounds of the loop, so that a test can stop at every one."""

    def __init__(self, path: Path) -> None:
        self.raw = sqlite3.connect(path, isolation_level=None, timeout=0.1)
        self._queue: asyncio.Queue[tuple[Callable[[sqlite3.Connection], Any], asyncio.Future[Any]]] = asyncio.Queue()
        self._worker = asyncio.create_task(self._work())

    async def hop(self, work: Callable[[sqlite3.Connection], T]) -> T:
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((work, done))
        return await done

    async def _work(self) -> None:
        while True:
            work, done = await self._queue.get()
            for _ in range(3):
                await asyncio.sleep(0)
            try:
                result = work(self.raw)
            except Exception as error:
                if not done.done():
                    done.set_exception(error)
            else:
                if not done.done():  # like the thread: who asked may be gone, the work is done all the same
                    done.set_result(result)

    async def close(self) -> None:
        self._worker.cancel()
        await asyncio.gather(self._worker, return_exceptions=True)
        self.raw.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "bot.db"
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("CREATE TABLE written (name TEXT, part INTEGER CHECK (part < 9), UNIQUE (name, part))")
    raw.close()
    return path


@pytest.fixture
def beside(path: Path) -> Iterator[sqlite3.Connection]:
    """Another process."""
    raw = sqlite3.connect(path, isolation_level=None, timeout=0.1)
    yield raw
    raw.close()


def stored(beside: sqlite3.Connection) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for name, part in beside.execute("SELECT name, part FROM written ORDER BY name, part"):
        found.setdefault(name, []).append(part)
    return found


async def write(writer: Writer, name: str, breaks: bool = False, last: int = 3) -> None:
    """A turn as `Database` runs it: two hops for answers, and a last statement that waits for the commit."""
    async with writer.turn() as connection:
        transaction = Transaction(connection, prepare)
        try:
            await transaction.fetch(WRITE, {"name": name, "part": 1})
            await transaction.fetch(WRITE, {"name": name, "part": 2})
            if breaks:
                raise Broken
            transaction.later(WRITE, {"name": name, "part": last})
            await transaction.commit()
        except BaseException:
            await transaction.rollback()
            raise


def under_way(*turns: Coroutine[None, None, None]) -> list[asyncio.Task[None]]:
    return [asyncio.create_task(turn) for turn in turns]


async def ended(tasks: list[asyncio.Task[None]]) -> list[BaseException | None]:
    async with asyncio.timeout(10):
        return await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("again", [False, True], ids=["once", "twice"])
@pytest.mark.parametrize("victim", range(len(NAMES)))
async def test_whoever_is_cancelled_and_whenever_the_others_are_committed(
    path: Path, beside: sqlite3.Connection, victim: int, again: bool
) -> None:
    hops = Stepped(path)
    for step in range(70):
        writer = Writer(hops)
        beside.execute("DELETE FROM written")
        tasks = under_way(*(write(writer, name) for name in NAMES))
        for _ in range(step):
            await asyncio.sleep(0)
        tasks[victim].cancel()
        if again:
            await asyncio.sleep(0)
            tasks[victim].cancel()
        results = await ended(tasks)
        await writer.idle()
        found = stored(beside)
        assert not hops.raw.in_transaction, step
        for name, result in zip(NAMES, results, strict=True):
            if name == NAMES[victim]:
                # Cancelled in the middle: nothing of it. Cancelled while it waited for the COMMIT: all of it.
                assert result is None or isinstance(result, asyncio.CancelledError)
                assert found.get(name, [1, 2, 3]) == [1, 2, 3]
            else:
                assert result is None, step
                assert found[name] == [1, 2, 3], step
    assert results == [None] * len(NAMES)  # the last step lies behind the end: every moment was tried
    await hops.close()


async def test_all_that_wait_may_be_cancelled_and_what_has_ended_is_committed(
    path: Path, beside: sqlite3.Connection
) -> None:
    hops = Stepped(path)
    for step in range(70):
        writer = Writer(hops)
        beside.execute("DELETE FROM written")
        tasks = under_way(*(write(writer, name) for name in NAMES))
        for _ in range(step):
            await asyncio.sleep(0)
        for task in tasks[1:]:
            task.cancel()
        assert (await ended(tasks))[0] is None
        await writer.idle()
        assert not hops.raw.in_transaction, step
        assert stored(beside)["a"] == [1, 2, 3], step
    await hops.close()


@pytest.mark.parametrize("victim", range(len(NAMES)))
async def test_a_bug_in_one_turn_undoes_that_turn_alone(path: Path, beside: sqlite3.Connection, victim: int) -> None:
    hops = Stepped(path)
    writer = Writer(hops)
    results = await ended(under_way(*(write(writer, name, breaks=name == NAMES[victim]) for name in NAMES)))
    assert isinstance(results.pop(victim), Broken)
    assert results == [None] * 3
    assert stored(beside) == {name: [1, 2, 3] for name in NAMES if name != NAMES[victim]}
    await hops.close()


@pytest.mark.parametrize("last", [1, 9], ids=["is there already", "is not allowed"])
@pytest.mark.parametrize("victim", range(len(NAMES)))
async def test_a_last_statement_that_is_refused_undoes_its_own_turn_and_no_other(
    path: Path, beside: sqlite3.Connection, victim: int, last: int
) -> None:
    hops = Stepped(path)
    writer = Writer(hops)
    results = await ended(
        under_way(*(write(writer, name, last=last if name == NAMES[victim] else 3) for name in NAMES))
    )
    assert isinstance(results.pop(victim), Conflict)
    assert results == [None] * 3
    assert stored(beside) == {name: [1, 2, 3] for name in NAMES if name != NAMES[victim]}
    await hops.close()


async def test_a_turn_that_failed_alone_gives_back_the_write_lock(path: Path, beside: sqlite3.Connection) -> None:
    hops = Stepped(path)
    (result,) = await ended(under_way(write(Writer(hops), "a", breaks=True)))
    assert isinstance(result, Broken)
    beside.execute("BEGIN IMMEDIATE")
    beside.execute("ROLLBACK")
    await hops.close()


async def test_nobody_returns_before_the_commit_and_those_who_wait_share_it(
    path: Path, beside: sqlite3.Connection
) -> None:
    hops = Stepped(path)
    writer = Writer(hops)
    said: list[str] = []
    hops.raw.set_trace_callback(said.append)

    async def one(name: str) -> None:
        await write(writer, name)
        assert stored(beside)[name] == [1, 2, 3]

    assert await ended(under_way(*map(one, map(str, range(20))))) == [None] * 20
    assert said.count("COMMIT") == 1
    assert len(stored(beside)) == 20
    await hops.close()


async def test_when_sqlite_rolls_back_by_itself_everybody_of_the_group_is_told(
    path: Path, beside: sqlite3.Connection
) -> None:
    hops = Stepped(path)
    writer = Writer(hops)

    async def full(writer: Writer) -> None:
        async with writer.turn() as connection:
            await connection.begin_and_run([])
            pages = hops.raw.execute("PRAGMA page_count").fetchone()[0]
            hops.raw.execute(f"PRAGMA max_page_count = {pages}")
            try:
                await connection.run([(prepare(WRITE), ["x" * 100_000, 1])])
            finally:
                hops.raw.execute("PRAGMA max_page_count = 1000000")
                if hops.raw.in_transaction:  # SQLite may do it or leave it to us
                    hops.raw.execute("ROLLBACK")
                await connection.rollback()

    results = await ended(under_way(write(writer, "a"), full(writer), write(writer, "c"), write(writer, "d")))
    assert isinstance(results[0], TransactionLost)
    assert isinstance(results[1], sqlite3.OperationalError)
    assert isinstance(results[2], TransactionLost)  # it came to a transaction that was gone
    assert results[3] is None
    assert stored(beside) == {"d": [1, 2, 3]}
    await hops.close()


async def test_a_commit_that_fails_fails_for_everybody_and_the_next_turn_works(
    path: Path, beside: sqlite3.Connection
) -> None:
    hops = Stepped(path)
    writer = Writer(hops)
    hops.raw.execute("PRAGMA foreign_keys = ON")
    hops.raw.execute("CREATE TABLE child (of TEXT REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
    hops.raw.execute("CREATE TABLE parent (name TEXT PRIMARY KEY)")

    async def orphan(writer: Writer) -> None:
        async with writer.turn() as connection:
            await connection.begin_and_run([])
            hops.raw.execute("INSERT INTO child VALUES ('nobody')")  # found out at the COMMIT only
            await connection.run_and_commit([])

    results = await ended(under_way(write(writer, "a"), orphan(writer), write(writer, "c")))
    assert [type(result) for result in results] == [Conflict] * 3
    assert stored(beside) == {}
    assert await ended(under_way(write(writer, "d"))) == [None]
    assert stored(beside) == {"d": [1, 2, 3]}
    await hops.close()


@pytest.mark.parametrize("seed", range(5))
async def test_in_a_real_thread_every_message_that_was_acknowledged_is_kept(
    tmp_path: Path, clock: FakeClock, seed: int
) -> None:
    chance = random.Random(seed)
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    await upgrade(url)
    database = Database(url)
    await database.open()

    async def one(number: int) -> None:
        async with database.begin() as store:
            _, chat = await store.inbox.take(_address(number), f"m{number}", "vi", clock.now())
            store.outbox.post(chat, "{}", clock.now(), cause=f"m{number}")
            if number % 7 == 0:
                raise Broken

    tasks = under_way(*map(one, range(80)))
    for _ in range(40):
        for _ in range(chance.randrange(12)):
            await asyncio.sleep(0)
        chance.choice(tasks).cancel()
    results = await ended(tasks)
    await database.close()
    with sqlite3.connect(tmp_path / "bot.db") as raw:
        taken = {message for (message,) in raw.execute("SELECT message FROM inbox")}
        posted = {cause for (cause,) in raw.execute("SELECT cause FROM outbox")}
    raw.close()
    assert taken == posted
    assert {f"m{number}" for number, result in enumerate(results) if result is None} <= taken
    assert not {f"m{number}" for number in range(0, 80, 7)} & taken


def _address(number: int) -> Address:
    return Address("fake", "anh-son", str(number % 5))
