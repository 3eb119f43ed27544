"""Buckets: how often one caller may ask; and the pace at which we send."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from bot.limits import MOST_CALLERS, Buckets, Pace
from tests.fakes import FakeClock


def test_a_burst_passes_and_the_next_call_is_told_how_long_to_wait() -> None:
    buckets = Buckets(burst=3, every=2.0, clock=FakeClock().seconds)
    assert [buckets.wait("lan") for _ in range(3)] == [0.0, 0.0, 0.0]
    assert 0 < buckets.wait("lan") <= 2.0


def test_who_waits_as_told_passes_and_not_a_moment_earlier() -> None:
    clock = FakeClock()
    buckets = Buckets(burst=1, every=10.0, clock=clock.seconds)
    assert buckets.wait("lan") == 0
    clock.move(seconds=9)
    assert 0 < buckets.wait("lan") <= 1.0
    clock.move(seconds=1)
    assert buckets.wait("lan") == 0


def test_being_refused_costs_nothing() -> None:
    clock = FakeClock()
    buckets = Buckets(burst=1, every=10.0, clock=clock.seconds)
    buckets.wait("lan")
    refused = [buckets.wait("lan") for _ in range(100)]
    assert max(refused) <= 10.0
    clock.move(seconds=10)
    assert buckets.wait("lan") == 0


def test_nobody_spends_the_tokens_of_somebody_else() -> None:
    buckets = Buckets(burst=1, every=10.0, clock=FakeClock().seconds)
    assert buckets.wait("lan") == 0
    assert buckets.wait("minh") == 0
    assert buckets.wait("lan") > 0


def test_a_long_rest_never_saves_up_more_than_the_burst() -> None:
    clock = FakeClock()
    buckets = Buckets(burst=2, every=1.0, clock=clock.seconds)
    buckets.wait("lan")
    clock.move(days=7)
    assert [buckets.wait("lan") == 0 for _ in range(4)] == [True, True, False, False]


def test_memory_is_bounded_and_who_was_quiet_longest_is_forgotten_first() -> None:
    buckets = Buckets(burst=1, every=1_000.0, clock=FakeClock().seconds)
    buckets.wait("lan")
    buckets.wait("minh")
    for number in range(MOST_CALLERS - 1):
        buckets.wait(f"caller {number}")
    assert buckets.wait("lan") == 0
    assert buckets.wait(f"caller {MOST_CALLERS - 2}") > 0


@given(
    burst=st.integers(1, 20),
    every=st.floats(0.1, 60),
    pauses=st.lists(st.floats(0, 100), max_size=60),
)
def test_no_rhythm_of_asking_gets_more_than_burst_and_rate(burst: int, every: float, pauses: list[float]) -> None:
    clock = FakeClock()
    began = clock.seconds()
    buckets = Buckets(burst, every, clock.seconds)
    passed = 0
    for pause in pauses:
        clock.move(seconds=pause)
        passed += buckets.wait("lan") == 0
    assert passed <= burst + (clock.seconds() - began) / every + 1e-3


@given(burst=st.integers(1, 5), every=st.floats(0.1, 60), calls=st.integers(1, 20))
def test_the_wait_it_names_is_always_long_enough(burst: int, every: float, calls: int) -> None:
    clock = FakeClock()
    buckets = Buckets(burst, every, clock.seconds)
    for _ in range(calls):
        wait = buckets.wait("lan")
        if wait:
            clock.move(seconds=wait + 1e-5)
            assert buckets.wait("lan") == 0


class Moving:
    """A clock that sleeping moves: no test waits."""

    def __init__(self) -> None:
        self.at = 0.0

    def seconds(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        until = self.at + seconds
        await asyncio.sleep(0)  # others may go on first, and move the clock as far
        self.at = max(self.at, until)


async def test_twenty_thousand_notices_take_a_quarter_of_an_hour_and_no_longer() -> None:
    clock = Moving()
    pace = Pace(30, clock.seconds, clock.sleep)
    for _ in range(20_000):
        await pace.take(bulk=True)
    assert 900 < clock.at <= 20_000 / 22


async def test_a_reply_finds_a_token_at_once_however_many_notices_wait() -> None:
    clock = Moving()
    pace = Pace(30, clock.seconds, clock.sleep)
    order: list[str] = []

    async def send(name: str, *, bulk: bool) -> None:
        await pace.take(bulk=bulk)
        order.append(name)

    notices = [asyncio.create_task(send("notice", bulk=True)) for _ in range(200)]
    await asyncio.wait(notices, return_when=asyncio.FIRST_COMPLETED)
    before = clock.at
    for _ in range(6):  # the reserve
        await pace.take()
    assert clock.at - before < 0.001
    await asyncio.gather(*notices)
    assert len(order) == 200


async def test_no_second_holds_more_than_the_rate_and_what_little_is_saved_up() -> None:
    clock = Moving()
    pace = Pace(30, clock.seconds, clock.sleep)
    at: list[float] = []

    async def send(*, bulk: bool) -> None:
        await pace.take(bulk=bulk)
        at.append(clock.at)

    await asyncio.gather(*(send(bulk=number % 3 > 0) for number in range(600)))
    assert len(at) == 600
    at.sort()
    busiest = max(sum(start <= moment < start + 1 for moment in at) for start in at)
    assert 20 <= busiest <= 30


@given(st.floats(0.1, 1_000), st.integers(1, 30), st.booleans())
def test_whatever_the_rate_everybody_has_a_turn(rate: float, number: int, bulk: bool) -> None:
    clock = Moving()

    async def everybody() -> None:
        pace = Pace(rate, clock.seconds, clock.sleep)
        await asyncio.gather(*(pace.take(bulk=bulk) for _ in range(number)))

    asyncio.run(everybody())
    assert clock.at <= number / (rate * 11 / 15) + 0.01
