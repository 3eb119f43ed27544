"""Sổ nhật ký: one chain a commune, whoever writes; what is changed by hand is found."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from bot.audit import note_export, verify
from bot.settings import Settings
from storage.database import Database
from storage.ledger import Broken, Entry
from storage.ledger_tables import POSTGRES_TRIGGERS, SQLITE_TRIGGERS
from storage.upgrade import migrate
from tests.citizen import Citizen
from tests.conftest import CONTENT
from tests.conversations.staff import join
from tests.fakes import FakeClock

ROWS = 12
OPEN = ("DROP TRIGGER ledger_no_update", "DROP TRIGGER ledger_no_delete")
# For one connection only, since the tests share a database; the owner of a server can do either.
OPEN_POSTGRES = ("SET session_replication_role = replica",)


def _entry(clock: FakeClock, number: int, account: str = "anh-son") -> Entry:
    return Entry(account, clock.now(), "assigned", f"feedback/{number}", "m1", "vh-xh", "focal", {"unit": "kinh-te"})


async def _fill(database: Database, clock: FakeClock, account: str = "anh-son") -> None:
    for number in range(ROWS):
        async with database.begin() as store:
            await store.ledger.append(_entry(clock, number, account))


async def _verify(database: Database, account: str = "anh-son") -> tuple[int, Broken | None]:
    async with database.read() as store:
        return await store.ledger.verify(account)


async def _by_hand(url: str, *statements: str) -> None:
    """Run statements beside the service, as somebody with the file or the server's password could."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.split("///", 1)[1])) as raw:
            for statement in statements:
                raw.execute(statement)
            raw.commit()
        return
    connection = await asyncpg.connect(url.replace("+asyncpg", "", 1))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def _without_triggers(url: str) -> tuple[str, ...]:
    return OPEN if url.startswith("sqlite") else OPEN_POSTGRES


async def test_two_replicas_that_append_at_once_write_one_chain(databases: list[Database], clock: FakeClock) -> None:
    async def one(number: int) -> int:
        async with databases[number % 2].begin() as store:
            return await store.ledger.append(_entry(clock, number))

    numbers = await asyncio.gather(*(one(number) for number in range(40)))
    assert sorted(numbers) == list(range(1, 41))
    assert await _verify(databases[0]) == (40, None)


async def test_an_action_that_is_undone_leaves_no_row(databases: list[Database], clock: FakeClock) -> None:
    await _fill(databases[0], clock)

    async def undone() -> None:
        async with databases[0].begin() as store:
            await store.ledger.append(_entry(clock, 99))
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        await undone()
    await _fill(databases[1], clock)
    assert await _verify(databases[0]) == (2 * ROWS, None)


async def test_each_commune_has_its_own_chain(databases: list[Database], clock: FakeClock, database_url: str) -> None:
    await _fill(databases[0], clock)
    await _fill(databases[0], clock, "tan-an")
    change = "UPDATE ledger SET role = 'leader' WHERE account = 'tan-an' AND number = 3"
    await _by_hand(database_url, *_without_triggers(database_url), change)
    assert await _verify(databases[0]) == (ROWS, None)
    assert await _verify(databases[0], "tan-an") == (2, Broken(3, "changed"))
    assert await _verify(databases[0], "khanh-son") == (0, None)


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger SET role = 'leader'", "DELETE FROM ledger WHERE number = 3", "DELETE FROM ledger"]
)
async def test_the_database_itself_refuses_to_change_a_row(
    databases: list[Database], clock: FakeClock, database_url: str, statement: str
) -> None:
    await _fill(databases[0], clock)
    with pytest.raises((sqlite3.IntegrityError, asyncpg.PostgresError), match="append-only"):
        await _by_hand(database_url, statement)
    assert await _verify(databases[0]) == (ROWS, None)


@pytest.mark.parametrize("beginning", ["INSERT OR REPLACE", "REPLACE", "INSERT"])
async def test_a_row_is_not_rewritten_by_putting_it_in_again(
    databases: list[Database], clock: FakeClock, database_url: str, beginning: str
) -> None:
    await _fill(databases[0], clock)
    same = (
        "SELECT account, number, at, post, unit, 'leader', action, subject, detail, hash FROM ledger WHERE number = 3"
    )
    ending, said = " ON CONFLICT (account, number) DO UPDATE SET role = 'leader'", "append-only"
    if beginning != "INSERT":
        ending, said = "", "append-only" if database_url.startswith("sqlite") else "syntax"  # PostgreSQL has no such
    with pytest.raises((sqlite3.IntegrityError, asyncpg.PostgresError), match=said):
        await _by_hand(database_url, f"{beginning} INTO ledger {same}{ending}")
    assert await _verify(databases[0]) == (ROWS, None)
    await _fill(databases[0], clock)
    assert await _verify(databases[1]) == (2 * ROWS, None)


