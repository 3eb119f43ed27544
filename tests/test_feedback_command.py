"""`python -m bot feedback`: the figures as lines and as JSON, on both databases."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.feedback import tell
from bot.settings import Settings
from storage.database import Database
from storage.feedback_case import Case
from tests.conftest import CONTENT

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MADE = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
CASE = Case(
    "i0",
    "anh-son",
    "A2B340",
    None,
    "rac-moi-truong",
    "kinh-te",
    False,
    "received",
    None,
    None,
    NOW,
    0,
    MADE,
    None,
    None,
    None,
)


async def _answered(database: Database, number: int, hours: float) -> None:
    async with database.begin() as store:
        due = MADE + timedelta(hours=48)
        case = await store.feedback.add(replace(CASE, id=f"i{number}", code=f"A2B34{number}", due=due))
        assert case is not None
        assert await store.feedback.answer(case, "m1", MADE + timedelta(hours=hours)) is not None


async def test_the_command_prints_what_was_received_answered_and_is_late(
    databases: list[Database], database_url: str
) -> None:
    for number, hours in enumerate((10, 30.5, 400), 1):
        await _answered(databases[0], number, hours)
    async with databases[1].begin() as store:
        assert await store.feedback.add(replace(CASE, id="late", due=NOW - timedelta(seconds=1))) is not None
    settings = Settings(database=database_url, content=CONTENT)
    assert json.loads(await tell(settings, "anh-son", NOW, as_json=True)) == {
        "received": 4,
        "answered": 3,
        "answered_in_time": 2,
        "refused": 0,
        "median_hours": 30.5,
        "open": 1,
        "overdue": 1,
        "withdrawn": 0,
    }
    told = await tell(settings, "anh-son", NOW, as_json=False)
    assert "30,5" in told
    assert len(told.splitlines()) == 7
    assert json.loads(await tell(settings, "tan-an", NOW, as_json=True))["median_hours"] is None
    with pytest.raises(SystemExit, match="no commune «hue»"):
        await tell(settings, "hue", NOW, as_json=True)
