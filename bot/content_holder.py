"""The content that serves now, replaced as a whole when a change is free of mistakes."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog
from watchfiles import awatch

from bot import memory
from content.library import Library, load
from content.problems import ContentError, Problem

DEBOUNCE_MS = 300  # editors write a file in several steps
log = structlog.get_logger(__name__)


class ContentHolder:
    """Holds the last good library. A bad change is reported and changes nothing."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.folder = folder
        self._now = now
        self.library: Library = load(folder, now())
        self.rejected: tuple[Problem, ...] = ()

    async def reload(self) -> bool:
        """Load again; return whether the new content serves."""
        try:
            # In a thread: reading and indexing takes a second, and conversations go on meanwhile.
            library = await asyncio.to_thread(load, self.folder, self._now())
        except ContentError as error:
            self.rejected = tuple(error.problems)
            log.error(
                "content change rejected, the last good content keeps serving",
                problems=[str(problem) for problem in error.problems[:20]],
                count=len(error.problems),
            )
            return False
        except Exception as error:  # whatever it is, the service goes on and the next save is looked at again
            self.rejected = (Problem(self.folder, 1, f"{type(error).__name__}: {error}"),)
            log.exception("content unreadable, the last good content keeps serving")
            return False
        self.library = library
        self.rejected = ()
        memory.settle_again()
        log.info("content loaded", communes=len(library.communes))
        return True

    async def watch(self, stop: asyncio.Event) -> None:
        """Reload whenever a file below the folder changes, until `stop` is set."""
        async for _ in awatch(self.folder, stop_event=stop, debounce=DEBOUNCE_MS, step=100):
            await self.reload()
