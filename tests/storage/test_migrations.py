"""The migrations build exactly what schema.py says, on both databases."""

import asyncio
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.schema import metadata
from storage.upgrade import HEAD, MIGRATIONS, _make, is_there, migrate, upgrade
from tests.own_postgres import for_asyncpg, named

T = TypeVar("T")


async def _look(url: str, work: Callable[[Connection], T]) -> T:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _differences(connection: Connection) -> list[object]:
    # Alembic cannot tell '' from "" on SQLite, so defaults are compared on PostgreSQL alone.
    opts = {"compare_type": True, "compare_server_default": connection.dialect.name == "postgresql"}
    context = MigrationContext.configure(connection, opts=opts)
    return [change for change in compare_metadata(context, metadata) if "alembic_version" not in str(change)]


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def _foreign_keys(connection: Connection) -> dict[str, list[str]]:
    looking = inspect(connection)
    return {
        table: sorted(str(key.get("options", {}).get("ondelete")) for key in looking.get_foreign_keys(table))
        for table in metadata.tables
    }


async def test_the_migrations_build_what_the_schema_says(database_url: str) -> None:
    assert await _look(database_url, _differences) == []
    assert await _look(database_url, _tables) == {*metadata.tables, "alembic_version"}


async def test_foreign_keys_delete_as_the_schema_says(database_url: str) -> None:
    written = {
        name: sorted(str(constraint.ondelete) for constraint in table.foreign_key_constraints)
        for name, table in metadata.tables.items()
    }
    assert await _look(database_url, _foreign_keys) == written


def test_the_newest_revision_is_the_one_the_release_asks_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


async def test_upgrading_again_changes_nothing(database_url: str) -> None:
    assert await upgrade(database_url) is False
    assert await upgrade(database_url) is False
    assert await _look(database_url, _differences) == []


async def test_two_replicas_that_start_at_once_build_one_database(postgres_server: str) -> None:
    name = f"t{uuid.uuid4().hex}"
    base = await asyncpg.connect(postgres_server)
    try:
        await base.execute(f"CREATE DATABASE {name}")
        url = for_asyncpg(named(postgres_server, name))
        await asyncio.gather(*(upgrade(url) for _ in range(4)))
        assert await _look(url, _differences) == []
        await base.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await base.close()


def _everything(path: Path) -> dict[str, object]:
    """What SQLite says of each table: columns, foreign keys, indexes and their conditions."""
    with closing(sqlite3.connect(path)) as raw:
        names = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        indexes = "SELECT name, replace(sql, char(10), '') FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
        return {
            name: (
                raw.execute(f"PRAGMA table_info({name})").fetchall(),
                sorted(raw.execute(f"PRAGMA foreign_key_list({name})").fetchall()),
                sorted(row[2:] for row in raw.execute(f"PRAGMA index_list({name})")),
                sorted(raw.execute(indexes, (name,)).fetchall(), key=str),
            )
            for name in names
        }


async def test_a_new_sqlite_file_is_what_the_migrations_make_of_an_empty_one(tmp_path: Path) -> None:
    made, migrated = tmp_path / "made.db", tmp_path / "migrated.db"
    await upgrade(f"sqlite+aiosqlite:///{made}")
    await migrate(f"sqlite+aiosqlite:///{migrated}")
    assert _everything(made) == _everything(migrated)
    assert "AUTOINCREMENT" in _schema_of(made, "outbox")
    assert "AUTOINCREMENT" in _schema_of(migrated, "outbox")
    assert await upgrade(f"sqlite+aiosqlite:///{migrated}") is False


def _schema_of(path: Path, table: str) -> str:
    with closing(sqlite3.connect(path)) as raw:
        return str(raw.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0])


async def test_two_processes_that_start_at_once_make_one_sqlite_file(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    made = await asyncio.gather(*(asyncio.to_thread(_make, path) for _ in range(4)))
    assert sorted(made) == [False, False, False, True]
    assert await upgrade(f"sqlite+aiosqlite:///{path}") is False


async def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/a/b/bot.db"
    assert await upgrade(url) is True
    assert await _look(url, _tables) == {*metadata.tables, "alembic_version"}


async def test_the_days_of_votes_are_cut_to_months(database_url: str) -> None:
    """There and back: a vote of the service before keeps everything but its day."""
    old = (
        "INSERT INTO survey_votes (token_hash, account, survey, day, unit, place, topic, marks, comment)"
        " VALUES ('h', 'anh-son', 'tai-quay', '2026-11-23', '', 'trung-tam', '', '{}', '')"
    )

    def work(connection: Connection) -> list[str]:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, "0004")
        connection.execute(text(old))
        command.upgrade(config, "head")
        return list(connection.execute(text("SELECT month FROM survey_votes")).scalars())

    engine = create_async_engine(database_url)
    try:
        async with engine.begin() as connection:
            assert await connection.run_sync(work) == ["2026-11"]
    finally:
        await engine.dispose()
    assert await _look(database_url, _differences) == []


async def test_no_database_on_the_server_is_told_from_an_empty_one_and_from_ours(postgres_server: str) -> None:
    name = f"there_{uuid.uuid4().hex[:8]}"
    url = for_asyncpg(named(postgres_server, name))
    assert not await is_there(url)
    base = await asyncpg.connect(postgres_server)
    try:
        await base.execute(f"CREATE DATABASE {name}")
        assert not await is_there(url)
        assert await _look(url, lambda connection: inspect(connection).get_table_names()) == []
        await upgrade(url)
        assert await is_there(url)
        await base.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await base.close()


async def test_a_file_of_something_else_is_no_database_of_ours_and_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    url = f"sqlite+aiosqlite:///{file}"
    file.write_text("Sổ tay của văn phòng\n" * 100, encoding="utf-8")
    before = file.read_bytes()
    assert not await is_there(url)
    assert file.read_bytes() == before
    file.unlink()
    await upgrade(url)
    assert await is_there(url)


async def test_a_server_that_does_not_answer_is_not_taken_for_one_without_a_database() -> None:
    with pytest.raises(ConnectionRefusedError):
        await is_there("postgresql+asyncpg://troly@127.0.0.1:1/troly")
