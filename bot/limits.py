"""How often one caller may ask: a bucket of tokens for each, kept for a while in memory."""

from collections import OrderedDict
from collections.abc import Callable

MOST_CALLERS = 20_000


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
