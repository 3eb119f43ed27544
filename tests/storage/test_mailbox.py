"""The mailbox that an open web page reads, when some of it is held back."""

from datetime import timedelta

from handlers.messages import Address
from storage.chats import Chat
from storage.database import Database
from tests.fakes import FakeClock

LAN = Address("web", "anh-son", "lan")


async def _posts(database: Database, clock: FakeClock, words: str, hours: int = 0) -> Chat:
    async with database.begin() as store:
        chat = await store.chats.open(LAN, "vi", clock.now())
        later = clock.now() + timedelta(hours=hours)
        store.outbox.post(chat, words, clock.now(), cause=None, mailbox=True, not_before=later)
    return chat


async def _read(database: Database, clock: FakeClock, chat: Chat, after: int) -> list[tuple[int, str]]:
    async with database.begin() as store:
        await store.mailbox.release(clock.now())
    async with database.read() as store:
        return await store.mailbox.pushed(chat.id, after)


async def test_what_is_held_back_comes_in_its_time_after_newer_ones_were_read(
    databases: list[Database], clock: FakeClock
) -> None:
    for words in ("morning", "also morning"):
        await _posts(databases[0], clock, words, hours=10)
    chat = await _posts(databases[0], clock, "now")
    ((last, words),) = await _read(databases[1], clock, chat, 0)
    assert words == "now"
    clock.move(hours=9)
    assert await _read(databases[1], clock, chat, last) == []
    clock.move(hours=1)
    morning = await _read(databases[1], clock, chat, last)
    assert [words for _, words in morning] == ["morning", "also morning"]
    assert [words for _, words in await _read(databases[1], clock, chat, morning[0][0])] == ["also morning"]
    clock.move(seconds=1)
    await _posts(databases[0], clock, "day")
    assert [words for _, words in await _read(databases[1], clock, chat, morning[1][0])] == ["day"]


async def test_after_a_reply_that_is_no_longer_kept_only_newer_ones_come(
    databases: list[Database], clock: FakeClock
) -> None:
    chat = await _posts(databases[0], clock, "old")
    ((last, _),) = await _read(databases[0], clock, chat, 0)
    clock.move(days=31)
    async with databases[0].begin() as store:
        store.outbox.forget(clock.now() - timedelta(days=30))
    await _posts(databases[0], clock, "new")
    assert [words for _, words in await _read(databases[0], clock, chat, last)] == ["new"]


async def test_what_is_held_back_can_still_be_taken_back(databases: list[Database], clock: FakeClock) -> None:
    async with databases[0].begin() as store:
        chat = await store.chats.open(LAN, "vi", clock.now())
        later = clock.now() + timedelta(hours=10)
        store.outbox.post(
            chat, "do it", clock.now(), cause=None, mailbox=True, not_before=later, reminds='{"filings": ["f1"]}'
        )
    async with databases[1].begin() as store:
        (parcel,) = await store.outbox.reminding("anh-son", "f1", clock.now())
        store.outbox.withdraw(parcel.id, clock.now())
    clock.move(hours=11)
    assert await _read(databases[0], clock, chat, 0) == []
