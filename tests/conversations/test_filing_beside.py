"""A figure that another report of the unit, due the same day, has answered already: taken over by one tap."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest

from storage.database import Database
from storage.filing_moves import Figure
from tests.citizen import Citizen
from tests.conversations.staff import join, values
from tests.fakes import FakeClock
from tests.reports import at, filed

DUE = at(12, 24)
People = Callable[..., Citizen]


@pytest.fixture
async def officer(citizen: People, databases: list[Database], clock: FakeClock) -> Citizen:
    return await join(citizen("hoa"), databases[0], clock, "van-phong", "officer")


async def _asked(officer: Citizen, database: Database, unit: str = "van-phong") -> str:
    """Open the report on the software (AS-41, one figure: AS-I10)."""
    filing = await filed(database, "AS-41", unit, DUE, period="2026-Q4")
    assert (await officer.taps(f"filing/{filing}"))[-1] == "filing.ask_figure"
    return filing


async def _answered(officer: Citizen, filing: str) -> None:
    """Hand in the unit's quarterly report (AS-01) with 49 of 50 for the software, and no other figure."""
    await officer.taps(f"filing/{filing}")
    while officer.replies[-1].key in {"filing.ask_figure", "filing.ask_counted"}:
        await (officer.says("49/50") if "QLVB, Một cửa" in officer.replies[-1].text else officer.taps("none"))
    await officer.taps("none")
    await officer.taps("none")
    await officer.taps("send")


async def _figures(database: Database, filing: str) -> list[Figure]:
    async with database.read() as store:
        return await store.filing_moves.figures_of(filing)


async def test_what_was_just_answered_in_the_other_report_is_taken_over_by_a_tap(
    officer: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    await join(citizen("tam"), databases[0], clock, "van-phong", "head")
    await _answered(officer, await filed(databases[0], "AS-01", "van-phong", DUE, period="2026-Q4"))
    assert officer.replies[-1].key == "filing.waits_for_head"  # what waits for the head is answered
    filing = await _asked(officer, databases[0])
    assert "Vừa báo trong «Báo cáo quý thực hiện Đề án», kỳ quý IV năm 2026: **98 % (49/50)**" in officer.told
    assert "Lấy 98 % (49/50)" in [button.label for button in officer.buttons]
    assert await officer.taps("beside") == ["filing.ask_note"]
    await officer.taps("none")
    await officer.taps("none")
    assert "98 % (49/50)" in officer.told
    await officer.taps("send")
    assert await _figures(databases[1], filing) == [Figure("AS-I10", Decimal(98), Decimal(49), Decimal(50), "typed")]


async def test_another_figure_may_be_typed(officer: Citizen, databases: list[Database]) -> None:
    await filed(databases[0], "AS-01", "van-phong", DUE, at(12, 20), {"AS-I10": "98"}, period="2026-Q4")
    await _asked(officer, databases[0])
    assert "beside" in values(officer)
    assert await officer.says("97") == ["filing.ask_note"]
    await officer.taps("none")
    await officer.taps("none")
    assert "97 %" in officer.told


async def test_a_correction_of_the_other_report_counts_until_this_one_is_sent(
    officer: Citizen, databases: list[Database]
) -> None:
    other = await filed(databases[0], "AS-01", "van-phong", DUE, at(12, 20), {"AS-I10": "89"}, period="2026-Q4")
    filing = await _asked(officer, databases[0])
    await officer.taps("beside")
    await officer.taps("none")
    await officer.taps("none")
    async with databases[0].begin() as store:
        assert await store.filing_moves.give_back(other, "Gõ nhầm", at(12, 21)) is not None
        store.filing_moves.set_figures(
            other, [Figure("AS-I10", Decimal("98.5"), None, None, "typed")], "member", at(12, 21)
        )
    assert await officer.taps("send") == ["filing.receipt"]
    [figure] = await _figures(databases[1], filing)
    assert figure.value == Decimal("98.5")


@pytest.mark.parametrize(
    ("unit", "due", "sent", "account"),
    [
        ("kinh-te", DUE, DUE, "anh-son"),  # another unit's
        ("van-phong", at(12, 25), DUE, "anh-son"),  # of another day
        ("van-phong", DUE, None, "anh-son"),  # nothing was said yet
        ("van-phong", DUE, DUE, "tan-an"),
    ],
)
async def test_nothing_else_is_offered(
    officer: Citizen, databases: list[Database], unit: str, due: datetime, sent: datetime | None, account: str
) -> None:
    await filed(databases[0], "AS-01", unit, due, sent, {"AS-I10": "98"}, account=account)
    await _asked(officer, databases[0])
    assert "beside" not in values(officer)
    assert "Vừa báo" not in officer.told
