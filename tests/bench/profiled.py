"""Where the time goes: turns and deliveries in process with a stub for the channel, then the whole service."""

import asyncio
import cProfile
import pstats
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.deliver import Deliverer
from handlers.messages import Address, Incoming, Reply
from tests.bench.inside import opened, questions
from tests.bench.processes import COMMUNE, ROOT
from tests.bench.race import CHATS, one_service

HOTTEST = 25
TURNS_EACH = 40


class StubChannel:
    """A platform that takes everything at once and tells who got an answer."""

    name = "stub"
    account = COMMUNE

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Event] = {}

    async def start(self) -> None: ...

    async def stop_receiving(self) -> None: ...

    async def close(self) -> None: ...

    def expect(self, chat: str) -> asyncio.Event:
        """Return what is set when the chat's answer comes."""
        self._waiting[chat] = asyncio.Event()
        return self._waiting[chat]

    async def send(self, to: Address, reply: Reply) -> None:
        if reply.buttons:
            self._waiting[to.chat].set()


async def show(console: Console) -> None:
    """Profile and print."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        console.print(f"turn and delivery in process, stub channel: {await _in_process(folder / 'plain', None)}")
        profile = cProfile.Profile()
        await _in_process(folder / "profiled", profile)
        _print(console, "in process (event loop's thread only)", pstats.Stats(profile))
        out = folder / "service.prof"
        async with one_service(folder / "service", "-m", "cProfile", "-o", str(out)) as load:
            slowed = await load.run(1.0, 4.0)
        console.print(f"whole service under cProfile: {slowed.rate:.0f} answers/s (the profiler slows it)")
        _print(console, "whole service, start included (event loop's thread only)", pstats.Stats(str(out)))


async def _in_process(folder: Path, profile: cProfile.Profile | None) -> str:
    """Let all chats ask at once, each again when it is answered; return what a turn took."""
    async with opened(folder) as app:
        channel = StubChannel()
        deliverer = Deliverer(app.database, {(channel.name, channel.account): channel}, app.now)
        delivering = asyncio.create_task(deliverer.run(2.0))
        asked = questions()

        async def citizen(chat: int) -> None:
            for turn in range(TURNS_EACH):
                answered = channel.expect(str(chat))
                text = asked[(chat * 7 + turn) % len(asked)]
                address = Address(channel.name, COMMUNE, str(chat))
                await app.receiver.receive(Incoming(address, f"{chat}-{turn}", app.now(), text=text))
                deliverer.nudge()
                await answered.wait()

        clocks = time.perf_counter, time.thread_time, time.process_time
        before = [clock() for clock in clocks]
        if profile is not None:
            profile.enable()
        await asyncio.gather(*map(citizen, range(CHATS)))
        if profile is not None:
            profile.disable()
        wall, loop, everything = (clock() - start for clock, start in zip(clocks, before, strict=True))
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)
    each = 1000 / (CHATS * TURNS_EACH)
    return (
        f"{1000 / wall / each:.0f} turns/s; a turn took {wall * each:.2f} ms: "
        f"{loop * each:.2f} ms of the event loop's thread, {(everything - loop) * each:.2f} ms of other threads, "
        "the rest is waiting"
    )


Entry = tuple[int, int, float, float, object]
Stats = dict[tuple[str, int, str], Entry]


def _print(console: Console, title: str, stats: pstats.Stats) -> None:
    rows: Stats = stats.stats  # type: ignore[attr-defined]  # typeshed leaves it out
    for order, place in (("own time", 2), ("with all it calls, our code only", 3)):
        table = Table("calls", "own s", "total s", "function", title=f"{title}: {order}")
        mine = [(key, row) for key, row in rows.items() if place == 2 or _is_ours(key[0])]
        mine.sort(key=lambda item: -float(item[1][place]))  # type: ignore[arg-type]
        for (file, line, function), (_, calls, own, total, _) in mine[:HOTTEST]:
            table.add_row(f"{calls}", f"{own:.3f}", f"{total:.3f}", f"{_short(file)}:{line} {function}")
        console.print(table)


def _is_ours(file: str) -> bool:
    return file.startswith(str(ROOT)) and ".venv" not in file and "tests/bench" not in file


def _short(file: str) -> str:
    return str(Path(file).relative_to(ROOT)) if _is_ours(file) else "/".join(Path(file).parts[-3:])
