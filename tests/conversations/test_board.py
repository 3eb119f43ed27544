"""The board: who has sent, who is near, who is late, and who may know it."""

from collections.abc import Callable

import pytest

from storage.database import Database
from storage.leaves import Leave
from tests.citizen import Citizen
from tests.conversations.staff import join, values
from tests.fakes import FakeClock
from tests.reports import at, filed

# The clock stands at Monday 23/11/2026, 9:00.
People = Callable[..., Citizen]
BOTH = ["board.title", "board.picture"]
LATE, BELOW, NEAR = "Chậm hoặc quá hạn", "Dưới 70% chỉ tiêu", "Sắp đến hạn"


@pytest.fixture
async def quarter(databases: list[Database]) -> None:
    """The fourth quarter of Anh Sơn: in time with exactly 70 % of a target, late by a second, overdue, near, far."""
    database = databases[0]
    due = at(10, 24)
    await filed(database, "AS-26", "tt-pvhcc", due, due, {"AS-I02": "45.5"})  # 45.5 of 65 are 70 %
    await filed(database, "AS-26", "tt-pvhcc", at(11, 24))
    day = at(11, 20)
    await filed(database, "AS-01", "van-phong", day, at(11, 21, 0, 0, 0), {"AS-I10": "68.59", "AS-I09": "100"})
    await filed(database, "AS-01", "kinh-te", day)
    await filed(database, "AS-01", "cong-an", at(12, 24))


async def test_an_officer_sees_the_own_unit_and_no_list_of_others(
    citizen: People, quarter: None, databases: list[Database], clock: FakeClock
) -> None:
    hoa = await join(citizen("hoa"), databases[0], clock, "tt-pvhcc", "officer")
    assert await hoa.taps("board") == BOTH
    said = hoa.replies[0].text
    assert "Trung tâm Phục vụ hành chính công: 1/2; gửi chậm 0, được miễn 0, quá hạn chưa gửi 0" in said
    assert f"**{NEAR}** (1)" in said
    assert "Tổng hợp hồ sơ nộp trực tuyến – Trung tâm Phục vụ hành chính công: 24/11/2026" in said
    assert "Tỷ lệ hồ sơ nộp trực tuyến: 45,5 % (chỉ tiêu ≥ 65) chưa đạt" in said
    for hidden in ("Phòng Kinh tế", "Văn phòng", LATE, BELOW):
        assert hidden not in said


@pytest.mark.parametrize(("unit", "role"), [("vh-xh", "focal"), ("chu-tich", "leader"), ("pho-chu-tich", "vice")])
async def test_the_focal_point_and_the_leaders_see_everything(
    citizen: People, quarter: None, databases: list[Database], clock: FakeClock, unit: str, role: str
) -> None:
    person = await join(citizen("ngan"), databases[0], clock, unit, role)
    assert await person.taps("board") == BOTH
    said = person.replies[0].text
    assert "Văn phòng HĐND – UBND: 1/1; gửi chậm 1, được miễn 0, quá hạn chưa gửi 0" in said
    assert "Phòng Kinh tế: 0/1; gửi chậm 0, được miễn 0, quá hạn chưa gửi 1" in said
    assert "Công an xã: 0/1; gửi chậm 0, được miễn 0, quá hạn chưa gửi 0" in said
    late = said.partition(f"**{LATE}** (2)")[2].partition("\n\n")[0]
    assert "Văn phòng HĐND – UBND: hạn 20/11/2026, đã gửi chậm" in late
    assert "Phòng Kinh tế: hạn 20/11/2026, chưa gửi" in late
    below = said.partition(f"**{BELOW}** (1)")[2].partition("\n\n")[0]
    assert "68,59 % (chỉ tiêu ≥ 98) dưới 70%" in below
    assert "45,5" not in below  # exactly 70 % is not below
    assert "có ký số: 100,0 % (chỉ tiêu = 100) đạt" in said
    assert f"**{NEAR}** (1)" in said  # 24/12 is not near


async def test_who_leads_the_unit_that_chases_sees_who_is_late_and_nobodys_low_figures(
    citizen: People, quarter: None, databases: list[Database], clock: FakeClock
) -> None:
    head = await join(citizen("thu"), databases[0], clock, "vh-xh", "head")
    await head.taps("board")
    assert LATE in head.replies[0].text
    assert BELOW not in head.replies[0].text


async def test_an_administrator_sees_no_unit_s_reports(
    citizen: People, quarter: None, databases: list[Database], clock: FakeClock
) -> None:
    """Org-model 5.2: the accounts are theirs, reports are not; also not those of the unit they sit in."""
    admin = await join(citizen("quan"), databases[0], clock, "van-phong", "admin")
    await admin.taps("board")
    assert "Văn phòng HĐND – UBND:" not in admin.replies[0].text
    theirs = await filed(databases[0], "AS-01", "van-phong", at(12, 24))
    assert await admin.taps(f"filing/{theirs}") == ["filing.not_yours"]
    assert await admin.taps(f"task/{theirs}") == ["task.not_yours"]


async def test_a_deputy_of_the_focal_point_sees_everything_while_it_is_away(
    citizen: People, quarter: None, databases: list[Database], clock: FakeClock
) -> None:
    hoa = await join(citizen("hoa"), databases[0], clock, "tt-pvhcc", "officer")
    await join(citizen("ngan"), databases[0], clock, "vh-xh", "focal")
    async with databases[0].begin() as store:
        people = {one.role: one.id for one in await store.members.of_account("anh-son")}
        leave = Leave("leave1", "anh-son", people["focal"], clock.now(), at(11, 25), people["officer"])
        store.leaves.add(leave, clock.now())
    assert await hoa.taps("board") == BOTH
    assert LATE in hoa.replies[0].text
    clock.move(days=5)
    await hoa.taps("board")
    assert LATE not in hoa.replies[0].text


