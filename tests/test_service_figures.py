"""Figures that fill themselves: hand-computed spans, and None where there is nothing to count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from content.dates import HOME
from content.indicators import Indicator
from content.library import Commune, Library
from handlers.readings import Readings
from handlers.service_figures import COUNTS, Days, counted, counted_for, window_of
from handlers.typed_figures import Typed
from storage.chats import Address
from storage.database import Database
from storage.filings import Filing
from storage.incidents import Incident
from storage.members import Member
from storage.publications import Publication
from storage.store import Store
from storage.surveys import Group, Invitation
from tests.conversations.staff import with_village_point
from tests.fakes import FakeClock
from tests.reports import at

D = Decimal
FIRST, LAST = date(2026, 11, 2), date(2026, 11, 29)  # four whole weeks
LATER = datetime(2026, 12, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Look:
    store: Store
    library: Library
    now: datetime


@pytest.fixture(scope="module")
def library(library: Library) -> Library:
    return with_village_point(library)


@pytest.fixture
def commune(library: Library) -> Commune:
    return library.communes["anh-son"]


def _indicator(commune: Commune, identity: str) -> Indicator:
    found = commune.plans.indicator(identity)
    assert found is not None
    return found


async def _held(database: Database, roster: str, *days: date, hour: int = 8, closed: bool = True) -> None:
    for day in days:
        opened = datetime(day.year, day.month, day.day, hour, tzinfo=HOME)
        async with database.begin() as store:
            identity = f"{roster}-{day}-{hour}"
            assert await store.duty.open(identity, "anh-son", roster, day, "member", opened)
        if closed:
            async with database.begin() as store:
                assert await store.duty.close("anh-son", roster, "member", opened + timedelta(hours=2))


async def _votes(database: Database, marks: Sequence[int], day: date, commune: str = "anh-son") -> None:
    now = datetime(2026, 11, 1, 2, tzinfo=UTC)
    for number, mark in enumerate(marks):
        identity = f"{commune}-{day}-{number}"
        async with database.begin() as store:
            chat = await store.chats.open(Address("fake", commune, identity), "vi", now)
            group = Group("tt-pvhcc", "trung-tam", "ho-tich")
            made = Invitation(identity, chat.id, "sau-buoi-ho-tro", group, day, "open")
            assert await store.surveys.invite(made, commune, f"visit/{identity}")
            assert await store.surveys.vote(chat.id, commune, identity, {"hai-long-chung": mark}, "", day)


async def _count(
    database: Database,
    library: Library,
    identity: str,
    first: date = FIRST,
    last: date = LAST,
    now: datetime = LATER,
    **changes: object,
) -> Typed | None:
    commune = library.communes["anh-son"]
    indicator = _indicator(commune, identity).model_copy(update=changes)
    async with database.read() as store:
        found = await counted(Readings(Look(store, library, now), commune), [indicator], Days(first, last, last))
    assert set(found) <= {identity}
    return found.get(identity)


@pytest.mark.parametrize(
    ("period", "first", "last", "year_until"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30), date(2026, 11, 30)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31), date(2026, 12, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29), date(2028, 2, 29)),
        ("2026-W47", date(2026, 11, 16), date(2026, 11, 22), date(2026, 11, 22)),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4), date(2026, 1, 4)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3), date(2027, 1, 3)),
        ("2026-Q4", date(2026, 9, 15), date(2026, 12, 14), date(2026, 12, 31)),  # Nghị định 09/2019/NĐ-CP
        ("2026-Q1", date(2025, 12, 15), date(2026, 3, 14), date(2026, 3, 31)),
        ("2026-H1", date(2025, 12, 15), date(2026, 6, 14), date(2026, 6, 30)),
        ("2026", date(2025, 12, 15), date(2026, 12, 14), date(2026, 12, 31)),
        # anything else: the year up to the due day
        ("2026-12-24", date(2026, 1, 1), date(2026, 12, 24), date(2026, 12, 24)),
    ],
)
def test_a_period_has_its_days(commune: Commune, period: str, first: date, last: date, year_until: date) -> None:
    assert window_of(commune, period, at(12, 24)) == Days(first, last, year_until)


def test_the_due_day_is_the_local_one(commune: Commune) -> None:
    due = datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC)  # midnight of 1 January in Vietnam
    day = date(2027, 1, 1)
    assert window_of(commune, "2027-01-01", due) == Days(day, day, day)


async def test_satisfaction_is_the_share_of_the_months_votes(databases: list[Database], library: Library) -> None:
    await _votes(databases[0], [5, 4, 4, 5, 3, 4, 4, 1], FIRST)  # 6 of 8
    await _votes(databases[0], [1, 1, 1, 1, 1], date(2026, 12, 1))
    await _votes(databases[0], [1, 1, 1, 1, 1], date(2026, 10, 31))
    await _votes(databases[0], [1, 1, 1, 1, 1], FIRST, "tan-an")
    assert await _count(databases[1], library, "AS-I04") == Typed(D(75), D(6), D(8))


async def test_fewer_than_five_votes_are_nobodys_business(databases: list[Database], library: Library) -> None:
    await _votes(databases[0], [5, 5, 5, 5], FIRST)
    assert await _count(databases[1], library, "AS-I04") is None
    await _votes(databases[0], [5], LAST)
    assert await _count(databases[1], library, "AS-I04") == Typed(D(100), D(5), D(5))


async def test_a_week_has_no_votes_of_its_own(databases: list[Database], library: Library) -> None:
    await _votes(databases[0], [5] * 9, FIRST)
    week = (date(2026, 11, 9), date(2026, 11, 15))
    assert await _count(databases[1], library, "AS-I04", *week) is None


async def test_sessions_are_counted_a_week(databases: list[Database], library: Library) -> None:
    days = (3, 5, 10, 26, 27, 28)  # two, one, none, three in the four weeks
    await _held(databases[0], "to-ho-tro", *(date(2026, 11, day) for day in days))
    await _held(databases[0], "to-ho-tro", date(2026, 11, 12), closed=False)  # never closed: not held
    await _held(databases[0], "gio-truc-tuyen", date(2026, 11, 4), hour=15)
    assert await _count(databases[1], library, "AS-I22") == Typed(D("1.5"), D(6), D(4))
    assert await _count(databases[1], library, "AS-I23") == Typed(D("0.25"), D(1), D(4))


async def test_weeks_that_are_cut_or_run_do_not_lift_the_average(databases: list[Database], library: Library) -> None:
    days = (3, 5, 10, 14, 15, 17, 19)  # weeks of 2 and 9 November are over on the 20th, that of the 16th is not
    await _held(databases[0], "to-ho-tro", *(date(2026, 11, day) for day in days))
    now = datetime(2026, 11, 20, 2, tzinfo=UTC)
    assert await _count(databases[1], library, "AS-I22", now=now) == Typed(D("2.5"), D(5), D(2))
    # From Saturday 14/11 on: the cut week has met its two, but is no week.
    begin = date(2026, 11, 14)
    assert await _count(databases[1], library, "AS-I22", first=begin) == Typed(D(1), D(2), D(2))


async def test_a_week_that_runs_counts_once_it_has_its_sessions(databases: list[Database], library: Library) -> None:
    monday, sunday = date(2026, 11, 16), date(2026, 11, 22)
    friday = datetime(2026, 11, 20, 2, tzinfo=UTC)
    await _held(databases[0], "to-ho-tro", date(2026, 11, 17))
    assert await _count(databases[1], library, "AS-I22", monday, sunday, friday) is None
    await _held(databases[0], "to-ho-tro", date(2026, 11, 19))
    assert await _count(databases[1], library, "AS-I22", monday, sunday, friday) == Typed(D(2), D(2), D(1))


async def test_points_are_those_where_somebody_was(databases: list[Database], library: Library) -> None:
    assert await _count(databases[1], library, "AS-I32") is None
    await _held(databases[0], "to-ho-tro", date(2026, 11, 3))
    assert await _count(databases[1], library, "AS-I32") == Typed(D(0))  # the service is in use, the point is not
    await _held(databases[0], "nha-van-hoa-thon", date(2026, 11, 7), date(2026, 11, 14))
    assert await _count(databases[1], library, "AS-I32") == Typed(D(1))


async def test_a_count_of_the_year_begins_on_1_january(databases: list[Database], library: Library) -> None:
    await _held(databases[0], "nha-van-hoa-thon", date(2026, 1, 10))
    assert await _count(databases[1], library, "AS-I32") is None
    assert await _count(databases[1], library, "AS-I32", unit="điểm/năm") == Typed(D(1))
    assert await _count(databases[1], library, "AS-I32", unit="điểm/năm", comparator="≤") == Typed(D(1))


async def test_a_count_of_the_year_runs_to_its_end_and_other_counts_to_the_14th(
    databases: list[Database], library: Library
) -> None:
    await _held(databases[0], "nha-van-hoa-thon", date(2026, 12, 20))
    async with databases[1].read() as store:
        days = window_of(library.communes["anh-son"], "2026-Q4", at(12, 24))
        readings = Readings(Look(store, library, at(1, 5, year=2027)), library.communes["anh-son"])
        point = _indicator(library.communes["anh-son"], "AS-I32")
        of_year = point.model_copy(update={"unit": "điểm/năm", "id": "AS-I99"})
        assert await counted(readings, [point, of_year], days) == {"AS-I99": Typed(D(1))}


async def test_weeks_before_any_official_joined_are_not_weeks_without_sessions(
    databases: list[Database], library: Library
) -> None:
    await _member(databases[0], "to-ho-tro-cds", "anh-son", at(11, 13, 9, 0, 0))  # a Friday
    await _held(databases[0], "to-ho-tro", date(2026, 11, 24), date(2026, 11, 26))
    # The week of the 16th had none, the one of the 23rd two; those before are nobody's.
    assert await _count(databases[1], library, "AS-I22") == Typed(D(1), D(2), D(2))


@pytest.mark.parametrize("identity", ["AS-I02", "AS-I04", "AS-I15", "AS-I17", "AS-I22", "AS-I23", "AS-I27", "AS-I32"])
async def test_nothing_counted_is_none_and_not_0(databases: list[Database], library: Library, identity: str) -> None:
    assert await _count(databases[0], library, identity) is None


async def test_a_filing_is_counted_over_its_own_period(
    databases: list[Database], library: Library, commune: Commune, clock: FakeClock
) -> None:
    await _votes(databases[0], [5, 5, 5, 5, 1], date(2026, 9, 14))  # of 15/9–14/12 the whole of September counts
    await _votes(databases[0], [5, 5, 5, 5, 5], date(2026, 12, 1))
    await _votes(databases[0], [5, 5, 5, 5, 5], date(2026, 8, 31))
    filing = Filing("f", "anh-son", "AS-03", "vh-xh", "2026-Q4", at(12, 24), at(12, 24))
    async with databases[1].read() as store:
        found = await counted_for(Look(store, library, clock.now()), commune, filing, [_indicator(commune, "AS-I04")])
    assert found == {"AS-I04": Typed(D(80), D(4), D(5))}


def test_what_is_counted_is_named_in_the_content_format(library: Library) -> None:
    used = {one.actual for commune in library.communes.values() for one in commune.plans.indicators}
    assert set(COUNTS) <= used


async def _member(database: Database, unit: str, commune: str, now: datetime) -> Member:
    async with database.begin() as store:
        chat = await store.chats.open(Address("fake", commune, "hoa"), "vi", now)
        store.members.invite("K7M2-QXRT-AAAA", commune, unit, "focal", "Cán bộ", now + timedelta(days=1))
    async with database.begin() as store:
        member = await store.members.join("K7M2-QXRT-AAAA", commune, chat.id, "m1", now)
    assert member is not None
    return member


async def test_publications_count_from_the_first_of_january(databases: list[Database], library: Library) -> None:
    member = await _member(databases[0], "vh-xh", "anh-son", at(1, 5))
    assert await _count(databases[0], library, "AS-I27") is None
    async with databases[0].begin() as store:
        for number, (kind, day) in enumerate(
            [
                ("loudspeaker", date(2025, 12, 31)),  # the year before
                ("loudspeaker", date(2026, 1, 1)),
                ("loudspeaker", date(2026, 11, 29)),
                ("loudspeaker", date(2026, 11, 30)),  # after the span
                ("social", date(2026, 6, 1)),
            ]
        ):
            store.publications.add(Publication(f"p{number}", "anh-son", kind, day, "Tin", "so 1"), member, LATER)
    assert await _count(databases[0], library, "AS-I27") == Typed(D(2))
    assert await _count(databases[0], library, "AS-I28") == Typed(D(1))
    assert await _count(databases[0], library, "AS-I29") == Typed(D(0))


async def test_availability_and_serious_incidents(databases: list[Database], library: Library) -> None:
    commune = library.communes["tan-an"]
    up = _indicator(commune, "TA-I32")
    serious = up.model_copy(update={"id": "TA-I99", "actual": "incidents_serious", "unit": "vụ/năm", "comparator": "="})
    first, last, now = date(2026, 11, 23), date(2026, 11, 25), datetime(2026, 11, 30, 10, tzinfo=UTC)

    async def look() -> dict[str, Typed]:
        async with databases[0].read() as store:
            return await counted(Readings(Look(store, library, now), commune), [up, serious], Days(first, last, last))

    assert await look() == {}  # nobody could report anything
    member = await _member(databases[0], "van-phong", "tan-an", at(1, 5))
    # 450 minutes on Monday, a day off, 450 on Wednesday.
    assert await look() == {"TA-I32": Typed(D(100), D(900), D(900)), "TA-I99": Typed(D(0))}
    begun = datetime(2026, 11, 23, 8, tzinfo=HOME)
    async with databases[0].begin() as store:
        one = Incident("i1", "tan-an", "2E3B4C", "network", None, "van-phong", member.id, begun, begun)
        stored = await store.incidents.add(one)
        assert stored is not None
        assert await store.incidents.close(stored, begun + timedelta(minutes=90), begun + timedelta(minutes=91))
    assert await look() == {"TA-I32": Typed(D(90), D(810), D(900))}  # not judged yet: nobody claims 0 serious ones
    async with databases[0].begin() as store:
        assert await store.incidents.judge(one, serious=True)
    assert (await look())["TA-I99"] == Typed(D(1))


async def test_the_days_checked_are_counted(databases: list[Database], library: Library) -> None:
    commune = library.communes["nghia-tho"]
    checked = _indicator(commune, "NT-I10")
    first, last, now = date(2026, 11, 1), date(2026, 11, 30), datetime(2026, 11, 25, 10, tzinfo=UTC)

    async def look() -> dict[str, Typed]:
        async with databases[0].read() as store:
            return await counted(Readings(Look(store, library, now), commune), [checked], Days(first, last, last))

    member = await _member(databases[0], "tt-pvhcc", "nghia-tho", at(1, 5))
    assert await look() == {"NT-I10": Typed(D(0), D(0), D(2))}  # since 23/11; the 24th was a day off
    async with databases[0].begin() as store:
        assert await store.checks.enter(date(2026, 11, 23), 1, (), member, now)
    assert await look() == {"NT-I10": Typed(D(50), D(1), D(2))}
