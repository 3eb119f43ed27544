"""The public figures: hand-computed, nobody to be found in them, and as a page."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import pytest_asyncio

from bot.app import App
from bot.web.figures_view import sections_of
from content.library import Library
from handlers.errand import Errand
from handlers.public_figures import Noted, PublicFigures, count, shown, spans_of, step_by_step
from handlers.question_counts import count_days
from storage.answers import Answer
from storage.bookings import Visit
from storage.chats import Address
from storage.database import Database
from storage.duty import HeldSession
from storage.feedback_case import Case
from storage.handover import Asked
from storage.question_days import QuestionDay
from storage.survey_counts import Vote
from storage.surveys import Group
from tests.citizen import Citizen
from tests.conftest import CONTENT
from tests.fakes import FakeClock
from tests.serving import Client, serving

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 9:00 in Vietnam
TODAY = date(2026, 11, 23)
NOTHING = Noted((), (), (), (), (), ())
WORDS = "Đường vào xóm Khe Trúc"


def _vote(day: date, mark: int | None, survey: str = "sau-buoi-ho-tro", item: str = "hai-long-chung") -> Vote:
    return Vote(
        survey, Group("tt-pvhcc", "trung-tam", ""), day.replace(day=1), {item: mark} if mark else {"tiep-can": 5}, WORDS
    )


def _visit(day: date, state: str = "done") -> Visit:
    return Visit(
        day, "trung-tam", "trung-tam", "centre", None, state, True, False, False, NOW, None, None, None, None, None
    )


def _case(day: int, hours: float | None, *, in_time: bool | None = None, month: int = 10) -> Case:
    made = datetime(2026, month, day, 1, tzinfo=UTC)
    answered = made + timedelta(hours=hours) if hours is not None else None
    state = "answered" if answered else "received"
    return Case("i", "anh-son", "C", 1, "k", "u", False, state, None, None, NOW, 0, made, answered, in_time, None)


def _count(library: Library, noted: Noted, now: datetime = NOW) -> PublicFigures:
    return count(library.communes["anh-son"], library.surveys, noted, now)


def test_satisfaction_of_a_hand_computed_year(library: Library) -> None:
    third = [_vote(date(2026, 8, 3), mark) for mark in (5, 5, 4, 4, 4, 4, 3, 5, 5, 5)]  # 9 of 10
    fourth = [_vote(date(2026, 10, 5), mark) for mark in (5, 4, 4, 4, 5)]  # 5 of 5
    others = [
        _vote(date(2026, 10, 5), None),  # the general question was skipped
        _vote(date(2026, 10, 5), 1, "sau-cau-tra-loi", "huu-ich"),  # about the assistant
        _vote(date(2026, 10, 5), 1, "gone"),
    ]
    figures = _count(library, replace(NOTHING, votes=[*third, *fourth, *others]))
    first, second, q3, q4 = (quarter.satisfaction for quarter in figures.quarters)
    assert first == second
    assert (first.answered, first.share, first.met, first.waiting) == (None, None, None, 0)
    assert (q3.satisfied, q3.answered, q3.share, q3.met) == (9, 10, 0.9, False)  # 90 % of 91 %
    assert (q4.satisfied, q4.answered, q4.share, q4.met) == (5, 5, 1.0, True)
    year = figures.so_far.satisfaction
    assert (year.satisfied, year.answered, year.met) == (14, 15, True)  # 93.3 %
    assert figures.target == 91


def test_a_vote_is_counted_when_the_month_is_over_and_five_have_gathered() -> None:
    august, september, october, november = (date(2026, month, 1) for month in (8, 9, 10, 11))
    four = [(august, 5)] * 4
    assert step_by_step(four, TODAY) == ([], 4)
    assert step_by_step([*four, (september, 1)], TODAY) == ([5, 5, 5, 5, 1], 0)
    assert step_by_step([*four, (september, 1), (october, 2)], TODAY) == ([5, 5, 5, 5, 1], 1)
    assert step_by_step([*four, (september, 1), *[(november, 2)] * 9], TODAY) == ([5, 5, 5, 5, 1], 9)
    assert step_by_step([(october, 3)] * 7, TODAY) == ([3] * 7, 0)
    assert step_by_step([(november, 3)] * 7, date(2026, 11, 30)) == ([], 7)
    assert step_by_step([(november, 3)] * 7, date(2026, 12, 1)) == ([3] * 7, 0)


def test_votes_at_the_counter_stand_apart(library: Library) -> None:
    counter = [_vote(date(2026, 8, 3), mark, "tai-quay") for mark in (5, 5, 5, 5, 5, 1)]
    service = [_vote(date(2026, 10, 5), mark) for mark in (4, 4, 4, 3, 3)]
    figures = _count(library, replace(NOTHING, votes=[*counter, *service]))
    year, apart = figures.so_far.satisfaction, figures.counter
    assert (year.satisfied, year.answered, year.met) == (3, 5, False)
    assert (apart.satisfied, apart.answered, apart.met) == (5, 6, None)
    assert "5/6" in sections_of(figures, library.speak("vi"))[0].note


def test_no_look_before_and_after_a_vote_tells_how_it_went(library: Library) -> None:
    """Whatever day somebody looks: the figure changes by nothing or by at least five votes."""
    votes = [(date(2026, 10, 1) + timedelta(days=number * 7 % 40), 1 + number % 5) for number in range(37)]
    seen = []
    for ahead in range(64):
        now = datetime(2026, 10, 1, 2, tzinfo=UTC) + timedelta(days=ahead)
        given = [_vote(*one) for one in votes if one[0] <= (now + timedelta(hours=7)).date()]
        seen.append(_count(library, replace(NOTHING, votes=given), now).so_far.satisfaction.answered or 0)
    steps = [later - earlier for earlier, later in pairwise(seen)]
    assert all(step == 0 or step >= 5 for step in steps)
    assert seen[-1] >= 33


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ((0, 0, 7, 9), ([True] * 4, False)),
        ((0, 3, 7, 9), ([True, False, True, True], True)),  # the year less the others would be 3
        ((1, 3, 7, 9), ([False, False, True, True], True)),  # together fewer than five
        ((2, 3, 7, 9), ([False, False, True, True], False)),
        ((4, 4, 4, 4), ([False] * 4, False)),
        ((3,), ([False], True)),
    ],
)
def test_small_quarters_are_hidden_and_cannot_be_found_by_subtraction(
    sizes: tuple[int, ...], expected: tuple[list[bool], bool]
) -> None:
    assert shown(sizes) == expected


def test_questions_visits_people_and_feedback_of_a_hand_computed_year(library: Library) -> None:
    held = [
        HeldSession("trung-tam", date(2026, 10, 5), datetime(2026, 10, 5, 1, tzinfo=UTC), NOW),
        HeldSession("trung-tam", date(2026, 10, 5), datetime(2026, 10, 5, 2, tzinfo=UTC), NOW),  # the same morning
        HeldSession("trung-tam", date(2026, 10, 5), datetime(2026, 10, 5, 7, tzinfo=UTC), NOW),
        HeldSession("trung-tam", date(2026, 10, 6), datetime(2026, 10, 6, 1, tzinfo=UTC), None),  # never closed
    ]
    waits = [Asked(NOW, NOW + timedelta(minutes=minutes), left=False) for minutes in (1, 2, 4, 30, 60)]
    noted = Noted(
        votes=(),
        questions=[QuestionDay(date(2026, 7, 1), 3, 3), QuestionDay(date(2026, 10, 1), 40, 31)],
        asked=[*waits, Asked(NOW, None, left=False), Asked(NOW, NOW + timedelta(hours=12), left=True)],
        held=held,
        visits=[_visit(date(2026, 9, 30)), *[_visit(TODAY)] * 6, _visit(TODAY, "no_show"), _visit(TODAY, "cancelled")],
        cases=[_case(1, 24, in_time=True)] * 3 + [_case(2, 48, in_time=False)] * 2 + [_case(3, None)] * 2,
    )
    figures = _count(library, noted)
    q3, q4, year = figures.quarters[2], figures.quarters[3], figures.so_far
    assert (q3.questions.asked, q3.questions.outright) == (None, None)
    assert (q4.questions.asked, q4.questions.outright, q4.questions.share) == (40, 31, 31 / 40)
    assert (year.questions.asked, year.questions.outright, year.questions.more) == (40, 31, True)
    assert (q4.person.asked, q4.person.median_minutes) == (7, 4)
    assert (q4.support.sessions, q4.support.visits) == (2, 6)
    assert (q3.support.visits, year.support.visits, year.support.more) == (None, 6, True)
    assert (q4.feedback.received, q4.feedback.answered, q4.feedback.in_time) == (7, 5, 3)
    assert q4.feedback.median_hours == 24
    assert year.feedback == q4.feedback


def test_who_answered_to_fewer_than_five_is_hidden_also_by_subtraction(library: Library) -> None:
    many = [replace(_case(1, 24, in_time=True), created=datetime(2026, 8, 3, tzinfo=UTC))] * 6
    few = [_case(1, 24, in_time=True), *[_case(3, None)] * 6]
    figures = _count(library, replace(NOTHING, cases=[*many, *few]))
    q4, year = figures.quarters[3].feedback, figures.so_far.feedback
    assert (q4.received, q4.answered, q4.in_time) == (7, None, None)
    assert (year.received, year.answered, year.in_time) == (13, None, None)


def test_a_year_has_the_quarters_that_have_begun(library: Library) -> None:
    assert [span[0].month for span in spans_of(date(2026, 3, 31))] == [1]
    assert [span[0].month for span in spans_of(date(2026, 4, 1))] == [1, 4]
    assert spans_of(TODAY)[-1] == (date(2026, 10, 1), date(2026, 12, 31))
    midnight = datetime(2026, 12, 31, 17, tzinfo=UTC)  # 1/1/2027 at home
    figures = _count(library, NOTHING, midnight)
    assert (figures.year, len(figures.quarters), figures.target) == (2027, 1, 93)


def test_a_year_that_is_over_can_still_be_read(library: Library) -> None:
    """On 1 January nobody has seen December's votes yet: they count when their month is over."""
    new_year = datetime(2027, 1, 3, 2, tzinfo=UTC)
    december = [_vote(date(2026, 12, 3), mark) for mark in (5, 5, 4, 4, 1)]
    noted = replace(NOTHING, votes=december)
    commune = library.communes["anh-son"]
    assert _count(library, noted, datetime(2026, 12, 31, 2, tzinfo=UTC)).so_far.satisfaction.waiting == 5
    figures = count(commune, library.surveys, noted, new_year, 2026)
    year = figures.so_far
    assert (figures.year, figures.over, figures.target, len(figures.quarters)) == (2026, True, 91, 4)
    assert (year.last, year.satisfaction.satisfied, year.satisfaction.answered) == (date(2026, 12, 31), 4, 5)
    section = sections_of(figures, library.speak("vi"))[0]
    assert section.lead.startswith("Năm 2026, 4 trong 5 người")
    assert [row.label for row in section.rows] == ["Quý I", "Quý II", "Quý III", "Quý IV", "Cả năm 2026"]
    few = count(commune, library.surveys, replace(NOTHING, votes=december[:3]), new_year, 2026)
    assert "Phiếu không tính: 3" in sections_of(few, library.speak("vi"))[0].note


