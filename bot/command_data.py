"""What the commands at the server work on: one commune of the content, one transaction of the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.settings import Settings
from content.library import Commune, Library
from storage.database import Database
from storage.store import Store
from storage.upgrade import upgrade


def commune_in(library: Library, slug: str) -> Commune:
    """Return a commune. An unknown one ends the program with a sentence."""
    if slug not in library.communes:
        raise SystemExit(f"no commune «{slug}»; there are: {', '.join(library.communes)}")
    return library.communes[slug]


@asynccontextmanager
async def upgraded(database: Database, settings: Settings) -> AsyncIterator[Database]:
    """Bring the database to this release's schema, open it, close it after the block."""
    await upgrade(settings.database)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def reading(settings: Settings) -> AsyncIterator[Store]:
    """Lend the database as it is now, to be read only."""
    async with upgraded(Database(settings.database), settings) as database, database.read() as store:
        yield store


@asynccontextmanager
async def writing(settings: Settings) -> AsyncIterator[Store]:
    """Lend one writing transaction of the database."""
    async with upgraded(Database(settings.database), settings) as database, database.begin() as store:
        yield store
