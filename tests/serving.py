"""The whole service on a free port of this machine, and a citizen's page that speaks its web API."""

import json
import re
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from bot.app import App
from bot.sessions import Sessions
from bot.settings import Settings
from handlers.messages import Address, Reply
from tests.fakes import FakeClock

Client = TestClient[Request, Application]


def small_content(source: Path, target: Path) -> Path:
    """Copy two communes and the pages about the commune itself: loads in a tenth of the time."""
    for slug in ("anh-son", "nghia-tho"):
        shutil.copytree(source / "communes" / slug, target / "communes" / slug)
    shutil.copytree(source / "language", target / "language")
    shutil.copytree(source / "guides" / "ve-xa", target / "guides" / "ve-xa")
    for path in source.glob("*.yaml"):
        shutil.copy(path, target / path.name)
    for path in (target / "guides").glob("**/*.md"):
        path.write_text(re.sub(r"^related:\n( +-.*\n)+", "", path.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    return target


@asynccontextmanager
async def serving(database_url: str, content: Path, clock: FakeClock) -> AsyncIterator[tuple[App, Client]]:
    """Run the service; yields it with a client of its web server."""
    app = App(Settings(database=database_url, content=content), clock.now, clock.seconds)
    app.web.look_every = 0.02
    await app.start()
    client = TestClient(TestServer(app.web_application(), host="127.0.0.1"))
    await client.start_server()
    try:
        yield app, client
    finally:
        app.web.stop()
        await client.close()
        await app.stop()


@dataclass(frozen=True)
class Answer:
    """An answer of the web server, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def replies(self) -> list[dict[str, Any]]:
        assert self.status == 200, self.body
        replies: list[dict[str, Any]] = json.loads(self.body)["replies"]
        return replies

    @property
    def keys(self) -> list[str]:
        return [reply["key"] for reply in self.replies]

    @property
    def error(self) -> str:
        """The sentence that a person reads."""
        error = json.loads(self.body)["error"]
        assert isinstance(error, str)
        assert len(error) > 10
        return error


@dataclass
class Page:
    """A citizen's web page: has a session, counts its message ids."""

    client: Client
    slug: str = "anh-son"
    session: str = ""
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    async def opens(self) -> "Page":
        """Fetch a session."""
        async with self.client.post(f"/{self.slug}/chat/session") as response:
            assert response.status == 200
            self.session = (await response.json())["session"]
        return self

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.session}"}

    async def posts(self, body: bytes | dict[str, object], **headers: str) -> Answer:
        """Post anything; return the answer as it is."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"}
        async with self.client.post(
            f"/{self.slug}/chat", data=data, headers={**kind, **self.authorization, **headers}
        ) as response:
            return Answer(response.status, response.headers, await response.read())

    async def sends(self, **content: object) -> list[dict[str, Any]]:
        """Send a message with the next id; return its replies."""
        return (await self.posts({"id": f"m{next(self._ids)}", **content})).replies

    async def says(self, text: str) -> list[str]:
        """Send words; return the keys of the replies."""
        return [reply["key"] for reply in await self.sends(text=text)]


async def push(app: App, address: Address, *keys: str, not_before: datetime | None = None) -> None:
    """Let the service say something of its own accord, as reminders do; held back until an instant."""
    async with app.database.begin() as store:
        chat = await store.chats.open(address, "vi", app.now())
        for key in keys:
            reply = Reply(key, f"tin {key}").to_json()
            store.outbox.post(chat, reply, app.now(), cause=None, mailbox=True, not_before=not_before)


async def address_of(app: App, page: Page) -> Address:
    """Return the address behind a page's session."""
    async with app.database.begin() as store:
        key = await store.keys.agreed("web sessions", "unused")
    chat = Sessions(key).chat(page.slug, page.session, app.now())
    assert chat is not None
    return Address("web", page.slug, chat)
