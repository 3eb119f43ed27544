"""The bots in turn under the same load, several times, so that a slow moment of the machine hits none alone."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.load import Load, Round
from tests.bench.processes import COMMUNE, Bot, start_echo, start_service
from tests.bench.wire import Api

QUESTIONS = Path(__file__).with_name("questions.txt")
CHATS = 64
ROUNDS = 4
WARM_UP = 0.7
SECONDS = 2.0
FEWEST = 2  # rounds and starts, however slow the machine
ENOUGH_SECONDS = 60.0
STARTING_SECONDS = 20.0
RELOADS = 3
RELOAD_SECONDS = 5.0
FAR_SECONDS = 0.03  # until a platform at the other end of a good line acknowledges a message; assumed, not measured
OURS, PTB, AIOGRAM, RAW = "this service", "bare python-telegram-bot echo", "bare aiogram echo", "fake and callers alone"
PTB_SIDE_BY_SIDE = f"{PTB}, concurrent_updates"
CHANNEL = "our channel, one fixed answer"
_ECHO = {
    CHANNEL: ("echo_channel",),
    PTB: ("echo_ptb",),
    PTB_SIDE_BY_SIDE: ("echo_ptb", "concurrent"),
    AIOGRAM: ("echo_aiogram",),
    RAW: ("echo_raw",),
}


@dataclass
class Contender:
    """A bot, the load on it, and what its rounds came to. Memory in MB; `cpu` in ms an answer."""

    bot: Bot
    load: Load
    memory_before: float
    memory_after: float = 0.0
    memory_reloaded: float = 0.0
    rounds: list[Round] = field(default_factory=list)
    far: list[Round] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    async def run(self) -> None:
        """Run one more round."""
        before = self.bot.cpu_seconds()
        one = await self.load.run(WARM_UP, SECONDS)
        self.rounds.append(one)
        self.cpu.append((self.bot.cpu_seconds() - before) / one.answers * 1000)
        self.memory_after = self.bot.memory()

    async def run_far(self) -> None:
        """Run a round against a platform that takes its time to acknowledge."""
        self.load.api.delay = FAR_SECONDS
        self.far.append(await self.load.run(WARM_UP, SECONDS))
        self.load.api.delay = 0.0

    @property
    def rates(self) -> list[float]:
        """Answers a second of each round."""
        return [one.rate for one in self.rounds]

    @property
    def rate(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.rates)


@dataclass(frozen=True)
class Start:
    """Seconds from exec to the first 200 of /healthz, and the processor time used until then."""

    seconds: float
    cpu: float


async def race(folder: Path) -> Mapping[str, Contender]:
    """Return the contenders after all their rounds."""
    contenders: dict[str, Contender] = {}
    try:
        for name in (OURS, *_ECHO):
            contenders[name] = await _enter(name, folder / str(len(contenders)))
        began = time.monotonic()
        for number in range(ROUNDS):
            if number >= FEWEST and time.monotonic() - began > ENOUGH_SECONDS * number / (number + 1):
                break  # a busy machine: the next round would last too long
            for contender in contenders.values():
                await contender.run()
        for _ in range(FEWEST):
            for contender in contenders.values():
                await contender.run_far()
        contenders[OURS].memory_reloaded = await _reload(contenders[OURS], folder / "0" / "content")
    finally:
        for contender in contenders.values():
            contender.bot.stop()
    return contenders


async def _enter(name: str, folder: Path) -> Contender:
    api = Api()
    address = await api.start()
    ours = name == OURS
    bot = start_service(folder, address) if ours else start_echo(folder, address, *_ECHO[name])
    await bot.ready()
    asked = QUESTIONS.read_text(encoding="utf-8").splitlines()
    path = f"/telegram/{COMMUNE}" if ours else "/webhook"
    return Contender(bot, Load(api, bot.port, path, asked, CHATS, buttons=ours), bot.memory())


async def _reload(contender: Contender, content: Path) -> float:
    """Make the service read its content again, as after edits, with questions between; return its memory then."""
    for _ in range(RELOADS):
        (content / "vocabulary.yaml").touch()
        await asyncio.sleep(RELOAD_SECONDS)
        await contender.load.run(WARM_UP, SECONDS)
    return contender.bot.memory()


@asynccontextmanager
async def one_service(folder: Path, *python: str) -> AsyncIterator[Load]:
    """Lend the load on our service alone; `python` are arguments for the interpreter."""
    api = Api()
    bot = start_service(folder, await api.start(), *python)
    try:
        await bot.ready()
        asked = QUESTIONS.read_text(encoding="utf-8").splitlines()
        yield Load(api, bot.port, f"/telegram/{COMMUNE}", asked, CHATS, buttons=True)
    finally:
        bot.stop()
        api.stop()


async def cold_starts(folder: Path, new_times: int, again_times: int) -> tuple[list[Start], list[Start]]:
    """Return the seconds to the first 200 of /healthz: each with a new database, and with one of those again."""
    api = Api()
    address = await api.start()
    new: list[Start] = []
    again: list[Start] = []
    began = time.monotonic()
    for starts, times, again_in_one in ((new, new_times, False), (again, again_times, True)):
        for number in range(times):
            if number < FEWEST or time.monotonic() - began < STARTING_SECONDS:
                starts.append(await _start(folder / f"start-{0 if again_in_one else number}", address))
    api.stop()
    return new, again


async def _start(folder: Path, address: str) -> Start:
    bot = start_service(folder, address)
    try:
        return Start(await bot.ready(), bot.cpu_seconds())
    finally:
        bot.stop()