async def test_a_partner_is_never_late(citizen: People, databases: list[Database], clock: FakeClock) -> None:
    binh = await join(citizen("binh", "tan-an"), databases[0], clock, "chu-tich", "leader")
    await filed(databases[0], "TA-14", "doanh-nghiep", at(10, 10), account="tan-an")
    await filed(databases[0], "TA-14", "doanh-nghiep", at(10, 20), at(11, 1), account="tan-an")
    await filed(databases[0], "TA-99", "doan-the", at(10, 20), account="tan-an")  # its rule was taken out since
    assert await binh.taps("board") == BOTH
    said = binh.replies[0].text
    assert "1/2 (phối hợp)" in said
    assert "0/1 (phối hợp)" in said
    for mark in (LATE, NEAR, "gửi chậm 0", "quá hạn"):
        assert mark not in said


async def test_where_nothing_is_planned_it_is_said_and_nothing_is_drawn(
    citizen: People, quarter: None, databases: list[Database], clock: FakeClock
) -> None:
    person = await join(citizen("tu"), databases[0], clock, "dang-uy", "officer")
    assert await person.taps("board") == ["board.title"]
    assert "chưa có việc nào trong kế hoạch" in person.told


async def test_another_commune_and_citizens_see_nothing(
    citizen: People, quarter: None, databases: list[Database], clock: FakeClock
) -> None:
    far = await join(citizen("xa", "tan-an"), databases[0], clock, "vh-xh", "focal")
    assert (await far.taps("board"))[0] == "board.title"
    assert LATE not in far.told
    assert "Phòng Kinh tế" not in far.told
    lan = citizen("lan")
    await lan.says("menu")
    assert "board" not in values(lan)
    for tap in ("board", "board/2026-Q4", "board_page/2026-Q4"):
        assert (await lan.taps(tap))[-1] == "staff.not_member"


async def test_other_periods_are_a_tap_away_and_nonsense_is_this_quarter(
    citizen: People, quarter: None, databases: list[Database], clock: FakeClock
) -> None:
    binh = await join(citizen("binh"), databases[0], clock, "chu-tich", "leader")
    await binh.taps("board")
    assert "board/2026-Q3" in values(binh)
    assert (await binh.taps("board/2026-Q3"))[0] == "board.title"
    assert "Bảng theo dõi quý III năm 2026" in binh.told
    assert "2026-Q" not in "".join(reply.text for reply in binh.replies)
    assert LATE not in binh.told
    for odd in ("board/9999-Q9", "board/2026-11", "board/'", "board/2099-Q4", "board/2000-Q1"):
        assert (await binh.taps(odd))[0] == "board.title"


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ("xem bảng theo dõi", "quý IV năm 2026"),
        ("Bảng theo dõi quý 3", "quý III năm 2026"),
        ("bang theo doi quy IV nam 2025", "quý IV năm 2025"),
        ("bảng theo dõi năm 2026", "quý IV năm 2026"),
    ],
)
async def test_the_board_of_a_quarter_that_is_named(
    citizen: People, quarter: None, databases: list[Database], clock: FakeClock, said: str, period: str
) -> None:
    lanh = await join(citizen("lanh"), databases[0], clock, "chu-tich", "leader")
    await lanh.says(said)
    assert lanh.replies[0].key == "board.title"
    assert period in lanh.replies[0].text.partition("\n\n")[0]
    assert "board.title" not in await citizen("lan").says(said)


async def test_the_picture_is_an_address_that_only_a_member_gets(
    citizen: People, quarter: None, databases: list[Database], clock: FakeClock
) -> None:
    hoa = await join(citizen("hoa"), databases[0], clock, "tt-pvhcc", "officer")
    await hoa.taps("board")
    words, picture = hoa.replies
    assert words.picture is None
    assert picture.picture is not None
    assert picture.picture.startswith("/anh-son/board/2026-Q4.")
    assert picture.picture.endswith(".png")
    assert await hoa.taps("board_page/2026-Q4") == ["board.address"]  # this service has no https address
    assert "/anh-son/board/2026" in hoa.told


async def test_a_figure_is_not_rounded_over_its_judgement(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    due = at(10, 24)
    await filed(
        databases[0], "AS-26", "tt-pvhcc", due, due, {"AS-I02": "64.996", "AS-I03": "95.0999", "AS-I25": "200/3"}
    )
    hoa = await join(citizen("hoa"), databases[0], clock, "tt-pvhcc", "officer")
    await hoa.taps("board")
    assert "64,996 % (chỉ tiêu ≥ 65) chưa đạt" in hoa.told
    assert "95,0999 % (chỉ tiêu ≥ 95,1) chưa đạt" in hoa.told
    assert "6.666,7 % (chỉ tiêu = 100)" in hoa.told


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("bảng theo dõi", "board.title"),
        ("bang theo doi", "board.title"),
        ("Báo cáo chờ tôi", "filing.nothing_waits"),
        ("kết quả khảo sát", "survey.title"),
    ],
)
async def test_what_stands_in_the_menu_opens_when_it_is_typed(
    citizen: People, databases: list[Database], clock: FakeClock, said: str, key: str
) -> None:
    ngan = await join(citizen("ngan"), databases[0], clock, "vh-xh", "focal")
    assert (await ngan.says(said))[0] == key


async def test_a_citizen_who_asks_for_the_survey_is_shown_the_public_figures(citizen: People) -> None:
    assert (await citizen("lan").says("kết quả khảo sát"))[-1].startswith("public.")
