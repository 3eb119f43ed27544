"""The migrations build exactly what schema.py says, on both databases."""

import asyncio
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import asyncpg
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from storage.schema import metadata
from storage.upgrade import HEAD, MIGRATIONS, upgrade

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
        head, question, query = postgres_server.partition("?")
        uri = f"{head.rpartition('/')[0]}/{name}{question}{query}"
        url = uri.replace("postgresql://", "postgresql+asyncpg://", 1)
        await asyncio.gather(*(upgrade(url) for _ in range(4)))
        assert await _look(url, _differences) == []
        await base.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await base.close()


async def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/a/b/bot.db"
    assert await upgrade(url) is True
    assert await _look(url, _tables) == {*metadata.tables, "alembic_version"}
