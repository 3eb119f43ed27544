"""How often one caller may ask, and how fast we may send: buckets of tokens."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

MOST_CALLERS = 20_000
# What may be sent at once, as seconds of the rate. Telegram counts any second: what was saved up before a burst adds to
# what goes out during it (measured: 59 messages in a second at a rate of 30 with a second's worth saved up).
# So both together are the rate: of 28, 20.5 a second go on and on, and 7.5 more are there for who writes meanwhile.
SAVED_UP = 4 / 15


class Buckets:
    """Allows `burst` calls at once and one more every `every` seconds. `clock` gives seconds."""

    def __init__(self, burst: int, every: float, clock: Callable[[], float]) -> None:
        self._burst = burst
        self._every = every
        self._clock = clock
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, caller: str) -> float:
        """Take a token; return 0, or the seconds until there is one again (then none was taken)."""
        now = self._clock()
        full_at = max(self._full_at.get(caller, now), now) + self._every
        room = now + self._burst * self._every
        if full_at > room + 1e-9:
            return full_at - room
        self._full_at[caller] = full_at
        self._full_at.move_to_end(caller)
        if len(self._full_at) > MOST_CALLERS:
            self._full_at.popitem(last=False)
        return 0.0


class Pace:
    """At most so many messages in any second, replies before notices to many.

    A notice takes a token only while a reserve is left: whoever writes finds a token at once, however long the queue
    of notices is. What replies do not need, notices use: alone they go out at the full rate.
    """

    def __init__(
        self,
        rate: float,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rate = rate * (1 - SAVED_UP)
        self._most = max(rate * SAVED_UP, 1.0)
        self._reserve = max(self._most - 1.5, 0.0)  # a notice goes when the bucket is all but full
        self._clock = clock
        self._sleep = sleep
        self._tokens = self._most
        self._at: float | None = None
        self._lines = (asyncio.Lock(), asyncio.Lock())  # first come, first served: replies, notices
        self._replies = 0

    async def take(self, *, bulk: bool = False) -> None:
        """Wait until one message may be sent."""
        self._replies += not bulk
        try:
            async with self._lines[bulk]:
                while (wait := self._missing(bulk)) > 0:
                    await self._sleep(wait)
        finally:
            self._replies -= not bulk

    def _missing(self, bulk: bool) -> float:
        """Take a token; return 0, or the seconds until there may be one."""
        now = self._clock() if self._clock is not None else asyncio.get_running_loop().time()
        since = now - self._at if self._at is not None else 0.0
        self._tokens, self._at = min(self._most, self._tokens + since * self._rate), now
        needed = 1.0 + (self._reserve + self._replies if bulk else 0.0)
        if self._tokens + 1e-9 >= needed:
            self._tokens -= 1.0
            return 0.0
        return max((needed - self._tokens) / self._rate, 1e-4)
