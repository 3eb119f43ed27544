"""The real client over our aiohttp requests, against the fake: what it sends, and what its failures look like."""

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.channels.telegram_http import AiohttpRequest
from tests.fake_telegram import (
    BLOCKED,
    DROPPED,
    INTERNAL,
    LAN,
    MINH,
    SECRET,
    TOKEN,
    FakeTelegram,
    Fault,
    flood,
    held,
)


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


def client(telegram: FakeTelegram, token: str = TOKEN, seconds: float = 5.0) -> Bot:
    return Bot(
        token,
        base_url=f"{telegram.address}/bot",
        request=AiohttpRequest(seconds=seconds),
        get_updates_request=AiohttpRequest(connections=4),
    )


@pytest_asyncio.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[Bot]:
    async with client(telegram) as bot:
        yield bot


def everything_said_by(error: BaseException | None) -> str:
    """Return the words of an error and of all it was raised from, as a traceback would print them."""
    words = []
    while error is not None:
        words.append(f"{error!r} {error}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(words)


async def test_the_client_knows_itself_and_sends_words_and_buttons(bot: Bot, telegram: FakeTelegram) -> None:
    assert bot.username == "tro_ly_so_xa_bot"
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Lệ phí", callback_data="guide/khai-sinh/le_phi")]])
    sent = await bot.send_message(LAN.id, "<b>Chào</b> &amp; mừng", parse_mode=ParseMode.HTML, reply_markup=keyboard)
    shown = telegram.read_by(LAN)[0]
    assert (shown.id, shown.text, shown.markup) == (sent.message_id, "Chào & mừng", "<b>Chào</b> &amp; mừng")
    assert shown.values() == ["guide/khai-sinh/le_phi"]
    assert telegram.called("sendMessage")[0].fields["chat_id"] == "1001"


async def test_a_file_is_sent_as_multipart(bot: Bot, telegram: FakeTelegram) -> None:
    with pytest.raises(BadRequest, match=r"(?i)wrong file identifier"):
        await bot.send_document(LAN.id, io.BytesIO(b"%PDF"), filename="don.pdf", caption="đơn")
    fields = telegram.called("sendDocument")[0].fields
    assert fields["document"].startswith(("file:don.pdf", "attach://"))
    assert (fields["chat_id"], fields["caption"]) == ("1001", "đơn")
    assert "file:don.pdf" in fields.values()


async def test_updates_are_fetched_and_acknowledged_by_the_offset(bot: Bot, telegram: FakeTelegram) -> None:
    one, two = telegram.says(LAN, "một"), telegram.says(MINH, "hai")
    await telegram.queue(one, two)
    fetched = await bot.get_updates(timeout=5)
    assert [update.update_id for update in fetched] == [one["update_id"], two["update_id"]]
    assert len(await bot.get_updates(offset=two["update_id"], timeout=5)) == 1
    assert await bot.get_updates(offset=two["update_id"] + 1, timeout=0) == ()
    await telegram.repeat(one)
    assert len(await bot.get_updates(offset=two["update_id"] + 1, timeout=5)) == 1


async def test_a_long_poll_ends_when_something_arrives(bot: Bot, telegram: FakeTelegram) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    await telegram.until(lambda: bool(telegram.called("getUpdates")))
    await telegram.queue(telegram.says(LAN, "một"))
    assert len(await waiting) == 1


async def test_two_pollers_are_a_conflict(bot: Bot, telegram: FakeTelegram) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await telegram.until(lambda: len(telegram.called("getUpdates")) == 1)
    second = asyncio.create_task(bot.get_updates(timeout=30))
    with pytest.raises(Conflict):
        await first
    await telegram.queue(telegram.says(LAN, "một"))
    assert len(await second) == 1


async def test_polling_beside_a_webhook_is_a_conflict(bot: Bot) -> None:
    await bot.set_webhook("https://xa.example/telegram/anh-son", secret_token=SECRET)
    with pytest.raises(Conflict):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    ("fault", "error"),
    [(BLOCKED, Forbidden), (INTERNAL, NetworkError), (DROPPED, NetworkError), (Fault(409, "Conflict: x"), Conflict)],
)
async def test_a_failure_reaches_the_caller_as_the_librarys_error(
    bot: Bot, telegram: FakeTelegram, fault: Fault, error: type[Exception]
) -> None:
    telegram.fails("sendMessage", fault)
    with pytest.raises(error) as caught:
        await bot.send_message(LAN.id, "chào")
    assert TOKEN not in everything_said_by(caught.value)
    await bot.send_message(LAN.id, "chào")
    assert len(telegram.read_by(LAN)) == 1


@pytest.mark.filterwarnings("ignore:.*PTB_TIMEDELTA")
async def test_a_flood_limit_carries_its_seconds(bot: Bot, telegram: FakeTelegram) -> None:
    telegram.fails("sendMessage", flood(17))
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(LAN.id, "chào")
    assert caught.value.retry_after == 17


