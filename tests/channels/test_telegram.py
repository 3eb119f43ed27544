"""The whole service with the real Telegram client, against a Bot API server of our own over HTTP."""

import asyncio
import json
import logging
import shutil
import socket
import sqlite3
import unicodedata
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from pydantic import SecretStr

from bot.app import App
from bot.channels.base import SendFailed
from bot.channels.telegram import TelegramChannel
from bot.content_holder import ContentHolder
from bot.receive import Received, Receiver
from bot.settings import Settings, TelegramSettings
from handlers.messages import Address, Button, Incoming, Reply
from storage.errors import StorageError
from storage.filings import Filing
from tests.conftest import CONTENT
from tests.fake_telegram import (
    ANSWER_LOST,
    BA_TU,
    BLOCKED,
    CANNOT_PARSE,
    CHAT_NOT_FOUND,
    DROPPED,
    INTERNAL,
    LAN,
    MINH,
    SECRET,
    SECRET_HEADER,
    TOKEN,
    FakeTelegram,
    Fault,
    Json,
    Person,
    flood,
    held,
)
from tests.fakes import FakeClock

PAYLOADS = Path(__file__).parent / "payloads" / "telegram"
# The library constructs RetryAfter with a warning about its own future; see `_seconds`.
pytestmark = pytest.mark.filterwarnings("ignore:.*PTB_TIMEDELTA")


def payload(name: str) -> Json:
    content: Json = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return content


def named(prefix: str) -> list[str]:
    return sorted(path.stem for path in PAYLOADS.glob(f"{prefix}-*.json"))


@dataclass
class Service:
    """The service of one commune, its clock, its database file and its platform."""

    app: App
    telegram: FakeTelegram
    clock: FakeClock
    path: Path

    @property
    def channel(self) -> TelegramChannel:
        return self.app.telegrams[0]

    def rows(self, sql: str) -> list[Any]:
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def keys(self, person: Person) -> list[str]:
        """Return the phrase keys of all that was written to a person's outbox."""
        found = self.rows(f"SELECT reply FROM outbox WHERE chat = '{person.id}' ORDER BY id")
        return [json.loads(reply)["key"] for (reply,) in found]

    def states(self, person: Person) -> list[str]:
        return [state for (state,) in self.rows(f"SELECT state FROM outbox WHERE chat = '{person.id}' ORDER BY id")]

    async def answered(self, person: Person) -> list[str]:
        """Wait until a person has been sent all that was written to them; return the phrase keys."""
        async with asyncio.timeout(10):
            while not self.states(person) or set(self.states(person)) != {"sent"}:
                await self.a_moment()
        return self.keys(person)

    async def failed_once(self, person: Person) -> None:
        """Wait until a reply has failed and is put back to be tried later."""
        sql = f"SELECT 1 FROM outbox WHERE chat = '{person.id}' AND error <> '' AND claimed_until = ''"
        async with asyncio.timeout(10):
            while not self.rows(sql):
                await self.a_moment()

    async def a_moment(self) -> None:
        async with self.app.database.read() as store:  # gives way to the service for a moment
            await store.alive()

    def later(self, seconds: float) -> None:
        self.clock.move(seconds=seconds)
        self.app.deliverer.nudge()

    async def asks(self, person: Person, text: str) -> list[str]:
        """Deliver a message by webhook, wait for the answer; return the phrase keys."""
        assert await self.telegram.deliver(self.telegram.says(person, text)) == 200
        return await self.answered(person)


class Unreachable(Receiver):
    """A receiver whose database cannot be reached for the first messages."""

    times = 1

    async def receive(self, incoming: Incoming) -> Received:
        if self.times:
            self.times -= 1
            raise StorageError("the database is away")
        return await super().receive(incoming)


def unreachable(app: App) -> Unreachable:
    return Unreachable(app.database, app.library, app.routes, app.now, iter_ids().__next__)


def iter_ids() -> Iterator[str]:
    yield from (f"answer{number}" for number in range(1_000))


