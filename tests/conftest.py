"""Fixtures: both databases, two replicas, the real content."""

import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from hashlib import sha256
from pathlib import Path

import hypothesis
import pytest
import pytest_asyncio

import content.library
from bot import logs
from bot.deliver import Deliverer
from bot.receive import Receiver
from content.library import Library, load
from content.problems import Problem
from handlers.route import Routes, discover
from storage.database import Database
from storage.schema import metadata
from storage.upgrade import upgrade
from tests.citizen import Citizen
from tests.commands import Command, runner
from tests.fakes import FakeChannel, FakeClock, Ids
from tests.own_postgres import execute, for_asyncpg, new_database, own_server, run_apart

CONTENT = Path(__file__).parent.parent / "content"
FOLDERS_KEPT = 4
ENOUGH_BYTES = 2_000_000_000

# The machine is shared, and speed is what `make bench` shows.
hypothesis.settings.register_profile("shared", deadline=None)
hypothesis.settings.load_profile("shared")


def pytest_configure() -> None:
    """Keep the tests' files in memory where there is plenty of it: thousands of small databases are written."""
    memory = Path("/dev/shm")
    if "TMPDIR" not in os.environ and memory.is_dir() and shutil.disk_usage(memory).free > ENOUGH_BYTES:
        tempfile.tempdir = str(memory)


@pytest.fixture(scope="session", autouse=True)
def _plain_logs() -> Iterator[None]:
    """The service's own logging: structlog's default draws every local variable of a traceback, for half a minute."""
    logs.configure("text", ())
    yield
    logging.getLogger().handlers.clear()  # what logs at exit would write to a stream that pytest has closed


@pytest.fixture(scope="session", autouse=True)
def _files_are_read_once() -> Iterator[None]:
    """Read a folder of content again only when a byte of it changed: loading takes half a second, and hundreds of tests
    start the service or run a command. What is handed out is what the real code made of these very files.
    """
    read = content.library.inspect
    known: dict[bytes, tuple[Library | None, list[Problem]]] = {}

    def inspect(folder: Path) -> tuple[Library | None, list[Problem]]:
        state = sha256(str(folder).encode())
        for path in sorted(path for path in folder.rglob("*.*") if path.suffix not in {".py", ".pyc"}):
            inside = path.read_bytes() if path.is_file() else b"no file"  # a folder called as a file is a mistake too
            state.update(b"\0" + str(path).encode() + b"\0" + inside)
        key = state.digest()
        if key not in known:
            while len(known) >= FOLDERS_KEPT:
                del known[next(iter(known))]
            known[key] = read(folder)
        library, problems = known[key]
        return library, list(problems)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content.library, "inspect", inspect)
        yield


@pytest.fixture(scope="session")
def library() -> Library:
    """The real content, loaded once."""
    return load(CONTENT)


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command with the real content and a new SQLite file, in an empty folder."""
    return runner(CONTENT, tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="session")
def routes() -> Routes:
    return discover()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database file with the schema, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    run_apart(upgrade(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own with a template database that has the schema; yields its address."""
    with own_server(tmp_path_factory.mktemp("run")) as address:
        yield address


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> str:
    """One database for all tests of this process: a copy of the template takes a third of a second, emptying 10 ms."""
    return new_database(postgres_server, "tests")


# A test may have left connections open, in the middle of a transaction. Triggers are switched off for the emptying.
EMPTY = "; ".join(
    [
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        "SET session_replication_role = replica",
        *(f"DELETE FROM {table.name}" for table in metadata.sorted_tables),
    ]
)


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database with the schema, on each of the two kinds."""
    if request.param == "sqlite":
        path = tmp_path / "bot.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    uri = request.getfixturevalue("postgres_database")
    yield for_asyncpg(uri)
    await execute(uri, EMPTY)


@pytest_asyncio.fixture
async def databases(database_url: str) -> AsyncIterator[list[Database]]:
    """Two replicas' connections to the same database."""
    pair = [Database(database_url), Database(database_url)]
    for database in pair:
        await database.open()
    yield pair
    for database in pair:
        await database.close()


@pytest.fixture
def clock() -> FakeClock:
    """Monday 23 November 2026, nine in the morning in Vietnam."""
    return FakeClock()


@pytest.fixture
def replicas(databases: list[Database], library: Library, routes: Routes, clock: FakeClock) -> list[Receiver]:
    ids = Ids()
    return [Receiver(database, lambda: library, routes, clock.now, ids) for database in databases]


@pytest.fixture
def citizen(replicas: list[Receiver], clock: FakeClock) -> Callable[..., Citizen]:
    """Make a citizen by name."""
    return lambda name="lan", commune="anh-son": Citizen(name, replicas, clock, commune)


@pytest.fixture
def lan(citizen: Callable[..., Citizen]) -> Citizen:
    """Lan, who has written before: the privacy notice is behind her."""
    return citizen("lan")


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def deliverers(databases: list[Database], channel: FakeChannel, clock: FakeClock) -> list[Deliverer]:
    """One deliverer for each replica, all to the same platform."""
    return [Deliverer(database, {("fake", "anh-son"): channel}, clock.now) for database in databases]
