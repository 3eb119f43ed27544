"""A draft that waits for the head of its unit: it is not sent, so the head hears of it and it is escalated as ever."""

from collections.abc import Awaitable, Callable
from datetime import date, time

import pytest

from content.library import Library
from storage.database import Database
from tests.citizen import Citizen
from tests.conversations.deadlines import Letters, at, filings, tick, with_obligations
from tests.conversations.staff import join, values
from tests.fakes import FakeClock

People = Callable[..., Citizen]
Pass = Callable[..., Awaitable[None]]

# AS-01 is due on Thursday 24/12/2026; its steps are counted by hand in test_filing_reminders.py.
T10, T5, T2, T0 = date(2026, 12, 10), date(2026, 12, 17), date(2026, 12, 22), date(2026, 12, 24)
T1_LATE, T3_LATE = date(2026, 12, 25), date(2026, 12, 29)


@pytest.fixture(scope="module")
def library(library: Library) -> Library:
    return with_obligations(library, "AS-01")


@pytest.fixture
def pass_to(databases: list[Database], library: Library, clock: FakeClock) -> Pass:
    """Move the clock to an instant and let both replicas tick."""

    async def move(day: date, moment: time = time(8, 0, 5)) -> None:
        clock.at = at(day, moment)
        await tick(databases, library, clock)

    return move


@pytest.fixture
def told(databases: list[Database]) -> Letters:
    return Letters(databases[0])


@pytest.fixture
async def filing(citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass) -> str:
    """The report of Kinh tế; the other units are excused."""
    await pass_to(date(2026, 11, 23))
    found = await filings(databases[0])
    async with databases[0].begin() as store:
        for one in found:
            if one.unit != "kinh-te":
                assert await store.filing_moves.excuse(one.id, "m", "r", clock.now()) is not None
    return next(one.id for one in found if one.unit == "kinh-te")


async def hand_in(database: Database, filing: str) -> None:
    async with database.begin() as store:
        assert await store.filing_moves.hand_in(filing, "someone", "", "") is not None


