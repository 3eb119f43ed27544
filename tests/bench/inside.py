"""`ask` in process: whole turns through the Receiver on SQLite, and the bare search. Prints one JSON object."""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import memory
from bot.app import App
from bot.serve import system_now
from bot.settings import Settings, load
from handlers.messages import Address, Incoming
from storage.upgrade import upgrade
from tests.bench.load import percentiles
from tests.bench.processes import COMMUNE

QUESTIONS = Path(__file__).with_name("questions.txt")
TURNS = 2000
FINDS = 3000


def questions() -> list[str]:
    """Return the questions, as people write them."""
    return QUESTIONS.read_text(encoding="utf-8").splitlines()


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[App]:
    """Lend the service with a database of its own, nothing running."""
    content = load().content
    settings = Settings(content=content, database=f"sqlite+aiosqlite:///{folder / 'bench.db'}")
    app = App(settings, system_now, time.monotonic)
    await upgrade(settings.database)
    await app.database.open()
    memory.settle()  # as bot/serve.py does
    try:
        yield app
    finally:
        await app.database.close()


async def turn_times(app: App, turns: int, channel: str = "terminal") -> list[float]:
    """Return the seconds of each turn, one after the other, over twenty chats."""
    asked = questions()
    times = []
    for number in range(turns):
        address = Address(channel, COMMUNE, str(number // len(asked) % 20))
        incoming = Incoming(address, str(number), app.now(), text=asked[number % len(asked)])
        began = time.perf_counter()
        await app.receiver.receive(incoming)
        times.append(time.perf_counter() - began)
    return times


def find_times(app: App, finds: int) -> list[float]:
    """Return the seconds of each search."""
    asked = questions()
    search = app.library().communes[COMMUNE].search
    times = []
    for number in range(finds):
        began = time.perf_counter()
        search.find(asked[number % len(asked)])
        times.append(time.perf_counter() - began)
    return times


async def measure() -> dict[str, tuple[float, float, float]]:
    """Return (p50, p99, worst) in milliseconds of each thing measured."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder)) as app:
            first = find_times(app, len(questions()))
            turns = await turn_times(app, TURNS)
            finds = find_times(app, FINDS)
    named = {"ask": turns, "find": finds, "find, first time asked": first}
    return {name: (*percentiles(times), max(times) * 1000) for name, times in named.items()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(measure())))
