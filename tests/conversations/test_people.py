"""Nghỉ phép, nhiều kênh: leaves and deputies, a person with several chats, leaving a post and what becomes of work."""

from collections.abc import Callable

import pytest

from content.library import Library
from handlers.errand import Errand
from handlers.on_leave import tell
from handlers.post_holders import holders, staff
from storage.database import Database
from tests.citizen import Citizen
from tests.conversations.staff import join, leaves, pushes, values
from tests.fakes import FakeClock, Ids


@pytest.fixture
def errand_of(library: Library, clock: FakeClock) -> Callable[..., Errand]:
    ids = Ids()
    return lambda store: Errand(library, clock.now(), store, lambda: f"errand-{ids()}", "", frozenset())


async def _tick(databases: list[Database], errand_of: Callable[..., Errand]) -> None:
    """Both replicas do what is due."""
    for database in databases:
        async with database.begin() as store:
            await tell(errand_of(store))


async def _told(database: Database, errand_of: Callable[..., Errand], unit: str, role: str) -> list[str]:
    """Return the chats of who is told for a post now."""
    async with database.begin() as store:
        work = errand_of(store)
        found = [await store.chats.by_id(one.chat_id) for one in await holders(work, "anh-son", unit, {role})]
        return [one.address.chat for one in found if one is not None]


async def _leave(person: Citizen, first: str, last: str, deputy: str) -> None:
    assert await person.says("tôi nghỉ phép") == ["leave.ask_from"]
    assert await person.says(first) == ["leave.ask_until"]
    await person.says(last)
    if person.replies[-1].key == "leave.ask_deputy":
        await person.taps(deputy if deputy == "head" else _value(person, deputy))
    assert person.replies[-1].key == "leave.confirm"
    await person.taps("yes")


def _value(person: Citizen, label: str) -> str:
    return next(one.value for one in person.buttons if one.label.startswith(label))


async def _two(citizen: Callable[..., Citizen], database: Database, clock: FakeClock) -> tuple[Citizen, Citizen]:
    lan, minh = citizen("lan"), citizen("minh")
    await join(lan, database, clock)
    await join(minh, database, clock)
    return lan, minh


async def test_the_deputy_receives_during_the_leave_and_both_are_told_when_it_begins_and_ends(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock, errand_of: Callable[..., Errand]
) -> None:
    lan, minh = await _two(citizen, databases[0], clock)
    await _leave(lan, "24/11", "25/11", "Cán bộ trực")
    assert lan.replies[-1].key == "leave.done"
    await pushes(databases[0], lan)
    await _tick(databases, errand_of)
    assert await _told(databases[0], errand_of, "tt-pvhcc", "officer") == ["lan", "minh"]
    clock.move(days=1, hours=-4)  # 5:00 on Tuesday: begun, but people sleep
    await _tick(databases, errand_of)
    assert [one.key for one in await pushes(databases[0], minh)] == []
    assert await _told(databases[0], errand_of, "tt-pvhcc", "officer") == ["minh"]
    clock.move(hours=3)
    await _tick(databases, errand_of)
    await _tick(databases, errand_of)
    assert [one.key for one in await pushes(databases[0], minh)] == ["leave.push_begins"]
    clock.move(days=2)
    await _tick(databases, errand_of)
    await _tick(databases, errand_of)
    assert [one.key for one in await pushes(databases[0], lan)] == ["leave.push_ended"]
    assert await _told(databases[0], errand_of, "tt-pvhcc", "officer") == ["lan", "minh"]


