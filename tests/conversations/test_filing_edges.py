"""Reminding at its edges: a second step the same day, a changed ladder, what is gone, and what is not one's own."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.receive import Receiver
from content.dates import local_day
from content.ladder import Ladder
from content.library import Library
from content.obligations import Obligation
from handlers.filing_digest import digest
from handlers.filing_words import item_of
from handlers.route import Routes
from storage.database import Database
from storage.filings import Filing
from tests.citizen import Citizen
from tests.conversations.deadlines import ANH_SON, Letters, at, filings, send, tick, with_obligations
from tests.conversations.staff import join, pushes, values
from tests.fakes import FakeClock, Ids
from tests.simulation.raw import rows_of

People = Callable[..., Citizen]
Pass = Callable[..., Awaitable[None]]
T10 = date(2026, 12, 10)  # of AS-01, due on 24/12/2026


def changed(library: Library, *obligations: Obligation, ladders: tuple[Ladder, ...] = ()) -> Library:
    """Return the library with other obligations, or other ladders, in Anh Sơn."""
    commune = library.communes[ANH_SON]
    plans = replace(
        commune.plans, obligations=obligations or commune.plans.obligations, ladders=ladders or commune.plans.ladders
    )
    return replace(library, communes={**library.communes, ANH_SON: replace(commune, plans=plans)})


def ladder_of(library: Library, *steps: tuple[str, str]) -> Ladder:
    """Return the quarterly ladder with other steps: (moment, recipient)."""
    old = library.communes[ANH_SON].plans.ladder("quarterly")
    assert old is not None
    return Ladder.model_validate(
        {
            "id": "quarterly",
            "title": "t",
            "clock": "due",
            "source": "s",
            "steps": [{"at": a, "to": [t]} for a, t in steps],
        }
    )


@pytest.fixture(scope="module")
def library(library: Library) -> Library:
    return with_obligations(library, "AS-01", "AS-44")


@pytest.fixture
def pass_to(databases: list[Database], library: Library, clock: FakeClock) -> Pass:
    """Move the clock to an instant and let both replicas tick."""

    async def move(day: date, moment: time = time(8, 0, 5), content: Library = library) -> None:
        clock.at = at(day, moment)
        await tick(databases, content, clock)

    return move


@pytest.fixture
def told(databases: list[Database]) -> Letters:
    return Letters(databases[0])


async def _of(databases: list[Database], unit: str) -> str:
    return next(one.id for one in await filings(databases[0]) if one.unit == unit)


async def test_a_second_step_of_a_day_waits_for_the_next_morning_unless_that_is_too_late(
    citizen: People, databases: list[Database], library: Library, pass_to: Pass, told: Letters
) -> None:
    steps = ("T-5", "assignee"), ("T-5 14:00", "assignee"), ("T-0", "assignee"), ("T-0 14:00", "assignee")
    twice = changed(library, ladders=(ladder_of(library, *steps),))
    an = await join(citizen("an"), databases[0], FakeClock(), "kinh-te")
    await pass_to(date(2026, 11, 23), content=twice)
    await pass_to(date(2026, 12, 17), content=twice)
    assert len(await told(an)) == 1
    await pass_to(date(2026, 12, 17), time(14, 0, 5), content=twice)
    assert await told(an) == []
    await pass_to(date(2026, 12, 18), content=twice)
    assert len(await told(an)) == 1
    await pass_to(date(2026, 12, 24), content=twice)
    assert len(await told(an)) == 1
    await pass_to(date(2026, 12, 24), time(14, 0, 5), content=twice)
    assert len(await told(an)) == 1


async def test_what_is_put_off_counts_as_told_only_when_it_is_told(
    citizen: People, databases: list[Database], database_url: str, library: Library, pass_to: Pass, told: Letters
) -> None:
    twice = changed(library, ladders=(ladder_of(library, ("T-5", "assignee"), ("T-5 14:00", "assignee")),))
    an = await join(citizen("an"), databases[0], FakeClock(), "kinh-te")
    await pass_to(date(2026, 11, 23), content=twice)
    await pass_to(date(2026, 12, 17), content=twice)
    await pass_to(date(2026, 12, 17), time(14, 0, 5), content=twice)
    filing = await _of(databases, "kinh-te")
    async with databases[0].begin() as store:  # put off again to a moment of the same day, as a race between two can
        (member,) = await store.members.of_account(ANH_SON)
        store.filing_steps.again(filing, member.id, at(date(2026, 12, 17), time(15)))
    await pass_to(date(2026, 12, 17), time(15, 0, 5), content=twice)
    assert len(await told(an)) == 1
    steps = await rows_of(database_url, f"SELECT step, outcome FROM filing_steps WHERE filing = '{filing}'")
    outcomes = {row["step"].split("/")[0]: row["outcome"] for row in steps}
    assert outcomes == {"T-5": "told", "T-5 14:00": "merged", "again": None}
    await pass_to(date(2026, 12, 18), content=twice)
    assert len(await told(an)) == 1


async def test_a_changed_ladder_moves_what_is_still_to_come(
    citizen: People, databases: list[Database], library: Library, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], FakeClock(), "kinh-te")
    await pass_to(date(2026, 11, 23))
    new = changed(library, ladders=(ladder_of(library, ("T-3", "assignee"), ("T-0", "assignee")),))
    await pass_to(date(2026, 11, 23), time(9), content=new)
    heard = []
    day = date(2026, 11, 24)
    while day <= date(2026, 12, 31):
        await pass_to(day, content=new)
        heard += [day for _ in await told(an)]
        day += timedelta(days=1)
    assert heard == [date(2026, 12, 21), date(2026, 12, 24)]


async def test_an_obligation_taken_out_of_the_plan_is_silent_even_when_overdue(
    citizen: People, databases: list[Database], library: Library, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], FakeClock(), "kinh-te", "head")
    await pass_to(date(2026, 11, 23))
    commune = library.communes[ANH_SON]
    without = changed(library, *(one for one in commune.plans.obligations if one.id != "AS-01"))
    await pass_to(date(2026, 12, 25), content=without)
    assert await told(an) == []
    assert await filings(databases[0]) == []


async def test_an_event_with_hours_asks_for_no_day_and_one_holder_for_no_unit(
    citizen: People, databases: list[Database], pass_to: Pass, told: Letters, clock: FakeClock
) -> None:
    lanh = await join(citizen("lanh"), databases[0], clock, "chu-tich", "leader")
    assert await lanh.says("/mo_viec") == ["task.ask_event"]
    assert await lanh.taps("AS-44") == ["task.ask_event_day"]
    assert await lanh.says("25/11") == ["task.ask_event_about"]
    assert await lanh.says("Chậm hồ sơ đất đai") == ["task.ask_event_sure"]
    assert await lanh.taps("0") == ["task.event_opened"]
    await pass_to(date(2026, 11, 23), time(9, 1))
    (opened,) = await told(lanh)
    assert opened.key == "task.event"
    assert await lanh.says("/mo_viec") == ["task.ask_event"]
    await lanh.taps("AS-44")
    assert await lanh.says("25/11") == ["task.ask_event_about"]
    assert await lanh.says("Mất điện máy chủ") == ["task.ask_event_another"]
    assert "Chậm hồ sơ đất đai" in lanh.told  # what there is already
    assert "Mất điện máy chủ" in lanh.told
    clock.move(minutes=1)
    assert await lanh.says("mở thêm và báo ngay") == ["task.event_opened"]
    both = [one for one in await filings(databases[0]) if one.obligation == "AS-44"]
    assert [local_day(one.due) for one in both] == [date(2026, 11, 25)] * 2


async def test_two_who_open_the_same_event_at_once_open_one(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    lanh = await join(citizen("lanh"), databases[0], clock, "chu-tich", "leader")
    chi = await join(citizen("chi"), databases[0], clock, "vh-xh", "focal")
    for person in (lanh, chi):
        await person.says("/mo_viec")
        await person.taps("AS-44")
        await person.says("25/11")
        assert await person.taps("no") == ["task.ask_event_sure"]
    assert await lanh.taps("0") == ["task.event_opened"]
    assert await chi.taps("0") == ["dialog.gone", "task.ask_event_another"]  # there is one now
    assert len([one for one in await filings(databases[0]) if one.obligation == "AS-44"]) == 1


async def test_a_list_that_nobody_asked_for_and_a_quarter_without_lateness(
    citizen: People, databases: list[Database], pass_to: Pass, clock: FakeClock
) -> None:
    chi = await join(citizen("chi"), databases[0], clock, "vh-xh", "focal")
    minh = citizen("minh")
    await minh.says("menu")
    assert await minh.taps("latelist/2026-Q4") == ["staff.not_member"]
    assert await chi.taps("latelist/everything") == ["task.leaders_only"]
    assert await chi.taps("latelist/2026-Q1") == ["task.list_shown"]


async def test_what_a_citizen_taps_of_an_official_is_refused(
    citizen: People, databases: list[Database], pass_to: Pass
) -> None:
    await pass_to(date(2026, 11, 23))
    filing = await _of(databases, "kinh-te")
    minh = citizen("minh")
    await minh.says("menu")
    for tap in (f"task/{filing}", f"got/{filing}", "got/all", f"later/{filing}", f"give/{filing}", "openevent"):
        assert await minh.taps(tap) == ["staff.not_member"], tap


async def test_work_cannot_be_given_when_nobody_else_is_there_or_it_was_sent_meanwhile(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    await pass_to(date(2026, 11, 23))
    filing = await _of(databases, "kinh-te")
    assert await an.taps(f"give/{filing}") == ["task.no_colleague"]
    await join(citizen("bao"), databases[0], clock, "kinh-te")
    assert await an.taps(f"give/{filing}") == ["task.ask_whom"]
    (choice,) = [one for one in values(an) if one not in {"back", "cancel"}]
    await send(databases[0], filing, clock.now())
    assert await an.taps(choice) == ["task.over"]
    assert await an.taps(f"give/{filing}") == ["task.over"]
    assert await an.taps(f"task/{filing}") == ["task.over"]
    assert await an.taps("got/all") == ["task.nothing"]


async def test_the_focal_point_sees_every_task_and_works_only_on_her_own(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass
) -> None:
    chi = await join(citizen("chi"), databases[0], clock, "vh-xh", "focal")
    await pass_to(date(2026, 11, 23))
    other = await _of(databases, "kinh-te")
    assert await chi.taps(f"task/{other}") == ["task.page"]
    assert not [one for one in values(chi) if one.endswith(other)]
    assert await chi.taps(f"got/{other}") == ["task.not_yours"]


async def test_a_ladder_may_name_the_chairman_the_administrator_and_a_unit(
    citizen: People, databases: list[Database], library: Library, pass_to: Pass, told: Letters, clock: FakeClock
) -> None:
    steps = ("T-5", "chairman"), ("T-3", "admin"), ("T-1", "cong-an")
    named = changed(library, ladders=(ladder_of(library, *steps),))
    lanh = await join(citizen("lanh"), databases[0], clock, "chu-tich", "leader")
    quan = await join(citizen("quan"), databases[0], clock, "van-phong", "admin")
    giang = await join(citizen("giang"), databases[0], clock, "cong-an", "head")
    await pass_to(date(2026, 11, 23), content=named)
    heard = []
    for day in (date(2026, 12, 17), date(2026, 12, 21), date(2026, 12, 23)):
        await pass_to(day, content=named)
        heard.append([len(await told(person)) for person in (lanh, quan, giang)])
    assert heard == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


async def test_an_event_whose_plan_names_hours_is_due_so_many_hours_from_now(
    databases: list[Database], routes: Routes, library: Library, clock: FakeClock, citizen: People
) -> None:
    one = library.communes[ANH_SON].plans.obligation("AS-44")
    assert one is not None
    hours = changed(library, one.model_copy(update={"within_hours": 4}))
    receivers = [Receiver(database, lambda: hours, routes, clock.now, Ids()) for database in databases]
    lanh = await join(Citizen("lanh", receivers, clock), databases[0], clock, "chu-tich", "leader")
    await lanh.says("/mo_viec")
    assert await lanh.taps("AS-44") == ["task.ask_event_about"]
    assert await lanh.says("Mạng hỏng cả xã") == ["task.ask_event_sure"]
    assert await lanh.taps("0") == ["task.event_opened"]
    (opened,) = await filings(databases[0])
    assert opened.due - clock.now() == timedelta(hours=4)


async def test_where_no_task_waits_for_an_event_none_can_be_opened(
    databases: list[Database], routes: Routes, library: Library, clock: FakeClock
) -> None:
    one = library.communes[ANH_SON].plans.obligation("AS-01")
    assert one is not None
    dated = changed(library, one)
    receivers = [Receiver(database, lambda: dated, routes, clock.now, Ids()) for database in databases]
    lanh = await join(Citizen("lanh", receivers, clock), databases[0], clock, "chu-tich", "leader")
    assert await lanh.says("/mo_viec") == ["task.no_events"]


@pytest.mark.parametrize(
    "said",
    ["đã nhận", "da nhan a", "để sau", "mai nhé", "báo cáo này không phải của tôi", "xin gia han bao cao", "nhắc sau"],
)
async def test_what_an_official_answers_to_the_morning_message_leads_to_the_tasks(
    citizen: People, databases: list[Database], pass_to: Pass, clock: FakeClock, said: str
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    await pass_to(date(2026, 12, 10))
    assert await an.says(said) == ["task.mine"]
    lan = citizen("lan")
    await lan.says("menu")
    assert "task.mine" not in await lan.says(said)


async def test_nobody_of_a_unit_approves_what_a_leader_writes(
    citizen: People, databases: list[Database], pass_to: Pass, clock: FakeClock
) -> None:
    lanh = await join(citizen("lanh"), databases[0], clock, "chu-tich", "leader")
    thu = await join(citizen("thu"), databases[0], clock, "vh-xh", "head")
    await lanh.says("/mo_viec")
    await lanh.taps("AS-44")
    await lanh.says("25/11")
    await lanh.taps("no")
    assert await lanh.taps("0") == ["task.event_opened"]
    (opened,) = [one for one in await filings(databases[0]) if one.obligation == "AS-44"]
    await lanh.taps(f"filing/{opened.id}")
    await lanh.says("ko")
    await lanh.taps("none")
    assert await lanh.taps("send") == ["filing.receipt"]
    assert "filing.please_approve" not in [reply.key for reply in await pushes(databases[0], thu)]


def test_what_is_ones_own_to_do_comes_before_what_is_only_to_be_known(library: Library) -> None:
    due = at(date(2026, 12, 24))
    others = [
        Filing(f"f{day}", ANH_SON, "AS-01", "van-phong", "2026-Q4", due - timedelta(days=day), due)
        for day in range(1, 10)
    ]
    own = Filing("own", ANH_SON, "AS-01", "vh-xh", "2026-Q4", due, due)
    commune, phrases = library.communes[ANH_SON], library.speak("vi")
    items = [*(item_of(commune, one, "focal") for one in others), item_of(commune, own, "assignee")]
    said = digest(commune, phrases, due, items, "task.digest")
    assert said.buttons[0].value == "filing/own"
    assert said.buttons[-1].value == "tasks"
    only = digest(commune, phrases, due, items[:-1], "task.digest")
    assert [button.value for button in only.buttons] == ["board"]  # there is nothing in their own list
    vacant = digest(commune, phrases, due, [item_of(commune, own, "vacant")], "task.digest")
    assert "chưa có ai nhận nhiệm vụ" in vacant.text
    assert [button.value for button in vacant.buttons] == ["board"]


async def test_two_colleagues_in_one_report_do_not_overwrite_each_other(
    citizen: People, databases: list[Database], clock: FakeClock, pass_to: Pass
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    minh = await join(citizen("minh"), databases[0], clock, "kinh-te")
    await pass_to(date(2026, 12, 10))
    identity = await _of(databases, "kinh-te")
    report = f"filing/{identity}"
    await an.taps(report)
    await minh.taps(report)
    assert await minh.taps("none") == ["filing.ask_note"]
    assert await an.taps("none") == ["filing.changed_meanwhile"]
    assert await an.taps(report) == ["filing.draft_goes_on", "filing.ask_note"]
    assert await an.says("Hai lớp tập huấn đã mở") == ["filing.ask_proof"]
    assert await an.says("12/BC-KT") == ["filing.look"]
    assert await minh.taps("none") == ["filing.changed_meanwhile"]
    assert await an.taps("send") == ["filing.receipt"]
    (sent,) = [one for one in await filings(databases[0]) if one.id == identity]
    assert sent.proof == "12/BC-KT"
