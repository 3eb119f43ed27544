"""What must never stand in a log: secrets, long numbers, and what a citizen wrote."""

import io
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import logs
from bot.receive import Receiver
from content.library import Library
from handlers.route import Routes
from handlers.turn import Outcome, Turn
from storage.database import Database
from tests.citizen import Citizen
from tests.fakes import FakeClock, Ids

TOKEN = "123456789:AAHfiqksKZ8WmR2zSjiQ7_v4TMAKdiHm9T0"
OTHER_TOKEN = "987654321:BBHfiqksKZ8WmR2zSjiQ7_v4TMAKdiHm9T1"
PASSWORD = "hunter2-hunter2"
WORD = "tưngbừngxanhlè"  # nobody else says it
PHONES = ["0912345678", "0912 345 678", "0912.345.678", "+84 912-345-678", "040203001234", "0402 0300 1234"]


@pytest.fixture(params=["text", "json"])
def written(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything the log writes, in each of its two styles."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure(request.param, (TOKEN, PASSWORD))
    yield stream
    monkeypatch.undo()
    logs.configure("text", ())


def _digits(text: str) -> str:
    """All that is written but the time, without separators, so that no way of writing a number hides it."""
    return re.sub(r"[ .+-]", "", re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z?", "", text))


@pytest.mark.parametrize("number", PHONES)
def test_a_phone_or_identity_number_is_cut_out_wherever_it_stands(written: io.StringIO, number: str) -> None:
    log = structlog.get_logger("test")
    called = f"called {number}"
    log.info(called, chat=number, many=[number, {"deep": number}], told=(number,))
    log.warning("as a number", chat=int(re.sub(r"\D", "", number)))
    logging.getLogger("library").warning("sent to %s", number)
    plain = re.sub(r"\D", "", number)
    assert "as a number" in written.getvalue()
    assert "sent to" in written.getvalue()
    assert plain not in _digits(written.getvalue())
    assert plain[-6:] not in _digits(written.getvalue())


@pytest.mark.parametrize("secret", [TOKEN, PASSWORD, OTHER_TOKEN])
def test_a_secret_is_cut_out_wherever_it_stands(written: io.StringIO, secret: str) -> None:
    log = structlog.get_logger("test")
    asked = f"GET /bot{secret}/getMe"
    log.info(asked, url=f"https://api.telegram.org/bot{secret}/getMe", many={secret: [secret]})
    log.error("failed", error=OSError(f"cannot reach {secret}"))
    logging.getLogger("library").error("url=%s", f"https://api.telegram.org/bot{secret}/getMe", stack_info=True)
    for logger in (log, logging.getLogger("library")):
        try:
            raise OSError(f"https://api.telegram.org/bot{secret}/getMe")
        except OSError:
            logger.exception("broken")
    assert written.getvalue().count("broken") == 2
    assert secret not in written.getvalue()


def _digest(text: str) -> int:
    return int(text)


def test_an_exception_is_logged_with_its_place_and_without_its_words(written: io.StringIO) -> None:
    for logger in (structlog.get_logger("test"), logging.getLogger("library")):
        try:
            try:
                _digest(WORD)
            except ValueError as error:
                raise LookupError(f"nothing for {WORD}") from error
        except LookupError:
            logger.exception("turn failed")
    told = written.getvalue()
    assert WORD not in told
    assert told.count("builtins.LookupError") == 2
    assert told.count("builtins.ValueError") == 2
    assert "in _digest" in told
    assert "test_logs.py" in told


def test_the_operating_system_s_own_words_stay(written: io.StringIO) -> None:
    try:
        raise ConnectionRefusedError(111, "Connection refused")
    except ConnectionRefusedError:
        structlog.get_logger("test").exception("database")
    assert "Connection refused" in written.getvalue()


def test_an_exception_that_names_itself_as_its_cause_is_logged_too(written: io.StringIO) -> None:
    error = ValueError(WORD)
    error.__cause__ = error
    structlog.get_logger("test").error("odd", exc_info=error)
    assert written.getvalue().count("builtins.ValueError") == 1


def test_keys_counts_and_short_values_stay(written: io.StringIO) -> None:
    structlog.get_logger("test").info("sent", key="guide.card", count=12, ms=3.25, ok=True, nothing=None)
    told = written.getvalue()
    for part in ("sent", "guide.card", "12", "3.25"):
        assert part in told


def test_a_collector_gets_one_json_object_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("json", ())
    structlog.get_logger("test").info("một", commune="anh-son")
    logging.getLogger("library").warning("hai\nba")
    monkeypatch.undo()
    logs.configure("text", ())
    rows = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [row["event"] for row in rows] == ["một", "hai\nba"]
    assert [row["level"] for row in rows] == ["info", "warning"]
    assert all(row["timestamp"].endswith("Z") for row in rows)


def test_libraries_that_write_whole_addresses_are_quiet(written: io.StringIO) -> None:
    for name in ("httpx", "aiohttp.access", "telegram", "apscheduler.executors"):
        logging.getLogger(name).info("GET https://api.telegram.org/%s", WORD)
    assert written.getvalue() == ""


@settings(deadline=None)
@given(st.recursive(st.text() | st.integers() | st.none() | st.floats(), lambda inner: st.lists(inner, max_size=3)))
def test_the_redactor_takes_anything_and_leaves_no_long_number(value: object) -> None:
    event = logs.Redactor((TOKEN,))(None, "info", {"event": "x", "value": value, "again": {"deep": value}})
    assert isinstance(event["event"], str)
    _assert_short(event["value"])
    _assert_short(event["again"]["deep"])


def _assert_short(value: object) -> None:
    if isinstance(value, list):
        for inner in value:
            _assert_short(inner)
    elif not isinstance(value, float):
        assert not re.search(r"\d{6}", str(value))


async def test_what_a_citizen_writes_is_never_logged(
    written: io.StringIO, lan: Citizen, replicas: list[Receiver], caplog: pytest.LogCaptureFixture
) -> None:
    structlog.get_logger("test").info("the log is on")
    await lan.says(f"đăng ký khai sinh cho cháu {WORD}")
    await lan.says(f"{WORD} 040203001234 cho tôi hỏi thẻ căn cước")
    await lan.says(WORD)
    await lan.taps(f"guide/{WORD}")
    await lan.taps("menu")
    await lan.says("/xoa_du_lieu")
    await lan.says(WORD)
    await lan.sends(media="photo", text=WORD)
    assert "the log is on" in written.getvalue()
    assert WORD not in written.getvalue() + caplog.text
    assert "040203001234" not in written.getvalue() + caplog.text


async def test_what_a_citizen_writes_is_not_logged_when_we_fail_on_it(
    written: io.StringIO,
    databases: list[Database],
    library: Library,
    routes: Routes,
    clock: FakeClock,
) -> None:
    async def broken(turn: Turn, text: str) -> Outcome:
        raise ValueError(f"cannot digest {int(text)}")

    commands = {**routes.commands, "word.ask": broken}
    receivers = [
        Receiver(database, lambda: library, replace(routes, commands=commands), clock.now, Ids())
        for database in databases
    ]
    assert await Citizen("lan", receivers, clock).says(WORD) == ["error.sorry"]
    assert "turn failed" in written.getvalue()
    assert "ValueError" in written.getvalue()
    assert WORD not in written.getvalue()


async def test_a_name_is_never_logged(written: io.StringIO, citizen: Callable[..., Citizen]) -> None:
    person = citizen(f"chat-{WORD}")
    await person.says("menu")
    await person.says("khai sinh")
    assert WORD not in written.getvalue()
