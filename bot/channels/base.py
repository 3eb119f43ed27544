"""What every channel is, and what sending can come to."""

from typing import Protocol

from handlers.messages import Address, Reply


class SendFailed(Exception):
    """A reply was not delivered.

    `retry`: try again later, after `after` seconds when the platform said so. `closed`: this person cannot be
    reached any more (blocked, account gone), so all that waits for them is given up.
    """

    def __init__(self, why: str, *, retry: bool, closed: bool = False, after: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.retry = retry
        self.closed = closed
        self.after = after


class Channel(Protocol):
    """One commune's account on one platform."""

    name: str
    account: str

    async def start(self) -> None:
        """Begin to receive."""

    async def stop_receiving(self) -> None:
        """Stop receiving; what was received is still answered."""

    async def send(self, to: Address, reply: Reply) -> None:
        """Deliver one reply. Raises SendFailed."""

    async def close(self) -> None:
        """Give back connections."""