async def test_back_at_work_is_one_tap(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock, errand_of: Callable[..., Errand]
) -> None:
    lan, minh = await _two(citizen, databases[0], clock)
    await _leave(lan, "hôm nay", "30/11", "Cán bộ trực")
    await _tick(databases, errand_of)
    assert await _told(databases[0], errand_of, "tt-pvhcc", "officer") == ["minh"]
    await pushes(databases[0], minh)
    clock.move(days=1)
    assert await lan.taps("at_work") == ["leave.welcome"]
    assert [one.key for one in await pushes(databases[0], minh)] == ["leave.push_over"]
    assert await _told(databases[0], errand_of, "tt-pvhcc", "officer") == ["lan", "minh"]
    assert await lan.taps("at_work") == ["leave.none"]
    clock.move(days=30)
    await _tick(databases, errand_of)
    assert await pushes(databases[0], lan) != []  # only what answered the taps
    assert await pushes(databases[0], minh) == []


async def test_without_a_colleague_the_head_names_the_deputy(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock, errand_of: Callable[..., Errand]
) -> None:
    lan, tu, ha = citizen("lan"), citizen("tu"), citizen("ha")
    await join(lan, databases[0], clock, "van-phong")
    await join(tu, databases[0], clock, "van-phong", "head")
    await join(ha, databases[0], clock, "kinh-te")
    await _leave(lan, "hôm nay", "30/11", "head")
    assert lan.replies[-1].key == "leave.done_head"
    await _tick(databases, errand_of)
    (asked,) = [one for one in await pushes(databases[0], tu) if one.key == "leave.push_name"]
    assert await _told(databases[0], errand_of, "van-phong", "officer") == ["tu"]  # nobody named: the head
    tap = asked.buttons[0].value
    assert await ha.taps(tap) == ["leave.gone"]
    assert await tu.taps(tap) == ["leave.ask_named"]
    await tu.taps(values(tu)[0])
    assert tu.replies[-1].key == "leave.named"
    assert await tu.taps(tap) == ["leave.ask_named"]
    await tu.taps(values(tu)[0])
    assert tu.replies[-1].key == "leave.named_already"


async def test_a_deputy_may_act_for_the_post_and_not_longer_than_the_leave(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock, errand_of: Callable[..., Errand]
) -> None:
    tu, minh = citizen("tu"), citizen("minh")
    await join(tu, databases[0], clock, "van-phong", "head")
    await join(minh, databases[0], clock, "van-phong")
    await _leave(tu, "hôm nay", "24/11", "Cán bộ trực")
    for days, allowed in ((0, True), (1, True), (1, False)):
        clock.move(days=days)
        async with databases[0].begin() as store:
            work = errand_of(store)
            acting = next(one for one in await store.members.of_account("anh-son") if one.role == "officer")
            posts = (await staff(work, "anh-son")).acts_as(acting)
            assert any(one.role == "head" and one.unit == "van-phong" for one in posts) is allowed
            assert not any(one.role == "head" and one.unit == "kinh-te" for one in posts)


async def test_two_who_stand_in_for_each_other_are_told_themselves(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock, errand_of: Callable[..., Errand]
) -> None:
    lan, minh = await _two(citizen, databases[0], clock)
    await _leave(lan, "25/11", "27/11", "Cán bộ trực")
    await _leave(minh, "25/11", "27/11", "Cán bộ trực")
    clock.move(days=2)
    assert await _told(databases[0], errand_of, "tt-pvhcc", "officer") == ["lan", "minh"]


@pytest.mark.parametrize(
    "said",
    [
        *("nghỉ phép", "nghi phep", "Nghỉ", "xin nghỉ", "Xin nghỉ phép ạ", "em xin phép nghỉ ốm", "cho em nghỉ phép"),
        *(
            "em xin nghỉ phép từ mai",
            "tôi đi vắng từ mai",
            "em nghỉ ốm hôm nay",
            "mai em nghỉ",
            "em xin nghỉ hôm nay ạ",
            "em xin nghỉ 2 ngày",
        ),
        *("tôi đi công tác", "mai tôi đi tập huấn"),
    ],
)
async def test_an_official_who_says_leave_means_their_own(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock, said: str
) -> None:
    lan, ba_tu = await join(citizen("lan"), databases[0], clock), citizen("tu")
    assert await lan.says(said) == ["leave.ask_from"]
    await lan.says("huỷ")
    for citizens in (ba_tu, citizen("khac")):
        assert not {one for one in await citizens.says(said) if one.startswith(("leave.", "staff."))}


