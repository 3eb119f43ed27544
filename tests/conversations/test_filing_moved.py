"""A rule that staff change: what is sent counts for the new date, what is not moves to it. On both databases."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from content.dates import local_day
from content.library import Library
from content.rule_words import parse_rule
from storage.database import Database
from storage.filings import Filing
from tests.citizen import Citizen
from tests.conversations.deadlines import ANH_SON, Letters, at, filings, send, tick, with_obligations
from tests.conversations.staff import join
from tests.fakes import FakeClock
from tests.simulation.raw import rows_of

People = Callable[..., Citizen]
Pass = Callable[..., Awaitable[None]]

# «trước ngày 28 tháng cuối quý» is due on Sunday 27/12/2026, so the aim date is Friday 25/12. Counted by hand from
# there in working days: T-10 Friday 11/12, T-5 Friday 18/12, T-2 Wednesday 23/12, T-0 25/12, T+1 Monday 28/12.
LATER = "trước ngày 28 tháng cuối quý"
BEFORE, CHANGED = date(2026, 12, 10), date(2026, 12, 11)
OLD, NEW = date(2026, 12, 24), date(2026, 12, 27)


def ruled(library: Library, rule: str, obligation: str = "AS-01") -> Library:
    """Return the library with another rule for an obligation of Anh Sơn."""
    commune = library.communes[ANH_SON]
    obligations = tuple(
        one.model_copy(update={"rule": parse_rule(rule)}) if one.id == obligation else one
        for one in commune.plans.obligations
    )
    plans = replace(commune.plans, obligations=obligations)
    return replace(library, communes={**library.communes, ANH_SON: replace(commune, plans=plans)})


@pytest.fixture(scope="module")
def library(library: Library) -> Library:
    return with_obligations(library, "AS-01")


@pytest.fixture(scope="module")
def later(library: Library) -> Library:
    return ruled(library, LATER)


@pytest.fixture
def pass_to(databases: list[Database], clock: FakeClock) -> Pass:
    """Move the clock to an instant and let both replicas tick with this content."""

    async def move(content: Library, day: date, moment: time = time(8, 0, 5)) -> None:
        clock.at = at(day, moment)
        await tick(databases, content, clock)

    return move


@pytest.fixture
def told(databases: list[Database]) -> Letters:
    return Letters(databases[0])


async def of(databases: list[Database], unit: str = "kinh-te") -> Filing:
    """Return a unit's only filing of the last quarter."""
    (found,) = [one for one in await filings(databases[0]) if one.unit == unit and one.period == "2026-Q4"]
    return found


async def ledger(databases: list[Database], action: str) -> list[str]:
    """Return the subjects of an action in the ledger."""
    async with databases[0].read() as store:
        return [row["subject"] for row in await store.ledger.rows(ANH_SON) if row["action"] == action]


async def heard(told: Letters, person: Citizen, pass_to: Pass, content: Library, first: date, last: date) -> list[date]:
    """Return the days on which somebody got a reminder."""
    found, day = [], first
    while day <= last:
        await pass_to(content, day)
        found += [day for _ in await told(person)]
        day += timedelta(days=1)
    return found


@pytest.mark.parametrize("end", ["sent", "accepted", "excused"])
async def test_what_is_over_counts_for_the_new_date(
    citizen: People, databases: list[Database], library: Library, later: Library, pass_to: Pass, told: Letters, end: str
) -> None:
    an = await join(citizen("an"), databases[0], FakeClock(), "kinh-te")
    await pass_to(library, date(2026, 11, 23))
    await pass_to(library, BEFORE)
    filing = await of(databases)
    now = at(BEFORE, time(9))
    if end == "excused":
        async with databases[0].begin() as store:
            assert await store.filing_moves.excuse(filing.id, "someone", "vì", now)
    else:
        await send(databases[0], filing.id, now)
    if end == "accepted":
        async with databases[0].begin() as store:
            assert await store.filing_moves.accept(filing.id, "someone", now)
    await told(an)
    assert await heard(told, an, pass_to, later, CHANGED, date(2027, 1, 4)) == []
    moved = await of(databases)
    assert (moved.id, moved.state, moved.due.date()) == (filing.id, end, NEW)
    assert moved.sent_at == (None if end == "excused" else now)
    assert f"filing/{filing.id}" not in await ledger(databases, "escalated")


async def test_an_unsent_one_moves_with_its_draft_and_is_reminded_for_the_new_date_only(
    citizen: People, databases: list[Database], library: Library, later: Library, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], FakeClock(), "kinh-te")
    await join(citizen("binh"), databases[0], FakeClock(), "kinh-te", "head")
    await pass_to(library, date(2026, 11, 23))
    await pass_to(library, BEFORE)
    assert len(await told(an)) == 1  # T-10
    filing = await of(databases)
    async with databases[0].begin() as store:
        await store.filing_moves.draft(filing.id, '{"note": "x"}')
    # T-10 was told for the old date: not once more. Everything else comes for the new date, lateness too.
    days = await heard(told, an, pass_to, later, CHANGED, date(2026, 12, 27))
    assert days == [date(2026, 12, 18), date(2026, 12, 23), date(2026, 12, 25)]
    moved = await of(databases)
    assert moved == replace(
        filing, due=datetime.fromisoformat("2026-12-27T23:59:59+07:00"), aim=moved.aim, form='{"note": "x"}'
    )
    assert moved.aim == datetime.fromisoformat("2026-12-25T23:59:59+07:00")
    assert await ledger(databases, "escalated") == []
    await pass_to(later, date(2026, 12, 28))
    assert await ledger(databases, "escalated") == [f"filing/{filing.id}"]
    assert len(await ledger(databases, "moved")) == 6
    assert await ledger(databases, "void") == []


