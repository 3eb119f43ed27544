"""Bringing a database to this release's schema: a new SQLite file at once, all others with Alembic."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, insert
from sqlalchemy.schema import CreateIndex, CreateTable

from storage.database import Database
from storage.database_url import missing_file, parse_url
from storage.ledger_tables import SQLITE_TRIGGERS
from storage.schema import metadata
from storage.sqlite import BUSY_SECONDS, SqliteDriver

HEAD = "0010"  # the newest revision; tests/storage/test_migrations.py compares it with the folder
MIGRATIONS = Path(__file__).parent / "migrations"
_NO_DATABASE_OR_TABLE = ("3D000", "42P01")  # PostgreSQL's codes
_versions = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


async def is_current(url: str) -> bool:
    """Return whether the schema is this release's: look at Alembic's own table through our own driver.

    Most starts have nothing to upgrade. Then neither Alembic nor SQLAlchemy's ORM, which its asyncio brings along,
    need be imported: 0.1 s and 6 MB.
    """
    database = Database(url)
    try:
        await database.open()
        async with database.read() as store:
            return await store.revision() == HEAD
    except Exception:  # no table, no database, no server: `_upgrade` makes it or says what is wrong
        return False
    finally:
        await database.close()


async def is_there(url: str) -> bool:
    """Return whether there is a database of the service, of this or an older release. None is made.

    Raises what the driver raises when the server does not answer or refuses.
    """
    parsed = parse_url(url)
    if parsed.drivername.startswith("sqlite"):
        return missing_file(url) is None and _is_ours(Path(str(parsed.database)))
    database = Database(url)
    try:
        await database.open()
        async with database.read() as store:
            return await store.revision() is not None
    except Exception as error:
        if getattr(error, "sqlstate", "") in _NO_DATABASE_OR_TABLE:
            return False
        raise
    finally:
        await database.close()


def _is_ours(path: Path) -> bool:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as raw:
        try:
            return raw.execute("SELECT version_num FROM alembic_version").fetchone() is not None
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode in {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_NOTADB}:  # no such table, something else
                return False
            raise


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _make(path: Path) -> bool:
    """Give a new SQLite file the schema as it stands; return whether it was new.

    That is the way of Alembic's own cookbook. A first start saves 0.3 s and the 12 MB that Alembic and SQLAlchemy's ORM
    would keep. tests/storage/test_migrations.py holds that the migrations come to the same.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    dialect = SqliteDriver.dialect
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as raw:
        raw.execute("BEGIN IMMEDIATE")  # of two processes that start at once one finds the file made
        if raw.execute("SELECT 1 FROM sqlite_master").fetchone() is not None:
            return False
        for table in (*metadata.sorted_tables, _versions):
            raw.execute(str(CreateTable(table).compile(dialect=dialect)))
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                raw.execute(str(CreateIndex(index).compile(dialect=dialect)))
        for trigger in SQLITE_TRIGGERS:
            raw.execute(trigger)
        raw.execute(str(insert(_versions).compile(dialect=dialect)), (HEAD,))
        raw.execute("COMMIT")
        return True


async def upgrade(url: str) -> bool:
    """Apply what is missing; return whether anything was. Safe to call from several replicas at once.

    The folder of a SQLite file is created.
    """
    if await is_current(url):
        return False
    parsed = parse_url(url)
    if parsed.drivername.startswith("sqlite"):
        if _make(Path(str(parsed.database))):
            return True
        if await is_current(url):  # another process has made it meanwhile
            return False
    await migrate(url)
    return True


async def migrate(url: str) -> None:
    """Apply the migrations that are missing, whatever the database."""
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                # Two replicas that start together must not both create the tables.
                await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7402186)")
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()