async def test_a_head_who_sits_on_a_draft_hears_of_it_and_it_is_escalated(
    citizen: People, databases: list[Database], clock: FakeClock, filing: str, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te", "officer")
    binh = await join(citizen("binh"), databases[0], clock, "kinh-te", "head")
    chi = await join(citizen("chi"), databases[0], clock, "vh-xh", "focal")
    dung = await join(citizen("dung"), databases[0], clock, "pho-chu-tich", "vice")
    await pass_to(T10)
    assert len(await told(an)) == 1
    await hand_in(databases[0], filing)
    heard = []
    for day in (T5, T2, T0, T1_LATE, T3_LATE, date(2026, 12, 31)):
        for moment in (time(8, 0, 5), time(14)):
            await pass_to(day, moment)
            for name, person in {"an": an, "binh": binh, "chi": chi, "dung": dung}.items():
                for letter in await told(person):
                    heard.append((name, day, "chờ anh/chị duyệt" in letter.text))
                    if name == "binh":
                        assert letter.buttons[0].value == f"filing/{filing}"
                        assert not {f"got/{filing}", f"later/{filing}", f"give/{filing}"} & {
                            one.value for one in letter.buttons
                        }
    assert heard == [
        ("binh", T5, True),
        ("binh", T2, True),
        ("binh", T0, True),
        ("binh", T1_LATE, True),
        ("chi", T1_LATE, False),
        ("dung", T3_LATE, False),
    ]
    async with databases[0].read() as store:
        rows = [row for row in await store.ledger.rows("anh-son") if row["action"] == "escalated"]
    assert len(rows) == 2


async def test_the_approval_is_what_ends_the_reminding(
    citizen: People, databases: list[Database], clock: FakeClock, filing: str, pass_to: Pass, told: Letters
) -> None:
    binh = await join(citizen("binh"), databases[0], clock, "kinh-te", "head")
    chi = await join(citizen("chi"), databases[0], clock, "vh-xh", "focal")
    await hand_in(databases[0], filing)
    await pass_to(T5)
    (letter,) = await told(binh)
    assert await binh.taps(letter.buttons[0].value) == ["filing.card"]
    assert f"filing_ok/{filing}" in values(binh)
    assert await binh.taps(f"filing_ok/{filing}") == ["filing.approved"]
    for day in (T2, T0, T1_LATE, T3_LATE):
        await pass_to(day)
    assert [await told(person) for person in (binh, chi)] == [[], []]


async def test_what_the_head_returns_is_the_officers_again(
    citizen: People, databases: list[Database], clock: FakeClock, filing: str, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te", "officer")
    binh = await join(citizen("binh"), databases[0], clock, "kinh-te", "head")
    await hand_in(databases[0], filing)
    await pass_to(T5)
    assert (await told(an), len(await told(binh))) == ([], 1)
    async with databases[0].begin() as store:
        assert await store.filing_moves.give_back(filing, "thiếu số", clock.now()) is not None
    await pass_to(T2)
    assert (len(await told(an)), await told(binh)) == (1, [])


async def test_what_an_officer_put_off_before_handing_in_comes_back_to_nobody_but_the_head(
    citizen: People, databases: list[Database], clock: FakeClock, filing: str, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te", "officer")
    binh = await join(citizen("binh"), databases[0], clock, "kinh-te", "head")
    await pass_to(T10)
    assert len(await told(an)) == 1
    assert await an.taps(f"later/{filing}/2026-12-11") == ["task.snoozed"]
    assert await binh.taps(f"later/{filing}/2026-12-15") == ["task.snoozed"]
    await hand_in(databases[0], filing)
    await pass_to(date(2026, 12, 11))
    assert (await told(an), await told(binh)) == ([], [])
    await pass_to(date(2026, 12, 15))
    (letter,) = await told(binh)
    assert "chờ anh/chị duyệt" in letter.text


async def test_where_the_head_has_left_the_focal_point_hears_of_the_draft(
    citizen: People, databases: list[Database], clock: FakeClock, filing: str, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te", "officer")
    chi = await join(citizen("chi"), databases[0], clock, "vh-xh", "focal")
    await hand_in(databases[0], filing)
    await pass_to(T2)
    (letter,) = await told(chi)
    assert (await told(an), "chưa có ai nhận" in letter.text) == ([], False)


async def send_back(database: Database, filing: str, clock: FakeClock) -> None:
    """Send a report and return it for correction at once."""
    async with database.begin() as store:
        assert await store.filing_moves.send(filing, "someone", "", "", clock.now()) is not None
        assert await store.filing_moves.give_back(filing, "thiếu phụ lục", clock.now()) is not None


async def test_what_came_in_time_and_was_returned_is_reminded_as_a_correction_and_never_escalated(
    citizen: People, databases: list[Database], clock: FakeClock, filing: str, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te", "officer")
    binh = await join(citizen("binh"), databases[0], clock, "kinh-te", "head")
    chi = await join(citizen("chi"), databases[0], clock, "vh-xh", "focal")
    dung = await join(citizen("dung"), databases[0], clock, "pho-chu-tich", "vice")
    lanh = await join(citizen("lanh"), databases[0], clock, "chu-tich", "leader")
    people = {"an": an, "binh": binh, "chi": chi, "dung": dung, "lanh": lanh}
    clock.at = at(date(2026, 12, 21))
    await send_back(databases[0], filing, clock)
    heard = []
    for day in (T2, T0, T1_LATE, T3_LATE, date(2026, 12, 31)):
        await pass_to(day)
        for name, person in people.items():
            for letter in await told(person):
                heard.append((name, day))
                assert "được trả lại để sửa, cần gửi lại" in letter.text
                assert "chưa nhận được" not in letter.text
                assert "quá hạn" not in letter.text
    assert heard == [
        ("an", T2),
        *[(name, T0) for name in ("an", "binh")],
        *[(name, T1_LATE) for name in ("an", "binh", "chi")],
        ("an", T3_LATE),
    ]
    async with databases[0].read() as store:
        assert "escalated" not in [row["action"] for row in await store.ledger.rows("anh-son")]


async def test_a_correction_that_waits_for_the_head_is_not_called_late(
    citizen: People, databases: list[Database], clock: FakeClock, filing: str, pass_to: Pass, told: Letters
) -> None:
    binh = await join(citizen("binh"), databases[0], clock, "kinh-te", "head")
    dung = await join(citizen("dung"), databases[0], clock, "pho-chu-tich", "vice")
    clock.at = at(date(2026, 12, 24), time(15))
    await send_back(databases[0], filing, clock)
    await hand_in(databases[0], filing)
    await pass_to(T1_LATE)
    (letter,) = await told(binh)
    assert "chờ anh/chị duyệt" in letter.text
    assert "quá hạn" not in letter.text
    await pass_to(T3_LATE)
    assert await told(dung) == []


async def test_what_came_late_and_was_returned_stays_late_but_is_not_called_missing(
    citizen: People, databases: list[Database], clock: FakeClock, filing: str, pass_to: Pass, told: Letters
) -> None:
    dung = await join(citizen("dung"), databases[0], clock, "pho-chu-tich", "vice")
    await pass_to(T1_LATE, time(15))
    await send_back(databases[0], filing, clock)
    await pass_to(T3_LATE)
    (letter,) = await told(dung)
    assert "được trả lại để sửa" in letter.text
    assert "chưa nhận được" not in letter.text
    await pass_to(date(2026, 12, 31))
    assert await told(dung) == []
