"""Surveys: from the end of a visit to a vote that belongs to nobody; whole conversations on both databases."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import create_async_engine

from bot.receive import Receiver
from content.library import Library
from handlers.errand import Errand
from handlers.messages import Incoming, Reply
from handlers.route import Routes
from handlers.survey_invitations import forget_abandoned, invite
from storage.database import Database
from storage.schema import metadata
from storage.survey_counts import Response, Vote
from storage.survey_tables import survey_votes
from storage.surveys import Group
from tests.citizen import Citizen
from tests.conversations.staff import book, join, pushes, values
from tests.fakes import FakeClock, Ids

# The clock stands at Monday 23/11/2026, 9:00.
TODAY = date(2026, 11, 23)
SECRET = "Bàn số hai để quạt chĩa thẳng vào lưng"
People = Callable[..., Citizen]
Ask = Callable[..., Any]


@pytest.fixture
def ask(library: Library, databases: list[Database], clock: FakeClock) -> Ask:
    """Run the errands on both replicas at once and return the survey's invitations to somebody."""
    ids = Ids()

    async def once(database: Database) -> None:
        for work in (invite, forget_abandoned):
            async with database.begin() as store:
                await work(Errand(library, clock.now(), store, lambda: f"i{ids()}", "", frozenset()))

    async def look(person: Citizen) -> list[Reply]:
        await pushes(databases[0], person)
        await asyncio.gather(*map(once, databases))
        return [reply for reply in await pushes(databases[0], person) if reply.key == "survey.invite"]

    return look


async def _visit(lan: Citizen, minh: Citizen, clock: FakeClock, day: str = "23/11", **how: Any) -> str:
    """Book for the afternoon, come, be helped."""
    code = await book(lan, day, **how)
    clock.move(hours=5)
    await minh.taps(f"desk/arrive/{code}")
    await minh.taps(f"desk/call/{code}")
    assert await minh.taps(f"desk/by/{code}/helped") == ["staff.done", "staff.page"]
    return code


async def _votes(database: Database, day: date = TODAY) -> list[Vote]:
    async with database.read() as store:
        return await store.survey_counts.votes("anh-son", day, day)


async def _begin(person: Citizen, invited: list[Reply]) -> None:
    (invitation,) = invited
    assert await person.taps(invitation.buttons[0].value) == ["survey.item"]


async def _mark(person: Citizen, *marks: str) -> list[str]:
    keys: list[str] = []
    for number, mark in enumerate(marks, 1):
        keys = await person.taps(f"{number}-{mark}" if mark != "skip" else "skip")
    return keys


