"""The 77 officials of Anh Sơn (Đề án III.3), spread over the units of its profile, and how they usually work."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from storage.chats import Address
from storage.database import Database

COMMUNE = "anh-son"
# Unit, role and how many. The plan gives 77 in all; how they are spread is an assumption of this simulation.
POSTS: tuple[tuple[str, str, int], ...] = (
    ("chu-tich", "leader", 1),
    ("pho-chu-tich", "vice", 2),
    ("vh-xh", "head", 1),
    ("vh-xh", "focal", 2),
    ("vh-xh", "officer", 8),
    ("van-phong", "head", 1),
    ("van-phong", "admin", 1),
    ("van-phong", "officer", 9),
    ("tt-pvhcc", "head", 1),
    ("tt-pvhcc", "officer", 10),
    ("kinh-te", "head", 1),
    ("kinh-te", "officer", 10),
    ("cong-an", "head", 1),
    ("cong-an", "officer", 9),
    ("quan-su", "head", 1),
    ("quan-su", "officer", 5),
    ("can-bo-cds", "officer", 1),
    ("to-ho-tro-cds", "helper", 4),
    ("mat-tran", "officer", 3),
    ("doan-the", "officer", 6),
)
KINDS: Mapping[str, int] = MappingProxyType({"prompt": 62, "received": 12, "snoozes": 8, "late": 12, "never": 6})
"""Of a hundred reports: sent in time, first acknowledged, first put off, sent some days late, never sent."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What becomes of one filing: `kind` of KINDS, and `share` in [0, 1), which decides on the day."""

    kind: str
    share: float


def habit_of(seed: int, obligation: str, unit: str, due: datetime) -> Habit:
    """Return what becomes of a filing; the same whatever process asks, in whatever order."""
    digest = hashlib.sha256(f"{seed} {obligation} {unit} {due.isoformat()}".encode()).digest()
    number, total = int.from_bytes(digest[:4]) % sum(KINDS.values()), 0
    for kind, often in KINDS.items():
        total += often
        if number < total:
            return Habit(kind, int.from_bytes(digest[4:8]) / 2**32)
    raise AssertionError("unreachable")


async def people_join(database: Database, now: datetime) -> dict[str, str]:
    """Let all 77 join; return the chat of each, by member id."""
    chats: dict[str, str] = {}
    async with database.begin() as store:
        for unit, role, number in POSTS:
            for one in range(1, number + 1):
                member = f"{unit}.{role}.{one}"
                chat = await store.chats.open(Address("fake", COMMUNE, member), "vi", now)
                store.members.invite(member, COMMUNE, unit, role, member, now + timedelta(days=1))
                joined = await store.members.join(member, COMMUNE, chat.id, member, now)
                assert joined is not None
                chats[member] = member
    return chats
