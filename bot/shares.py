"""Phần của mỗi bot: how much each bot may have on its way at once, so that a slow one holds up nobody else.

A bot (a channel of a commune) that hangs fills its own share and nothing more is taken for it until it moves. Answers
have a share of their own: ten thousand reminders before it must not make a citizen wait.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from storage.outbox import Busy, Parcel

FULL = 64  # answers on their way for one bot; one claim may add a batch to it
CROWDED = 32  # reminders and other news that nobody waits for
STUFFED = 16  # parcels of notices to many


class Shares:
    """What is on its way for each bot, and which of them were told to rest by their platform."""

    def __init__(self, bots: Iterable[str]) -> None:
        self._bots = frozenset(bots)
        self._answers: Counter[str] = Counter()
        self._news: Counter[str] = Counter()
        self._bulk: Counter[str] = Counter()
        self._rest: dict[str, datetime] = {}

    def take(self, parcel: Parcel, by: int = 1) -> None:
        """Count a parcel that sets out, or with -1 one that is done."""
        counts = self._bulk if parcel.bulk else self._answers if parcel.asked else self._news
        counts[parcel.bot] += by

    def rest(self, bot: str, until: datetime) -> None:
        """Take no notices of a bot until an instant: its platform has had enough."""
        self._rest[bot] = until

    def busy(self, now: datetime) -> Busy:
        """Return which bots have enough in hand."""
        self._rest = {bot: until for bot, until in self._rest.items() if until > now}
        return Busy(
            frozenset(bot for bot, number in self._answers.items() if number >= FULL),
            frozenset(bot for bot, number in self._news.items() if number >= CROWDED),
            frozenset(bot for bot, number in self._bulk.items() if number >= STUFFED) | self._rest.keys(),
        )

    def takes_any(self, excluded: frozenset[str]) -> bool:
        """Tell whether a bot is left for which something may be taken."""
        return bool(self._bots - excluded) or not self._bots

    def wait(self, now: datetime, most: float) -> float:
        """Return the seconds until the first rest is over, at most `most`."""
        ends = min(self._rest.values(), default=now + timedelta(seconds=most))
        return min(max((ends - now).total_seconds(), 0.02), most)
