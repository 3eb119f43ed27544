"""Trang số liệu công khai: a commune's figures for everybody, at /<slug>/so-lieu, as JSON at /<slug>/figures.json.

The year before stays to be read at /<slug>/so-lieu/<year>: on 1 January nobody has seen the last quarter yet.

Counted off the hot path: at most once in five minutes for each commune, in a thread, whatever the number of readers.
"""

import asyncio
import dataclasses
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.web.figures_view import sections_of
from bot.web.pages import HERE, PageCommune
from content.dates import HOME, instants, local_day
from content.library import Commune, Library
from handlers.public_figures import Noted, PublicFigures, count, last_day
from handlers.public_page import PATH
from storage.database import Database
from storage.store import Store

FRESH = timedelta(minutes=5)
KEPT = "public, max-age=60"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """Figures and when somebody last began to count them."""

    figures: PublicFigures
    begun: datetime


class FiguresPage:
    """Answers for the figures of all communes."""

    def __init__(self, library: Callable[[], Library], database: Database, now: Callable[[], datetime]) -> None:
        self._library = library
        self._database = database
        self._now = now
        self._kept: dict[tuple[str, int], Kept] = {}
        self._counting: defaultdict[tuple[str, int], asyncio.Lock] = defaultdict(asyncio.Lock)
        templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, auto_reload=False
        )
        self._template = templates.get_template("figures.html")
        self._missing = templates.get_template("error.html")

    def routes(self) -> list[web.RouteDef]:
        """Return the routes; one is for who guesses the address in English."""
        return [
            web.get(f"/{{slug:[a-z0-9-]+}}/{PATH}", self.page),
            web.get(f"/{{slug:[a-z0-9-]+}}/{PATH}/{{year:20[0-9][0-9]}}", self.page),
            web.get("/{slug:[a-z0-9-]+}/figures", self.page),
            web.get("/{slug:[a-z0-9-]+}/figures.json", self.data),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """Show the figures."""
        commune = self._commune(request)
        figures = await self._figures(commune, self._year(request, request.match_info.get("year")))
        phrases = self._library().speak(request.query.get("lang", "vi"))
        text = self._template.render(
            t=phrases.plain,
            language=phrases.language,
            commune=PageCommune.of(commune),
            year=figures.year,
            over=figures.over,
            before=figures.before,
            counted=f"{figures.counted_at.astimezone(HOME):%H:%M %d/%m/%Y}",
            sections=sections_of(figures, phrases),
        )
        response = web.Response(text=text, content_type="text/html", headers={"Cache-Control": KEPT})
        response.enable_compression()
        return response

    async def data(self, request: web.Request) -> web.Response:
        """Return the figures as JSON; what is hidden on the page is null here."""
        year = self._year(request, request.query.get("year"))
        figures = await self._figures(self._commune(request), year)
        text = json.dumps(dataclasses.asdict(figures), ensure_ascii=False, default=lambda one: one.isoformat())
        headers = {"Cache-Control": KEPT, "Access-Control-Allow-Origin": "*"}
        return web.Response(text=text, content_type="application/json", headers=headers)

    def _commune(self, request: web.Request) -> Commune:
        commune = self._library().communes.get(request.match_info["slug"])
        if commune is None:
            raise self._not_found(request)
        return commune

    def _year(self, request: web.Request, asked: str | None) -> int:
        """Return the year that is asked for: the present one, or the one before."""
        year = local_day(self._now()).year
        if asked not in {None, str(year), str(year - 1)}:
            raise self._not_found(request)
        return int(asked or year)

    def _not_found(self, request: web.Request) -> web.HTTPNotFound:
        phrases = self._library().speak(request.query.get("lang", "vi"))
        said = {"title": "web.error.not_found_title", "text": "web.error.not_found"}
        text = self._missing.render(t=phrases.plain, language=phrases.language, static="/static", **said)
        return web.HTTPNotFound(text=text, content_type="text/html")

    async def _figures(self, commune: Commune, year: int) -> PublicFigures:
        """Return the figures, counted anew when they are old; who comes meanwhile waits for the same count."""
        key = commune.slug, year
        async with self._counting[key]:
            kept, now = self._kept.get(key), self._now()
            if kept is not None and now - kept.begun < FRESH:
                return kept.figures
            try:
                figures = await self._count(commune, now, year)
            except Exception as error:  # the database is away: old figures are better than none
                if kept is None:
                    raise
                log.warning("figures not counted", account=commune.slug, error=type(error).__name__)
                figures = kept.figures
            self._kept[key] = Kept(figures, now)
            return figures

    async def _count(self, commune: Commune, now: datetime, year: int) -> PublicFigures:
        async with self._database.read() as store:
            noted = await read(store, commune.slug, last_day(year, now))
            before = await store.question_days.span(commune.slug, date(year - 1, 1, 1), date(year - 1, 12, 31))
        figures = await asyncio.to_thread(count, commune, self._library().surveys, noted, now, year)
        return dataclasses.replace(figures, before=bool(before))


async def read(store: Store, slug: str, last: date) -> Noted:
    """Return what was noted in a year up to its `last` day."""
    first = last.replace(month=1, day=1)
    begin, end = instants(first, last)
    return Noted(
        votes=await store.survey_counts.votes(slug, first, last),
        questions=await store.question_days.span(slug, first, last),
        asked=await store.handovers.asked(slug, begin, end),
        held=await store.duty.held(slug, first, last),
        visits=await store.bookings.visits(slug, first, last),
        cases=await store.feedback.between(slug, begin, end),
    )