def test_what_a_quarter_leaves_over_counts_with_the_next(library: Library) -> None:
    """A step needs five votes; a promise to count three more of a quarter that is over could never be kept."""
    second = [_vote(date(2026, 6, 3), mark) for mark in (5, 5, 1)]
    third = [_vote(date(2026, 8, 3), mark) for mark in (4, 4)]
    figures = _count(library, replace(NOTHING, votes=[*third, *second]))
    _, q2, q3, q4 = (quarter.satisfaction for quarter in figures.quarters)
    assert (q2.answered, q2.waiting) == (None, 0)
    assert (q3.satisfied, q3.answered, q3.waiting) == (4, 5, 0)
    assert (q4.answered, q4.waiting, figures.so_far.satisfaction.waiting) == (None, 0, 0)
    assert figures.so_far.satisfaction.answered == 5
    waits = _count(library, replace(NOTHING, votes=second)).so_far.satisfaction
    assert (waits.answered, waits.waiting) == (None, 3)


def test_the_page_speaks_in_sentences_of_every_language(library: Library) -> None:
    votes = [_vote(date(2026, 10, 5), mark) for mark in (5, 4, 4, 4, 1)]
    figures = _count(library, replace(NOTHING, votes=votes))
    for language, said in (("vi", "4 trong 5 người"), ("en", "4 of 5 people")):
        section = sections_of(figures, library.speak(language))[0]
        assert said in section.lead
        assert section.rows[3].bars[0].width == 80
        assert section.rows[3].aim == 91
        assert section.rows[0].bars == ()


