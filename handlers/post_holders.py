"""Ai đang giữ việc: who is to be told for a post today, deputies of those on leave included."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from content.dates import local_day
from storage.leaves import Leave
from storage.members import Member
from storage.store import Store

FOCAL = frozenset({"focal"})
HEADS = frozenset({"head"})
LEADERS = frozenset({"leader", "vice"})


class Work(Protocol):
    """A turn or an errand: what it takes to look somebody up."""

    @property
    def store(self) -> Store:
        """The open transaction."""

    @property
    def now(self) -> datetime:
        """The aware instant of the whole piece of work."""


@dataclass(frozen=True, slots=True)
class Staff:
    """A commune's members who can be reached and who of them is away now, read once for many questions.

    `day`: the local day on which it was read.
    """

    members: tuple[Member, ...]
    leaves: tuple[Leave, ...]
    day: date

    def member(self, identity: str | None) -> Member | None:
        """Return a member by id, or None when the post was left or no chat of theirs is open."""
        return next((one for one in self.members if one.id == identity), None)

    def away(self, member: Member) -> Leave | None:
        """Return the leave that a member is on now, or None."""
        return next((one for one in self.leaves if one.member == member.id), None)

    def holding(self, unit: str | None, roles: Collection[str]) -> list[Member]:
        """Return who holds a post in a unit (None: in any) with one of the roles, also those who are away."""
        return [one for one in self.members if one.role in roles and unit in {None, one.unit}]

    def holders(self, unit: str | None, roles: Collection[str]) -> list[Member]:
        """Return who is told for these posts now, each person once.

        Who is on leave is replaced by the deputy (and the deputy by theirs). While none is named, the other holders
        or else the head of the unit are told; who is away is told only when there is nobody else at all.
        """
        held = self.holding(unit, roles)
        told = self.instead(held)
        if not told:
            told = self.instead(one for away in held for one in self.holding(away.unit, HEADS)) or held
        return list({one.id: one for one in told}.values())

    def instead(self, members: Iterable[Member]) -> list[Member]:
        """Return who is told instead of members, each person once: deputies; nobody for who is away without one."""
        told = [stand for one in members if (stand := self._stand_in(one)) is not None]
        return list({one.id: one for one in told}.values())

    def acts_as(self, member: Member) -> list[Member]:
        """Return the posts in which a member may act now: their own, and those of whom they stand in for."""
        others = [one for one in self.members if one.id != member.id and self.away(one) is not None]
        return [
            member,
            *(one for one in others if (stand := self._stand_in(one)) is not None and stand.id == member.id),
        ]

    def _stand_in(self, member: Member) -> Member | None:
        passed: set[str] = set()
        current: Member | None = member
        while current is not None and (leave := self.away(current)) is not None:
            if current.id in passed:  # two who stand in for each other are both away
                return None
            passed.add(current.id)
            current = self.member(leave.deputy)
        return current


async def staff(work: Work, account: str) -> Staff:
    """Return a commune's members and leaves at this moment."""
    members = await work.store.members.of_account(account)
    return Staff(tuple(members), tuple(await work.store.leaves.at(account, work.now)), local_day(work.now))


async def holders(work: Work, account: str, unit: str | None, roles: Collection[str]) -> list[Member]:
    """Return the members to be told for a post today: deputies for those away, each person once, in the best chat."""
    return (await staff(work, account)).holders(unit, roles)


async def heads(work: Work, account: str, unit: str) -> list[Member]:
    """Return who leads a unit today."""
    return await holders(work, account, unit, HEADS)


async def leaders(work: Work, account: str) -> list[Member]:
    """Return the chairman and the deputy chairmen (Chủ tịch, Phó Chủ tịch) today."""
    return await holders(work, account, None, LEADERS)
