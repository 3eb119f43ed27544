"""The web chat's API as the page uses it: over HTTP, against the whole service."""

import asyncio
import gzip
import json
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientResponse

from bot.app import App
from bot.sessions import LASTS
from tests.conftest import CONTENT
from tests.fakes import FakeClock
from tests.serving import Client, Page, address_of, push, serving, small_content

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two communes and their few pages."""
    return small_content(CONTENT, tmp_path_factory.mktemp("content"))


@pytest_asyncio.fixture
async def service(database_url: str, small: Path, clock: FakeClock) -> AsyncIterator[tuple[App, Client]]:
    async with serving(database_url, small, clock) as running:
        yield running


@pytest.fixture
def app(service: tuple[App, Client]) -> App:
    return service[0]


@pytest.fixture
def client(service: tuple[App, Client]) -> Client:
    return service[1]


@pytest_asyncio.fixture
async def page(client: Client) -> Page:
    """Lan's page, with a session."""
    return await Page(client).opens()


# ---- messages ------------------------------------------------------------------------------------------------------


async def test_a_message_is_answered_with_keys_text_and_buttons(page: Page) -> None:
    replies = await page.sends(text="giờ làm việc của xã")
    assert replies[0]["key"] == "start.notice"
    assert set(replies[-1]) == {"key", "text", "buttons"}
    assert all(set(button) == {"label", "value"} for reply in replies for button in reply["buttons"])


async def test_a_tapped_button_arrives_as_its_value(page: Page) -> None:
    menu = await page.sends(text="menu")
    values = [button["value"] for button in menu[-1]["buttons"]]
    assert "areas" in values
    assert [reply["key"] for reply in await page.sends(tap="areas")] == ["areas.text"]


async def test_the_same_id_again_gets_the_same_replies_and_is_done_once(app: App, page: Page) -> None:
    first = await page.posts({"id": "a", "text": "menu"})
    again = await page.posts({"id": "a", "text": "menu"})
    other = await page.posts({"id": "a", "text": "đăng ký khai sinh"})
    assert first.body == again.body == other.body
    lan = await address_of(app, page)
    async with app.database.read() as store:
        written = await store.outbox.replies_to(lan, f"{lan.chat}:a")
    assert len(written) == len(first.replies)


async def test_the_same_id_ten_times_at_once_is_one_message(page: Page) -> None:
    answers = await asyncio.gather(*(page.posts({"id": "a", "text": "menu"}) for _ in range(10)))
    assert {response.status for response in answers} == {200}
    assert len({response.body for response in answers}) == 1
    assert (await page.says("menu")) == ["menu.text"]


async def test_two_pages_may_use_the_same_ids(client: Client, page: Page) -> None:
    minh = await Page(client).opens()
    await page.sends(text="menu")
    replies = await minh.sends(text="giờ làm việc")
    assert replies[0]["key"] == "start.notice"
    assert "menu.text" not in [reply["key"] for reply in replies]


async def test_erasing_and_then_the_same_id_says_erased_again_and_keeps_nothing(app: App, page: Page) -> None:
    assert await page.says("menu") == ["start.notice", "menu.text"]
    assert await page.says("/xoa_du_lieu") == ["erase.confirm"]
    erased = await page.posts({"id": "gone", "tap": "yes"})
    again = await page.posts({"id": "gone", "tap": "yes"})
    assert erased.keys == ["erase.done"]
    assert again.body == erased.body
    assert (await page.says("menu"))[0] == "start.notice"


@on_sqlite
async def test_the_language_of_the_page_is_the_language_of_a_new_conversation(page: Page) -> None:
    response = await page.posts({"id": "a", "text": "menu"}, **{"Accept-Language": "en-GB,vi;q=0.5"})
    assert "assistant" in json.dumps(response.replies)


# ---- who may speak -------------------------------------------------------------------------------------------------


@on_sqlite
async def test_without_a_session_of_ours_nobody_speaks_or_listens(client: Client, page: Page) -> None:
    forged = ["", "Bearer", "Bearer ", "Bearer forged", "Bearer a.1.b", "Bearer a.x.b", "Basic bGFuOmxhbg=="]
    for authorization in forged:
        response = await page.posts({"id": "a", "text": "menu"}, Authorization=authorization)
        assert response.status == 401, authorization
        assert "Phiên trò chuyện" in response.error
        async with client.get("/anh-son/chat/events", headers={"Authorization": authorization}) as events:
            assert events.status == 401, authorization


