"""What the tests of staff share: joining by invitation, a booking for today, what went out to somebody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from content.library import Library
from content.rosters import Times
from handlers.messages import Reply
from storage.database import Database
from tests.citizen import Citizen
from tests.fakes import FakeClock

FAR = datetime(2040, 1, 1, tzinfo=UTC)


async def invite(
    database: Database,
    clock: FakeClock,
    code: str,
    unit: str = "tt-pvhcc",
    role: str = "officer",
    commune: str = "anh-son",
) -> None:
    """Store an invitation for a week."""
    async with database.begin() as store:
        store.members.invite(code, commune, unit, role, "Cán bộ trực", clock.now() + timedelta(days=7))


async def join(
    person: Citizen, database: Database, clock: FakeClock, unit: str = "tt-pvhcc", role: str = "officer"
) -> Citizen:
    """Make somebody a member."""
    code = f"K7M2-QXRT-{person.address.chat.upper()}"
    code = "".join(sign if sign in "23456789BCDFGHJKMNPQRSTUVWXYZ-" else "Z" for sign in code)[:14].ljust(14, "Z")
    await invite(database, clock, code, unit, role, person.address.account)
    assert (await person.says(f"/start {code}"))[-1] == "staff.joined"
    return person


async def leaves(person: Citizen, database: Database, clock: FakeClock) -> None:
    """End somebody's post without a word, as an administrator does."""
    async with database.begin() as store:
        chat = await store.chats.find(person.address)
        member = await store.members.of_chat(chat.id) if chat is not None else None
        assert member is not None
        await store.members.leave(member.id, clock.now())


async def pushes(database: Database, person: Citizen) -> list[Reply]:
    """Return what went out to somebody since the last look, answers and pushes alike."""
    async with database.begin() as store:
        parcels = []
        while claimed := await store.outbox.claim(FAR, FAR + timedelta(days=1), 100):
            for parcel in claimed:
                store.outbox.sent(parcel.id, FAR)
            parcels += claimed
    return [Reply.from_json(one.reply) for one in parcels if one.address == person.address]


async def book(person: Citizen, day: str = "23/11", at: str = "14h", whom: str = "me", help_: bool = False) -> str:
    """Book at the centre of Anh Sơn and return the code."""
    await person.says("menu")
    assert (await person.taps("book"))[-1] == "booking.ask_kind"
    await person.taps("centre")
    if person.replies[-1].key == "booking.ask_place":
        await person.taps("trung-tam")
    await person.says(day)
    if person.replies[-1].key == "booking.ask_part":
        await person.says("sáng" if int(at.rstrip("h")) < 12 else "chiều")
    assert (await person.says(at))[-1] == "booking.ask_whom"
    assert (await person.taps(whom))[-1] == "booking.ask_confirm"
    if help_:
        await person.taps("help")
    assert (await person.taps("yes"))[-1] == "booking.done"
    return next(button.value.split("/")[1] for button in person.buttons if button.value.startswith("drop/"))


def values(person: Citizen) -> list[str]:
    """Return the values of the buttons shown last."""
    return [button.value for button in person.buttons]


def with_village_point(library: Library) -> Library:
    """Return the library with a village point of Anh Sơn on Saturdays, whatever the commune's files say today."""
    commune = library.communes["anh-son"]
    point = commune.rosters.rosters[0].model_copy(
        update={
            "id": "nha-van-hoa-thon",
            "kind": "village",
            "title": "Tại nhà văn hóa thôn",
            "place": "nha-van-hoa-thon",
            "when": (Times.model_validate({"days": "sat", "times": "8:00-10:30"}),),
            "priority": (),
            "unit": "doan-the",
        }
    )
    others = tuple(one for one in commune.rosters.rosters if one.id != point.id)
    rosters = commune.rosters.model_copy(update={"rosters": (*others, point)})
    return replace(library, communes={**library.communes, "anh-son": replace(commune, rosters=rosters)})
