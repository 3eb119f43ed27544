"""A Bot API server on this machine: it takes what the real client sends over HTTP and answers as Telegram would.

It checks what Telegram checks and our client does not (4,096 characters, 64 bytes, HTML), keeps what people would
see, delivers webhooks with the secret header, repeats updates and fails as told. All people are invented.
"""

import asyncio
import html
import json
import re
import struct
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

Json = dict[str, Any]
TOKEN = "123456789:AAinventedTokenThatMustNeverBeLogged"
SECRET = "a-secret_for-webhooks"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_TEXT = 4096  # UTF-16 units, after the entities are parsed
LONGEST_CAPTION = 1024  # UTF-16 units, after the entities are parsed
LARGEST_PHOTO = 10_000_000  # bytes
MOST_PIXELS = 10_000  # width and height together
LONGEST_DATA = 64  # bytes of a button's value
MOST_BUTTONS = 100
SENT_AT = 1_795_400_000  # seconds, in November 2026
BOT: Json = {"id": 123456789, "is_bot": True, "first_name": "Trợ lý số xã", "username": "tro_ly_so_xa_bot"}
_TAGS = frozenset(
    "b strong i em u ins s strike del span tg-spoiler tg-emoji a code pre blockquote".split()  # noqa: SIM905
)
_TAG = re.compile(r"<(/?)([a-zA-Z-]+)((?:\s[^<>]*)?)>")
_ATTRIBUTES = re.compile(r"(?:\s+[a-z-]+=\"[^\"<>]*\")*\s*")


@dataclass(frozen=True)
class Person:
    """Somebody with a Telegram account; the chat with the bot has the person's id."""

    id: int
    name: str

    def as_user(self) -> Json:
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": "vi"}

    def as_chat(self) -> Json:
        return {"id": self.id, "type": "private", "first_name": self.name}


LAN = Person(1001, "Lan")
MINH = Person(1002, "Minh")
BA_TU = Person(1003, "Bà Tư")


@dataclass(frozen=True)
class Call:
    """One call of a method, with its fields as they came (nested values are JSON text; a file's is its name)."""

    method: str
    fields: dict[str, str]
    files: dict[str, "File"] = field(default_factory=dict)


@dataclass(frozen=True)
class File:
    """A file of a multipart form."""

    name: str
    kind: str
    content: bytes


@dataclass
class Shown:
    """A message of the bot as the person sees it."""

    chat: int
    id: int
    text: str
    markup: str
    buttons: list[list[Json]] = field(default_factory=list)
    photo: bytes | None = None

    def values(self) -> list[str]:
        return [button["callback_data"] for row in self.buttons for button in row]


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call. `hold` delays it; `effective` faults lose only the answer, not the call."""

    status: int = 200
    description: str = ""
    retry_after: float | None = None
    dropped: bool = False
    hold: asyncio.Event | None = None
    effective: bool = False


def flood(seconds: float) -> Fault:
    return Fault(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def held(until: asyncio.Event) -> Fault:
    return Fault(hold=until)


BLOCKED = Fault(403, "Forbidden: bot was blocked by the user")
CHAT_NOT_FOUND = Fault(400, "Bad Request: chat not found")
CANNOT_PARSE = Fault(400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0')
INTERNAL = Fault(500, "Internal Server Error")
DROPPED = Fault(dropped=True)
ANSWER_LOST = Fault(dropped=True, effective=True)


class Refused(Exception):
    """The Bot API says no."""

    def __init__(self, status: int, description: str, retry_after: float | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after

    def response(self) -> web.Response:
        body: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return web.json_response(body, status=self.status)


def bad_request(description: str) -> Refused:
    return Refused(400, f"Bad Request: {description}")


def utf16_units(text: str) -> int:
    return sum(2 if ord(letter) > 0xFFFF else 1 for letter in text)


def parse_html(markup: str) -> str:
    """Return the visible text. Raises Refused where Telegram's parser gives up."""
    text: list[str] = []
    open_tags: list[str] = []
    place = 0
    while (start := markup.find("<", place)) >= 0:
        text.append(html.unescape(markup[place:start]))
        match = _TAG.match(markup, start)
        offset = len(markup[:start].encode("utf-8", "surrogatepass"))
        if match is None:
            raise bad_request(f"can't parse entities: Unsupported start tag at byte offset {offset}")
        _read_tag(match, open_tags, offset)
        place = match.end()
    if open_tags:
        raise bad_request(f"can't parse entities: Can't find end tag corresponding to start tag \"{open_tags[-1]}\"")
    return "".join([*text, html.unescape(markup[place:])])