async def test_a_returned_one_keeps_when_it_was_sent(
    databases: list[Database], library: Library, later: Library, pass_to: Pass
) -> None:
    await pass_to(library, date(2026, 11, 23))
    filing, now = await of(databases), at(BEFORE, time(9))
    await send(databases[0], filing.id, now)
    async with databases[0].begin() as store:
        assert await store.filing_moves.give_back(filing.id, "sai số", now)
    await pass_to(later, CHANGED)
    moved = await of(databases)
    assert (moved.state, moved.sent_at, moved.reason, moved.due.date()) == ("returned", now, "sai số", NEW)


async def test_what_was_late_by_the_old_date_is_not_late_before_the_new_one(
    citizen: People, databases: list[Database], library: Library, later: Library, pass_to: Pass, told: Letters
) -> None:
    chair = await join(citizen("chair"), databases[0], FakeClock(), "chu-tich", "leader")
    binh = await join(citizen("binh"), databases[0], FakeClock(), "kinh-te", "head")
    await pass_to(library, date(2026, 11, 23))
    for day in (10, 17, 22, 24, 25):
        await pass_to(library, date(2026, 12, day))
    filing = await of(databases)
    assert (await ledger(databases, "escalated")).count(f"filing/{filing.id}") == 1
    await told(binh)
    await chair.says("bảng theo dõi")
    assert "Chậm hoặc quá hạn" in _words(chair)
    await pass_to(later, date(2026, 12, 25), time(9))
    assert (await of(databases)).due.date() == NEW
    await chair.says("bảng theo dõi")
    assert "Chậm hoặc quá hạn" not in _words(chair)
    assert await heard(told, binh, pass_to, later, date(2026, 12, 26), date(2026, 12, 28)) == [date(2026, 12, 28)]
    assert (await ledger(databases, "escalated")).count(f"filing/{filing.id}") == 2  # once for each date


def _words(person: Citizen) -> str:
    return "\n".join(one.text for one in person.replies)


async def test_what_was_sent_late_is_not_late_when_the_new_date_holds_at_once(
    databases: list[Database], library: Library, later: Library, pass_to: Pass
) -> None:
    await pass_to(library, date(2026, 11, 23))
    filing = await of(databases)
    await send(databases[0], filing.id, at(date(2026, 12, 25)))
    await pass_to(later, date(2026, 12, 26))
    assert (await of(databases)).in_time


async def test_a_rule_that_is_changed_back_brings_the_old_date_back(
    citizen: People, databases: list[Database], library: Library, later: Library, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], FakeClock(), "kinh-te")
    await pass_to(library, date(2026, 11, 23))
    first = await filings(databases[0])
    await pass_to(later, date(2026, 11, 24))
    await pass_to(library, date(2026, 11, 25))
    assert await filings(databases[0]) == first
    assert await heard(told, an, pass_to, library, date(2026, 11, 26), date(2026, 12, 24)) == [
        date(2026, 12, 10),
        date(2026, 12, 17),
        date(2026, 12, 22),
        OLD,
    ]


async def test_of_two_replicas_one_moves_a_filing(
    databases: list[Database], library: Library, later: Library, clock: FakeClock, pass_to: Pass
) -> None:
    await pass_to(library, date(2026, 11, 23))
    before = {one.id for one in await filings(databases[0])}
    clock.at = at(CHANGED)
    await asyncio.gather(*(tick([one], later, clock) for one in databases))
    await tick(databases, later, clock)
    found = await filings(databases[0])
    assert {one.id for one in found} == before
    assert {one.due.date() for one in found} == {NEW}
    assert len(await ledger(databases, "moved")) == 6


async def test_what_is_returned_after_the_move_is_reminded_for_the_new_date(
    citizen: People, databases: list[Database], library: Library, later: Library, pass_to: Pass, told: Letters
) -> None:
    an = await join(citizen("an"), databases[0], FakeClock(), "kinh-te")
    await pass_to(library, date(2026, 11, 23))
    await pass_to(library, BEFORE)
    filing = await of(databases)
    await send(databases[0], filing.id, at(BEFORE, time(9)))
    await pass_to(later, CHANGED)
    async with databases[0].begin() as store:
        assert await store.filing_moves.give_back(filing.id, "sai số", at(CHANGED, time(9)))
    await told(an)
    days = await heard(told, an, pass_to, later, date(2026, 12, 14), date(2026, 12, 27))
    assert days == [date(2026, 12, 18), date(2026, 12, 23), date(2026, 12, 25)]


