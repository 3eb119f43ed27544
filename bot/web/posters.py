"""Mã QR đánh giá tại quầy: a sheet for each counter, to be printed, at /<slug>/ma-qr; it opens the counter's survey.

A sheet holds addresses only. Whoever scans it starts a conversation with the words `danh-gia-<place>`, as if typed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import segno
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.web.pages import HERE
from content.communes import NOT_GIVEN, Place
from content.library import Commune, Library
from content.phrases import Phrases

COUNTERS = frozenset({"centre", "village"})
KEPT = "no-cache"


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code and the address in it."""

    name: str
    address: str
    picture: str


@dataclass(frozen=True, slots=True)
class Poster:
    """What the template shows of one counter."""

    authority: str
    place: str
    questions: int
    codes: tuple[Code, ...]


class Posters:
    """Answers for the sheets of all communes. `bots` are the names of the communes' Telegram bots."""

    def __init__(self, library: Callable[[], Library], site: str, bots: Mapping[str, str]) -> None:
        self._library = library
        self._site = site
        self._bots = bots
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, auto_reload=False
        )

    def routes(self) -> list[web.RouteDef]:
        """Return the routes: every counter's sheet, or one."""
        return [
            web.get("/{slug:[a-z0-9-]+}/ma-qr", self.page),
            web.get("/{slug:[a-z0-9-]+}/ma-qr/{place:[a-z0-9-]+}", self.page),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """Show the sheets, one to a page."""
        library = self._library()
        phrases = library.speak(request.query.get("lang", "vi"))
        commune = library.communes.get(request.match_info["slug"])
        places = counters(commune, request.match_info.get("place")) if commune is not None else []
        if commune is None or not places:
            said = {"title": "web.error.not_found_title", "text": "web.error.not_found"}
            text = self._render("error.html", phrases, static="/static", **said)
            return web.Response(text=text, status=404, content_type="text/html")
        posters = [poster_of(library, commune, place, phrases, self._site, self._bots) for place in places]
        reachable = self._site.startswith("https://")
        text = self._render("poster.html", phrases, posters=posters, reachable=reachable, site=self._site)
        headers = {"Cache-Control": KEPT, "X-Robots-Tag": "noindex"}
        return web.Response(text=text, content_type="text/html", headers=headers)

    def _render(self, template: str, phrases: Phrases, **context: object) -> str:
        return self._templates.get_template(template).render(t=phrases.plain, language=phrases.language, **context)


def counters(commune: Commune, identity: str | None = None) -> list[Place]:
    """Return the place of that id, or all that people come to; a point without an address is still to be decided."""
    places = [place for place in commune.profile.places if place.kind in COUNTERS]
    if identity is not None:
        return [place for place in places if place.id == identity]
    return [place for place in places if place.kind == "centre" or place.address != NOT_GIVEN]


def addresses(commune: Commune, place: Place, site: str, bots: Mapping[str, str]) -> dict[str, str]:
    """Return what the codes of a counter say, by channel."""
    start = {"start": f"danh-gia-{place.id}"}
    found = {"web": f"{site}/{commune.slug}/?{urlencode(start)}"}
    if bots.get(commune.slug):
        found["telegram"] = f"https://t.me/{bots[commune.slug]}?{urlencode(start)}"
    return found


def poster_of(
    library: Library, commune: Commune, place: Place, phrases: Phrases, site: str, bots: Mapping[str, str]
) -> Poster:
    """Return the sheet of a counter."""
    survey = next((one for one in library.surveys.values() if one.when == "counter"), None)
    names = {"web": phrases.plain("poster.web"), "telegram": phrases.plain("poster.telegram")}
    codes = tuple(
        Code(names[channel], address, segno.make(address, error="m", micro=False).svg_data_uri(border=4, omitsize=True))
        for channel, address in addresses(commune, place, site, bots).items()
    )
    return Poster(commune.profile.authority, place.name, len(survey.items) if survey is not None else 0, codes)
