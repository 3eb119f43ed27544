"""A picture to Telegram: the multipart form that arrives there, and what happens when it cannot be sent."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.boards.drawing import draw
from bot.boards.rows import rows_of
from bot.channels.base import SendFailed
from bot.channels.telegram import TelegramChannel
from bot.deliver import Deliverer
from bot.settings import TelegramSettings
from content.library import Library
from handlers.board import Seen
from handlers.messages import Address, Button, Incoming, Reply
from storage.database import Database
from tests.examples.report import data_of
from tests.fake_telegram import BLOCKED, INTERNAL, LAN, TOKEN, FakeTelegram, Fault, flood
from tests.fakes import FakeClock

TO = Address("telegram", "anh-son", str(LAN.id))
PATH = "/anh-son/board/x.png"
WORDS = Reply("board.title", "**Bảng**")
PICTURE = Reply("board.picture", "**Hình** & chữ", (Button("Bảng theo dõi", "board"),), picture=PATH)
REFUSED = Fault(400, "Bad Request: IMAGE_PROCESS_FAILED")
# The library constructs RetryAfter with a warning about its own future; see bot/channels/telegram.py `_seconds`.
pytestmark = pytest.mark.filterwarnings("ignore:.*PTB_TIMEDELTA")


@dataclass
class Gallery:
    """Stands for what bot/boards draws: one picture, or none any more."""

    png: bytes | None

    async def __call__(self, address: str) -> bytes | None:
        assert address == PATH
        return self.png


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture(scope="module")
def drawn(library: Library) -> bytes:
    """A real picture, as large as they are; drawn once, because these tests are of what becomes of it."""
    commune = library.communes["anh-son"]
    board = rows_of(Seen(data_of(commune), late=True, below=True), commune, library.speak("vi"))
    return draw(board, library.speak("vi").messages["board.more_on_page"])


@pytest.fixture
def gallery(drawn: bytes) -> Gallery:
    return Gallery(drawn)


@pytest_asyncio.fixture
async def channel(telegram: FakeTelegram, gallery: Gallery, clock: FakeClock) -> AsyncIterator[TelegramChannel]:
    async def nothing(_: Incoming | Address) -> None: ...

    settings = TelegramSettings(token=SecretStr(TOKEN), api_base=telegram.address, rate=1000)
    made = TelegramChannel("anh-son", settings, "", nothing, nothing, clock.seconds, gallery)
    await made._bot._request[1].initialize()
    yield made
    await made.close()


async def test_the_picture_arrives_as_a_file_with_its_caption(
    channel: TelegramChannel, telegram: FakeTelegram, gallery: Gallery
) -> None:
    await channel.send(TO, WORDS)
    await channel.send(TO, PICTURE)
    words, picture = telegram.read_by(LAN)
    assert (words.text, words.photo) == ("Bảng", None)
    assert (picture.text, picture.markup) == ("Hình & chữ", "<b>Hình</b> &amp; chữ")
    assert picture.photo == gallery.png
    assert picture.values() == ["board"]
    [call] = telegram.called("sendPhoto")
    assert (call.files["photo"].name, call.files["photo"].kind) == ("picture.png", "image/png")


async def test_a_picture_that_nobody_may_see_any_more_is_left_out(
    channel: TelegramChannel, telegram: FakeTelegram, gallery: Gallery
) -> None:
    gallery.png = None
    await channel.send(TO, PICTURE)
    assert telegram.calls == []


@pytest.mark.parametrize(
    ("fault", "retry", "closed"), [(REFUSED, False, False), (BLOCKED, False, True), (INTERNAL, True, False)]
)
async def test_a_picture_fails_as_words_do(
    channel: TelegramChannel, telegram: FakeTelegram, fault: Fault, retry: bool, closed: bool
) -> None:
    telegram.fails("sendPhoto", fault)
    with pytest.raises(SendFailed) as failed:
        await channel.send(TO, PICTURE)
    assert (failed.value.retry, failed.value.closed) == (retry, closed)


async def test_a_flood_limit_for_a_picture_holds_for_everything(
    channel: TelegramChannel, telegram: FakeTelegram
) -> None:
    telegram.fails("sendPhoto", flood(7))
    with pytest.raises(SendFailed):
        await channel.send(TO, PICTURE)
    with pytest.raises(SendFailed) as failed:
        await channel.send(TO, WORDS)
    assert failed.value.after == 7


async def test_the_words_go_out_once_whatever_becomes_of_the_picture(
    channel: TelegramChannel, telegram: FakeTelegram, databases: list[Database], clock: FakeClock
) -> None:
    async with databases[0].begin() as store:
        _, chat = await store.inbox.take(TO, "1", "vi", clock.now())
        for reply in (WORDS, PICTURE):
            store.outbox.post(chat, reply.to_json(), clock.now(), cause="1")
    telegram.fails("sendPhoto", INTERNAL, REFUSED)
    deliverer = Deliverer(databases[1], {("telegram", "anh-son"): channel}, clock.now)
    for _ in range(4):
        async with asyncio.timeout(20):
            await deliverer.deliver_due()
        clock.move(minutes=1)
    assert [one.text for one in telegram.read_by(LAN)] == ["Bảng"]
    assert len(telegram.called("sendPhoto")) == 2  # tried again once, then refused for good
    assert (deliverer.sent, deliverer.failed) == (1, 1)
