"""Bringing a database to this release's schema, with Alembic on both databases."""

from pathlib import Path

from sqlalchemy import Connection, make_url
from sqlalchemy.ext.asyncio import create_async_engine

HEAD = "0003"  # the newest revision; tests/storage/test_migrations.py compares it with the folder
MIGRATIONS = Path(__file__).parent / "migrations"


def _is_current(connection: Connection) -> bool:
    """Look at Alembic's own table without importing Alembic: most starts have nothing to upgrade."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return False
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all() == [HEAD]


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def upgrade(url: str) -> bool:
    """Apply what is missing; return whether anything was. Safe to call from several replicas at once on PostgreSQL.

    The folder of a SQLite file is created.
    """
    parsed = make_url(url)
    if parsed.drivername.startswith("sqlite"):
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            if await connection.run_sync(_is_current):
                return False
        async with engine.begin() as connection:
            if parsed.drivername.startswith("postgresql"):
                # Two replicas that start together must not both create the tables.
                await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7402186)")
            await connection.run_sync(_upgrade)
        return True
    finally:
        await engine.dispose()
