"""A stretch of a simulated year; `python -m tests.simulate` runs the whole one and prints its figures."""

import statistics
from datetime import date, timedelta
from pathlib import Path

import pytest

from content.library import Library
from content.recurrence import END_OF_DAY, instant_of
from tests.simulation import judge
from tests.simulation.town import COMMUNE, POSTS
from tests.simulation.year import simulate

PEOPLE = [f"{unit}.{role}.{one}" for unit, role, number in POSTS for one in range(1, number + 1)]


def _is_as_promised(record: judge.Record, library: Library, last: date) -> None:
    commune, end = library.communes[COMMUNE], instant_of(last, END_OF_DAY)
    assert judge.at_wrong_times(record.messages, commune.calendar) == []
    assert judge.more_than_one_a_day(record.messages) == {}
    assert judge.never_reminded(record, end) == []
    assert judge.unseen(record, commune) == []
    assert judge.wrongly_escalated(record, commune, end - timedelta(days=1)) == []


def test_there_are_as_many_officials_as_the_plan_says() -> None:
    assert len(PEOPLE) == len(set(PEOPLE)) == 77


async def test_the_end_of_a_quarter_is_calm_and_nothing_is_missed(tmp_path: Path, library: Library) -> None:
    first, last = date(2026, 3, 9), date(2026, 4, 10)
    record, _ = await simulate(_sqlite(tmp_path / "bot.db"), library, 1, first, last)
    _is_as_promised(record, library, last)
    assert statistics.median(judge.per_week(record.messages, PEOPLE, first, last)) <= 3
    assert sum(1 for one in record.filings.values() if one.obligation == "AS-01" and one.sent_at is not None) > 0
    assert record.escalations.total() > 0


@pytest.mark.slow
async def test_a_replica_killed_at_random_moments_changes_nothing(tmp_path: Path, library: Library) -> None:
    first, last = date(2026, 12, 14), date(2026, 12, 31)
    record, kills = await simulate(_sqlite(tmp_path / "bot.db"), library, 2, first, last, kill_every=17)
    assert kills >= 3
    _is_as_promised(record, library, last)
    calm, _ = await simulate(_sqlite(tmp_path / "calm.db"), library, 2, first, last)
    assert _told(record) == _told(calm)


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_replica_killed_on_postgresql_changes_nothing_either(database_url: str, library: Library) -> None:
    first, last = date(2026, 12, 21), date(2026, 12, 31)
    record, kills = await simulate(database_url, library, 2, first, last, kill_every=17)
    assert kills >= 1
    assert len(record.messages) > 0
    _is_as_promised(record, library, last)


def _sqlite(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def _told(record: judge.Record) -> list[tuple[str, str, str, str, str | None]]:
    return sorted(
        (filing.obligation, filing.unit, filing.period, step.step, step.outcome)
        for step in record.steps
        if (filing := record.filings.get(step.filing)) is not None and not step.step.startswith("again/")
    )