def _read_tag(match: re.Match[str], open_tags: list[str], offset: int) -> None:
    closing, name, attributes = match.group(1), match.group(2).lower(), match.group(3)
    if name not in _TAGS:
        raise bad_request(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {offset}')
    if not closing:
        if not _ATTRIBUTES.fullmatch(attributes):
            raise bad_request(f"can't parse entities: Unclosed start tag at byte offset {offset}")
        open_tags.append(name)
    elif not open_tags or open_tags.pop() != name:
        raise bad_request(f"can't parse entities: Unexpected end tag at byte offset {offset}")


class FakeTelegram:
    """The server. `async with FakeTelegram() as telegram:` starts and stops it."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.calls: list[Call] = []
        self.shown: list[Shown] = []  # in the order in which they were accepted
        self.deleted: list[tuple[int, int]] = []
        self.webhook = ""  # where deliveries go; setWebhook sets it, a test may correct it
        self.secret = ""
        self.unknown_chats: set[int] = set()
        self.photos: set[str] = set()  # names by which this bot can show photos and documents
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._pending: list[Json] = []
        self._again: list[Json] = []
        self._queries: set[str] = set()
        self._written: set[tuple[int, int]] = set()
        self._update_ids = count(700_000_001)
        self._message_ids = count(1)
        self._poll = 0
        self._changed = asyncio.Condition()
        self._closing = False
        self._runner: web.AppRunner | None = None
        self._client: aiohttp.ClientSession | None = None
        self.address = ""

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_route("*", "/bot{token}/{method}", self._handle)
        self._runner = web.AppRunner(application, access_log=None, handler_cancellation=True, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"http://{host}:{port}"
        self._client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        await self._notify()
        if self._client is not None:
            await self._client.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # What tests look at and wait for

    def fails(self, method: str, *faults: Fault) -> None:
        """Let the next calls of a method go wrong, one fault each."""
        self._faults[method.lower()].extend(faults)

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def read_by(self, person: Person) -> list[Shown]:
        """Return what a person was sent, oldest first."""
        return [message for message in self.shown if message.chat == person.id]

    async def until(self, condition: Callable[[], bool], within: float = 15.0) -> None:
        """Wait until something that happens here makes `condition` true; fail when it takes too long."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(condition)

    async def until_read(self, person: Person, messages: int, within: float = 15.0) -> list[Shown]:
        """Wait until a person was sent so many messages; return them."""
        await self.until(lambda: len(self.read_by(person)) >= messages, within)
        return self.read_by(person)

    async def a_moment(self) -> None:
        """Wait until anything happens here, a tenth of a second at most: for what only asking again can tell."""
        try:
            async with asyncio.timeout(0.1), self._changed:
                await self._changed.wait()
        except TimeoutError:
            pass

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    # What people do

    def says(self, person: Person, text: str) -> Json:
        return self.sends(person, text=text)

    def sends(self, person: Person, **content: object) -> Json:
        """Return the update of a message with any content ("text", "photo", …)."""
        number = next(self._message_ids)
        self._written.add((person.id, number))
        message = {
            "message_id": number,
            "date": SENT_AT,
            "chat": person.as_chat(),
            "from": person.as_user(),
            **content,
        }
        return self.update(message=message)

    def taps(self, person: Person, value: str, below: Json | None = None) -> Json:
        """Return the update of a tapped button, by default under a message of the bot that can still be seen."""
        query = f"query{next(self._message_ids)}"
        self._queries.add(query)
        below = below or {
            "message_id": next(self._message_ids),
            "date": SENT_AT,
            "chat": person.as_chat(),
            "from": BOT,
            "text": "…",
        }
        content = {"id": query, "from": person.as_user(), "chat_instance": "1", "data": value, "message": below}
        return self.update(callback_query=content)

    def membership(self, person: Person, status: str) -> Json:
        """Return the update of a person who blocks ("kicked") or unblocks ("member") the bot."""
        old = {"user": BOT, "status": "member"}
        new = {"user": BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {})
        return self.update(
            my_chat_member={
                "chat": person.as_chat(),
                "from": person.as_user(),
                "date": SENT_AT,
                "old_chat_member": old,
                "new_chat_member": new,
            }
        )

    def update(self, **content: object) -> Json:
        return {"update_id": next(self._update_ids), **content}

    # How updates reach the bot

    async def queue(self, *updates: Json) -> None:
        """Let getUpdates find these updates."""
        self._pending.extend(updates)
        await self._notify()

    async def repeat(self, *updates: Json) -> None:
        """Let the next getUpdates find these once more, acknowledged or not."""
        self._again.extend(updates)
        await self._notify()

    async def deliver(self, update: object, **changes: Any) -> int:
        """Post an update to the webhook; return the status. `changes` replace the headers or the body."""
        if self._client is None:
            raise RuntimeError("the fake is not started")
        headers = changes.pop("headers", {SECRET_HEADER: self.secret})
        body = changes.pop("data", json.dumps(update).encode())
        timeout = aiohttp.ClientTimeout(total=20)
        async with self._client.post(
            self.webhook, data=body, headers={"Content-Type": "application/json", **headers}, timeout=timeout
        ) as response:
            await response.read()
            return response.status

    async def deliver_until_taken(self, update: Json) -> int:
        """Post an update again and again until it is acknowledged, as Telegram does; return the number of tries."""
        for attempt in count(1):
            try:
                if await self.deliver(update) == 200:
                    return attempt
            except (aiohttp.ClientError, TimeoutError):
                pass
            await self.a_moment()
        raise AssertionError("unreachable")

    # The server

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        fields, files = await _fields(request)
        method = request.match_info["method"]
        call = Call(method, fields, files)
        self.calls.append(call)
        await self._notify()
        try:
            return await self._answer(request, call)
        except Refused as refused:
            return refused.response()
        finally:
            await self._notify()

    async def _answer(self, request: web.Request, call: Call) -> web.StreamResponse:
        method, fields = call.method, call.fields
        if request.match_info["token"] != self.token:
            raise Refused(401, "Unauthorized")
        works: dict[str, Callable[[dict[str, str]], Awaitable[object]]] = {
            "getme": self._get_me,
            "deletewebhook": self._delete_webhook,
            "setwebhook": self._set_webhook,
            "getupdates": self._get_updates,
            "sendmessage": self._send_message,
            "sendphoto": partial(self._send_photo, call.files),
            "senddocument": self._send_document,
            "answercallbackquery": self._answer_callback_query,
            "deletemessage": self._delete_message,
        }
        work = works.get(method.lower())
        if work is None:  # 404 would make the client report an invalid token
            raise bad_request(f"the fake has no method {method}")
        faults = self._faults[method.lower()]
        fault = faults.popleft() if faults else Fault()
        if fault.hold is not None:
            await fault.hold.wait()
        result = await work(fields) if fault.effective or (fault.status == 200 and not fault.dropped) else None
        if fault.dropped:
            await self._notify()
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if fault.status != 200:
            raise Refused(fault.status, fault.description, fault.retry_after)
        return web.json_response({"ok": True, "result": result})

    async def _get_me(self, _: dict[str, str]) -> Json:
        return BOT

    async def _set_webhook(self, fields: dict[str, str]) -> bool:
        if not fields.get("url", "").startswith(("https://", "http://127.0.0.1")):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch("[A-Za-z0-9_-]{0,256}", fields.get("secret_token", "")):
            raise bad_request("secret token contains unallowed characters")
        self.webhook, self.secret = fields["url"], fields.get("secret_token", "")
        return True

    async def _delete_webhook(self, fields: dict[str, str]) -> bool:
        self.webhook = self.secret = ""
        if fields.get("drop_pending_updates") == "true":
            self._pending.clear()
        return True

    async def _get_updates(self, fields: dict[str, str]) -> list[Json]:
        """Acknowledge what is older than the offset; wait for the next one, at most `timeout` seconds."""
        if self.webhook:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        offset, limit = int(fields.get("offset") or 0), int(fields.get("limit") or 100)
        self._poll += 1
        mine = self._poll
        self._pending = [update for update in self._pending if update["update_id"] >= offset]
        async with self._changed:
            self._changed.notify_all()  # an older poll ends: two pollers are a conflict
            try:
                async with asyncio.timeout(float(fields.get("timeout") or 0)):
                    await self._changed.wait_for(
                        lambda: self._pending or self._again or self._closing or self._poll != mine
                    )
            except TimeoutError:
                pass
        if self._poll != mine:
            raise Refused(409, "Conflict: terminated by other getUpdates request")
        again, self._again = self._again, []
        return [*again, *self._pending][: min(limit, 100)]

    def _chat(self, fields: dict[str, str]) -> int:
        chat = int(fields.get("chat_id") or 0)
        if chat <= 0 or chat in self.unknown_chats:
            raise bad_request("chat not found")
        return chat

    async def _send_photo(self, files: dict[str, File], fields: dict[str, str]) -> Json:
        """Take a PNG that travels as a file, or a photo by its name, which only one sent to this bot has."""
        chat = self._chat(fields)
        photo = files.get("photo")
        if photo is None and "photo" in fields:
            return self._show_again(chat, fields["photo"])
        if photo is None or not photo.content:
            raise bad_request("there is no photo in the request")
        if len(photo.content) > LARGEST_PHOTO:
            raise Refused(413, "Request Entity Too Large")
        if not photo.content.startswith(b"\x89PNG\r\n\x1a\n") or photo.content[12:16] != b"IHDR":
            raise bad_request("IMAGE_PROCESS_FAILED")
        width, height = struct.unpack(">II", photo.content[16:24])
        if width + height > MOST_PIXELS or max(width, height) > 20 * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        markup = fields.get("caption", "")
        text = parse_html(markup) if fields.get("parse_mode", "").upper() == "HTML" else markup
        if utf16_units(text) > LONGEST_CAPTION:
            raise bad_request("message caption is too long")
        buttons = _keyboard(fields.get("reply_markup", ""))
        return self._displayed(Shown(chat, next(self._message_ids), text, markup, buttons, photo.content))

    async def _send_document(self, fields: dict[str, str]) -> Json:
        """Take a document by its name, which only one sent to this bot has."""
        return self._show_again(self._chat(fields), fields.get("document", ""))

    def _show_again(self, chat: int, name: str) -> Json:
        if name not in self.photos:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self._displayed(Shown(chat, next(self._message_ids), f"[{name}]", ""))

    def _displayed(self, message: Shown) -> Json:
        self.shown.append(message)
        chat: Json = {"id": message.chat, "type": "private", "first_name": "…"}
        return {"message_id": message.id, "date": SENT_AT, "chat": chat}

    async def _send_message(self, fields: dict[str, str]) -> Json:
        chat = self._chat(fields)
        markup = fields.get("text", "")
        text = parse_html(markup) if fields.get("parse_mode", "").upper() == "HTML" else markup
        if not text.strip():
            raise bad_request("message text is empty")
        if utf16_units(text) > LONGEST_TEXT:
            raise bad_request("message is too long")
        message = Shown(chat, next(self._message_ids), text, markup, _keyboard(fields.get("reply_markup", "")))
        self.shown.append(message)
        return {
            "message_id": message.id,
            "date": SENT_AT,
            "chat": {"id": chat, "type": "private", "first_name": "…"},
            "from": BOT,
            "text": text,
        }

    async def _answer_callback_query(self, fields: dict[str, str]) -> bool:
        query = fields.get("callback_query_id", "")
        if query not in self._queries:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        self._queries.discard(query)
        return True

    async def _delete_message(self, fields: dict[str, str]) -> bool:
        place = (int(fields.get("chat_id") or 0), int(fields.get("message_id") or 0))
        if place not in self._written:
            raise bad_request("message to delete not found")
        self._written.discard(place)
        self.deleted.append(place)
        return True


async def _fields(request: web.Request) -> tuple[dict[str, str], dict[str, File]]:
    """Return form, multipart or JSON fields as text, a file as its name; and the files."""
    if request.content_type == "application/json":
        content = await request.json()
        return {name: value if isinstance(value, str) else json.dumps(value) for name, value in content.items()}, {}
    form = await request.post()
    files = {
        name: File(value.filename, value.content_type, value.file.read())
        for name, value in form.items()
        if isinstance(value, web.FileField)
    }
    posted = {name: value if isinstance(value, str) else f"file:{files[name].name}" for name, value in form.items()}
    return {**request.query, **posted}, files


def _keyboard(text: str) -> list[list[Json]]:
    """Return the inline keyboard. Raises Refused for what Telegram refuses and our client does not check."""
    if not text:
        return []
    try:
        rows: list[list[Json]] = json.loads(text)["inline_keyboard"]
    except (ValueError, KeyError, TypeError) as error:
        raise bad_request("can't parse reply keyboard markup JSON object") from error
    buttons = [button for row in rows for button in row]
    if len(buttons) > MOST_BUTTONS or any(len(row) > 8 for row in rows):
        raise bad_request("reply markup is too long")
    for button in buttons:
        if not str(button.get("text", "")).strip():
            raise bad_request("inline keyboard button text is empty")
        if not 1 <= len(str(button.get("callback_data", "")).encode()) <= LONGEST_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    return rows
