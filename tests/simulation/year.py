"""A commune's year in minutes: the clock is set, the officials act after their habits, the service ticks."""

import asyncio
import contextlib
import hashlib
import os
import random
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Protocol

from bot.receive import Receiver
from content.dates import local_day
from content.library import Library
from content.recurrence import instant_of
from handlers.messages import Address, Incoming
from handlers.route import Routes, discover
from storage.database import Database
from storage.errors import Conflict
from storage.filings import Filing
from storage.upgrade import upgrade
from tests.simulation.judge import Record, record_of
from tests.simulation.raw import rows_of
from tests.simulation.ticks import only, tick
from tests.simulation.town import COMMUNE, Habit, habit_of, people_join

ROOT = Path(__file__).parents[2]
WORKING = (time(6), time(8, 0, 5), time(14), time(21, 30))
OFF = (time(9), time(21, 30))
OFFICE = time(10)  # when people act
AHEAD = timedelta(days=75)


class Clockwork(Protocol):
    """Whatever ticks: replicas in this process, or processes of their own."""

    async def tick(self, now: datetime) -> None:
        """Let every replica do what is due at an instant."""


@dataclass
class Replicas:
    """Two replicas in this process, ticking at the same moment."""

    databases: Sequence[Database]
    library: Library

    async def tick(self, now: datetime) -> None:
        """Tick both at once."""
        await asyncio.gather(*(tick(database, self.library, now) for database in self.databases))


@dataclass
class Killed:
    """Two processes that tick; now and then one is killed in the middle of it and started again."""

    url: str
    chance: random.Random
    every: int
    kills: int = 0
    ticks: int = 0
    children: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def start(self) -> None:
        """Start both."""
        self.children = list(await asyncio.gather(self._child(), self._child()))

    async def stop(self) -> None:
        """End both."""
        for child in self.children:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()

    async def tick(self, now: datetime) -> None:
        """Name an instant to both; kill one of them at a random moment, and let it tick again once it is back."""
        self.ticks += 1
        for child in self.children:
            _say(child, now)
        if self.ticks % self.every == 0:
            victim = self.chance.randrange(len(self.children))
            await self._kill(victim)
            _say(self.children[victim], now)
        for child in self.children:
            await _heard(child, b"ticked\n")

    async def _kill(self, number: int) -> None:
        """Kill somewhere within the first milliseconds after the instant was named: in the middle of a transaction."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.chance.uniform(0.0, 0.02)):
                await self.children[number].wait()
        os.kill(self.children[number].pid, signal.SIGKILL)
        await self.children[number].wait()
        self.children[number] = await self._child()
        self.kills += 1

    async def _child(self) -> asyncio.subprocess.Process:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.simulation.ticks", self.url, COMMUNE),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        await _heard(child, b"ready\n")
        return child


def _say(child: asyncio.subprocess.Process, now: datetime) -> None:
    assert child.stdin is not None
    child.stdin.write(f"{now.isoformat()}\n".encode())


async def _heard(child: asyncio.subprocess.Process, wanted: bytes) -> None:
    assert child.stdout is not None
    line = await child.stdout.readline()
    assert line == wanted, line


@dataclass
class Town:
    """The officials: they read and tap as anybody does, and send what they have to send."""

    database: Database
    url: str
    library: Library
    seed: int
    routes: Routes = field(default_factory=discover)
    told: set[str] = field(default_factory=set)
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def __post_init__(self) -> None:
        ids, self.messages = count(1), count(1)
        self.receiver = Receiver(
            self.database, lambda: self.library, self.routes, lambda: self.now, lambda: f"sim{next(ids)}"
        )

    async def day(self, now: datetime) -> None:
        """Do everybody's work of a morning."""
        self.now = now
        async with self.database.read() as store:
            waiting = [one for one in await store.filings.unsettled(COMMUNE, now + AHEAD) if one.waiting]
            members = await store.members.of_account(COMMUNE)
        told = await rows_of(self.url, "SELECT DISTINCT filing FROM filing_steps WHERE outcome = 'told'")
        self.told = {row["filing"] for row in told}
        for filing in waiting:
            team = [one for one in members if one.unit == filing.unit and one.role not in {"head", "admin"}]
            if team:
                number = int(hashlib.sha256(f"{filing.obligation} {filing.unit} {filing.due}".encode()).hexdigest(), 16)
                await self._work(filing, team[number % len(team)].name)

    async def _work(self, filing: Filing, who: str) -> None:
        calendar, habit = self.library.communes[COMMUNE].calendar, self._habit(filing)
        left = calendar.working_days_between(local_day(self.now), local_day(filing.due))
        if habit.kind == "late":
            wanted = left <= -1 - int(habit.share * 6)
        elif habit.kind == "never":
            wanted = False
        else:
            wanted = left <= int(habit.share * 9)
        if (wanted and self.now < filing.due) or (wanted and habit.kind == "late"):
            await self._send(filing, who)
        elif habit.kind in {"received", "snoozes"} and left in {5, 3, 2} and filing.id in self.told:
            await self._tap(who, f"got/{filing.id}" if habit.kind == "received" else f"later/{filing.id}")
            if habit.kind == "snoozes":
                await self._tap(who, f"later/{filing.id}/{calendar.next_working_day(local_day(self.now)).isoformat()}")

    def _habit(self, filing: Filing) -> Habit:
        return habit_of(self.seed, filing.obligation, filing.unit, filing.due)

    async def _send(self, filing: Filing, who: str) -> None:
        for _ in range(5):
            with contextlib.suppress(Conflict):
                async with self.database.begin() as store:
                    await store.filing_moves.send(filing.id, who, "", "", self.now)
                return

    async def _tap(self, who: str, value: str) -> None:
        incoming = Incoming(Address("fake", COMMUNE, who), f"tap{next(self.messages)}", self.now, tap=value)
        replies = (await self.receiver.receive(incoming)).replies
        assert replies[-1].key.startswith("task."), replies[-1].key


async def live(town: Town, clockwork: Clockwork, first: date, last: date) -> None:
    """Let every day from the first to the last pass."""
    calendar = town.library.communes[COMMUNE].calendar
    day = first
    while day <= last:
        working = calendar.is_working_day(day)
        for moment in sorted({*(WORKING if working else OFF), OFFICE}):
            now = instant_of(day, moment)
            if moment != OFFICE:
                await clockwork.tick(now)
            elif working:
                await town.day(now)
        day += timedelta(days=1)


async def simulate(
    url: str, library: Library, seed: int, first: date, last: date, kill_every: int = 0
) -> tuple[Record, int]:
    """Simulate from the first day to the last on an empty database, which is upgraded first.

    Return what it left and how often it was killed.
    """
    await upgrade(url)
    library = only(library, COMMUNE)
    databases = [Database(url), Database(url)]
    for database in databases:
        await database.open()
    clockwork: Replicas | Killed = Replicas(databases, library)
    try:
        await people_join(databases[0], instant_of(first - timedelta(days=1), time(9)))
        if kill_every:
            clockwork = Killed(url, random.Random(seed), kill_every)  # where to kill, nothing secret
            await clockwork.start()
        await live(Town(databases[0], url, library, seed), clockwork, first, last)
        record = await record_of(databases[0], url)
    finally:
        if isinstance(clockwork, Killed):
            await clockwork.stop()
        for database in databases:
            await database.close()
    return record, clockwork.kills if isinstance(clockwork, Killed) else 0
