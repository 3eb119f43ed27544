"""People who talk to the service. Every turn is taken by another replica, as in real life."""

from itertools import count, cycle

from bot.receive import Receiver
from handlers.messages import Address, Button, Incoming, Reply
from tests.fakes import FakeClock


class Citizen:
    """Lan, Minh, Bà Tư: somebody in a chat of their own."""

    def __init__(self, name: str, replicas: list[Receiver], clock: FakeClock, commune: str = "anh-son") -> None:
        self.address = Address("fake", commune, name)
        self._replicas = cycle(replicas)
        self._clock = clock
        self._ids = count(1)
        self.replies: tuple[Reply, ...] = ()

    async def says(self, text: str) -> list[str]:
        """Send words; return the keys of the replies."""
        return await self.sends(text=text)

    async def taps(self, label_or_value: str) -> list[str]:
        """Tap a button of the last list, by its value or label; a value that was not shown is sent as it is."""
        value = next(
            (button.value for button in self.buttons if label_or_value in {button.value, button.label}), label_or_value
        )
        return await self.sends(tap=value)

    async def sends(
        self,
        *,
        text: str = "",
        tap: str | None = None,
        media: str | None = None,
        file: str | None = None,
        file_name: str | None = None,
    ) -> list[str]:
        """Send anything; return the keys of the replies."""
        number = str(next(self._ids))
        incoming = Incoming(
            self.address,
            f"{self.address.chat}-{number}",
            self._clock.now(),
            text=text,
            tap=tap,
            media=media,
            ref=number,
            file=file,
            file_name=file_name,
        )
        return await self.repeats(incoming)

    async def repeats(self, incoming: Incoming) -> list[str]:
        """Deliver a message, perhaps again, to the next replica."""
        self.replies = (await next(self._replicas).receive(incoming)).replies
        return [reply.key for reply in self.replies]

    @property
    def buttons(self) -> tuple[Button, ...]:
        """The buttons of the last reply that has some."""
        return next((reply.buttons for reply in reversed(self.replies) if reply.buttons), ())

    @property
    def told(self) -> str:
        """All words of the last replies."""
        return "\n\n".join(reply.text for reply in self.replies)