async def test_a_visit_is_followed_by_one_invitation_and_one_vote(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, ask: Ask
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _visit(lan, minh, clock)
    assert await ask(lan) == []  # the desk may still take the closing back
    clock.move(minutes=11)
    invited = await ask(lan)
    assert await ask(lan) == []
    await _begin(lan, invited)
    assert [one for one in values(lan) if one not in {"cancel", "skip"}] == [f"1-{mark}" for mark in range(1, 6)]
    assert await lan.says("5") == ["survey.item"]  # a number means what was shown
    assert await lan.taps("1-5") == ["dialog.gone", "survey.item"]  # tapped twice: no answer to the second question
    assert await lan.taps("2-4") == ["survey.item"]
    assert await lan.says("quay lại") == ["survey.item"]
    assert await _mark(lan, "x", "4", "skip", "2", "4") == ["survey.ask_comment"]
    assert await lan.says("x" * 501) == ["survey.too_long", "survey.ask_comment"]
    assert await lan.says("Gọi 0912345678 mãi không được") == ["survey.thanks"]
    assert "person" in values(lan)
    marks = {"tiep-can": 5, "thu-tuc": 4, "gop-y": 2, "hai-long-chung": 4}
    group = Group("tt-pvhcc", "trung-tam", "")
    assert await _votes(databases[1]) == [
        Vote("sau-buoi-ho-tro", group, TODAY.replace(day=1), marks, "Gọi … mãi không được"),
    ]
    assert await lan.taps(invited[0].buttons[0].value) == ["survey.already"]
    async with databases[0].read() as store:
        assert await store.survey_counts.responses("anh-son", TODAY, TODAY) == {"sau-buoi-ho-tro": Response(1, 1)}
    assert (await citizen("mallory").taps(invited[0].buttons[0].value))[-1] == "survey.gone"


async def test_at_most_one_invitation_in_thirty_days(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, ask: Ask
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _visit(lan, minh, clock)
    clock.move(minutes=11)
    assert len(await ask(lan)) == 1
    clock.move(days=28, hours=18, minutes=49)  # 22/12, 9:00
    await _visit(lan, minh, clock, "22/12")
    clock.move(minutes=11)
    assert await ask(lan) == []
    clock.move(days=1, hours=-5, minutes=-11)  # 23/12, thirty days after
    await _visit(lan, minh, clock, "23/12")
    clock.move(minutes=11)
    assert len(await ask(lan)) == 1


async def test_nobody_is_asked_at_night_or_for_a_relative_or_after_the_free_window(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, ask: Ask
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    tu, ba, nam = (citizen(name) for name in ("tu", "ba", "nam"))
    early = await book(nam, "26/11")
    await _visit(lan, minh, clock)
    clock.move(hours=7, minutes=30)  # 21:30
    assert await ask(lan) == []
    clock.move(hours=9, minutes=35)  # 7:05
    assert len(await ask(lan)) == 1
    clock.move(days=2, hours=1, minutes=55)  # Thursday 26/11, 9:00
    codes = [early, await book(tu, "26/11"), await book(ba, "26/11", at="15h", whom="relative")]
    for code in codes:
        await minh.taps(f"desk/arrive/{code}")
        assert await minh.taps(f"desk/by/{code}/alone") == ["staff.done", "staff.page"]
    clock.move(hours=46)
    assert await ask(tu) == []  # closed 46 hours ago: too late to ask
    clock.move(hours=-45)
    await pushes(databases[0], tu)
    assert len(await ask(tu)) == 1
    async with databases[0].read() as store:
        invited = await store.survey_counts.responses("anh-son", TODAY, date(2026, 12, 31))
    assert invited == {"sau-buoi-ho-tro": Response(2, 0)}  # lan and tu: ba came for a relative, nam wrote days ago


async def test_an_abandoned_survey_can_be_taken_up_again_and_leaves_no_marks_behind(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, ask: Ask, database_url: str
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _visit(lan, minh, clock)
    clock.move(minutes=11)
    invited = await ask(lan)
    await _begin(lan, invited)
    await _mark(lan, "1", "2")
    assert await lan.taps(invited[0].buttons[0].value) == ["survey.item"]
    assert "(3/5)" in lan.told
    clock.move(hours=3)
    await ask(lan)
    assert "mark1" not in await _everything(database_url, "chats")
    await _begin(lan, invited)
    assert "(1/5)" in lan.told
    assert await _mark(lan, *["skip"] * 5) == ["survey.ask_comment"]
    assert await lan.taps("skip") == ["survey.empty"]
    assert await _votes(databases[0]) == []
    await _begin(lan, invited)


async def test_a_vote_counts_once_when_it_is_sent_to_both_replicas_at_once(
    lan: Citizen, replicas: list[Receiver], databases: list[Database], clock: FakeClock
) -> None:
    assert await lan.says("/start danh-gia-trung-tam") == ["start.notice", "survey.item"]
    assert await _mark(lan, "4", "4", "4", "5") == ["survey.ask_comment"]
    twice = [Incoming(lan.address, f"race-{number}", clock.now(), tap="skip") for number in (1, 2)]
    await asyncio.gather(*(replica.receive(one) for replica, one in zip(replicas, twice, strict=True)))
    (vote,) = await _votes(databases[0])
    assert (vote.survey, vote.group) == ("tai-quay", Group("tt-pvhcc", "trung-tam", ""))


async def test_the_code_at_the_counter_gives_one_vote_a_day_and_no_invitation_besides(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, ask: Ask
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _visit(lan, minh, clock)
    assert await lan.says("DANH-GIA-TRUNG-TAM") == ["survey.item"]
    assert await _mark(lan, "5", "5", "5", "5") == ["survey.ask_comment"]
    assert await lan.taps("skip") == ["survey.thanks"]
    assert await lan.says("danh-gia-trung-tam") == ["survey.already"]
    clock.move(minutes=11)
    assert await ask(lan) == []
    assert "survey.item" not in await lan.says("danh-gia-cho-khac")
    clock.move(days=1)
    assert await lan.says("danh-gia-trung-tam") == ["survey.item"]


async def test_erasing_everything_gives_no_second_vote_on_the_same_day(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    for person in (lan, citizen("tu")):
        await person.says("danh-gia-trung-tam")
        await _mark(person, "5", "5", "5", "5")
        assert await person.taps("skip") == ["survey.thanks"]
    await lan.taps("erase")
    assert await lan.taps("yes") == ["erase.done"]
    assert (await lan.says("danh-gia-trung-tam"))[-1] == "survey.already"
    assert len(await _votes(databases[1])) == 2
    clock.move(days=1)
    assert (await lan.says("danh-gia-trung-tam"))[-1] == "survey.item"


@pytest.mark.parametrize("between", [["menu"], ["gặp cán bộ", "huỷ"], ["menu", "đăng ký khai sinh cần giấy tờ gì"]])
async def test_who_did_something_else_goes_on_where_they_stopped(
    lan: Citizen, databases: list[Database], clock: FakeClock, between: list[str]
) -> None:
    await lan.says("menu")
    assert await lan.says("danh-gia-trung-tam") == ["survey.item"]
    assert await _mark(lan, "5", "4") == ["survey.item"]
    for words in between:
        await lan.says(words)
    assert await lan.says("danh-gia-trung-tam") == ["survey.item"]
    assert "(3/" in lan.told
    await lan.says("huỷ")  # who cancels wants nothing kept
    assert await lan.says("danh-gia-trung-tam") == ["survey.item"]
    assert "(1/" in lan.told


async def test_what_was_begun_is_forgotten_with_the_conversation(lan: Citizen, clock: FakeClock) -> None:
    await lan.says("danh-gia-trung-tam")
    await _mark(lan, "5", "4")
    await lan.says("menu")
    clock.move(hours=3)
    assert (await lan.says("danh-gia-trung-tam"))[-1] == "survey.item"
    assert "(1/" in lan.told


async def test_answers_are_asked_about_only_with_consent(
    citizen: People, databases: list[Database], clock: FakeClock, ask: Ask
) -> None:
    people = [citizen(f"p{number}") for number in range(20)]
    for person in people:
        await person.says("đăng ký khai sinh cần giấy tờ gì")
    clock.move(minutes=16)
    assert [await ask(person) for person in people] == [[]] * 20
    for person in people:
        assert await person.taps("survey_consent/yes") == ["survey.agreed"]
    assert await people[0].taps("survey_consent/no") == ["survey.stopped"]
    await pushes(databases[0], people[0])
    async with databases[0].read() as store:
        chats = [await store.chats.find(person.address) for person in people]
        known = [chat is not None and await store.surveys.has_consent(chat.id) for chat in chats]
    assert known == [False, *[True] * 19]


async def test_a_sampled_answer_is_followed_by_the_survey_on_the_assistant(
    library: Library, lan: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    every = library.surveys["sau-cau-tra-loi"].model_copy(update={"sample": 1})
    await lan.says("đăng ký khai sinh cần giấy tờ gì")
    assert lan.replies[-1].key not in {"answer.unknown", "answer.choose"}
    await lan.taps("survey_consent/yes")
    clock.move(minutes=16)
    await pushes(databases[0], lan)
    sampled = Library(library.communes, library.phrases, library.vocabulary, {every.id: every})
    async with databases[0].begin() as store:
        await invite(Errand(sampled, clock.now(), store, Ids(), "", frozenset()))
    invited = await pushes(databases[0], lan)
    await _begin(lan, invited)
    assert await _mark(lan, "3", "4") == ["survey.ask_comment"]
    await lan.taps("skip")
    (vote,) = await _votes(databases[0])
    assert (vote.survey, vote.group) == ("sau-cau-tra-loi", Group("", "", "ho-tich"))


async def _everything(url: str, name: str) -> str:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return repr((await connection.execute(select(metadata.tables[name]))).all())
    finally:
        await engine.dispose()


async def test_no_table_links_a_vote_to_a_person(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, ask: Ask, database_url: str
) -> None:
    """No value of a vote that is not shared by many stands in any other table, and the last words tell no mark."""
    assert not survey_votes.foreign_keys
    assert {column.name for column in survey_votes.columns} == {
        *("token_hash", "account", "survey", "month", "unit", "place", "topic", "marks", "comment")
    }
    minh = await join(citizen("minh"), databases[0], clock)
    last = []
    for person, marks in ((lan, "12345"), (citizen("tu"), "55555")):
        await _visit(person, minh, clock) if person is lan else await person.says("/start danh-gia-trung-tam")
        if person is lan:
            clock.move(minutes=11)
            await _begin(person, await ask(person))
        await _mark(person, *marks[: 5 if person is lan else 4])
        await person.says(SECRET)
        last.append([(reply.key, reply.text, reply.buttons) for reply in person.replies])
    assert last[0] == last[1]
    engine = create_async_engine(database_url)
    async with engine.connect() as connection:
        votes = (await connection.execute(select(survey_votes))).mappings().all()
    await engine.dispose()
    assert len(votes) == 2
    for table in metadata.tables:
        if table == "survey_votes":
            continue
        held = await _everything(database_url, table)
        assert SECRET not in held, table
        assert "mark1" not in held, table
        for vote in votes:
            assert vote["token_hash"] not in held, table
            assert vote["marks"] not in held, table
    assert {vote["month"] for vote in votes} == {"2026-11"}


async def test_erasing_the_chat_keeps_the_vote_and_nothing_that_leads_to_it(
    lan: Citizen, databases: list[Database], database_url: str
) -> None:
    await lan.says("danh-gia-trung-tam")
    await _mark(lan, "5", "5", "5", "5")
    await lan.taps("skip")
    await lan.taps("erase")
    assert await lan.taps("yes") == ["erase.done"]
    assert len(await _votes(databases[0])) == 1
    for table in ("survey_chats", "survey_invitations"):
        assert await _everything(database_url, table) == "[]"


async def test_not_now_is_taken_for_an_answer_and_an_old_invitation_is_closed(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, ask: Ask
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _visit(lan, minh, clock)
    clock.move(minutes=11)
    (invited,) = await ask(lan)
    assert await lan.taps(invited.buttons[1].value) == ["survey.left"]
    assert await lan.taps("survey_consent/yes") == ["survey.agreed"]
    clock.move(days=15)
    assert await lan.taps(invited.buttons[0].value) == ["survey.gone"]


async def test_who_agreed_before_is_offered_the_way_out_and_a_hotline_is_named(
    library: Library, databases: list[Database], routes: Routes, clock: FakeClock
) -> None:
    commune = library.communes["anh-son"]
    profile = commune.profile.model_copy(update={"hotline": "0238 000 000"})
    named = replace(library, communes={"anh-son": replace(commune, profile=profile)})
    lan = Citizen("lan", [Receiver(databases[0], lambda: named, routes, clock.now, Ids())], clock)
    await lan.says("danh-gia-trung-tam")
    await lan.taps("survey_consent/yes")
    assert await lan.says("danh-gia-trung-tam") == ["survey.one_to_five", "survey.item"]
    await _mark(lan, "1", "1", "1", "1")
    assert await lan.taps("skip") == ["survey.thanks_hotline"]
    assert "0238 000 000" in lan.told
    assert {"person", "survey_consent/no"} <= set(values(lan))


async def test_a_survey_that_is_taken_away_meanwhile_ends_kindly(
    library: Library, databases: list[Database], routes: Routes, clock: FakeClock
) -> None:
    shown = [library]
    lan = Citizen("lan", [Receiver(databases[0], lambda: shown[0], routes, clock.now, Ids())], clock)
    await lan.says("danh-gia-trung-tam")
    shown[0] = replace(library, surveys={})
    assert await lan.taps("1-5") == ["survey.gone"]
    assert "survey.item" not in await lan.says("danh-gia-trung-tam")


async def test_a_mark_can_be_said_and_a_number_beyond_the_scale_skips_nothing(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, ask: Ask
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _visit(lan, minh, clock)
    clock.move(minutes=11)
    await _begin(lan, await ask(lan))
    assert await lan.says("6") == ["survey.one_to_five", "survey.item"]
    assert "(1/" in lan.told
    assert await lan.says("hai long") == ["survey.item"]
    assert "(2/" in lan.told
    assert await lan.says("rất hài lòng ạ") == ["survey.item"]
    assert await lan.says("cũng tàm tạm") == ["survey.one_to_five", "survey.item"]
    assert await lan.says("bỏ qua") == ["survey.item"]
    assert "(4/" in lan.told


async def test_the_open_question_goes_on_in_the_language_that_is_chosen(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, ask: Ask
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _visit(lan, minh, clock)
    clock.move(minutes=11)
    await _begin(lan, await ask(lan))
    await lan.says("5")
    assert await lan.taps("lang/en") == ["language.changed", "survey.item"]
    assert "Were the papers, the steps" in lan.told
    assert await lan.says("satisfied") == ["survey.item"]
    assert "(3/" in lan.told


async def test_a_number_typed_below_the_list_of_languages_is_no_mark(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, ask: Ask
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _visit(lan, minh, clock)
    clock.move(minutes=11)
    await _begin(lan, await ask(lan))
    assert await lan.says("ngôn ngữ") == ["language.ask"]
    assert await lan.says("1") == ["language.changed", "survey.item"]
    assert "(1/" in lan.told
    assert await lan.says("1") == ["survey.item"]
    assert "(2/" in lan.told


async def test_a_number_typed_below_another_list_means_that_list_and_the_open_question_waits(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, ask: Ask
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _visit(lan, minh, clock)
    clock.move(minutes=11)
    await _begin(lan, await ask(lan))
    assert await lan.taps("areas") == ["areas.text"]
    assert await lan.says("1") == ["areas.list"]
    assert await lan.says("hài lòng") == ["survey.item"]
    assert "(2/" in lan.told
