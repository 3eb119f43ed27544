"""The menu shows to each post exactly what works for it, in every commune's units and all roles; on both databases."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.receive import Receiver
from content.library import Library
from handlers.codes import ALPHABET
from handlers.posts import ROLES
from handlers.route import Routes
from storage.database import Database
from tests.citizen import Citizen
from tests.conversations.staff import join, values
from tests.conversations.test_rights_used import away
from tests.fakes import FakeClock, Ids

People = Callable[..., Citizen]
REFUSALS = frozenset(
    (
        *("staff.not_member", "staff.no_visits", "feedback.no_cases_here", "handover.not_yours", "notice.not_yours"),
        *("filing.not_yours", "incident.not_here", "dialog.gone"),
    )
)


@pytest.mark.parametrize("role", ROLES)
async def test_every_entry_shown_works_and_every_one_that_works_is_shown(
    citizen: People, databases: list[Database], library: Library, routes: Routes, clock: FakeClock, role: str
) -> None:
    entries = [entry.value for entry in routes.menu if entry.staff]
    assert len(entries) > 8
    hidden = 0
    for sign, unit in zip(ALPHABET, library.communes["anh-son"].profile.units, strict=False):
        person = await join(citizen(f"{sign}222"), databases[0], clock, unit.id, role)
        assert ("today" in values(person)) == ("today" in await _shown(person))
        shown = await _shown(person)
        for value in entries:
            works = (await person.taps(value))[-1] not in REFUSALS
            assert works is (value in shown), f"{role} of {unit.id}: {value}"
            hidden += not works
    assert hidden or role not in {"helper", "officer", "admin"}


async def _shown(person: Citizen) -> list[str]:
    assert (await person.says("menu"))[-1] == "menu.text"
    return values(person)


async def test_the_menu_of_a_citizen_and_of_who_left_has_nothing_for_members(
    lan: Citizen, citizen: People, databases: list[Database], routes: Routes, clock: FakeClock
) -> None:
    members_only = {entry.value for entry in routes.menu if entry.staff}
    assert not members_only & set(await _shown_first(lan))
    minh = await join(citizen("minh"), databases[0], clock)
    assert members_only & set(await _shown(minh))
    assert (await minh.says("/roi_nhiem_vu"))[-1] == "staff.ask_leave"
    assert await minh.taps("yes") == ["staff.left"]
    assert not members_only & set(await _shown(minh))


async def _shown_first(person: Citizen) -> list[str]:
    await person.says("menu")
    return values(person)


async def test_a_deputy_has_what_works_for_whom_they_stand_in(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    head = await join(citizen("truong"), databases[0], clock, "vh-xh", "head")
    officer = await join(citizen("nhan"), databases[0], clock, "vh-xh", "officer")
    assert "filing_waiting" not in await _shown(officer)
    await away(databases[0], clock, head, officer)
    assert "filing_waiting" in await _shown(officer)
    assert (await officer.taps("filing_waiting"))[-1] != "filing.not_yours"


async def test_where_a_commune_has_no_incidents_nobody_is_shown_them(
    databases: list[Database], library: Library, routes: Routes, clock: FakeClock
) -> None:
    commune = replace(library.communes["anh-son"], incidents=None)
    poorer = replace(library, communes={**library.communes, "anh-son": commune})
    ids = Ids()
    replicas = [Receiver(database, lambda: poorer, routes, clock.now, ids) for database in databases]
    minh = await join(Citizen("minh", replicas, clock), databases[0], clock)
    assert not {"incidents", "report"} & set(await _shown(minh))