@on_sqlite
async def test_a_session_with_bytes_that_are_no_text_is_refused(client: Client) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(b"GET /anh-son/chat/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe.1.2\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 401")
    writer.close()
    await writer.wait_closed()


@on_sqlite
async def test_a_session_ends_after_its_time_and_a_new_one_is_given(page: Page, clock: FakeClock) -> None:
    assert await page.says("menu")
    clock.move(days=LASTS.days)
    assert (await page.posts({"id": "late", "text": "menu"})).status == 401
    await page.opens()
    assert (await page.says("menu"))[0] == "start.notice"


@on_sqlite
async def test_a_session_of_another_commune_is_refused(client: Client, page: Page) -> None:
    stranger = Page(client, "nghia-tho", page.session)
    assert (await stranger.posts({"id": "a", "text": "menu"})).status == 401


async def test_a_session_outlives_a_restart_and_is_known_to_every_replica(
    page: Page, database_url: str, small: Path, clock: FakeClock
) -> None:
    await page.posts({"id": "a", "text": "menu"})
    async with serving(database_url, small, clock) as (_, other):
        moved = Page(other, page.slug, page.session)
        again = await moved.posts({"id": "a", "text": "menu"})
        assert again.keys == ["start.notice", "menu.text"]


@on_sqlite
async def test_an_unknown_commune_is_not_found(client: Client, page: Page) -> None:
    stranger = Page(client, "nowhere", page.session)
    assert (await stranger.posts({"id": "a", "text": "menu"})).status == 404
    for path in ("/nowhere/", "/nowhere", "/nowhere/embed", "/nowhere/chat/events", "/anh-son2/", "/khanh-son/"):
        async with client.get(path, headers=page.authorization) as response:
            assert response.status == 404


# ---- bad input -----------------------------------------------------------------------------------------------------


NO_MESSAGES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"menu"',
    b"42",
    b"\xff\xfe\x00",
    b'{"id": "a", "text": "\xff"}',
    b"[" * 20_000,
    b'{"id": ' + b"9" * 5_000 + b"}",
    b"{}",
    b'{"text": "menu"}',
    b'{"id": "a"}',
    b'{"id": "", "text": "menu"}',
    b'{"id": 7, "text": "menu"}',
    b'{"id": null, "text": "menu"}',
    b'{"id": ["a"], "text": "menu"}',
    b'{"id": "a", "text": 7}',
    b'{"id": "a", "text": {"x": 1}}',
    b'{"id": "a", "tap": 7}',
    b'{"id": "a", "tap": ["menu"]}',
    b'{"id": "a", "text": "menu", "tap": "menu"}',
    b'{"id": "' + b"a" * 101 + b'", "text": "menu"}',
    b'{"id": "a", "tap": "' + b"a" * 101 + b'"}',
    b'{"id": "a\\u0000", "text": "menu"}',
    b'{"id": "\\ud800", "text": "menu"}',
]
WORDS = [
    "",
    "\0",
    "\0menu\0",
    "\ud800",
    "xin chào \udfff ạ",
    "😀" * 500,
    "مرحبا",
    "á" * 2_500,
    "x" * 5_000,
    "ế" * 5_000,
    "\u202e\u200b\ufeff",
    "{{0}} %s \\",
    "<script>alert(1)</script>",
    "e\u0302\u0301" * 300,
]
TAPS = ["\0", "rate/\0/1", "\ud800", "guide/\0", "nonsense", "lang/\0", "x" * 100, ""]


@on_sqlite
async def test_what_is_no_message_gets_a_sentence_and_the_chat_goes_on(page: Page, clock: FakeClock) -> None:
    for body in NO_MESSAGES:
        clock.move(seconds=2)
        response = await page.posts(body)
        assert response.status == 400, body
        assert "bị hỏng" in response.error
    assert await page.says("menu") == ["start.notice", "menu.text"]


async def test_whatever_is_written_is_answered_and_never_with_an_apology(page: Page, clock: FakeClock) -> None:
    for text in WORDS:
        clock.move(seconds=2)
        keys = await page.says(text)
        assert keys, text
        assert "error.sorry" not in keys, text


async def test_a_forged_button_is_answered(page: Page) -> None:
    for tap in TAPS:
        keys = [reply["key"] for reply in await page.sends(tap=tap)]
        assert keys, tap
        assert "error.sorry" not in keys, tap


@on_sqlite
async def test_a_hundred_kilobytes_are_too_much_with_a_sentence(page: Page) -> None:
    response = await page.posts({"id": "a", "text": "x" * 100_000})
    assert response.status == 413
    assert "5.000" in response.error
    assert (await page.says("menu"))[-1] == "menu.text"


