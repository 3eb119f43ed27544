"""Reminders of reports: whole conversations on both databases, ticked by two replicas."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time

import pytest

from content.library import Library, load
from content.recurrence import Repeats
from storage.database import Database
from tests.citizen import Citizen
from tests.conftest import CONTENT
from tests.conversations.deadlines import ANH_SON, Letters, at, filings, send, tick, with_obligations
from tests.conversations.staff import join, leaves, values
from tests.fakes import FakeClock

People = Callable[..., Citizen]

# AS-01, the quarterly report of each unit, is due on Thursday 24/12/2026 at 23:59:59. Counted by hand from there in
# working days: T-10 Thursday 10/12, T-5 Thursday 17/12, T-2 Tuesday 22/12, T+1 Friday 25/12, T+3 Tuesday 29/12.
T10, T5, T2, T0 = date(2026, 12, 10), date(2026, 12, 17), date(2026, 12, 22), date(2026, 12, 24)
T1_LATE, T3_LATE = date(2026, 12, 25), date(2026, 12, 29)


@pytest.fixture(scope="module")
def library(library: Library) -> Library:
    return with_obligations(library, "AS-01")


@pytest.fixture
def pass_to(databases: list[Database], library: Library, clock: FakeClock) -> Callable[..., object]:
    """Move the clock to an instant and let both replicas tick."""

    async def move(day: date, moment: time = time(8, 0, 5)) -> None:
        clock.at = at(day, moment)
        await tick(databases, library, clock)

    return move


@pytest.fixture
def told(databases: list[Database]) -> Letters:
    return Letters(databases[0])


Pass = Callable[..., "asyncio.Future[None]"]


async def _of(databases: list[Database], unit: str) -> str:
    return next(one.id for one in await filings(databases[0]) if one.unit == unit)


async def test_each_unit_gets_its_own_filing_once_whoever_plans(
    databases: list[Database], library: Library, clock: FakeClock
) -> None:
    await asyncio.gather(*(tick([one], library, clock) for one in databases))
    await tick(databases, library, clock)
    found = await filings(databases[0])
    units = ["vh-xh", "van-phong", "tt-pvhcc", "kinh-te", "cong-an", "quan-su"]
    assert sorted(one.unit for one in found) == sorted(units)
    assert {(one.obligation, one.period, one.due, one.state) for one in found} == {
        ("AS-01", "2026-Q4", datetime.fromisoformat("2026-12-24T23:59:59+07:00"), "open")
    }


async def test_the_ladder_tells_everybody_once_and_in_their_turn(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te", "officer")
    binh = await join(citizen("binh"), databases[0], clock, "kinh-te", "head")
    chi = await join(citizen("chi"), databases[0], clock, "vh-xh", "focal")
    dung = await join(citizen("dung"), databases[0], clock, "pho-chu-tich", "vice")
    everybody = {"an": an, "binh": binh, "chi": chi, "dung": dung}
    heard = []
    await pass_to(date(2026, 11, 23))
    async with databases[0].begin() as store:  # the other units are excused: this is about Kinh tế
        for one in await store.filings.between(ANH_SON, clock.now(), at(date(2027, 1, 1))):
            if one.unit != "kinh-te":
                await store.filing_moves.excuse(one.id, "m", "r", clock.now())
    for day in (T10, T5, T2, T0, T1_LATE, T3_LATE, date(2026, 12, 31)):
        for moment in (time(7, 30), time(8, 0, 5), time(14), time(21, 30)):
            await pass_to(day, moment)
            for name, person in everybody.items():
                heard += [(name, day, moment.hour) for _ in await told(person)]
    assert heard == [
        *[("an", day, 8) for day in (T10, T5, T2)],
        *[(name, T0, 8) for name in ("an", "binh")],
        *[(name, T1_LATE, 8) for name in ("binh", "chi")],
        ("dung", T3_LATE, 8),
    ]


async def test_a_reminder_offers_what_can_be_done_and_is_silent_once_the_report_is_sent(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    await pass_to(date(2026, 11, 23))
    filing = await _of(databases, "kinh-te")
    await pass_to(T10)
    (digest,) = await told(an)
    assert [one.value for one in digest.buttons] == [f"{act}/{filing}" for act in ("filing", "got", "later", "give")]
    assert "24/12/2026" in digest.text
    await send(databases[0], filing, clock.now())
    for day in (T5, T2, T0, T1_LATE, T3_LATE):
        await pass_to(day)
    assert await told(an) == []
    assert await an.taps(f"got/{filing}") == ["task.over"]


async def test_proof_that_comes_while_the_step_is_due_stops_it(
    citizen: People, databases: list[Database], library: Library, clock: FakeClock, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    await pass_to(date(2026, 11, 23))
    clock.at = at(T10)
    await asyncio.gather(
        send(databases[0], await _of(databases, "kinh-te"), clock.now()), tick([databases[1]], library, clock)
    )
    assert len(await told(an)) <= 1
    for day in (T5, T2, T0, T1_LATE):
        await pass_to(day)
    assert await told(an) == []


async def test_two_replicas_at_the_same_moment_tell_everybody_once(
    citizen: People, databases: list[Database], library: Library, clock: FakeClock, pass_to: Pass, told: Letters
) -> None:
    people = [await join(citizen(f"an{number}"), databases[0], clock, "kinh-te") for number in "BCDF"]
    await pass_to(date(2026, 11, 23))
    clock.at = at(T10)
    await asyncio.gather(*(tick([database], library, clock) for database in (*databases, *databases)))
    await tick(databases, library, clock)
    assert [len(await told(person)) for person in people] == [1, 1, 1, 1]


async def test_received_holds_for_two_working_days_and_the_day_itself_always_speaks(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    bao = await join(citizen("bao"), databases[0], clock, "kinh-te")
    await pass_to(date(2026, 11, 23))
    filing = await _of(databases, "kinh-te")
    await pass_to(T10)
    assert (len(await told(an)), len(await told(bao))) == (1, 1)
    await pass_to(date(2026, 12, 16), time(15))  # Wednesday: two working days on is Friday 18/12
    assert await an.taps(f"got/{filing}") == ["task.got_noted"]
    assert "18/12/2026" in an.told
    await pass_to(T5)
    assert (await told(an), await told(bao)) == ([], [])
    await pass_to(date(2026, 12, 18))  # it has run out and nothing was sent: what was kept back comes now
    assert (len(await told(an)), await told(bao)) == (1, [])
    await pass_to(date(2026, 12, 23), time(15))
    assert await an.taps(f"got/{filing}") == ["task.got_noted"]
    assert (len(await told(an)), len(await told(bao))) == (1, 1)  # T-2, a day late: nothing had ticked on the 22nd
    await pass_to(T0)
    assert (len(await told(an)), len(await told(bao))) == (1, 1)
    assert await an.taps(f"got/{filing}") == ["task.got_today"]


async def test_a_reminder_can_be_put_off_twice_and_never_past_the_day_before(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    await pass_to(date(2026, 11, 23))
    filing = await _of(databases, "kinh-te")
    await pass_to(date(2026, 12, 21), time(9))
    await told(an)
    assert await an.taps(f"later/{filing}") == ["task.ask_until"]
    assert [one for one in values(an) if one.startswith("later/")] == [
        f"later/{filing}/2026-12-22",
        f"later/{filing}/2026-12-23",
    ]
    assert await an.taps(f"later/{filing}/2026-12-24") == ["task.ask_until"]  # not offered: the day itself
    assert await an.taps(f"later/{filing}/2026-12-23") == ["task.snoozed"]
    await pass_to(T2)
    assert await told(an) == []
    await pass_to(date(2026, 12, 23))
    assert len(await told(an)) == 1
    assert await an.taps(f"later/{filing}") == ["task.too_near"]
    clock.at = at(date(2026, 12, 14))
    assert await an.taps(f"later/{filing}/2026-12-15") == ["task.snoozed"]
    assert await an.taps(f"later/{filing}/2026-12-16") == ["task.snoozed_enough"]


@pytest.mark.parametrize("deputy", ["named", "nobody", "back again"])
async def test_what_was_put_off_goes_to_whom_stands_in_while_its_reader_is_on_leave(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass, told: Letters, deputy: str
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    head = await join(citizen("binh"), databases[0], clock, "kinh-te", "head")
    hoa = await join(citizen("hoa"), databases[0], clock, "kinh-te", "helper")
    await pass_to(date(2026, 11, 23))
    filing = await _of(databases, "kinh-te")
    await pass_to(T10)
    assert (len(await told(an)), len(await told(hoa)), len(await told(head))) == (1, 1, 0)
    assert await an.taps(f"later/{filing}/2026-12-15") == ["task.snoozed"]  # a day without a step
    if deputy == "nobody":
        await leaves(hoa, databases[0], clock)
    assert await an.says("tôi nghỉ phép") == ["leave.ask_from"]
    await an.says("11/12")
    await an.says("31/12")
    async with databases[0].read() as store:
        (helper,) = [one.id for one in await store.members.of_account(ANH_SON) if one.role == "helper"] or ["head"]
    await an.taps(helper)
    assert await an.taps("yes") == ["leave.done_head" if deputy == "nobody" else "leave.done"]
    if deputy == "back again":
        assert await an.taps("at_work") == ["leave.taken_back"]
    await pass_to(date(2026, 12, 14))
    assert (await told(an), await told(hoa), await told(head)) == ([], [], [])
    await pass_to(date(2026, 12, 15))
    heard = {name: len(await told(one)) for name, one in (("an", an), ("hoa", hoa), ("head", head))}
    expected = {"named": "hoa", "nobody": "head", "back again": "an"}[deputy]
    assert heard == {"an": 0, "hoa": 0, "head": 0} | {expected: 1}


async def test_work_given_to_a_colleague_is_theirs_alone(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    bao = await join(citizen("bao"), databases[0], clock, "kinh-te")
    await join(citizen("chi"), databases[0], clock, "van-phong")
    await pass_to(date(2026, 11, 23), time(22))
    filing = await _of(databases, "kinh-te")
    assert await an.taps(f"give/{filing}") == ["task.ask_whom"]
    (choice,) = [one.value for one in an.buttons if one.value not in {"back", "cancel"}]
    assert await an.taps(choice) == ["task.given"]
    async with databases[0].read() as store:
        assert [row["action"] for row in await store.ledger.rows(ANH_SON)][-1] == "delegated"
    (given,) = await told(bao)
    assert given.key == "task.given_to_you"
    await pass_to(T10)
    assert (await told(an), len(await told(bao))) == ([], 1)
    assert await an.taps("tasks") == ["task.nothing"]
    assert await bao.taps("tasks") == ["task.mine"]


async def test_what_nobody_has_taken_goes_once_to_the_head_or_the_focal_point(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass, told: Letters
) -> None:
    binh = await join(citizen("binh"), databases[0], clock, "kinh-te", "head")
    chi = await join(citizen("chi"), databases[0], clock, "vh-xh", "focal")
    await pass_to(date(2026, 11, 23))
    await pass_to(T10)
    (to_head,) = await told(binh)
    (to_focal,) = await told(chi)
    assert "chưa có ai nhận" in to_head.text
    assert (
        to_focal.text.count("chưa có ai nhận") == 4
    )  # van-phong, tt-pvhcc, cong-an, quan-su; her own she does herself
    await pass_to(T5)
    assert await told(binh) == []
    (own,) = await told(chi)
    assert "chưa có ai nhận" not in own.text
    await pass_to(T0)
    assert len(await told(binh)) == 1


async def test_a_week_without_the_service_is_made_up_in_one_message(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    binh = await join(citizen("binh"), databases[0], clock, "kinh-te", "head")
    chi = await join(citizen("chi"), databases[0], clock, "vh-xh", "focal")
    await pass_to(date(2026, 11, 23))
    await pass_to(date(2026, 12, 30), time(10))  # T-10 to T+3 have all passed
    for person in (an, binh, chi):
        (digest,) = await told(person)
        assert digest.text.count("đã quá hạn") + digest.text.count("chưa nhận được") >= 1
    await pass_to(date(2026, 12, 31))
    assert [await told(person) for person in (an, binh, chi)] == [[], [], []]
    async with databases[0].read() as store:
        rows = [row for row in await store.ledger.rows(ANH_SON) if row["action"] == "escalated"]
    assert len(rows) == 6


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        (date(2026, 12, 10), time(7, 59)),
        (date(2026, 12, 10), time(21, 0)),
        (date(2026, 12, 12), time(9)),  # a Saturday
    ],
)
async def test_nobody_is_told_at_night_early_or_on_days_off(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass, told: Letters, day: date, moment: time
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    await pass_to(date(2026, 11, 23))
    await pass_to(day, moment)
    assert await told(an) == []
    await pass_to(date(2026, 12, 14))
    assert len(await told(an)) == 1


async def test_a_changed_rule_moves_what_is_planned_and_tells_nobody(
    citizen: People, databases: list[Database], library: Library, clock: FakeClock, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    await pass_to(date(2026, 11, 23))
    before = {one.unit: one.id for one in await filings(databases[0])}
    touched = await _of(databases, "vh-xh")
    async with databases[0].begin() as store:
        await store.filing_moves.draft(touched, "{}")
    commune = library.communes[ANH_SON]
    (old,) = commune.plans.obligations
    assert isinstance(old.rule, Repeats)
    sooner = old.model_copy(update={"rule": replace(old.rule, month_days=(20,))})
    plans = replace(commune.plans, obligations=(sooner,))
    changed = replace(library, communes={ANH_SON: replace(commune, plans=plans)})
    await tick(databases, changed, clock)
    found = await filings(databases[0])
    assert {one.unit: one.id for one in found} == before
    assert {one.due.date() for one in found} == {date(2026, 12, 20)}
    assert next(one.form for one in found if one.id == touched) == "{}"
    assert await told(an) == []
    async with databases[0].read() as store:
        actions = [row["action"] for row in await store.ledger.rows(ANH_SON)]
    assert (actions.count("moved"), actions.count("void")) == (6, 0)
    await tick(databases, library, clock)  # taken back: the old date returns
    assert {one.unit: (one.id, one.due.date()) for one in await filings(databases[0])} == {
        unit: (identity, date(2026, 12, 24)) for unit, identity in before.items()
    }


async def test_an_obligation_that_ended_is_void(
    databases: list[Database], library: Library, clock: FakeClock, pass_to: Pass
) -> None:
    await pass_to(date(2026, 11, 23))
    commune = library.communes[ANH_SON]
    other = with_obligations(library, "AS-01").communes[ANH_SON].plans
    ended = other.obligations[0].model_copy(update={"until": date(2026, 12, 1)})
    changed = replace(library, communes={ANH_SON: replace(commune, plans=replace(other, obligations=(ended,)))})
    await tick(databases, changed, clock)
    assert await filings(databases[0]) == []


async def test_my_tasks_are_shown_page_by_page_and_only_my_units(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    minh = citizen("minh")
    await minh.says("menu")
    assert await minh.taps("tasks") == ["staff.not_member"]
    await pass_to(date(2026, 11, 23))
    assert await an.says("việc của tôi") == ["task.mine"]
    (button,) = [one for one in values(an) if one.startswith("task/")]
    assert await an.taps(button) == ["task.page"]
    other = await _of(databases, "van-phong")
    assert await an.taps(f"task/{other}") == ["task.not_yours"]
    assert await an.taps(f"got/{other}") == ["task.not_yours"]
    assert await an.taps(f"give/{other}") == ["task.not_yours"]


async def test_one_commune_cannot_touch_the_filings_of_another(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass
) -> None:
    await pass_to(date(2026, 11, 23))
    stranger = await join(citizen("lien", "tan-an"), databases[0], clock, "kinh-te")
    filing = await _of(databases, "kinh-te")
    for act in ("task", "got", "later", "give"):
        assert await stranger.taps(f"{act}/{filing}") == ["task.not_yours"], act


async def test_a_leader_is_told_of_their_own_work_as_theirs(
    citizen: People, databases: list[Database], library: Library, clock: FakeClock, told: Letters
) -> None:
    meeting = with_obligations(load(CONTENT), "AS-05")  # the quarter's meeting, the chairman's, due on 7/1/2027
    lanh = await join(citizen("lanh"), databases[0], clock, "chu-tich", "leader")
    dung = await join(citizen("dung"), databases[0], clock, "pho-chu-tich", "vice")
    await tick(databases, meeting, clock)
    (filing,) = await filings(databases[0])
    await told(lanh), await told(dung)
    clock.at = at(date(2027, 1, 8), time(8, 0, 5))
    await tick(databases, meeting, clock)
    (his,), (hers,) = await told(lanh), await told(dung)
    assert f"filing/{filing.id}" in [button.value for button in his.buttons]
    assert "Chủ tịch UBND xã:" not in his.text
    assert "Chủ tịch UBND xã:" in hers.text


async def test_what_cannot_be_put_off_any_more_is_not_offered_to_be(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    await pass_to(date(2026, 11, 23))
    filing = await _of(databases, "kinh-te")
    await told(an)
    for day, offered in ((T5, True), (T0, False), (T3_LATE, False)):
        await pass_to(day)
        assert await an.taps(f"task/{filing}") == ["task.page"]
        assert (f"later/{filing}" in values(an)) is offered
    assert await an.taps(f"later/{filing}") == ["task.too_near"]  # an older message still has the button


async def test_two_replicas_tell_a_leader_of_all_that_is_late_in_one_message(
    citizen: People, databases: list[Database], library: Library, clock: FakeClock, pass_to: Pass, told: Letters
) -> None:
    dung = await join(citizen("dung"), databases[0], clock, "pho-chu-tich", "vice")
    for month, late in ((9, date(2026, 9, 29)), (12, T3_LATE)):  # two quarters: the replicas meet more than once
        await pass_to(date(2026, month, 10))
        await told(dung)
        clock.at = at(late, time(8, 0, 5))
        await asyncio.gather(*(tick([one], library, clock) for one in databases))
        (message,) = await told(dung)
        assert message.text.count("chưa nhận được") >= 6
