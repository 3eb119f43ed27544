"""Survey results: hand-computed shares and intervals, hidden groups, and the way from the database to the lines."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.surveys import show
from content.library import Commune, Library
from content.surveys import read_surveys
from handlers.figures import Share
from handlers.survey_reading import are_whole, read, whole_months
from handlers.survey_results import FEWEST, Against, Noted, Results, Sample, count, hidden, needed, wilson
from storage.chats import Address
from storage.database import Database
from storage.survey_counts import Response, Vote
from storage.surveys import Group, Invitation
from tests.commands import Command

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)
DAY = date(2026, 11, 23)


def _vote(mark: int | None, place: str = "trung-tam", survey: str = "sau-buoi-ho-tro", **more: int) -> Vote:
    marks = {**({"hai-long-chung": mark} if mark else {}), **more}
    return Vote(survey, Group("tt-pvhcc", place, "ho-tich"), DAY.replace(day=1), marks, "")


def _count(library: Library, votes: list[Vote], commune: str = "anh-son", done: int = 0) -> Results:
    responses = {"sau-buoi-ho-tro": Response(40, 20), "tai-quay": Response(9, 9), "sau-cau-tra-loi": Response(8, 2)}
    return count(library.communes[commune], library.surveys, Noted(votes, responses, (30, 40), done), FIRST, LAST)


def test_the_share_is_satisfied_and_very_satisfied_among_valid_answers(library: Library) -> None:
    marks = [5] * 30 + [4] * 15 + [3] * 3 + [2, 1]
    results = _count(library, [_vote(mark) for mark in marks] + [_vote(None, thu=1)], done=1_000)
    found = results.service.overall
    assert found is not None
    assert found.share == Share(45, 50, 0.9)  # the vote that skipped the general question is not valid
    assert found.distribution == (1, 1, 3, 15, 30)
    assert [found.low, found.high] == pytest.approx([0.7864, 0.9565], abs=1e-4)
    assert results.service.votes == 51
    assert not results.service.few
    assert results.service.response == Share(20, 40, 0.5)  # who scanned the code was not invited
    assert results.target == Against(2026, 91, met=False)
    assert results.sample == Sample(1_000, 286, 50)


@pytest.mark.parametrize(
    ("satisfied", "valid", "low", "high"),
    [(9, 10, 0.5958, 0.9821), (5, 5, 0.5655, 1.0), (0, 5, 0.0, 0.4345), (50, 100, 0.4038, 0.5962)],
)
def test_the_interval_is_wilsons(satisfied: int, valid: int, low: float, high: float) -> None:
    assert list(wilson(satisfied, valid)) == pytest.approx([low, high], abs=1e-4)


@pytest.mark.parametrize(("transactions", "sample"), [(0, 0), (1, 1), (100, 80), (400, 200), (1_000, 286)])
def test_the_sample_size_is_yamanes(transactions: int, sample: int) -> None:
    assert needed(transactions) == sample


@pytest.mark.parametrize(
    ("slug", "year", "percent"),
    [("anh-son", 2026, 91), ("anh-son", 2030, 98), ("khanh-son", 2024, 95), ("tinh-thien", 2025, 90)],
)
def test_targets_are_those_of_the_plans(library: Library, slug: str, year: int, percent: int) -> None:
    targets = {target.year: target.percent for target in library.communes[slug].profile.satisfaction}
    assert targets[year] == percent
    assert library.communes["nghia-tho"].profile.satisfaction == ()


def test_exactly_the_target_is_met_and_no_figures_are_not_zero(library: Library) -> None:
    votes = [_vote(4)] * 91 + [_vote(3)] * 9
    assert _count(library, votes).target == Against(2026, 91, met=True)
    assert _count(library, [_vote(4)] * 4).target == Against(2026, 91, met=None)
    assert _count(library, [_vote(4)] * 4).service.overall is None
    assert _count(library, votes, "khanh-son").target is None


def test_the_assistants_score_stands_apart(library: Library) -> None:
    votes = [_vote(5)] * 6 + [_vote(1, survey="sau-cau-tra-loi")] * 5 + [_vote(1, survey="gone")] * 7
    results = _count(library, votes)
    assert results.service.overall is not None
    assert results.bot.overall is not None
    assert results.service.overall.share == Share(6, 6, 1.0)
    assert results.bot.overall.share == Share(0, 5, 0.0)
    assert results.useful == Share(30, 40, 0.75)
    assert results.bot.response == Share(2, 8, 0.25)


@pytest.mark.parametrize(
    ("sizes", "unseen"),
    [
        ({"a": 10, "b": 6}, ""),
        ({"a": 10, "b": 6, "c": 2}, "bc"),  # c alone could be found by subtraction
        ({"a": 10, "b": 6, "c": 2, "d": 1}, "bcd"),  # c and d together are three
        ({"a": 10, "b": 6, "c": 4, "d": 1}, "cd"),
        ({"a": 4}, "a"),
        ({"a": 5, "b": 1}, "ab"),
    ],
)
def test_small_groups_are_hidden_and_cannot_be_found_by_subtraction(sizes: Mapping[str, int], unseen: str) -> None:
    assert hidden(sizes) == set(unseen)


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 40), max_size=8))
def test_what_is_hidden_together_is_never_small_unless_it_is_all(sizes: dict[str, int]) -> None:
    unseen = hidden(sizes)
    assert {name for name, size in sizes.items() if size < FEWEST} <= unseen
    if unseen and len(unseen) < len(sizes):
        assert len(unseen) >= 2
        assert sum(sizes[name] for name in unseen) >= FEWEST


def test_groups_are_shown_by_place_with_small_ones_hidden(library: Library) -> None:
    votes = [_vote(5)] * 8 + [_vote(4, "nha-van-hoa-thon")] * 6 + [_vote(1, "goi-video")] * 2
    shown = {part.name: part.measure for part in _count(library, votes).service.by_place}
    assert shown["goi-video"] is shown["nha-van-hoa-thon"] is None
    assert shown["trung-tam"] is not None
    assert shown["trung-tam"].share == Share(8, 8, 1.0)


def test_votes_at_the_counter_stand_apart(library: Library) -> None:
    votes = [_vote(4)] * 9 + [_vote(3)] + [_vote(5, survey="tai-quay")] * 90
    results = _count(library, votes, done=10)
    assert results.service.overall is not None
    assert results.counter.overall is not None
    assert results.service.overall.share == Share(9, 10, 0.9)
    assert results.counter.overall.share == Share(90, 90, 1.0)
    assert (results.service.votes, results.counter.votes, results.sample.valid) == (10, 90, 10)
    assert results.target == Against(2026, 91, met=False)  # a hundred scans make no nine of ten better
    assert [part.name for part in results.counter.by_place] == ["trung-tam"]


@pytest.mark.parametrize(
    ("span", "months"),
    [
        (((2026, 10, 1), (2026, 12, 31)), ((2026, 10, 1), (2026, 12, 31))),
        (((2026, 9, 15), (2026, 12, 14)), ((2026, 9, 1), (2026, 11, 30))),  # Nghị định 09/2019/NĐ-CP
        (((2026, 12, 15), (2027, 3, 14)), ((2026, 12, 1), (2027, 2, 28))),
        (((2026, 10, 1), (2026, 11, 23)), ((2026, 10, 1), (2026, 11, 30))),
        (((2026, 10, 1), (2026, 11, 10)), ((2026, 10, 1), (2026, 10, 31))),
        (((2026, 11, 1), (2026, 11, 15)), None),
        (((2026, 11, 1), (2026, 11, 16)), ((2026, 11, 1), (2026, 11, 30))),
        (((2026, 11, 12), (2026, 11, 18)), None),  # a week
        (((2026, 11, 23), (2026, 12, 5)), None),
    ],
)
def test_a_span_counts_the_months_of_which_it_has_more_than_half(
    span: tuple[tuple[int, int, int], ...], months: tuple[tuple[int, int, int], ...] | None
) -> None:
    first, last = (date(*day) for day in span)
    found = whole_months(first, last)
    assert found == (None if months is None else tuple(date(*day) for day in months))


@given(st.lists(st.dates(date(2026, 1, 1), date(2029, 12, 31)), min_size=2, max_size=9, unique=True))
def test_spans_that_follow_each_other_count_no_month_twice(cuts: list[date]) -> None:
    counted = []
    for first, after in pairwise(sorted(cuts)):
        months = whole_months(first, after - timedelta(days=1))
        if months is not None:
            assert are_whole(*months)
            counted += [day for day in (months[0] + timedelta(days=ahead) for ahead in range(1500)) if day <= months[1]]
    assert len(counted) == len(set(counted))


async def _store(database: Database, commune: Commune, number: int) -> None:
    now = datetime(2026, 11, 23, 2, tzinfo=UTC)
    for index in range(number):
        async with database.begin() as store:
            chat = await store.chats.open(Address("fake", commune.slug, str(index)), "vi", now)
            group = Group("tt-pvhcc", "trung-tam", "ho-tich")
            made = Invitation(f"i{index}", chat.id, "sau-buoi-ho-tro", group, DAY, "open")
            assert await store.surveys.invite(made, commune.slug, f"visit/{index}")
            assert not await store.surveys.invite(made, commune.slug, f"visit/{index}")
            marks = {"can-bo": 5, "hai-long-chung": 4 if index else 2}
            if index < number - 2:
                assert await store.surveys.vote(chat.id, commune.slug, made.id, marks, f"ý {index}", DAY)


async def test_from_the_database_to_the_lines(databases: list[Database], library: Library) -> None:
    await _store(databases[0], library.communes["anh-son"], 10)
    async with databases[1].read() as store:
        noted = await read(store, "anh-son", FIRST, LAST)
        assert (await read(store, "tan-an", FIRST, LAST)).votes == []
        assert (await read(store, "anh-son", FIRST, date(2026, 10, 31))).votes == []
    async with databases[0].begin() as store:
        store.survey_counts.forget_comments(date(2026, 11, 1))
    async with databases[1].read() as store:
        assert (await read(store, "anh-son", FIRST, LAST)).votes == noted.votes
    async with databases[0].begin() as store:
        store.survey_counts.forget_comments(date(2026, 11, 2))  # it may have been given on the first
    async with databases[1].read() as store:
        kept = (await read(store, "anh-son", FIRST, LAST)).votes
    assert [(vote.marks, vote.comment) for vote in kept] == [(vote.marks, "") for vote in noted.votes]
    text = show(library, "anh-son", noted, FIRST, LAST, as_json=False)
    assert "87,5% (7/8)" in text
    assert "80,0% (8/10)" in text
    assert "N = 0" not in text  # no visit is on record: not «8 of 0 needed»
    assert "ý 3" in text
    found = json.loads(show(library, "anh-son", noted, FIRST, LAST, as_json=True))
    assert found["service"]["overall"]["share"] == {"numerator": 7, "denominator": 8, "value": 0.875}
    assert found["service"]["factors"]["officer"]["distribution"] == [0, 0, 0, 0, 8]
    assert found["service"]["factors"]["access"] is None
    assert found["target"] == {"year": 2026, "percent": 91, "met": False}


SURVEY = """\
id: mau
when: visit
title: Mẫu
items:
  - id: mot
    factor: result
    overall: true
    text: Thế nào?
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("    overall: true\n", "", 4, "overall: true"),
        ("factor: result", "factor: weather", 6, "weather"),
        ("id: mau", "id: khac", 1, "mau"),
        ("    text: Thế nào?\n", "", 5, "text"),
        ("    text: Thế nào?\n", "    text: a\n" + "  - {id: b, factor: result, text: b}\n" * 5, 4, "5"),
        ("  - id: mot", "  - {id: mot, factor: access, text: b}\n  - id: mot", 4, "trùng"),
    ],
)
def test_staff_are_told_what_is_wrong_and_where(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    (tmp_path / "mau.yaml").write_text(SURVEY.replace(old, new), encoding="utf-8")
    _, problems = read_surveys(tmp_path)
    assert [problem.line for problem in problems] == [line]
    assert said in problems[0].message


def test_two_surveys_for_one_occasion_are_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "mau.yaml").write_text(SURVEY, encoding="utf-8")
    assert read_surveys(tmp_path)[1] == []
    (tmp_path / "nua.yaml").write_text(SURVEY.replace("id: mau", "id: nua"), encoding="utf-8")
    assert [problem.path.name for problem in read_surveys(tmp_path)[1]] == ["nua.yaml"]
    (tmp_path / "hong.yaml").write_text("id: [", encoding="utf-8")
    (tmp_path / "la.yaml").write_bytes(b"\xff\xfe")
    assert {problem.path.name for problem in read_surveys(tmp_path)[1]} == {"nua.yaml", "hong.yaml", "la.yaml"}


def test_the_command_prints_lines_and_json(terminal: Command) -> None:
    span = ("--commune", "tan-an", "--from", "2026-10-01", "--to", "2026-12-31")
    assert terminal("database", "upgrade").code == 0
    assert "85% (2026)" in terminal("survey", *span).out
    found = json.loads(terminal("survey", *span, "--json").out)
    assert found["target"] == {"year": 2026, "percent": 85, "met": None}
    assert found["service"]["overall"] is None
    assert terminal("survey", "--from", "2026-12-31", "--to", "2026-01-01").code == 2
    for part in ("2026-10-02", "2026-12-31"), ("2026-10-01", "2026-12-30"):
        refused = terminal("survey", "--commune", "tan-an", "--from", part[0], "--to", part[1])
        assert (refused.code, refused.out) == (2, "")
        assert "month" in refused.err