@on_sqlite
async def test_a_body_of_unknown_length_is_read_no_further_than_allowed(page: Page) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 1_000

    headers = {"Content-Type": "application/json", **page.authorization}
    async with page.client.post("/anh-son/chat", data=endless(), headers=headers) as response:
        assert response.status == 413
        assert "5.000" in (await response.json())["error"]


@on_sqlite
async def test_a_bomb_of_compressed_blanks_is_refused(page: Page) -> None:
    bomb = gzip.compress(b" " * 5_000_000)
    response = await page.posts(bomb, **{"Content-Encoding": "gzip"})
    assert response.status == 413
    assert response.error


@on_sqlite
async def test_a_body_that_is_not_compressed_as_it_says_is_refused(page: Page) -> None:
    response = await page.posts(b'{"id": "a", "text": "menu"}', **{"Content-Encoding": "gzip"})
    assert response.status == 400
    assert response.error


@on_sqlite
async def test_errors_speak_the_language_of_the_page(page: Page) -> None:
    response = await page.posts(b"{", **{"Accept-Language": "en"})
    assert "send it again" in (response.error).lower()


# ---- how often -----------------------------------------------------------------------------------------------------


@on_sqlite
async def test_who_writes_too_fast_is_told_when_to_go_on_and_nothing_is_lost(page: Page, clock: FakeClock) -> None:
    statuses = [(await page.posts({"id": f"fast{number}", "text": "menu"})).status for number in range(16)]
    assert statuses == [200] * 15 + [429]
    refused = await page.posts({"id": "fast15", "text": "menu"})
    assert "nhanh quá" in refused.error
    clock.move(seconds=int(refused.headers["Retry-After"]))
    accepted = await page.posts({"id": "fast15", "text": "menu"})
    assert accepted.keys == ["menu.text"]


@on_sqlite
async def test_one_who_floods_does_not_silence_the_others(client: Client, page: Page) -> None:
    for number in range(16):
        await page.posts({"id": f"fast{number}", "text": "menu"})
    minh = await Page(client).opens()
    assert await minh.says("menu")


@on_sqlite
async def test_sessions_are_not_given_out_without_end(client: Client, clock: FakeClock) -> None:
    for _ in range(30):
        await Page(client).opens()
    async with client.post("/anh-son/chat/session") as refused:
        assert refused.status == 429
        wait = int(refused.headers["Retry-After"])
    clock.move(seconds=wait)
    assert (await Page(client).opens()).session


@on_sqlite
async def test_a_callers_own_word_about_its_address_counts_for_nothing(client: Client) -> None:
    for _ in range(30):
        await Page(client).opens()
    async with client.post("/anh-son/chat/session", headers={"X-Forwarded-For": "192.0.2.7"}) as response:
        assert response.status == 429


# ---- when we are not well ------------------------------------------------------------------------------------------


async def test_while_the_database_is_away_the_page_is_told_to_come_back_and_nothing_is_lost(
    app: App, page: Page
) -> None:
    await app.database.close()
    response = await page.posts({"id": "a", "text": "menu"})
    assert response.status == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.error
    await app.database.open()
    again = await page.posts({"id": "a", "text": "menu"})
    assert again.keys == ["start.notice", "menu.text"]


# ---- pushes --------------------------------------------------------------------------------------------------------


async def _event(response: ClientResponse) -> dict[str, str]:
    """Read the next event of a stream; comments are skipped."""
    fields: dict[str, str] = {}
    async for raw in response.content:
        line = raw.decode().rstrip("\n")
        if not line and fields:
            return fields
        name, _, value = line.partition(": ")
        if name:
            fields[name] = value
    raise EOFError


async def test_a_push_arrives_with_an_id_while_the_page_listens(app: App, page: Page) -> None:
    await page.says("menu")
    async with page.client.get("/anh-son/chat/events", headers=page.authorization) as events:
        assert events.status == 200
        assert events.content_type == "text/event-stream"
        await push(app, await address_of(app, page), "remind.one")
        event = await asyncio.wait_for(_event(events), 10)
    assert event["event"] == "reply"
    assert int(event["id"]) > 0
    assert json.loads(event["data"]) == {"key": "remind.one", "text": "tin remind.one", "buttons": []}


