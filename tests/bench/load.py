"""Driving one bot: so many chats, each with one question open."""

import asyncio
import gc
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.wire import Api, Citizen, Updates

SETTLE_SECONDS = 10.0


@dataclass(frozen=True)
class Round:
    """What one round came to: answers a second, and the time from an update to its answer in milliseconds.

    `answers` counts those of the warm-up too.
    """

    rate: float
    p50: float
    p99: float
    answers: int


class Load:
    """The chats that talk to one bot. `buttons`: the message with buttons is the answer, others go before it."""

    def __init__(self, api: Api, port: int, path: str, questions: Sequence[str], chats: int, *, buttons: bool) -> None:
        self.api = api
        self._port = port
        self._chats = chats
        self._buttons = buttons
        self._updates = Updates(path, questions)

    async def run(self, warm_up: float, seconds: float) -> Round:
        """Talk for a while; return the figures of the time after the warm-up. Raises RuntimeError when it stalls."""
        times: list[float] = []
        loop = asyncio.get_running_loop()
        citizens = {}
        for chat in range(1, self._chats + 1):
            _, citizens[chat] = await loop.create_connection(
                lambda chat=chat: Citizen(chat, self._updates, times.append),  # type: ignore[misc]
                "127.0.0.1",
                self._port,
            )

        def sent(chat: int, buttons: bool) -> None:
            if buttons or not self._buttons:
                citizens[chat].answered()

        self.api.sent = sent
        gc.collect()
        gc.disable()
        try:
            for citizen in citizens.values():
                citizen.ask()
            await asyncio.sleep(warm_up)
            warm, began = len(times), loop.time()
            await asyncio.sleep(seconds)
            measured, took = times[warm:], loop.time() - began
            for citizen in citizens.values():
                citizen.going = False
            await _settle(list(citizens.values()))
        finally:
            gc.enable()
            for citizen in citizens.values():
                citizen.transport.close()
        if len(measured) < 2:
            raise RuntimeError("no answers in the time measured")
        return Round(len(measured) / took, *percentiles(measured), len(times))


async def _settle(citizens: Sequence[Citizen]) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + SETTLE_SECONDS
    while open_ones := [citizen for citizen in citizens if citizen.waiting]:
        trouble = next((citizen.trouble for citizen in open_ones if citizen.trouble), "")
        if trouble or loop.time() > until:
            raise RuntimeError(f"{len(open_ones)} chats got no answer: {trouble or 'timed out'}")
        await asyncio.sleep(0.02)


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 99th percentile in milliseconds."""
    hundredths = statistics.quantiles(seconds, n=100)
    return statistics.median(seconds) * 1000, hundredths[98] * 1000
