"""Health and figures of the running service."""

from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import ip_address

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest

from bot.content_holder import ContentHolder
from storage.database import Database

TICK_MISSED_AFTER = timedelta(minutes=2)


class Health:
    """Answers /healthz and /metrics; both tell details to this machine only."""

    def __init__(self, database: Database, content: ContentHolder, now: Callable[[], datetime]) -> None:
        self._database = database
        self._content = content
        self._now = now
        self._ticked_at = now()
        self.registry = CollectorRegistry()
        self.messages = Counter("messages", "messages answered", ["channel", "key"], registry=self.registry)
        self.waiting = Gauge("outbox_waiting", "replies waiting to be sent", registry=self.registry)
        self.sent = Gauge("outbox_sent", "replies sent by this process", registry=self.registry)
        self.failed = Gauge("outbox_failed", "replies given up by this process", registry=self.registry)

    def tick(self) -> None:
        """Note that the scheduler is alive."""
        self._ticked_at = self._now()

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [web.get("/healthz", self.healthz), web.get("/metrics", self.metrics)]

    async def healthz(self, request: web.Request) -> web.Response:
        """200 only when database, content and scheduler are well; a rejected change is told, the last good serves."""
        database = await self._database_answers()
        scheduler = self._now() - self._ticked_at <= TICK_MISSED_AFTER
        content = bool(self._content.library.communes)
        well = database and scheduler and content
        body: dict[str, object] = {"ok": well}
        if is_local(request):
            rejected = [str(problem) for problem in self._content.rejected[:50]]
            body |= {"database": database, "scheduler": scheduler, "content": content, "rejected_content": rejected}
        return web.json_response(body, status=200 if well else 503)

    async def metrics(self, request: web.Request) -> web.Response:
        """Figures for Prometheus, on this machine only."""
        if not is_local(request):
            raise web.HTTPNotFound
        self.waiting.set(await self._outbox_waiting())
        return web.Response(body=generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _outbox_waiting(self) -> float:
        try:
            async with self._database.read() as store:
                return (await store.outbox.waiting())[0]
        except Exception:  # the other figures are wanted most when the database is away
            return float("nan")

    async def _database_answers(self) -> bool:
        try:
            async with self._database.read() as store:
                return await store.alive()
        except Exception:  # whatever it is, the answer is "not well"
            return False


def is_local(request: web.Request) -> bool:
    """Tell whether the caller is on this machine and not behind a proxy on it."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