# Through HTTP


@pytest_asyncio.fixture
async def served(database_url: str, clock: FakeClock) -> AsyncIterator[tuple[App, Client]]:
    async with serving(database_url, CONTENT, clock) as (app, client):
        yield app, client


async def _html(client: Client, path: str = "/anh-son/so-lieu") -> str:
    async with client.get(path) as response:
        assert response.status == 200
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        return await response.text()


async def _json(client: Client) -> dict[str, object]:
    async with client.get("/anh-son/figures.json") as response:
        assert response.status == 200
        found: dict[str, object] = await response.json()
        return found


async def test_the_page_shows_words_and_bars_and_no_script(served: tuple[App, Client]) -> None:
    _, client = served
    page = await _html(client)
    assert page == await _html(client, "/anh-son/figures")
    assert "<script" not in page
    assert "style=" not in page
    assert page.count("<table>") == page.count("<caption") == 5
    assert "chưa đủ số liệu" in page
    assert "91%" in page
    assert 'href="/anh-son/"' in page
    assert "Are people satisfied?" in await _html(client, "/anh-son/so-lieu?lang=en")
    assert "/anh-son/so-lieu" in await _html(client, "/anh-son/")
    async with client.get("/khong-co/so-lieu") as response:
        assert response.status == 404
        assert "<h1>" in await response.text()
    async with client.get("/static/figures.css") as response:
        assert response.status == 200


