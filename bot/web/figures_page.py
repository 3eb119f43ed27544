"""Trang số liệu công khai: a commune's figures for everybody, at /<slug>/so-lieu, as JSON at /<slug>/figures.json.

Counted off the hot path: at most once in five minutes for each commune, in a thread, whatever the number of readers.
"""

import asyncio
import dataclasses
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.web.figures_view import sections_of
from bot.web.pages import HERE, PageCommune
from content.dates import HOME, instants, local_day
from content.library import Commune, Library
from handlers.public_figures import Noted, PublicFigures, count
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
        self._kept: dict[str, Kept] = {}
        self._counting: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, auto_reload=False
        )
        self._template = templates.get_template("figures.html")
        self._missing = templates.get_template("error.html")

    def routes(self) -> list[web.RouteDef]:
        """Return the routes; the second is for who guesses the address in English."""
        return [
            web.get(f"/{{slug:[a-z0-9-]+}}/{PATH}", self.page),
            web.get("/{slug:[a-z0-9-]+}/figures", self.page),
            web.get("/{slug:[a-z0-9-]+}/figures.json", self.data),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """Show the figures."""
        commune = self._commune(request)
        figures = await self._figures(commune)
        phrases = self._library().speak(request.query.get("lang", "vi"))
        text = self._template.render(
            t=phrases.plain,
            language=phrases.language,
            commune=PageCommune.of(commune),
            year=figures.year,
            counted=f"{figures.counted_at.astimezone(HOME):%H:%M %d/%m/%Y}",
            sections=sections_of(figures, phrases),
        )
        response = web.Response(text=text, content_type="text/html", headers={"Cache-Control": KEPT})
        response.enable_compression()
        return response

    async def data(self, request: web.Request) -> web.Response:
        """Return the figures as JSON; what is hidden on the page is null here."""
        figures = await self._figures(self._commune(request))
        text = json.dumps(dataclasses.asdict(figures), ensure_ascii=False, default=lambda one: one.isoformat())
        headers = {"Cache-Control": KEPT, "Access-Control-Allow-Origin": "*"}
        return web.Response(text=text, content_type="application/json", headers=headers)

    def _commune(self, request: web.Request) -> Commune:
        commune = self._library().communes.get(request.match_info["slug"])
        if commune is None:
            phrases = self._library().speak(request.query.get("lang", "vi"))
            said = {"title": "web.error.not_found_title", "text": "web.error.not_found"}
            text = self._missing.render(t=phrases.plain, language=phrases.language, static="/static", **said)
            raise web.HTTPNotFound(text=text, content_type="text/html")
        return commune

    async def _figures(self, commune: Commune) -> PublicFigures:
        """Return the figures, counted anew when they are old; who comes meanwhile waits for the same count."""
        async with self._counting[commune.slug]:
            kept, now = self._kept.get(commune.slug), self._now()
            if kept is not None and now - kept.begun < FRESH:
                return kept.figures
            try:
                figures = await self._count(commune, now)
            except Exception as error:  # the database is away: old figures are better than none
                if kept is None:
                    raise
                log.warning("figures not counted", account=commune.slug, error=type(error).__name__)
                figures = kept.figures
            self._kept[commune.slug] = Kept(figures, now)
            return figures

    async def _count(self, commune: Commune, now: datetime) -> PublicFigures:
        async with self._database.read() as store:
            noted = await read(store, commune.slug, now)
        return await asyncio.to_thread(count, commune, self._library().surveys, noted, now)


async def read(store: Store, slug: str, now: datetime) -> Noted:
    """Return what was noted in the year that it is now."""
    today = local_day(now)
    first = today.replace(month=1, day=1)
    begin, end = instants(first, today)
    return Noted(
        votes=await store.survey_counts.votes(slug, first, today),
        questions=await store.question_days.span(slug, first, today),
        asked=await store.handovers.asked(slug, begin, end),
        held=await store.duty.held(slug, first, today),
        visits=await store.bookings.visits(slug, first, today),
        cases=await store.feedback.between(slug, begin, end),
    )
