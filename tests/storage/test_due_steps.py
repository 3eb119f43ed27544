"""Due steps of reminders: one of two replicas takes them all, never each a part."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from storage.database import Database
from storage.filing_steps import DueStep
from storage.filings import Filing
from tests.fakes import FakeClock


async def _due(database: Database, clock: FakeClock) -> list[DueStep]:
    async with database.begin() as store:
        return await store.filing_steps.due("anh-son", clock.now())


async def test_who_meets_a_step_that_another_has_locked_waits_and_does_not_take_the_rest(
    databases: list[Database], database_url: str, clock: FakeClock
) -> None:
    if not database_url.startswith("postgresql"):
        pytest.skip("SQLite has one writer")
    now = clock.now()
    async with databases[0].begin() as store:
        for unit in ("kinh-te", "van-phong"):
            filing = Filing(unit, "anh-son", "AS-01", unit, "2026-Q4", now, now)
            await store.filings.plan(filing, [("T+3", now - timedelta(minutes=1))], now)
    other = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        taken = other.transaction()
        await taken.start()
        await other.fetch("SELECT 1 FROM filing_steps WHERE filing = 'van-phong' FOR UPDATE")
        found = asyncio.create_task(_due(databases[0], clock))
        waiting = 0
        while not waiting and not found.done():
            waiting = await other.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")
        assert not found.done()
        await taken.rollback()
        assert [one.filing.id for one in await found] == ["kinh-te", "van-phong"]
    finally:
        await other.close()
