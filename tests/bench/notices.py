"""Notices: a broadcast to many with faults, and how long replies take meanwhile.

`python -m tests.bench.notices --receivers 20000` takes seventeen minutes. The fake accepts 30 messages a
second with bursts of as many and answers 429 beyond; one call in a hundred to a receiver goes wrong: 429, 500, the
connection dropped before the message is taken, or after. Prints one JSON object.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from handlers.subscriptions import WORDS
from storage.instants import to_text
from tests.bench.inside import questions
from tests.bench.load import percentiles
from tests.bench.processes import COMMUNE, start_service
from tests.bench.wire import CHAT, Api, ApiProtocol, Citizen, Updates

TOPIC = "khan-cap"  # goes at night too: a measurement must not depend on the hour
FIRST = 1_000_000  # chat of the first receiver; people who write have small numbers
PLATFORM = 30.0  # messages in a second that the fake takes, with bursts of as many
WRITERS = 20
EVERY = 0.2  # seconds from one question to the next
ALONE = 40.0  # seconds of the measurement without a broadcast
NOTICE = "bench"
WORDS_SENT = "Nước sông Lam lên nhanh. Bà con hai bên bờ chuyển đồ lên cao, không đi qua tràn. " * 6
_KINDS = ("flood", "error", "dropped", "answer lost")
_FLOOD = (
    b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}'
)
_ERROR = b'{"ok":false,"error_code":500,"description":"Internal Server Error"}'


def _refusal(status: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % (status, len(body)) + body


class Strict:
    """What the fake allows and spoils, and what it has taken."""

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        self._rate, self._clock = rate, clock
        self._tokens, self._at = rate, clock()
        self._calls = 0
        self.taken: Counter[int] = Counter()
        self.spoilt: Counter[str] = Counter()
        self.too_fast = 0

    def allowed(self) -> bool:
        """Take a token of the platform's own bucket."""
        now = self._clock()
        self._tokens, self._at = min(self._rate, self._tokens + (now - self._at) * self._rate), now
        if self._tokens < 1:
            self.too_fast += 1
            return False
        self._tokens -= 1
        return True

    def fault(self, chat: int) -> str:
        """Return what goes wrong with a call, or nothing."""
        if chat < FIRST:
            return ""
        self._calls += 1
        if self._calls % 100:
            return ""
        kind = _KINDS[self._calls // 100 % len(_KINDS)]
        self.spoilt[kind] += 1
        return kind


class SpoiltProtocol(ApiProtocol):
    """One connection to the fake Bot API of a bad day."""

    def __init__(self, api: Api, strict: Strict) -> None:
        super().__init__(lambda chat, buttons: self._accepted(chat, buttons), api.called, lambda: api.delay)
        self._api, self._strict = api, strict

    def _accepted(self, chat: int, buttons: bool) -> None:
        self._strict.taken[chat] += 1
        self._api.sent(chat, buttons)

    def message_received(self, head: bytes, body: bytes) -> None:
        if b"/sendMessage" not in head:
            super().message_received(head, body)
            return
        found = CHAT.search(body)
        chat = int(found[1]) if found else 0
        kind = self._strict.fault(chat)
        if kind == "flood" or not self._strict.allowed():
            self.transport.write(_refusal(b"429 Too Many Requests", _FLOOD))
        elif kind == "error":
            self.transport.write(_refusal(b"500 Internal Server Error", _ERROR))
        elif kind == "dropped":
            self.transport.abort()
        else:
            if kind == "answer lost":
                self._strict.taken[chat] += 1
                self.transport.abort()
                return
            super().message_received(head, body)


class SpoiltApi(Api):
    """The fake Bot API with a limit and faults."""

    def __init__(self, strict: Strict) -> None:
        super().__init__()
        self._strict = strict

    async def start(self) -> str:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SpoiltProtocol(self, self._strict), "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"


def fill(path: Path, receivers: int) -> None:
    """Let so many people want the notice, and store it, approved."""
    now = to_text(datetime.now(UTC))  # noqa: TID251  # the service beside us reads the real clock
    with closing(sqlite3.connect(path, timeout=20)) as raw, raw:
        people = [(number, str(FIRST + number)) for number in range(FIRST, FIRST + receivers)]
        raw.executemany(
            "INSERT INTO chats (id, channel, account, chat, language, first_at, last_at, notice, dialog)"
            f" VALUES (?, 'telegram', '{COMMUNE}', ?, 'vi', '{now}', '{now}', '1', '{{}}')",
            people,
        )
        raw.executemany(
            f"INSERT INTO subscriptions (chat_id, topic, on_at, words) VALUES (?, '{TOPIC}', '{now}', '{WORDS}')",
            [(number,) for number, _ in people],
        )
        raw.execute(
            "INSERT INTO notices (id, account, topic, words, send_at, created_at, hamlets, emergency, state,"
            " drafted_by) VALUES (?, ?, ?, ?, ?, ?, '', 1, 'approved', 'bench')",
            (NOTICE, COMMUNE, TOPIC, WORDS_SENT, now, now),
        )


def state_of(path: Path) -> dict[str, object]:
    """Return the notice's own figures."""
    with closing(sqlite3.connect(path, timeout=20)) as raw:
        raw.row_factory = sqlite3.Row
        return dict(raw.execute("SELECT state, receivers, sent, failed, unreachable FROM notices").fetchone())


class Writers:
    """People who write, one after the other, at an even pace."""

    def __init__(self, api: Api, port: int) -> None:
        self._api, self._port = api, port
        self._people: dict[int, Citizen] = {}
        self.times: list[float] = []
        self.skipped = 0

    async def connect(self) -> None:
        """Open the connections and let everybody write once: the privacy notice is behind them."""
        updates = Updates(f"/telegram/{COMMUNE}", questions())
        for chat in range(1, WRITERS + 1):
            _, person = await asyncio.get_running_loop().create_connection(
                lambda: Citizen(chat, updates, lambda seconds: self.times.append(seconds)),  # noqa: B023
                "127.0.0.1",
                self._port,
            )
            person.going = False
            self._people[chat] = person
        self._api.sent = self._answered
        await self.write(lambda: len(self.times) >= WRITERS)
        await asyncio.sleep(2)

    def _answered(self, chat: int, buttons: bool) -> None:
        if chat in self._people and buttons:
            self._people[chat].answered()

    async def write(self, enough: Callable[[], bool]) -> list[float]:
        """Write until it is enough; return the seconds from each question to its answer."""
        began, number = len(self.times), 0
        while not enough():
            person = self._people[number % WRITERS + 1]
            number += 1
            if person.waiting:
                self.skipped += 1
            else:
                person.ask()
            await asyncio.sleep(EVERY)
        return self.times[began:]


async def measure(receivers: int, rate: float) -> dict[str, object]:
    """Run the service, first without and then with a broadcast."""
    strict = Strict(PLATFORM, time.perf_counter)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        api = SpoiltApi(strict)
        service = start_service(folder, await api.start(), rate=rate)
        try:
            await service.ready()
            writers = Writers(api, service.port)
            await writers.connect()
            until = time.perf_counter() + ALONE
            alone = await writers.write(lambda: time.perf_counter() > until)
            fill(folder / "bot.db", receivers)
            await writers.write(lambda: any(chat >= FIRST for chat in strict.taken))
            began = time.perf_counter()

            def over() -> bool:
                return sum(1 for chat in strict.taken if chat >= FIRST) >= receivers or slow()

            def slow() -> bool:
                return time.perf_counter() - began > receivers / rate * 2 + 60

            meanwhile = await writers.write(over)
            took = time.perf_counter() - began
            end = time.perf_counter() + 45  # what is tried again, and the errand that counts
            await writers.write(lambda: state_of(folder / "bot.db")["state"] == "sent" or time.perf_counter() > end)
            stands = state_of(folder / "bot.db")
        finally:
            service.stop()
            api.stop()
    got = [times for chat, times in strict.taken.items() if chat >= FIRST]
    return {
        "receivers": receivers,
        "rate": rate,
        "seconds": took,
        "reached": len(got),
        "twice": sum(times > 1 for times in got),
        "more": sum(times > 2 for times in got),
        "spoilt": dict(strict.spoilt),
        "too_fast": strict.too_fast,
        "alone": [len(alone), *percentiles(alone)],
        "meanwhile": [len(meanwhile), *percentiles(meanwhile)],
        "unanswered_when_asked_again": writers.skipped,
        "notice": stands,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--receivers", type=int, default=1_000)
    parser.add_argument("--rate", type=float, default=28.0)
    given = parser.parse_args()
    sys.stdout.write(json.dumps(asyncio.run(measure(given.receivers, given.rate))))
