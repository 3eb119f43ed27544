"""A unit that ends: its reports keep its name, and what is left of its work is the successor's. On both databases."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, time

import pytest

from bot.receive import Receiver
from content.library import Library, load
from handlers.route import Routes
from storage.database import Database
from storage.filings import Filing
from tests.citizen import Citizen
from tests.conftest import CONTENT
from tests.conversations.deadlines import ANH_SON, Letters, at, filings, tick, with_obligations
from tests.conversations.staff import join, values
from tests.fakes import FakeClock, Ids
from tests.reports import at as end_of
from tests.reports import ended, filed

People = Callable[..., Citizen]
Pass = Callable[..., Awaitable[None]]
LAST_DAY, AFTER = date(2026, 12, 27), date(2026, 12, 28)  # AS-01 of the quarter was due on 24/12


class Town:
    """The library that the replicas read, which staff change in the middle of a test, and the time."""

    def __init__(self, library: Library, databases: list[Database], clock: FakeClock) -> None:
        self.library, self._databases, self._clock = library, databases, clock

    async def on(self, day: date, moment: time = time(8, 0, 5)) -> None:
        """Let time pass to an instant and both replicas tick."""
        self._clock.at = at(day, moment)
        await tick(self._databases, self.library, self._clock)

    async def of(self, unit: str) -> Filing:
        """Return a unit's filing of the last quarter."""
        (found,) = [one for one in await filings(self._databases[0]) if one.unit == unit and one.period == "2026-Q4"]
        return found


@pytest.fixture(scope="module")
def library(library: Library) -> Library:
    return with_obligations(library, "AS-01")


@pytest.fixture
def town(library: Library, databases: list[Database], clock: FakeClock) -> Town:
    return Town(library, databases, clock)


@pytest.fixture
def replicas(databases: list[Database], town: Town, routes: Routes, clock: FakeClock) -> list[Receiver]:
    ids = Ids()
    return [Receiver(one, lambda: town.library, routes, clock.now, ids) for one in databases]


@pytest.fixture
def told(databases: list[Database]) -> Letters:
    return Letters(databases[0])


async def test_the_successor_hears_of_an_overdue_report_and_sends_it_under_the_old_name(
    citizen: People, databases: list[Database], town: Town, told: Letters
) -> None:
    van = await join(citizen("van"), databases[0], FakeClock(), "van-phong")
    head = await join(citizen("head"), databases[0], FakeClock(), "van-phong", "head")
    old = await join(citizen("an"), databases[0], FakeClock(), "kinh-te")
    focal = await join(citizen("dau"), databases[0], FakeClock(), "vh-xh", "focal")
    await town.on(date(2026, 11, 23))
    for day in (10, 17, 22, 24):
        await town.on(date(2026, 12, day))
    filing = await town.of("kinh-te")
    assert await van.taps(f"task/{filing.id}") == ["task.not_yours"]
    for person in (van, head, focal, old):
        await told(person)
    town.library = ended(town.library, "kinh-te", "van-phong", date(2026, 12, 24))
    await town.on(date(2026, 12, 25))  # T+1: the head of the unit and the focal point
    (digest,) = await told(focal)
    assert "Phòng Kinh tế: **" in digest.text
    assert "kinh-te" not in digest.text
    (digest,) = await told(head)
    assert "Phòng Kinh tế: **" in digest.text
    assert await van.says("việc của tôi") == ["task.mine"]
    assert "của Phòng Kinh tế (đơn vị cũ)" in van.replies[-1].text
    assert f"task/{filing.id}" in values(van)
    assert await old.taps(f"filing/{filing.id}") == ["filing.not_yours"]
    assert (await van.taps(f"filing/{filing.id}"))[0] in {"filing.begin", "filing.begin_words"}
    assert "Phòng Kinh tế" in van.replies[0].text
    await _finish(van)
    assert (await town.of("kinh-te")).state == "approving"
    assert await head.says("chờ duyệt") == ["filing.waiting"]
    assert f"filing/{filing.id}" in values(head)
    assert await head.taps(f"filing_ok/{filing.id}") == ["filing.approved"]
    assert await focal.taps(f"filing_take/{filing.id}") == ["filing.accepted"]
    sent = await town.of("kinh-te")
    assert (sent.id, sent.state, sent.unit) == (filing.id, "accepted", "kinh-te")
    await focal.says("bảng theo dõi")
    words = "\n".join(one.text for one in focal.replies)
    assert "- Phòng Kinh tế: 1/1" in words
    assert "kinh-te" not in words
    await van.says("bảng theo dõi")
    assert "- Phòng Kinh tế: 1/1" in "\n".join(one.text for one in van.replies)


