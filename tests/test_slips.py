"""The slip and its calendar file, through HTTP, on both databases."""

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
import pytest_asyncio
import segno
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from icalendar import Calendar

from bot.web.pages import Pages, safe_headers
from bot.web.slips import Slips, listed, shortened, slip_of, time_in_words
from content.dates import HOME, local_day
from content.library import Library, load
from storage.bookings import Booking
from storage.database import Database
from tests.conftest import CONTENT
from tests.fakes import FakeClock

ID = "0123456789abcdef"
SITE = "https://xa.example"
Client = TestClient[web.Request, web.Application]
START = datetime(2026, 11, 26, 3, 30, tzinfo=UTC)  # Thursday, 10:30 in Vietnam


def _booking(**changes: object) -> Booking:
    booking = Booking(
        id=ID,
        account="anh-son",
        code="K7M2QX",
        chat_id=None,
        roster="trung-tam",
        place="trung-tam",
        kind="centre",
        start=START,
        end=START + timedelta(minutes=30),
        topic="khai-sinh",
        for_other=False,
        name="Lan Kể Chuyện",
        phone="0912345678",
        needs_help=True,
        walk_in=False,
        state="booked",
        moves=0,
        sequence=0,
        day=date(2026, 11, 26),
    )
    return replace(booking, **changes)  # type: ignore[arg-type]


@pytest_asyncio.fixture
async def client(databases: list[Database], library: Library, clock: FakeClock) -> AsyncIterator[Client]:
    application = web.Application(middlewares=[safe_headers])
    application.add_routes(Slips(lambda: library, databases[0], clock.now, SITE).routes())
    application.add_routes(Pages(lambda: library).routes())
    async with TestClient(TestServer(application)) as made:
        yield made


async def _store(databases: list[Database], clock: FakeClock, booking: Booking) -> None:
    async with databases[1].begin() as store:
        assert await store.bookings.add(booking, clock.now()) is not None


async def _slip(client: Client, path: str = f"/anh-son/slip/{ID}") -> str:
    answer = await client.get(path)
    assert answer.status == 200, path
    return await answer.text()


async def _event(client: Client) -> tuple[Calendar, str]:
    text = await _slip(client, f"/anh-son/slip/{ID}.ics")
    return Calendar.from_ical(text), text


async def test_a_slip_says_all_that_is_needed_and_nobodys_name(
    client: Client,
    databases: list[Database],
    clock: FakeClock,
    library: Library,
) -> None:
    await _store(databases, clock, _booking())
    page = await _slip(client)
    commune = library.communes["anh-son"]
    for said in (
        "K7M2QX",
        "Thứ Năm, ngày 26 tháng 11 năm 2026",
        "10 giờ 30 phút sáng (10:30–11:00)",
        commune.profile.authority,
        commune.profile.centre.name,
        commune.guides["khai-sinh"].title,
        f"{SITE}/anh-son/",
    ):
        assert said in page
    for secret in ("Lan", "0912345678", "hỗ trợ thêm"):
        assert secret not in page
    assert "<script" not in page
    assert 'class="notice"' not in page


async def test_the_qr_code_is_the_slips_own_address(
    client: Client,
    databases: list[Database],
    clock: FakeClock,
) -> None:
    await _store(databases, clock, _booking())
    wanted = segno.make(f"{SITE}/anh-son/slip/{ID}", error="m", micro=False)
    assert unquote(wanted.svg_data_uri(border=4, omitsize=True)) in unquote(
        (await _slip(client)).replace("&#39;", "'").replace("&amp;", "&")
    )


async def test_a_slip_is_kept_by_nobody_and_runs_nothing(
    client: Client,
    databases: list[Database],
    clock: FakeClock,
) -> None:
    await _store(databases, clock, _booking())
    answer = await client.get(f"/anh-son/slip/{ID}")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "img-src 'self' data:" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    [
        "/anh-son/slip/ffffffffffffffff",
        "/anh-son/slip/ffffffffffffffff.ics",
        f"/tan-an/slip/{ID}",
        f"/khong-co/slip/{ID}",
        f"/anh-son/slip/{ID.upper()}",
        "/anh-son/slip/%00' OR 1=1",
        "/anh-son/slip/" + "a" * 5_000,
    ],
)
async def test_an_unknown_slip_is_a_page_that_says_what_to_do(
    client: Client,
    databases: list[Database],
    clock: FakeClock,
    path: str,
) -> None:
    await _store(databases, clock, _booking())
    answer = await client.get(path)
    assert answer.status == 404
    assert "Không tìm thấy phiếu hẹn" in await answer.text()
    assert "K7M2QX" not in await answer.text()