async def test_a_stream_goes_on_where_it_broke_and_repeats_nothing(app: App, page: Page) -> None:
    await page.says("menu")
    lan = await address_of(app, page)
    await push(app, lan, "one", "two", "three")
    seen: list[dict[str, str]] = []
    async with page.client.get("/anh-son/chat/events", headers=page.authorization) as events:
        seen += [await asyncio.wait_for(_event(events), 10) for _ in range(2)]
    headers = {**page.authorization, "Last-Event-ID": seen[-1]["id"]}
    async with page.client.get("/anh-son/chat/events", headers=headers) as events:
        seen.append(await asyncio.wait_for(_event(events), 10))
        await push(app, lan, "four")
        seen.append(await asyncio.wait_for(_event(events), 10))
    assert [json.loads(event["data"])["key"] for event in seen] == ["one", "two", "three", "four"]
    assert len({event["id"] for event in seen}) == 4


async def test_what_is_held_back_for_the_morning_reaches_the_page_that_stayed_open(
    app: App, page: Page, clock: FakeClock
) -> None:
    await page.says("menu")
    lan = await address_of(app, page)
    async with page.client.get("/anh-son/chat/events", headers=page.authorization) as events:
        await push(app, lan, "morning", not_before=clock.now() + timedelta(hours=9))
        await app.run_errands()
        await push(app, lan, "evening")
        seen = [json.loads((await asyncio.wait_for(_event(events), 10))["data"])["key"]]
        clock.move(hours=9)
        await app.run_errands()
        seen.append(json.loads((await asyncio.wait_for(_event(events), 10))["data"])["key"])
    assert seen == ["evening", "morning"]


async def test_nobody_hears_what_is_pushed_to_somebody_else(app: App, client: Client, page: Page) -> None:
    minh = await Page(client).opens()
    await page.says("menu")
    await minh.says("menu")
    async with client.get("/anh-son/chat/events", headers=minh.authorization) as events:
        await push(app, await address_of(app, page), "for lan")
        await push(app, await address_of(app, minh), "for minh")
        event = await asyncio.wait_for(_event(events), 10)
    assert json.loads(event["data"])["key"] == "for minh"


async def test_answers_to_messages_do_not_come_a_second_time_as_pushes(app: App, page: Page) -> None:
    await page.says("menu")
    await push(app, await address_of(app, page), "only this")
    async with page.client.get("/anh-son/chat/events", headers=page.authorization) as events:
        event = await asyncio.wait_for(_event(events), 10)
    assert json.loads(event["data"])["key"] == "only this"


async def test_a_strange_last_event_id_means_from_the_beginning(app: App, page: Page) -> None:
    await page.says("menu")
    await push(app, await address_of(app, page), "one")
    for last in ("", "0", "x", "-1", "9" * 5_000, "9" * 19, "٣", "1.5"):
        headers = {**page.authorization, "Last-Event-ID": last}
        async with page.client.get("/anh-son/chat/events", headers=headers) as events:
            assert json.loads((await asyncio.wait_for(_event(events), 10))["data"])["key"] == "one", last


async def test_a_last_event_id_of_the_far_future_breaks_nothing(app: App, page: Page) -> None:
    await page.says("menu")
    headers = {**page.authorization, "Last-Event-ID": "9" * 18}
    async with page.client.get("/anh-son/chat/events", headers=headers) as events:
        assert await asyncio.wait_for(events.content.readline(), 10) == b": hello\n"
        app.web.stop()
        assert await asyncio.wait_for(events.content.read(), 10) == b"\n"


@on_sqlite
async def test_streams_end_when_the_service_stops(app: App, page: Page) -> None:
    async with page.client.get("/anh-son/chat/events", headers=page.authorization) as events:
        app.web.stop()
        assert await asyncio.wait_for(events.content.read(), 10) == b": hello\n\n"


# ---- headers -------------------------------------------------------------------------------------------------------


ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/demo", 200),
    ("GET", "/anh-son/", 200),
    ("GET", "/anh-son/embed", 200),
    ("GET", "/static/chat.css", 200),
    ("GET", "/healthz", 200),
    ("GET", "/metrics", 200),
    ("POST", "/anh-son/chat/session", 200),
    ("GET", "/anh-son", 308),
    ("POST", "/anh-son/chat", 401),
    ("GET", "/anh-son/chat/events", 401),
    ("GET", "/nowhere/", 404),
    ("GET", "/static/../secrets", 404),
    ("GET", "/static/none.js", 404),
    ("DELETE", "/anh-son/", 405),
    ("POST", "/telegram/anh-son", 404),
]


@on_sqlite
async def test_every_answer_carries_the_safety_headers(client: Client) -> None:
    for method, path, status in ANSWERS:
        async with client.request(method, path, allow_redirects=False) as response:
            assert response.status == status, path
            _is_safe(response, embedded=path.endswith("/embed"))


