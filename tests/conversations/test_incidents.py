"""Sự cố: two taps, the ladder, taking, closing, undo, legal clocks; on both databases with two replicas."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.receive import Receiver
from content.library import Library
from handlers.errand import Errand
from handlers.incident_watch import watch
from handlers.incident_words import PATTERN, before_the_night, incident_code, read_moment, waking
from handlers.route import Routes
from storage.database import Database
from storage.errors import Conflict
from storage.incidents import Incident
from tests.citizen import Citizen
from tests.conversations.officials import Join, People, joiner, keys, told
from tests.conversations.staff import values
from tests.fakes import FakeClock, Ids

# The clock stands at Monday 23/11/2026, 9:00 in Vietnam.


@pytest.fixture
def join(citizen: People, databases: list[Database], clock: FakeClock) -> Join:
    return joiner(citizen, databases, clock)


async def look(databases: list[Database], library: Library, clock: FakeClock) -> dict[str, list[str]]:
    """Let every replica run its errand; return the keys of what went out."""
    for database in databases:
        async with database.begin() as store:
            await watch(Errand(library, clock.now(), store, Ids(), "http://x", frozenset()))
    return keys(await told(databases[0]))


async def report(person: Citizen, kind: str = "device", thing: str = "thing-may-in") -> str:
    """Report in two taps and return the code."""
    assert await person.taps("report") == ["incident.ask_kind"]
    assert await person.taps(kind) == ["incident.ask_thing"]
    assert (await person.taps(thing))[-1].startswith("incident.reported")
    return next(value.split("/")[2] for value in values(person) if value.startswith("incident/see/"))


async def stored(database: Database, code: str, commune: str = "anh-son") -> Incident:
    async with database.begin() as store:
        found = await store.incidents.by_code(commune, code)
    assert found is not None
    return found


async def test_two_taps_and_the_team_is_told_and_the_first_takes_it(
    join: Join, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join("minh", "tt-pvhcc", "officer", "Cán bộ tiếp nhận")
    binh = await join("binh", "to-ho-tro-cds", "helper", "Tổ viên Bình")
    dung = await join("dung", "van-phong", "admin", "Quản trị mạng")
    huong = await join("huong", "tt-pvhcc", "head", "Giám đốc Trung tâm")
    await minh.says("menu")
    assert "report" in values(minh)
    code = await report(minh)
    assert PATTERN.fullmatch(code)
    assert minh.replies[-1].key == "incident.reported"
    assert "Trung tâm Phục vụ hành chính công" in minh.told
    assert "Tổ viên Bình, Quản trị mạng" in minh.told
    news = await told(databases[0])
    assert keys(news) == {"binh": ["incident.push_new"], "dung": ["incident.push_new"]}
    assert "Máy in" in news["binh"][0].text
    take = news["binh"][0].buttons[0].value
    assert take == f"incident/take/{code}"
    assert await binh.taps(take) == ["incident.you_took"]
    news = await told(databases[0])
    assert keys(news) == {"minh": ["incident.push_taken"], "dung": ["incident.push_taken"]}
    assert "Tổ viên Bình" in news["dung"][0].text
    assert await dung.taps(take) == ["incident.too_late"]
    assert "Tổ viên Bình" in dung.told
    assert keys(await told(databases[0])) == {}
    assert await huong.says(code.lower()) == ["incident.page"]


async def test_two_who_take_at_the_same_moment(join: Join, databases: list[Database], clock: FakeClock) -> None:
    minh = await join("minh", "tt-pvhcc", "officer", "Cán bộ")
    binh = await join("binh", "to-ho-tro-cds", "officer", "Bình")
    await join("dung", "van-phong", "admin", "Dũng")
    one = await stored(databases[0], await report(minh))
    won = []
    for database, member in zip(databases, ("a", "b"), strict=True):
        async with database.begin() as store:
            won.append(await store.incidents.take(one, member, clock.now()))
    assert won == [True, False]
    assert await binh.taps(f"incident/see/{one.code}") == ["incident.page"]


async def test_nobody_takes_it_and_the_ladder_is_climbed_once(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    await join("binh", "to-ho-tro-cds", "officer", "Bình")
    await join("huong", "tt-pvhcc", "head", "Giám đốc")
    phuc = await join("phuc", "van-phong", "head", "Trưởng Văn phòng")
    await join("khanh", "chu-tich", "leader", "Chủ tịch")
    await join("quang", "vh-xh", "head", "Trưởng phòng khác")
    code = await report(minh, "network", "thing-internet")
    assert keys(await told(databases[0])) == {"binh": ["incident.push_new"]}
    clock.move(minutes=29)
    assert await look(databases, library, clock) == {}
    clock.move(minutes=1)
    assert await look(databases, library, clock) == {"huong": ["incident.push_climb"], "phuc": ["incident.push_climb"]}
    assert await look(databases, library, clock) == {}
    clock.move(minutes=30)
    assert await look(databases, library, clock) == {"khanh": ["incident.push_climb"]}
    clock.move(days=7)  # not restored within the plan's hours: said once, and nothing else any more
    everybody = {name: ["incident.push_restore_late"] for name in ("binh", "huong", "phuc", "khanh")}
    assert await look(databases, library, clock) == everybody
    assert await look(databases, library, clock) == {}
    assert await phuc.taps(f"incident/take/{code}") == ["incident.you_took"]
    news = keys(await told(databases[0]))
    assert set(news) == {"minh", "binh", "huong", "khanh"}


async def test_two_replicas_that_look_at_the_same_moment_tell_once(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    await join("binh", "to-ho-tro-cds", "officer", "Bình")
    await join("huong", "tt-pvhcc", "head", "Giám đốc")
    await join("phuc", "cong-an", "officer", "Công an xã")
    await report(minh)
    await report(minh, "leak", "thing-gui-nham")
    await told(databases[0])
    clock.move(hours=25)

    async def one(database: Database) -> None:
        try:
            async with database.begin() as store:
                await watch(Errand(library, clock.now(), store, Ids(), "http://x", frozenset()))
        except Conflict:  # as in bot/app.py: the other replica was at it
            return

    await asyncio.gather(*(one(database) for database in databases * 3))
    news = keys(await told(databases[0]))
    assert news == {
        "binh": ["incident.push_restore_late"],  # of the printer
        "huong": ["incident.push_many"],
        "phuc": ["incident.push_late"],
    }


async def test_after_a_week_of_downtime_everybody_hears_once_in_one_message(
    join: Join, databases: list[Database], database_url: str, library: Library, clock: FakeClock
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    await join("binh", "to-ho-tro-cds", "officer", "Bình")
    await join("huong", "tt-pvhcc", "head", "Giám đốc")
    await join("khanh", "chu-tich", "leader", "Chủ tịch")
    for _ in range(3):
        await report(minh)
    assert keys(await told(databases[0])) == {"binh": ["incident.push_new"] * 3}
    clock.move(days=7)
    fresh = [Database(database_url), Database(database_url)]  # the processes were started anew
    for database in fresh:
        await database.open()
    for database in fresh:
        async with database.begin() as store:
            await watch(Errand(library, clock.now(), store, Ids(), "http://x", frozenset()))
    news = await told(fresh[1])
    for database in fresh:
        await database.close()
    assert keys(news) == {name: ["incident.push_many"] for name in ("binh", "huong", "khanh")}
    assert "hạn khôi phục" in news["binh"][0].text
    assert len([one for one in news["huong"][0].buttons if one.value.startswith("incident/see/")]) == 3


async def _mended(person: Citizen, code: str) -> None:
    await person.taps(f"incident/close/{code}")
    await person.says("Thay dây mạng")
    assert (await person.taps("now"))[-1] == "incident.closed"


async def test_taking_and_closing_stop_the_ladder_and_who_mends_is_reminded_of_the_time_to_restore(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    binh = await join("binh", "to-ho-tro-cds", "officer", "Bình")
    await join("dung", "van-phong", "admin", "Quản trị")
    await join("huong", "tt-pvhcc", "head", "Giám đốc")
    code = await report(minh, "network", "thing-internet")  # 9:00
    assert await binh.taps(f"incident/take/{code}") == ["incident.you_took"]
    assert "Cần khôi phục trước" in binh.told
    await told(databases[0])
    for _ in range(5):  # until 19:00 nobody hears anything: it is acknowledged
        clock.move(hours=2)
        assert await look(databases, library, clock) == {}
    clock.move(hours=1)  # 20:00: five in the morning, four hours before the time is over, is night
    assert await look(databases, library, clock) == {"binh": ["incident.push_restore"]}
    assert await look(databases, library, clock) == {}
    clock.move(hours=12, minutes=59)
    assert await look(databases, library, clock) == {}
    clock.move(minutes=1)  # 9:00, 24 hours
    late = {"binh": ["incident.push_restore_late"], "huong": ["incident.push_restore_late"]}
    assert await look(databases, library, clock) == late
    assert await look(databases, library, clock) == {}
    await binh.taps(f"incident/see/{code}")
    assert "Đã quá hạn khôi phục" in binh.told
    await _mended(binh, code)
    assert "hạn khôi phục" not in (await binh.taps(f"incident/see/{code}") and binh.told)
    await told(databases[0])
    clock.move(days=3)
    assert await look(databases, library, clock) == {}


async def test_what_was_restored_in_time_reminds_nobody_unless_it_is_opened_again(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    binh = await join("binh", "to-ho-tro-cds", "officer", "Bình")
    codes = [await report(minh, "network", "thing-internet"), await report(minh)]
    for code in codes:
        await binh.taps(f"incident/take/{code}")
        await _mended(binh, code)
    assert await binh.taps(f"incident/reopen/{codes[1]}") == ["incident.reopened"]
    await binh.taps(f"incident/take/{codes[1]}")
    await told(databases[0])
    clock.move(hours=25)
    assert await look(databases, library, clock) == {"binh": ["incident.push_restore_late"]}


async def test_the_end_of_the_time_to_restore_waits_for_the_morning(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    binh = await join("binh", "to-ho-tro-cds", "officer", "Bình")
    clock.move(hours=14)  # 23:00
    code = await report(minh)
    await binh.taps(f"incident/take/{code}")
    await told(databases[0])
    clock.move(hours=20)  # 19:00, four hours before
    assert await look(databases, library, clock) == {"binh": ["incident.push_restore"]}
    for _ in range(11):  # from 20:00 to 6:00
        clock.move(hours=1)
        assert await look(databases, library, clock) == {}
    clock.move(hours=1)
    assert await look(databases, library, clock) == {"binh": ["incident.push_restore_late"]}


async def test_a_printer_does_not_wake_anybody_and_the_night_does_not_count(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    await join("binh", "to-ho-tro-cds", "officer", "Bình")
    await join("huong", "tt-pvhcc", "head", "Giám đốc")
    clock.move(hours=11, minutes=50)  # 20:50
    await report(minh)
    assert keys(await told(databases[0])) == {"binh": ["incident.push_new"]}
    clock.move(minutes=20)  # 21:10
    await report(minh, "software", "thing-mot-cua")
    assert minh.replies[-1].key == "incident.reported_night"
    clock.move(hours=5)
    assert await look(databases, library, clock) == {}
    clock.move(hours=4, minutes=50)  # 7:00: ten minutes of the first were awake
    assert await look(databases, library, clock) == {"binh": ["incident.push_new"]}
    clock.move(minutes=20)
    assert await look(databases, library, clock) == {"huong": ["incident.push_climb"]}
    clock.move(minutes=10)
    assert await look(databases, library, clock) == {"huong": ["incident.push_climb"]}


async def test_an_emergency_wakes_the_military_and_the_chairman(
    join: Join, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    await join("binh", "to-ho-tro-cds", "helper", "Bình")
    await join("quang", "quan-su", "officer", "Ban CHQS")
    await join("phuc", "cong-an", "officer", "Công an")
    await join("khanh", "chu-tich", "leader", "Chủ tịch")
    clock.move(hours=15)  # midnight
    await report(minh, "emergency", "thing-bao-lu")
    assert [reply.key for reply in minh.replies] == ["incident.advice_emergency", "incident.reported"]
    push = ["incident.push_new"]
    assert keys(await told(databases[0])) == {"binh": push, "quang": push, "khanh": push}


async def test_nobody_has_joined_and_that_is_said_until_somebody_has(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    await report(minh)
    assert minh.replies[-1].key == "incident.reported_nobody"
    clock.move(minutes=5)
    assert await look(databases, library, clock) == {}
    await join("binh", "to-ho-tro-cds", "officer", "Bình")
    assert await look(databases, library, clock) == {"binh": ["incident.push_new"]}


async def test_typed_words_and_a_note(join: Join, databases: list[Database]) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    binh = await join("binh", "to-ho-tro-cds", "officer", "Bình")
    assert await minh.says("báo sự cố") == ["incident.ask_kind"]
    await minh.taps("device")
    assert await minh.says("x" * 501) == ["incident.bad_words", "incident.ask_thing"]
    assert await minh.says("Quạt *phòng họp* kêu to, gọi 0912345678") == ["incident.reported"]
    code = values(minh)[0].split("/")[2]
    assert await minh.taps(f"incident/note/{code}") == ["incident.ask_note"]
    assert await minh.says("Ở tầng hai") == ["incident.noted"]
    assert await binh.taps(f"incident/see/{code}") == ["incident.page"]
    assert "\\*phòng họp\\*" in binh.told
    assert "Ở tầng hai" in binh.told
    assert "0912345678" not in binh.told


async def test_closing_reopening_and_taking_a_report_back(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    binh = await join("binh", "to-ho-tro-cds", "officer", "Bình")
    code = await report(minh)
    assert "incident/close/" not in " ".join(values(minh))
    assert await minh.taps(f"incident/close/{code}") == ["incident.not_allowed"]
    await binh.taps(f"incident/take/{code}")
    clock.move(minutes=50)
    await told(databases[0])
    assert await binh.taps(f"incident/close/{code}") == ["incident.ask_fix"]
    assert await binh.taps("fix-1") == ["incident.ask_when"]
    assert await binh.says("8:30") == ["incident.before_found", "incident.ask_when"]
    assert await binh.says("10:30") == ["incident.bad_time", "incident.ask_when"]
    assert await binh.says("9h40") == ["incident.closed"]
    assert keys(await told(databases[0])) == {"minh": ["incident.push_closed"]}
    one = await stored(databases[0], code)
    assert (one.state, one.restored) == ("closed", datetime(2026, 11, 23, 2, 40, tzinfo=UTC))
    assert await binh.taps(f"incident/close/{code}") == ["incident.over"]
    assert await binh.taps(f"incident/reopen/{code}") == ["incident.reopened"]
    assert "Sửa hoặc thay thiết bị" in binh.told  # what was said stays in the history
    one = await stored(databases[0], code)
    assert (one.state, one.restored, one.post) == ("open", None, "Bình")
    await told(databases[0])
    clock.move(hours=2)
    assert await look(databases, library, clock) == {}  # Bình still has it
    assert await binh.taps(f"incident/release/{code}") == ["incident.released"]
    assert keys(await told(databases[0])) == {"binh": ["incident.push_new"]}
    assert await minh.taps(f"incident/withdraw/{code}") == ["incident.withdrawn"]
    assert keys(await told(databases[0])) == {"binh": ["incident.push_withdrawn"]}
    assert await binh.taps(f"incident/take/{code}") == ["incident.too_late"]
    assert await minh.taps(f"incident/reopen/{code}") == ["incident.reopened"]
    assert (await stored(databases[0], code)).open
    assert await minh.taps("incidents") == ["incident.open"]


async def test_who_took_it_leaves_the_post_and_the_ladder_begins_anew(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    binh = await join("binh", "to-ho-tro-cds", "officer", "Bình")
    await join("dung", "van-phong", "admin", "Dũng")
    code = await report(minh)
    await binh.taps(f"incident/take/{code}")
    async with databases[0].begin() as store:
        [member] = [one for one in await store.members.of_account("anh-son") if one.name == "Bình"]
        await store.members.leave(member.id, clock.now())
    await told(databases[0])
    assert await look(databases, library, clock) == {"dung": ["incident.push_new"]}


async def test_a_citizen_and_another_commune_can_do_nothing(
    join: Join, lan: Citizen, databases: list[Database]
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    binh = await join("binh", "doi-phan-ung-nhanh", "officer", "Bình", "nghia-tho")
    quang = await join("quang", "kinh-te", "officer", "Cán bộ khác")
    code = await report(minh)
    await lan.says("menu")
    assert not {"report", "incidents"} & set(values(lan))
    assert await lan.says("báo sự cố") == ["incident.for_officials"]
    assert await lan.taps("report") == ["incident.for_officials"]
    assert await lan.taps("incidents") == ["staff.not_member"]
    assert await lan.taps(f"incident/take/{code}") == ["staff.not_member"]
    assert "incident.page" not in await lan.says(code)
    for step in ("see", "take", "close", "note", "withdraw", "judge"):
        assert await binh.taps(f"incident/{step}/{code}/yes") == ["incident.not_yours"]
        assert await quang.taps(f"incident/{step}/{code}/yes") == ["incident.not_yours"]
    assert "incident.page" not in await binh.says(code)
    assert await binh.taps("incidents") == ["incident.none_open"]
    assert await minh.taps("incident/nonsense") == ["incident.not_yours"]
    assert (await stored(databases[0], code)).open


async def test_at_the_centre_colleagues_see_what_is_broken_and_no_leak(join: Join) -> None:
    minh = await join("minh", "tt-pvhcc", "officer", "Cán bộ")
    binh = await join("binh", "tt-pvhcc", "officer", "Bình")
    quang = await join("quang", "kinh-te", "officer", "Quang")
    code, leak = await report(minh), await report(minh, "leak", "thing-gui-nham")
    assert await binh.taps("incidents") == ["incident.open"]
    assert f"incident/see/{code}" in values(binh)
    assert f"incident/see/{leak}" not in values(binh)
    assert await binh.taps(f"incident/see/{code}") == ["incident.page"]
    assert await binh.taps(f"incident/close/{code}") == ["incident.not_allowed"]
    assert await binh.taps(f"incident/see/{leak}") == ["incident.not_yours"]
    assert await quang.taps(f"incident/see/{code}") == ["incident.not_yours"]


async def test_only_police_and_leaders_judge(join: Join, databases: list[Database]) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    binh = await join("binh", "to-ho-tro-cds", "officer", "Bình")
    phuc = await join("phuc", "cong-an", "officer", "Công an")
    khanh = await join("khanh", "pho-chu-tich", "leader", "Phó Chủ tịch")
    code = await report(minh, "leak", "thing-gui-nham")
    for person in (minh, binh):
        assert await person.taps(f"incident/judge/{code}/yes") == ["incident.not_allowed"]
    assert (await stored(databases[0], code)).serious is None
    assert await phuc.taps(f"incident/judge/{code}/yes") == ["incident.judged"]
    assert (await stored(databases[0], code)).serious is True
    assert await phuc.taps(f"incident/draft/{code}") == ["incident.draft"]
    assert "Đánh giá mức độ: nghiêm trọng\n" in phuc.told
    assert await khanh.taps(f"incident/judge/{code}/no") == ["incident.judged"]
    assert (await stored(databases[0], code)).serious is False
    assert await khanh.taps(f"incident/judge/{code}/maybe") == ["incident.not_allowed"]


async def test_a_leak_its_draft_and_its_clocks(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ địa chính")
    binh = await join("binh", "to-ho-tro-cds", "helper", "Bình")
    phuc = await join("phuc", "cong-an", "officer", "Công an xã")
    await join("dung", "van-phong", "admin", "Dũng")
    await join("khanh", "chu-tich", "leader", "Chủ tịch")
    clock.move(hours=13)  # Monday 22:00
    code = await report(minh, "leak", "thing-gui-nham")
    assert [reply.key for reply in minh.replies] == ["incident.advice_leak", "incident.reported"]
    news = await told(databases[0])
    both = ["incident.push_new", "incident.draft"]
    assert keys(news) == {"dung": ["incident.push_new"], "phuc": both, "khanh": both}
    text = news["phuc"][1].text
    assert code in text
    assert "22:00 23/11/2026" in text
    assert "đọc ngày 22/11/2026" in text.replace("\\", "")
    assert "Gửi nhầm" in text
    assert "Nghị định 356/2025/NĐ-CP" in text
    assert "{{" not in text
    assert "Số người bị ảnh hưởng: …" in text.replace("\\", "")
    assert await binh.taps(f"incident/see/{code}") == ["incident.not_yours"]  # volunteers mend machines
    assert await phuc.taps(f"incident/take/{code}") == ["incident.you_took"]
    assert "24" in phuc.told
    await told(databases[0])
    clock.move(hours=18)  # Tuesday 16:00: six hours left
    assert await look(databases, library, clock) == {"phuc": ["incident.push_clock"], "khanh": ["incident.push_clock"]}
    assert await look(databases, library, clock) == {}
    clock.move(hours=7)  # Tuesday 23:00: it ran out at 22:00; nobody is woken for what is late
    assert await look(databases, library, clock) == {}
    clock.move(hours=8)  # Wednesday 7:00
    assert await look(databases, library, clock) == {"phuc": ["incident.push_late"], "khanh": ["incident.push_late"]}
    assert await look(databases, library, clock) == {}
    assert await phuc.taps(f"incident/notified/{code}/h72/yes") == ["incident.noted"]
    assert await phuc.taps(f"incident/notified/{code}/h72/yes") == ["incident.noted"]  # a double tap takes nothing back
    assert f"incident/notified/{code}/h72/no" in values(phuc)
    assert await phuc.taps(f"incident/notified/{code}/h72") == ["incident.not_allowed"]
    clock.move(days=7)
    assert await look(databases, library, clock) == {}
    assert await phuc.taps(f"incident/notified/{code}/h72/no") == ["incident.noted"]  # that was a slip
    assert await look(databases, library, clock) == {"phuc": ["incident.push_late"], "khanh": ["incident.push_late"]}


async def test_a_leak_that_somebody_deals_with_is_taken_back_by_police_or_leaders_only(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    dung = await join("dung", "van-phong", "admin", "Dũng")
    phuc = await join("phuc", "cong-an", "officer", "Công an xã")
    code = await report(minh, "leak", "thing-gui-nham")
    assert f"incident/withdraw/{code}" in values(minh)
    await dung.taps(f"incident/take/{code}")
    assert await minh.taps(f"incident/withdraw/{code}") == ["incident.not_allowed"]
    assert await dung.taps(f"incident/withdraw/{code}") == ["incident.not_allowed"]
    assert f"incident/withdraw/{code}" not in values(dung)
    assert await phuc.taps(f"incident/withdraw/{code}") == ["incident.withdrawn"]
    await told(databases[0])
    clock.move(days=4)
    assert await look(databases, library, clock) == {}  # its clocks have stopped
    assert await phuc.taps(f"incident/reopen/{code}") == ["incident.reopened"]
    await told(databases[0])
    assert await look(databases, library, clock) == {"phuc": ["incident.push_many"], "dung": ["incident.push_many"]}


async def test_both_clocks_after_a_week_of_downtime_are_one_message(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    await join("phuc", "cong-an", "officer", "Công an xã")
    await join("khanh", "chu-tich", "leader", "Chủ tịch")
    await report(minh, "leak", "thing-lo-tai-khoan")
    await told(databases[0])
    clock.move(days=7)
    news = await look(databases, library, clock)
    assert news == {"phuc": ["incident.push_many"], "khanh": ["incident.push_many"]}
    assert await look(databases, library, clock) == {}


async def test_a_leak_noticed_earlier_and_a_closed_one_keeps_its_clocks(
    join: Join, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    phuc = await join("phuc", "cong-an", "officer", "Công an xã")
    code = await report(minh, "leak", "thing-lo-tai-khoan")
    await told(databases[0])
    assert await minh.taps(f"incident/found/{code}") == ["incident.ask_found"]
    assert await minh.says("hôm qua") == ["incident.bad_time", "incident.ask_found"]
    assert await minh.says("14 giờ 30 ngày 22/11") == ["incident.found_noted"]
    one = await stored(databases[0], code)
    assert one.found == datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
    assert await look(databases, library, clock) == {"phuc": ["incident.push_clock"]}  # 24 h end at 14:30, in 5:30
    assert await phuc.taps(f"incident/close/{code}") == ["incident.ask_fix"]
    await phuc.says("Đổi mật khẩu, thu hồi quyền")
    assert await phuc.taps("now") == ["incident.closed"]
    await told(databases[0])
    clock.move(hours=6)
    assert await look(databases, library, clock) == {"phuc": ["incident.push_late"]}
    assert await phuc.taps(f"incident/draft/{code}") == ["incident.draft"]
    assert "Đổi mật khẩu, thu hồi quyền" in phuc.told


async def test_a_new_set_of_replicas_goes_on_in_the_middle_of_a_report(
    join: Join, databases: list[Database], library: Library, routes: Routes, clock: FakeClock
) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ")
    await minh.taps("report")
    await minh.taps("network")
    again = [Receiver(database, lambda: library, routes, clock.now, Ids()) for database in databases]
    same = Citizen("minh", again, clock)
    same._ids = iter(range(1_000, 2_000))  # type: ignore[assignment]  # ids of deliveries go on
    assert await same.taps("thing-wifi") == ["incident.reported_nobody"]


async def test_an_erased_reporter_leaves_no_name(join: Join, databases: list[Database]) -> None:
    minh = await join("minh", "kinh-te", "officer", "Cán bộ Minh")
    binh = await join("binh", "to-ho-tro-cds", "officer", "Bình")
    code = await report(minh)
    async with databases[0].begin() as store:
        [member] = [one for one in await store.members.of_account("anh-son") if one.name == "Cán bộ Minh"]
        store.chats.erase(member.chat_id)
    assert await binh.taps(f"incident/see/{code}") == ["incident.page"]
    assert "Minh" not in binh.told


def test_times_as_they_are_typed() -> None:
    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    for text in ("8:15", "8h15", "8 giờ 15", "8:15 23/11", "8g15 ngày 23/11/2026"):
        assert read_moment(text, now) == datetime(2026, 11, 23, 1, 15, tzinfo=UTC), text
    for text in ("hôm qua 22 giờ", "22h hôm qua", "hom qua luc 22:00", "Hôm qua, 22h00"):
        assert read_moment(text, now) == datetime(2026, 11, 22, 15, 0, tzinfo=UTC), text
    assert read_moment("hôm qua 22h 20/11", now) is None
    assert read_moment("8h", now) == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert read_moment("23:00 31/12", now) == datetime(2025, 12, 31, 16, 0, tzinfo=UTC)
    for text in ("9:01", "25:00", "8:70", "31/2", "8:00 31/2", "hôm qua", "", "8:15 24/11/2026"):
        assert read_moment(text, now) is None, text


def test_the_night_is_left_out() -> None:
    evening = datetime(2026, 11, 23, 13, 50, tzinfo=UTC)  # 20:50
    assert waking(evening, evening + timedelta(hours=10, minutes=20)) == timedelta(minutes=20)
    assert waking(evening, evening + timedelta(days=2)) == timedelta(hours=28)
    assert before_the_night(evening) == evening
    for hour in (14, 18, 23):  # 21:00, 1:00, 6:00
        assert before_the_night(datetime(2026, 11, 23, hour, tzinfo=UTC)) == datetime(2026, 11, 23, 13, tzinfo=UTC)


@pytest.mark.parametrize("number", range(50))
def test_codes_have_one_mark_and_a_digit(number: int) -> None:
    assert PATTERN.fullmatch(incident_code(f"id{number}"))
