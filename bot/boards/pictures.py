"""Bảng theo dõi để xem: opens a link to a board and draws its picture, off the event loop, once for the same data."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.boards.rows import Board, rows_of
from content.library import Commune, Library
from content.phrases import MAIN_LANGUAGE
from handlers.board import seen_by
from handlers.board_link import opened
from storage.database import Database
from storage.store import Store

MOST_KEPT = 32  # pictures of about 100 kB
_PATH = re.compile(r"/([a-z0-9-]+)/board/([^/]{1,200})\.png")


@dataclass(frozen=True, slots=True)
class _Look:
    """What it takes to look something up."""

    store: Store
    library: Library
    now: datetime


class Pictures:
    """Opens the boards of all communes."""

    def __init__(self, library: Callable[[], Library], database: Database, now: Callable[[], datetime]) -> None:
        self._library = library
        self._database = database
        self._now = now
        self._drawn: OrderedDict[Board, bytes] = OrderedDict()
        self._drawing = asyncio.Lock()  # one at a time: matplotlib's settings are the process's

    async def board(self, commune: Commune, token: str, language: str = MAIN_LANGUAGE) -> Board | None:
        """Return what a token's member may see now, or None when the token opens nothing."""
        library = self._library()
        async with self._database.read() as store:
            look = _Look(store, library, self._now())
            found = await opened(look, commune, token)
            if found is None:
                return None
            seen = await seen_by(look, commune, *found)
        return rows_of(seen, commune, library.speak(language))

    async def at(self, path: str) -> bytes | None:
        """Return the PNG at an address such as "/anh-son/board/<token>.png", or None when there is none any more."""
        match = _PATH.fullmatch(path)
        commune = self._library().communes.get(match[1]) if match else None
        board = await self.board(commune, match[2]) if match and commune is not None else None
        return None if board is None else await self.png(board)

    async def png(self, board: Board) -> bytes:
        """Return a board as a PNG."""
        async with self._drawing:
            if board not in self._drawn:
                more = self._library().speak(MAIN_LANGUAGE).messages["board.more_on_page"]
                self._drawn[board] = await asyncio.to_thread(_draw, board, more)
            self._drawn.move_to_end(board)
            while len(self._drawn) > MOST_KEPT:
                self._drawn.popitem(last=False)
            return self._drawn[board]


def _draw(board: Board, more: str) -> bytes:
    from bot.boards.drawing import draw  # matplotlib takes a second to load and is seldom needed

    return draw(board, more)
