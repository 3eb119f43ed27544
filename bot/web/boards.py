"""Trang bảng theo dõi: the board behind a link that opens for a day, as a page to read and as a picture.

The page runs nothing and is kept by nobody. What it shows is what the member of the link may see at that moment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.boards.pictures import Pictures
from bot.boards.rows import FULL, PARTS, Board, UnitRow
from bot.web.pages import HERE
from bot.web.slips import KEPT
from content.library import Library
from content.phrases import Phrases

_HEADERS = {"Cache-Control": KEPT, "X-Robots-Tag": "noindex"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a unit's bar, in percent of the longest bar."""

    part: str
    start: float
    width: float


class Boards:
    """Answers for the boards of all communes."""

    def __init__(self, library: Callable[[], Library], pictures: Pictures) -> None:
        self._library = library
        self._pictures = pictures
        self._template = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, auto_reload=False
        ).get_template("board.html")

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of pages and pictures."""
        return [
            web.get("/{slug:[a-z0-9-]+}/board/{token:[^/]+}.png", self.picture),
            web.get("/{slug:[a-z0-9-]+}/board/{token:[^/]+}", self.page),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """Show a board, or say that the link opens nothing (any more)."""
        phrases = self._library().speak(request.query.get("lang", "vi"))
        board = await self._find(request, phrases)
        text = self._template.render(
            t=phrases.plain,
            language=phrases.language,
            board=board,
            parts=PARTS,
            full=FULL,
            bars=_bars(board.units) if board is not None else (),
            chat=f"/{request.match_info['slug']}/",
        )
        status = 404 if board is None else 200
        return web.Response(text=text, status=status, content_type="text/html", headers=_HEADERS)

    async def picture(self, request: web.Request) -> web.Response:
        """Send the picture of a board."""
        board = await self._find(request, self._library().speak("vi"))
        if board is None:
            return web.Response(status=404, headers=_HEADERS)
        return web.Response(body=await self._pictures.png(board), content_type="image/png", headers=_HEADERS)

    async def _find(self, request: web.Request, phrases: Phrases) -> Board | None:
        commune = self._library().communes.get(request.match_info["slug"])
        token = request.match_info["token"]
        return None if commune is None else await self._pictures.board(commune, token, phrases.language)


def _bars(units: tuple[UnitRow, ...]) -> tuple[tuple[Piece, ...], ...]:
    longest = max((unit.due for unit in units), default=0) or 1
    return tuple(_bar(unit, longest) for unit in units)


def _bar(unit: UnitRow, longest: int) -> tuple[Piece, ...]:
    widths = [round(count / longest * 100, 2) for count in unit.counts]
    starts = accumulate(widths, initial=0.0)
    return tuple(
        Piece(part, round(start, 2), width) for part, start, width in zip(PARTS, starts, widths, strict=False) if width
    )
