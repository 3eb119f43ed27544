"""What `python -m bot check` looks at besides the settings."""

import os
from pathlib import Path

from bot.settings import Settings
from content.library import inspect
from storage.database import Database
from storage.database_url import missing_file


async def inspect_all(settings: Settings) -> list[str]:
    """Return what is not well with content, accounts and database, one sentence each."""
    library, problems = inspect(settings.content)
    found = [str(problem) for problem in problems]
    if library is not None:
        found += [
            f"telegram.{slug}: there is no commune «{slug}» in {settings.content}"
            for slug in settings.telegram
            if slug not in library.communes
        ]
    missing = missing_file(settings.database)
    return [*found, *(await _opened(settings) if missing is None else _wrong_place(missing))]


def no_database_yet(settings: Settings) -> str | None:
    """Return the sentence that there is no database file yet; as before the first start, that is nothing bad."""
    missing = missing_file(settings.database)
    if missing is None or missing.exists():
        return None
    return f"database: there is none at {missing} yet; the service makes it when it first starts"


def _wrong_place(file: Path) -> list[str]:
    """Tell whether the file, and the folders it lies in, could not be made; nothing is made to find out."""
    if file.exists():
        return [f"database: cannot be opened ({file} is no file)"]
    nearest = next(folder for folder in file.absolute().parents if folder.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK):
        return []
    return [f"database: cannot be opened ({nearest} is no folder that can be written to)"]


async def _opened(settings: Settings) -> list[str]:
    database = Database(settings.database)
    try:
        await database.open()
        async with database.read() as store:
            await store.alive()
    except Exception as error:  # drivers raise many kinds; all of them mean the same to the administrator
        return [f"database: cannot be opened ({type(error).__name__}: {error})"]
    finally:
        await database.close()
    return []
