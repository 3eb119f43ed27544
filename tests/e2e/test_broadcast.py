"""A notice to many through the real client to a Telegram on a bad day, while people go on writing.

The rate and the clock run faster than in life, the code is the same. How long replies take is measured by
`python -m tests.bench.notices`.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app import App
from bot.settings import Settings, TelegramSettings
from handlers.messages import Incoming
from handlers.subscriptions import WORDS
from storage.chats import Address
from storage.notices import Notice
from storage.subscriptions import Audience
from storage.upgrade import upgrade
from tests.conftest import CONTENT
from tests.fake_telegram import ANSWER_LOST, DROPPED, INTERNAL, LAN, SECRET, TOKEN, FakeTelegram, Fault, flood

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:.*PTB_TIMEDELTA")]

RECEIVERS = 600
FIRST = 500_000
FASTER = 30  # than life: what is tried again after five seconds is tried after a sixth of one
NEWS = "Sáng thứ Năm cúp điện xóm 5 từ 8 giờ"


class FastClock:
    """Monday 23/11/2026, nine o'clock, and from there faster than life."""

    def __init__(self) -> None:
        self._began = asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 2, 0, tzinfo=UTC) + timedelta(seconds=self.seconds())

    def seconds(self) -> float:
        return (asyncio.get_running_loop().time() - self._began) * FASTER


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest_asyncio.fixture
async def app(telegram: FakeTelegram, tmp_path: Path) -> AsyncIterator[App]:
    clock = FastClock()
    settings = Settings(
        database=f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}",
        content=CONTENT,
        public_url="http://127.0.0.1:1",
        telegram={
            "anh-son": TelegramSettings(
                token=TOKEN, mode="webhook", webhook_secret=SECRET, api_base=telegram.address, rate=400
            )
        },
    )
    app = App(settings, clock.now, clock.seconds)
    await upgrade(settings.database)
    await app.database.open()
    [channel] = app.telegrams
    await channel.start()
    sending = asyncio.create_task(app.deliverer.run(0.05))
    yield app
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await channel.stop_receiving()
    await channel.close()
    await app.database.close()


async def _store(app: App) -> None:
    async with app.database.begin() as store:
        for number in range(RECEIVERS):
            chat = await store.chats.open(Address("telegram", "anh-son", str(FIRST + number)), "vi", app.now())
            store.subscriptions.turn_on(chat.id, "dien-nuoc-duong", WORDS, app.now())
        notice = Notice("n1", Audience("anh-son", "dien-nuoc-duong"), NEWS, False, None, "m1")
        store.notices.add(notice, app.now())
        tomorrow = app.now() + timedelta(days=1)
        store.members.invite("K7M2-QXRT-ZZZ9", "anh-son", "vh-xh", "head", "Trưởng phòng", tomorrow)
    async with app.database.begin() as store:
        head = await store.chats.open(Address("telegram", "anh-son", "77"), "vi", app.now())
        member = await store.members.join("K7M2-QXRT-ZZZ9", "anh-son", head.id, "head", app.now())
        assert member is not None
        assert await store.notices.approve(notice, member, app.now()) is not None


def _bad_day() -> list[Fault]:
    """One call in a hundred goes wrong, in each of the ways in turn."""
    kinds = itertools.cycle((flood(1), INTERNAL, DROPPED, ANSWER_LOST))
    return [next(kinds) if number % 100 == 50 else Fault() for number in range(RECEIVERS * 2)]


async def test_everybody_gets_it_once_on_a_bad_day_while_people_go_on_writing(app: App, telegram: FakeTelegram) -> None:
    await _store(app)
    faults = _bad_day()
    telegram.fails("sendMessage", *faults)
    update = itertools.count(1)

    async def over() -> bool:
        async with app.database.read() as store:
            found = await store.notices.one("anh-son", "n1")
            return found is not None and found.finished is not None

    asked = 0
    async with asyncio.timeout(60):
        while not await over():
            await app.run_errands()
            if asked < 20:
                asked += 1
                await app.receive(_asks(app, next(update)))
            await telegram.a_moment()
        await telegram.until(lambda: len(telegram.read_by(LAN)) > asked)
    got = Counter(shown.chat for shown in telegram.shown if NEWS in shown.text)
    assert len(got) == RECEIVERS
    calls = len(telegram.called("sendMessage"))
    lost = sum(fault is ANSWER_LOST for fault in faults[:calls])
    assert lost > 0
    # Telegram has no key by which it would know a message again: whoever's answer was lost may get it twice.
    twice = [chat for chat, times in got.items() if times > 1]
    assert len(twice) <= lost
    assert max(got.values()) <= 2
    async with app.database.read() as store:
        done = await store.notices.one("anh-son", "n1")
    assert done is not None
    assert (done.state, done.receivers, done.sent, done.failed, done.unreachable) == ("sent", 600, 600, 0, 0)


async def test_when_notices_are_told_to_slow_down_replies_still_go(app: App, telegram: FakeTelegram) -> None:
    await _store(app)
    telegram.fails("sendMessage", flood(100_000))
    await app.run_errands()
    await telegram.until(lambda: bool(telegram.called("sendMessage")))
    await app.receive(_asks(app, 1))
    assert [shown.chat for shown in await telegram.until_read(LAN, 2)] == [LAN.id, LAN.id]
    sent = len(telegram.shown)
    await app.receive(_asks(app, 2))
    await telegram.until_read(LAN, 3)
    assert len(telegram.shown) == sent + 1  # the notices are silent meanwhile


def _asks(app: App, number: int) -> Incoming:
    return Incoming(Address("telegram", "anh-son", str(LAN.id)), f"u{number}", app.now(), text="menu")
