"""A day at the counter: today's list, the line, closing, walk-ins; whole conversations on both databases."""

import asyncio
from collections.abc import Callable

import pytest

from bot.receive import Receiver
from content.library import Library
from handlers.messages import Incoming
from handlers.route import Routes
from storage.bookings import Booking, Visit
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


async def _visit(database: Database, clock: FakeClock) -> Visit:
    async with database.read() as store:
        (visit,) = await store.bookings.visits("anh-son", clock.now().date(), clock.now().date())
    return visit


async def _walk_in(minh: Citizen, *, needs: str = "no") -> int:
    assert await minh.taps("walkin") == ["staff.ask_topic"]
    assert await minh.taps("-") == ["staff.ask_name"]
    assert await minh.taps("-") == ["staff.ask_need"]
    assert await minh.taps(needs) == ["staff.walk_in_done"]
    return int(minh.told.split("**Số ")[1].split("**")[0])


async def test_a_booked_visit_from_the_list_to_done(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    code = await book(lan, help_=True)
    assert await minh.says("/viec_hom_nay") == ["staff.today"]
    assert code in minh.told
    assert "cần hỗ trợ thêm" in minh.told
    clock.move(hours=5)
    assert await minh.taps(f"desk/see/{code}") == ["staff.page"]
    await pushes(databases[0], lan)
    assert await minh.taps(f"desk/arrive/{code}") == ["staff.arrived", "staff.page"]
    told = await pushes(databases[0], lan)
    assert [reply.key for reply in told] == ["staff.push_number"]
    assert (await lan.taps(told[0].buttons[0].value))[-1] == "booking.line_is"
    assert await minh.taps(f"desk/call/{code}") == ["staff.called", "staff.page"]
    assert "staff.push_call" in [reply.key for reply in await pushes(databases[0], lan)]
    assert await minh.taps(f"desk/done/{code}") == ["staff.ask_operated"]
    assert await minh.taps(f"desk/by/{code}/helped") == ["staff.done", "staff.page"]
    visit = await _visit(databases[0], clock)
    assert (visit.state, visit.operated, visit.reason) == ("done", "helped", None)
    assert None not in {visit.arrived_at, visit.called_at, visit.closed_at}


@pytest.mark.parametrize(
    ("reason", "key"), [("elderly", "staff.done"), ("cannot_read", "staff.done"), ("other", "staff.done_flagged")]
)
async def test_typing_for_a_citizen_needs_a_reason_of_the_closed_list(
    citizen: People, databases: list[Database], clock: FakeClock, reason: str, key: str
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _walk_in(minh)
    await minh.taps("next")
    code = next(one for one in values(minh) if one.startswith("desk/done/")).split("/")[2]
    assert await minh.taps(f"desk/by/{code}/typed") == ["staff.ask_reason"]
    assert len([one for one in values(minh) if one.startswith("desk/why/")]) == 5
    assert (await _booking(databases[0], code)).state == "serving"
    assert await minh.taps(f"desk/why/{code}/because") == ["staff.page"]
    assert (await _booking(databases[0], code)).state == "serving"
    assert await minh.taps(f"desk/why/{code}/{reason}") == [key, "staff.page"]
    visit = await _visit(databases[0], clock)
    assert (visit.operated, visit.reason, visit.walk_in) == ("typed", reason, True)


async def test_a_double_tap_does_nothing_twice(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    code = await book(lan)
    clock.move(hours=5)
    await minh.taps(f"desk/arrive/{code}")
    number = (await _booking(databases[0], code)).number
    assert await minh.taps(f"desk/arrive/{code}") == ["staff.page"]
    assert (await _booking(databases[0], code)).number == number
    await minh.taps(f"desk/call/{code}")
    assert await minh.taps(f"desk/call/{code}") == ["staff.page"]
    await minh.taps(f"desk/by/{code}/alone")
    assert await minh.taps(f"desk/by/{code}/helped") == ["staff.page"]
    assert (await _visit(databases[0], clock)).operated == "alone"
    keys = [reply.key for reply in await pushes(databases[0], lan)]
    assert keys.count("staff.push_number") == keys.count("staff.push_call") == 1


async def test_each_step_can_be_taken_back_once_and_only_for_ten_minutes(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    code = await book(lan)
    clock.move(hours=5)
    await minh.taps(f"desk/arrive/{code}")
    await minh.taps(f"desk/call/{code}")
    await minh.taps(f"desk/by/{code}/alone")
    assert await minh.taps(f"desk/undo/{code}/done") == ["staff.undone", "staff.page"]
    assert await minh.taps(f"desk/undo/{code}/done") == ["staff.page"]
    assert (await _booking(databases[0], code)).state == "serving"
    assert await minh.taps(f"desk/undo/{code}/serving") == ["staff.undone", "staff.page"]
    assert await minh.taps(f"desk/undo/{code}/arrived") == ["staff.undone", "staff.page"]
    booking = await _booking(databases[0], code)
    assert (booking.state, booking.number) == ("booked", 1)
    keys = [reply.key for reply in await pushes(databases[0], lan)]
    assert "staff.push_wait" in keys
    assert keys[-1] == "staff.push_undone"
    await minh.taps(f"desk/no_show/{code}")
    clock.move(minutes=10, seconds=1)
    assert await minh.taps(f"desk/undo/{code}/no_show") == ["staff.undo_late", "staff.page"]
    assert (await _booking(databases[0], code)).state == "no_show"


async def test_not_come_is_not_noted_before_the_time(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    code = await book(lan)
    await minh.taps(f"desk/see/{code}")
    assert f"desk/no_show/{code}" not in values(minh)
    assert await minh.taps(f"desk/no_show/{code}") == ["staff.too_early", "staff.page"]
    clock.move(hours=5)
    assert await minh.taps(f"desk/no_show/{code}") == ["staff.no_show", "staff.page"]
    assert await minh.taps(f"desk/undo/{code}/no_show") == ["staff.undone", "staff.page"]
    assert (await _booking(databases[0], code)).state == "booked"


async def test_who_comes_on_another_day_gets_no_number(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    code = await book(lan, day="26/11")
    assert await minh.says(code) == ["staff.page"]
    assert await minh.taps(f"desk/arrive/{code}") == ["staff.other_day", "staff.page"]
    assert (await _booking(databases[0], code)).state == "booked"


async def test_the_line_calls_need_first_then_the_booked_whose_time_has_come_then_by_number(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    code = await book(lan, at="14h")
    later = await book(citizen("tu"), at="16h")
    clock.move(hours=5, minutes=5)
    assert await minh.taps("next") == ["staff.nobody_waits"]
    assert await _walk_in(minh) == 1
    await minh.taps(f"desk/arrive/{later}")
    await minh.taps(f"desk/arrive/{code}")
    assert await _walk_in(minh, needs="yes") == 4
    called = []
    for _ in range(4):
        assert await minh.taps("next") == ["staff.called", "staff.page"]
        called.append(int(minh.told.split("**số ")[1].split("**")[0]))
        clock.move(minutes=1)
    assert called == [4, 3, 1, 2]
    assert await minh.taps("next/trung-tam") == ["staff.nobody_waits"]
    assert "staff.push_call" in [reply.key for reply in await pushes(databases[0], lan)]


async def test_two_taps_on_next_within_seconds_call_one_person(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _walk_in(minh)
    await _walk_in(minh)
    await minh.taps("next")
    told = minh.told
    clock.move(seconds=2)
    await minh.taps("next")
    assert minh.told == told
    clock.move(seconds=4)
    await minh.taps("next")
    assert minh.told != told


async def test_two_helpers_who_call_at_once_call_two_numbers(
    citizen: People, replicas: list[Receiver], databases: list[Database], clock: FakeClock
) -> None:
    pair = [await join(citizen(name), databases[0], clock) for name in ("minh", "hoa")]
    for _ in range(2):
        await _walk_in(pair[0])
    received = await asyncio.gather(
        *(
            replicas[number].receive(Incoming(one.address, f"race-{number}", clock.now(), tap="next/trung-tam"))
            for number, one in enumerate(pair)
        )
    )
    assert [one.replies[0].key for one in received] == ["staff.called", "staff.called"]
    assert len({one.replies[0].text for one in received}) == 2


async def test_two_people_who_arrive_at_once_get_two_numbers(
    lan: Citizen, citizen: People, replicas: list[Receiver], databases: list[Database], clock: FakeClock
) -> None:
    pair = [await join(citizen(name), databases[0], clock) for name in ("minh", "hoa")]
    codes = [await book(lan), await book(citizen("tu"))]
    clock.move(hours=5)
    await asyncio.gather(
        *(
            replicas[number].receive(
                Incoming(one.address, f"race-{number}", clock.now(), tap=f"desk/arrive/{codes[number]}")
            )
            for number, one in enumerate(pair)
        )
    )
    assert {(await _booking(databases[0], code)).number for code in codes} == {1, 2}


async def test_a_walk_in_says_in_their_words_what_it_is_about(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await minh.taps("walkin")
    assert await minh.says("kho cá thu sao cho ngon") == ["staff.topic_unknown", "staff.ask_topic"]
    assert await minh.says("làm giấy khai sinh cho con") == ["staff.ask_name"]
    assert await minh.says("bà Tư") == ["staff.ask_need"]
    assert await minh.taps("yes") == ["staff.walk_in_done"]
    assert await minh.taps("today") == ["staff.today"]
    assert "bà Tư" in minh.told
    assert "cần hỗ trợ thêm" in minh.told
    visit = await _visit(databases[0], clock)
    assert (visit.topic, visit.state, visit.walk_in) == ("khai-sinh", "arrived", True)


async def test_a_walk_in_with_a_phone_sees_the_line_by_the_code_on_the_paper(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _walk_in(minh)
    code = minh.told.split("Mã **")[1][:6]
    assert (await lan.says(code))[-1] == "booking.in_line"
    assert await minh.taps(f"desk/undo/{code}/arrived") == ["staff.undone", "staff.page"]
    assert (await _booking(databases[0], code)).state == "cancelled"
    assert await _walk_in(minh) == 2


async def test_the_list_shows_eight_at_once(citizen: People, databases: list[Database], clock: FakeClock) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    for _ in range(9):
        await _walk_in(minh)
    await minh.taps("today")
    assert sum(one.startswith("desk/see/") for one in values(minh)) == 8
    await minh.taps("today/1")
    assert sum(one.startswith("desk/see/") for one in values(minh)) == 1
    assert "today/0" in values(minh)
    await minh.taps("today/77")
    assert sum(one.startswith("desk/see/") for one in values(minh)) == 1


async def test_a_helper_sees_the_people_of_their_own_team_and_another_commune_nobody(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    code = await book(lan)
    volunteer = await join(citizen("hoa"), databases[0], clock, "doan-the", "helper")
    colleague = await join(citizen("tam"), databases[0], clock, "tt-pvhcc", "helper")
    leader = await join(citizen("binh"), databases[0], clock, "chu-tich", "leader")
    stranger = await join(citizen("minh", "tan-an"), databases[0], clock, "vh-xh")
    assert await volunteer.taps("today") == ["staff.nobody_today"]
    assert await volunteer.taps(f"desk/see/{code}") == ["staff.not_yours"]
    assert await volunteer.taps(f"desk/arrive/{code}") == ["staff.not_yours"]
    assert await volunteer.taps("shift/open/trung-tam") == ["staff.not_yours"]
    assert await colleague.taps("today") == ["staff.today"]
    assert await leader.taps("today") == ["staff.today_count"]
    assert await leader.taps(f"desk/see/{code}") == ["staff.not_yours"]
    assert await stranger.taps("today") == ["staff.no_visits"]
    elsewhere = await join(citizen("hanh", "tan-an"), databases[0], clock, "tt-pvhcc")
    assert await elsewhere.taps("today") == ["staff.nobody_today"]
    assert await stranger.taps(f"desk/see/{code}") == ["staff.not_yours"]


async def test_a_volunteer_books_for_one_elder_after_the_other_and_prints_the_slip(
    databases: list[Database], library: Library, routes: Routes, clock: FakeClock, citizen: People
) -> None:
    ids = Ids()
    site = "https://troly.example"
    pair = [Receiver(database, lambda: library, routes, clock.now, ids, site=site) for database in databases]
    hoa = await join(Citizen("hoa", pair, clock), databases[0], clock, "doan-the", "helper")
    codes = [await book(hoa, "26/11", at, "relative") for at in ("9h", "10h", "14h", "15h")]
    assert len(set(codes)) == 4
    assert f"{site}/anh-son/slip/" in hoa.told
    assert (await hoa.says(codes[0]))[-1] == "booking.yours"


async def test_a_member_who_left_half_way_stops_there(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await minh.taps("walkin")
    await minh.taps("-")
    await minh.taps("-")
    await leaves(minh, databases[0], clock)
    assert await minh.taps("no") == ["staff.no_roster"]


async def test_two_colleagues_who_close_one_visit_at_once_write_it_once(
    citizen: People, replicas: list[Receiver], databases: list[Database], clock: FakeClock
) -> None:
    pair = [await join(citizen(name), databases[0], clock) for name in ("minh", "hoa")]
    await _walk_in(pair[0])
    await pair[0].taps("next")
    code = next(one for one in values(pair[0]) if one.startswith("desk/done/")).split("/")[2]
    received = await asyncio.gather(
        *(
            replicas[number].receive(Incoming(one.address, f"race-{number}", clock.now(), tap=f"desk/by/{code}/{how}"))
            for number, (one, how) in enumerate(zip(pair, ("alone", "helped"), strict=True))
        )
    )
    assert sorted(one.replies[0].key for one in received) == ["staff.done", "staff.page"]


async def test_a_call_by_video_has_no_line_and_is_simply_done(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await lan.says("menu")
    await lan.taps("book")
    await lan.taps("video")
    await lan.taps("gio-truc-tuyen")
    await lan.says("25/11")
    await lan.says("15h")
    await lan.taps("me")
    assert await lan.says("0912345678") == ["booking.ask_confirm"]
    assert await lan.taps("yes") == ["booking.done"]
    code = next(one.split("/")[1] for one in values(lan) if one.startswith("drop/"))
    clock.move(days=2, hours=6)
    assert await minh.taps(f"desk/see/{code}") == ["staff.page"]
    assert "0912345678" in minh.told
    steps = [one.split("/")[1] for one in values(minh) if one.startswith("desk/")]
    assert steps == ["done", "no_show"]
    assert await minh.taps(f"desk/by/{code}/alone") == ["staff.done", "staff.page"]


async def test_a_visit_that_has_not_begun_cannot_be_done(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    code = await book(lan)
    for step in ("done", "by", "why", "call"):
        more = {"by": "/alone", "why": "/elderly"}.get(step, "")
        assert await minh.taps(f"desk/{step}/{code}{more}") == ["staff.page"]
    assert await minh.taps(f"desk/undo/{code}/booked") == ["staff.undo_late", "staff.page"]
    assert await minh.taps(f"desk/undo/{code}/serving") == ["staff.page"]
    assert (await _booking(databases[0], code)).state == "booked"


async def test_a_walk_in_is_asked_which_desk_and_which_of_several_topics(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    clock.move(days=3)  # Thursday: the team's session is at the centre, too
    minh = await join(citizen("minh"), databases[0], clock)
    assert await minh.taps("walkin") == ["staff.ask_desk"]
    assert await minh.taps("to-ho-tro") == ["staff.ask_topic"]
    assert await minh.says("căn cước") == ["staff.ask_which"]
    assert await minh.taps("can-cuoc-cap-doi") == ["staff.ask_name"]
    assert await minh.says("x" * 61) == ["booking.name_not_understood", "staff.ask_name"]
    assert await minh.says("ông Ba") == ["staff.ask_need"]
    assert await minh.taps("no") == ["staff.walk_in_done"]
    visit = await _visit(databases[0], clock)
    assert (visit.topic, visit.roster) == ("can-cuoc-cap-doi", "to-ho-tro")


async def test_with_people_at_two_places_the_place_is_asked(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock, "vh-xh", "focal")
    hoa = await join(citizen("hoa"), databases[0], clock, "doan-the", "helper")
    assert (await _walk_in(minh), await _walk_in(hoa)) == (1, 1)
    assert await minh.taps("next") == ["staff.ask_place"]
    assert await minh.taps("next/nha-van-hoa-thon") == ["staff.called", "staff.page"]
    assert await hoa.taps("next") == ["staff.nobody_waits"]


async def test_a_unit_without_a_roster_is_told_so(citizen: People, databases: list[Database], clock: FakeClock) -> None:
    hoa = await join(citizen("hoa"), databases[0], clock, "cong-an", "helper")
    for value in ("walkin", "shift", "away"):
        assert await hoa.taps(value) == ["staff.no_roster"]


async def test_a_code_typed_by_staff_opens_its_page_and_one_they_may_not_see_stays_a_citizens(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    code = await book(lan)
    minh = await join(citizen("minh"), databases[0], clock)
    hoa = await join(citizen("hoa"), databases[0], clock, "doan-the", "helper")
    assert await minh.says(f"/start {code}") == ["staff.page"]
    assert await hoa.says(code) == ["booking.yours"]
    assert (await minh.says("K7M2QX"))[0].startswith(("answer.", "guide."))
