"""A figure that the service counted itself: the official confirms it or types another one."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from content.dates import HOME
from storage.chats import Address
from storage.database import Database
from storage.filing_moves import Figure
from storage.surveys import Group, Invitation
from tests.citizen import Citizen
from tests.conversations.staff import join, pushes, values
from tests.fakes import FakeClock
from tests.reports import at, filed

DUE = at(12, 24)
DAY = date(2026, 10, 5)  # within the data of the fourth quarter, 15/9 to 14/12
People = Callable[..., Citizen]


async def _votes(database: Database, *marks: int) -> None:
    """Let people rate the service: 4 and 5 are content."""
    for number, mark in enumerate(marks):
        async with database.begin() as store:
            address = Address("fake", "anh-son", f"voter{number}-{mark}")
            chat = await store.chats.open(address, "vi", datetime(2026, 10, 1, tzinfo=UTC))
            group = Group("tt-pvhcc", "trung-tam", "ho-tich")
            made = Invitation(f"i{number}-{mark}", chat.id, "sau-buoi-ho-tro", group, DAY, "open")
            assert await store.surveys.invite(made, "anh-son", f"visit/{number}-{mark}")
            assert await store.surveys.vote(chat.id, "anh-son", made.id, {"hai-long-chung": mark}, "", DAY)


@pytest.fixture
async def officer(citizen: People, databases: list[Database], clock: FakeClock) -> Citizen:
    return await join(citizen("hoa"), databases[0], clock, "vh-xh", "officer")


async def _planned(database: Database) -> str:
    return await filed(database, "AS-03", "vh-xh", DUE, period="2026-Q4")


async def _figures(database: Database, filing: str) -> list[Figure]:
    async with database.read() as store:
        return await store.filing_moves.figures_of(filing)


async def _finish(officer: Citizen) -> None:
    """Go from the note to the receipt."""
    assert await officer.taps("none") == ["filing.ask_proof"]
    assert await officer.taps("none") == ["filing.look"]


async def test_a_counted_figure_is_confirmed_with_a_tap(
    officer: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    await _votes(databases[0], 5, 5, 4, 4, 4, 1, 2)  # 5 of 7
    filing = await _planned(databases[0])
    assert (await officer.taps(f"filing/{filing}"))[-1] == "filing.ask_counted"
    assert "service" in values(officer)
    assert "71,43 % (5/7)" in " ".join(button.label for button in officer.buttons)
    assert "≥ 91 %" in officer.told
    assert await officer.taps("service") == ["filing.ask_note"]
    await _finish(officer)
    assert "71,43 % (5/7)" in officer.told
    assert await officer.taps("send") == ["filing.receipt"]
    [figure] = await _figures(databases[1], filing)
    assert (figure.indicator, figure.source) == ("AS-I04", "service")
    assert (figure.numerator, figure.denominator) == (Decimal(5), Decimal(7))
    assert f"{figure.value:.4f}" == "71.4286"


async def test_another_figure_may_be_typed_instead(
    officer: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    await _votes(databases[0], 5, 5, 4, 4, 1)
    filing = await _planned(databases[0])
    await officer.taps(f"filing/{filing}")
    assert await officer.says("93/100") == ["filing.ask_note"]
    await _finish(officer)
    assert "93 % (93/100)" in officer.told
    await officer.taps("send")
    [figure] = await _figures(databases[1], filing)
    assert (figure.value, figure.source) == (Decimal(93), "typed")


async def test_where_too_few_have_answered_the_figure_is_typed(
    officer: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    await _votes(databases[0], 5, 5, 4, 4)
    filing = await _planned(databases[0])
    assert (await officer.taps(f"filing/{filing}"))[-1] == "filing.ask_figure"
    assert "service" not in values(officer)
    assert (await officer.taps("service"))[-1] == "filing.ask_figure"  # an old button: nothing was counted
    assert await _figures(databases[1], filing) == []


async def test_votes_that_come_in_meanwhile_count(
    officer: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    await _votes(databases[0], 5, 5, 4, 4, 1)
    filing = await _planned(databases[0])
    await officer.taps(f"filing/{filing}")
    await officer.taps("service")
    await officer.taps("none")
    await officer.taps("none")
    assert "80 % (4/5)" in officer.told
    await _votes(databases[0], 3, 3, 3, 3, 3)
    await officer.taps("later")
    clock.move(days=1)
    assert (await officer.taps(f"filing/{filing}"))[-1] == "filing.look"
    assert "40 % (4/10)" in officer.told
    await officer.taps("send")
    [figure] = await _figures(databases[1], filing)
    assert (figure.value, figure.denominator) == (Decimal(40), Decimal(10))


async def test_a_confirmed_figure_is_on_the_board_as_it_was_sent(
    officer: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    await _votes(databases[0], 5, 5, 4, 4, 1)
    filing = await _planned(databases[0])
    await officer.taps(f"filing/{filing}")
    await officer.taps("service")
    await _finish(officer)
    await officer.taps("send")
    await _votes(databases[0], 3, 3, 3, 3, 3)  # after the report
    binh = await join(citizen("binh"), databases[0], clock, "chu-tich", "leader")
    await binh.taps("board")
    assert "80,0 % (chỉ tiêu ≥ 91) chưa đạt" in binh.told
    assert clock.now().astimezone(HOME) < DUE
    assert [one.key for one in await pushes(databases[0], officer)][-1] == "filing.receipt"
