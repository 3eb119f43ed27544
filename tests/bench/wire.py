"""A fake Bot API and the callers of a webhook, both on bare asyncio protocols: they must not be the slowest part."""

import asyncio
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

API_TOKEN = "1000:bench"
SECRET = "bench-secret"
CHAT = re.compile(rb'chat_id(?:=|"\r\n\r\n|":\s*)(\d+)')
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_ME = {
    "id": 1000,
    "is_bot": True,
    "first_name": "Bench",
    "username": "bench_bot",
    "can_join_groups": False,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
_DATE = 1_795_305_600  # a fixed instant: nobody measures with it
Sent = Callable[[int, bool], None]


def _response(result: object) -> bytes:
    body = json.dumps({"ok": True, "result": result}).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


_TRUE = _response(True)
_GET_ME = _response(_ME)


def _message(number: int, chat: int) -> bytes:
    body = (
        b'{"ok":true,"result":{"message_id":%d,"date":%d,"chat":{"id":%d,"type":"private","first_name":"Lan"},'
        b'"from":{"id":1000,"is_bot":true,"first_name":"Bench"},"text":"ok"}}'
    ) % (number, _DATE, chat)
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


class Framed(asyncio.Protocol, ABC):
    """Cuts the bytes of a connection into HTTP messages that have a Content-Length or no body."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        while buffer:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                break
            length = _LENGTH.search(buffer, 0, end)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(buffer) < whole:
                break
            self.message_received(buffer[:end], buffer[end + 4 : whole])
            buffer = buffer[whole:]
        self._buffer = buffer

    @abstractmethod
    def message_received(self, head: bytes, body: bytes) -> None:
        """Take one whole message."""


class ApiProtocol(Framed):
    """One connection to the fake Bot API. Tells of each sendMessage its chat and whether it has buttons."""

    def __init__(self, sent: Sent, called: dict[str, int], delay: Callable[[], float]) -> None:
        super().__init__()
        self._sent = sent
        self._called = called
        self._delay = delay

    def message_received(self, head: bytes, body: bytes) -> None:
        method = head[: head.find(b" HTTP/")].rpartition(b"/")[2]
        if method == b"sendMessage":
            chat = CHAT.search(body)
            if chat is None:
                raise RuntimeError(f"sendMessage without chat_id: {body[:200]!r}")
            number, buttons = int(chat[1]), b"reply_markup" in body
            if delay := self._delay():
                asyncio.get_running_loop().call_later(delay, self._acknowledge, number, buttons)
            else:
                self._acknowledge(number, buttons)
            return
        name = method.decode()
        self._called[name] = self._called.get(name, 0) + 1
        self.transport.write(_GET_ME if method == b"getMe" else _TRUE)

    def _acknowledge(self, chat: int, buttons: bool) -> None:
        self.transport.write(_message(1, chat))
        self._sent(chat, buttons)


class Api:
    """The fake Bot API of one bot, on a port of its own. `delay`: seconds until a sendMessage is acknowledged."""

    def __init__(self) -> None:
        self.delay = 0.0
        self.called: dict[str, int] = {}
        self.sent: Sent = lambda chat, buttons: None
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Listen; return the address."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: ApiProtocol(lambda chat, buttons: self.sent(chat, buttons), self.called, lambda: self.delay),
            "127.0.0.1",
            0,
        )
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()


class Updates:
    """Makes webhook requests: the questions in turn, each chat beginning at another one."""

    def __init__(self, path: str, questions: Sequence[str]) -> None:
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: "
        ).encode()
        self._texts = [json.dumps(question).encode() for question in questions]
        self._number = 0

    def request(self, chat: int, turn: int) -> bytes:
        """Return the bytes of a chat's next update."""
        self._number += 1
        text = self._texts[(chat * 7 + turn) % len(self._texts)]
        body = (
            b'{"update_id":%d,"message":{"message_id":%d,"date":%d,"chat":{"id":%d,"type":"private","first_name":"Lan"},'
            b'"from":{"id":%d,"is_bot":false,"first_name":"Lan","language_code":"vi"},"text":%s}}'
        ) % (self._number, self._number, _DATE, chat, chat, text)
        return b"%s%d\r\n\r\n%s" % (self._head, len(body), body)


class Citizen(Framed):
    """One chat: sends its next update when the last one was accepted and its answer has arrived."""

    def __init__(self, chat: int, updates: Updates, done: Callable[[float], None]) -> None:
        super().__init__()
        self._chat = chat
        self._updates = updates
        self._done = done
        self._turn = 0
        self._accepted = self._answered = True
        self._began = 0.0
        self._loop = asyncio.get_running_loop()
        self.going = True
        self.trouble = ""

    def ask(self) -> None:
        """Send the next update."""
        self._accepted = self._answered = False
        self._began = self._loop.time()
        self.transport.write(self._updates.request(self._chat, self._turn))
        self._turn += 1

    @property
    def waiting(self) -> bool:
        """Whether an answer is outstanding."""
        return not (self._accepted and self._answered)

    def message_received(self, head: bytes, body: bytes) -> None:
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 204")):
            self.trouble = head[:60].decode(errors="replace")
            return
        self._accepted = True
        self._go_on()

    def answered(self) -> None:
        """The bot has sent the chat its answer."""
        if not self._answered:
            self._answered = True
            self._done(self._loop.time() - self._began)
            self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.waiting:
            self.trouble = "connection lost"

    def _go_on(self) -> None:
        if self._accepted and self._answered and self.going:
            self.ask()