async def _finish(person: Citizen) -> None:
    for _ in range(40):
        if person.replies[-1].key == "filing.look":
            await person.taps("send")
            return
        await person.taps("none")
    raise AssertionError("the form does not end")


async def test_the_successor_gives_what_it_took_over_to_its_own_people(
    citizen: People, databases: list[Database], town: Town, told: Letters
) -> None:
    van = await join(citizen("van"), databases[0], FakeClock(), "van-phong")
    binh = await join(citizen("binh"), databases[0], FakeClock(), "van-phong")
    await join(citizen("an"), databases[0], FakeClock(), "kinh-te")
    await town.on(date(2026, 11, 23))
    filing = await town.of("kinh-te")
    town.library = ended(town.library, "kinh-te", "van-phong", LAST_DAY)
    await town.on(AFTER)
    assert await van.taps(f"give/{filing.id}") == ["task.ask_whom"]
    (colleague,) = [one for one in values(van) if one not in {"cancel", "back", "menu"}]
    await van.taps(colleague)
    assert van.replies[-1].key == "task.given"
    assert (await told(binh))[-1].key == "task.given_to_you"


async def test_before_its_last_day_a_unit_keeps_its_work(
    citizen: People, databases: list[Database], town: Town
) -> None:
    old = await join(citizen("an"), databases[0], FakeClock(), "kinh-te")
    van = await join(citizen("van"), databases[0], FakeClock(), "van-phong")
    await town.on(date(2026, 11, 23))
    filing = await town.of("kinh-te")
    town.library = ended(town.library, "kinh-te", "van-phong", LAST_DAY)
    await town.on(LAST_DAY)
    assert await van.taps(f"filing/{filing.id}") == ["filing.not_yours"]
    assert await old.taps(f"filing/{filing.id}") != ["filing.not_yours"]


async def test_a_draft_of_a_unit_that_ends_before_the_due_day_is_the_successors(
    citizen: People, databases: list[Database], town: Town
) -> None:
    van = await join(citizen("van"), databases[0], FakeClock(), "van-phong")
    await town.on(date(2026, 11, 23))
    filing = await town.of("kinh-te")
    async with databases[0].begin() as store:
        await store.filing_moves.draft(filing.id, '{"note": "x"}')
    town.library = ended(town.library, "kinh-te", "van-phong", date(2026, 12, 20))
    await town.on(date(2026, 12, 21))
    assert (await town.of("kinh-te")).form == '{"note": "x"}'
    assert (await van.taps(f"filing/{filing.id}"))[0] == "filing.draft_goes_on"


async def test_what_one_unit_leads_goes_on_at_the_successor_with_its_draft(
    citizen: People, databases: list[Database], town: Town, library: Library
) -> None:
    commune = library.communes[ANH_SON]
    (old,) = commune.plans.obligations
    plans = replace(commune.plans, obligations=(old.model_copy(update={"leads": ("kinh-te",)}),))
    town.library = replace(library, communes={**library.communes, ANH_SON: replace(commune, plans=plans)})
    van = await join(citizen("van"), databases[0], FakeClock(), "van-phong")
    await town.on(date(2026, 11, 23))
    filing = await town.of("kinh-te")
    async with databases[0].begin() as store:
        await store.filing_moves.draft(filing.id, '{"note": "x"}')
    town.library = ended(town.library, "kinh-te", "van-phong", date(2026, 12, 20))
    await town.on(date(2026, 12, 21))
    (moved,) = await filings(databases[0])
    assert moved == replace(filing, unit="van-phong", form='{"note": "x"}')
    assert (await van.taps(f"filing/{filing.id}"))[0] == "filing.draft_goes_on"