@pytest.fixture(scope="module")
def content() -> ContentHolder:
    """The real content, read once for all services of this module."""
    return ContentHolder(CONTENT, FakeClock().now)


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@asynccontextmanager
async def running(telegram: FakeTelegram, path: Path, mode: str) -> AsyncIterator[Service]:
    clock = FakeClock()
    listening = socket.create_server(("127.0.0.1", 0))
    section = TelegramSettings.model_validate(
        {"token": SecretStr(TOKEN), "mode": mode, "api_base": telegram.address, "webhook_secret": SECRET, "rate": 1000}
    )
    settings = Settings(
        database=f"sqlite+aiosqlite:///{path}",
        content=CONTENT,
        public_url=f"http://127.0.0.1:{listening.getsockname()[1]}",
        telegram={"anh-son": section},
    )
    app = App(settings, clock.now, clock.seconds)
    await app.start()
    runner = web.AppRunner(app.web_application(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    try:
        yield Service(app, telegram, clock, path)
    finally:
        async with asyncio.timeout(15):  # a service that does not end is a failure, not a test run that hangs
            await runner.cleanup()
            await app.stop()


@pytest.fixture
def path(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: ContentHolder) -> Path:
    """A fresh database file; and every App of the test shares the content that was read once."""
    monkeypatch.setattr("bot.app.ContentHolder", lambda *_: content)
    return Path(shutil.copy(sqlite_template, tmp_path / "bot.db"))


@pytest_asyncio.fixture
async def polling(telegram: FakeTelegram, path: Path) -> AsyncIterator[Service]:
    async with running(telegram, path, "polling") as service:
        yield service


@pytest_asyncio.fixture
async def service(telegram: FakeTelegram, path: Path) -> AsyncIterator[Service]:
    """The service behind a webhook."""
    async with running(telegram, path, "webhook") as service:
        await telegram.until(lambda: bool(telegram.webhook))
        yield service


@pytest.fixture(autouse=True)
def _no_secret_in_any_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No test of this module may leave the token or the secret in a log record, or a library's text with it."""
    yield
    said = logged(caplog, "setup") + logged(caplog, "call")
    assert TOKEN not in said
    assert TOKEN.partition(":")[2] not in said
    assert SECRET not in said


def logged(caplog: pytest.LogCaptureFixture, when: str = "call") -> str:
    formatter = logging.Formatter("%(message)s")
    return "\n".join(formatter.format(record) for record in caplog.get_records(when))  # type: ignore[arg-type]


# Polling


async def test_a_question_is_answered_with_buttons_and_a_tap_with_its_section(
    polling: Service, telegram: FakeTelegram
) -> None:
    await telegram.queue(telegram.says(LAN, "làm giấy khai sinh cho con cần giấy tờ gì"))
    notice, answer = await telegram.until_read(LAN, 2)
    assert polling.keys(LAN)[0] == "start.notice"
    assert polling.keys(LAN)[1] in {"guide.card", "guide.section"}
    assert not notice.buttons
    assert "guide/khai-sinh/le_phi" in answer.values()
    await telegram.queue(telegram.taps(LAN, "guide/khai-sinh/le_phi"))
    shown = (await telegram.until_read(LAN, 3))[-1]
    assert "<b>" in shown.markup
    assert polling.keys(LAN)[-1] == "guide.section"
    await telegram.until(lambda: bool(telegram.called("answerCallbackQuery")))


async def test_the_offset_only_moves_after_the_commit(polling: Service, telegram: FakeTelegram) -> None:
    polling.app.receiver = unreachable(polling.app)
    update = telegram.says(LAN, "menu")
    await telegram.queue(update)
    await telegram.until(lambda: len(telegram.called("getUpdates")) == 3)
    offsets = [call.fields.get("offset") for call in telegram.called("getUpdates")]
    assert offsets == [None, None, str(update["update_id"] + 1)]
    assert await polling.answered(LAN) == ["start.notice", "menu.text"]


async def test_one_chats_trouble_does_not_answer_another_chat_twice(polling: Service, telegram: FakeTelegram) -> None:
    polling.app.receiver = unreachable(polling.app)
    await telegram.queue(telegram.says(LAN, "menu"), telegram.says(MINH, "menu"), telegram.says(BA_TU, "menu"))
    for person in (LAN, MINH, BA_TU):
        await telegram.until_read(person, 2)
    for person in (LAN, MINH, BA_TU):
        assert await polling.answered(person) == ["start.notice", "menu.text"]
        assert len(telegram.read_by(person)) == 2


async def test_what_is_fetched_twice_is_answered_once(polling: Service, telegram: FakeTelegram) -> None:
    first = telegram.says(LAN, "menu")
    await telegram.queue(first)
    await telegram.until_read(LAN, 2)
    await telegram.repeat(first, telegram.says(LAN, "trợ giúp"))
    await telegram.until_read(LAN, 3)
    assert await polling.answered(LAN) == ["start.notice", "menu.text", "help.text"]


async def test_one_chats_messages_of_a_batch_are_answered_in_order(polling: Service, telegram: FakeTelegram) -> None:
    words = ["menu", "trợ giúp", "cảm ơn", "/linh_vuc", "menu"]
    await telegram.queue(*(telegram.says(LAN, text) for text in words))
    await telegram.until_read(LAN, 6)
    assert await polling.answered(LAN) == [
        *("start.notice", "menu.text", "help.text", "talk.welcome", "areas.text", "menu.text")
    ]


@pytest.mark.parametrize("name", named("unreadable"))
async def test_an_update_that_cannot_be_read_is_passed_over(
    polling: Service, telegram: FakeTelegram, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    await telegram.queue(telegram.update(**payload(name)), telegram.says(LAN, "menu"))
    await telegram.until_read(LAN, 2)
    await telegram.queue(telegram.says(LAN, "trợ giúp"))
    await telegram.until_read(LAN, 3)
    assert "update unreadable" in logged(caplog)
    assert "lời riêng" not in logged(caplog)


async def test_polling_goes_on_after_a_flood_limit_and_a_broken_server(
    polling: Service, telegram: FakeTelegram
) -> None:
    telegram.fails("getUpdates", flood(0.01), flood(0.01), INTERNAL)
    await telegram.queue(telegram.says(LAN, "menu"))
    await telegram.until_read(LAN, 2)
    await telegram.queue(telegram.says(LAN, "menu"))
    await telegram.until_read(LAN, 3)
    assert await polling.answered(LAN) == ["start.notice", "menu.text", "menu.text"]


async def test_telegram_may_be_down_when_the_service_starts(telegram: FakeTelegram, path: Path) -> None:
    telegram.fails("getMe", DROPPED)
    async with running(telegram, path, "polling"):
        await telegram.queue(telegram.says(LAN, "menu"))
        await telegram.until_read(LAN, 2)


async def test_a_long_poll_does_not_hold_up_the_end(telegram: FakeTelegram, path: Path) -> None:
    async with asyncio.timeout(5), running(telegram, path, "polling"):
        await telegram.until(lambda: bool(telegram.called("getUpdates")))


# Webhook: what comes in


async def test_a_webhook_is_acknowledged_after_the_commit(service: Service, telegram: FakeTelegram) -> None:
    hold = asyncio.Event()
    telegram.fails("sendMessage", held(hold))
    assert await telegram.deliver(telegram.says(LAN, "menu")) == 200
    assert service.keys(LAN) == ["start.notice", "menu.text"]
    assert len(service.rows("SELECT message FROM inbox")) == 1
    hold.set()
    await telegram.until_read(LAN, 2)


async def test_what_cannot_be_committed_is_not_acknowledged(service: Service, telegram: FakeTelegram) -> None:
    service.app.receiver = unreachable(service.app)
    update = telegram.says(LAN, "menu")
    assert await telegram.deliver(update) == 500
    assert service.keys(LAN) == []
    assert await telegram.deliver(update) == 200
    assert await service.answered(LAN) == ["start.notice", "menu.text"]


@pytest.mark.parametrize(
    "headers",
    [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: SECRET[:-1]}, {SECRET_HEADER: SECRET.upper()}, {SECRET_HEADER: "bí mật"}],
)
async def test_a_wrong_or_missing_secret_is_refused(
    service: Service, telegram: FakeTelegram, headers: dict[str, str]
) -> None:
    assert await telegram.deliver(telegram.says(LAN, "menu"), headers=headers) == 401
    assert service.rows("SELECT * FROM inbox") == []


async def test_a_secret_in_no_encoding_at_all_is_refused(service: Service, telegram: FakeTelegram) -> None:
    host, _, port = telegram.webhook.removeprefix("http://").partition("/")[0].partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /telegram/anh-son HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n"
        + SECRET_HEADER.encode()
        + b": \xff\xfe\xc3\r\n\r\n{}"
    )
    status = await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert b" 401 " in status or b" 400 " in status  # the HTTP parser may already refuse such a header


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", b'"menu"', b"12", b"{}", b'{"update_id": "1"}', b"[" * 100_000],
    ids=lambda body: repr(body[:20]),
)
async def test_broken_json_is_refused(service: Service, telegram: FakeTelegram, body: bytes) -> None:
    assert await telegram.deliver(None, data=body) == 400
    assert await telegram.deliver(telegram.says(LAN, "menu")) == 200


async def test_an_oversized_body_is_refused(service: Service, telegram: FakeTelegram) -> None:
    async def in_chunks() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield b" " * 100_000

    assert await telegram.deliver(None, data=b" " * 1_000_001) == 413
    assert await telegram.deliver(None, data=in_chunks()) == 413
    assert await service.asks(LAN, "menu") == ["start.notice", "menu.text"]


async def test_another_communes_webhook_does_not_exist(service: Service, telegram: FakeTelegram) -> None:
    telegram.webhook = telegram.webhook.replace("anh-son", "khanh-son")
    assert await telegram.deliver(telegram.says(LAN, "menu")) == 404


@pytest.mark.parametrize("name", [*named("unknown"), *named("unreadable"), *named("ignored")])
async def test_an_authentic_update_that_is_not_for_us_is_acknowledged_and_not_answered(
    service: Service, telegram: FakeTelegram, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert await telegram.deliver(telegram.update(**payload(name))) == 200
    assert await service.asks(LAN, "menu") == ["start.notice", "menu.text"]
    assert {call.fields["chat_id"] for call in telegram.called("sendMessage")} == {str(LAN.id)}
    assert "update ignored" in logged(caplog) or "update unreadable" in logged(caplog)
    assert "lời riêng" not in logged(caplog)


async def test_an_unknown_event_is_logged_by_its_type(
    service: Service, telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    assert await telegram.deliver(telegram.update(**payload("unknown-new-event"))) == 200
    assert "hologram_received" in logged(caplog)


async def test_parallel_repeats_are_answered_once(service: Service, telegram: FakeTelegram) -> None:
    update = telegram.says(LAN, "menu")
    statuses = await asyncio.gather(*(telegram.deliver(update) for _ in range(8)))
    assert statuses == [200] * 8
    assert await service.asks(LAN, "trợ giúp") == ["start.notice", "menu.text", "help.text"]
    assert len(telegram.read_by(LAN)) == 3


async def test_many_people_at_once_all_get_their_answers_in_order(service: Service, telegram: FakeTelegram) -> None:
    people = [Person(2000 + number, f"Người {number}") for number in range(20)]
    statuses = await asyncio.gather(*(telegram.deliver(telegram.says(person, "menu")) for person in people))
    assert set(statuses) == {200}
    for person in people:
        assert await service.answered(person) == ["start.notice", "menu.text"]
        first, second = telegram.read_by(person)
        assert not first.buttons
        assert second.buttons


# Webhook: what people send


@pytest.mark.parametrize("name", named("media"))
async def test_whatever_is_sent_instead_of_words_gets_an_answer(
    service: Service, telegram: FakeTelegram, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    update = telegram.sends(LAN, **payload(name))
    assert await telegram.deliver(update) == 200
    keys = await service.answered(LAN)
    assert keys[1].startswith("guard.")
    assert len(telegram.read_by(LAN)) == len(keys)
    place = (LAN.id, update["message"]["message_id"])
    personal = any(kind in update["message"] for kind in ("photo", "voice", "contact", "location", "video"))
    assert (place in telegram.deleted) >= personal
    assert "turn failed" not in logged(caplog)


async def test_a_photo_is_deleted_and_the_question_under_it_answered(service: Service, telegram: FakeTelegram) -> None:
    update = telegram.sends(LAN, **payload("media-photo-with-question"))
    assert await telegram.deliver(update) == 200
    keys = await service.answered(LAN)
    assert keys[:2] == ["start.notice", "guard.photo"]
    assert keys[2] in {"guide.card", "guide.section"}
    assert telegram.deleted == [(LAN.id, update["message"]["message_id"])]


async def test_a_photo_that_can_no_longer_be_deleted_is_answered_all_the_same(
    service: Service, telegram: FakeTelegram
) -> None:
    telegram.fails("deleteMessage", Fault(400, "Bad Request: message can't be deleted for everyone"))
    assert await telegram.deliver(telegram.sends(LAN, **payload("media-photo"))) == 200
    assert await service.answered(LAN) == ["start.notice", "guard.photo"]


async def test_an_identity_number_is_deleted_and_kept_nowhere(
    service: Service, telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    update = telegram.says(LAN, "số của tôi là 001099000000")
    assert await telegram.deliver(update) == 200
    assert (await service.answered(LAN))[1] == "guard.number"
    assert telegram.deleted == [(LAN.id, update["message"]["message_id"])]
    assert "001099000000" not in "\n".join(sqlite3.connect(service.path).iterdump()) + logged(caplog)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 5_000,
        "làm giấy khai sinh ở đâu " * 200,
        "😀" * 2_500,
        "🇻🇳👨‍👩‍👧‍👦 ❤️",
        "مرحبا كيف أحصل على شهادة",
        "\u202eđảo ngược\u202c",
        "menu\x00",
        "\x00",
        "\u200b\u200d",
        "   ",
        unicodedata.normalize("NFD", "làm giấy khai sinh cho con"),
        "a" + "\u0301" * 3_000,
        "lẻ \ud800 loi",
        "<b>&lt;script&gt;</b> & \"'",
        "**đậm** [x](https://y.example) \\*_`~",
        "{commune} %s {0}",
        "'; DROP TABLE chats; --",
        "/không_có_lệnh_này",
        "/",
        "12",
        "9" * 4_000,
    ],
    ids=lambda text: ascii(text[:12]),
)
async def test_whatever_is_written_gets_an_answer(
    service: Service, telegram: FakeTelegram, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert await telegram.deliver(telegram.says(LAN, text)) == 200
    keys = await service.answered(LAN)
    assert len(telegram.read_by(LAN)) >= len(keys) >= 1
    assert keys[0] == "start.notice" or "\ud800" in text
    assert "sending failed" not in logged(caplog)


async def test_a_composed_and_a_decomposed_question_get_the_same_answer(
    service: Service, telegram: FakeTelegram
) -> None:
    question = "lệ phí đăng ký khai sinh"
    await service.asks(LAN, unicodedata.normalize("NFC", question))
    await service.asks(MINH, unicodedata.normalize("NFD", question))
    assert telegram.read_by(LAN)[1].text == telegram.read_by(MINH)[1].text


@pytest.mark.parametrize(
    "value", ["", "guide/không-có", "rate/x/1", "guide/khai-sinh/\x00", "a/b/c/d", "v1:old:9", "9" * 64]
)
async def test_whatever_an_old_button_says_gets_an_answer(
    service: Service, telegram: FakeTelegram, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert await telegram.deliver(telegram.taps(LAN, value)) == 200
    keys = await service.answered(LAN)
    assert len(keys) >= 2
    assert "error.sorry" not in keys
    assert "turn failed" not in logged(caplog)


async def test_a_button_under_a_message_that_is_gone_still_works(service: Service, telegram: FakeTelegram) -> None:
    gone = {"chat": LAN.as_chat(), "message_id": 3, "date": 0}
    assert await telegram.deliver(telegram.taps(LAN, "menu", below=gone)) == 200
    assert await service.answered(LAN) == ["start.notice", "menu.text"]
    await telegram.until(lambda: bool(telegram.called("answerCallbackQuery")))


async def test_a_tap_whose_spinner_can_no_longer_be_stopped_is_answered(
    service: Service, telegram: FakeTelegram
) -> None:
    telegram.fails("answerCallbackQuery", Fault(400, "Bad Request: query is too old and response timeout expired"))
    assert await telegram.deliver(telegram.taps(LAN, "menu")) == 200
    assert await service.answered(LAN) == ["start.notice", "menu.text"]


# What goes wrong on the way out


@pytest.mark.parametrize("timedelta", ["0", "1"])
async def test_a_flood_limit_is_obeyed_by_the_whole_bot(
    service: Service, telegram: FakeTelegram, timedelta: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", timedelta)  # the library's two ways to say how long
    telegram.fails("sendMessage", flood(90))
    assert await telegram.deliver(telegram.says(LAN, "menu")) == 200
    await service.failed_once(LAN)
    service.later(seconds=89)
    assert await telegram.deliver(telegram.says(MINH, "menu")) == 200
    await service.failed_once(MINH)  # the limit is the bot's: nobody else runs into it meanwhile
    assert telegram.read_by(LAN) == telegram.read_by(MINH) == []
    service.later(seconds=8)
    assert await service.answered(LAN) == ["start.notice", "menu.text"]
    assert await service.answered(MINH) == ["start.notice", "menu.text"]


@pytest.mark.parametrize("fault", [INTERNAL, DROPPED, Fault(502, "Bad Gateway"), Fault(401, "Unauthorized")])
async def test_a_passing_fault_is_tried_again(service: Service, telegram: FakeTelegram, fault: Fault) -> None:
    telegram.fails("sendMessage", fault)
    assert await telegram.deliver(telegram.says(LAN, "menu")) == 200
    await service.failed_once(LAN)
    service.later(seconds=6)
    assert await service.answered(LAN) == ["start.notice", "menu.text"]
    assert len(telegram.read_by(LAN)) == 2


async def test_a_lost_answer_of_telegram_means_twice_rather_than_never(
    service: Service, telegram: FakeTelegram
) -> None:
    telegram.fails("sendMessage", ANSWER_LOST)
    assert await telegram.deliver(telegram.says(LAN, "menu")) == 200
    await service.failed_once(LAN)
    service.later(seconds=6)
    assert await service.answered(LAN) == ["start.notice", "menu.text"]
    first, again, menu = telegram.read_by(LAN)
    assert first.text == again.text != menu.text


async def test_one_persons_trouble_does_not_hold_up_another(service: Service, telegram: FakeTelegram) -> None:
    hold = asyncio.Event()
    telegram.fails("sendMessage", held(hold))
    assert await telegram.deliver(telegram.says(LAN, "menu")) == 200
    await telegram.until(lambda: bool(telegram.called("sendMessage")))
    assert await service.asks(MINH, "menu") == ["start.notice", "menu.text"]
    assert telegram.read_by(LAN) == []
    hold.set()
    assert await service.answered(LAN) == ["start.notice", "menu.text"]


@pytest.mark.parametrize("fault", [BLOCKED, CHAT_NOT_FOUND, Fault(403, "Forbidden: user is deactivated")])
async def test_who_cannot_be_reached_is_closed_and_what_waits_is_given_up(
    service: Service, telegram: FakeTelegram, fault: Fault
) -> None:
    telegram.fails("sendMessage", fault)
    assert await telegram.deliver(telegram.says(LAN, "menu")) == 200
    async with asyncio.timeout(10):
        while service.states(LAN) != ["failed", "failed"]:
            await service.a_moment()
    assert service.rows("SELECT count(*) FROM chats WHERE closed IS NOT NULL") == [(1,)]
    assert telegram.read_by(LAN) == []
    assert len(telegram.called("sendMessage")) == 1
    assert await telegram.deliver(telegram.says(LAN, "trợ giúp")) == 200
    await telegram.until_read(LAN, 1)
    assert service.rows("SELECT count(*) FROM chats WHERE closed IS NOT NULL") == [(0,)]


async def test_blocking_the_bot_closes_the_chat_and_unblocking_says_nothing(
    service: Service, telegram: FakeTelegram
) -> None:
    hold = asyncio.Event()
    telegram.fails("sendMessage", held(hold))
    assert await telegram.deliver(telegram.says(LAN, "menu")) == 200
    await telegram.until(lambda: bool(telegram.called("sendMessage")))
    assert await telegram.deliver(telegram.membership(LAN, "kicked")) == 200
    assert service.states(LAN) == ["failed", "failed"]
    assert service.rows("SELECT closed FROM chats") == [("blocked",)]
    hold.set()
    assert await telegram.deliver(telegram.membership(LAN, "member")) == 200
    assert await telegram.deliver(telegram.membership(MINH, "kicked")) == 200  # never wrote to us
    assert service.rows("SELECT count(*) FROM chats") == [(1,)]
    assert await telegram.deliver(telegram.says(LAN, "trợ giúp")) == 200
    await telegram.until(lambda: any(message.buttons for message in telegram.read_by(LAN)))
    assert service.rows("SELECT closed FROM chats") == [(None,)]


async def test_markup_that_telegram_refuses_is_sent_as_plain_text(service: Service, telegram: FakeTelegram) -> None:
    telegram.fails("sendMessage", CANNOT_PARSE)
    assert await service.asks(LAN, "menu") == ["start.notice", "menu.text"]
    plain, marked = telegram.called("sendMessage")[1:]
    assert "parse_mode" not in plain.fields
    assert marked.fields["parse_mode"] == "HTML"
    assert "**" not in telegram.read_by(LAN)[0].text


# What replies look like


async def send(service: Service, *buttons: Button, text: str = "chào") -> None:
    await service.channel.send(Address("telegram", "anh-son", str(LAN.id)), Reply("test", text, buttons))


async def test_a_long_reply_is_cut_at_paragraphs_and_the_buttons_come_last(
    service: Service, telegram: FakeTelegram
) -> None:
    paragraphs = [f"**Đoạn {number}** " + "< & 😀 ký tự đặc biệt " * 20 + "hết" for number in range(30)]
    await send(service, Button("Lệ phí", "menu"), text="\n\n".join(paragraphs))
    messages = telegram.read_by(LAN)
    assert len(messages) > 1
    assert [bool(message.buttons) for message in messages] == [False] * (len(messages) - 1) + [True]
    said = [paragraph for message in messages for paragraph in message.text.split("\n\n")]
    assert said == [paragraph.replace("**", "") for paragraph in paragraphs]


async def test_long_labels_and_values_of_64_bytes_arrive_whole(service: Service, telegram: FakeTelegram) -> None:
    label = "Cấp lại, cấp đổi, xác nhận thông tin số hộ khẩu và giấy chứng nhận quyền sử dụng đất cho bà con " * 2
    await send(service, Button(label.strip(), "a" * 64), Button("ngắn", "ế" * 21), Button("ngắn nữa", "b"))
    rows = telegram.read_by(LAN)[0].buttons
    assert [[button["text"] for button in row] for row in rows] == [[label.strip()], ["ngắn", "ngắn nữa"]]
    assert telegram.read_by(LAN)[0].values() == ["a" * 64, "ế" * 21, "b"]


async def test_a_button_telegram_would_refuse_does_not_cost_the_reply(
    service: Service, telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    await send(service, Button("dài", "a" * 65), Button("nhiều byte", "ế" * 22), Button("tốt", "menu"))
    await send(service, Button("rỗng", ""), Button(" ", "menu"))
    first, second = telegram.read_by(LAN)
    assert first.values() == ["menu"]
    assert second.buttons == []
    assert logged(caplog).count("button left out") == 4


async def test_a_refused_reply_is_given_up_without_closing_the_chat(service: Service, telegram: FakeTelegram) -> None:
    telegram.fails("sendMessage", Fault(400, "Bad Request: something new"))
    with pytest.raises(SendFailed) as caught:
        await send(service)
    assert (caught.value.retry, caught.value.closed) == (False, False)


async def test_every_button_of_every_page_fits_into_telegram(service: Service) -> None:
    values = [
        f"guide/{guide.id}/{section}"
        for commune in service.app.library().communes.values()
        for guide in commune.guides.values()
        for section in (*guide.sections, "more")
    ]
    assert values
    assert max(len(value.encode()) for value in values) <= 64


async def test_a_photo_with_feedback_reaches_the_officials_chat(service: Service, telegram: FakeTelegram) -> None:
    """Lan sends one on request; Minh sees it with the report, in the largest size, and cannot pass it on."""
    telegram.photos |= {"AgAC-1", "AgAC-2"}
    async with service.app.database.begin() as store:
        until = service.app.now() + timedelta(days=7)
        store.members.invite("K7M2-QXRT-B4HN", "anh-son", "kinh-te", "officer", "Cán bộ", until)
    assert (await service.asks(MINH, "/start K7M2-QXRT-B4HN"))[-1] == "staff.joined"
    for said in ("phản ánh", "1", "Cầu Khe Trúc gãy lan can", "xóm 5"):
        keys = await service.asks(LAN, said)
    assert keys[-1] == "feedback.confirm"
    assert await telegram.deliver(telegram.sends(LAN, **payload("media-photo"))) == 200
    assert (await service.answered(LAN))[-1] == "feedback.ask_papers"
    assert telegram.deleted == []
    await service.asks(LAN, "1")
    assert (await service.asks(LAN, "1"))[-1] == "feedback.sent"
    [look] = [value for shown in telegram.read_by(MINH) for value in shown.values() if value.startswith("case/see/")]
    assert await telegram.deliver(telegram.taps(MINH, look)) == 200
    assert (await service.answered(MINH))[-2:] == ["feedback.photo", "feedback.page"]
    assert [shown.text for shown in telegram.read_by(MINH)][-3] == "[AgAC-2]"
    assert telegram.called("sendPhoto")[-1].fields["protect_content"] == "true"
    telegram.photos.clear()  # the platform has dropped it: the words come all the same
    assert await telegram.deliver(telegram.taps(MINH, look)) == 200
    assert (await service.answered(MINH))[-2:] == ["feedback.photo", "feedback.page"]
    assert len([shown for shown in telegram.read_by(MINH) if shown.text.startswith("[")]) == 1


async def test_a_report_s_document_is_shown_to_who_accepts_it(service: Service, telegram: FakeTelegram) -> None:
    """The focal point may save it, unlike a citizen's photo; when the platform has dropped it the words remain."""
    telegram.photos.add("BQAC-1")
    async with service.app.database.begin() as store:
        until = service.app.now() + timedelta(days=7)
        store.members.invite("K7M2-QXRT-B4HN", "anh-son", "vh-xh", "focal", "Đầu mối", until)
        due = service.app.now() + timedelta(days=30)
        filing = Filing("f1", "anh-son", "AS-01", "vh-xh", "2026-Q4", due, due)
        await store.filings.plan(filing, [], service.app.now())
        file = "telegram/document/BQAC-1"
        assert await store.filing_moves.send("f1", "m", "", "bc.pdf", service.app.now(), file) is not None
    assert (await service.asks(MINH, "/start K7M2-QXRT-B4HN"))[-1] == "staff.joined"
    for documents in (1, 1):
        assert await telegram.deliver(telegram.taps(MINH, "filing_file/f1")) == 200
        assert (await service.answered(MINH))[-1] == "filing.file"
        assert len([shown for shown in telegram.read_by(MINH) if shown.text == "[BQAC-1]"]) == documents
        telegram.photos.clear()
    assert "protect_content" not in telegram.called("sendDocument")[-1].fields
