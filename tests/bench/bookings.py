"""Bookings: how fast free slots are found among 100,000 bookings, and how many are booked when all want the same."""

import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from content.dates import local_day
from content.library import Commune, load
from content.rosters import Roster
from content.slots import slots_on
from handlers.agenda import bookable
from handlers.codes import code_of
from storage.bookings import Booking
from storage.chats import Address
from storage.database import Database
from storage.instants import to_text
from storage.upgrade import upgrade

CONTENT = Path(__file__).parents[2] / "content"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
STORED = 100_000
LOOKS = 1_500
BOOKERS = 64
SLOTS = 40
SECONDS = 4.0


def fill(path: Path, commune: Commune, roster: Roster) -> None:
    """Store bookings of the last years and of the days to come, four seats of five taken."""
    raw = sqlite3.connect(path)
    days = [local_day(NOW) + timedelta(days=number) for number in range(14, -4_000, -1)]
    taken = 0
    for day in days:
        for slot in slots_on(roster, day, commune.calendar):
            for seat in range(1, slot.capacity + 1):
                if taken >= STORED or (taken % 5 == 0 and slot.start > NOW and seat > 1):
                    continue
                taken += 1
                _store(raw, commune.slug, roster, slot.start, slot.end, seat, f"{taken:016x}")
    raw.commit()
    raw.execute("ANALYZE")
    raw.close()


def _store(
    raw: sqlite3.Connection, slug: str, roster: Roster, start: datetime, end: datetime, seat: int, identity: str
) -> None:
    state = "booked" if start > NOW else "done"
    raw.execute(
        "INSERT INTO seats (account, roster, starts_at, seat, booking) VALUES (?, ?, ?, ?, ?)",
        (slug, roster.id, to_text(start), seat, identity),
    )
    raw.execute(
        "INSERT INTO bookings (id, account, code, roster, place, kind, starts_at, ends_at, state, day, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (identity, slug, identity[-8:], roster.id, roster.place, roster.kind, to_text(start), to_text(end), state,
         local_day(start).isoformat(), to_text(NOW)),
    )  # fmt: skip


async def look(database: Database, commune: Commune, roster: Roster) -> list[float]:
    """Return the milliseconds of each search for free slots over the whole horizon."""
    times = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        async with database.read() as store:
            assert await bookable(commune, roster, store, NOW)
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


async def contend(database: Database, slug: str) -> tuple[int, int, float]:
    """Let many book the same few slots of capacity three; return booked, refused, seconds."""
    booked = refused = number = 0
    began = time.perf_counter()

    async def booker(name: int) -> None:
        nonlocal booked, refused, number
        async with database.begin() as store:
            chat = await store.chats.open(Address("bench", slug, str(name)), "vi", NOW)
        while time.perf_counter() - began < SECONDS:
            number += 1
            identity = f"b{number:015x}"
            # A new day every 400 attempts: first all seats go, then everybody is refused.
            start = NOW + timedelta(days=400 + number // 400, minutes=30 * (number % SLOTS))
            async with database.begin() as store:
                until = NOW + timedelta(minutes=10)
                if not await store.seats.hold(slug, "bench", start, 3, chat.id, until, NOW):
                    refused += 1
                    continue
                await store.seats.keep(slug, "bench", start, chat.id, identity)
                await store.bookings.add(_booking(slug, identity, chat.id, start), NOW)
                store.reminders.plan(identity, [("hour", start - timedelta(hours=1))])
                booked += 1

    await asyncio.gather(*map(booker, range(BOOKERS)))
    return booked, refused, time.perf_counter() - began


def _booking(slug: str, identity: str, chat: int, start: datetime) -> Booking:
    end = start + timedelta(minutes=30)
    return Booking(
        identity, slug, code_of(identity), chat, "bench", "bench", "centre", start, end, None, False, "", "", False,
        False, "booked", 0, 0, local_day(start),
    )  # fmt: skip


async def main() -> None:
    """Measure and print JSON."""
    commune = load(CONTENT).communes["anh-son"]
    roster = commune.roster("trung-tam")
    assert roster is not None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        url = f"sqlite+aiosqlite:///{path}"
        await upgrade(url)
        fill(path, commune, roster)
        database = Database(url)
        await database.open()
        times = await look(database, commune, roster)
        booked, refused, seconds = await contend(database, commune.slug)
        await database.close()
    figures = {
        "free_slots_p50": times[len(times) // 2],
        "free_slots_p99": times[int(len(times) * 0.99)],
        "booked_a_second": booked / seconds,
        "refused_a_second": refused / seconds,
    }
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    asyncio.run(main())
