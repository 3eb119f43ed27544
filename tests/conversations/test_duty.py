"""Support sessions and absences: whole conversations of staff, on both databases."""

from collections.abc import Callable

import pytest

from content.library import Library
from handlers.errand import Errand
from handlers.on_duty import warn_open
from storage.bookings import Booking
from storage.database import Database
from tests.citizen import Citizen
from tests.conversations.staff import book, join, leaves, pushes, values, with_village_point
from tests.fakes import FakeClock, Ids

# The clock stands at Monday 23/11/2026, 9:00; Tuesday 24/11 is Ngày Văn hóa Việt Nam and off.
People = Callable[..., Citizen]


@pytest.fixture(scope="module")
def library(library: Library) -> Library:
    return with_village_point(library)


async def _booking(database: Database, code: str) -> Booking:
    async with database.read() as store:
        booking = await store.bookings.by_code("anh-son", code)
    assert booking is not None
    return booking


async def _ticks(databases: list[Database], library: Library, clock: FakeClock, person: Citizen) -> list[str]:
    """Let both replicas look; return what the person was told."""
    for database in databases:
        async with database.begin() as store:
            await warn_open(Errand(library, clock.now(), store, Ids(), "", frozenset()))
    return [reply.key for reply in await pushes(databases[0], person)]


async def test_a_session_counts_when_it_was_opened_and_closed(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock, "vh-xh", "focal")
    assert await minh.taps("shift") == ["staff.sessions"]
    assert "shift/open/trung-tam" in values(minh)
    assert "shift/open/nha-van-hoa-thon" not in values(minh)
    await minh.taps("shift/all")
    assert "shift/open/nha-van-hoa-thon" in values(minh)
    assert await minh.taps("shift/open/trung-tam") == ["staff.session_opened"]
    assert await minh.taps("shift/open/trung-tam") == ["staff.session_open_already"]
    await minh.taps("shift")
    assert "shift/close/trung-tam" in values(minh)
    assert await minh.taps("shift/close/trung-tam") == ["staff.session_closed"]
    assert await minh.taps("shift/close/trung-tam") == ["staff.session_not_open"]
    async with databases[0].read() as store:
        (held,) = await store.duty.held("anh-son", clock.now().date(), clock.now().date())
    assert held.closed_at is not None


