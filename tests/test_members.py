"""`python -m bot members`: 77 posts from an Excel file, every bad row named, codes and QR to hand out."""

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from bot.inviting import CannotInvite
from bot.members import import_posts, listing, remove, template
from bot.settings import Settings
from content.library import Library
from handlers.person_names import looks_like_a_person
from storage.database import Database
from storage.upgrade import upgrade
from tests.citizen import Citizen
from tests.conftest import CONTENT
from tests.fakes import FakeClock
from tests.serving import small_content

HEAD = ("Đơn vị", "Chức danh", "Vai trò", "Ghi chú")
GOOD = ("Phòng Kinh tế", "Công chức tài chính", "cán bộ", "tầng 2")


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two communes: every command loads the content anew."""
    return small_content(CONTENT, tmp_path_factory.mktemp("few") / "content")


@pytest.fixture
def settings_of(few: Path) -> Callable[[str], Settings]:
    return lambda url: Settings(database=url, content=few, public_url="https://troly.example")


def _file(path: Path, rows: Sequence[Sequence[object]], head: Sequence[str] = HEAD, above: int = 0) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for _ in range(above):
        sheet.append(("Danh sách chức danh",))
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def _posts(library: Library, count: int = 77) -> list[tuple[str, str, str, str]]:
    units = library.communes["anh-son"].profile.units
    return [(units[n % len(units)].name, f"Công chức số {n}", "cán bộ", "") for n in range(count)]


def _sheet(path: Path) -> list[tuple[str, ...]]:
    rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=5, values_only=True)
    return [tuple("" if cell is None else str(cell) for cell in row) for row in rows]


async def test_77_posts_are_invited_and_doing_it_again_changes_nothing_that_is_joined(
    settings_of: Callable[[str], Settings],
    database_url: str,
    databases: list[Database],
    citizen: Callable[..., Citizen],
    clock: FakeClock,
    library: Library,
    tmp_path: Path,
) -> None:
    settings, file = settings_of(database_url), _file(tmp_path / "posts.xlsx", _posts(library))
    first = await import_posts(settings, "anh-son", file, tmp_path, clock.now())
    assert (len(first.invited), first.joined, first.problems) == (77, [], [])
    assert first.path is not None
    rows = _sheet(first.path)
    assert len(rows) == len({row[4] for row in rows}) == 77
    assert all(row[5] == f"https://troly.example/anh-son/?start={row[4]}" for row in rows)
    with zipfile.ZipFile(first.path) as archive:
        assert any(name.startswith("xl/media/") for name in archive.namelist())
    lan, minh = citizen("lan"), citizen("minh")
    assert (await lan.says(f"/start {rows[0][4]}"))[-1] == "staff.joined"
    clock.move(minutes=2)
    second = await import_posts(settings, "anh-son", file, tmp_path, clock.now())
    assert (len(second.invited), len(second.joined)) == (76, 1)
    assert (await minh.says(f"/start {rows[1][4]}"))[-1] == "staff.code_unknown"  # the sheet before opens nothing
    assert second.path is not None
    assert (await minh.says(f"/start {_sheet(second.path)[0][4]}"))[-1] == "staff.joined"
    async with databases[1].read() as store:
        assert [one.name for one in await store.members.of_account("anh-son")] == ["Công chức số 0", "Công chức số 1"]
        assert len(await store.members.invited("anh-son")) == 75
        assert (await store.ledger.verify("anh-son"))[1] is None


WRONG: Sequence[tuple[tuple[str, ...], str]] = (
    (("Phòng Không Có", "Công chức", "cán bộ", ""), "Phòng Không Có"),
    (("", "Công chức", "cán bộ", ""), "thiếu đơn vị"),
    (("Phòng Kinh tế", "", "cán bộ", ""), "thiếu chức danh"),
    (("Phòng Kinh tế", "Công chức", "vua", ""), "vua"),
    (("Phòng Kinh tế", "Công chức", "", ""), "thiếu vai trò"),
    (("Phòng Kinh tế", "Công chức 0912345678", "cán bộ", ""), "số dài"),
    (("Phòng Kinh tế", "x" * 101, "cán bộ", ""), "100"),
    (("Phòng Kinh tế", "Nguyễn Văn Thử", "cán bộ", ""), "họ tên"),
    (("Phòng Kinh tế", "TRẦN THỊ MẪU", "cán bộ", ""), "họ tên"),
    (("Phòng Kinh tế", "Bà Mẫu", "cán bộ", ""), "họ tên"),
    (("Phòng Kinh tế", "12", "cán bộ", ""), "không có chữ"),
    (("Ủy ban MTTQ Việt Nam xã", "Cán bộ mặt trận", "đầu mối theo dõi", ""), "Đơn vị phối hợp"),
    (GOOD, "trùng dòng 3"),
)


async def test_every_bad_row_is_named_and_nothing_is_stored_unless_told(
    settings_of: Callable[[str], Settings], tmp_path: Path, clock: FakeClock
) -> None:
    settings = settings_of(f"sqlite+aiosqlite:///{tmp_path}/bot.db")
    await upgrade(settings.database)
    rows = [GOOD, ("", "", "", ""), *(row for row, _ in WRONG)]
    file = _file(tmp_path / "posts.xlsx", rows, above=1)
    done = await import_posts(settings, "anh-son", file, tmp_path / "out", clock.now())
    assert (done.invited, done.path) == ([], None)
    for line, (problem, (_, said)) in enumerate(zip(done.problems, WRONG, strict=True), 5):
        assert problem.startswith(f"posts.xlsx:{line}: ")
        assert said in problem
        assert " – " in problem
    assert "chưa vào: 0" in await listing(settings, "anh-son", as_json=False)
    told = await import_posts(settings, "anh-son", file, tmp_path / "out", clock.now(), skip_bad=True)
    assert (len(told.invited), len(told.problems)) == (1, len(WRONG))
    assert "chưa vào: 1" in await listing(settings, "anh-son", as_json=False)


async def test_every_mistake_of_a_row_is_said_at_once(
    settings_of: Callable[[str], Settings], tmp_path: Path, clock: FakeClock
) -> None:
    settings = settings_of(f"sqlite+aiosqlite:///{tmp_path}/bot.db")
    file = _file(tmp_path / "posts.xlsx", [("?", "", "?", ""), ("?", "Công chức", "cán bộ", "")])
    done = await import_posts(settings, "anh-son", file, tmp_path, clock.now())
    assert [one.split(":")[1] for one in done.problems] == ["2", "2", "2", "3"]


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
async def test_a_file_that_is_no_workbook_gets_a_sentence(
    settings_of: Callable[[str], Settings], tmp_path: Path, clock: FakeClock, content: bytes
) -> None:
    file = tmp_path / "posts.xlsx"
    file.write_bytes(content)
    settings = settings_of(f"sqlite+aiosqlite:///{tmp_path}/bot.db")
    with pytest.raises(CannotInvite, match=r"\.xlsx"):
        await import_posts(settings, "anh-son", file, tmp_path, clock.now())


@pytest.mark.parametrize("head", [("a", "b", "c"), ("Đơn vị", "Chức danh")])
async def test_missing_columns_are_named(
    settings_of: Callable[[str], Settings], tmp_path: Path, clock: FakeClock, head: tuple[str, ...]
) -> None:
    settings = settings_of(f"sqlite+aiosqlite:///{tmp_path}/bot.db")
    file = _file(tmp_path / "posts.xlsx", [("1", "2", "3")], head)
    with pytest.raises(CannotInvite, match="Vai trò"):
        await import_posts(settings, "anh-son", file, tmp_path, clock.now())
    with pytest.raises(CannotInvite, match="anh-son"):
        await import_posts(settings, "ha-noi", file, tmp_path, clock.now())


async def test_the_template_filled_in_is_read_back(
    settings_of: Callable[[str], Settings], tmp_path: Path, clock: FakeClock
) -> None:
    settings = settings_of(f"sqlite+aiosqlite:///{tmp_path}/bot.db")
    path = tmp_path / "out" / "chuc-danh.xlsx"
    template(settings, "anh-son", path)
    with pytest.raises(CannotInvite):  # nothing is filled in yet
        await import_posts(settings, "anh-son", path, tmp_path, clock.now())
    book = openpyxl.load_workbook(path)
    book.worksheets[0].append(GOOD)
    book.save(path)
    done = await import_posts(settings, "anh-son", path, tmp_path, clock.now())
    assert [(one.unit, one.role, one.name, one.note) for one in done.invited] == [
        ("kinh-te", "officer", "Công chức tài chính", "tầng 2")
    ]


async def test_the_list_shows_posts_and_channels_and_removing_one_ends_it(
    settings_of: Callable[[str], Settings],
    database_url: str,
    databases: list[Database],
    citizen: Callable[..., Citizen],
    clock: FakeClock,
    tmp_path: Path,
) -> None:
    settings, file = settings_of(database_url), _file(tmp_path / "posts.xlsx", [GOOD])
    done = await import_posts(settings, "anh-son", file, tmp_path, clock.now())
    assert done.path is not None
    assert "chưa vào: 1" in await listing(settings, "anh-son", as_json=False)
    lan = citizen("lan")
    await lan.says(f"/start {_sheet(done.path)[0][4]}")
    said = await listing(settings, "anh-son", as_json=False)
    assert "fake" in said
    assert "lan" not in said.split("\n")[1].split("·")
    async with databases[0].read() as store:
        (member,) = await store.members.of_account("anh-son")
    with pytest.raises(CannotInvite):
        await remove(settings, "nghia-tho", member.id, clock.now())
    assert "Công chức tài chính" in await remove(settings, "anh-son", member.id, clock.now())
    assert await lan.says("việc hôm nay") == ["staff.not_member"]
    with pytest.raises(CannotInvite):
        await remove(settings, "anh-son", member.id, clock.now())


POSTS = """
Chủ tịch UBND xã · Phó Chủ tịch UBND xã · PCT UBND · Bí thư Đảng ủy · Văn phòng Đảng uỷ · Thường trực HĐND
Chánh Văn phòng HĐND – UBND · Phó Chánh Văn phòng · Văn thư · Văn Thư – Lưu Trữ · Lễ tân · Kế toán · Thủ quỹ
Trưởng phòng Kinh tế · Phó Trưởng Phòng Văn Hoá - Xã Hội · Công chức Tư pháp – Hộ tịch · Chuyên viên tài chính
Công chức Địa chính – Xây dựng · Đo đạc bản đồ · CÔNG AN XÃ · Trưởng Công An xã · CHỈ HUY TRƯỞNG QUÂN SỰ
Giám đốc Trung tâm PVHCC · Cán bộ một cửa 1 · BỘ PHẬN MỘT CỬA · Bộ phận tiếp nhận: Quầy 2 · Hồ sơ và lưu trữ
HO SO VA LUU TRU · Tổ trưởng Tổ công nghệ số · TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG · Tổ hỗ trợ chuyển đổi số · TO CONG NGHE SO
Đội phản ứng nhanh · Ban biên tập Trang TTĐT · Bí thư Đoàn Thanh niên · Đoàn Thanh Niên · Đoàn xã · Hội Nông Dân
Hội Liên hiệp Phụ Nữ · Chủ tịch UBMTTQ · Mặt Trận Tổ Quốc · Trưởng thôn Hồ Sen · Trưởng xóm 4 · Trưởng thôn Lê Lợi
Trưởng thôn A Lưới · Hiệu trưởng Trường Tiểu học Nguyễn Trãi · Trường THCS Trần Phú · Trưởng Trạm Y tế
Trạm Y Tế · Cán bộ phụ trách CĐS · Phụ trách: CNTT · Ban Chỉ huy Quân sự · Dự phòng · Lưu văn thư
"""
PEOPLE = """
Nguyễn Văn Thử · LÊ MẪU · Nguyen Van Thu · Bà Mẫu · ông Thử · Chuyên viên Nguyễn Văn Thử · Trần Thị Mẫu - Chuyên viên
Trưởng phòng (Lê Thị Mẫu) · Nguyễn Mẫu (trưởng phòng) · Văn thư: Thử · Đ/c Thử · đồng chí Mẫu · nguyen van thu
trần thị mẫu · Mùa A Mẫu · A Mẫu · Vàng Thị Mẫu · Phó Chủ tịch Phạm Mẫu · CÔNG CHỨC – LÊ VĂN THỬ · Văn thư (chị Mẫu)
Kế toán, Đoàn Thị Mẫu · Tô Văn Thử · VĂN PHÒNG: TRẦN MẪU · Cán bộ nguyễn thị mẫu
"""


def _listed(text: str) -> list[str]:
    return [one.strip() for line in text.strip().splitlines() for one in line.split("·")]


def test_the_name_of_a_post_is_not_taken_for_a_person(library: Library) -> None:
    names = _listed(POSTS) + [unit.name for commune in library.communes.values() for unit in commune.profile.units]
    assert len(names) > 80
    assert [post for post in names if looks_like_a_person(post, library.speak("vi"))] == []


def test_a_person_is_not_taken_for_a_post(library: Library) -> None:
    assert [name for name in _listed(PEOPLE) if not looks_like_a_person(name, library.speak("vi"))] == []
