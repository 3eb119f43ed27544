"""What waits in the outbox is taken back when its filing needs it no more; work that was given away is one person's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from content.library import Library
from handlers.messages import Reply
from storage.database import Database
from tests.citizen import Citizen
from tests.conversations.deadlines import ANH_SON, Letters, at, filings, tick, with_obligations
from tests.conversations.staff import join, pushes, values
from tests.fakes import FakeClock

People = Callable[..., Citizen]
MORNING = date(2026, 12, 10)  # T-10 of AS-01, due on 24/12/2026


@pytest.fixture(scope="module")
def library(library: Library) -> Library:
    """Anh Sơn with two reports that are due on the same day from the same units."""
    found = with_obligations(library, "AS-01")
    commune = found.communes[ANH_SON]
    (one,) = commune.plans.obligations
    other = one.model_copy(update={"id": "AS-50", "title": "Báo cáo thứ hai"})
    plans = replace(commune.plans, obligations=(one, other))
    return replace(found, communes={**found.communes, ANH_SON: replace(commune, plans=plans)})


async def _of(database: Database, unit: str, obligation: str = "AS-01") -> str:
    found = await filings(database)
    return next(one.id for one in found if one.unit == unit and one.obligation == obligation)


async def _reports(person: Citizen, filing: str) -> list[str]:
    """Fill in a report without any figure and send it."""
    asked = await person.taps(f"filing/{filing}")
    while asked[-1] != "filing.look":
        asked = await person.taps("none")
    return await person.taps("send")


@pytest.fixture
def told(databases: list[Database]) -> Letters:
    return Letters(databases[0])


async def test_a_reminder_that_has_not_gone_out_is_taken_back_when_the_report_is_sent(
    citizen: People, databases: list[Database], clock: FakeClock, library: Library, told: Letters
) -> None:
    only = with_obligations(library, "AS-01")
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    bao = await join(citizen("bao"), databases[0], clock, "kinh-te")
    chi = await join(citizen("chi"), databases[0], clock, "van-phong")
    await tick(databases, only, clock)
    clock.at = at(MORNING)
    await tick(databases, only, clock)
    assert await _reports(an, await _of(databases[0], "kinh-te")) == ["filing.receipt"]
    assert await told(an) == []
    assert await told(bao) == []
    assert len(await told(chi)) == 1


async def test_a_message_of_several_tasks_loses_only_the_line_that_is_done(
    citizen: People, databases: list[Database], clock: FakeClock, library: Library, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    await tick(databases, library, clock)
    clock.at = at(MORNING)
    await tick(databases, library, clock)
    first, second = [await _of(databases[0], "kinh-te", one) for one in ("AS-01", "AS-50")]
    assert await _reports(an, first) == ["filing.receipt"]
    (left,) = await told(an)
    assert "Báo cáo thứ hai" in left.text
    assert left.text.count("\n1. ") == 1
    assert "\n2. " not in left.text
    assert f"filing/{second}" in [one.value for one in left.buttons]
    assert f"filing/{first}" not in [one.value for one in left.buttons]


@pytest.mark.parametrize("came_back", [True, False])
async def test_what_is_on_its_way_stays_and_what_came_back_is_taken_back(
    citizen: People, databases: list[Database], clock: FakeClock, library: Library, told: Letters, came_back: bool
) -> None:
    only = with_obligations(library, "AS-01")
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    await tick(databases, only, clock)
    assert await told(an) == []
    clock.at = at(MORNING)
    await tick(databases, only, clock)
    async with databases[1].begin() as store:
        (parcel,) = await store.outbox.claim(clock.now(), clock.now() + timedelta(seconds=30), 100)
        if came_back:
            store.outbox.retry(parcel.id, clock.now(), "the platform is down")
    assert await _reports(an, await _of(databases[0], "kinh-te")) == ["filing.receipt"]
    assert len(await told(an)) == (0 if came_back else 1)


async def test_an_excuse_takes_back_what_waits(
    citizen: People, databases: list[Database], clock: FakeClock, library: Library, told: Letters
) -> None:
    only = with_obligations(library, "AS-01")
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    lanh = await join(citizen("lanh"), databases[0], clock, "chu-tich", "leader")
    await tick(databases, only, clock)
    clock.at = at(MORNING)
    await tick(databases, only, clock)
    assert await lanh.taps(f"filing_excuse/{await _of(databases[0], 'kinh-te')}") == ["filing.ask_excuse"]
    assert await lanh.says("Đơn vị không có việc này") == ["filing.excused"]
    assert await told(an) == []


async def test_a_draft_approved_at_night_does_not_wait_for_approval_in_the_morning(
    citizen: People, databases: list[Database], clock: FakeClock, library: Library, told: Letters
) -> None:
    only = with_obligations(library, "AS-01")
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    binh = await join(citizen("binh"), databases[0], clock, "kinh-te", "head")
    await tick(databases, only, clock)
    clock.at = at(MORNING, time(22))
    filing = await _of(databases[0], "kinh-te")
    assert await _reports(an, filing) == ["filing.waits_for_head"]
    assert await binh.taps(f"filing_ok/{filing}") == ["filing.approved"]
    assert "filing.please_approve" not in [one.key for one in await pushes(databases[0], binh)]


async def test_work_given_away_is_refused_to_others_until_it_is_taken_back(
    citizen: People, databases: list[Database], clock: FakeClock, library: Library, told: Letters
) -> None:
    only = with_obligations(library, "AS-01")
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    bao = await join(citizen("bao"), databases[0], clock, "kinh-te")
    await tick(databases, only, clock)
    clock.at = at(MORNING)
    await tick(databases, only, clock)
    filing = await _of(databases[0], "kinh-te")
    await an.taps(f"give/{filing}")
    (choice,) = [value for value in values(an) if value not in {"back", "cancel"}]
    assert await an.taps(choice) == ["task.given"]
    async with databases[0].begin() as store:
        waiting = await store.outbox.reminding(ANH_SON, filing, clock.now())
    assert [Reply.from_json(one.reply).key for one in waiting] == ["task.given_to_you"]  # the digest of both is gone
    for act in ("filing", "task", "got", "later", "give"):
        assert await an.taps(f"{act}/{filing}") == ["task.with_other"], act
        assert f"takeback/{filing}" in values(an)
    assert (await bao.taps(f"filing/{filing}"))[0] in {"filing.begin", "filing.begin_words"}
    assert await an.taps(f"takeback/{filing}") == ["task.taken_back"]
    assert await an.taps(f"takeback/{filing}") == ["task.is_yours"]
    keys = [one.key for one in await pushes(databases[0], bao)]
    assert "task.taken_from_you" in keys
    assert "task.given_to_you" not in keys  # had not gone out
    async with databases[0].read() as store:
        assert [row["action"] for row in await store.ledger.rows(ANH_SON)][-2:] == ["delegated", "taken back"]
    assert await _reports(an, filing) == ["filing.receipt"]
    assert await bao.taps(f"takeback/{filing}") == ["task.over"]


async def test_who_was_filling_it_in_when_it_was_given_away_cannot_send_it(
    citizen: People, databases: list[Database], clock: FakeClock, library: Library, told: Letters
) -> None:
    only = with_obligations(library, "AS-01")
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    bao = await join(citizen("bao"), databases[0], clock, "kinh-te")
    await tick(databases, only, clock)
    filing = await _of(databases[0], "kinh-te")
    asked = await an.taps(f"filing/{filing}")
    while asked[-1] != "filing.look":
        asked = await an.taps("none")
    await bao.taps(f"give/{filing}")
    await join(citizen("chi"), databases[0], clock, "kinh-te")
    async with databases[0].begin() as store:
        member = await store.members.of_chat((await store.chats.open(bao.address, "vi", clock.now())).id)
        assert member is not None
        assert await store.filings.delegate(filing, member.id)
    assert await an.taps("send") == ["filing.given_meanwhile"]
    assert "câu anh/chị vừa nhắn không được ghi lại" in an.told
    assert f"takeback/{filing}" in values(an)
    (one,) = [one for one in await filings(databases[0]) if one.id == filing]
    assert (one.state, one.form is not None) == ("open", True)


async def test_who_was_filling_in_what_is_taken_back_is_told_that_it_is_shared_and_asked_anew(
    citizen: People, databases: list[Database], clock: FakeClock, library: Library, told: Letters
) -> None:
    only = with_obligations(library, "AS-01")
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    bao = await join(citizen("bao"), databases[0], clock, "kinh-te")
    await tick(databases, only, clock)
    filing = await _of(databases[0], "kinh-te")
    await an.taps(f"give/{filing}")
    (choice,) = [value for value in values(an) if value not in {"back", "cancel"}]
    assert await an.taps(choice) == ["task.given"]
    asked = await bao.taps(f"filing/{filing}")
    while asked[-1] != "filing.ask_note":
        asked = await bao.taps("none")
    assert await an.taps(f"takeback/{filing}") == ["task.taken_back"]
    (word,) = [one for one in await pushes(databases[0], bao) if one.key == "task.taken_from_you"]
    assert "việc chung của đơn vị" in word.text
    assert await bao.says("85") == ["filing.taken_meanwhile"]
    assert f"filing/{filing}" in values(bao)
    (one,) = [one for one in await filings(databases[0]) if one.id == filing]
    assert '"note"' not in (one.form or "")
    asked = await bao.taps(f"filing/{filing}")
    assert asked[-1] == "filing.ask_note"  # the draft goes on where it ended
    await bao.says("Đã xong")
    await bao.taps("none")
    assert await bao.taps("send") == ["filing.receipt"]
