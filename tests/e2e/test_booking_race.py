"""Five hundred people want one slot of capacity three, over HTTP, at two replicas, on both databases."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from bot.app import App
from bot.settings import Settings
from storage.database import Database
from tests.conftest import CONTENT
from tests.fakes import FakeClock

BOOKERS = 500
CAPACITY = 3
SLOT = "2026-11-26T14:00:00+07:00"  # Thursday, the session of the digital support team


@pytest_asyncio.fixture
async def addresses(database_url: str, clock: FakeClock, tmp_path: Path) -> AsyncIterator[list[str]]:
    """Two whole services on one database."""
    apps, runners, found = [], [], []
    for _ in range(2):
        app = App(Settings(database=database_url, content=CONTENT, trust_proxy=True), clock.now, time.monotonic)
        await app.start()
        runner = web.AppRunner(app.web_application())
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        apps.append(app)
        runners.append(runner)
        found.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
    yield found
    for app, runner in zip(apps, runners, strict=True):
        app.web.stop()
        await runner.cleanup()
        await app.stop()


class Booker:
    """Somebody on the web page, at another replica each turn."""

    def __init__(self, number: int, http: aiohttp.ClientSession, addresses: list[str]) -> None:
        self._number = number
        self._http = http
        self._addresses = addresses
        self._turn = number
        self._token = ""

    async def _post(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        self._turn += 1
        address = self._addresses[self._turn % 2]
        headers = {
            "Authorization": f"Bearer {self._token}",
            "X-Forwarded-For": f"10.0.{self._number // 250}.{self._number % 250}",
        }
        async with self._http.post(f"{address}/anh-son/chat{path}", json=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            found: dict[str, Any] = await answer.json()
            return found

    async def taps(self, value: str) -> str:
        """Tap; return the key of the last reply."""
        replies = (await self._post("", {"id": f"{self._turn}", "tap": value}))["replies"]
        assert replies, "a message got no answer"
        return str(replies[-1]["key"])

    async def goes_to_the_times(self) -> None:
        self._token = (await self._post("/session", {}))["session"]
        for value in ("book", "centre", "to-ho-tro"):
            await self.taps(value)
        key = await self.taps("2026-11-26")
        if key == "booking.ask_part":
            key = await self.taps("afternoon")
        assert key == "booking.ask_time"

    async def takes_the_time(self) -> str:
        return await self.taps(SLOT)

    async def confirms(self) -> str:
        await self.taps("me")
        return await self.taps("yes")


@pytest.mark.slow
async def test_five_hundred_at_once_for_three_seats(addresses: list[str], database_url: str) -> None:
    connector = aiohttp.TCPConnector(limit=100)
    async with aiohttp.ClientSession(connector=connector) as http:
        people = [Booker(number, http, addresses) for number in range(BOOKERS)]
        await asyncio.gather(*(person.goes_to_the_times() for person in people))
        answers = await asyncio.gather(*(person.takes_the_time() for person in people))
        won = [person for person, key in zip(people, answers, strict=True) if key == "booking.ask_whom"]
        done = await asyncio.gather(*(person.confirms() for person in won))
    assert len(won) == CAPACITY
    assert done == ["booking.done"] * CAPACITY
    # Everybody else was told and shown the times that are left.
    assert Counter(answers) == {"booking.ask_whom": CAPACITY, "booking.ask_time": BOOKERS - CAPACITY}
    database = Database(database_url)
    await database.open()
    async with database.read() as store:
        visits = await store.bookings.on_day("anh-son", FakeClock().at.date().replace(day=26))
    await database.close()
    assert len(visits) == CAPACITY
    assert len({visit.code for visit in visits}) == CAPACITY