async def test_who_forgets_to_close_is_told_once_half_an_hour_after_the_last_slot(
    citizen: People, databases: list[Database], clock: FakeClock, library: Library
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await minh.taps("shift/open/trung-tam")
    await _ticks(databases, library, clock, minh)
    clock.move(hours=8, minutes=20)  # 17:20; the last slot ends at 17:00
    assert await _ticks(databases, library, clock, minh) == []
    clock.move(minutes=10)
    assert await _ticks(databases, library, clock, minh) == ["staff.still_open"]
    assert await _ticks(databases, library, clock, minh) == []
    assert await minh.taps("shift/close/trung-tam") == ["staff.session_closed"]


async def test_an_absence_tells_who_is_hit_and_lets_them_choose_again(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    morning, afternoon = await book(lan, "26/11", "9h"), await book(citizen("tu"), "26/11", "14h")
    await pushes(databases[0], lan)
    assert await minh.taps("away") == ["staff.away_which"]
    assert await minh.taps("trung-tam") == ["staff.away_from"]
    assert await minh.says("24/11") == ["staff.away_no_duty", "staff.away_from"]
    assert await minh.says("thứ 5") == ["staff.away_span"]
    assert await minh.taps("morning") == ["staff.away_reason"]
    assert await minh.taps("ill") == ["staff.away_confirm"]
    assert "**1**" in minh.told
    assert (await _booking(databases[0], morning)).state == "booked"
    assert await minh.taps("yes") == ["staff.away_done"]
    assert (await _booking(databases[0], morning)).state == "displaced"
    assert (await _booking(databases[0], afternoon)).state == "booked"
    told = await pushes(databases[0], lan)
    assert [reply.key for reply in told] == ["booking.displaced"]
    assert (await lan.taps(told[0].buttons[0].value))[-1] == "booking.ask_day"
    assert (await minh.taps("yes"))[0] == "dialog.gone"


async def test_an_absence_of_several_days_and_one_that_is_called_off(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    code = await book(lan, "26/11", "9h")
    for sure, key, state in (("no", "staff.away_nothing", "booked"), ("yes", "staff.away_done", "displaced")):
        await minh.taps("away")
        await minh.taps("trung-tam")
        await minh.taps("2026-11-25")
        assert await minh.taps("days") == ["staff.away_until"]
        assert await minh.says("hôm nay") == ["staff.away_wrong_end", "staff.away_until"]
        assert "sau 25/11/2026," in minh.told
        assert await minh.says("27/11") == ["staff.away_reason"]
        await minh.taps("leave")
        assert await minh.taps(sure) == [key]
        assert (await _booking(databases[0], code)).state == state


async def test_who_cannot_be_told_of_an_absence_is_named_for_a_call(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    code = await book(lan, "26/11", "9h")
    async with databases[0].begin() as store:
        store.chats.close((await store.chats.open(lan.address, "vi", clock.now())).id, "blocked")
    await minh.taps("away")
    for value in ("trung-tam", "2026-11-26", "day", "duty"):
        await minh.taps(value)
    assert await minh.taps("yes") == ["staff.away_done", "staff.away_call"]
    assert code in minh.told


async def test_a_session_of_a_day_without_slots_is_asked_after_four_hours(
    citizen: People, databases: list[Database], clock: FakeClock, library: Library
) -> None:
    minh = await join(citizen("minh"), databases[0], clock, "vh-xh", "focal")
    assert await minh.taps("shift/open/nha-van-hoa-thon") == ["staff.session_opened"]
    await _ticks(databases, library, clock, minh)
    clock.move(hours=3, minutes=59)
    assert await _ticks(databases, library, clock, minh) == []
    clock.move(minutes=1)
    assert await _ticks(databases, library, clock, minh) == ["staff.still_open"]


async def test_who_has_left_the_post_is_not_told_of_an_open_session(
    citizen: People, databases: list[Database], clock: FakeClock, library: Library
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await minh.taps("shift/open/trung-tam")
    await minh.says("/roi_nhiem_vu")
    await minh.taps("yes")
    await _ticks(databases, library, clock, minh)
    clock.move(hours=10)
    assert await _ticks(databases, library, clock, minh) == []


async def test_a_helper_with_one_roster_is_not_asked_which_and_gets_days_and_no_halves(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    hoa = await join(citizen("hoa"), databases[0], clock, "doan-the", "helper")
    assert await hoa.taps("away") == ["staff.away_from"]
    assert await hoa.says("thứ mấy cũng được") == ["staff.day_not_understood", "staff.away_from"]
    assert await hoa.taps("2026-11-28") == ["staff.away_span"]
    assert "morning" not in values(hoa)
    assert await hoa.taps("day") == ["staff.away_reason"]
    assert await hoa.taps("other") == ["staff.away_confirm"]
    await leaves(hoa, databases[0], clock)
    assert await hoa.taps("yes") == ["staff.no_roster"]


async def test_an_absence_for_the_afternoon_of_today_leaves_the_morning(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    morning, afternoon = await book(lan, at="11h"), await book(citizen("tu"), at="14h")
    await minh.taps("away")
    for value in ("trung-tam", "2026-11-23", "afternoon", "duty"):
        await minh.taps(value)
    assert await minh.taps("yes") == ["staff.away_done"]
    assert (await _booking(databases[0], morning)).state == "booked"
    assert (await _booking(databases[0], afternoon)).state == "displaced"


async def test_a_day_whose_duty_ends_while_the_form_is_open_is_asked_again(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    clock.move(hours=7)  # 16:00, the last slot ends at 17:00
    await minh.taps("away")
    await minh.taps("trung-tam")
    assert await minh.taps("2026-11-23") == ["staff.away_span"]
    clock.move(hours=1, minutes=1)
    assert await minh.taps("day") == ["staff.away_past", "staff.away_from"]
