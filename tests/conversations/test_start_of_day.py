"""Kiểm tra đầu giờ of Nghĩa Thọ: the list at opening, one tap, failed items, corrections, the head."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from content.dates import instants
from content.library import Library
from handlers.errand import Errand
from handlers.filing_planning import plan
from handlers.incident_figures import count
from handlers.start_of_day import span_of, watch
from storage.checks import Entry
from storage.database import Database
from storage.incidents import Incident
from tests.citizen import Citizen
from tests.conversations.officials import Join, People, joiner, keys, told
from tests.conversations.staff import values
from tests.fakes import FakeClock, Ids

# Monday 23/11/2026 is a working day, opening at 7:30. Tuesday 24/11 is a day off.
OPENING = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
ALL_FINE = "daycheck/send/2026-11-23/1/0"


@pytest.fixture
def clock() -> FakeClock:
    """A quarter past seven, before the centre opens."""
    return FakeClock(OPENING - timedelta(minutes=15))


@pytest.fixture
def join(citizen: People, databases: list[Database], clock: FakeClock) -> Join:
    return joiner(citizen, databases, clock)


async def look(databases: list[Database], library: Library, clock: FakeClock) -> dict[str, list[str]]:
    for database in databases:
        async with database.begin() as store:
            await watch(Errand(library, clock.now(), store, Ids(), "http://x", frozenset()))
    return keys(await told(databases[0]))


async def officer(join: Join, name: str = "minh", role: str = "officer", post: str = "Cán bộ trực") -> Citizen:
    return await join(name, "tt-pvhcc", role, post, "nghia-tho")


async def entries(database: Database, day: date = date(2026, 11, 23)) -> list[Entry]:
    async with database.begin() as store:
        return await store.checks.of_day("nghia-tho", day)


async def incidents(database: Database) -> list[Incident]:
    async with database.begin() as store:
        return await store.incidents.found_before("nghia-tho", datetime(2040, 1, 1, tzinfo=UTC))


async def test_the_check_is_no_report_that_is_asked_for_once_more(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    await officer(join)
    async with databases[0].begin() as store:
        await plan(Errand(library, clock.now(), store, Ids(), "http://x", frozenset()))
        first, last = instants(date(2026, 1, 1), date(2030, 1, 1))
        planned = {one.obligation for one in await store.filings.between("nghia-tho", first, last)}
    assert "NT-02" in planned
    assert "NT-01" not in planned


async def test_at_opening_the_list_goes_out_and_one_tap_is_all(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await officer(join)
    await officer(join, "huong", "head", "Giám đốc")
    await join("quang", "kinh-te", "officer", "Phòng khác", "nghia-tho")
    await join("phuc", "tt-pvhcc", "officer", "Xã khác")  # Anh Sơn's plan asks for no check
    assert await look(databases, library, clock) == {}
    clock.move(minutes=15)
    assert await look(databases, library, clock) == {"minh": ["daycheck.push"]}
    assert await look(databases, library, clock) == {}
    assert await minh.taps(ALL_FINE) == ["daycheck.saved_fine"]
    assert [(one.number, one.failed) for one in await entries(databases[0])] == [(1, ())]
    clock.move(hours=1)
    assert await look(databases, library, clock) == {}
    assert await incidents(databases[0]) == []


async def test_failed_items_open_one_incident_each_and_are_told_in_one_message(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await officer(join)
    binh = await join("binh", "doi-phan-ung-nhanh", "officer", "Tổ ứng cứu", "nghia-tho")
    clock.move(minutes=20)
    await look(databases, library, clock)
    assert await minh.says("kiểm tra đầu giờ") == ["daycheck.list"]
    assert await minh.taps("Internet") == ["daycheck.marked"]
    assert await minh.taps("Máy quét") == ["daycheck.marked"]
    assert await minh.taps("Máy in") == ["daycheck.marked"]
    assert await minh.taps("✗ Máy in") == ["daycheck.marked"]
    assert await minh.taps("Gửi kết quả") == ["daycheck.saved_failed"]
    assert sorted((one.kind, one.thing) for one in await incidents(databases[0])) == [
        ("device", "may-quet"),
        ("network", "internet"),
    ]
    news = await told(databases[0])
    assert keys(news) == {"binh": ["incident.push_many"]}
    take = next(button.value for button in news["binh"][0].buttons)
    assert await binh.taps(take) == ["incident.page"]


async def test_a_correction_is_kept_beside_the_check_and_opens_nothing_twice(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh, binh = await officer(join), await officer(join, "binh", post="Cán bộ Bình")
    clock.move(minutes=20)
    await look(databases, library, clock)
    assert await minh.taps("daycheck/send/2026-11-23/1/1") == ["daycheck.saved_failed"]
    assert await binh.taps(ALL_FINE) == ["daycheck.done_already"]
    assert "Cán bộ trực" in binh.told
    clock.move(minutes=5)
    assert await binh.taps("Sửa kết quả") == ["daycheck.marked"]
    assert await binh.taps("✗ Internet") == ["daycheck.list"]
    assert await binh.taps("Tất cả tốt") == ["daycheck.corrected"]
    [one] = await incidents(databases[0])
    assert one.open
    assert f"incident/see/{one.code}" in values(binh)  # it works: close it there
    assert await minh.taps("daycheck/send/2026-11-23/2/1") == ["daycheck.done_already"]
    clock.move(minutes=5)
    assert await minh.taps("daycheck/send/2026-11-23/3/1") == ["daycheck.corrected"]
    assert [(each.number, each.failed) for each in await entries(databases[1])] == [
        (1, ("internet",)),
        (2, ()),
        (3, ("internet",)),
    ]
    assert len(await incidents(databases[0])) == 1
    assert await minh.taps("daycheck/send/2026-11-23/4/1") == ["daycheck.done_already"]  # nothing has changed


async def test_nobody_checks_and_the_head_hears_of_it_once(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    await officer(join)
    huong = await officer(join, "huong", "head", "Giám đốc")
    clock.move(minutes=15)
    await look(databases, library, clock)
    clock.move(minutes=14)
    assert await look(databases, library, clock) == {}
    clock.move(minutes=1)
    assert await look(databases, library, clock) == {"huong": ["daycheck.push_missing"]}
    clock.move(hours=2)
    assert await look(databases, library, clock) == {}
    assert await huong.taps(ALL_FINE) == ["daycheck.saved_fine"]


async def test_who_comes_early_checks_early_and_nobody_is_asked_again(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await officer(join)
    assert await minh.taps("daycheck") == ["daycheck.list"]
    assert await minh.taps("Tất cả tốt") == ["daycheck.saved_fine"]
    clock.move(hours=1)
    assert await look(databases, library, clock) == {}


async def test_hours_before_opening_nothing_is_taken_and_it_says_from_when(
    join: Join, databases: list[Database], clock: FakeClock
) -> None:
    minh = await officer(join)
    clock.move(minutes=-46)  # 6:29, an hour and a minute before opening
    assert await minh.taps("daycheck") == ["daycheck.too_early"]
    assert "06:30" in minh.told
    assert "07:30" in minh.told
    assert await minh.taps(ALL_FINE) == ["daycheck.too_early"]
    assert await minh.taps("daycheck/set/2026-11-23/1/1") == ["daycheck.too_early"]
    assert await entries(databases[0]) == []
    clock.move(minutes=1)
    assert await minh.taps(ALL_FINE) == ["daycheck.saved_fine"]


async def test_all_fine_of_a_colleague_does_not_swallow_what_somebody_has_marked(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh, binh = await officer(join), await officer(join, "binh", post="Cán bộ Bình")
    clock.move(minutes=20)
    await look(databases, library, clock)
    assert await minh.taps("daycheck/set/2026-11-23/1/1") == ["daycheck.marked"]
    assert await minh.taps("Máy in") == ["daycheck.marked"]
    assert await binh.taps(ALL_FINE) == ["daycheck.others_marked"]
    assert "Cán bộ trực đánh dấu hỏng: Internet, Máy in" in binh.told
    assert await entries(databases[0]) == []
    assert await minh.taps("daycheck") == ["daycheck.marked"]  # who comes back finds their marks
    assert await binh.taps("Gửi kèm các mục này") == ["daycheck.saved_failed"]
    assert [one.failed for one in await entries(databases[0])] == [("internet", "may-in")]
    assert len(await incidents(databases[0])) == 2
    assert "daycheck.push_left_out" not in keys(await told(databases[0])).get("minh", [])
    # Minh's old button comes second: what he marks is not lost either.
    assert await minh.taps("daycheck/send/2026-11-23/1/9") == ["daycheck.done_already"]
    assert "daycheck/set/2026-11-23/2/13" in values(minh)


async def test_who_looked_again_may_say_so_and_who_marked_is_told(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh, binh = await officer(join), await officer(join, "binh", post="Cán bộ Bình")
    clock.move(minutes=20)
    await look(databases, library, clock)
    await minh.taps("daycheck/set/2026-11-23/1/1")
    assert await binh.taps(ALL_FINE) == ["daycheck.others_marked"]
    await minh.taps("daycheck/set/2026-11-23/1/3")  # meanwhile a second one
    assert await binh.taps("Đã xem lại, đều tốt") == ["daycheck.others_marked"]
    assert "Máy tính" in binh.told
    assert await binh.taps("Đã xem lại, đều tốt") == ["daycheck.saved_fine"]
    news = await told(databases[0])
    assert keys(news) == {"minh": ["daycheck.push_left_out"]}
    assert "Cán bộ Bình" in news["minh"][0].text
    assert await minh.taps(news["minh"][0].buttons[0].value) == ["daycheck.marked"]
    assert await minh.taps("Gửi kết quả") == ["daycheck.corrected"]
    assert [one.failed for one in await entries(databases[1])] == [(), ("internet", "may-tinh")]
    async with databases[0].begin() as store:
        assert "check marks left out" in [row["action"] for row in await store.ledger.rows("nghia-tho")]


async def test_a_mark_taken_away_asks_nobody(join: Join, databases: list[Database], clock: FakeClock) -> None:
    minh, binh = await officer(join), await officer(join, "binh", post="Cán bộ Bình")
    clock.move(minutes=20)
    await minh.taps("daycheck/set/2026-11-23/1/1")
    await minh.taps("✗ Internet")
    assert await binh.taps(ALL_FINE) == ["daycheck.saved_fine"]


async def test_after_a_week_of_downtime_only_today_is_asked(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await officer(join)
    await officer(join, "huong", "head", "Giám đốc")
    clock.move(days=7, hours=3)  # Monday 30/11, 10:15
    assert await look(databases, library, clock) == {"minh": ["daycheck.push"]}
    clock.move(minutes=14)
    assert await look(databases, library, clock) == {}  # the officers have had the list for 14 minutes only
    clock.move(minutes=1)
    assert await look(databases, library, clock) == {"huong": ["daycheck.push_missing"]}
    assert await minh.taps(ALL_FINE) == ["daycheck.over"]
    assert await minh.taps("daycheck") == ["daycheck.list"]
    clock.move(hours=8)
    assert await look(databases, library, clock) == {}


async def test_days_off_have_no_check_and_make_up_saturdays_have_one(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await officer(join)
    clock.move(days=1, hours=2)  # 24/11, a day off
    assert await look(databases, library, clock) == {}
    assert await minh.taps("daycheck") == ["daycheck.not_due"]
    commune = library.communes["nghia-tho"]
    plan = commune.start_of_day
    assert plan is not None
    older = replace(commune, start_of_day=plan.model_copy(update={"start": date(2024, 1, 1)}))
    saturday = date(2024, 5, 4)  # worked for Monday 29/4/2024
    span = span_of(older, saturday)
    assert span is not None
    assert span[0].strftime("%H:%M") == "07:30"
    assert span_of(older, date(2024, 4, 29)) is None
    assert span_of(older, date(2024, 5, 11)) is None
    assert span_of(commune, saturday) is None  # before the file's first day
    assert span_of(library.communes["anh-son"], date(2026, 11, 23)) is None


async def test_who_may_not_check(join: Join, lan: Citizen, citizen: People, library: Library, clock: FakeClock) -> None:
    clock.move(minutes=20)
    quang = await join("quang", "kinh-te", "officer", "Phòng khác", "nghia-tho")
    phuc = await join("phuc", "tt-pvhcc", "officer", "Xã khác")
    minh = await officer(join)
    assert await lan.taps(ALL_FINE) == ["start.notice", "staff.not_member"]
    assert await citizen("khanh", "nghia-tho").taps(ALL_FINE) == ["start.notice", "staff.not_member"]
    assert await quang.taps(ALL_FINE) == ["daycheck.not_yours"]
    assert await phuc.taps(ALL_FINE) == ["daycheck.not_here"]
    for odd in ("send/2026-11-23/1/64", "send/2026-11-23/0/0", "send/2026-11-23/1/x", "send/x", "set/2026-11-22/1/0"):
        assert await minh.taps(f"daycheck/{odd}") == ["daycheck.over"]
    assert await minh.taps("daycheck/send/2026-11-23/2/0") == ["daycheck.list"]  # there is nothing to correct yet


async def test_days_checked_of_days_due(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await officer(join)
    clock.move(minutes=20)
    await minh.taps(ALL_FINE)  # Monday 7:35, in time
    await minh.taps("daycheck/send/2026-11-23/2/1")  # a correction is no second check
    clock.move(days=2, hours=1)
    await minh.taps("daycheck/send/2026-11-25/1/0")  # Wednesday 8:35, late
    clock.move(days=1)  # Thursday, nobody; Tuesday was off
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    async with databases[1].begin() as store:
        every = await store.incidents.found_before("nghia-tho", instants(first, last)[1])
        found = await store.checks.between("nghia-tho", first, last)
        began = await store.incidents.began("nghia-tho")
    figures = count(library.communes["nghia-tho"], every, found, (first, last), clock.now(), began)
    assert (figures.days_checked, figures.days_checked_in_time, figures.days_due) == (2, 1, 3)
    assert figures.corrections == 1
