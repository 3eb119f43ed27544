"""Telegram: Update to Incoming, Reply to sendMessage; polling or webhook."""

import asyncio
import hmac
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from aiohttp import web
from telegram import Bot, Update
from telegram.constants import InlineKeyboardButtonLimit, MessageLimit, ParseMode
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import RequestData

from bot.channels.base import SendFailed
from bot.channels.markup import split, to_html, to_plain
from bot.channels.telegram_http import AiohttpRequest, parameters, stored_file
from bot.channels.telegram_updates import NAME, Event, event_of, plain_text
from bot.limits import Pace
from bot.settings import TelegramSettings
from handlers.messages import Address, Button, Incoming, Reply

ALLOWED = ["message", "callback_query", "my_chat_member"]
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of a header, not a secret
LARGEST_UPDATE = 1_000_000  # bytes; an update without files is a few kB
POLL_SECONDS = 25
# HTML entities lengthen nothing that counts, but leave room for a cut in the middle of an entity-rich paragraph.
LONGEST = MessageLimit.MAX_TEXT_LENGTH - 96
LONGEST_VALUE = InlineKeyboardButtonLimit.MAX_CALLBACK_DATA  # bytes
SHORT_LABEL = 18  # two such labels fit side by side on a small phone

log = structlog.get_logger(__name__)
Receive = Callable[[Incoming], Awaitable[None]]
Blocked = Callable[[Address], Awaitable[None]]
Picture = Callable[[str], Awaitable[bytes | None]]
Keyboard = list[list[dict[str, str]]]


