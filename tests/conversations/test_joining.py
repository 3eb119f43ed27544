"""Joining with an invitation, leaving again, and what the menu shows to whom."""

import asyncio
import re
from collections.abc import Callable

import pytest

from bot.receive import Receiver
from handlers.messages import Incoming
from storage.database import Database
from tests.citizen import Citizen
from tests.conversations.staff import invite, join, values
from tests.fakes import FakeClock

CODE = "K7M2-QXRT-B4HN"


async def test_a_code_makes_a_member_and_the_menu_shows_todays_list(
    lan: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    await lan.says("menu")
    assert "today" not in values(lan)
    await invite(databases[0], clock, CODE)
    assert await lan.says(f"/start {CODE}") == ["staff.joined"]
    assert "Trung tâm Phục vụ hành chính công" in lan.told
    assert "today" in values(lan)
    await lan.says("menu")
    assert "today" in values(lan)
    assert await lan.says("việc hôm nay") == ["staff.nobody_today"]


@pytest.mark.parametrize("typed", ["K7M2-QXRT-B4HN", "k7m2qxrtb4hn", "k7m2 qxrt b4hn", "/start K7M2QXRTB4HN"])
async def test_a_code_can_be_typed_as_people_type(
    lan: Citizen, databases: list[Database], clock: FakeClock, typed: str
) -> None:
    await invite(databases[0], clock, CODE)
    assert await lan.says(typed) == ["start.notice", "staff.joined"]


@pytest.mark.parametrize("typed", ["/start 22M2-QXRT-B4HN", "22M2-QXRT-B4HN", "K7M2-QXRT-B4H", "K7M2-QXRT-B4HNN"])
async def test_a_wrong_code_gets_a_clear_sentence(
    lan: Citizen, databases: list[Database], clock: FakeClock, typed: str
) -> None:
    await invite(databases[0], clock, CODE)
    await lan.says("menu")
    assert await lan.says(typed) == ["staff.code_unknown"]
    assert await lan.says("việc hôm nay") == ["staff.not_member"]


async def test_a_used_code_is_refused_and_a_second_tap_by_its_owner_is_not_an_error(
    lan: Citizen, citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock
) -> None:
    minh = citizen("minh")
    await minh.says("menu")
    await invite(databases[0], clock, CODE)
    assert (await lan.says(CODE))[-1] == "staff.joined"
    assert await lan.says(CODE) == ["staff.joined_already"]
    assert await minh.says(CODE) == ["staff.code_used"]


async def test_an_old_code_is_refused(lan: Citizen, databases: list[Database], clock: FakeClock) -> None:
    await lan.says("menu")
    await invite(databases[0], clock, CODE)
    clock.move(days=7, seconds=1)
    assert (await lan.says(CODE))[-1] == "staff.code_expired"


async def test_a_code_of_another_commune_opens_nothing(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock
) -> None:
    await invite(databases[0], clock, CODE)
    stranger = citizen("lan", "tan-an")
    assert (await stranger.says(CODE))[-1] == "staff.code_unknown"


async def test_two_people_with_one_code_at_once_one_joins(
    replicas: list[Receiver], citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock
) -> None:
    await invite(databases[0], clock, CODE)
    people = [citizen("lan"), citizen("minh")]
    for one in people:
        await one.says("menu")
    received = await asyncio.gather(
        *(
            replicas[number].receive(Incoming(one.address, f"join-{number}", clock.now(), text=CODE))
            for number, one in enumerate(people)
        )
    )
    assert sorted(one.replies[-1].key for one in received) == ["staff.code_used", "staff.joined"]


async def test_leaving_asks_first_and_takes_the_list_away(
    lan: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    await join(lan, databases[0], clock)
    assert await lan.says("/roi_nhiem_vu") == ["staff.ask_leave"]
    assert await lan.taps("no") == ["staff.stayed"]
    assert await lan.says("/roi_nhiem_vu") == ["staff.ask_leave"]
    assert await lan.taps("yes") == ["staff.left"]
    assert await lan.taps("today") == ["staff.not_member"]
    assert await lan.says("/roi_nhiem_vu") == ["staff.not_member"]
    await lan.says("menu")
    assert "today" not in values(lan)


async def test_who_erases_everything_leaves_the_post_too(
    lan: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    await join(lan, databases[0], clock)
    await lan.says("/xoa_du_lieu")
    assert await lan.taps("yes") == ["erase.done"]
    assert (await lan.says("việc hôm nay"))[-1] == "staff.not_member"


@pytest.mark.parametrize(
    "value",
    ["today", "next", "next/trung-tam", "walkin", "shift", "shift/open/trung-tam", "away", "desk/see/K7M2QX", "desk/x"],
)
async def test_a_citizen_who_forges_a_button_of_staff_gets_nowhere(lan: Citizen, value: str) -> None:
    await lan.says("menu")
    assert (await lan.taps(value))[0] in {"staff.not_member", "staff.not_yours"}


async def test_two_who_hold_the_same_post_of_a_unit_can_be_told_apart(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock
) -> None:
    lan = await join(citizen("lan"), databases[0], clock)
    minh = await join(citizen("minh"), databases[0], clock)
    binh = await join(citizen("binh"), databases[0], clock, "kinh-te")
    assert "Cán bộ trực (2)" in minh.told
    assert "(2)" not in lan.told + binh.told
    async with databases[0].read() as store:
        names = [(one.unit, one.name) for one in await store.members.of_account("anh-son")]
    assert len(set(names)) == 3


async def test_my_post_says_which_channel_is_this_one(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock
) -> None:
    lan = await join(citizen("lan"), databases[0], clock)
    await lan.says("thêm kênh")
    (code,) = re.findall(r"\w{4}-\w{4}-\w{4}", lan.told)
    other = citizen("other")
    assert (await other.says(code))[-1] == "staff.chat_added"
    await lan.taps("mypost")
    assert "fake (đang dùng) (kênh chính), fake" in lan.told
    await other.taps("mypost")
    assert "fake (kênh chính), fake (đang dùng)" in other.told
