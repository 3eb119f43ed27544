"""Killed at the worst moments: nothing that was acknowledged is lost, nothing is out of order."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from bot.channels.markup import to_plain
from bot.receive import Receiver
from content.library import Library
from handlers.messages import Address, Incoming
from handlers.route import Routes
from storage.database import Database
from storage.upgrade import upgrade
from tests.e2e.test_serve import Process, process
from tests.fake_telegram import LAN, FakeTelegram, Json, Person, held

pytestmark = pytest.mark.slow  # each start of the service takes two seconds or more

# What is typed, and the phrase that answers it: six answers that cannot be mistaken for one another.
ASKED = {
    "/menu": "menu.text",
    "/help": "help.text",
    "/start": "start.hello",
    "/linh_vuc": "areas.text",
    "cảm ơn": "talk.welcome",
    "/ngon_ngu": "language.ask",
}


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


def let_leases_end(service: Process) -> int:
    """Give back what the killed process had claimed, as if its lease of 30 seconds were over; return how many."""
    with sqlite3.connect(service.database, timeout=10) as connection:
        changed = connection.execute(
            "UPDATE outbox SET claimed_until = '' WHERE claimed_until <> '' AND state = 'queued'"
        )
    connection.close()
    return changed.rowcount


def said(library: Library, key: str) -> str:
    commune = library.communes["anh-son"].profile.name
    return to_plain(library.speak("vi").say(key, commune=commune))


def _so_many(taken: list[Json], moment: int) -> bool:
    return len(taken) >= moment


async def test_a_reply_that_was_being_sent_is_sent_after_the_restart(telegram: FakeTelegram, tmp_path: Path) -> None:
    never = asyncio.Event()
    telegram.fails("sendMessage", held(never))
    update = telegram.says(LAN, "menu")
    async with process(tmp_path, telegram) as service:
        await service.start()
        assert await telegram.deliver(update) == 200
        await telegram.until(lambda: bool(telegram.called("sendMessage")))
        await service.kill()
        assert telegram.read_by(LAN) == []
        assert let_leases_end(service) == 1
        await service.start()
        assert len(await telegram.until_read(LAN, 2)) == 2
        # The same update once more: Telegram has not seen our 200. Then another one, whose answer comes after
        # whatever the repeat would have caused.
        assert await telegram.deliver(update) == 200
        assert await telegram.deliver(telegram.says(LAN, "/help")) == 200
        assert len(await telegram.until_read(LAN, 3)) == 3
        assert len(telegram.called("sendMessage")) == 4  # the one that was held and three that arrived
        assert await service.stop() == 0


async def test_a_reply_that_nobody_had_claimed_yet_is_sent_by_the_next_process(
    telegram: FakeTelegram, tmp_path: Path, library: Library, routes: Routes
) -> None:
    async with process(tmp_path, telegram) as service:
        url = service.environment()["BOT_DATABASE"]
        await upgrade(url)
        database = Database(url)
        await database.open()
        ids = map(str, count())
        receiver = Receiver(database, lambda: library, routes, lambda: datetime.now(UTC), lambda: next(ids))  # noqa: TID251
        update = telegram.says(LAN, "menu")
        address = Address("telegram", "anh-son", str(LAN.id))
        await receiver.receive(Incoming(address, str(update["update_id"]), datetime.now(UTC), text="menu"))  # noqa: TID251
        await database.close()  # as far as a process comes that is killed between commit and claim
        await service.start()
        await telegram.until_read(LAN, 2)
        assert await telegram.deliver(update) == 200
        assert await telegram.deliver(telegram.says(LAN, "/help")) == 200
        assert len(await telegram.until_read(LAN, 3)) == 3
        assert len(telegram.called("sendMessage")) == 3


@pytest.mark.parametrize("seed", [20261122])
async def test_killed_again_and_again_under_load_it_loses_nothing_and_keeps_the_order(
    telegram: FakeTelegram, tmp_path: Path, library: Library, seed: int
) -> None:
    chance = random.Random(seed)
    people = [Person(3000 + number, f"Người {number}") for number in range(10)]
    texts = {person.id: chance.sample(sorted(ASKED), len(ASKED)) for person in people}
    taken: list[Json] = []
    killed: list[int] = []

    async def one(person: Person) -> None:
        """Telegram's side of one chat: each update again and again until it is acknowledged, then the next."""
        for text in texts[person.id]:
            update = telegram.says(person, text)
            await telegram.deliver_until_taken(update)
            taken.append(update)
            if chance.random() < 0.3:  # Telegram has lost our 200
                await telegram.deliver_until_taken(update)

    async with process(tmp_path, telegram) as service:
        await service.start()
        clients = asyncio.gather(*map(one, people))
        for moment in (chance.randint(1, 15), chance.randint(20, 45)):
            await telegram.until(partial(_so_many, taken, moment))
            await service.kill()
            killed.append(len(taken))
            let_leases_end(service)
            await service.start()
        await clients
        expected = {person.id: [said(library, ASKED[text]) for text in texts[person.id]] for person in people}
        notice = said(library, "start.notice")

        def read(person: Person) -> list[str]:
            """What a person read, without what came twice in a row: sending is at least once."""
            words = [message.text for message in telegram.read_by(person)]
            return [text for place, text in enumerate(words) if place == 0 or text != words[place - 1]]

        await telegram.until(lambda: all(len(read(person)) > len(ASKED) for person in people), 20)
        for person in people:
            assert read(person) == [notice, *expected[person.id]]
        assert len(taken) == 60
        assert service.log().count('"event": "started"') == 3
        assert max(killed) < 60  # it was killed while messages came in
