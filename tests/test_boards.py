"""The board as a page and as a picture, through HTTP, on both databases: who may open it and for how long."""

import asyncio
import re
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from decimal import Decimal

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.boards.drawing import MOST_ROWS
from bot.boards.pictures import Pictures
from bot.boards.rows import FULL, FigureRow, UnitRow, rows_of
from bot.channels.web import shown
from bot.web.boards import Boards
from bot.web.pages import Pages, safe_headers
from content.library import Library
from handlers.board import Seen, sections
from handlers.messages import Reply
from storage.database import Database
from tests.citizen import Citizen
from tests.conversations.staff import join
from tests.examples.report import data_of
from tests.fakes import FakeClock
from tests.reports import at, filed

Client = TestClient[web.Request, web.Application]
People = Callable[..., Citizen]


@pytest.fixture
def pictures(library: Library, databases: list[Database], clock: FakeClock) -> Pictures:
    return Pictures(lambda: library, databases[1], clock.now)


@pytest_asyncio.fixture
async def client(library: Library, pictures: Pictures) -> AsyncIterator[Client]:
    application = web.Application(middlewares=[safe_headers])
    application.add_routes(Boards(lambda: library, pictures).routes())
    application.add_routes(Pages(lambda: library).routes())
    async with TestClient(TestServer(application)) as made:
        yield made


@pytest.fixture
async def quarter(databases: list[Database]) -> None:
    due = at(10, 24)
    await filed(databases[0], "AS-26", "tt-pvhcc", due, due, {"AS-I02": "45.5"})
    await filed(databases[0], "AS-01", "van-phong", due, at(10, 25), {"AS-I10": "68.59"})
    await filed(databases[0], "AS-01", "kinh-te", due)


async def _link(person: Citizen) -> str:
    """Return the address of a member's page."""
    assert await person.taps("board_page/2026-Q4") == ["board.address"]
    found = re.search(r"/anh-son/board/\S+", person.told.replace("\\", ""))
    assert found is not None
    return found[0]


async def test_a_leaders_page_has_every_unit_and_the_lists(
    client: Client, citizen: People, quarter: None, databases: list[Database], clock: FakeClock
) -> None:
    binh = await join(citizen("binh"), databases[0], clock, "chu-tich", "leader")
    answer = await client.get(await _link(binh))
    page = await answer.text()
    assert answer.status == 200
    for said in ("Phòng Kinh tế", "Văn phòng HĐND – UBND", "Chậm hoặc quá hạn", "Dưới 70% chỉ tiêu", "≥ 65%", "45,5%"):
        assert said in page
    assert "<script" not in page
    assert "style=" not in page  # the policy would refuse it
    assert page.count("<table") == page.count("</table>") == 4  # units, late, below, figures
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_an_officers_page_and_picture_have_the_own_unit_only(
    client: Client, citizen: People, quarter: None, databases: list[Database], clock: FakeClock
) -> None:
    hoa = await join(citizen("hoa"), databases[0], clock, "tt-pvhcc", "officer")
    link = await _link(hoa)
    page = await (await client.get(link)).text()
    assert "Trung tâm Phục vụ hành chính công" in page
    for hidden in ("Phòng Kinh tế", "Văn phòng HĐND", "Chậm hoặc quá hạn", "Dưới 70% chỉ tiêu"):
        assert hidden not in page
    answer = await client.get(f"{link}.png")
    body = await answer.read()
    assert (answer.status, answer.content_type) == (200, "image/png")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert body.startswith(b"\x89PNG")
    assert struct.unpack(">I", body[16:20]) == (1080,)


async def test_a_link_opens_for_a_day(
    client: Client, citizen: People, quarter: None, databases: list[Database], clock: FakeClock
) -> None:
    hoa = await join(citizen("hoa"), databases[0], clock, "tt-pvhcc", "officer")
    link = await _link(hoa)
    clock.move(hours=24, seconds=-1)
    assert (await client.get(link)).status == 200
    clock.move(seconds=1)
    for path in (link, f"{link}.png"):
        answer = await client.get(path)
        assert answer.status == 404
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Không mở được bảng theo dõi" in await (await client.get(link)).text()


async def test_a_link_opens_nothing_for_who_has_left_the_post(
    client: Client, citizen: People, quarter: None, databases: list[Database], clock: FakeClock, pictures: Pictures
) -> None:
    hoa = await join(citizen("hoa"), databases[0], clock, "tt-pvhcc", "officer")
    await hoa.taps("board")
    address = hoa.replies[1].picture
    assert address is not None
    assert await pictures.at(address) is not None
    async with databases[0].begin() as store:
        [member] = await store.members.of_account("anh-son")
        await store.members.leave(member.id, clock.now())
    assert await pictures.at(address) is None
    assert (await client.get(address)).status == 404


async def test_no_other_address_opens(
    client: Client, citizen: People, quarter: None, databases: list[Database], clock: FakeClock
) -> None:
    hoa = await join(citizen("hoa"), databases[0], clock, "tt-pvhcc", "officer")
    link = await _link(hoa)
    member, expiry = link.split(".")[1:3]
    changed = [
        link[:-1] + ("0" if link[-1] != "0" else "1"),
        link.replace("2026-Q4", "2026-Q3"),
        link.replace(expiry, str(int(expiry) + 86_400)),
        link.replace(member, "id000001" if member != "id000001" else "id000002"),
        link.replace("/anh-son/", "/tan-an/"),
        link.replace("/anh-son/", "/khong-co/"),
        link.rpartition(".")[0],
        "/anh-son/board/x",
        "/anh-son/board/%00'%20OR%201=1",
        "/anh-son/board/2026-Q4.é.1.",
        "/anh-son/board/" + "a" * 5_000,
    ]
    for path in changed:
        assert (await client.get(path)).status == 404, path
        assert (await client.get(f"{path}.png")).status == 404, path
    assert (await client.get(link)).status == 200


