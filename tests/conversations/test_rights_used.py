"""The matrix of org-model 5.2 where it is used: talks, bookings that are only read, notices and incidents."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from handlers.messages import Reply
from storage.database import Database
from storage.leaves import Leave
from tests.citizen import Citizen
from tests.conversations.staff import FAR, book, join, pushes, values
from tests.fakes import FakeClock

# The clock stands at Monday 23/11/2026, 9:00: the centre is open.
People = Callable[..., Citizen]
CALLS = ("handover.call", "handover.call_next")


async def member_id(database: Database, person: Citizen) -> str:
    async with database.begin() as store:
        chat = await store.chats.find(person.address)
        member = await store.members.of_chat(chat.id) if chat is not None else None
    assert member is not None
    return member.id


async def away(database: Database, clock: FakeClock, person: Citizen, deputy: Citizen | None) -> None:
    """Put somebody on leave from an hour ago until tomorrow."""
    begins, ends = clock.now() - timedelta(hours=1), clock.now() + timedelta(days=1)
    standing = None if deputy is None else await member_id(database, deputy)
    leave = Leave(f"leave-{person.address.chat}", "anh-son", await member_id(database, person), begins, ends, standing)
    async with database.begin() as store:
        store.leaves.add(leave, clock.now())


async def called(database: Database) -> dict[str, Reply]:
    """Deliver everything; return who was called to a talk, with the call."""
    found: dict[str, Reply] = {}
    async with database.begin() as store:
        while claimed := await store.outbox.claim(FAR, FAR + timedelta(days=1), 100):
            for parcel in claimed:
                store.outbox.sent(parcel.id, FAR)
                reply = Reply.from_json(parcel.reply)
                if reply.key in CALLS:
                    assert parcel.address.chat not in found
                    found[parcel.address.chat] = reply
    return found


async def test_who_is_on_leave_is_not_called_and_the_deputy_takes_the_talk(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    an = await join(citizen("an"), databases[0], clock)
    village = await join(citizen("village"), databases[0], clock, "doan-the", "helper")
    await away(databases[0], clock, an, village)
    await lan.says("gặp cán bộ")
    calls = await called(databases[0])
    assert list(calls) == ["village"]
    assert await village.taps(calls["village"].buttons[0].value) == ["handover.you_took"]
    await village.says("Chào bà, tôi trực thay")
    assert "tôi trực thay" in (await pushes(databases[0], lan))[-1].text


async def test_a_helper_of_a_village_takes_no_talk_of_their_own(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    await join(citizen("an"), databases[0], clock)
    village = await join(citizen("village"), databases[0], clock, "doan-the", "helper")
    await lan.says("gặp cán bộ")
    (call,) = (await called(databases[0])).values()
    assert await village.taps(call.buttons[0].value) == ["staff.not_member"]


async def test_the_administrator_takes_no_talk_even_as_a_deputy_and_who_is_away_is_the_last_resort(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    an = await join(citizen("an"), databases[0], clock)
    admin = await join(citizen("admin"), databases[0], clock, "van-phong", "admin")
    await away(databases[0], clock, an, admin)
    await lan.says("gặp cán bộ")
    calls = await called(databases[0])
    assert list(calls) == ["an"]
    assert await admin.taps(calls["an"].buttons[0].value) == ["staff.not_member"]


async def test_a_colleague_who_is_there_is_called_and_not_who_is_away_without_a_deputy(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    an = await join(citizen("an"), databases[0], clock)
    await join(citizen("binh"), databases[0], clock)
    await away(databases[0], clock, an, None)
    await lan.says("gặp cán bộ")
    assert list(await called(databases[0])) == ["binh"]


@pytest.mark.parametrize(("unit", "role"), [("chu-tich", "leader"), ("pho-chu-tich", "vice")])
async def test_the_leaders_read_how_talks_go_and_talk_with_nobody(
    citizen: People, databases: list[Database], clock: FakeClock, unit: str, role: str
) -> None:
    person = await join(citizen("person"), databases[0], clock, unit, role)
    officer = await join(citizen("officer"), databases[0], clock)
    assert await person.taps("messages") == ["handover.figures"]
    assert await officer.taps("messages") == ["handover.list"]


async def test_who_only_reads_bookings_is_shown_no_button_that_is_refused(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    code = await book(lan)
    head = await join(citizen("head"), databases[0], clock, "vh-xh", "head")
    officer = await join(citizen("officer"), databases[0], clock)
    assert await head.taps("today") == ["staff.today"]
    assert values(head) == [f"desk/see/{code}", "menu"]
    for shown in (await head.taps(f"desk/see/{code}"), await head.says(code)):
        assert shown == ["staff.page"]
        assert values(head) == ["today", "menu"]
    assert await head.taps(f"desk/arrive/{code}") == ["staff.not_yours"]
    await officer.taps(f"desk/see/{code}")
    assert f"desk/arrive/{code}" in values(officer)


async def test_a_deputy_chairman_approves_notices_and_judges_incidents(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    an = await join(citizen("an"), databases[0], clock, "vh-xh", "officer")
    vice = await join(citizen("vice"), databases[0], clock, "pho-chu-tich", "vice")
    await an.taps("notice_new")
    await an.taps("dien-nuoc-duong")
    await an.says("Thứ Năm 26/11 cúp điện xóm 5 từ 8 giờ đến 11 giờ.")
    await an.taps("now")
    await an.taps("yes")
    notice = next(value.split("/")[2] for value in values(an) if value.startswith("notice/see/"))
    assert await vice.taps(f"notice/approve/{notice}/1") == ["notice.approved"]
    await an.taps("report")
    await an.taps("leak")
    await an.taps("thing-gui-nham")
    code = next(value.split("/")[2] for value in values(an) if value.startswith("incident/see/"))
    assert await vice.taps(f"incident/judge/{code}/yes") == ["incident.judged"]


async def test_who_may_only_read_an_incident_changes_nothing_in_it(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te", "officer")
    chief = await join(citizen("chief"), databases[0], clock, "vh-xh", "head")
    await an.taps("report")
    await an.taps("leak")
    await an.taps("thing-gui-nham")
    code = next(value.split("/")[2] for value in values(an) if value.startswith("incident/see/"))
    assert await chief.taps(f"incident/see/{code}") == ["incident.page"]
    assert [one for one in values(chief) if one.startswith("incident/")] == [f"incident/draft/{code}"]
    for verb in ("take", "release", "withdraw", "close", "note", "found", "judge", "notified"):
        assert await chief.taps(f"incident/{verb}/{code}/yes") == ["incident.not_allowed"], verb
    other = await join(citizen("other"), databases[0], clock, "van-phong", "officer")
    assert await other.taps(f"incident/see/{code}") == ["incident.not_yours"]