async def test_both_days_of_a_leave_may_be_said_at_once(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock
) -> None:
    lan, _ = await _two(citizen, databases[0], clock)
    assert await lan.says("tôi xin nghỉ phép từ mai đến 30/11") == ["leave.ask_deputy"]
    await lan.taps("head")
    assert "24/11/2026 đến hết 30/11/2026" in lan.told
    await lan.taps("no")
    await lan.says("nghỉ phép")
    assert await lan.says("từ mai đến thứ sáu") == ["leave.ask_deputy"]
    await lan.says("quay lại")
    assert await lan.taps("2026-11-25") == ["leave.ask_until"]  # other days: the last one is asked for again
    await lan.says("hủy")
    assert await lan.says("nghỉ phép từ hôm qua đến mai") == ["leave.ask_from"]
    assert {
        one for one in await citizen("tu").says("tôi nghỉ phép từ mai đến 30/11") if one.startswith("leave.")
    } == set()


@pytest.mark.parametrize("said", ["đi làm lại", "tôi đã đi làm lại", "em đi làm lại rồi ạ", "tôi đã trở lại làm việc"])
async def test_an_official_who_says_they_are_back_ends_the_leave(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock, said: str
) -> None:
    lan, _ = await _two(citizen, databases[0], clock)
    await _leave(lan, "24/11", "26/11", "Cán bộ trực")
    assert await lan.says(said) == ["leave.taken_back"]
    assert not {one for one in await citizen("tu").says(said) if one.startswith("leave.taken")}


async def test_leave_is_a_word_like_any_other_inside_a_form(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock
) -> None:
    lan = await join(citizen("lan"), databases[0], clock)
    await lan.taps("away")
    await lan.taps("trung-tam")
    await lan.taps("2026-11-25")
    await lan.taps("day")
    assert lan.replies[-1].key == "staff.away_reason"
    assert await lan.says("nghỉ phép") == ["staff.away_confirm"]  # the label of a button there


async def test_days_that_make_no_sense_are_asked_again(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock
) -> None:
    lan, _ = await _two(citizen, databases[0], clock)
    await lan.says("tôi nghỉ phép")
    assert await lan.says("20/11/2026") == ["leave.wrong_begin", "leave.ask_from"]
    assert await lan.says("bao giờ cũng được") == ["staff.day_not_understood", "leave.ask_from"]
    assert "Anh/chị gõ như" in lan.told
    await lan.says("25/11")
    assert await lan.says("24/11/2026") == ["leave.wrong_end", "leave.ask_until"]
    assert "từ 25/11/2026 trở đi" in lan.told
    await lan.says("cancel")
    await _leave(lan, "24/11", "26/11", "Cán bộ trực")
    await _leave(lan, "26/11", "27/11", "Cán bộ trực")
    assert lan.replies[-1].key == "leave.overlaps"


async def _link(first: Citizen) -> str:
    assert await first.says("thêm kênh") == ["mypost.code"]
    return next(line for line in first.told.splitlines() if line.count("-") == 2 and len(line) == 14)


async def test_a_second_chat_joins_with_a_code_of_the_first_one(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock, errand_of: Callable[..., Errand]
) -> None:
    lan, phone, thief = citizen("lan"), citizen("lan-phone"), citizen("thief")
    await join(lan, databases[0], clock)
    code = await _link(lan)
    assert (await phone.says(code))[-1] == "staff.chat_added"
    assert (await thief.says(code))[-1] == "staff.code_used"
    assert await _told(databases[0], errand_of, "tt-pvhcc", "officer") == ["lan"]
    assert await phone.taps("mypost/here") == ["mypost.here_done"]
    assert await _told(databases[1], errand_of, "tt-pvhcc", "officer") == ["lan-phone"]
    await phone.says("việc hôm nay")
    assert phone.replies[-1].key == "staff.nobody_today"
    async with databases[0].begin() as store:  # the preferred chat is blocked
        chat = await store.chats.find(phone.address)
        assert chat is not None
        store.chats.close(chat.id, "blocked")
    assert await _told(databases[0], errand_of, "tt-pvhcc", "officer") == ["lan"]


