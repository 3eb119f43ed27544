"""What is on its way to each account of each platform: one that hangs or floods takes no place of another's."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from storage.chats import Address

Account = tuple[str, str]  # channel, account: the bot of one commune on one platform


class Lanes:
    """The tasks that send, by account; each account has `share` places and may be made to rest."""

    def __init__(self, share: int) -> None:
        self._share = share
        self._tasks: dict[Account, set[asyncio.Task[None]]] = {}
        self._rests_until: dict[Account, datetime] = {}

    def add(self, address: Address, task: asyncio.Task[None]) -> None:
        """Take a place until the task is done."""
        sending = self._tasks.setdefault((address.channel, address.account), set())
        sending.add(task)
        task.add_done_callback(sending.discard)

    def tasks(self) -> Iterable[asyncio.Task[None]]:
        """Return all that is on its way."""
        return [task for sending in self._tasks.values() for task in sending]

    def rest(self, address: Address, until: datetime) -> None:
        """Claim nothing for an account before an instant: the platform said so."""
        self._rests_until[(address.channel, address.account)] = until

    def closed(self, now: datetime) -> list[Account]:
        """Return the accounts that have no place left or rest."""
        self._rests_until = {account: until for account, until in self._rests_until.items() if until > now}
        full = [account for account, sending in self._tasks.items() if len(sending) >= self._share]
        return sorted({*full, *self._rests_until})

    def room(self) -> int:
        """Return how many may be claimed at once, whichever of the accounts that are not closed they are for."""
        return min(
            (self._share - len(sending) for sending in self._tasks.values() if len(sending) < self._share),
            default=self._share,
        )

    def until_rested(self, now: datetime) -> timedelta | None:
        """Return how long it is until the first account that rests may go on, None when none rests."""
        return min((until - now for until in self._rests_until.values()), default=None)
