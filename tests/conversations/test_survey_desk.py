"""Survey results in the chat: for officials who may read figures, by month and quarter; on both databases."""

from collections.abc import Callable
from datetime import date

import pytest

from handlers.survey_desk import offered
from storage.chats import Address
from storage.database import Database
from storage.surveys import Group, Invitation
from tests.citizen import Citizen
from tests.conversations.staff import join, values
from tests.fakes import FakeClock

# The clock stands at Monday 23/11/2026, 9:00.
TODAY = date(2026, 11, 23)
People = Callable[..., Citizen]
REMARK = "quạt hỏng ở bàn hai"


async def _votes(database: Database, clock: FakeClock, marks: list[int], day: date, survey: str, silent: int) -> None:
    for number in range(len(marks) + silent):
        identity = f"{survey}{day}{number}"
        async with database.begin() as store:
            chat = await store.chats.open(Address("fake", "anh-son", identity), "vi", clock.now())
            made = Invitation(identity, chat.id, survey, Group("tt-pvhcc", "trung-tam", ""), day, "open")
            assert await store.surveys.invite(made, "anh-son", identity)
            if number < len(marks):
                given = {"hai-long-chung": marks[number]}
                assert await store.surveys.vote(chat.id, "anh-son", identity, given, REMARK, day)


@pytest.fixture
async def voted(databases: list[Database], clock: FakeClock) -> None:
    """Two months of votes after visits, at the counter, and on the assistant."""
    await _votes(databases[0], clock, [5, 5, 4, 4, 4, 4, 3, 1], TODAY, "sau-buoi-ho-tro", 2)
    await _votes(databases[0], clock, [5] * 9, TODAY, "tai-quay", 0)
    await _votes(databases[0], clock, [1, 1, 1, 1], TODAY, "sau-cau-tra-loi", 0)
    await _votes(databases[0], clock, [5] * 12, date(2026, 10, 5), "sau-buoi-ho-tro", 0)
    await _votes(databases[0], clock, [1] * 6, date(2026, 9, 30), "sau-buoi-ho-tro", 0)


@pytest.mark.parametrize("role", [("tt-pvhcc", "officer"), ("vh-xh", "focal"), ("chu-tich", "leader")])
async def test_an_official_reads_the_months_and_quarters(
    citizen: People, voted: None, databases: list[Database], clock: FakeClock, role: tuple[str, str]
) -> None:
    minh = await join(citizen("minh"), databases[0], clock, *role)
    await minh.says("menu")
    assert await minh.taps("Kết quả khảo sát") == ["survey.title"]
    assert "từ ngày 1/10/2026 đến hết ngày 31/12/2026" in minh.told
    assert "Hài lòng và rất hài lòng: 90,0% (18/20)" in minh.told
    assert values(minh)[:3] == ["satisfaction/2026-Q3", "satisfaction/2026-11", "satisfaction/2026-10"]
    assert await minh.taps("Tháng 11/2026") == ["survey.title"]
    service, _, rest = minh.told.partition("PHIẾU QUÉT MÃ TẠI QUẦY")
    counter, _, assistant = rest.partition("TRỢ LÝ TỰ ĐỘNG")
    assert "75,0% (6/8), khoảng tin cậy 95%: " in service
    assert "Tỷ lệ trả lời: 80,0% (8/10)" in service
    assert "91% (2026) – chưa đạt" in service
    assert "100,0% (9/9)" in counter
    assert "Số phiếu: 4" in assistant
    assert "không hiện" in assistant  # four votes
    assert REMARK not in minh.told
    assert await minh.taps("Quý 3/2026") == ["survey.title"]
    assert "0,0% (0/6)" in minh.told
    assert "menu" in values(minh)
    async with databases[1].read() as store:
        looks = [row["subject"] for row in await store.ledger.rows("anh-son") if row["action"] == "survey read"]
    assert looks == ["survey/2026-Q4", "survey/2026-11", "survey/2026-Q3"]


async def test_nobody_else_reads_them(
    lan: Citizen,
    citizen: People,
    voted: None,
    databases: list[Database],
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await lan.says("menu")
    assert "satisfaction" not in values(lan)
    assert "survey.title" not in await lan.taps("satisfaction/2026-11")
    tam = await join(citizen("tam"), databases[0], clock, "vh-xh", "officer")
    assert await tam.taps("satisfaction/2025-01") == ["survey.title"]
    assert "từ ngày 1/10/2026" in tam.told  # nothing is offered so far back: this quarter
    monkeypatch.setattr("handlers.survey_desk.scopes", lambda *_: frozenset({"own"}))
    assert await tam.taps("satisfaction/2026-11") == ["staff.not_yours"]


def test_over_the_turn_of_the_year() -> None:
    assert offered(date(2027, 1, 31)) == {
        "2027-Q1": (date(2027, 1, 1), date(2027, 3, 31)),
        "2026-Q4": (date(2026, 10, 1), date(2026, 12, 31)),
        "2027-01": (date(2027, 1, 1), date(2027, 1, 31)),
        "2026-12": (date(2026, 12, 1), date(2026, 12, 31)),
    }
