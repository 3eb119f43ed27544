"""What the commands at the server work on: one commune of the content, one transaction of the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.settings import Settings
from content.library import Commune, Library
from storage.database import Database
from storage.database_url import place_of
from storage.store import Store
from storage.upgrade import is_there, upgrade


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


async def _must_be_there(settings: Settings) -> None:
    """End the program with a sentence where there is no database: a mistyped path must not look like no data."""
    if not await is_there(settings.database):
        raise SystemExit(
            f"there is no database of the service at {place_of(settings.database)}: look at the setting «database»; "
            "the service makes one when it first starts, and so does «database upgrade»"
        )


@asynccontextmanager
async def reading(settings: Settings) -> AsyncIterator[Store]:
    """Lend the database as it is now, to be read only. Where there is none the program ends."""
    await _must_be_there(settings)
    async with upgraded(Database(settings.database), settings) as database, database.read() as store:
        yield store


@asynccontextmanager
async def writing(settings: Settings, *, first: bool = False) -> AsyncIterator[Store]:
    """Lend one writing transaction of the database. Where there is none the program ends.

    `first`: it may be the first thing that is done at a new server, and makes the database.
    """
    if not first:
        await _must_be_there(settings)
    async with upgraded(Database(settings.database), settings) as database, database.begin() as store:
        yield store
