"""Every bot has its share of what is on its way: one that hangs or has much to say holds up nobody."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.deliver import Deliverer
from handlers.messages import Address, Reply
from storage.chats import Address as ChatAddress
from storage.database import Database
from tests.fakes import FakeChannel, FakeClock
from tests.own_postgres import execute

HANGING, WELL = "anh-son", "tan-an"
MANY = 300


class HangingChannel(FakeChannel):
    """A platform that takes what it is given and never says so."""

    def __init__(self) -> None:
        super().__init__(account=HANGING)
        self.over = asyncio.Event()
        self.begun: list[str] = []

    async def send(self, to: Address, reply: Reply) -> None:
        self.begun.append(reply.key)
        await self.over.wait()
        self.sent.append((to, reply))


@pytest.fixture
def hanging() -> HangingChannel:
    return HangingChannel()


@pytest.fixture
def well() -> FakeChannel:
    return FakeChannel(account=WELL)


@pytest.fixture
async def running(
    databases: list[Database], hanging: HangingChannel, well: FakeChannel, clock: FakeClock
) -> AsyncIterator[Deliverer]:
    deliverer = Deliverer(databases[0], {("fake", HANGING): hanging, ("fake", WELL): well}, clock.now)
    task = asyncio.create_task(deliverer.run(0.05))
    yield deliverer
    hanging.over.set()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _say(
    database: Database, clock: FakeClock, commune: str, names: list[str], cause: str | None, key: str
) -> None:
    async with database.begin() as store:
        for name in names:
            chat = await store.chats.open(ChatAddress("fake", commune, name), "vi", clock.now())
            store.outbox.post(chat, Reply(key, "x").to_json(), clock.now(), cause=cause)


async def _until(channel: FakeChannel, key: str, number: int) -> None:
    async with asyncio.timeout(15):
        while channel.keys().count(key) < number:  # noqa: ASYNC110 – what is sent is what counts, nothing tells of it
            await asyncio.sleep(0)


async def test_a_hanging_bot_holds_up_no_other(
    databases: list[Database], clock: FakeClock, running: Deliverer, hanging: HangingChannel, well: FakeChannel
) -> None:
    await _say(databases[1], clock, HANGING, [f"h{n}" for n in range(MANY)], "1", "slow")
    running.nudge()
    async with asyncio.timeout(15):
        while len(hanging.begun) < 64:  # noqa: ASYNC110 – as above
            await asyncio.sleep(0)
    await _say(databases[1], clock, WELL, [f"w{n}" for n in range(80)], "1", "quick")
    running.nudge()
    await _until(well, "quick", 80)
    assert hanging.sent == []
    assert len(hanging.begun) < 128  # its share, and a batch that was taken in one go


async def test_an_answer_passes_the_reminders_that_came_before_it(
    databases: list[Database], clock: FakeClock, running: Deliverer, hanging: HangingChannel
) -> None:
    await _say(databases[1], clock, HANGING, [f"h{n}" for n in range(MANY)], None, "reminder")
    running.nudge()
    async with asyncio.timeout(15):
        while len(hanging.begun) < 32:  # noqa: ASYNC110 – as above
            await asyncio.sleep(0)
    await _say(databases[1], clock, HANGING, ["lan"], "1", "answer")
    running.nudge()
    async with asyncio.timeout(15):
        while "answer" not in hanging.begun:  # noqa: ASYNC110 – as above
            await asyncio.sleep(0)
    assert hanging.begun.count("reminder") < 96
    hanging.over.set()
    await _until(hanging, "reminder", MANY)


async def test_what_was_claimed_is_settled_once(
    databases: list[Database], clock: FakeClock, hanging: HangingChannel, well: FakeChannel
) -> None:
    hanging.over.set()
    deliverer = Deliverer(databases[0], {("fake", HANGING): hanging, ("fake", WELL): well}, clock.now)
    await _say(databases[1], clock, HANGING, [f"h{n}" for n in range(70)], None, "reminder")
    while await deliverer.deliver_due():
        clock.at += timedelta(seconds=1)
    assert (len(hanging.sent), deliverer.sent) == (70, 70)


async def test_no_more_is_claimed_than_wanted_however_the_database_goes_about_it(
    databases: list[Database], database_url: str, clock: FakeClock
) -> None:
    """PostgreSQL plans anew once it has counted the rows, as its autovacuum does in passing."""
    await _say(databases[1], clock, HANGING, [f"h{n}" for n in range(MANY)], "1", "slow")
    if database_url.startswith("postgresql"):
        await execute(database_url.replace("+asyncpg", ""), "ANALYZE outbox")
    async with databases[0].begin() as store:
        claimed = await store.outbox.claim(clock.now(), clock.now() + timedelta(seconds=30), 64)
    assert len(claimed) == 64
