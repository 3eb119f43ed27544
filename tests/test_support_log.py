"""The monthly support log: what stands in the file, read back from it, and the two commands, on both databases."""

import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.figures import Noted, tell
from bot.settings import Settings
from bot.support_log import HEAD_ROW, WIDTHS, build, rows_of, write_support_log
from content.library import Library
from storage.bookings import Booking, Visit
from storage.database import Database
from tests.commands import Command
from tests.conftest import CONTENT
from tests.fakes import FakeClock
from tests.test_figures import _at, _visit

NOVEMBER, LAST = date(2026, 11, 1), date(2026, 11, 30)
NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def _noted(library: Library, *visits: Visit) -> Noted:
    return Noted(library.communes["anh-son"], library.speak("vi"), list(visits), [])


def _part(path: Path, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(path) as archive:
        return ElementTree.fromstring(archive.read(f"xl/{name}"))


def _rows(path: Path, sheet: int = 1) -> Iterator[list[str]]:
    """Yield the cells of every row as written: texts looked up, numbers as they are."""
    texts = ["".join(one.itertext()) for one in _part(path, "sharedStrings.xml").iter(f"{_MAIN}si")]
    for row in _part(path, f"worksheets/sheet{sheet}.xml").iter(f"{_MAIN}row"):
        cells = [(cell.get("t"), cell.findtext(f"{_MAIN}v") or "") for cell in row.iter(f"{_MAIN}c")]
        yield [texts[int(value)] if kind == "s" else value for kind, value in cells]


def test_a_visit_is_a_row(library: Library) -> None:
    start = _at(date(2026, 11, 3), 8, 30)
    visit = _visit(
        day=date(2026, 11, 3),
        start=start,
        arrived_at=start - timedelta(minutes=5),
        called_at=start + timedelta(minutes=2, seconds=40),
        closed_at=start + timedelta(minutes=30),
        operated="typed",
        reason="elderly",
        needs_help=True,
    )
    commune = library.communes["anh-son"]
    assert rows_of(_noted(library, visit)) == [
        [
            1,
            date(2026, 11, 3),
            time(8, 30),
            time(8, 25),
            time(8, 32),
            time(9, 0),
            commune.profile.centre.name,
            "Đến Trung tâm xã",
            commune.guides["khai-sinh"].title,
            "Đặt trước",
            "Cán bộ làm thay",
            library.speak("vi").plain("button.reason_elderly"),
            "Có",
        ]
    ]


def test_a_walk_in_has_no_booked_time_and_what_is_not_known_stays_empty(library: Library) -> None:
    visit = _visit(walk_in=True, topic=None, called_at=None, closed_at=None, state="arrived", operated=None)
    (row,) = rows_of(_noted(library, visit))
    assert (row[2], row[4], row[5], row[8]) == (None, None, None, "")
    assert row[9:] == ["Vãng lai", "Chưa ghi", "", ""]


def test_typing_without_an_allowed_reason_stands_out(library: Library) -> None:
    visits = [_visit(operated="typed", reason=reason) for reason in ("other", None)]
    assert [row[11] for row in rows_of(_noted(library, *visits))] == ["LÝ DO KHÁC", "KHÔNG GHI LÝ DO"]


def test_rows_go_by_day_and_arrival_and_hold_only_who_came(library: Library) -> None:
    early, late = _at(date(2026, 11, 2), 8), _at(date(2026, 11, 2), 15)
    visits = [
        _visit(day=date(2026, 11, 4)),
        _visit(start=early, arrived_at=late),
        _visit(start=late, arrived_at=early),
        *(_visit(state=state) for state in ("cancelled", "displaced", "booked", "no_show")),
    ]
    rows = rows_of(_noted(library, *visits))
    assert [(row[0], row[1], row[3]) for row in rows] == [
        (1, date(2026, 11, 2), time(8)),
        (2, date(2026, 11, 2), time(15)),
        (3, date(2026, 11, 4), time(8)),
    ]


def test_the_file_is_headed_numbered_and_ready_to_print(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "new" / "log.xlsx"
    build(_noted(library, _visit(), _visit()), NOVEMBER, LAST, path, NOW)
    rows = [row for row in _rows(path) if row]
    assert rows[0] == ["UBND XÃ ANH SƠN"]
    assert "SỔ THEO DÕI HỖ TRỢ NGƯỜI DÂN CHUYỂN ĐỔI SỐ" in rows[2]
    assert "Tháng 11 năm 2026" in rows[3]
    assert "Ngày lập: 1/12/2026" in rows[4]
    head = next(index for index, row in enumerate(rows) if row[0] == "STT")
    assert len(rows[head]) == len(WIDTHS)
    assert [row[0] for row in rows[head + 1 : head + 4]] == ["1", "2", "Tổng cộng: 2 lượt"]
    sheet = _part(path, "worksheets/sheet1.xml")
    page = sheet.find(f"{_MAIN}pageSetup")
    assert page is not None
    assert (page.get("paperSize"), page.get("orientation"), page.get("fitToHeight")) == ("9", "landscape", "0")
    pane, wanted = sheet.find(f".//{_MAIN}pane"), f"A{HEAD_ROW + 2}"
    assert pane is not None
    assert (pane.get("topLeftCell"), pane.get("state")) == (wanted, "frozen")
    assert sheet.find(f"{_MAIN}autoFilter") is not None
    assert "&P/&N" in (sheet.findtext(f".//{_MAIN}oddFooter") or "")
    assert ["Tổng số lượt đến", "2"] in list(_rows(path, 2))


def test_an_empty_month_says_so(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    build(_noted(library, _visit(state="no_show")), NOVEMBER, LAST, path, NOW)
    assert any("Trong tháng không có lượt hỗ trợ nào được ghi." in row for row in _rows(path))
    assert _part(path, "worksheets/sheet1.xml").find(f"{_MAIN}autoFilter") is None
    build(_noted(library), NOVEMBER, LAST, path, NOW)
    assert any("chưa có số liệu" in row for row in _rows(path, 2))


def test_no_text_becomes_a_formula_or_a_link(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    strange = [_visit(topic="=1+1"), _visit(topic="https://a.vn"), _visit(place='=HYPERLINK("x")')]
    build(_noted(library, *strange), NOVEMBER, LAST, path, NOW)
    with zipfile.ZipFile(path) as archive:
        sheets = "".join(archive.read(name).decode() for name in archive.namelist() if "worksheets/" in name)
    assert "<f>" not in sheets
    assert "hyperlink" not in sheets
    assert any("=1+1" in row for row in _rows(path))


def test_the_same_month_drawn_up_again_is_the_same_file(library: Library, tmp_path: Path) -> None:
    for name in ("one", "two"):
        build(_noted(library, _visit()), NOVEMBER, LAST, tmp_path / name, NOW)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database=database_url, content=CONTENT)


async def _served(databases: list[Database], start: datetime, day: date) -> None:
    booking = Booking(
        id="0123456789abcdef", account="anh-son", code="K7M2QX", chat_id=None, roster="trung-tam", place="trung-tam",
        kind="centre", start=start, end=start + timedelta(minutes=30), topic="khai-sinh", for_other=False,
        name="Lan Kể Chuyện", phone="0912345678", needs_help=False, walk_in=False, state="booked", moves=0, sequence=0,
        day=day,
    )  # fmt: skip
    async with databases[0].begin() as store:
        await store.bookings.add(booking, start)
        await store.desk.arrive(booking, start)
        await store.desk.call(booking, "m", start + timedelta(minutes=4))
        await store.desk.close(booking, "done", "m", start + timedelta(minutes=20), "helped")


async def test_the_log_of_a_month_holds_its_visits_and_nobodys_name(
    databases: list[Database], settings: Settings, clock: FakeClock, tmp_path: Path
) -> None:
    await _served(databases, clock.now(), date(2026, 11, 23))
    path = await write_support_log(settings, "anh-son", NOVEMBER, tmp_path / "out", clock.now())
    assert path.name == "so-ho-tro-anh-son-2026-11.xlsx"
    assert sum("Người dân làm, có hướng dẫn" in row for row in _rows(path)) == 1
    with zipfile.ZipFile(path) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode(errors="replace")
    for secret in ("Lan Kể", "0912345678", "K7M2QX"):
        assert secret not in everything
    december = await write_support_log(settings, "anh-son", date(2026, 12, 1), tmp_path / "out", clock.now())
    assert any("Trong tháng không có lượt hỗ trợ nào được ghi." in row for row in _rows(december))


async def test_figures_are_printed_as_words_and_as_json(
    databases: list[Database], settings: Settings, clock: FakeClock
) -> None:
    day = date(2026, 11, 23)
    await _served(databases, clock.now(), day)
    words = await tell(settings, "anh-son", NOVEMBER, LAST, day, as_json=False)
    assert re.search(r"Tổng số lượt đến: 1\n", words)
    assert "Thời gian chờ, trung vị (từ lúc đến đến lúc được gọi): 4 phút (n = 1)" in words
    figures = json.loads(await tell(settings, "anh-son", NOVEMBER, LAST, day, as_json=True))
    assert figures["visits"]["total"] == 1
    assert figures["proxy"]["share"] == {"numerator": 0, "denominator": 1, "value": 0.0}
    assert figures["no_show"] == {"numerator": 0, "denominator": 0, "value": None}
    assert figures["first"] == "2026-11-01"
    with pytest.raises(SystemExit):
        await tell(settings, "khong-co", NOVEMBER, LAST, day, as_json=True)


def test_both_commands_run_from_the_terminal(terminal: Command, tmp_path: Path) -> None:
    assert terminal("database", "upgrade").code == 0
    written = terminal("support-log", "--commune", "tan-an", "--month", "2026-11", "--out", str(tmp_path / "out"))
    assert (written.code, written.err) == (0, "")
    assert Path(written.out.strip()).is_file()
    printed = terminal("figures", "--commune", "tan-an", "--from", "2026-10-01", "--to", "2026-12-31", "--json")
    assert json.loads(printed.out)["empty"] is True
    assert "chưa có số liệu" in terminal("figures", "--from", "2026-10-01", "--to", "2026-12-31").out
    for wrong in ("support-log --month 11/2026 --out x", "figures --from 2026-12-31 --to 2026-12-01"):
        assert terminal(*wrong.split()).code == 2
