"""The inbox, the dialog row and the outbox under repeats, races and crashes."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.channels.base import SendFailed
from bot.deliver import Deliverer
from bot.receive import Receiver
from content.library import Library
from handlers.messages import Address, Incoming, Reply
from handlers.route import Routes
from handlers.turn import Outcome, Turn
from storage.chats import Dialog
from storage.database import Database
from tests.citizen import Citizen
from tests.fakes import FakeChannel, FakeClock, Ids

LAN = Address("fake", "anh-son", "lan")


async def test_ten_first_messages_at_once_make_one_chat_and_ten_answers(
    databases: list[Database], clock: FakeClock
) -> None:
    async def one(number: int) -> int:
        async with databases[number % 2].begin() as store:
            fresh, chat = await store.inbox.take(LAN, f"m{number}", "vi", clock.now())
            assert fresh
            store.chats.save(chat, Dialog(), "vi", None)
            return chat.id

    assert len(set(await asyncio.gather(*map(one, range(10))))) == 1


async def test_the_same_message_at_both_replicas_is_taken_once(databases: list[Database], clock: FakeClock) -> None:
    async def one(database: Database) -> bool:
        async with database.begin() as store:
            fresh, _ = await store.inbox.take(LAN, "m1", "vi", clock.now())
            return fresh

    assert sorted(await asyncio.gather(*map(one, databases * 5))) == [False] * 9 + [True]


async def test_a_failed_turn_leaves_nothing(databases: list[Database], clock: FakeClock) -> None:
    class Broken(Exception):
        pass

    async def broken() -> None:
        async with databases[0].begin() as store:
            await store.inbox.take(LAN, "m1", "vi", clock.now())
            raise Broken

    for _ in range(2):
        try:
            await broken()
        except Broken:
            pass
    async with databases[1].begin() as store:
        assert (await store.inbox.take(LAN, "m1", "vi", clock.now()))[0]


async def _post(database: Database, clock: FakeClock, *keys: str, chat: str = "lan") -> None:
    async with database.begin() as store:
        opened = await store.chats.open(Address("fake", "anh-son", chat), "vi", clock.now())
        for key in keys:
            store.outbox.post(opened, Reply(key, key).to_json(), clock.now(), cause=None)


async def test_two_replicas_keep_the_order_of_a_chat(
    databases: list[Database], deliverers: list[Deliverer], channel: FakeChannel, clock: FakeClock
) -> None:
    await _post(databases[0], clock, "one", "two", "three", "four")
    while any(await asyncio.gather(*(deliverer.deliver_due() for deliverer in deliverers))):
        pass
    assert channel.keys() == ["one", "two", "three", "four"]


async def test_everything_is_sent_once_however_many_deliver(
    databases: list[Database], deliverers: list[Deliverer], channel: FakeChannel, clock: FakeClock
) -> None:
    for number in range(30):
        await _post(databases[number % 2], clock, f"k{number}", chat=f"c{number % 7}")
    while any(await asyncio.gather(*(deliverer.deliver_due() for deliverer in deliverers))):
        pass
    assert sorted(channel.keys()) == sorted(f"k{number}" for number in range(30))


async def test_a_parcel_claimed_by_a_killed_replica_is_sent_by_another_after_the_lease(
    databases: list[Database], deliverers: list[Deliverer], channel: FakeChannel, clock: FakeClock
) -> None:
    await _post(databases[0], clock, "one")
    async with databases[0].begin() as store:
        assert len(await store.outbox.claim(clock.now(), clock.now() + timedelta(seconds=60), 10)) == 1
    assert await deliverers[1].deliver_due() == 0
    clock.move(seconds=61)
    assert await deliverers[1].deliver_due() == 1
    assert channel.keys() == ["one"]


async def test_a_passing_fault_is_retried_later_and_holds_back_what_follows(
    databases: list[Database], deliverers: list[Deliverer], channel: FakeChannel, clock: FakeClock
) -> None:
    channel.failures = [SendFailed("slow", retry=True)]
    await _post(databases[0], clock, "one", "two")
    await deliverers[0].deliver_due()
    assert await deliverers[1].deliver_due() == 0
    clock.move(seconds=6)
    while await deliverers[1].deliver_due():
        pass
    assert channel.keys() == ["one", "two"]


async def test_a_flood_limit_is_obeyed(
    databases: list[Database], deliverers: list[Deliverer], channel: FakeChannel, clock: FakeClock
) -> None:
    channel.failures = [SendFailed("flood limit", retry=True, after=90)]
    await _post(databases[0], clock, "one")
    await deliverers[0].deliver_due()
    clock.move(seconds=89)
    assert await deliverers[0].deliver_due() == 0
    clock.move(seconds=2)
    assert await deliverers[0].deliver_due() == 1


async def test_who_blocks_the_bot_is_closed_until_they_write_again(
    databases: list[Database],
    deliverers: list[Deliverer],
    channel: FakeChannel,
    clock: FakeClock,
    citizen: Callable[..., Citizen],
) -> None:
    lan = citizen("lan")
    await lan.says("menu")
    channel.failures = [SendFailed("blocked", retry=False, closed=True)]
    await deliverers[0].deliver_due()
    async with databases[0].read() as store:
        chat = await store.chats.find(LAN)
        assert chat is not None
        assert chat.closed == "blocked"
        assert (await store.outbox.waiting())[0] == 0
    await lan.says("menu")
    async with databases[0].read() as store:
        reopened = await store.chats.find(LAN)
        assert reopened is not None
        assert reopened.closed is None


async def test_a_reply_is_given_up_after_a_while_and_the_next_one_goes(
    databases: list[Database], deliverers: list[Deliverer], channel: FakeChannel, clock: FakeClock
) -> None:
    channel.failures = [SendFailed("down", retry=True)] * 8
    await _post(databases[0], clock, "one", "two")
    for _ in range(9):
        await deliverers[0].deliver_due()
        clock.move(minutes=30)
    assert channel.keys() == ["two"]
    assert deliverers[0].failed == 1


async def test_the_same_message_again_gets_the_same_replies_and_does_nothing(
    replicas: list[Receiver], databases: list[Database], clock: FakeClock
) -> None:
    incoming = Incoming(LAN, "m1", clock.now(), text="menu")
    first = await replicas[0].receive(incoming)
    again = await replicas[1].receive(incoming)
    assert (first.repeated, again.repeated) == (False, True)
    assert again.replies == first.replies
    async with databases[0].read() as store:
        assert (await store.outbox.waiting())[0] == len(first.replies)


async def test_a_bug_of_ours_is_apologised_for_once_and_not_repeated_for_ever(
    databases: list[Database], library: Library, routes: Routes, clock: FakeClock
) -> None:
    async def broken(turn: Turn, _: str) -> Outcome:
        raise ZeroDivisionError

    broken_routes = replace(routes, commands={**routes.commands, "word.menu": broken})
    receivers = [Receiver(database, lambda: library, broken_routes, clock.now, Ids()) for database in databases]
    incoming = Incoming(LAN, "m1", clock.now(), text="menu")
    received = await receivers[0].receive(incoming)
    assert [reply.key for reply in received.replies] == ["error.sorry"]
    assert (await receivers[1].receive(incoming)).repeated
