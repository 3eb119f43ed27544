"""Booking a support slot: whole conversations, on both databases, another replica every turn."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.receive import Receiver
from content.dates import HOME, next_waking
from content.library import Library
from handlers.agenda import bookable
from handlers.errand import Errand
from handlers.freed import expire
from handlers.messages import Reply
from handlers.visit_reminders import remind
from storage.bookings import Booking
from storage.database import Database
from tests.citizen import Citizen
from tests.fakes import FakeClock, Ids

# The clock stands at Monday 23/11/2026, 9:00; Tuesday 24/11 is Ngày Văn hóa Việt Nam and off.


async def _to_the_times(person: Citizen, day: str = "26/11") -> None:
    await person.says("menu")
    assert await person.taps("book") == ["booking.ask_kind"]
    assert await person.taps("centre") == ["booking.ask_place"]
    assert await person.taps("trung-tam") == ["booking.ask_day"]
    assert await person.says(day) == ["booking.ask_time"]


async def _book(person: Citizen, day: str = "26/11", at: str = "10h") -> str:
    await _to_the_times(person, day)
    assert await person.says(at) == ["booking.ask_whom"]
    assert await person.taps("me") == ["booking.ask_confirm"]
    assert await person.taps("yes") == ["booking.done"]
    return next(button.value.split("/")[1] for button in person.buttons if button.value.startswith("drop/"))


async def _booking(database: Database, code: str) -> Booking:
    async with database.read() as store:
        booking = await store.bookings.by_code("anh-son", code)
    assert booking is not None
    return booking


async def _errand(database: Database, library: Library, clock: FakeClock, work: Callable[[Errand], object]) -> None:
    async with database.begin() as store:
        await work(Errand(library, clock.now(), store, Ids(), "", frozenset()))  # type: ignore[misc]


async def _pushes(database: Database, person: Citizen) -> list[Reply]:
    """Return what was said to somebody without their asking, and has not been sent yet."""
    async with database.begin() as store:
        parcels = []
        far = datetime(2040, 1, 1, tzinfo=UTC)
        while claimed := await store.outbox.claim(far, far + timedelta(days=1), 100):
            parcels += claimed
            for parcel in claimed:
                store.outbox.sent(parcel.id, far)
    known = {"fake": person.address.chat}
    return [Reply.from_json(one.reply) for one in parcels if one.address.chat == known["fake"]]


async def test_seven_taps_from_the_menu_to_the_code(lan: Citizen) -> None:
    await lan.says("menu")
    for value in ("book", "centre", "trung-tam", "2026-11-26"):
        await lan.taps(value)
    assert await lan.taps("10:00") == ["booking.ask_whom"]
    await lan.taps("me")
    assert await lan.taps("yes") == ["booking.done"]


async def test_the_guide_just_read_is_the_topic_with_its_papers(lan: Citizen) -> None:
    await lan.says("đăng ký khai sinh")
    assert await lan.says("đặt lịch") == ["booking.ask_kind_about"]
    await lan.taps("centre")
    await lan.taps("trung-tam")
    await lan.says("thứ 5")
    await lan.says("10h")
    await lan.taps("me")
    await lan.taps("yes")
    assert "Giấy chứng sinh" in lan.told


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("mai", "booking.day_is_off"),  # 24/11
        ("chủ nhật", "booking.no_slots_that_day"),
        ("22/11/2026", "booking.day_is_past"),
        ("31/2", "booking.day_not_understood"),
        ("hôm nào cũng được", "booking.day_not_understood"),
        ("25/12", "booking.day_too_far"),
    ],
)
async def test_a_day_that_cannot_be_is_explained_and_asked_again(lan: Citizen, typed: str, key: str) -> None:
    await lan.says("menu")
    for value in ("book", "centre", "trung-tam"):
        await lan.taps(value)
    assert await lan.says(typed) == [key, "booking.ask_day"]


async def test_lunch_and_evening_are_not_offered(lan: Citizen) -> None:
    await _to_the_times(lan)
    for at in ("12h", "11h45", "19h"):
        assert (await lan.says(at))[0] == "booking.no_slot_then"


async def test_back_leads_through_every_step_and_forgets_the_answer(lan: Citizen) -> None:
    await _to_the_times(lan)
    await lan.says("10h")
    seen = [(await lan.says("quay lại"))[-1] for _ in range(4)]
    assert seen == [
        "booking.ask_time",
        "booking.ask_day",
        "booking.ask_place",
        "booking.ask_kind",
    ]


async def test_name_phone_and_extra_help_are_added_on_the_last_page(lan: Citizen, databases: list[Database]) -> None:
    await _to_the_times(lan)
    await lan.says("10h")
    await lan.taps("relative")
    await lan.taps("name")
    assert await lan.says("bà Tư") == ["booking.ask_confirm"]
    await lan.taps("phone")
    assert (await lan.says("không có"))[0] == "booking.phone_not_understood"
    assert await lan.says("0912 345 678") == ["booking.ask_confirm"]
    assert await lan.taps("help") == ["booking.ask_confirm"]
    await lan.taps("yes")
    code = next(button.value.split("/")[1] for button in lan.buttons if button.value.startswith("drop/"))
    booking = await _booking(databases[0], code)
    assert (booking.name, booking.phone, booking.needs_help, booking.for_other) == ("bà Tư", "0912345678", True, True)
    assert "bà Tư" not in lan.told


async def test_a_priority_hour_says_whom_it_is_for(lan: Citizen, databases: list[Database]) -> None:
    await _to_the_times(lan, "27/11")
    assert await lan.says("7h30") == ["booking.ask_whom"]
    assert await lan.taps("me") == ["booking.ask_confirm_priority"]


async def test_the_last_seat_goes_to_one_and_the_other_is_asked_again(
    citizen: Callable[..., Citizen], databases: list[Database]
) -> None:
    people = [citizen(name) for name in ("lan", "minh", "tu")]
    for person in people:
        await _to_the_times(person)
    answers = await asyncio.gather(*(person.says("10h") for person in people))
    assert sorted(answer[0] for answer in answers) == ["booking.ask_whom", "booking.ask_whom", "booking.gone"]


async def test_a_hold_runs_out_and_the_seat_is_free_again(
    citizen: Callable[..., Citizen], clock: FakeClock, databases: list[Database], library: Library
) -> None:
    lan, minh, tu = (citizen(name) for name in ("lan", "minh", "tu"))
    for person in (lan, minh):
        await _to_the_times(person)
        await person.says("10h")
    clock.move(minutes=11)
    await _errand(databases[0], library, clock, expire)
    await _book(tu)


async def test_who_is_slow_still_gets_the_seat_when_nobody_took_it(lan: Citizen, clock: FakeClock) -> None:
    await _to_the_times(lan)
    await lan.says("10h")
    clock.move(minutes=30)
    await lan.taps("me")
    assert await lan.taps("yes") == ["booking.done"]


async def test_seeing_moving_and_cancelling_by_code_from_another_chat(
    citizen: Callable[..., Citizen], databases: list[Database]
) -> None:
    lan, minh = citizen("lan"), citizen("minh")
    code = await _book(lan)
    await minh.says("menu")
    assert await minh.says(code.lower()) == ["booking.yours"]
    assert await minh.taps(f"move/{code}") == ["booking.ask_day"]
    await minh.says("27/11")
    assert await minh.says("chiều") == ["booking.only_afternoon", "booking.ask_time"]
    assert await minh.says("14h") == ["booking.moved"]
    moved = await _booking(databases[0], code)
    assert moved.start.astimezone(HOME).hour == 14
    assert moved.moves == 1
    assert await minh.taps(f"drop/{code}") == ["booking.ask_drop"]
    assert await minh.taps(f"drop/{code}/yes") == ["booking.dropped"]
    assert "booking.dropped_elsewhere" in [reply.key for reply in await _pushes(databases[1], lan)]
    assert await minh.taps(f"drop/{code}/yes") == ["booking.unknown_code"]


async def test_a_booking_can_be_moved_three_times(lan: Citizen) -> None:
    code = await _book(lan)
    for at in ("9h", "9h30", "11h"):
        await lan.taps(f"move/{code}")
        await lan.says("26/11")
        assert await lan.says(at) == ["booking.moved"]
    assert await lan.taps(f"move/{code}") == ["booking.moved_enough"]


async def test_two_open_bookings_are_the_most(lan: Citizen) -> None:
    await _book(lan)
    await _book(lan, at="10h30")
    await lan.says("menu")
    assert await lan.taps("book") == ["booking.enough"]


async def test_a_full_day_leads_to_the_waiting_list_and_an_offer(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock, library: Library
) -> None:
    lan = citizen("lan")
    code = await _book(lan)
    commune = library.communes["anh-son"]
    roster = commune.roster("trung-tam")
    assert roster is not None
    async with databases[0].begin() as store:  # the rest of Thursday is taken by others
        for free in await bookable(commune, roster, store, clock.now()):
            if free.day.isoformat() == "2026-11-26":
                for _ in range(free.left):
                    chat = await store.chats.open(citizen(f"other{free.slot.start}{_}").address, "vi", clock.now())
                    far = clock.now() + timedelta(days=9)
                    args = ("anh-son", "trung-tam", free.slot.start, free.slot.capacity, chat.id, far, clock.now())
                    assert await store.seats.hold(*args)
                    await store.seats.keep("anh-son", "trung-tam", free.slot.start, chat.id, f"b{chat.id}")
    minh, tu = citizen("minh"), citizen("tu")
    for person in (minh, tu):
        await person.says("menu")
        for value in ("book", "centre", "trung-tam", "2026-11-26"):
            await person.taps(value)
        assert person.replies[-1].key == "booking.ask_wait"
        assert await person.taps("wait") == ["booking.waiting"]
        clock.move(seconds=1)
    await lan.taps(f"drop/{code}/yes")
    offer = next(reply for reply in await _pushes(databases[0], minh) if reply.key == "offer.made")
    clock.move(minutes=61)
    await _errand(databases[1], library, clock, expire)
    assert await minh.sends(tap=offer.buttons[0].value) == ["offer.over"]
    second = next(reply for reply in await _pushes(databases[0], tu) if reply.key == "offer.made")
    assert await tu.sends(tap=second.buttons[0].value) == ["booking.ask_whom"]
    await tu.taps("me")
    assert await tu.taps("yes") == ["booking.done"]
    assert await tu.sends(tap=second.buttons[0].value) == ["booking.yours"]


async def test_reminders_come_the_evening_before_and_an_hour_before_once(
    lan: Citizen, databases: list[Database], clock: FakeClock, library: Library
) -> None:
    await _book(lan)
    await _pushes(databases[0], lan)
    clock.at = datetime(2026, 11, 25, 11, 29, tzinfo=UTC)
    await _errand(databases[0], library, clock, remind)
    assert await _pushes(databases[0], lan) == []
    clock.move(minutes=1)
    for database in databases:
        await _errand(database, library, clock, remind)
    assert [reply.key for reply in await _pushes(databases[0], lan)] == ["reminder.evening"]
    clock.at = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
    for database in databases:
        await _errand(database, library, clock, remind)
    assert [reply.key for reply in await _pushes(databases[0], lan)] == ["reminder.today"]


async def test_a_moved_or_cancelled_booking_is_not_reminded_of_its_old_time(
    lan: Citizen, databases: list[Database], clock: FakeClock, library: Library
) -> None:
    code = await _book(lan)
    await lan.taps(f"move/{code}")
    await lan.says("27/11")
    await lan.says("10h")
    await _pushes(databases[0], lan)
    clock.at = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
    await _errand(databases[0], library, clock, remind)
    assert await _pushes(databases[0], lan) == []
    await lan.taps(f"drop/{code}/cannot")
    await _pushes(databases[0], lan)
    clock.at = datetime(2026, 11, 27, 2, 30, tzinfo=UTC)
    await _errand(databases[0], library, clock, remind)
    assert await _pushes(databases[0], lan) == []


async def test_a_visit_at_home_asks_for_phone_and_place(citizen: Callable[..., Citizen]) -> None:
    lan = citizen("lan", "nghia-tho")
    await lan.says("menu")
    await lan.taps("book")
    assert (await lan.taps("home"))[-1] == "booking.ask_day"
    await lan.taps(lan.buttons[0].value)
    await lan.taps(lan.buttons[0].value)
    assert await lan.taps("relative") == ["booking.ask_phone_needed"]
    assert await lan.says("0912345678") == ["booking.ask_where"]
    assert (await lan.says("xóm 3, cạnh nhà văn hóa"))[-1].startswith("booking.ask_confirm")
    assert await lan.taps("yes") == ["booking.done"]


async def test_erasing_frees_what_was_booked(lan: Citizen, databases: list[Database], clock: FakeClock) -> None:
    code = await _book(lan)
    await lan.says("/xoa_du_lieu")
    assert await lan.taps("yes") == ["erase.done"]
    booking = await _booking(databases[0], code)
    assert (booking.state, booking.name, booking.phone, booking.chat_id) == ("cancelled", "", "", None)


async def test_a_replica_killed_half_way_leaves_no_dead_hold(
    lan: Citizen, citizen: Callable[..., Citizen], clock: FakeClock, replicas: list[Receiver]
) -> None:
    """The hold is a row with an end: whoever comes after the end takes the seat, even if nobody cleaned up."""
    minh, tu = citizen("minh"), citizen("tu")
    for person in (lan, minh):
        await _to_the_times(person)
        await person.says("10h")
    clock.move(minutes=10, seconds=1)
    await _book(tu)


@pytest.mark.parametrize(
    "wish",
    [
        "cho tui dat lich",
        "dat lich giup tui voi",
        "đặt lịch cho mẹ",
        "tui mun đặt lịch",
        "cho đặt lịch thứ 5",
        "xin lịch hẹn",
        "toi muon dat lich ho tro",
    ],
)
async def test_a_wish_to_book_is_understood_in_many_words(lan: Citizen, wish: str) -> None:
    await lan.says("menu")
    assert await lan.says(wish) == ["booking.ask_kind"]


@pytest.mark.parametrize("wish", ["hủy lịch hẹn", "huy lich", "đổi giờ hẹn", "toi khong den duoc", "xem lịch hẹn"])
async def test_a_wish_to_change_shows_what_is_booked(lan: Citizen, wish: str) -> None:
    await _book(lan)
    assert await lan.says(wish) == ["booking.yours"]


async def test_a_doctor_s_appointment_is_not_ours(lan: Citizen) -> None:
    await lan.says("menu")
    assert "booking.ask_kind" not in await lan.says("đặt lịch khám bệnh ở bệnh viện")


@pytest.mark.parametrize("word", ["hủy", "menu", "quay lại"])
async def test_who_leaves_the_form_does_not_shut_the_seat_for_anybody(
    citizen: Callable[..., Citizen], word: str, databases: list[Database]
) -> None:
    lan, minh, tu = (citizen(name) for name in ("lan", "minh", "tu"))
    for person in (lan, minh):  # both seats are held
        await _to_the_times(person)
        await person.says("10h")
    await lan.says(word)
    await _to_the_times(lan)
    assert await lan.says("10h") == ["booking.ask_whom"]
    if word != "quay lại":
        await lan.says(word)
        await _to_the_times(tu)
        assert await tu.says("10h") == ["booking.ask_whom"]


async def test_stopping_a_move_says_that_the_booking_stays(lan: Citizen) -> None:
    code = await _book(lan)
    await lan.taps(f"move/{code}")
    assert await lan.says("hủy") == ["dialog.move_cancelled"]
    assert await lan.says(code) == ["booking.yours"]


async def test_a_code_nobody_has_is_said_to_be_unknown(lan: Citizen) -> None:
    await lan.says("menu")
    assert await lan.says("7BCDFG") == ["booking.code_not_found"]


async def test_an_identity_number_inside_a_form_is_refused_and_nothing_of_it_kept(
    citizen: Callable[..., Citizen],
) -> None:
    lan = citizen("lan", "nghia-tho")
    await lan.says("menu")
    for value in ("book", "home"):
        await lan.taps(value)
    await lan.taps(lan.buttons[0].value)
    await lan.taps(lan.buttons[0].value)
    await lan.taps("relative")
    await lan.says("0912345678")
    assert await lan.says("xóm 3 gần nhà văn hóa, số căn cước 040199001234") == ["guard.number", "booking.ask_where"]
    assert (await lan.says("bà Tư, xóm 3"))[-1] == "booking.ask_confirm_home"


async def test_an_offer_in_the_night_goes_out_in_the_morning_and_blocks_nothing(
    lan: Citizen, databases: list[Database], clock: FakeClock, library: Library
) -> None:
    await lan.says("menu")
    await _pushes(databases[0], lan)
    clock.at = datetime(2026, 11, 24, 19, 56, tzinfo=UTC)  # 2:56 in Vietnam
    morning = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
    assert next_waking(clock.now()) == morning
    async with databases[0].begin() as store:
        chat = await store.chats.find(lan.address)
        assert chat is not None
        Errand(library, clock.now(), store, Ids(), "", frozenset()).at(morning).tell(chat, "offer.over")
    await lan.says("menu")
    async with databases[1].begin() as store:
        claimed = await store.outbox.claim(clock.now(), clock.now() + timedelta(seconds=30), 10)
    assert [Reply.from_json(one.reply).key for one in claimed] == ["menu.text"]
    async with databases[1].begin() as store:
        for one in claimed:
            store.outbox.sent(one.id, clock.now())
        later = await store.outbox.claim(morning, morning + timedelta(seconds=30), 10)
    assert [Reply.from_json(one.reply).key for one in later] == ["offer.over"]


async def test_names_and_phones_of_old_bookings_are_taken_out_and_the_figures_stay(
    lan: Citizen, databases: list[Database]
) -> None:
    await _to_the_times(lan)
    await lan.says("10h")
    await lan.taps("relative")
    await lan.taps("name")
    await lan.says("bà Tư")
    await lan.taps("yes")
    code = next(button.value.split("/")[1] for button in lan.buttons if button.value.startswith("drop/"))
    ended = (await _booking(databases[0], code)).end
    for before, name in ((ended, "bà Tư"), (ended + timedelta(seconds=1), "")):
        async with databases[0].begin() as store:
            store.bookings.scrub_before(before)
        booking = await _booking(databases[1], code)
        assert (booking.name, booking.state) == (name, "booked")
