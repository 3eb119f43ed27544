"""After a talk with an official: one invitation, to who was really talked with; on both databases."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime

import pytest

from content.library import Library
from handlers.errand import Errand
from handlers.messages import Reply
from handlers.survey_invitations import invite
from handlers.survey_results import Noted, count
from storage.database import Database
from storage.survey_counts import Vote
from storage.surveys import Group
from tests.citizen import Citizen
from tests.conversations.staff import join, pushes
from tests.fakes import FakeClock, Ids

# The clock stands at Monday 23/11/2026, 9:00.
TODAY = date(2026, 11, 23)
People = Callable[..., Citizen]
Ask = Callable[[Citizen], Awaitable[list[Reply]]]


@pytest.fixture
def ask(library: Library, databases: list[Database], clock: FakeClock) -> Ask:
    """Run the errand on both replicas and return the invitations to somebody."""
    ids = Ids()

    async def look(person: Citizen) -> list[Reply]:
        await pushes(databases[0], person)
        for database in databases:
            async with database.begin() as store:
                await invite(Errand(library, clock.now(), store, lambda: f"i{ids()}", "", frozenset()))
        return [reply for reply in await pushes(databases[0], person) if reply.key == "survey.invite"]

    return look


async def _asks(lan: Citizen, minh: Citizen, database: Database) -> str:
    """Lan asks for a person; return the id of the hand-over."""
    assert (await lan.says("gặp cán bộ"))[-1] == "handover.asking"
    shown = [button.value for reply in await pushes(database, minh) for button in reply.buttons]
    return [one for one in shown if one.startswith("handover/take/")][-1].rpartition("/")[2]


async def _talk(lan: Citizen, minh: Citizen, database: Database) -> None:
    identity = await _asks(lan, minh, database)
    assert await minh.taps(f"handover/take/{identity}") == ["handover.you_took"]
    await lan.says("Giấy khai sinh con tôi sai họ")
    assert await minh.taps(f"handover/end/{identity}") == ["handover.you_ended"]


async def test_a_talk_is_followed_by_one_invitation_and_a_vote_of_the_unit(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, ask: Ask, library: Library
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _talk(lan, minh, databases[0])
    assert await ask(lan) == []  # the next words may still be about the same matter
    clock.move(minutes=11)
    [invited] = await ask(lan)
    assert await ask(lan) == []
    assert await ask(minh) == []
    assert await lan.taps(invited.buttons[0].value) == ["survey.item"]
    for number in range(1, 4):
        keys = await lan.taps(f"{number}-5")
    assert keys == ["survey.ask_comment"]
    assert await lan.taps("skip") == ["survey.thanks"]
    async with databases[1].read() as store:
        votes = await store.survey_counts.votes("anh-son", TODAY, TODAY)
        responses = await store.survey_counts.responses("anh-son", TODAY.replace(day=1), date(2026, 11, 30))
    marks = {"tiep-can": 5, "can-bo": 5, "hai-long-chung": 5}
    assert votes == [Vote("sau-khi-gap-can-bo", Group("tt-pvhcc"), TODAY.replace(day=1), marks, "")]
    noted = Noted(votes, responses, (0, 0), 0)
    results = count(library.communes["anh-son"], library.surveys, noted, TODAY.replace(day=1), date(2026, 11, 30))
    assert (results.service.votes, results.bot.votes) == (1, 0)
    assert (results.service.response.numerator, results.service.response.denominator) == (1, 1)


async def test_thirty_days_pass_before_the_next_invitation(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, ask: Ask
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _talk(lan, minh, databases[0])
    clock.move(minutes=11)
    assert len(await ask(lan)) == 1
    clock.at = datetime(2026, 12, 22, 2, tzinfo=UTC)  # 29 days later
    await _talk(lan, minh, databases[0])
    clock.move(minutes=11)
    assert await ask(lan) == []
    clock.move(days=1)
    assert len(await ask(lan)) == 1


async def test_nobody_is_asked_about_a_talk_that_did_not_happen_or_goes_on(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, ask: Ask
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _asks(lan, minh, databases[0])
    assert await lan.taps("handover/stop") == ["handover.taken_back"]
    clock.move(minutes=11)
    assert await ask(lan) == []
    await _talk(lan, minh, databases[0])
    await _asks(lan, minh, databases[0])  # and asks again at once
    clock.move(minutes=11)
    assert await ask(lan) == []


async def test_nobody_is_asked_at_night_nor_after_erasing(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, ask: Ask
) -> None:
    minh, tu = await join(citizen("minh"), databases[0], clock), citizen("tu")
    clock.at = datetime(2026, 11, 23, 9, 55, tzinfo=UTC)  # 16:55
    await _talk(lan, minh, databases[0])
    await _talk(tu, minh, databases[0])
    clock.at = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # 21:00
    assert await ask(lan) == []
    await tu.says("/xoa_du_lieu")
    assert (await tu.taps("yes"))[-1] == "erase.done"
    clock.at = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # 7:00
    assert await ask(tu) == []
    assert len(await ask(lan)) == 0  # the round above has asked her already
    async with databases[0].read() as store:
        responses = await store.survey_counts.responses("anh-son", TODAY, date(2026, 11, 24))
    assert responses["sau-khi-gap-can-bo"].invited == 1


async def test_a_counter_visit_on_the_same_day_is_another_matter(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, ask: Ask
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _talk(lan, minh, databases[0])
    clock.move(minutes=11)
    assert len(await ask(lan)) == 1
    assert await lan.says("/start danh-gia-trung-tam") == ["survey.item"]
    assert "1/4" in lan.told  # the counter's survey, not that of the talk
