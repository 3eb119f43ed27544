"""What no date brings: an event that is opened, partners, the list before the meeting, a full morning."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from content.library import Library
from handlers.filing_digest import MOST_LINES
from handlers.filing_waiting import tell_waiting
from handlers.messages import Reply
from storage.database import Database
from storage.leaves import Leave
from tests.citizen import Citizen
from tests.conversations.deadlines import ANH_SON, Letters, at, filings, send, tick, with_obligations
from tests.conversations.staff import FAR, join, values
from tests.fakes import FakeClock

People = Callable[..., Citizen]
Pass = Callable[..., Awaitable[None]]


@pytest.fixture(scope="module")
def library(library: Library) -> Library:
    return with_obligations(library, "AS-01", "AS-05", "AS-45")


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


async def test_an_event_is_opened_by_the_focal_point_and_told_at_once_even_at_night(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass, told: Letters
) -> None:
    chi = await join(citizen("chi"), databases[0], clock, "vh-xh", "focal")
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    giang = await join(citizen("giang"), databases[0], clock, "cong-an")
    clock.at = at(date(2026, 11, 28), time(22))  # Saturday night
    assert await chi.says("mở việc theo sự kiện") == ["task.ask_event"]
    assert await chi.taps("AS-45") == ["task.ask_event_unit"]
    assert await chi.taps("kinh-te") == ["task.ask_event_day"]
    assert await chi.says("hôm nào cũng được") == ["task.not_a_day", "task.ask_event_day"]
    assert await chi.says("1/12") == ["task.ask_event_about"]
    assert await chi.says("dài " * 60) == ["task.event_too_long", "task.ask_event_about"]
    assert await chi.says("Lộ danh sách hộ nghèo, gọi 0912345678") == ["task.ask_event_sure"]
    assert "Lộ danh sách hộ nghèo" in chi.told
    assert await chi.taps("0") == ["task.event_opened"]
    await pass_to(date(2026, 11, 28), time(22, 1))
    (heard,) = await told(an)
    assert heard.key == "task.event"
    assert "Lộ danh sách hộ nghèo, gọi …" in heard.text  # no number is kept
    assert [reply.key for reply in await told(giang)] == ["task.event"]  # the ladder names Công an xã
    (opened,) = [one for one in await filings(databases[0]) if one.obligation == "AS-45"]
    assert (opened.unit, opened.due) == ("kinh-te", at(date(2026, 12, 1), time(23, 59, 59)))
    assert (await chi.taps(f"filing/{opened.id}"))[0] == "filing.card"
    assert "Chuyện: Lộ danh sách hộ nghèo" in chi.told
    await pass_to(date(2026, 11, 28), time(22, 2))
    assert (await told(an), await told(giang)) == ([], [])
    async with databases[0].read() as store:
        assert "opened" in [row["action"] for row in await store.ledger.rows(ANH_SON)]


async def test_an_event_is_not_opened_by_an_officer_nor_after_a_no(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    assert await an.says("mở việc") == ["task.leaders_only"]
    assert (await citizen("lan").says("/mo_viec"))[-1] == "staff.not_member"
    lanh = await join(citizen("lanh"), databases[0], clock, "chu-tich", "leader")
    assert await lanh.taps("tasks") == ["task.nothing"]
    assert await lanh.taps("openevent") == ["task.ask_event"]
    await lanh.taps("AS-45")
    await lanh.taps("kinh-te")
    assert await lanh.says("1/12") == ["task.ask_event_about"]
    assert await lanh.taps("no") == ["task.ask_event_sure"]  # without words
    assert await lanh.taps("no") == ["task.event_not_opened"]
    assert await filings(databases[0]) == []


async def test_a_partner_is_asked_kindly_and_never_called_late(
    citizen: People, databases: list[Database], library: Library, clock: FakeClock, told: Letters
) -> None:
    commune = library.communes[ANH_SON]
    asked = commune.plans.obligation("AS-01")
    assert asked is not None
    plans = replace(commune.plans, obligations=(asked.model_copy(update={"leads": ("mat-tran",)}),))
    partner = replace(library, communes={ANH_SON: replace(commune, plans=plans)})
    minh = await join(citizen("minh"), databases[0], clock, "mat-tran")
    chi = await join(citizen("chi"), databases[0], clock, "vh-xh", "focal")
    dung = await join(citizen("dung"), databases[0], clock, "pho-chu-tich", "vice")
    heard = []
    day = date(2026, 11, 23)
    while day <= date(2027, 1, 8):
        clock.at = at(day)
        await tick(databases, partner, clock)
        heard += await told(minh)
        assert (await told(chi), await told(dung)) == ([], [])
        day += timedelta(days=1)
    assert len(heard) == 4
    assert all("Kính đề nghị" in reply.text and "quá hạn" not in reply.text for reply in heard)


async def test_the_chaser_is_not_chased_by_itself(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass, told: Letters
) -> None:
    chi = await join(citizen("chi"), databases[0], clock, "vh-xh", "focal")
    dung = await join(citizen("dung"), databases[0], clock, "pho-chu-tich", "vice")
    await pass_to(date(2026, 11, 23))
    for one in await filings(databases[0]):
        if one.unit != "vh-xh" and one.obligation == "AS-01":
            await send(databases[0], one.id, clock.now())
    await pass_to(date(2026, 12, 24))
    await told(chi)
    await told(dung)
    await pass_to(date(2026, 12, 25))
    assert await told(chi) == []
    (late,) = await told(dung)
    assert late.text.count("chưa nhận được") == 1


async def test_the_list_before_the_meeting_needs_a_leaders_approval(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass, told: Letters
) -> None:
    chi = await join(citizen("chi"), databases[0], clock, "vh-xh", "focal")
    lanh = await join(citizen("lanh"), databases[0], clock, "chu-tich", "leader")
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    await pass_to(date(2026, 11, 23))
    assert await lanh.taps("latelist/2026-Q4/ok") == ["task.list_not_waiting"]
    for day in (date(2026, 12, 24), date(2027, 1, 4)):
        await pass_to(day)  # the meeting is due on Thursday 7/1/2027: T-3 is Monday 4/1
    assert "latelist/2026-Q4" in {button.value for reply in await told(lanh) for button in reply.buttons}
    assert "latelist/2026-Q4" in {button.value for reply in await told(chi) for button in reply.buttons}
    assert await chi.taps("latelist/2026-Q4") == ["task.list_shown"]
    assert "Phòng Kinh tế" in chi.told
    assert not [one for one in values(chi) if one.endswith("/ok")]
    assert await chi.taps("latelist/2026-Q4/ok") == ["task.leaders_only"]
    assert await an.taps("latelist/2026-Q4") == ["task.leaders_only"]
    assert await lanh.taps("latelist/2026-Q4") == ["task.list_shown"]
    assert await lanh.taps("latelist/2026-Q4/ok") == ["task.list_approved"]
    assert await lanh.taps("latelist/2026-Q4/ok") == ["task.list_not_waiting"]
    assert await chi.taps("latelist/2026-Q4") == ["task.list_shown_approved"]
    async with databases[0].read() as store:
        assert "list approved" in [row["action"] for row in await store.ledger.rows(ANH_SON)]


async def test_a_full_morning_shows_eight_and_says_how_many_more(
    citizen: People, databases: list[Database], clock: FakeClock, told: Letters, library: Library
) -> None:
    commune = library.communes[ANH_SON]
    one = commune.plans.obligation("AS-01")
    assert one is not None
    many = tuple(
        one.model_copy(update={"id": f"AS-{number}", "title": f"Báo cáo {number}", "leads": ("kinh-te",)})
        for number in range(50, 61)
    )
    full = replace(library, communes={ANH_SON: replace(commune, plans=replace(commune.plans, obligations=many))})
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    await tick(databases, full, clock)
    clock.at = at(date(2026, 12, 10))
    await tick(databases, full, clock)
    (digest,) = await told(an)
    assert digest.text.count("Báo cáo 5") + digest.text.count("Báo cáo 6") == MOST_LINES
    assert sum(button.value.startswith("filing/") for button in digest.buttons) == MOST_LINES
    assert [button.value for button in digest.buttons[-2:]] == ["got/all", "tasks"]
    assert "3" in digest.buttons[-1].label
    assert await an.taps("got/all") == ["task.got_all_noted"]
    assert await an.taps("tasks") == ["task.mine"]
    assert sum(value.startswith("task/") for value in values(an)) == MOST_LINES
    assert await an.taps("tasks/8") == ["task.mine"]
    assert sum(value.startswith("task/") for value in values(an)) == 3
    clock.at = at(date(2026, 12, 11), time(14))
    await tick(databases, full, clock)
    assert await told(an) == []


async def test_who_is_away_is_spared_and_the_deputy_told(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    bao = await join(citizen("bao"), databases[0], clock, "kinh-te", "head")
    await pass_to(date(2026, 11, 23))
    async with databases[0].begin() as store:
        members = {one.role: one for one in await store.members.of_account(ANH_SON)}
        span = at(date(2026, 12, 1)), at(date(2026, 12, 15))
        store.leaves.add(Leave("l1", ANH_SON, members["officer"].id, *span, members["head"].id), clock.now())
    await pass_to(date(2026, 12, 10))
    assert (await told(an), len(await told(bao))) == ([], 1)
    await pass_to(date(2026, 12, 17))
    assert (len(await told(an)), await told(bao)) == (1, [])


async def test_who_accepts_is_told_the_next_morning_once_and_not_of_what_is_their_own(
    citizen: People, databases: list[Database], library: Library, clock: FakeClock, pass_to: Pass
) -> None:
    await join(citizen("chi"), databases[0], clock, "vh-xh", "focal")
    await join(citizen("dung"), databases[0], clock, "pho-chu-tich", "vice")
    await pass_to(date(2026, 12, 10))
    units = {one.unit: one.id for one in await filings(databases[0]) if one.obligation == "AS-01"}
    clock.at = at(date(2026, 12, 10), time(15))

    async def waits() -> dict[str, list[str]]:
        await tick(databases, library, clock, (tell_waiting,))
        found: dict[str, list[str]] = {"chi": [], "dung": []}
        async with databases[0].begin() as store:
            for parcel in await store.outbox.claim(FAR, FAR + timedelta(days=1), 100):
                store.outbox.sent(parcel.id, FAR)
                reply = Reply.from_json(parcel.reply)
                if reply.key == "filing.wait_for_you":
                    found[parcel.address.chat].append(reply.text)
        return found

    await waits()
    for unit in ("kinh-te", "cong-an"):
        await send(databases[0], units[unit], clock.now())
    assert await waits() == {"chi": [], "dung": []}  # not at once: not one message a report
    clock.at = at(date(2026, 12, 11), time(7, 59))
    assert await waits() == {"chi": [], "dung": []}
    clock.at = at(date(2026, 12, 11), time(8))
    (said,) = (await waits())["chi"]
    assert "Có **2** báo cáo" in said
    assert await waits() == {"chi": [], "dung": []}
    await send(databases[0], units["vh-xh"], clock.now())  # the focal point's own, on a Friday
    clock.at = at(date(2026, 12, 12))
    assert await waits() == {"chi": [], "dung": []}
    clock.at = at(date(2026, 12, 14))
    found = await waits()
    assert (len(found["chi"]), len(found["dung"])) == (0, 1)
    clock.at = at(date(2026, 12, 15))
    assert await waits() == {"chi": [], "dung": []}