class TelegramChannel:
    """One commune's bot."""

    name = NAME

    def __init__(
        self,
        account: str,
        settings: TelegramSettings,
        public_url: str,
        receive: Receive,
        blocked: Blocked,
        clock: Callable[[], float],
        picture: Picture | None = None,
    ) -> None:
        self.account = account
        self._settings = settings
        self._webhook = f"{public_url}/telegram/{account}"
        self._receive = receive
        self._blocked = blocked
        self._clock = clock  # seconds
        self._picture = picture  # draws what is at an address of ours
        self._pace = Pace(settings.rate)
        self._bot = Bot(
            settings.token.get_secret_value(),
            base_url=f"{settings.api_base}/bot",
            base_file_url=f"{settings.api_base}/file/bot",
            request=AiohttpRequest(),
            get_updates_request=AiohttpRequest(connections=4),
        )
        self._quiet_until = 0.0
        self._notices_quiet_until = 0.0
        self._running: asyncio.Task[None] | None = None
        self._asides: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin in the background: a platform that is down must not keep the other channels from starting."""
        await self._bot._request[0].initialize()  # both clients open at once; getMe waits for `_connect`
        await self._bot._request[1].initialize()
        self._running = asyncio.create_task(self._connect_and_run(), name=f"telegram {self.account}")

    async def stop_receiving(self) -> None:
        """Stop polling. Telegram keeps what is not acknowledged for 24 hours."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def close(self) -> None:
        """Give back the connections."""
        if self._asides:
            await asyncio.gather(*self._asides, return_exceptions=True)
        await self._bot.shutdown()
        await self._bot._request[0].shutdown()
        await self._bot._request[1].shutdown()

    async def _connect_and_run(self) -> None:
        pause = 1.0
        while True:
            try:
                await self._bot.initialize()
                if self._settings.mode == "webhook":
                    await self._set_webhook()
                    return
                await self._bot.delete_webhook()
                pause = 1.0
                await self._poll()
            except TelegramError as error:
                log.warning("telegram unreachable", account=self.account, error=type(error).__name__)
            except Exception as error:  # a bug of ours must not end the polling without a word
                log.exception("telegram failed", account=self.account, error=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 60.0)

    async def _set_webhook(self) -> None:
        secret = self._settings.webhook_secret.get_secret_value()
        await self._bot.set_webhook(self._webhook, secret_token=secret, allowed_updates=ALLOWED)
        log.info("webhook set", account=self.account)

    async def _poll(self) -> None:
        """Fetch for ever. The offset, which acknowledges, only moves after the turns are committed."""
        offset: int | None = None
        while True:
            try:
                updates = await self._fetch(offset)
            except RetryAfter as error:
                await asyncio.sleep(_seconds(error))
                continue
            except Conflict:
                log.error("another process polls this token", account=self.account)
                await asyncio.sleep(10)
                continue
            if updates:
                await self._take([event for event in map(self._read, updates) if event is not None])
                offset = max(update["update_id"] for update in updates) + 1

    async def _fetch(self, offset: int | None) -> list[dict[str, Any]]:
        """Return the raw updates. `Bot.get_updates` logs them all and raises when it cannot read one of them."""
        data = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": ALLOWED}
        fetched: list[dict[str, Any]] = await self._bot._post("getUpdates", data, read_timeout=POLL_SECONDS + 20)
        return fetched

    def _read(self, body: dict[str, Any]) -> Event | None:
        """Return what an update says, or None when it cannot be read: it must not come again for ever."""
        try:
            return plain_text(body, self.account) or event_of(Update.de_json(body, self._bot), self.account)
        except Exception as error:  # a malformed or newer field makes the library raise, or leave out what we need
            kinds = sorted(str(name)[:40] for name in body if name != "update_id")
            log.warning("update unreadable", account=self.account, kinds=kinds, error=type(error).__name__)
            return None

    async def _take(self, events: Sequence[Event]) -> None:
        """Answer a batch: one chat's updates one after the other, different chats side by side."""
        by_chat: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            by_chat[event.chat].append(event)

        async def one_chat(batch: list[Event]) -> None:
            for event in batch:
                await self._take_one(event)

        results = await asyncio.gather(*map(one_chat, by_chat.values()), return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):  # nothing was acknowledged: the same updates come again
                log.warning("updates not taken", account=self.account, error=type(result).__name__)
                raise TelegramError("not taken") from result

    async def _take_one(self, event: Event) -> None:
        if event.blocked:
            await self._blocked(Address(NAME, self.account, event.chat))
        elif event.incoming is None:
            log.info("update ignored", account=self.account, kind=event.kind)
        else:
            await self._receive(event.incoming)
            if event.query is not None:
                self._aside(self._stop_spinner(event.query))

    def _aside(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    async def _stop_spinner(self, query: str) -> None:
        try:
            await self._bot.answer_callback_query(query)
        except TelegramError:  # too old, or the platform is slow: the reply itself is what counts
            pass

    async def webhook(self, request: web.Request) -> web.Response:
        """Take one update from Telegram; 200 only after the turn is committed."""
        secret = self._settings.webhook_secret.get_secret_value()
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not secret or not hmac.compare_digest(given, secret.encode()):
            return web.Response(status=401)
        if (request.content_length or 0) > LARGEST_UPDATE:
            return web.Response(status=413)
        try:
            body = json.loads(await request.read())
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        if not isinstance(body, dict) or not isinstance(body.get("update_id"), int):
            return web.Response(status=400)
        event = self._read(body)
        if event is not None:
            await self._take_one(event)
        return web.Response()

    async def send(self, to: Address, reply: Reply) -> None:
        """Deliver one reply. Raises SendFailed."""
        until = max(self._quiet_until, self._notices_quiet_until) if reply.bulk else self._quiet_until
        wait = until - self._clock()
        if wait > 0:
            raise SendFailed("flood limit", retry=True, after=wait)
        try:
            await self._before_the_words(to, reply)
            if reply.picture is not None:
                await self._send_picture(to, reply.picture, reply)
                return
            pieces = split(reply.text, LONGEST)
            for number, piece in enumerate(pieces, 1):
                keyboard = _keyboard(reply.buttons) if number == len(pieces) else []
                await self._send_piece(to, piece, keyboard, bulk=reply.bulk)
        except RetryAfter as error:
            # The limit is the bot's, not the chat's: every other chat would run into it too. Notices to many are the
            # first to be silent; replies only when one of them is refused itself.
            until = self._clock() + _seconds(error)
            if reply.bulk:
                self._notices_quiet_until = until
            else:
                self._quiet_until = until
            raise SendFailed("flood limit", retry=True, after=_seconds(error)) from error
        except (Forbidden, ChatMigrated) as error:
            raise SendFailed("blocked", retry=False, closed=True) from error
        except BadRequest as error:
            gone = "chat not found" in error.message.lower()
            raise SendFailed("chat gone" if gone else "refused", retry=False, closed=gone) from error
        except InvalidToken as error:
            log.error("token refused", account=self.account)
            raise SendFailed("token refused", retry=True) from error
        except TelegramError as error:
            raise SendFailed(type(error).__name__, retry=True) from error

    async def _send_piece(self, to: Address, piece: str, keyboard: Keyboard, *, bulk: bool) -> None:
        fields = {"chat_id": int(to.chat), "link_preview_options": {"is_disabled": True}}
        if keyboard:
            fields["reply_markup"] = {"inline_keyboard": keyboard}
        await self._pace.take(bulk=bulk)
        try:
            await self._send_message(fields | {"text": to_html(piece), "parse_mode": ParseMode.HTML})
        except BadRequest as error:
            if "parse entities" not in error.message.lower():
                raise
            log.warning("markup refused", account=self.account)
            await self._send_message(fields | {"text": to_plain(piece)})

    async def _before_the_words(self, to: Address, reply: Reply) -> None:
        if reply.delete is not None:
            await self._delete(to, reply.delete)
        file = stored_file(int(to.chat), reply)
        if file is not None:
            await self._send_file(*file)

    async def _send_file(self, method: str, fields: RequestData) -> None:
        """Show a file that this bot was sent. One that is gone leaves the words below it."""
        await self._pace.take(bulk=False)
        try:
            await self._bot.request.post(f"{self._bot.base_url}/{method}", fields)
        except BadRequest:
            log.warning("file refused", account=self.account)

    async def _send_picture(self, to: Address, address: str, reply: Reply) -> None:
        """Send a picture with its caption. One that nobody may see any more is left out: the words stood before it."""
        png = await self._picture(address) if self._picture is not None else None
        if png is None:
            log.warning("picture left out", account=self.account, key=reply.key)
            return
        fields: dict[str, Any] = {"chat_id": int(to.chat), "caption": to_html(reply.text), "parse_mode": ParseMode.HTML}
        if reply.buttons:
            fields["reply_markup"] = {"inline_keyboard": _keyboard(reply.buttons)}
        await self._pace.take(bulk=False)
        await self._bot.request.post(f"{self._bot.base_url}/sendPhoto", parameters(fields, photo=png))

    async def _send_message(self, fields: Mapping[str, Any]) -> None:
        """Call sendMessage by the library's request, which knows Telegram's errors.

        `Bot.send_message` would build objects of what goes out and of what comes back, which nobody reads.
        """
        await self._bot.request.post(f"{self._bot.base_url}/sendMessage", parameters(fields))

    async def _delete(self, to: Address, ref: str) -> None:
        try:
            await self._bot.delete_message(int(to.chat), int(ref))
        except BadRequest:  # deleted by the person already, or older than 48 hours
            pass


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def _keyboard(buttons: Sequence[Button]) -> Keyboard:
    """Return the buttons, two short ones to a row. One that Telegram would refuse must not cost the whole reply."""
    rows: Keyboard = []
    room = False
    for button in buttons:
        if not button.label.strip() or not 1 <= len(button.value.encode()) <= LONGEST_VALUE:
            log.error("button left out", bytes=len(button.value.encode()))
            continue
        key = {"text": button.label, "callback_data": button.value}
        short = len(button.label) <= SHORT_LABEL
        if short and room:
            rows[-1].append(key)
            room = False
        else:
            rows.append([key])
            room = short
    return rows
