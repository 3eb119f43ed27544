"""Outbox to channel: claims what is due, sends it, settles it; backs off and gives up."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.channels.base import Channel, SendFailed
from bot.shares import Shares
from handlers.messages import Reply
from storage.database import Database
from storage.errors import StorageError
from storage.outbox import Parcel
from storage.store import Store

LEASE = timedelta(seconds=30)
SEND_WITHIN = 20.0  # seconds; below the lease, so that nobody else sends it meanwhile
FIRST_PAUSE = timedelta(seconds=5)
MOST_ATTEMPTS = 8  # 5 s, 10 s, 20 s … 5 min: about ten minutes in all
BATCH = 64  # replies a claim; how many of them are on their way at once is told by bot/shares.py
BULK = 16  # parcels of notices a claim: they never take a reply's place
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Settled:
    """What became of one parcel: None means sent."""

    parcel: Parcel
    failure: SendFailed | None


class Deliverer:
    """Sends what the outbox holds. Any number of replicas may run one; a claim is a conditional update."""

    def __init__(
        self, database: Database, channels: Mapping[tuple[str, str], Channel], now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._channels = channels
        self._now = now
        self._nudged = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._shares = Shares(f"{channel}/{account}" for channel, account in channels)
        self._finished: list[Settled] = []
        self.sent = 0
        self.failed = 0

    def nudge(self) -> None:
        """Look at once: a turn has just been committed."""
        self._nudged.set()

    async def run(self, tick: float) -> None:
        """Deliver for ever: when nudged, and every `tick` seconds for what other replicas left or is due again.

        Cancelling it waits for what is being sent and settles it.
        """
        try:
            while True:
                self._nudged.clear()
                if not await self._safely():
                    await self._wait(tick)
        finally:
            await asyncio.shield(self._drain())

    async def deliver_due(self) -> int:
        """Send one batch of what is due, wait until it is settled and return how many were claimed."""
        claimed = await self._settle_and_claim()
        await self._drain()
        return claimed

    async def _safely(self) -> int:
        try:
            return await self._settle_and_claim()
        except (StorageError, OSError) as error:
            log.warning("outbox unreachable", error=type(error).__name__)
            return 0

    async def _wait(self, tick: float) -> None:
        try:
            # Not wait_for: on Python 3.11 it swallows a cancel that comes in the same moment as a nudge.
            async with asyncio.timeout(self._shares.wait(self._now(), tick)):
                await self._nudged.wait()
        except TimeoutError:
            pass

    async def _drain(self) -> None:
        if self._sending:
            await asyncio.gather(*self._sending)
        if self._finished:
            async with self._database.begin() as store:
                self._settle(store, self._finished)
            self._finished = []

    async def _settle_and_claim(self) -> int:
        """Settle what has been sent and claim as many as there is room for, in one transaction."""
        finished, now = list(self._finished), self._now()
        async with self._database.begin() as store:
            self._settle(store, finished)
            parcels = await self._claim(store, now)
        del self._finished[: len(finished)]
        for parcel in parcels:
            task = asyncio.create_task(self._send_and_note(parcel))
            self._shares.take(parcel)
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        return len(parcels)

    async def _claim(self, store: Store, now: datetime) -> list[Parcel]:
        busy = self._shares.busy(now)
        if self._shares.takes_any(busy.stuffed):
            return await store.outbox.claim_both(now, now + LEASE, BATCH, BULK, busy)
        return await store.outbox.claim(now, now + LEASE, BATCH, busy) if self._shares.takes_any(busy.full) else []

    async def _send_and_note(self, parcel: Parcel) -> None:
        try:
            self._finished.append(await self._send(parcel))
        finally:
            self._shares.take(parcel, -1)
        self._nudged.set()

    async def _send(self, parcel: Parcel) -> Settled:
        channel = self._channels.get((parcel.address.channel, parcel.address.account))
        if channel is None:
            return Settled(parcel, SendFailed("channel is switched off", retry=True))
        try:
            async with asyncio.timeout(SEND_WITHIN):
                await channel.send(parcel.address, Reply.from_json(parcel.reply))
        except SendFailed as failure:
            return Settled(parcel, failure)
        except TimeoutError:
            return Settled(parcel, SendFailed("timed out", retry=True))
        except Exception as error:  # one bad reply must not stop the others
            log.exception("sending failed", channel=parcel.address.channel, error=type(error).__name__)
            return Settled(parcel, SendFailed(type(error).__name__, retry=True))
        return Settled(parcel, None)

    def _settle(self, store: Store, results: list[Settled]) -> None:
        now = self._now()
        for settled in results:
            if settled.failure is None:
                store.outbox.sent(settled.parcel.id, now)
                self.sent += 1
            else:
                self._settle_failure(store, settled.parcel, settled.failure, now)

    def _settle_failure(self, store: Store, parcel: Parcel, failure: SendFailed, now: datetime) -> None:
        key = Reply.from_json(parcel.reply).key
        log.warning("not delivered", channel=parcel.address.channel, key=key, why=failure.why)
        if parcel.bulk and failure.after is not None:
            # Without this all that waits would be tried at once and in vain.
            self._shares.rest(parcel.bot, now + timedelta(seconds=failure.after))
        if failure.retry and parcel.attempts < MOST_ATTEMPTS:
            store.outbox.retry(parcel.id, now + _pause(parcel.attempts, failure.after), failure.why)
            return
        self.failed += 1
        store.outbox.failed(parcel.id, now, failure.why)
        if failure.closed and parcel.chat_id is not None:
            store.chats.close(parcel.chat_id, failure.why)
            store.outbox.give_up_chat(parcel.chat_id, now, failure.why)


def _pause(attempts: int, after: float | None) -> timedelta:
    backed_off = FIRST_PAUSE * (1 << (attempts - 1))
    return max(backed_off, timedelta(seconds=after)) if after is not None else backed_off
