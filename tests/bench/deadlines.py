"""Deadlines: what is due next among 100,000 filings, and many reminders of one minute out at Telegram's rate.

`python -m tests.bench.deadlines --reminders 10000` runs the whole of the second part: six minutes at 28 a second.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from pydantic import SecretStr

from bot.channels.telegram import TelegramChannel
from bot.deliver import Deliverer
from bot.settings import TelegramSettings
from content.library import Library, load
from handlers.errand import Errand
from handlers.filing_reminders import remind
from handlers.filing_wanted import expected
from handlers.messages import Address, Incoming
from storage.chats import Address as ChatAddress
from storage.database import Database
from storage.filings import Filing
from storage.upgrade import upgrade

CONTENT = Path(__file__).parents[2] / "content"
SLUG = "anh-son"
NOW = datetime(2026, 11, 23, 1, 0, 5, tzinfo=UTC)  # a Monday, five seconds past eight
STORED = 100_000
A_COMMUNE = 200
LOOKS = 300
LIMIT = 30  # messages that the platform takes in any second
SHORT = 600
BOT_TOKEN = "1000:bench"


def quantile(times: list[float], share: float) -> float:
    """Return the value below which a share of the times lies."""
    return sorted(times)[int(len(times) * share)]


# Part one: planning and finding what is due


async def fill(database: Database, library: Library) -> tuple[float, datetime]:
    """Store filings with their ladders for 500 communes as the planning does; return how many a second.

    The instant is when the first reminders are due, in all communes at once.
    """
    commune = library.communes[SLUG]
    wanted = list(expected(commune, NOW, NOW + timedelta(days=400)))[:A_COMMUNE]
    ladders = [[(step.name, step.at) for step in one.assignment.steps(one.due.due, commune.calendar)] for one in wanted]
    began = time.perf_counter()
    for number in range(STORED // len(wanted)):
        async with database.begin() as store:
            for index, (one, ladder) in enumerate(zip(wanted, ladders, strict=True)):
                filing = one.filing(f"{number:05}{index:05}", f"xa-{number}")
                await store.filings.plan(filing, [step for step in ladder if step[1] > NOW], NOW)
    first = min(at for ladder in ladders for _, at in ladder if at > NOW)
    return STORED / (time.perf_counter() - began), first


async def look(database: Database, moment: datetime) -> list[float]:
    """Return the milliseconds of each look for what is due at a moment: which communes, and the first one's steps."""
    times = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        async with database.read() as store:
            due = await store.filing_steps.due_accounts(moment)
            if due:
                await store.filing_steps.due(due[0][0], moment)
        times.append((time.perf_counter() - began) * 1000)
    return times


# Part two: ten thousand reminders of one minute


class Platform:
    """A Bot API that takes no more than LIMIT messages in any second, as Telegram says of itself."""

    def __init__(self) -> None:
        self.recent: deque[float] = deque()
        self.sent = self.refused = self.busiest = 0
        self.done = asyncio.Event()
        self.wanted = 0

    async def handle(self, request: web.Request) -> web.Response:
        """Answer a call."""
        if not request.path.lower().endswith("/sendmessage"):
            return web.json_response({"ok": True, "result": True})
        now = time.monotonic()
        while self.recent and self.recent[0] <= now - 1.0:
            self.recent.popleft()
        if len(self.recent) >= LIMIT:
            self.refused += 1
            answer = {
                "ok": False,
                "error_code": 429,
                "description": "Too Many Requests",
                "parameters": {"retry_after": 1},
            }
            return web.json_response(answer, status=429)
        self.recent.append(now)
        self.sent += 1
        self.busiest = max(self.busiest, len(self.recent))
        if self.sent >= self.wanted:
            self.done.set()
        chat = {"id": 1, "type": "private", "first_name": "Lan"}
        return web.json_response({"ok": True, "result": {"message_id": self.sent, "date": 1_795_305_600, "chat": chat}})


async def one_filing(database: Database, library: Library, people: int) -> None:
    """Store one filing that is due today for a unit of so many officers."""
    commune = library.communes[SLUG]
    one = next(one for one in expected(commune, NOW, NOW + timedelta(days=60)) if one.unit == "kinh-te")
    async with database.begin() as store:
        for number in range(1, people + 1):
            chat = await store.chats.open(ChatAddress("telegram", SLUG, str(number)), "vi", NOW)
            store.members.invite(f"C{number}", SLUG, "kinh-te", "officer", "bench", NOW + timedelta(days=1))
            await store.members.join(f"C{number}", SLUG, chat.id, f"m{number}", NOW)
        filing: Filing = one.filing("due", SLUG)
        await store.filings.plan(replace(filing), [("T-10", NOW)], NOW)


async def send_all(database: Database, library: Library, people: int) -> dict[str, float]:
    """Remind everybody at once and send it all through the real channel; return what came of it."""
    platform = Platform()
    platform.wanted = people
    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", platform.handle)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    settings = TelegramSettings.model_validate({"token": SecretStr(BOT_TOKEN), "api_base": f"http://127.0.0.1:{port}"})
    channel = TelegramChannel(SLUG, settings, "", _nobody_writes, _nobody_blocks, time.monotonic)
    # Only what sends is opened: nobody writes to this bot.
    await channel._bot._request[1].initialize()
    began = time.perf_counter()
    async with database.begin() as store:
        await remind(Errand(library, NOW, store, lambda: "x", "", frozenset()))
    written = time.perf_counter() - began
    began = time.perf_counter()
    # Time passes here: what is refused must be tried again.
    now = lambda: NOW + timedelta(seconds=time.perf_counter() - began)  # noqa: E731
    deliverer = Deliverer(database, {("telegram", SLUG): channel}, now)
    running = asyncio.create_task(deliverer.run(2.0))
    await platform.done.wait()
    seconds = time.perf_counter() - began
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await channel._bot._request[1].shutdown()
    await runner.cleanup()
    return {
        "reminders": people,
        "written_seconds": written,
        "sent_a_second": people / seconds,
        "busiest_second": platform.busiest,
        "refused_429": platform.refused,
    }


async def _nobody_writes(_: Incoming) -> None:
    raise AssertionError("nobody writes to this bot")


async def _nobody_blocks(_: Address) -> None:
    raise AssertionError("nobody blocks this bot")


async def main(people: int, stored: bool) -> None:
    """Measure and print JSON."""
    library = load(CONTENT)
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("filings", "sending"):
            await upgrade(f"sqlite+aiosqlite:///{folder}/{name}.db")
        if stored:
            database = Database(f"sqlite+aiosqlite:///{folder}/filings.db")
            await database.open()
            figures["planned_a_second"], first = await fill(database, library)
            calm, busy = await look(database, NOW), await look(database, first)
            figures |= {"due_p50": quantile(calm, 0.5), "due_p99": quantile(calm, 0.99)}
            figures |= {"due_busy_p50": quantile(busy, 0.5), "due_busy_p99": quantile(busy, 0.99)}
            await database.close()
        database = Database(f"sqlite+aiosqlite:///{folder}/sending.db")
        await database.open()
        await one_filing(database, library, people)
        figures |= await send_all(database, library, people)
        await database.close()
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench.deadlines", description=__doc__)
    parser.add_argument("--reminders", type=int, default=SHORT)
    parser.add_argument("--only-sending", action="store_true")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.reminders, not arguments.only_sending))