@pytest.mark.parametrize(
    ("state", "notice"),
    [
        ("booked", None),
        ("arrived", None),
        ("serving", None),
        ("cancelled", "slip.cancelled"),
        ("displaced", "slip.displaced"),
        ("done", "slip.over"),
        ("no_show", "slip.over"),
    ],
)
def test_the_state_is_said_plainly(library: Library, clock: FakeClock, state: str, notice: str | None) -> None:
    phrases = library.speak("vi")
    slip = slip_of(library.communes["anh-son"], _booking(state=state, number=7), phrases, clock.now(), SITE)
    assert slip.notice == (phrases.plain(notice) if notice else "")
    assert (slip.number != "") == (state in {"arrived", "serving"})


def test_a_booking_is_over_when_its_time_is(library: Library) -> None:
    commune, phrases = library.communes["anh-son"], library.speak("vi")
    end = START + timedelta(minutes=30)
    assert slip_of(commune, _booking(), phrases, end - timedelta(seconds=1), SITE).state == "open"
    assert slip_of(commune, _booking(), phrases, end, SITE).state == "over"


async def test_the_slip_follows_a_move_and_a_cancellation(
    client: Client,
    databases: list[Database],
    clock: FakeClock,
) -> None:
    await _store(databases, clock, _booking())
    first = (await _event(client))[0].events[0]
    later = START + timedelta(days=1)
    async with databases[0].begin() as store:
        await store.bookings.move(_booking(), later, later + timedelta(minutes=30), local_day(later), counted=True)
    moved = (await _event(client))[0].events[0]
    assert "Thứ Sáu, ngày 27" in await _slip(client)
    async with databases[0].begin() as store:
        await store.bookings.cancel(ID, clock.now())
    gone = (await _event(client))[0].events[0]
    assert first["UID"] == moved["UID"] == gone["UID"]
    assert [one["SEQUENCE"] for one in (first, moved, gone)] == [0, 1, 2]
    assert [one["STATUS"] for one in (first, moved, gone)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert not gone.walk("VALARM")
    assert "LỊCH HẸN NÀY ĐÃ HỦY" in await _slip(client)


async def test_the_calendar_file_can_be_read(
    client: Client,
    databases: list[Database],
    clock: FakeClock,
    library: Library,
) -> None:
    await _store(databases, clock, _booking())
    answer = await client.get(f"/anh-son/slip/{ID}.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="hen-K7M2QX.ics"'
    calendar, text = await _event(client)
    (event,) = calendar.events
    assert "DTSTART;TZID=Asia/Ho_Chi_Minh:20261126T103000" in text
    assert "DTEND;TZID=Asia/Ho_Chi_Minh:20261126T110000" in text
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Ho_Chi_Minh"]
    assert event.decoded("DTSTART") == START
    assert [alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")] == [-timedelta(hours=16), -timedelta(hours=1)]
    assert library.communes["anh-son"].guides["khai-sinh"].title in str(event["SUMMARY"])
    assert "K7M2QX" in str(event["DESCRIPTION"])
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "Lan" not in text
    assert "0912345678" not in text


async def test_nobody_learns_where_a_person_lives(
    client: Client,
    databases: list[Database],
    clock: FakeClock,
) -> None:
    await _store(databases, clock, _booking(kind="home", place="tai-cho", phone="xóm 5, nhà ông Tư"))
    assert "xóm 5" not in await _slip(client)
    assert "xóm 5" not in (await _event(client))[1]


async def test_english_is_spoken_when_asked_for(
    client: Client,
    databases: list[Database],
    clock: FakeClock,
) -> None:
    await _store(databases, clock, _booking())
    assert "Thursday, 26/11/2026" in await _slip(client, f"/anh-son/slip/{ID}?lang=en")


@pytest.mark.parametrize(
    ("hour", "minute", "vietnamese", "english"),
    [
        (7, 30, "7 giờ 30 phút sáng", "7:30 a.m."),
        (11, 0, "11 giờ sáng", "11 a.m."),
        (12, 5, "12 giờ 05 phút trưa", "12:05 p.m."),
        (13, 0, "1 giờ chiều", "1 p.m."),
        (17, 45, "5 giờ 45 phút chiều", "5:45 p.m."),
        (19, 0, "7 giờ tối", "7 p.m."),
    ],
)
def test_times_are_said_as_people_say_them(
    library: Library, hour: int, minute: int, vietnamese: str, english: str
) -> None:
    start = datetime(2026, 11, 26, hour, minute, tzinfo=HOME)
    end = start + timedelta(minutes=30)
    assert time_in_words(start, end, library.speak("vi")).startswith(vietnamese)
    assert time_in_words(start, end, library.speak("en")).startswith(english)


def test_what_staff_write_cannot_break_the_page() -> None:
    text = "- **Tờ khai** <script>alert(1)</script>\n- [Cổng](https://a.vn/?a=1&b=2)\nGhi chú"
    assert listed(text) == (
        "<ul><li><b>Tờ khai</b> &lt;script&gt;alert(1)&lt;/script&gt;</li>"
        '<li><a href="https://a.vn/?a=1&amp;b=2">Cổng</a></li></ul><p>Ghi chú</p>'
    )


def test_a_long_checklist_is_cut_at_a_line() -> None:
    assert shortened("- một\n- hai", (2, 10), "còn nữa") == "- một\n- hai"
    assert shortened("- một\n- hai\n- ba", (2, 10), "còn nữa") == "- một\n- hai\ncòn nữa"
    assert shortened("- một\n- hai hai hai\n- ba", (3, 10), "còn nữa") == "- một\n- hai hai hai\ncòn nữa"
    assert shortened("một hai ba bốn", (1, 9), "còn nữa") == "còn nữa"


def test_every_checklist_we_have_is_printed_whole_on_a5(library: Library, clock: FakeClock) -> None:
    for commune in library.communes.values():
        for guide in commune.guides:
            slip = slip_of(commune, _booking(topic=guide, account=commune.slug), library.speak("vi"), clock.now(), SITE)
            assert slip.papers_on_a5 == slip.papers, guide


@pytest.fixture
def rich(tmp_path: Path) -> Library:
    """The content with an address and a hotline filled in."""
    shutil.copytree(CONTENT, tmp_path / "content")
    path = tmp_path / "content/communes/anh-son/commune.yaml"
    text = path.read_text(encoding="utf-8").replace("hotline: chưa có", "hotline: 0238 000 000")
    place, centre = text.index("places:"), "kind: centre\n    address: "
    text = text[:place] + text[place:].replace(f"{centre}chưa có", f"{centre}Khối 1, xã Anh Sơn", 1)
    path.write_text(text, encoding="utf-8")
    return load(tmp_path / "content")


async def test_address_and_hotline_are_given_when_the_commune_gave_them(
    client: Client,
    databases: list[Database],
    clock: FakeClock,
    rich: Library,
) -> None:
    await _store(databases, clock, _booking())
    assert "chưa công bố" in await _slip(client)
    application = web.Application(middlewares=[safe_headers])
    application.add_routes(Slips(lambda: rich, databases[0], clock.now, SITE).routes())
    async with TestClient(TestServer(application)) as other:
        page = await _slip(other)
        assert "Khối 1, xã Anh Sơn" in page
        assert "0238 000 000" in page
        event = (await _event(other))[0].events[0]
    assert "Khối 1, xã Anh Sơn" in str(event["LOCATION"])
    assert "0238 000 000" in str(event["DESCRIPTION"])


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
async def test_the_slip_is_one_page_and_no_wider_than_a_phone(
    library: Library, clock: FakeClock, sqlite_template: Path, tmp_path: Path
) -> None:
    from playwright.async_api import async_playwright

    shutil.copy(sqlite_template, tmp_path / "bot.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    await database.open()
    longest = max(library.communes["anh-son"].guides.values(), key=lambda guide: len(guide.sections.get("ho_so", "")))
    async with database.begin() as store:
        await store.bookings.add(_booking(topic=longest.id, state="displaced", code="WWWW22"), clock.now())
    application = web.Application(middlewares=[safe_headers])
    application.add_routes(Slips(lambda: library, database, clock.now, SITE).routes())
    application.add_routes(Pages(lambda: library).routes())
    async with TestServer(application) as server, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 320, "height": 600})
        wrong: list[str] = []
        page.on("console", lambda message: wrong.append(message.text))
        await page.goto(str(server.make_url(f"/anh-son/slip/{ID}")))
        assert await page.evaluate("document.documentElement.scrollWidth") == 320
        assert await page.evaluate("document.querySelector('figure img').naturalWidth") > 0
        for paper in ("A4", "A5", "A6"):
            printed = await page.pdf(format=paper)
            assert len(re.findall(rb"/Type /Page\b", printed)) == 1, paper
        assert wrong == []
        await browser.close()
    await database.close()
