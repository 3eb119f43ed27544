"""Putting the parts together; the only place that does. Nothing runs before `start`."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from bot.boards.pictures import Pictures
from bot.channels.base import Channel
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_updates import NAME as TELEGRAM
from bot.channels.web import NAME as WEB
from bot.channels.web import WebChannel
from bot.content_holder import ContentHolder
from bot.deliver import Deliverer
from bot.health import Health
from bot.receive import Received, Receiver, UnknownCommune
from bot.settings import Settings, SettingsError
from bot.timetable import Timetable
from bot.web.boards import Boards
from bot.web.figures_page import FiguresPage
from bot.web.pages import Pages, safe_headers
from bot.web.posters import Posters
from bot.web.slips import Slips
from content.dates import local_day
from content.library import Library
from handlers.errand import Errand
from handlers.feature import Work
from handlers.messages import Address, Incoming
from handlers.route import discover
from storage.database import Database
from storage.errors import Conflict
from storage.upgrade import upgrade

MAILBOXES = frozenset({WEB, "terminal"})
DELIVER_TICK = 2.0  # seconds; replies of this process are sent at once, this is for other replicas' and retries
INBOX_KEPT = timedelta(days=7)
OUTBOX_KEPT = timedelta(days=30)
LAST_WORDS_KEPT = timedelta(days=1)
COMMENTS_KEPT = timedelta(days=180)  # of surveys; said in survey.ask_comment
VOTES_SHUFFLED = timedelta(days=7)  # long enough for a service that stood still over a weekend
NAMES_KEPT = timedelta(days=365)  # names and phones of bookings; the bare figures stay
QUESTIONS_KEPT = timedelta(days=90)  # said in the privacy notice (start.notice) and in the guide quyen-rieng-tu
log = structlog.get_logger(__name__)


class App:
    """The running service."""

    def __init__(self, settings: Settings, now: Callable[[], datetime], clock: Callable[[], float]) -> None:
        self.settings = settings
        self.now = now
        self._clock = clock
        self.content = ContentHolder(settings.content, now)
        self.database = Database(settings.database)
        self.routes = discover()
        self.health = Health(self.database, self.content, now)
        self.site = settings.public_url or f"http://{settings.listen}"
        self.receiver = Receiver(self.database, self.library, self.routes, now, _new_id, MAILBOXES, self.site)
        self.pictures = Pictures(self.library, self.database, now)
        self.telegrams = [self._telegram(slug) for slug in settings.telegram if self._has_token(slug)]
        self.channels: dict[tuple[str, str], Channel] = {
            (channel.name, channel.account): channel for channel in self.telegrams
        }
        self.deliverer = Deliverer(self.database, self.channels, now)
        self.web = WebChannel(self.database, self.library, self.receive, now, clock, trust_proxy=settings.trust_proxy)
        self.timetable = Timetable(
            {"tick": (30, self.tick), "errands": (20, self.run_errands), "forget": (3600, self.forget)}
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._stop_watching = asyncio.Event()
        self._to_tidy = False  # something was erased: its words still lie in the log beside the file

    def library(self) -> Library:
        """Return the content that serves now."""
        return self.content.library

    async def receive(self, incoming: Incoming) -> Received:
        """Answer a message and see to it that the replies leave at once."""
        received = await self.receiver.receive(incoming)
        self._to_tidy |= received.erased
        if not received.repeated:
            key = received.replies[-1].key if received.replies else "none"
            self.health.messages.labels(incoming.sender.channel, key).inc()
        if incoming.sender.channel not in MAILBOXES:
            self.deliverer.nudge()
        return received

    async def start(self) -> None:
        """Open the database and begin to work. Raises what the database raises."""
        await upgrade(self.settings.database)
        await self.database.open()
        await self.web.start()
        self._tasks = [
            asyncio.create_task(self.deliverer.run(DELIVER_TICK), name="deliver"),
            asyncio.create_task(self.content.watch(self._stop_watching), name="watch content"),
        ]
        self.timetable.start()
        for channel in self.channels.values():
            await channel.start()
        log.info(
            "started",
            communes=sorted(self.library().communes),
            channels=self.channel_names(),
            features=[feature.name for feature in self.routes.features],
        )

    async def stop(self) -> None:
        """Stop receiving, send what is being sent, close. What is left waits in the database."""
        self.web.stop()
        for channel in self.channels.values():
            await channel.stop_receiving()
        self.timetable.stop()
        self._stop_watching.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for channel in self.channels.values():
            await channel.close()
        await self.database.close()
        log.info("stopped")

    def web_application(self) -> web.Application:
        """Return the web server's application: pages, chat, webhooks, health."""
        application = web.Application(middlewares=[safe_headers], client_max_size=1_000_000)
        application.add_routes(self.health.routes())
        application.router.add_post("/telegram/{slug}", self._telegram_webhook)
        application.add_routes(self.web.routes())
        application.add_routes(Slips(self.library, self.database, self.now, self.site).routes())
        application.add_routes(Boards(self.library, self.pictures).routes())
        application.add_routes(FiguresPage(self.library, self.database, self.now).routes())
        bots = {slug: telegram.username for slug, telegram in self.settings.telegram.items()}
        application.add_routes(Posters(self.library, self.site, bots).routes())
        application.add_routes(Pages(self.library).routes())  # last: it answers every other address
        return application

    def channel_names(self) -> list[str]:
        """Return the channels that are switched on, for the log and `check`."""
        return [WEB, *(f"{channel.name}:{channel.account}" for channel in self.channels.values())]

    async def run_errands(self) -> None:
        """Do what is due: reminders, offers, re-planning. Each in a transaction of its own; any replica may."""
        for work in self.routes.errands:
            try:
                while await self._errand(work):
                    self.deliverer.nudge()
            except Conflict:  # another replica was at it; what is left is due the next time
                log.info("errand left to another replica", errand=getattr(work, "__name__", "?"))
        self.deliverer.nudge()

    async def _errand(self, work: Work) -> bool:
        async with self.database.begin() as store:
            return bool(await work(Errand(self.library(), self.now(), store, _new_id, self.site, MAILBOXES)))

    async def forget(self) -> None:
        """Drop what is no longer needed."""
        now = self.now()
        async with self.database.begin() as store:
            store.inbox.forget(now - INBOX_KEPT)
            store.outbox.forget(now - OUTBOX_KEPT)
            store.outbox.forget_erased(now - LAST_WORDS_KEPT)
            store.answers.forget(now - QUESTIONS_KEPT)
            store.voted_today.forget(local_day(now))
            store.survey_counts.forget_comments(local_day(now - COMMENTS_KEPT))
            await store.survey_counts.shuffle(local_day(now - VOTES_SHUFFLED), local_day(now))
            store.bookings.scrub_before(now - NAMES_KEPT)
        await self.database.tidy()

    async def tick(self) -> None:
        """Beat for health, and take off the disk what was erased since the last beat."""
        self.health.tick()
        if self._to_tidy:
            self._to_tidy = False
            await self.database.tidy()
        self.health.sent.set(self.deliverer.sent)
        self.health.failed.set(self.deliverer.failed)

    def _has_token(self, slug: str) -> bool:
        return bool(self.settings.telegram[slug].token.get_secret_value())

    def _telegram(self, slug: str) -> TelegramChannel:
        if slug not in self.library().communes:
            raise SettingsError([f"telegram.{slug}: there is no commune «{slug}» in {self.settings.content}"])

        async def receive(incoming: Incoming) -> None:
            with contextlib.suppress(UnknownCommune):  # its folder was taken away while we run
                await self.receive(incoming)

        return TelegramChannel(
            slug,
            self.settings.telegram[slug],
            self.settings.public_url,
            receive,
            self._blocked,
            self._clock,
            self.pictures.at,
        )

    async def _blocked(self, address: Address) -> None:
        async with self.database.begin() as store:
            chat = await store.chats.find(address)
            if chat is not None:
                store.chats.close(chat.id, "blocked")
                store.outbox.give_up_chat(chat.id, self.now(), "blocked")

    async def _telegram_webhook(self, request: web.Request) -> web.Response:
        channel = self.channels.get((TELEGRAM, request.match_info["slug"]))
        if not isinstance(channel, TelegramChannel):
            raise web.HTTPNotFound
        return await channel.webhook(request)


def _new_id() -> str:
    return secrets.token_hex(8)