async def test_postgresql_refuses_to_empty_the_table(
    databases: list[Database], clock: FakeClock, database_url: str
) -> None:
    await _fill(databases[0], clock)
    error, said = (asyncpg.PostgresError, "append-only")
    if database_url.startswith("sqlite"):  # SQLite has no TRUNCATE
        error, said = sqlite3.OperationalError, "syntax"
    with pytest.raises(error, match=said):
        await _by_hand(database_url, "TRUNCATE ledger")
    assert await _verify(databases[0]) == (ROWS, None)


@pytest.mark.parametrize(
    ("column", "number"),
    [("at", 1), ("post", 2), ("unit", 3), ("role", 4), ("action", 5), ("subject", 6), ("detail", 7), ("hash", ROWS)],
)
async def test_a_changed_row_is_named(
    databases: list[Database], clock: FakeClock, database_url: str, column: str, number: int
) -> None:
    await _fill(databases[0], clock)
    change = f"UPDATE ledger SET {column} = 'x' WHERE number = {number}"
    await _by_hand(database_url, *_without_triggers(database_url), change)
    assert await _verify(databases[1]) == (number - 1, Broken(number, "changed"))


@pytest.mark.parametrize("number", [1, 7, ROWS])
async def test_a_removed_row_is_named(
    databases: list[Database], clock: FakeClock, database_url: str, number: int
) -> None:
    await _fill(databases[0], clock)
    await _by_hand(database_url, *_without_triggers(database_url), f"DELETE FROM ledger WHERE number = {number}")
    assert await _verify(databases[1]) == (number - 1, Broken(number, "missing"))


async def test_a_row_put_in_is_named(databases: list[Database], clock: FakeClock, database_url: str) -> None:
    await _fill(databases[0], clock)
    copied = "account, {0}, at, post, unit, role, action, subject, detail, hash"
    put_in = f"INSERT INTO ledger SELECT {copied.format(ROWS + 1)} FROM ledger WHERE number = {ROWS}"
    await _by_hand(database_url, put_in)
    assert await _verify(databases[1]) == (ROWS, Broken(ROWS + 1, "added"))
    renumber = "UPDATE ledger SET number = number + 1 WHERE number = {0}"
    later = [renumber.format(number) for number in range(ROWS + 1, 4, -1)]
    between = f"INSERT INTO ledger SELECT {copied.format(5)} FROM ledger WHERE number = 4"
    await _by_hand(database_url, *_without_triggers(database_url), *later, between)
    assert await _verify(databases[1]) == (4, Broken(5, "changed"))


async def test_two_rows_that_changed_places_are_named(
    databases: list[Database], clock: FakeClock, database_url: str
) -> None:
    await _fill(databases[0], clock)
    moves = [f"UPDATE ledger SET number = {there} WHERE number = {here}" for here, there in ((3, 99), (4, 3), (99, 4))]
    await _by_hand(database_url, *_without_triggers(database_url), *moves)
    assert await _verify(databases[1]) == (2, Broken(3, "changed"))


async def test_the_migrations_and_a_new_file_have_the_same_triggers(tmp_path: Path, sqlite_template: Path) -> None:
    migrated = tmp_path / "migrated.db"
    await migrate(f"sqlite+aiosqlite:///{migrated}")
    for path in (migrated, sqlite_template):
        with closing(sqlite3.connect(path)) as raw:
            found = raw.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name").fetchall()
        assert sorted(row[0] for row in found) == sorted(SQLITE_TRIGGERS)
    assert len(POSTGRES_TRIGGERS) == 3


async def test_what_members_do_is_written_down_and_the_command_says_whether_it_stands(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock, database_url: str
) -> None:
    settings = Settings(database=database_url, content=CONTENT)
    lan = citizen("lan")
    await join(lan, databases[0], clock)
    await lan.says("/roi_nhiem_vu")
    await lan.taps("yes")
    await note_export(settings, "anh-son", "survey/2026-10-01/2026-12-31", clock.now())
    async with databases[1].read() as store:
        rows = await store.ledger.rows("anh-son")
    assert [(row["action"], row["role"]) for row in rows] == [
        ("joined", "officer"),
        ("left", "officer"),
        ("exported", ""),
    ]
    assert "lan" not in "".join(row["detail"] + row["subject"] + row["post"] for row in rows)
    good, said = await verify(settings, "anh-son", as_json=True)
    assert good
    assert '"rows": 3' in said
    change = "UPDATE ledger SET role = 'leader' WHERE number = 2"
    await _by_hand(database_url, *_without_triggers(database_url), change)
    assert (await verify(settings, "anh-son", as_json=False))[0] is False
    assert '"broken": {"number": 2, "why": "changed"}' in (await verify(settings, "anh-son", as_json=True))[1]
    with pytest.raises(SystemExit, match="no commune"):
        await verify(settings, "ha-noi", as_json=True)
