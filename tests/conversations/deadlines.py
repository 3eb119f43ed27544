"""What the tests of reminding share: a commune with one obligation, ticks of both replicas, what somebody was told."""

import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from content.library import Library
from content.obligations import Plans
from content.recurrence import instant_of
from handlers.errand import Errand
from handlers.filing_planning import plan
from handlers.filing_reminders import remind
from handlers.messages import Reply
from storage.database import Database
from storage.errors import Conflict
from storage.filings import Filing
from tests.citizen import Citizen
from tests.conversations.staff import FAR
from tests.fakes import FakeClock

ANH_SON = "anh-son"
REMINDERS = frozenset({"task.digest", "task.event", "task.given_to_you"})
EVER = datetime.fromisoformat("2100-01-01T00:00:00+00:00")
LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def with_obligations(library: Library, *ids: str, commune: str = ANH_SON) -> Library:
    """Return the library with one commune that has these obligations only, and the others without any."""
    found = library.communes[commune]
    obligations = tuple(one for one in found.plans.obligations if one.id in ids)
    assert len(obligations) == len(ids)
    others = {slug: replace(one, plans=Plans()) for slug, one in library.communes.items()}
    mine = replace(found, plans=replace(found.plans, obligations=obligations))
    return replace(library, communes={**others, commune: mine})


def at(day: date, moment: time = time(8, 0, 5)) -> datetime:
    """Return an instant of a local day, five seconds past eight unless told."""
    return instant_of(day, moment)


async def tick(
    databases: Sequence[Database],
    library: Library,
    clock: FakeClock,
    works: Iterable[Callable[[Errand], Awaitable[None]]] = (plan, remind),
) -> None:
    """Let every replica do what is due, one after the other."""
    for database in databases:
        for work in works:
            try:
                async with database.begin() as store:
                    await work(Errand(library, clock.now(), store, lambda: secrets.token_hex(8), "", frozenset()))
            except Conflict:
                continue


class Letters:
    """The reminders that have gone out, person by person: a look at one person's takes nobody else's away."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._unread: dict[str, list[Reply]] = {}

    async def __call__(self, person: Citizen) -> list[Reply]:
        """Return the reminders that somebody got since the last look."""
        async with self._database.begin() as store:
            while claimed := await store.outbox.claim(FAR, FAR + timedelta(days=1), 100):
                for parcel in claimed:
                    store.outbox.sent(parcel.id, FAR)
                    reply = Reply.from_json(parcel.reply)
                    if reply.key in REMINDERS:
                        self._unread.setdefault(parcel.address.chat, []).append(reply)
        return self._unread.pop(person.address.chat, [])


async def filings(database: Database) -> list[Filing]:
    """Return every filing of Anh Sơn that is not void, by due date."""
    async with database.read() as store:
        return await store.filings.between(ANH_SON, LONG_AGO, EVER)


async def send(database: Database, filing: str, now: datetime, member: str = "someone") -> None:
    """Give proof: the report is sent."""
    async with database.begin() as store:
        assert await store.filing_moves.send(filing, member, "", "", now) is not None
