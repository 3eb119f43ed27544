"""Telegram: Update to Incoming, Reply to sendMessage; polling or webhook."""

import asyncio
import hmac
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog
from aiohttp import web
from aiolimiter import AsyncLimiter
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message, Update
from telegram.constants import ChatMemberStatus, ChatType, MessageLimit, ParseMode
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.channels.base import SendFailed
from bot.channels.markup import split, to_html, to_plain
from bot.channels.telegram_http import AiohttpRequest
from bot.settings import TelegramSettings
from handlers.messages import Address, Button, Incoming, Reply

NAME = "telegram"
ALLOWED = ["message", "callback_query", "my_chat_member"]
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of a header, not a secret
LARGEST_UPDATE = 1_000_000  # bytes; an update without files is a few kB
POLL_SECONDS = 25
# HTML entities lengthen nothing that counts, but leave room for a cut in the middle of an entity-rich paragraph.
LONGEST = MessageLimit.MAX_TEXT_LENGTH - 96
SHORT_LABEL = 18  # two such labels fit side by side on a small phone
_MEDIA = ("photo", "voice", "video", "document", "sticker", "contact", "location", "audio", "video_note", "animation")
_SAME_AS = {"audio": "voice", "video_note": "video", "animation": "sticker"}

log = structlog.get_logger(__name__)
Receive = Callable[[Incoming], Awaitable[None]]
Blocked = Callable[[Address], Awaitable[None]]


class TelegramChannel:
    """One commune's bot."""

    name = NAME

    def __init__(
        self, account: str, settings: TelegramSettings, public_url: str, receive: Receive, blocked: Blocked
    ) -> None:
        self.account = account
        self._settings = settings
        self._webhook = f"{public_url}/telegram/{account}"
        self._receive = receive
        self._blocked = blocked
        self._limiter = AsyncLimiter(settings.rate, 1.0)
        self._bot = Bot(
            settings.token.get_secret_value(),
            base_url=f"{settings.api_base}/bot",
            base_file_url=f"{settings.api_base}/file/bot",
            request=AiohttpRequest(),
            get_updates_request=AiohttpRequest(connections=4),
        )
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
                updates = await self._bot.get_updates(offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED)
            except RetryAfter as error:
                await asyncio.sleep(_seconds(error))
                continue
            except Conflict:
                log.error("another process polls this token", account=self.account)
                await asyncio.sleep(10)
                continue
            if updates:
                await self._take(updates)
                offset = updates[-1].update_id + 1

    async def _take(self, updates: Sequence[Update]) -> None:
        """Answer a batch: one chat's updates one after the other, different chats side by side."""
        by_chat: dict[int, list[Update]] = defaultdict(list)
        for update in updates:
            by_chat[update.effective_chat.id if update.effective_chat else 0].append(update)

        async def one_chat(batch: list[Update]) -> None:
            for update in batch:
                await self._take_one(update)

        results = await asyncio.gather(*map(one_chat, by_chat.values()), return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):  # nothing was acknowledged: the same updates come again
                log.warning("updates not taken", account=self.account, error=type(result).__name__)
                raise TelegramError("not taken") from result

    async def _take_one(self, update: Update) -> None:
        left = update.my_chat_member
        if left is not None:
            if left.new_chat_member.status == ChatMemberStatus.BANNED:
                await self._blocked(Address(NAME, self.account, str(left.chat.id)))
            return
        incoming = to_incoming(update, self.account)
        if incoming is None:
            log.info("update ignored", account=self.account, kind=_kind(update))
            return
        await self._receive(incoming)
        if update.callback_query is not None:
            self._aside(self._stop_spinner(update.callback_query.id))

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
        if not secret or not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), secret.encode()):
            return web.Response(status=401)
        if (request.content_length or 0) > LARGEST_UPDATE:
            return web.Response(status=413)
        try:
            body = json.loads(await request.read())
            update = Update.de_json(body, self._bot)
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        except Exception:  # de_json raises whatever a malformed field makes it raise
            return web.Response(status=400)
        await self._take_one(update)
        return web.Response()

    async def send(self, to: Address, reply: Reply) -> None:
        """Deliver one reply. Raises SendFailed."""
        try:
            if reply.delete is not None:
                await self._delete(to, reply.delete)
            pieces = split(reply.text, LONGEST)
            for number, piece in enumerate(pieces, 1):
                keyboard = _keyboard(reply.buttons) if number == len(pieces) else None
                await self._send_piece(to, piece, keyboard)
        except RetryAfter as error:
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

    async def _send_piece(self, to: Address, piece: str, keyboard: InlineKeyboardMarkup | None) -> Message:
        preview = LinkPreviewOptions(is_disabled=True)
        await self._limiter.acquire()
        try:
            return await self._bot.send_message(
                int(to.chat),
                to_html(piece),
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
                link_preview_options=preview,
            )
        except BadRequest as error:
            if "parse entities" not in error.message.lower():
                raise
            log.warning("markup refused", account=self.account)
            return await self._bot.send_message(
                int(to.chat), to_plain(piece), reply_markup=keyboard, link_preview_options=preview
            )

    async def _delete(self, to: Address, ref: str) -> None:
        try:
            await self._bot.delete_message(int(to.chat), int(ref))
        except BadRequest:  # deleted by the person already, or older than 48 hours
            pass


def to_incoming(update: Update, account: str) -> Incoming | None:
    """Return what an update says, or None when it is not for us (groups, channels, edits, service messages)."""
    query, message = update.callback_query, update.message
    if query is not None and isinstance(query.message, Message):
        message = query.message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return None
    sender = Address(NAME, account, str(message.chat.id))
    if query is not None:
        return Incoming(sender, str(update.update_id), message.date, tap=query.data or "")
    media = next((name for name in _MEDIA if getattr(message, name)), None)
    text = message.text or message.caption or ""
    if media is None and not text:
        return None
    return Incoming(
        sender,
        str(update.update_id),
        message.date,
        text=text,
        media=_SAME_AS.get(media, media) if media else None,
        ref=str(message.message_id),
    )


def _kind(update: Update) -> str:
    return next((name for name in Update.__slots__ if name != "update_id" and getattr(update, name, None)), "unknown")


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def _keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """Return the buttons, two short ones to a row."""
    if not buttons:
        return None
    rows: list[list[InlineKeyboardButton]] = []
    room = False
    for button in buttons:
        key = InlineKeyboardButton(button.label, callback_data=button.value)
        short = len(button.label) <= SHORT_LABEL
        if short and room:
            rows[-1].append(key)
            room = False
        else:
            rows.append([key])
            room = short
    return InlineKeyboardMarkup(rows)