def _is_safe(response: ClientResponse, *, embedded: bool) -> None:
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "aiohttp" not in response.headers["Server"].lower()
    assert "python" not in response.headers["Server"].lower()
    if embedded:
        assert "frame-ancestors *" in policy
        assert "X-Frame-Options" not in response.headers
    else:
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Frame-Options"] == "DENY"


@on_sqlite
async def test_an_event_stream_carries_the_safety_headers_and_is_never_kept(page: Page) -> None:
    async with page.client.get("/anh-son/chat/events", headers=page.authorization) as events:
        _is_safe(events, embedded=False)
        assert events.headers["Cache-Control"] == "no-store"


@on_sqlite
async def test_a_fault_of_ours_carries_the_safety_headers_and_tells_nothing(app: App, client: Client) -> None:
    app.content.library = None  # type: ignore[assignment]  # what no page can be made of
    async with client.get("/anh-son/") as response:
        assert response.status == 500
        _is_safe(response, embedded=False)
        assert "Traceback" not in await response.text()
        assert "NoneType" not in await response.text()


@on_sqlite
async def test_no_cookie_is_set_anywhere(client: Client) -> None:
    for method, path, _ in ANSWERS:
        async with client.request(method, path, allow_redirects=False) as response:
            assert "Set-Cookie" not in response.headers


# ---- pages and static files ----------------------------------------------------------------------------------------


@on_sqlite
async def test_a_page_names_its_commune_and_carries_no_unfilled_phrase(client: Client) -> None:
    for path in ("/", "/demo", "/anh-son/", "/anh-son/embed", "/anh-son/?lang=en", "/nghia-tho/?lang=xx"):
        async with client.get(path) as response:
            text = await response.text()
            assert response.content_type == "text/html"
            assert response.headers["Cache-Control"] == "no-cache"
            assert "{{" not in text
            assert "web." not in text.replace("web.js.", "")
            assert f'<html lang="{"en" if "lang=en" in path else "vi"}"' in text


@on_sqlite
async def test_the_address_without_a_slash_leads_to_the_page_and_keeps_the_language(client: Client) -> None:
    async with client.get("/anh-son?lang=en", allow_redirects=False) as response:
        assert response.headers["Location"] == "/anh-son/?lang=en"


async def _static(client: Client, path: str, **headers: str) -> tuple[ClientResponse, bytes]:
    async with client.get(path, headers={"Accept-Encoding": "identity", **headers}) as response:
        return response, await response.read()


@on_sqlite
async def test_a_static_file_under_the_current_version_never_changes(client: Client) -> None:
    async with client.get("/anh-son/") as response:
        text = await response.text()
    base = text.split('<script src="')[1].split("chat.js")[0]
    current, _ = await _static(client, f"{base}chat.js")
    assert "immutable" in current.headers["Cache-Control"]
    for path in ("/static/chat.js", "/static/0123456789/chat.js"):
        other, _ = await _static(client, path)
        assert other.status == 200
        assert "immutable" not in other.headers["Cache-Control"]


@on_sqlite
async def test_an_unchanged_static_file_is_not_sent_again(client: Client) -> None:
    first, body = await _static(client, "/static/chat.js")
    tag = first.headers["ETag"]
    assert body
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again, nothing = await _static(client, "/static/chat.js", **{"If-None-Match": known})
        assert (again.status, nothing, again.headers["ETag"]) == (304, b"", tag)
    changed, body_again = await _static(client, "/static/chat.js", **{"If-None-Match": '"other"'})
    assert (changed.status, body_again) == (200, body)


@on_sqlite
async def test_a_static_file_is_compressed_for_those_who_take_it(client: Client) -> None:
    plain, body = await _static(client, "/static/chat.js")
    packed, unpacked = await _static(client, "/static/chat.js", **{"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert unpacked == body
    assert len(body) == int(plain.headers["Content-Length"]) > int(packed.headers["Content-Length"])


@on_sqlite
async def test_a_commune_whose_folder_is_taken_away_is_not_found_any_more(
    database_url: str, small: Path, tmp_path: Path, clock: FakeClock
) -> None:
    folder = shutil.copytree(small, tmp_path / "content")
    async with serving(database_url, folder, clock) as (app, client):
        page = await Page(client, "nghia-tho").opens()
        assert await page.says("menu")
        shutil.rmtree(folder / "communes" / "nghia-tho")
        assert await app.content.reload()
        assert (await page.posts({"id": "late", "text": "menu"})).status == 404
