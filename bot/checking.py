"""What `python -m bot check` looks at besides the settings."""

from bot.settings import Settings
from content.library import inspect
from storage.database import Database


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
    database = Database(settings.database)
    try:
        await database.open()
        async with database.read() as store:
            await store.alive()
    except Exception as error:  # drivers raise many kinds; all of them mean the same to the administrator
        found.append(f"database: cannot be opened ({type(error).__name__}: {error})")
    finally:
        await database.close()
    return found
