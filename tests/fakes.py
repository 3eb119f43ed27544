"""What stands in for the world: a clock and a channel. Nothing else is faked inside the process."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.channels.base import SendFailed
from handlers.messages import Address, Reply


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class Ids:
    """Ids that count up, the same in every run."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self) -> str:
        return f"id{next(self._numbers):06}"


@dataclass
class FakeChannel:
    """A platform that takes everything, or fails as told: `failures` are raised one after the other first."""

    name: str = "fake"
    account: str = "anh-son"
    sent: list[tuple[Address, Reply]] = field(default_factory=list)
    failures: list[SendFailed] = field(default_factory=list)

    async def start(self) -> None: ...

    async def stop_receiving(self) -> None: ...

    async def close(self) -> None: ...

    async def send(self, to: Address, reply: Reply) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((to, reply))

    def keys(self) -> list[str]:
        return [reply.key for _, reply in self.sent]
