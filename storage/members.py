"""Officials and helpers who have joined by an invitation, by post and not by person."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.instants import from_text, to_text
from storage.member_tables import invites, members
from storage.schema import chats
from storage.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with a post; `name` is the name of the post.

    `id` is the same in all chats of one holder; `chat_id` is the chat that writes, or else the one to be told in: the
    preferred one, or another when that is closed.
    """

    id: str
    account: str
    chat_id: int
    unit: str
    role: str
    name: str

    @classmethod
    def of(cls, row: Row) -> "Member":
        """Return the member in a row of the table."""
        return cls(row["person"], row["account"], row["chat_id"], row["unit"], row["role"], row["name"])


@dataclass(frozen=True, slots=True)
class MemberChat:
    """One chat of a member: its channel, whether it can be reached and is told first."""

    member: Member
    channel: str
    open: bool
    preferred: bool

    @classmethod
    def of(cls, row: Row) -> "MemberChat":
        """Return the chat in a row of the two tables."""
        return cls(Member.of(row), row["channel"], row["closed"] is None, bool(row["preferred"]))


@dataclass(frozen=True, slots=True)
class Invited:
    """A post that was offered and not taken yet; `until` is aware."""

    unit: str
    role: str
    name: str
    until: datetime


def hashed(code: str) -> str:
    """Return what is stored of an invitation's code; small and capital letters, blanks and dashes are alike."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


_invite = insert(invites).values(
    code_hash=bindparam("code_hash"),
    account=bindparam("account"),
    unit=bindparam("unit"),
    role=bindparam("role"),
    name=bindparam("name"),
    expires_at=bindparam("until"),
    member=bindparam("for_member"),
)
_use = (
    update(invites)
    .where(
        invites.c.code_hash == bindparam("the_hash"),
        invites.c.account == bindparam("the_account"),
        invites.c.used_at.is_(None),
        invites.c.expires_at > bindparam("now"),
    )
    .values(used_at=bindparam("now"))
    .returning(invites)
)
_leave = (
    update(members)
    .where(members.c.chat_id == bindparam("chat"), members.c.left_at.is_(None))
    .values(left_at=bindparam("now"))
)
_end = (
    update(members)
    .where(members.c.person == bindparam("the_person"), members.c.left_at.is_(None))
    .values(left_at=bindparam("now"))
    .returning(members.c.chat_id)
)
_join = (
    insert(members)
    .values(
        id=bindparam("member"),
        account=bindparam("account"),
        chat_id=bindparam("chat"),
        unit=bindparam("unit"),
        role=bindparam("role"),
        name=bindparam("name"),
        joined_at=bindparam("now"),
        person=bindparam("the_person"),
        preferred=bindparam("first"),
    )
    .returning(members)
)
_why_not = select(invites.c.used_at).where(
    invites.c.code_hash == bindparam("the_hash"), invites.c.account == bindparam("the_account")
)
_post = update(chats).where(chats.c.id == bindparam("chat")).values(post=bindparam("the_post"))
_of_chat = select(members).where(members.c.chat_id == bindparam("chat"), members.c.left_at.is_(None))
_of_account = (
    select(members, chats.c.channel, chats.c.closed)
    .join(chats, chats.c.id == members.c.chat_id)
    .where(members.c.account == bindparam("account"), members.c.left_at.is_(None))
    .order_by(members.c.joined_at, members.c.id)
)
_of_person = (
    select(members, chats.c.channel, chats.c.closed)
    .join(chats, chats.c.id == members.c.chat_id)
    .where(members.c.person == bindparam("person"), members.c.left_at.is_(None))
    .order_by(members.c.joined_at, members.c.id)
)
_prefer_none = (
    update(members).where(members.c.person == bindparam("the_person"), members.c.left_at.is_(None)).values(preferred=0)
)
_prefer = (
    update(members)
    .where(members.c.chat_id == bindparam("chat"), members.c.left_at.is_(None))
    .values(preferred=1)
    .returning(members.c.id)
)
_open_invites = (
    select(invites.c.unit, invites.c.role, invites.c.name, invites.c.expires_at)
    .where(invites.c.account == bindparam("account"), invites.c.used_at.is_(None), invites.c.member.is_(None))
    .order_by(invites.c.unit, invites.c.role, invites.c.name)
)
_revoke = delete(invites).where(
    invites.c.account == bindparam("account"),
    invites.c.unit == bindparam("unit"),
    invites.c.role == bindparam("role"),
    invites.c.name == bindparam("name"),
    invites.c.used_at.is_(None),
    invites.c.member.is_(None),
)
_revoke_links = delete(invites).where(invites.c.member == bindparam("member"), invites.c.used_at.is_(None))


class Members:
    """The members, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def invite(
        self, code: str, account: str, unit: str, role: str, name: str, until: datetime, member: str | None = None
    ) -> None:
        """Store an invitation that can be used once, until an instant; for a `member` it adds a chat to theirs."""
        params = {"code_hash": hashed(code), "account": account, "unit": unit, "role": role, "name": name}
        self._transaction.later(_invite, {**params, "until": to_text(until), "for_member": member})

    async def join(self, code: str, account: str, chat_id: int, member: str, now: datetime) -> Member | None:
        """Use an invitation; None when it is unknown, used or too old. A chat holds one post at a time.

        Who joins with a code for another chat of theirs gets that member back, whose id is not `member`.
        """
        params = {"the_hash": hashed(code), "the_account": account, "now": to_text(now)}
        used = await self._transaction.first(_use, params)
        if used is None:
            return None
        person = used["member"]
        if person is not None:
            chats_of = await self.chats_of(person)
            same = next((one.member for one in chats_of if one.member.chat_id == chat_id), None)
            if same is not None or not chats_of:  # tapped in the same chat; or the post was left meanwhile
                return same
        self._transaction.later(_leave, {"chat": chat_id, "now": to_text(now)})
        self._transaction.later(_post, {"chat": chat_id, "the_post": used["role"]})
        holder = {"member": member, "the_person": person or member, "first": int(person is None)}
        name = used["name"] if person is not None else await self._own_name(account, used["unit"], used["name"])
        post = {"unit": used["unit"], "role": used["role"], "name": name}
        row = await self._transaction.first(
            _join, {**holder, **post, "account": account, "chat": chat_id, "now": to_text(now)}
        )
        return Member.of(row)

    async def _own_name(self, account: str, unit: str, name: str) -> str:
        """Return the name of a post, with a number where another member of the unit has it: «Chuyên viên (2)».

        Whoever chooses a stand-in or a colleague must be able to tell them apart.
        """
        taken = {one.name for one in await self.of_account(account) if one.unit == unit}
        numbered = (f"{name} ({number})" for number in count(2))
        return name if name not in taken else next(one for one in numbered if one not in taken)

    async def why_not(self, code: str, account: str) -> str:
        """Return why an invitation cannot be used: "unknown", "used" or "expired"."""
        row = await self._transaction.first(_why_not, {"the_hash": hashed(code), "the_account": account})
        if row is None:
            return "unknown"
        return "used" if row["used_at"] else "expired"

    async def of_chat(self, chat_id: int) -> Member | None:
        """Return who a chat belongs to, or None for a citizen."""
        row = await self._transaction.first(_of_chat, {"chat": chat_id})
        return Member.of(row) if row else None

    async def of_account(self, account: str) -> list[Member]:
        """Return a commune's members who can be reached, each once, by when they joined."""
        return [one for one in _each(await self._rows(account)) if one is not None]

    async def holding(self, account: str) -> list["MemberChat"]:
        """Return all chats of a commune's members, by when they joined, closed ones too."""
        return [MemberChat.of(row) for row in await self._rows(account)]

    async def chats_of(self, member: str) -> list["MemberChat"]:
        """Return the chats in which a member holds their post, the first one first; none when they left it."""
        return [MemberChat.of(row) for row in await self._transaction.fetch(_of_person, {"person": member})]

    async def prefer(self, member: str, chat_id: int) -> None:
        """Tell a member first in this chat of theirs from now on."""
        self._transaction.later(_prefer_none, {"the_person": member})
        await self._transaction.first(_prefer, {"chat": chat_id})

    async def leave(self, member: str, now: datetime) -> list[int]:
        """End a member's post in all their chats and return those; codes for further chats open nothing any more."""
        self._transaction.later(_revoke_links, {"member": member})
        left = [
            int(row["chat_id"])
            for row in await self._transaction.fetch(_end, {"the_person": member, "now": to_text(now)})
        ]
        for chat in left:
            self._transaction.later(_post, {"chat": chat, "the_post": None})
        return left

    async def invited(self, account: str) -> list["Invited"]:
        """Return the posts that were offered and not taken, with the last instant of the offer."""
        rows = await self._transaction.fetch(_open_invites, {"account": account})
        return [Invited(row["unit"], row["role"], row["name"], from_text(row["expires_at"])) for row in rows]

    def revoke(self, account: str, unit: str, role: str, name: str) -> None:
        """Take back the invitations to a post that nobody has used."""
        self._transaction.later(_revoke, {"account": account, "unit": unit, "role": role, "name": name})

    async def _rows(self, account: str) -> list[Row]:
        return await self._transaction.fetch(_of_account, {"account": account})


def _each(rows: Iterable[Row]) -> Iterable[Member | None]:
    """Return for each holder the chat to tell: the preferred one, else the oldest that is open, else None."""
    by_person: dict[str, list[Row]] = {}
    for row in rows:
        by_person.setdefault(row["person"], []).append(row)
    for found in by_person.values():
        reached = sorted((one for one in found if one["closed"] is None), key=lambda one: -one["preferred"])
        yield Member.of(reached[0]) if reached else None