async def test_a_code_for_a_second_chat_lasts_ten_minutes_and_opens_nothing_after_the_post_is_left(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock
) -> None:
    lan, phone = citizen("lan"), citizen("lan-phone")
    await join(lan, databases[0], clock)
    code = await _link(lan)
    clock.move(minutes=10, seconds=1)
    assert (await phone.says(code))[-1] == "staff.code_expired"
    again = await _link(lan)
    assert await lan.says(again) == ["staff.joined_already"]
    third = await _link(lan)
    await lan.says("/roi_nhiem_vu")
    assert await lan.taps("yes") == ["staff.left"]
    assert (await phone.says(third))[-1] == "staff.code_unknown"
    assert await phone.says("thêm kênh") == ["staff.not_member"]


async def test_leaving_ends_the_post_in_every_chat_and_erasing_one_chat_does_not(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock, errand_of: Callable[..., Errand]
) -> None:
    lan, phone = citizen("lan"), citizen("lan-phone")
    await join(lan, databases[0], clock)
    await phone.says(await _link(lan))
    await lan.says("/xoa_du_lieu")
    assert await lan.says("không") == ["erase.kept"]
    await lan.says("/xoa_du_lieu")
    assert await lan.says("có lẽ") == ["dialog.choose", "erase.confirm"]
    assert await lan.says("dạ có") == ["erase.done"]
    assert await _told(databases[0], errand_of, "tt-pvhcc", "officer") == ["lan-phone"]
    await phone.says("/roi_nhiem_vu")
    assert await phone.taps("yes") == ["staff.left"]
    assert await _told(databases[0], errand_of, "tt-pvhcc", "officer") == []
    assert await phone.taps("today") == ["staff.not_member"]


async def test_what_somebody_had_taken_goes_to_the_next_holder_when_they_leave(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock
) -> None:
    lan, minh = await _two(citizen, databases[0], clock)
    tu = citizen("tu")
    await tu.says("menu")
    await tu.says("gặp cán bộ")
    take = next(one for reply in await pushes(databases[0], lan) for one in reply.buttons if "take" in one.value)
    assert await lan.taps(take.value) == ["handover.you_took"]
    assert await minh.taps(take.value) == ["handover.taken_already"]
    await pushes(databases[0], minh)
    await lan.says("/roi_nhiem_vu")
    assert await lan.taps("yes") == ["staff.left"]
    assert "handover.call" in [one.key for one in await pushes(databases[0], minh)]
    assert await minh.taps(take.value) == ["handover.you_took"]
    async with databases[1].read() as store:
        rows = await store.ledger.rows("anh-son")
    assert [row["action"] for row in rows] == ["joined", "joined", "taken", "left", "taken"]
    assert '"talks": "1"' in rows[3]["detail"]


async def test_nothing_that_waited_for_the_morning_reaches_who_left_the_post_at_night(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock
) -> None:
    lan, tu = citizen("lan"), citizen("tu")
    await join(lan, databases[0], clock, "van-phong")
    await join(tu, databases[0], clock, "van-phong", "head")
    clock.move(hours=13)  # 22:00
    await _leave(lan, "24/11", "30/11", "head")
    await tu.says("/roi_nhiem_vu")
    assert await tu.taps("yes") == ["staff.left"]
    assert "leave.push_name" not in [one.key for one in await pushes(databases[0], tu)]


