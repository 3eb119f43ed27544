"""One bot whose platform hangs or floods takes no place of another commune's bot."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from bot.deliver import BATCH, Deliverer
from bot.lanes import Lanes
from handlers.messages import Address, Reply
from storage.database import Database
from tests.fakes import FakeChannel, FakeClock

ONE, OTHER = "anh-son", "nghia-tho"


@dataclass
class Hanging(FakeChannel):
    """A platform that does not answer until it is let go."""

    began: int = 0
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, to: Address, reply: Reply) -> None:
        self.began += 1
        await self.let_go.wait()


@dataclass
class Noticed(FakeChannel):
    """A platform that takes everything and says so."""

    account: str = OTHER
    first: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, to: Address, reply: Reply) -> None:
        await super().send(to, reply)
        self.first.set()


async def _post(database: Database, clock: FakeClock, account: str, count: int) -> None:
    async with database.begin() as store:
        for number in range(count):
            chat = await store.chats.open(Address("fake", account, f"{account}-{number}"), "vi", clock.now())
            store.outbox.post(chat, Reply("menu.text", "…").to_json(), clock.now(), cause=None)


async def test_a_bot_that_hangs_does_not_keep_another_waiting(databases: list[Database], clock: FakeClock) -> None:
    hanging, other = Hanging(), Noticed()
    deliverer = Deliverer(databases[0], {("fake", ONE): hanging, ("fake", OTHER): other}, clock.now)
    await _post(databases[0], clock, ONE, 2 * BATCH)
    await _post(databases[0], clock, OTHER, 1)
    running = asyncio.create_task(deliverer.run(0.05))
    try:
        async with asyncio.timeout(10):  # far below SEND_WITHIN: without shares it would be reached
            await other.first.wait()
        assert hanging.began == BATCH
    finally:
        running.cancel()
        hanging.let_go.set()
        await asyncio.gather(running, return_exceptions=True)


async def _wait_for_ever() -> None:
    await asyncio.Event().wait()


async def test_each_account_has_its_share_and_its_rest(clock: FakeClock) -> None:
    lanes = Lanes(2)
    one, other = Address("fake", ONE, "1"), Address("fake", OTHER, "1")
    tasks = [asyncio.create_task(_wait_for_ever()) for _ in range(3)]
    assert (lanes.room(), lanes.closed(clock.now())) == (2, [])
    lanes.add(one, tasks[0])
    assert (lanes.room(), lanes.closed(clock.now())) == (1, [])
    lanes.add(one, tasks[1])
    assert (lanes.room(), lanes.closed(clock.now())) == (2, [("fake", ONE)])
    lanes.add(other, tasks[2])
    assert lanes.room() == 1
    tasks[0].cancel()
    await asyncio.gather(tasks[0], return_exceptions=True)
    assert lanes.closed(clock.now()) == []
    lanes.rest(other, clock.now() + timedelta(seconds=30))
    assert lanes.closed(clock.now()) == [("fake", OTHER)]
    assert lanes.until_rested(clock.now()) == timedelta(seconds=30)
    clock.move(seconds=30)
    assert lanes.closed(clock.now()) == []
    assert lanes.until_rested(clock.now()) is None
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