async def test_the_successor_sees_what_the_old_unit_sent_last_and_an_odd_figure_is_doubted(
    citizen: People, databases: list[Database], town: Town, clock: FakeClock
) -> None:
    town.library = load(CONTENT)  # Tịnh Thiện, whose office took over from «Văn phòng – Thống kê» on 1 July 2025
    van = await join(citizen("van", "tinh-thien"), databases[0], clock, "van-phong")
    june, september = end_of(6, 30, year=2025), end_of(9, 30, year=2025)
    await filed(
        databases[0], "TT-21", "bp-vp-tk", june, june, {"TT-I05": "91.5"}, account="tinh-thien", period="2025-Q2"
    )
    filing = await filed(databases[0], "TT-21", "van-phong", september, account="tinh-thien", period="2025-Q3")
    assert (await van.taps(f"filing/{filing}"))[-1] == "filing.ask_figure"
    assert "Kỳ trước: 91,5 %" in van.told
    assert await van.says("20") == ["filing.doubt_jump"]


async def test_what_the_successor_sent_itself_goes_before_what_the_old_unit_sent_the_same_day(
    citizen: People, databases: list[Database], town: Town, clock: FakeClock
) -> None:
    town.library = load(CONTENT)
    van = await join(citizen("van", "tinh-thien"), databases[0], clock, "van-phong")
    march, june, september = (end_of(month, 30, year=2025) for month in (3, 6, 9))
    for unit, due, figure in (
        ("van-phong", march, "60"),
        ("bp-vp-tk", june, "91.5"),
        ("van-phong", june, "80"),
        ("bp-vh-xh", june, "70"),  # another unit's successor is another
    ):
        await filed(databases[0], "TT-21", unit, due, due, {"TT-I05": figure}, account="tinh-thien")
    filing = await filed(databases[0], "TT-21", "van-phong", september, account="tinh-thien", period="2025-Q3")
    await van.taps(f"filing/{filing}")
    assert "Kỳ trước: 80 %" in van.told


async def test_the_same_figure_of_another_report_is_no_period_before(
    citizen: People, databases: list[Database], town: Town, clock: FakeClock
) -> None:
    town.library = load(CONTENT)
    van = await join(citizen("van", "tinh-thien"), databases[0], clock, "van-phong")
    june, august, september = end_of(6, 30, year=2025), end_of(8, 31, year=2025), end_of(9, 30, year=2025)
    await filed(
        databases[0], "TT-21", "van-phong", june, june, {"TT-I05": "91.5"}, period="2025-Q2", account="tinh-thien"
    )
    await filed(
        databases[0], "TT-99", "van-phong", august, august, {"TT-I05": "30"}, period="2025-08", account="tinh-thien"
    )
    filing = await filed(databases[0], "TT-21", "van-phong", september, period="2025-Q3", account="tinh-thien")
    await van.taps(f"filing/{filing}")
    assert "Kỳ trước: 91,5 %" in van.told


async def test_what_an_obligation_that_was_replaced_has_said_is_the_period_before(
    citizen: People, databases: list[Database], town: Town, clock: FakeClock
) -> None:
    library = load(CONTENT)
    commune = library.communes["tinh-thien"]
    old = commune.plans.obligation("TT-21")
    assert old is not None
    first, second = (
        old.model_copy(update={"id": "TT-98", "successor": "TT-97"}),
        old.model_copy(update={"id": "TT-97"}),
    )
    second = second.model_copy(update={"successor": "TT-21"})
    plans = replace(commune.plans, obligations=(*commune.plans.obligations, first, second))
    assert plans.replaced_by("TT-21") == {"TT-97", "TT-98"}
    town.library = replace(library, communes={**library.communes, "tinh-thien": replace(commune, plans=plans)})
    van = await join(citizen("van", "tinh-thien"), databases[0], clock, "van-phong")
    june, september = end_of(6, 30, year=2025), end_of(9, 30, year=2025)
    await filed(
        databases[0], "TT-98", "van-phong", june, june, {"TT-I05": "91.5"}, period="2025-Q2", account="tinh-thien"
    )
    filing = await filed(databases[0], "TT-21", "van-phong", september, period="2025-Q3", account="tinh-thien")
    await van.taps(f"filing/{filing}")
    assert "Kỳ trước: 91,5 %" in van.told
