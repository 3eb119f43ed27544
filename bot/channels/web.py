"""The web chat's API: session, message, pushed events. The page itself uses it; ids make repeats harmless."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from ipaddress import ip_address, ip_network

import structlog
from aiohttp import web

from bot.limits import Buckets
from bot.receive import Received, UnknownCommune
from bot.sessions import Sessions
from bot.web.pages import protect
from content.library import Library
from handlers.messages import Address, Incoming, Reply
from handlers.surveys import opens_counter
from storage.database import Database

NAME = "web"
LARGEST_BODY = 32_768  # bytes: 5,000 characters of Vietnamese and room for the envelope
LONGEST_ID = 100
HEARTBEAT_SECONDS = 25.0  # keeps proxies from closing an idle stream
LOOK_EVERY_SECONDS = 3.0
LONGEST_EVENT_ID = 18  # digits; more do not fit into the database's integers
log = structlog.get_logger(__name__)


class WebChannel:
    """All communes' web chats. Replies travel in the answer to the message; only pushes wait in the mailbox."""

    def __init__(
        self,
        database: Database,
        library: Callable[[], Library],
        receive: Callable[[Incoming], Awaitable[Received]],
        now: Callable[[], datetime],
        clock: Callable[[], float],
        *,
        trust_proxy: bool,
    ) -> None:
        self._database = database
        self._library = library
        self._receive = receive
        self._now = now
        self._trust_proxy = trust_proxy
        self._new_sessions = Buckets(burst=30, every=10.0, clock=clock)
        # All visitors of a centre may share one address; who opens session after session to vote again has one too.
        self._counter = Buckets(burst=30, every=120.0, clock=clock)
        self._messages = Buckets(burst=15, every=1.5, clock=clock)
        self._sessions: Sessions | None = None
        self._closing = asyncio.Event()
        self.look_every = LOOK_EVERY_SECONDS

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the API."""
        return [
            web.post("/{slug:[a-z0-9-]+}/chat/session", self.session),
            web.post("/{slug:[a-z0-9-]+}/chat", self.message),
            web.get("/{slug:[a-z0-9-]+}/chat/events", self.events, allow_head=False),
        ]

    async def start(self) -> None:
        """Agree with the other replicas on the key that signs sessions."""
        async with self._database.begin() as store:
            self._sessions = Sessions(await store.keys.agreed("web sessions", secrets.token_hex(32)))

    def stop(self) -> None:
        """End the event streams, so that the server can stop."""
        self._closing.set()

    async def session(self, request: web.Request) -> web.Response:
        """Open a session."""
        slug = self._slug(request)
        self._spend(request, self._new_sessions, self._caller(request))
        token = self._signer().issue(slug, secrets.token_urlsafe(18), self._now())
        return web.json_response({"session": token})

    async def message(self, request: web.Request) -> web.Response:
        """Take a message and return its replies; the same id again returns the same replies."""
        slug = self._slug(request)
        address = self._address(request, slug)
        self._spend(request, self._messages, address.chat)
        content = await self._content(request)
        incoming = self._incoming(request, address, content)
        received = await self._received(request, incoming)
        return web.json_response({"replies": [shown(reply) for reply in received.replies]}, dumps=_dumps)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream what the service says of its own accord (reminders, an official's words)."""
        address = self._address(request, self._slug(request))
        last = request.headers.get("Last-Event-ID", "0")
        after = int(last) if last.isascii() and last.isdecimal() and len(last) <= LONGEST_EVENT_ID else 0
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        protect(request, response)
        await response.prepare(request)
        try:
            await self._stream(response, address, after)
        except ConnectionResetError:  # the page was closed
            pass
        return response

    async def _stream(self, response: web.StreamResponse, address: Address, after: int) -> None:
        await response.write(b": hello\n\n")
        quiet = 0.0
        while not self._closing.is_set():
            pushed = await self._pushed(address, after)
            for number, reply in pushed:
                body = json.dumps(shown(Reply.from_json(reply)), ensure_ascii=False)
                await response.write(f"event: reply\nid: {number}\ndata: {body}\n\n".encode())
                after, quiet = number, 0.0
            if quiet >= HEARTBEAT_SECONDS:
                await response.write(b": still here\n\n")
                quiet = 0.0
            quiet += self.look_every
            await self._pause()

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._closing.wait(), self.look_every)
        except TimeoutError:
            pass

    async def _pushed(self, address: Address, after: int) -> list[tuple[int, str]]:
        async with self._database.read() as store:
            chat = await store.chats.find(address)
            return await store.mailbox.pushed(chat.id, after) if chat else []

    async def _received(self, request: web.Request, incoming: Incoming) -> Received:
        try:
            return await self._receive(incoming)
        except UnknownCommune:  # its folder was taken away this moment
            raise web.HTTPNotFound from None
        except Exception as error:  # the database is away: nothing was taken, the page sends the same id again
            log.exception("message not taken", error=type(error).__name__)
            unavailable = self._error(request, web.HTTPServiceUnavailable, "web.error.busy")
            unavailable.headers["Retry-After"] = "5"
            raise unavailable from error

    def _slug(self, request: web.Request) -> str:
        slug = request.match_info["slug"]
        if slug not in self._library().communes:
            raise web.HTTPNotFound
        return slug

    def _signer(self) -> Sessions:
        if self._sessions is None:
            raise RuntimeError("the web channel is not started")
        return self._sessions

    def _address(self, request: web.Request, slug: str) -> Address:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        chat = self._signer().chat(slug, token, self._now()) if kind == "Bearer" else None
        if chat is None:
            raise self._error(request, web.HTTPUnauthorized, "web.error.session")
        return Address(NAME, slug, chat)

    async def _content(self, request: web.Request) -> dict[str, object]:
        if (request.content_length or 0) > LARGEST_BODY:
            raise self._error(request, web.HTTPRequestEntityTooLarge, "web.error.too_large")
        try:
            body = await _at_most(LARGEST_BODY + 1, request)
            content = json.loads(body) if len(body) <= LARGEST_BODY else None
        except (ValueError, RecursionError, web.RequestPayloadError):  # the last: not compressed as it says
            body, content = b"", None
        if len(body) > LARGEST_BODY:
            raise self._error(request, web.HTTPRequestEntityTooLarge, "web.error.too_large")
        if not isinstance(content, dict):
            raise self._error(request, web.HTTPBadRequest, "web.error.bad_request")
        return content

    def _incoming(self, request: web.Request, address: Address, content: dict[str, object]) -> Incoming:
        identity, text, tap = content.get("id"), content.get("text"), content.get("tap")
        # Printable: no NUL and no lone surrogate, which would be stored as something else or not at all.
        known = isinstance(identity, str) and 0 < len(identity) <= LONGEST_ID and identity.isprintable()
        said = (
            isinstance(text, str) if tap is None else isinstance(tap, str) and text is None and len(tap) <= LONGEST_ID
        )
        if not known or not said:
            raise self._error(request, web.HTTPBadRequest, "web.error.bad_request")
        # Ids are the page's own, so they only count within its chat.
        return Incoming(
            address,
            f"{address.chat}:{identity}",
            self._now(),
            text=_storable(str(text or "")),
            tap=_storable(tap) if isinstance(tap, str) else None,
            language=request.headers.get("Accept-Language", "")[:2].lower(),
            crowded=opens_counter(str(text or "")) and self._counter.wait(network_of(self._caller(request))) > 0,
        )

    def _spend(self, request: web.Request, buckets: Buckets, caller: str) -> None:
        wait = buckets.wait(caller)
        if wait > 0:
            error = self._error(request, web.HTTPTooManyRequests, "web.error.too_fast")
            error.headers["Retry-After"] = str(int(wait) + 1)
            raise error

    def _caller(self, request: web.Request) -> str:
        forwarded = request.headers.get("X-Forwarded-For", "")
        if self._trust_proxy and forwarded:
            return forwarded.rpartition(",")[2].strip()
        return request.remote or ""

    def _error(self, request: web.Request, kind: type[web.HTTPException], key: str) -> web.HTTPException:
        phrases = self._library().speak(request.headers.get("Accept-Language", "")[:2].lower())
        body = json.dumps({"error": phrases.plain(key)}, ensure_ascii=False)
        if kind is web.HTTPRequestEntityTooLarge:
            return web.HTTPRequestEntityTooLarge(
                max_size=LARGEST_BODY, actual_size=0, text=body, content_type="application/json"
            )
        return kind(text=body, content_type="application/json")


def network_of(caller: str) -> str:
    """Return an IPv4 address, or the /64 of an IPv6 address: one line has as many of these as it likes."""
    try:
        address = ip_address(caller.partition("%")[0])
    except ValueError:
        return caller
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


_dumps = partial(json.dumps, ensure_ascii=False)  # Vietnamese takes three times the bytes when it is escaped


def shown(reply: Reply) -> dict[str, object]:
    """Return a reply as the API gives it out."""
    buttons = [{"label": button.label, "value": button.value} for button in reply.buttons]
    content: dict[str, object] = {"key": reply.key, "text": reply.text, "buttons": buttons}
    return content | {"picture": reply.picture} if reply.picture else content


def _storable(text: str) -> str:
    """Return text without NUL and lone surrogates, which JSON can carry and not every database can store."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


async def _at_most(size: int, request: web.Request) -> bytes:
    body = b""
    while len(body) < size and (more := await request.content.read(size - len(body))):
        body += more
    return body
