"""`python -m bot chat`: the assistant in the terminal, with numbered choices instead of buttons."""

import asyncio
import secrets
import time

from rich.console import Console

from bot.app import App
from bot.channels.markup import to_plain
from bot.command_data import commune_in, upgraded
from bot.serve import system_now
from bot.settings import Settings
from handlers.messages import Address, Incoming, Reply

NAME = "terminal"


def numbered(reply: Reply) -> str:
    """Return a reply as plain text whose choices can be typed by number."""
    choices = [f"  {number}. {button.label}" for number, button in enumerate(reply.buttons, 1)]
    return "\n".join([to_plain(reply.text), *choices])


async def talk(settings: Settings, commune: str) -> None:
    """Read lines and print replies until the end of input."""
    app = App(settings.model_copy(update={"telegram": {}}), system_now, time.monotonic)
    commune_in(app.library(), commune)
    console = Console()
    address = Address(NAME, commune, secrets.token_hex(4))
    line = "/start"
    async with upgraded(app.database, settings):
        try:
            while True:
                incoming = Incoming(address, f"{address.chat}:{secrets.token_hex(6)}", app.now(), text=line)
                received = await app.receiver.receive(incoming)
                for reply in (one for one in received.replies if one.picture is None):  # its words stand before it
                    console.print(numbered(reply), markup=False, highlight=False)
                    console.print()
                line = await asyncio.to_thread(console.input, "> ")
        except (EOFError, KeyboardInterrupt):
            console.print()