async def test_a_void_filing_does_not_stand_in_the_way_of_the_new_date(
    databases: list[Database], library: Library, later: Library, pass_to: Pass
) -> None:
    await pass_to(later, date(2026, 11, 23))
    async with databases[0].begin() as store:
        for one in await store.filings.between(ANH_SON, at(OLD), at(date(2026, 12, 28))):
            assert await store.filings.void(one.id, "rule", at(date(2026, 11, 23)))
    await pass_to(library, date(2026, 11, 24))
    filing = await of(databases)
    await pass_to(later, date(2026, 11, 25))
    assert await of(databases) == replace(
        filing,
        due=datetime.fromisoformat("2026-12-27T23:59:59+07:00"),
        aim=datetime.fromisoformat("2026-12-25T23:59:59+07:00"),
    )


async def test_no_date_that_has_passed_is_set_afterwards(
    databases: list[Database], library: Library, pass_to: Pass
) -> None:
    await pass_to(library, date(2026, 11, 23))
    before = await filings(databases[0])
    sooner = ruled(library, "trước ngày 5 tháng cuối quý")
    await pass_to(sooner, CHANGED)
    now = await filings(databases[0])
    assert [one for one in now if one.period == "2026-Q4"] == before


async def test_nobody_is_left_in_peace_past_the_new_date(
    citizen: People,
    databases: list[Database],
    library: Library,
    database_url: str,
    clock: FakeClock,
    pass_to: Pass,
    told: Letters,
) -> None:
    an = await join(citizen("an"), databases[0], FakeClock(), "kinh-te")
    await pass_to(library, date(2026, 11, 23))
    await pass_to(library, date(2026, 12, 17))
    filing = await of(databases)
    clock.at = at(date(2026, 12, 17), time(9))
    assert await an.taps(f"later/{filing.id}/2026-12-23") == ["task.ask_until"]
    assert await an.taps(f"later/{filing.id}/2026-12-22") == ["task.snoozed"]
    await told(an)
    sooner = ruled(library, "trước ngày 22 tháng cuối quý")  # due and aimed for on Monday 21/12
    assert await heard(told, an, pass_to, sooner, date(2026, 12, 18), date(2026, 12, 21)) == [date(2026, 12, 21)]
    steps = await rows_of(database_url, f"SELECT step, at FROM filing_steps WHERE filing = '{filing.id}'")
    assert max(row["at"] for row in steps if row["step"].startswith("again/")) <= "2026-12-21T01:00:00.000000+00:00"


async def test_a_changed_rule_of_other_periods_does_not_ask_again_for_the_same_day(
    databases: list[Database], library: Library, pass_to: Pass
) -> None:
    await pass_to(library, date(2026, 11, 25))
    filing = await of(databases)
    await send(databases[0], filing.id, at(BEFORE))
    monthly = ruled(library, "trước ngày 25 hằng tháng")
    for day in (CHANGED, date(2026, 12, 14)):
        await pass_to(monthly, day)
        (same,) = [one for one in await filings(databases[0]) if one.unit == "kinh-te" and one.due.date() == OLD]
        assert (same.id, same.period, same.state) == (filing.id, "2026-Q4", "sent")


async def test_what_is_due_only_once_is_one_filing_whatever_its_day(
    databases: list[Database], library: Library, pass_to: Pass
) -> None:
    once = ruled(library, "một lần: 31/12/2026")
    await pass_to(once, CHANGED)
    (filing,) = [one for one in await filings(databases[0]) if one.unit == "kinh-te"]
    (other,) = [one for one in await filings(databases[0]) if one.unit == "van-phong"]
    await send(databases[0], filing.id, at(date(2026, 12, 14)))
    put_off = ruled(library, "một lần: 15/01/2027")
    await pass_to(put_off, date(2026, 12, 15))
    found = {one.unit: one for one in await filings(databases[0])}
    assert len(await filings(databases[0])) == len(found)
    assert (found["kinh-te"].id, found["kinh-te"].state) == (filing.id, "sent")
    assert (found["van-phong"].id, found["van-phong"].due.date()) == (other.id, date(2027, 1, 15))


async def test_replicas_with_different_files_do_not_move_a_report_to_and_fro(
    library: Library, later: Library, databases: list[Database], clock: FakeClock
) -> None:
    """One replica has not read a changed file yet, or cannot: what was read last holds."""
    clock.at = at(BEFORE)
    old, new = replace(library, read_at=clock.at - timedelta(hours=2)), replace(later, read_at=clock.at)
    await tick(databases, old, clock)
    for _ in range(3):
        await tick(databases[:1], new, clock)
        await tick(databases[1:], old, clock)
        clock.move(minutes=1)
    assert local_day((await of(databases)).due) == NEW
    assert len(await ledger(databases, "moved")) == 6  # each unit's report once
    clock.at = at(CHANGED)
    await tick(databases[1:], old, clock)  # a new day: the replica with the old files may be the only one left
    await tick(databases[:1], new, clock)
    assert local_day((await of(databases)).due) == NEW