async def test_a_slow_answer_times_out_without_telling_the_token(bot: Bot, telegram: FakeTelegram) -> None:
    never = asyncio.Event()
    telegram.fails("sendMessage", held(never))
    with pytest.raises(TimedOut) as caught:
        await bot.send_message(LAN.id, "chào", read_timeout=0.05)
    assert TOKEN not in everything_said_by(caught.value)


async def test_no_server_is_a_network_error_without_the_token(telegram: FakeTelegram) -> None:
    bot = Bot(TOKEN, base_url="http://127.0.0.1:1/bot", request=AiohttpRequest(), get_updates_request=AiohttpRequest())
    with pytest.raises(NetworkError) as caught:
        await bot.initialize()
    await bot.shutdown()
    assert TOKEN not in everything_said_by(caught.value)


async def test_a_wrong_token_is_said_to_be_one(telegram: FakeTelegram) -> None:
    bot = client(telegram, token="987654321:AnotherInventedToken")
    with pytest.raises(InvalidToken):
        await bot.initialize()
    await bot.shutdown()


async def test_the_requests_open_and_close_more_than_once(telegram: FakeTelegram) -> None:
    request = AiohttpRequest()
    with pytest.raises(NetworkError, match="not initialized"):
        await request.post(f"{telegram.address}/bot{TOKEN}/getMe")
    for _ in range(2):
        await request.initialize()
        await request.initialize()
        assert isinstance(await request.post(f"{telegram.address}/bot{TOKEN}/getMe"), dict)
        await request.shutdown()
        await request.shutdown()


@pytest.mark.parametrize(
    ("text", "mode", "why"),
    [
        ("a" * 4097, None, "too long"),
        ("😀" * 2049, None, "too long"),
        ("<b>a", ParseMode.HTML, "parse entities"),
        ("<b> </b>", ParseMode.HTML, "empty"),
    ],
)
async def test_the_fake_refuses_texts_that_telegram_refuses(bot: Bot, text: str, mode: str | None, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        await bot.send_message(LAN.id, text, parse_mode=mode)


async def test_the_fake_counts_the_text_after_parsing(bot: Bot, telegram: FakeTelegram) -> None:
    await bot.send_message(LAN.id, f"<b>{'&amp;' * 4096}</b>", parse_mode=ParseMode.HTML)
    assert len(telegram.read_by(LAN)[0].text) == 4096


@pytest.mark.parametrize("value", ["", "a" * 65, "ế" * 22])
async def test_the_fake_refuses_button_values_beyond_64_bytes(bot: Bot, value: str) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Nút", callback_data=value)]])
    with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
        await bot.send_message(LAN.id, "chào", reply_markup=keyboard)


async def test_a_query_can_be_answered_once_and_a_message_deleted_once(bot: Bot, telegram: FakeTelegram) -> None:
    query = telegram.taps(LAN, "menu")["callback_query"]["id"]
    assert await bot.answer_callback_query(query)
    with pytest.raises(BadRequest, match="too old"):
        await bot.answer_callback_query(query)
    number = telegram.says(LAN, "chào")["message"]["message_id"]
    assert await bot.delete_message(LAN.id, number)
    with pytest.raises(BadRequest, match="not found"):
        await bot.delete_message(LAN.id, number)
    assert telegram.deleted == [(LAN.id, number)]


@pytest.mark.slow
async def test_another_client_finds_the_fake_to_be_telegram_too(telegram: FakeTelegram) -> None:
    """aiogram, written by others: a mistake that the fake and our client share would not show otherwise."""
    import aiogram  # takes seconds to import, so only where it is used
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter

    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.address))
    async with aiogram.Bot(TOKEN, session=session) as other:
        assert (await other.get_me()).username == "tro_ly_so_xa_bot"
        await telegram.queue(telegram.says(LAN, "chào"), telegram.taps(LAN, "menu"))
        message, tap = await other.get_updates(timeout=5)
        assert message.message is not None
        assert message.message.text == "chào"
        assert tap.callback_query is not None
        assert await other.answer_callback_query(tap.callback_query.id)
        assert await other.get_updates(offset=tap.update_id + 1) == []
        button = aiogram.types.InlineKeyboardButton(text="Lệ phí", callback_data="a" * 64)
        keyboard = aiogram.types.InlineKeyboardMarkup(inline_keyboard=[[button]])
        sent = await other.send_message(LAN.id, "<b>Chào</b>", parse_mode="HTML", reply_markup=keyboard)
        assert sent.text == telegram.read_by(LAN)[0].text == "Chào"
        assert await other.delete_message(LAN.id, message.message.message_id)
        telegram.fails("sendMessage", flood(3), BLOCKED)
        with pytest.raises(TelegramRetryAfter):
            await other.send_message(LAN.id, "chào")
        with pytest.raises(TelegramForbiddenError):
            await other.send_message(LAN.id, "chào")
