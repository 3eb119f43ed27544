"""`python -m bot ask`: conversations in process, on a database of their own that is thrown away."""

import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.app import App
from bot.command_data import commune_in, upgraded
from bot.receive import Received
from bot.serve import system_now
from bot.settings import Settings
from content.search import Found
from handlers.messages import Address, Incoming
from storage.chats import Dialog

_ANSWERS = {
    "guide.card": "answer",
    "guide.section": "answer",
    "answer.choose": "choose",
    "answer.unknown": "none",
    "answer.not_covered": "none",
}


class Asker:
    """Holds conversations with the service in process."""

    def __init__(self, app: App, commune: str) -> None:
        self._app = app
        self._commune = commune
        self._count = 0

    async def converse(self, turns: Sequence[str]) -> dict[str, Any]:
        """Return what the contract says of a conversation's last turn."""
        self._count += 1
        address = Address("terminal", self._commune, f"ask-{self._count}")
        for number, turn in enumerate(turns[:-1]):
            await self._say(address, str(number), turn)
        shown = await self._dialog(address)
        began = time.perf_counter()
        received = await self._say(address, "last", turns[-1])
        milliseconds = (time.perf_counter() - began) * 1000
        topic = shown.topic.guide if shown.topic else None
        found = self._app.library().communes[self._commune].search.find(turns[-1], shown=topic)
        outcome = _outcome(received)
        after = await self._dialog(address)
        return {
            "question": turns[-1],
            "outcome": outcome,
            "guide": after.topic.guide if outcome == "answer" and after.topic else None,
            "section": found.section if received.replies[-1].key == "guide.section" else None,
            "candidates": _candidates(found) if outcome in {"answer", "choose", "none"} else [],
            "reply": "\n\n".join(reply.text for reply in received.replies if reply.key != "start.notice"),
            "ms": round(milliseconds, 2),
        }

    async def _say(self, address: Address, number: str, text: str) -> Received:
        identity = f"{address.chat}:{number}"
        return await self._app.receiver.receive(Incoming(address, identity, self._app.now(), text=text))

    async def _dialog(self, address: Address) -> Dialog:
        async with self._app.database.read() as store:
            chat = await store.chats.find(address)
        return chat.dialog if chat else Dialog()


def _outcome(received: Received) -> str:
    keys = [reply.key for reply in received.replies]
    return next((_ANSWERS[key] for key in reversed(keys) if key in _ANSWERS), "flow")


def _candidates(found: Found) -> list[dict[str, Any]]:
    return [{"guide": candidate.guide, "score": round(candidate.score, 4)} for candidate in found.candidates]


@asynccontextmanager
async def asker(settings: Settings, commune: str) -> AsyncIterator[Asker]:
    """Lend an Asker on a throw-away database. An unknown commune ends the program."""
    with tempfile.TemporaryDirectory() as folder:
        own = settings.model_copy(update={"database": f"sqlite+aiosqlite:///{Path(folder) / 'ask.db'}", "telegram": {}})
        app = App(own, system_now, time.monotonic)
        commune_in(app.library(), commune)
        async with upgraded(app.database, own):
            yield Asker(app, commune)


async def ask_all(settings: Settings, commune: str, conversations: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """Hold the conversations and return one object each."""
    async with asker(settings, commune) as one:
        return [await one.converse(turns) for turns in conversations]