async def test_a_leave_of_another_commune_is_nobodys_business(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock, errand_of: Callable[..., Errand]
) -> None:
    lan, boss = citizen("lan"), citizen("boss", "tan-an")
    await join(lan, databases[0], clock, "van-phong")
    await join(boss, databases[0], clock, "chu-tich", "leader")
    await _leave(lan, "hôm nay", "30/11", "head")
    assert lan.replies[-1].key == "leave.done_nobody"
    assert await pushes(databases[0], boss)
    async with databases[0].begin() as store:
        (one,) = await store.leaves.at("anh-son", clock.now())
        assert (await staff(errand_of(store), "tan-an")).leaves == ()
    assert await boss.taps(f"deputy/{one.id}") == ["leave.gone"]
    assert await _told(databases[0], errand_of, "van-phong", "officer") == ["lan"]  # better told than missed


async def test_a_head_announces_the_leave_of_somebody_who_cannot(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock, errand_of: Callable[..., Errand]
) -> None:
    lan, minh = await _two(citizen, databases[0], clock)
    tu, ha = citizen("tu"), citizen("ha")
    await join(tu, databases[0], clock, role="head")
    await join(ha, databases[0], clock, "kinh-te")
    assert await tu.says("nghỉ phép") == ["leave.ask_from"]
    assert await tu.taps("leave_for/") == ["leave.ask_whom"]
    offered = values(tu)
    assert len([one for one in offered if one != "cancel"]) == 2  # of the own unit only
    lans = next(one for one in offered if one != "cancel")
    assert await tu.taps(lans) == ["leave.ask_from_for"]
    assert await tu.says("tuần này") == ["leave.ask_deputy"]
    stand_in = next(one for one in values(tu) if one not in {"head", "cancel", "back"})
    assert await tu.taps(stand_in) == ["leave.confirm_for"]
    assert await tu.taps("yes") == ["leave.done_for"]
    told = {name: [one.key for one in await pushes(databases[0], who)] for name, who in (("lan", lan), ("minh", minh))}
    (absent,) = [name for name, keys in told.items() if "leave.push_put" in keys]
    away = {"lan": lan, "minh": minh}[absent]
    assert absent not in await _told(databases[0], errand_of, "tt-pvhcc", "officer")
    assert await tu.says("báo nghỉ thay") == ["leave.ask_whom"]
    await tu.taps(lans)
    await tu.says("hôm nay")
    await tu.says("ngày mai")
    await tu.taps("head")
    assert await tu.taps("yes") == ["leave.overlaps_for"]
    assert await away.taps("at_work") == ["leave.welcome"]
    assert absent in await _told(databases[0], errand_of, "tt-pvhcc", "officer")


async def test_who_may_announce_the_leave_of_whom(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock
) -> None:
    lan, tu, binh, an = citizen("lan"), citizen("tu"), citizen("binh"), citizen("an")
    await join(lan, databases[0], clock)
    await join(tu, databases[0], clock, role="head")
    await join(binh, databases[0], clock, "chu-tich", "leader")
    await join(an, databases[0], clock, "vh-xh", "admin")
    assert await lan.says("báo nghỉ thay") == ["leave.for_nobody"]
    assert await lan.says("nghỉ phép") == ["leave.ask_from"]
    assert "leave_for/" not in values(lan)
    for person, whose in ((tu, 1), (binh, 1), (an, 3)):  # the officer; the head; everybody
        assert await person.says("báo nghỉ thay") == ["leave.ask_whom"]
        assert len([one for one in values(person) if one != "cancel"]) == whose
    assert await an.says("xyz") == ["leave.which_post", "leave.ask_whom"]
    assert await an.says("chủ tịch") == ["leave.ask_from_for"]
    assert not {one for one in await citizen("khac").says("báo nghỉ thay") if one.startswith("leave.")}


async def test_a_member_who_left_the_post_meanwhile_is_given_no_leave(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock
) -> None:
    lan, tu = citizen("lan"), citizen("tu")
    await join(lan, databases[0], clock)
    await join(tu, databases[0], clock, role="head")
    await tu.says("báo nghỉ thay")
    await tu.taps(values(tu)[0])
    await leaves(lan, databases[0], clock)
    await tu.says("hôm nay")
    assert await tu.says("mai") == ["leave.not_for"]