async def test_before_anybody_has_a_link_there_is_none(client: Client) -> None:
    path = "/anh-son/board/2026-Q4.id000001.1795400000." + "0" * 32
    assert (await client.get(path)).status == 404


async def test_the_same_board_is_drawn_once_for_all_who_ask_at_once(pictures: Pictures, library: Library) -> None:
    commune = library.communes["anh-son"]
    data = data_of(commune)
    boards = [rows_of(Seen(data, late=True, below=True), commune, library.speak("vi")) for _ in range(3)]
    first, *others = await asyncio.gather(*map(pictures.png, boards))
    assert all(one is first for one in others)
    different = rows_of(
        Seen(replace(data, filings=data.filings[:1]), late=True, below=True), commune, library.speak("vi")
    )
    assert await pictures.png(different) != first


async def test_a_board_that_is_too_long_or_has_one_kind_of_rows_only_is_drawn(
    pictures: Pictures, library: Library
) -> None:
    commune = library.communes["anh-son"]
    board = rows_of(Seen(data_of(commune), late=True, below=True), commune, library.speak("vi"))
    long_name = "Đơn vị có tên rất dài " * 8
    units = tuple(UnitRow(f"{long_name}{number}", polite=False, counts=(number, 1, 0, 0, 2)) for number in range(40))
    for odd in (replace(board, units=units), replace(board, figures=()), replace(board, units=(), figures=())):
        body = await pictures.png(odd)
        width, height = struct.unpack(">II", body[16:24])
        assert width == 1080
        assert width + height <= 10_000  # Telegram's limit
    assert len(units) > MOST_ROWS


async def test_no_name_is_cut_however_long(pictures: Pictures, library: Library) -> None:
    commune = library.communes["anh-son"]
    board = rows_of(Seen(data_of(commune), late=True, below=True), commune, library.speak("vi"))
    title = "Mức hoàn thành chỉ tiêu của từng đơn vị, ngưỡng nhắc nhở, phê bình trong giao ban hằng quý của xã "
    drawn = {
        await pictures.png(replace(board, figures=(replace(board.figures[0], title=f"{title}({unit})"),)))
        for unit in ("Phòng Kinh tế", "Phòng Văn hóa", "Phòng")
    }
    assert len(drawn) == 3  # they differ only in the last word
    long = UnitRow("Đơn vị có tên rất dài " * 8, polite=False, counts=(1, 0, 0, 0, 0))
    heights = [
        struct.unpack(">I", (await pictures.png(replace(board, units=(unit,), figures=())))[20:24])[0]
        for unit in (replace(long, name="Đơn vị"), long)
    ]
    assert heights[0] < heights[1]


def test_rows_say_what_the_figures_are(library: Library) -> None:
    commune = library.communes["anh-son"]
    data = data_of(commune)
    board = rows_of(Seen(data, late=True, below=True), commune, library.speak("vi"))
    office = next(row for row in board.units if row.name == "Văn phòng HĐND – UBND")
    assert (office.counts, office.due) == ((1, 1, 0, 0, 0), 2)
    assert sum(row.due for row in board.units) == len(data.filings)
    assert {row.verdict for row in board.below} == {"below"}
    assert all(row.share is None or 0 <= row.share <= FULL for row in board.figures)
    assert rows_of(Seen(data), commune, library.speak("vi")).late == ()
    assert rows_of(Seen(data), commune, library.speak("vi")).below == ()


def test_a_figure_is_not_rounded_over_its_judgement(library: Library) -> None:
    commune = library.communes["anh-son"]
    data = data_of(commune)
    line = next(one for one in data.indicators if one.indicator.id == "AS-I03")  # at least 95.1 %
    near = type(line).of(line.indicator, [("tt-pvhcc", "TT")], data.period, Decimal("95.0999"))
    row: FigureRow = rows_of(
        Seen(replace(data, indicators=(near,)), late=True, below=True), commune, library.speak("vi")
    ).figures[0]
    assert (row.actual, row.word) == ("95,0999%", "chưa đạt")


def test_channels_get_the_address_and_the_words() -> None:
    reply = Reply("board.picture", "**Hình**", picture="/anh-son/board/x.png")
    assert Reply.from_json(reply.to_json()) == reply
    assert shown(reply)["picture"] == "/anh-son/board/x.png"
    assert "picture" not in shown(Reply("board.title", "Bảng"))


def test_words_picture_and_page_count_alike_what_is_done(library: Library) -> None:
    """An excused report is done in all three, and what came late is done too."""
    commune = library.communes["anh-son"]
    data = data_of(commune)
    assert {one.outcome for one in data.filings} >= {"sent", "late", "excused", "missing"}
    words = "\n".join(sections(library.speak("vi"), Seen(data)))
    for row in rows_of(Seen(data), commune, library.speak("vi")).units:
        in_time_or_excused, late, *_ = row.counts
        assert f"- {row.name}: {in_time_or_excused + late}/{row.due}" in words