async def test_the_figures_are_counted_at_most_once_in_five_minutes(
    served: tuple[App, Client], clock: FakeClock
) -> None:
    app, client = served
    before = await _json(client)
    async with app.database.begin() as store:
        for number in range(6):
            case = replace(_case(20, None, month=11), id=f"c{number}", code=f"A2B{number}", chat_id=None)
            assert await store.feedback.add(case) is not None
    clock.move(minutes=4)
    assert await _json(client) == before
    clock.move(minutes=1)
    after = await _json(client)
    assert after["so_far"]["feedback"]["received"] == 6  # type: ignore[index]  # JSON
    clock.move(minutes=6)
    await app.database.close()
    again = await _json(client)  # the database is away: the old figures, with the old time
    assert again == after
    await app.database.open()


async def test_no_word_name_or_id_is_in_the_figures(served: tuple[App, Client]) -> None:
    app, client = served
    async with app.database.begin() as store:
        chat = await store.chats.open(Address("fake", "anh-son", "lan"), "vi", NOW)
        case = replace(_case(20, None, month=11), id="secret-id", code="A2B3C4", chat_id=chat.id)
        assert await store.feedback.add(case) is not None
    text = json.dumps(await _json(client)) + await _html(client)
    for hidden in ("secret-id", "A2B3C4", 'lan"', WORDS):
        assert hidden not in text
    numbers = re.findall(r'"received": (\w+)', text)
    assert numbers == ["0", "0", "0", "null", "null"]


async def test_days_are_counted_once_and_stay_when_the_questions_are_gone(
    databases: list[Database], library: Library, clock: FakeClock
) -> None:
    async with databases[0].begin() as store:
        chat = await store.chats.open(Address("fake", "anh-son", "lan"), "vi", NOW)
        for number, (ago, outcome) in enumerate([(9, "answer"), (9, "none"), (1, "answer"), (0, "answer")]):
            answer = Answer(f"a{number}", "hỏi", outcome, None, None)
            store.answers.note(chat.id, "anh-son", answer, NOW - timedelta(days=ago))
    for database in (databases[0], databases[1], databases[0]):
        async with database.begin() as store:
            await count_days(Errand(library, clock.now(), store, lambda: "", "", frozenset()))
    async with databases[1].begin() as store:
        store.chats.erase(chat.id)
    async with databases[0].begin() as store:
        await count_days(Errand(library, clock.now(), store, lambda: "", "", frozenset()))
    async with databases[1].read() as store:
        days = await store.question_days.span("anh-son", date(2026, 1, 1), TODAY)
        empty = await store.question_days.span("tan-an", date(2026, 1, 1), TODAY)
    assert [day for day in days if day.asked] == [
        QuestionDay(date(2026, 11, 14), 2, 1),
        QuestionDay(date(2026, 11, 22), 1, 1),
    ]
    assert len(days) == 9
    assert empty == [QuestionDay(date(2026, 11, 22), 0, 0)]


async def test_the_menu_leads_to_the_page(lan: Citizen) -> None:
    await lan.says("menu")
    assert await lan.taps("figures") == ["public.address"]
    assert "/anh-son/so-lieu" in lan.told
    assert await lan.says("số liệu công khai") == ["public.address"]


async def test_the_year_before_has_a_page_and_no_other(served: tuple[App, Client], clock: FakeClock) -> None:
    app, client = served
    assert "Số liệu năm 2025" not in await _html(client)
    async with app.database.begin() as store:
        chat = await store.chats.open(Address("fake", "anh-son", "lan"), "vi", NOW)
        for number in range(8):
            answer = Answer(f"a{number}", "hỏi", "answer" if number < 6 else "none", None, None)
            store.answers.note(chat.id, "anh-son", answer, NOW)
    async with app.database.begin() as store:
        await store.question_days.count("anh-son", TODAY, NOW, NOW + timedelta(hours=1))
    clock.at = datetime(2027, 1, 1, 2, tzinfo=UTC)
    assert 'href="/anh-son/so-lieu/2026"' in await _html(client)
    last = await _html(client, "/anh-son/so-lieu/2026")
    assert "Số liệu công khai năm 2026" in last
    assert "Cả năm 2026" in last
    assert "8 câu, trả lời ngay 6" in last
    async with client.get("/anh-son/figures.json?year=2026") as response:
        assert (await response.json())["year"] == 2026
    for path in ("/anh-son/so-lieu/2025", "/anh-son/so-lieu/2028", "/anh-son/figures.json?year=x"):
        async with client.get(path) as response:
            assert response.status == 404
