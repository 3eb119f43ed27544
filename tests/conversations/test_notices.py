"""Notices from the consent to the delivery figures; whole conversations on both databases with two replicas."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.channels.base import SendFailed
from bot.deliver import Deliverer
from bot.receive import Receiver
from content.communes import Hamlet
from content.library import Library
from handlers.errand import Errand
from handlers.messages import Address, Reply
from handlers.notice_sending import AHEAD, BATCH, finish, spread
from handlers.route import Routes
from handlers.subscriptions import WORDS
from storage.database import Database
from storage.errors import Conflict
from storage.notices import Notice
from storage.subscriptions import Audience
from tests.citizen import Citizen
from tests.conversations.staff import join, pushes, values
from tests.fakes import FakeChannel, FakeClock, Ids

# The clock stands at Monday 23/11/2026, 9:00.
People = Callable[..., Citizen]
Rounds = Callable[[], Awaitable[None]]
NEWS = "Thứ Năm 26/11 cúp điện xóm 5 từ 8 giờ đến 11 giờ. Bà con sạc điện thoại trước."
COUNTED = {
    *("Đã gửi", "Để sẵn trên trang web", "Gửi hỏng", "Không liên lạc được nữa", "Còn chờ"),
    "Không gửi, hoặc đã xóa dữ liệu",
}


async def _one_round(database: Database, library: Library, clock: FakeClock, ids: Callable[[], str]) -> None:
    """What a replica does every twenty seconds."""
    more = True
    while more:
        try:
            async with database.begin() as store:
                more = await spread(Errand(library, clock.now(), store, ids, "", frozenset({"web"})))
        except Conflict:
            more = False
    async with database.begin() as store:
        await finish(Errand(library, clock.now(), store, ids, "", frozenset({"web"})))


@pytest.fixture
def ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"errand{next(numbers)}"


@pytest.fixture
def rounds(databases: list[Database], library: Library, clock: FakeClock, ids: Callable[[], str]) -> Rounds:
    """Run the errands on both replicas at once."""

    async def both() -> None:
        await asyncio.gather(*(_one_round(database, library, clock, ids) for database in databases))

    return both


async def _deliver(deliverers: list[Deliverer]) -> None:
    while sum(await asyncio.gather(*(one.deliver_due() for one in deliverers))):
        pass


async def _wants(person: Citizen, topic: str = "dien-nuoc-duong") -> Citizen:
    await person.says("nhận thông báo")
    assert await person.taps(f"sub/on/{topic}") == ["subscribe.on"]
    return person


async def _draft(person: Citizen, topic: str = "dien-nuoc-duong", words: str = NEWS, at: str = "now") -> str:
    """Draft a notice, send it to be approved and return its id."""
    assert (await person.taps("notice_new"))[-1] == "notice.ask_topic"
    assert (await person.taps(topic))[-1].startswith("notice.ask_words")
    keys = await person.says(words)
    if keys == ["notice.ask_when"]:
        keys = await (person.taps(at) if at == "now" else person.says(at))
    assert keys == ["notice.preview"], keys
    assert words.partition("\n")[0] in person.told
    assert (await person.taps("yes"))[-1] == "notice.submitted"
    return next(value.split("/")[2] for value in values(person) if value.startswith("notice/see/"))


async def _notice(database: Database, identity: str) -> Notice:
    async with database.read() as store:
        found = await store.notices.one("anh-son", identity)
    assert found is not None
    return found


async def _crowd(database: Database, clock: FakeClock, number: int, channel: str = "fake") -> None:
    """Let many people want news of the electricity."""
    async with database.begin() as store:
        for one in range(number):
            chat = await store.chats.open(Address(channel, "anh-son", f"p{one}"), "vi", clock.now())
            store.subscriptions.turn_on(chat.id, "dien-nuoc-duong", WORDS, clock.now())


async def _approved(database: Database, clock: FakeClock, identity: str = "n1") -> None:
    """Store a notice that has been approved."""
    async with database.begin() as store:
        notice = Notice(identity, Audience("anh-son", "dien-nuoc-duong"), NEWS, False, None, "m1", state="approved")
        store.notices.add(notice, clock.now())
    await _run(database, f"UPDATE notices SET send_at = '{clock.now().astimezone(UTC).isoformat()}'")


async def _run(database: Database, statement: str) -> list[tuple[object, ...]]:
    engine = create_async_engine(database.url)
    try:
        async with engine.begin() as connection:
            result = await connection.execute(text(statement))
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        await engine.dispose()


@pytest.fixture
async def office(citizen: People, databases: list[Database], clock: FakeClock) -> dict[str, Citizen]:
    """Who works with notices in Anh Sơn."""
    posts = {
        "officer": ("vh-xh", "officer"),
        "head": ("vh-xh", "head"),
        "chair": ("chu-tich", "leader"),
        "army": ("quan-su", "officer"),
        "general": ("quan-su", "head"),
        "village": ("doan-the", "helper"),
        "money": ("kinh-te", "officer"),
    }
    people = {}
    for name, (unit, role) in posts.items():
        people[name] = await join(citizen(name), databases[0], clock, unit=unit, role=role)
    for person in people.values():
        await pushes(databases[0], person)
    return people


# What citizens do


async def test_nothing_is_on_before_somebody_says_so_and_all_can_be_changed_any_time(
    lan: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    assert (await lan.says("menu"))[-1] == "menu.text"
    assert await lan.taps("sub") == ["subscribe.text"]
    assert not [value for value in values(lan) if value.startswith(("sub/off", "sub/not", "sub/here"))]
    assert "sub/on/y-te" in values(lan)
    assert await lan.taps("sub/on/y-te") == ["subscribe.on"]
    assert {"sub/off/y-te", "sub/off/-", "sub/on/khan-cap"} <= set(values(lan))
    rows = await _run(databases[0], "SELECT topic, words, on_at, off_at FROM subscriptions")
    assert rows == [("y-te", WORDS, "2026-11-23T02:00:00.000000+00:00", None)]
    clock.move(days=3)
    assert await lan.taps("sub/on/y-te") == ["subscribe.on"]  # again: the first consent stands
    assert await lan.taps("sub/off/y-te") == ["subscribe.off"]
    rows = await _run(databases[0], "SELECT topic, on_at, off_at FROM subscriptions")
    assert rows == [("y-te", "2026-11-23T02:00:00.000000+00:00", "2026-11-26T02:00:00.000000+00:00")]
    assert await lan.taps("sub/on/y-te") == ["subscribe.on"]  # a slip
    rows = await _run(databases[0], "SELECT on_at, off_at FROM subscriptions")
    assert rows == [("2026-11-26T02:00:00.000000+00:00", None)]
    assert await lan.says("tat thong bao") == ["subscribe.all_off"]
    assert await lan.taps("sub") == ["subscribe.text"]
    assert "sub/off/-" not in values(lan)


async def test_forged_and_stale_buttons_change_nothing(lan: Citizen, databases: list[Database]) -> None:
    await lan.says("menu")
    for value in ("sub/on/khong-co", "sub/here/xom-99", "sub/not/xom-99", "sub/on/", "sub/off/khong-co", "sub/huh"):
        assert (await lan.taps(value))[-1].startswith("subscribe.")
    assert await _run(databases[0], "SELECT * FROM subscriptions") == []
    assert await _run(databases[0], "SELECT * FROM subscribed_hamlets") == []
    assert await lan.taps("notices") == ["staff.not_member"]
    assert await lan.taps("notice_new") == ["staff.not_member"]
    assert await lan.taps("notice/approve/n1/1") == ["staff.not_member"]


# From the draft to the last receiver


async def test_from_the_draft_to_the_figures(
    office: dict[str, Citizen],
    citizen: People,
    databases: list[Database],
    deliverers: list[Deliverer],
    channel: FakeChannel,
    rounds: Rounds,
) -> None:
    lan, minh = await _wants(citizen("lan")), await _wants(citizen("minh"), "y-te")
    identity = await _draft(office["officer"])
    [push] = await pushes(databases[0], office["head"])
    assert push.key == "notice.push_waiting"
    assert await office["head"].taps(f"notice/see/{identity}") == ["notice.page"]
    assert NEWS in office["head"].told
    assert await office["head"].taps(f"notice/approve/{identity}/1") == ["notice.approved"]
    await _deliver(deliverers)
    channel.sent.clear()
    await rounds()
    await _deliver(deliverers)
    [(to, reply)] = [(to, reply) for to, reply in channel.sent if reply.key == "notice.message"]
    assert to == lan.address
    assert NEWS in reply.text
    assert [button.value for button in reply.buttons] == ["sub/off/dien-nuoc-duong", "sub"]
    channel.sent.clear()
    await rounds()
    await _deliver(deliverers)
    assert [(to.chat, reply.key) for to, reply in channel.sent] == [("officer", "notice.push_done")]
    done = await _notice(databases[1], identity)
    assert (done.state, done.receivers, done.sent, done.failed, done.opted_out) == ("sent", 1, 1, 0, 0)
    assert await lan.taps("sub/off/dien-nuoc-duong") == ["subscribe.off"]  # one tap under the notice
    assert (await _notice(databases[0], identity)).opted_out == 1
    assert await office["chair"].taps(f"notice/see/{identity}") == ["notice.page"]
    assert "1" in office["chair"].told
    assert minh.address not in [to for to, _ in channel.sent]
    history = await _run(databases[0], "SELECT what, role FROM notice_history ORDER BY at, what DESC")
    assert history == [("submitted", "officer"), ("approved", "head")]


async def test_the_preview_is_what_the_citizen_reads(
    office: dict[str, Citizen], citizen: People, deliverers: list[Deliverer], channel: FakeChannel, rounds: Rounds
) -> None:
    await _wants(citizen("lan"))
    words = "Cúp **nước** <xóm 5> & 6\nTừ 8 giờ {sáng}"
    await office["officer"].taps("notice_new")
    await office["officer"].taps("dien-nuoc-duong")
    await office["officer"].says(words)
    assert await office["officer"].taps("now") == ["notice.preview"]
    shown = office["officer"].told
    await office["officer"].taps("yes")
    identity = next(value.split("/")[2] for value in values(office["officer"]) if value.startswith("notice/see/"))
    await office["head"].taps(f"notice/approve/{identity}/1")
    await rounds()
    await _deliver(deliverers)
    [reply] = [reply for _, reply in channel.sent if reply.key == "notice.message"]
    assert reply.text in shown


async def test_words_that_cannot_go_out_are_refused_kindly(office: dict[str, Citizen]) -> None:
    officer = office["officer"]
    await officer.taps("notice_new")
    await officer.taps("y-te")
    assert (await officer.says("Họp"))[0] == "notice.too_short"
    assert (await officer.says("tiêm " * 300))[0] == "notice.too_long"
    assert (await officer.says("Gửi kèm tài liệu mật của xã"))[0] == "feedback.secret"
    assert (await officer.says("Bà có số 040123456789 đến tiêm"))[0] == "guard.number"
    assert await officer.says("Sáng mai tiêm chủng ở trạm") == ["notice.ask_when"]
    assert (await officer.says("hôm qua 8h"))[0] in {"notice.when_past", "notice.when_unclear"}
    assert (await officer.says("lúc nào cũng được"))[0] == "notice.when_unclear"
    assert (await officer.says("25/3/2027 8h"))[0] == "notice.when_far"
    assert await officer.says("25/11 8h") == ["notice.preview"]
    assert "08:00 25/11/2026" in officer.told
    assert await officer.taps("when") == ["notice.ask_when"]
    assert await officer.taps("now") == ["notice.preview"]
    assert await officer.taps("words") == ["notice.ask_words"]
    assert await officer.says("Chiều mai tiêm chủng ở trạm") == ["notice.preview"]
    assert "Chiều mai" in officer.told


async def test_only_who_may_draft_and_approve_does(office: dict[str, Citizen], databases: list[Database]) -> None:
    assert await office["money"].taps("notice_new") == ["notice.not_yours"]
    assert await office["money"].taps("notices") == ["notice.not_yours"]
    identity = await _draft(office["village"])
    for name in ("officer", "army", "general", "village"):
        assert await office[name].taps(f"notice/approve/{identity}/1") == ["notice.not_yours"], name
        await office[name].taps(f"notice/return/{identity}/1")
    assert await office["money"].taps(f"notice/approve/{identity}/1") == ["notice.not_yours"]
    assert (await _notice(databases[0], identity)).state == "waiting"
    assert await office["army"].taps("notice_new") == ["notice.ask_topic"]
    assert [value for value in values(office["army"]) if value not in {"cancel", "back"}] == ["khan-cap"]


async def test_nobody_approves_their_own(
    office: dict[str, Citizen], databases: list[Database], clock: FakeClock
) -> None:
    identity = await _draft(office["head"])
    await office["head"].taps(f"notice/see/{identity}")
    assert not [value for value in values(office["head"]) if value.startswith("notice/approve")]
    assert await office["head"].taps(f"notice/approve/{identity}/1") == ["notice.page_own"]
    # The same person with another post is the same person.
    async with databases[0].begin() as store:
        chat = await store.chats.find(office["head"].address)
        assert chat is not None
        store.members.invite(
            "K7M2-QXRT-ZZZ9", "anh-son", "chu-tich", "leader", "Chủ tịch", clock.at + timedelta(days=1)
        )
        assert await store.members.join("K7M2-QXRT-ZZZ9", "anh-son", chat.id, "other", clock.now()) is not None
    assert (await office["head"].taps(f"notice/approve/{identity}/1"))[-1] in {"notice.page_own", "notice.page"}
    assert (await _notice(databases[1], identity)).state == "waiting"
    assert await office["chair"].taps(f"notice/approve/{identity}/1") == ["notice.approved"]


async def test_of_two_approvers_at_once_one_approves(office: dict[str, Citizen], databases: list[Database]) -> None:
    identity = await _draft(office["officer"])
    answers = await asyncio.gather(*(office[one].taps(f"notice/approve/{identity}/1") for one in ("head", "chair")))
    assert sorted(answers) == [["notice.approved"], ["notice.page_changed"]]
    rows = await _run(databases[0], "SELECT count(*) FROM notice_history WHERE what = 'approved'")
    assert rows == [(1,)]


async def test_returned_with_a_reason_edited_and_approved_as_read(
    office: dict[str, Citizen], databases: list[Database]
) -> None:
    officer, head = office["officer"], office["head"]
    identity = await _draft(officer)
    assert await head.taps(f"notice/return/{identity}/1") == ["notice.ask_reason"]
    assert await head.says("Ghi rõ xóm nào") == ["notice.returned"]
    told = await pushes(databases[0], officer)
    assert told[-1].key == "notice.push_returned"
    assert "Ghi rõ xóm nào" in told[-1].text
    assert await officer.taps(f"notice/see/{identity}") == ["notice.page"]
    assert "Ghi rõ xóm nào" in officer.told
    assert await officer.taps(f"notice/edit/{identity}/2") == ["notice.preview"]
    assert await officer.taps("words") == ["notice.ask_words"]
    assert await officer.says("Cúp điện xóm 5 sáng thứ Năm") == ["notice.preview"]
    assert (await officer.taps("yes"))[-1] == "notice.submitted"
    assert await head.taps(f"notice/approve/{identity}/1") == ["notice.page_changed"]  # not what head has read
    assert "Cúp điện xóm 5 sáng thứ Năm" in head.told
    assert await head.taps(f"notice/approve/{identity}/3") == ["notice.approved"]


async def test_taken_back_before_it_goes_and_thrown_away(
    office: dict[str, Citizen], databases: list[Database], clock: FakeClock, rounds: Rounds
) -> None:
    await _crowd(databases[0], clock, 3)
    identity = await _draft(office["officer"], at="25/11 8h")
    await office["head"].taps(f"notice/approve/{identity}/1")
    assert await office["officer"].taps(f"notice/back/{identity}/1") == ["notice.taken_back"]
    clock.move(days=3)
    await rounds()
    assert (await _notice(databases[0], identity)).state == "draft"
    assert await office["officer"].taps(f"notice/delete/{identity}/2") == ["notice.deleted"]
    assert await office["officer"].taps(f"notice/see/{identity}") == ["notice.gone"]
    assert await _run(databases[0], "SELECT * FROM outbox WHERE notice IS NOT NULL") == []


# Day and night


async def test_at_night_nothing_goes_but_emergencies(
    office: dict[str, Citizen],
    citizen: People,
    databases: list[Database],
    deliverers: list[Deliverer],
    channel: FakeChannel,
    clock: FakeClock,
    rounds: Rounds,
) -> None:
    await _wants(await _wants(citizen("lan")), "khan-cap")
    clock.at = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)  # 21:30
    quiet = await _draft(office["officer"])
    assert await office["head"].taps(f"notice/approve/{quiet}/1") == ["notice.approved_moved"]
    assert (await _notice(databases[0], quiet)).send_at == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    urgent = await _draft(office["army"], "khan-cap", "Việc gì: lũ lên nhanh ở Khe Trúc. Bà con lên nhà văn hóa ngay.")
    await _deliver(deliverers)
    told = [(to.chat, reply.key) for to, reply in channel.sent]
    assert ("chair", "notice.push_emergency") in told
    assert ("head", "notice.push_waiting") not in told  # waits for the morning
    assert await office["head"].taps(f"notice/approve/{urgent}/1") == ["notice.not_yours"]
    assert await office["chair"].taps(f"notice/approve/{urgent}/1") == ["notice.approved"]
    channel.sent.clear()
    await rounds()
    await _deliver(deliverers)
    assert [reply.key for to, reply in channel.sent if to.chat == "lan"] == ["notice.message_emergency"]
    await rounds()
    await _deliver(deliverers)
    assert "notice.push_done" in [reply.key for to, reply in channel.sent if to.chat == "army"]  # not in the morning
    channel.sent.clear()
    clock.at = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)  # 6:59
    await rounds()
    await _deliver(deliverers)
    assert [to.chat for to, _ in channel.sent] == []
    clock.move(minutes=2)
    await rounds()
    await _deliver(deliverers)
    assert [reply.key for to, reply in channel.sent if to.chat == "lan"] == ["notice.message"]


async def test_a_time_at_night_is_moved_and_said_so(office: dict[str, Citizen]) -> None:
    officer = office["officer"]
    await officer.taps("notice_new")
    await officer.taps("y-te")
    await officer.says(NEWS)
    assert await officer.says("25/11 22h") == ["notice.preview"]
    assert "07:00 26/11/2026 (" in officer.told
    assert await officer.taps("when") == ["notice.ask_when"]
    assert await officer.says("25/11 9h") == ["notice.preview"]
    assert "09:00 25/11/2026 (" not in officer.told


async def test_what_is_not_out_by_nine_in_the_evening_waits_for_the_morning(
    databases: list[Database],
    deliverers: list[Deliverer],
    channel: FakeChannel,
    clock: FakeClock,
    rounds: Rounds,
) -> None:
    await _crowd(databases[0], clock, 3)
    clock.at = datetime(2026, 11, 23, 13, 58, tzinfo=UTC)  # 20:58
    await _approved(databases[0], clock)
    channel.failures = [SendFailed("down", retry=True)]
    await rounds()
    await _deliver(deliverers)
    assert len(channel.sent) == 2
    clock.move(minutes=1)
    await rounds()
    clock.move(hours=9)
    await _deliver(deliverers)
    assert len(channel.sent) == 2
    clock.move(hours=1, minutes=2)
    await _deliver(deliverers)
    assert len(channel.sent) == 3


# To each once, to nobody who does not want it


async def test_everybody_gets_it_once_although_two_replicas_send_and_one_is_killed_between_batches(
    databases: list[Database],
    deliverers: list[Deliverer],
    channel: FakeChannel,
    clock: FakeClock,
    rounds: Rounds,
    library: Library,
    ids: Callable[[], str],
) -> None:
    total = 2 * BATCH + 37
    await _crowd(databases[0], clock, total)
    await _approved(databases[0], clock)

    async def half_a_batch() -> None:
        async with databases[1].begin() as store:
            await spread(Errand(library, clock.now(), store, ids, "", frozenset()))
            await store.notice_sending.waiting("n1")  # all is written, nothing committed
            raise ConnectionError

    async with databases[0].begin() as store:
        assert await spread(Errand(library, clock.now(), store, ids, "", frozenset()))
    with pytest.raises(ConnectionError):
        await half_a_batch()
    assert len(await _run(databases[0], "SELECT id FROM outbox WHERE notice = 'n1'")) == BATCH
    await rounds()
    await _deliver(deliverers)
    await rounds()
    assert set(Counter(to.chat for to, _ in channel.sent).values()) == {1}
    assert len(channel.sent) == total
    done = await _notice(databases[0], "n1")
    assert (done.state, done.receivers, done.sent) == ("sent", total, total)


async def test_the_same_batch_again_reaches_nobody_twice(
    databases: list[Database], clock: FakeClock, rounds: Rounds
) -> None:
    await _crowd(databases[0], clock, 5)
    await _approved(databases[0], clock)
    await rounds()
    # Even if the mark were lost, the unique index holds.
    await _run(databases[0], "UPDATE notices SET reached = 0, spread_at = NULL, state = 'sending', finished_at = NULL")
    await rounds()
    assert len(await _run(databases[0], "SELECT id FROM outbox WHERE notice = 'n1'")) == 5


async def test_never_far_ahead_and_stopped_on_the_way(
    office: dict[str, Citizen],
    databases: list[Database],
    deliverers: list[Deliverer],
    channel: FakeChannel,
    clock: FakeClock,
    rounds: Rounds,
) -> None:
    assert AHEAD >= 20 * 30  # the errand comes every twenty seconds, and thirty a second go out
    await _crowd(databases[0], clock, AHEAD + 3 * BATCH)
    identity = await _draft(office["officer"])
    await office["head"].taps(f"notice/approve/{identity}/1")
    await rounds()
    assert len(await _run(databases[0], "SELECT id FROM outbox WHERE notice IS NOT NULL")) in {AHEAD, AHEAD + BATCH}
    await deliverers[0].deliver_due()
    assert await office["officer"].taps(f"notice/stop/{identity}/1") == ["notice.stopped"]
    await rounds()
    await _deliver(deliverers)
    out = [to for to, reply in channel.sent if reply.key == "notice.message"]
    done = await _notice(databases[1], identity)
    assert done.state == "stopped"
    assert done.finished is not None
    assert done.sent == len(out) == 16
    assert await office["head"].taps(f"notice/stop/{identity}/1") == ["notice.page_changed"]


async def test_whoever_turns_it_off_gets_nothing_more(
    office: dict[str, Citizen],
    citizen: People,
    databases: list[Database],
    deliverers: list[Deliverer],
    channel: FakeChannel,
    rounds: Rounds,
) -> None:
    lan, minh, tu = [await _wants(citizen(name)) for name in ("lan", "minh", "tu")]
    identity = await _draft(office["officer"])
    await office["head"].taps(f"notice/approve/{identity}/1")
    await lan.taps("sub/off/dien-nuoc-duong")  # between approval and sending
    await rounds()
    await minh.says("tắt thông báo")  # it lies in the outbox already
    await _deliver(deliverers)
    assert [to for to, reply in channel.sent if reply.key == "notice.message"] == [tu.address]
    await rounds()
    done = await _notice(databases[0], identity)
    assert (done.receivers, done.sent, done.failed, done.opted_out) == (2, 1, 0, 0)


async def test_erasing_takes_the_wishes_and_what_waits_along(
    office: dict[str, Citizen],
    citizen: People,
    databases: list[Database],
    deliverers: list[Deliverer],
    channel: FakeChannel,
    rounds: Rounds,
) -> None:
    lan = await _wants(citizen("lan"))
    identity = await _draft(office["officer"])
    await office["head"].taps(f"notice/approve/{identity}/1")
    await rounds()
    await lan.says("xóa dữ liệu")
    assert (await lan.taps("yes"))[-1] == "erase.done"
    await _deliver(deliverers)
    assert not [to for to, reply in channel.sent if reply.key == "notice.message"]
    assert await _run(databases[0], "SELECT * FROM subscriptions") == []
    await rounds()
    assert (await _notice(databases[0], identity)).state == "sent"
    assert await office["head"].taps(f"notice/see/{identity}") == ["notice.page"]
    lines = dict(re.findall(r"(?m)^(?:• )?([^:\n]+): (\d+)$", office["head"].told))
    opted_out = int(lines.pop("Tắt tin sau đó"))
    assert int(lines.pop("Người nhận")) == sum(int(lines[name]) for name in lines if name in COUNTED) == 1
    assert (lines["Không gửi, hoặc đã xóa dữ liệu"], opted_out) == ("1", 0)
    await lan.says("menu")
    await lan.taps("sub")
    assert not [value for value in values(lan) if value.startswith("sub/off")]


async def test_the_figures_tell_failed_from_unreachable_and_what_waits_on_the_page(
    databases: list[Database],
    deliverers: list[Deliverer],
    channel: FakeChannel,
    clock: FakeClock,
    rounds: Rounds,
) -> None:
    await _crowd(databases[0], clock, 5)
    await _crowd(databases[0], clock, 2, channel="web")
    await _approved(databases[0], clock)
    channel.failures = [
        SendFailed("blocked", retry=False, closed=True),
        SendFailed("refused", retry=False),
        SendFailed("down", retry=True),
    ]
    await rounds()
    await _deliver(deliverers)
    await rounds()
    assert (await _notice(databases[0], "n1")).state == "sending"  # one is tried again
    clock.move(minutes=1)
    await _deliver(deliverers)
    await rounds()
    done = await _notice(databases[0], "n1")
    assert (done.receivers, done.sent, done.left, done.failed, done.unreachable) == (7, 3, 2, 1, 1)
    clock.move(days=1)
    await _approved(databases[0], clock, "n2")
    await rounds()
    assert (await _notice(databases[0], "n2")).receivers == 6  # not to who cannot be reached


# Hamlets


@pytest.fixture
def with_hamlets(library: Library) -> Library:
    commune = library.communes["anh-son"]
    hamlets = tuple(Hamlet(id=f"xom-{number}", name=f"Xóm {number}", source="x") for number in (5, 6))
    profile = commune.profile.model_copy(update={"hamlets": hamlets})
    return replace(library, communes={**library.communes, "anh-son": replace(commune, profile=profile)})


@pytest.fixture
def villagers(with_hamlets: Library, databases: list[Database], routes: Routes, clock: FakeClock) -> People:
    ids = Ids()
    replicas = [Receiver(database, lambda: with_hamlets, routes, clock.now, ids) for database in databases]
    return lambda name: Citizen(name, replicas, clock)


async def test_a_hamlet_gets_its_own_news_and_those_of_the_commune(
    villagers: People, with_hamlets: Library, databases: list[Database], clock: FakeClock, ids: Callable[[], str]
) -> None:
    five, six, everywhere = [await _wants(villagers(name)) for name in ("five", "six", "everywhere")]
    assert await five.taps("sub/here/xom-5") == ["subscribe.changed"]
    assert await six.taps("sub/here/xom-6") == ["subscribe.changed"]
    assert "sub/not/xom-6" in values(six)
    officer = await join(villagers("officer"), databases[0], clock, unit="vh-xh")
    head = await join(villagers("head"), databases[0], clock, unit="vh-xh", role="head")
    got = {}
    for hamlets in ((), ("xom-5",), ("xom-5", "xom-6")):
        await officer.taps("notice_new")
        assert (await officer.taps("dien-nuoc-duong"))[-1] == "notice.ask_hamlet"
        for hamlet in hamlets or ("*",):
            keys = await officer.taps(hamlet)
        if keys[-1] == "notice.ask_more_hamlets":
            keys = await officer.taps("-")
        assert keys[-1] == "notice.ask_words"
        await officer.says(NEWS)
        await officer.taps("now")
        await officer.taps("yes")
        identity = next(value.split("/")[2] for value in values(officer) if value.startswith("notice/see/"))
        assert await head.taps(f"notice/approve/{identity}/1") == ["notice.approved"]
        await _one_round(databases[0], with_hamlets, clock, ids)
        rows = await _run(databases[0], f"SELECT chat FROM outbox WHERE notice = '{identity}'")
        got[hamlets] = {str(chat) for (chat,) in rows}
    assert got == {
        (): {"five", "six", "everywhere"},
        ("xom-5",): {"five", "everywhere"},
        ("xom-5", "xom-6"): {"five", "six", "everywhere"},
    }
    assert await six.taps("sub/not/-") == ["subscribe.changed"]
    assert await _run(databases[0], "SELECT hamlet FROM subscribed_hamlets") == [("xom-5",)]
    assert everywhere.address.chat == "everywhere"


async def test_without_hamlets_nobody_is_asked_for_one(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    await _wants(lan)
    assert await lan.taps("sub") == ["subscribe.text"]
    assert "Nơi: Cả xã" in lan.told
    assert [value for value in values(lan) if value.startswith(("sub/here", "sub/not", "sub/hamlets"))] == []
    assert await lan.taps("sub/hamlets") == ["subscribe.text"]
    assert await lan.taps("sub/here/xom-5") == ["subscribe.changed"]
    assert await _run(databases[0], "SELECT hamlet FROM subscribed_hamlets") == []
    officer = await join(citizen("officer"), databases[0], clock, unit="vh-xh")
    await officer.taps("notice_new")
    assert await officer.taps("dien-nuoc-duong") == ["notice.ask_words"]


async def test_many_hamlets_have_a_list_of_their_own(
    library: Library, databases: list[Database], routes: Routes, clock: FakeClock
) -> None:
    commune = library.communes["anh-son"]
    hamlets = tuple(Hamlet(id=f"thon-{number}", name=f"Thôn {number}", source="x") for number in range(1, 21))
    profile = commune.profile.model_copy(update={"hamlets": hamlets})
    many = replace(library, communes={**library.communes, "anh-son": replace(commune, profile=profile)})
    ids = Ids()
    lan = Citizen("lan", [Receiver(one, lambda: many, routes, clock.now, ids) for one in databases], clock)
    assert [value for value in values(await _wants(lan)) if value.startswith("sub/here")] == []
    await lan.taps("sub")
    assert await lan.taps("Chọn thôn, xóm") == ["subscribe.hamlets"]
    assert await lan.says("13") == ["subscribe.changed"]
    assert "Nơi: Thôn 13" in lan.told
    await lan.taps("Chọn thôn, xóm")
    assert "sub/not/thon-13" in values(lan)
    assert await lan.taps("Chỉ tin của Thôn 2") == ["subscribe.changed"]
    assert "Thôn 2, Thôn 13" in lan.told


# Replies first


async def test_a_reply_does_not_wait_for_a_notice(
    lan: Citizen, databases: list[Database], clock: FakeClock, rounds: Rounds
) -> None:
    await _wants(lan)
    await pushes(databases[0], lan)
    await _approved(databases[0], clock)
    await rounds()
    await lan.says("menu")
    now = clock.now()
    async with databases[0].begin() as store:
        claimed = await store.outbox.claim_both(now, now + timedelta(seconds=30), 1, 1)
        assert [(one.bulk, Reply.from_json(one.reply).key) for one in claimed] == [
            (False, "menu.text"),
            (True, "notice.message"),
        ]


async def test_after_a_flood_limit_notices_rest_and_replies_go_on(
    databases: list[Database], channel: FakeChannel, clock: FakeClock, rounds: Rounds, lan: Citizen
) -> None:
    await _crowd(databases[0], clock, 40)
    await _approved(databases[0], clock)
    await rounds()
    deliverer = Deliverer(databases[0], {("fake", "anh-son"): channel}, clock.now)
    channel.failures = [SendFailed("flood limit", retry=True, after=30)]
    assert await deliverer.deliver_due() == 16
    await lan.says("menu")
    channel.sent.clear()
    await deliverer.deliver_due()
    await deliverer.deliver_due()
    sent = channel.keys()
    assert "notice.message" not in sent
    assert "menu.text" in sent
    clock.move(seconds=31)
    while await deliverer.deliver_due():
        pass
    assert channel.keys().count("notice.message") == 40 - 15


async def test_enough_in_a_word_turns_everything_off_and_only_for_who_gets_notices(lan: Citizen) -> None:
    await _wants(lan)
    assert await lan.says("Đúng") != ["subscribe.all_off"]
    assert await lan.says("dừng tin!") == ["subscribe.all_off"]
    assert await lan.says("STOP") != ["subscribe.all_off"]  # nothing is on any more
    await _wants(lan)
    assert await lan.says("stop") == ["subscribe.all_off"]
    assert await lan.says("thông báo") == ["subscribe.text"]


async def test_an_official_who_has_the_desk_gets_it_by_its_name(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    chi = await join(citizen("chi"), databases[0], clock, "vh-xh", "focal")
    assert await chi.says("thông báo") == await chi.says("soạn thông báo")
