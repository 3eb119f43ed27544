"""The service's clockwork alone: what plans and what reminds, ticked at an instant that somebody else names.

`python -m tests.simulation.ticks URL` is a process to be killed: it reads an instant a line and says when it has
ticked. Nothing of it lives anywhere but in the database.
"""

import asyncio
import secrets
import sys
from datetime import datetime
from pathlib import Path

from content.library import Library, load
from handlers.errand import Errand
from handlers.filing_planning import plan
from handlers.filing_reminders import remind
from handlers.filing_waiting import tell_waiting
from storage.database import Database
from storage.errors import Conflict

CONTENT = Path(__file__).parents[2] / "content"
WORKS = (plan, remind, tell_waiting)


def only(library: Library, slug: str) -> Library:
    """Return the library with one commune alone."""
    return Library({slug: library.communes[slug]}, library.phrases, library.vocabulary, library.surveys)


async def tick(database: Database, library: Library, now: datetime) -> None:
    """Do once what the timetable does every twenty seconds, as bot/app.py does it."""
    for work in WORKS:
        try:
            async with database.begin() as store:
                await work(Errand(library, now, store, lambda: secrets.token_hex(8), "", frozenset()))
        except Conflict:  # the other replica was at it: due again the next time
            continue


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def serve(url: str, slug: str) -> None:
    """Tick at every instant that comes in."""
    library = only(load(CONTENT), slug)
    database = Database(url)
    await database.open()
    loop = asyncio.get_running_loop()
    _say("ready")
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        await tick(database, library, datetime.fromisoformat(line.strip()))
        _say("ticked")
    await database.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2]))
