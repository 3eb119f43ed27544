"""What the tests of incidents and of the start-of-day check share: posts with names, and what was told to whom."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.messages import Reply
from storage.database import Database
from tests.citizen import Citizen
from tests.fakes import FakeClock

People = Callable[..., Citizen]
Join = Callable[..., Coroutine[Any, Any, Citizen]]
FAR = datetime(2040, 1, 1, tzinfo=UTC)


def joiner(citizen: People, databases: list[Database], clock: FakeClock) -> Join:
    """Return how to make a member with a post of a name of their own."""

    async def make(name: str, unit: str, role: str, post: str, commune: str = "anh-son") -> Citizen:
        person = citizen(name, commune)
        code = f"K7M2QX{len(name)}{name.upper()}"
        code = "".join(sign if sign in "23456789BCDFGHJKMNPQRSTUVWXYZ" else "Z" for sign in code)[:12].ljust(12, "Z")
        async with databases[0].begin() as store:
            store.members.invite(code, commune, unit, role, post, clock.now() + timedelta(days=7))
        assert (await person.says(f"/start {code}"))[-1] == "staff.joined"
        return person

    return make


async def told(database: Database) -> dict[str, list[Reply]]:
    """Deliver everything; return what went out of our own accord, by name of the chat."""
    found: dict[str, list[Reply]] = {}
    async with database.begin() as store:
        while claimed := await store.outbox.claim(FAR, FAR + timedelta(days=1), 100):
            for parcel in claimed:
                store.outbox.sent(parcel.id, FAR)
                reply = Reply.from_json(parcel.reply)
                if reply.key.startswith(("incident.push", "incident.draft", "daycheck.push")):
                    found.setdefault(parcel.address.chat, []).append(reply)
    return found


def keys(news: dict[str, list[Reply]]) -> dict[str, list[str]]:
    return {name: [reply.key for reply in replies] for name, replies in news.items()}
