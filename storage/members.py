"""Officials and helpers who have joined by an invitation, by post and not by person."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.instants import to_text
from storage.schema import chats, invites, members
from storage.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with a post; `name` is the name of the post."""

    id: str
    account: str
    chat_id: int
    unit: str
    role: str
    name: str

    @classmethod
    def of(cls, row: Row) -> "Member":
        """Return the member in a row of the table."""
        return cls(row["id"], row["account"], row["chat_id"], row["unit"], row["role"], row["name"])


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
    )
    .returning(members)
)
_why_not = select(invites.c.used_at).where(
    invites.c.code_hash == bindparam("the_hash"), invites.c.account == bindparam("the_account")
)
_post = update(chats).where(chats.c.id == bindparam("chat")).values(post=bindparam("the_post"))
_of_chat = select(members).where(members.c.chat_id == bindparam("chat"), members.c.left_at.is_(None))
_of_account = (
    select(members)
    .join(chats, chats.c.id == members.c.chat_id)
    .where(members.c.account == bindparam("account"), members.c.left_at.is_(None), chats.c.closed.is_(None))
    .order_by(members.c.joined_at, members.c.id)
)


class Members:
    """The members, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def invite(self, code: str, account: str, unit: str, role: str, name: str, until: datetime) -> None:
        """Store an invitation that can be used once, until an instant."""
        params = {"code_hash": hashed(code), "account": account, "unit": unit, "role": role, "name": name}
        self._transaction.later(_invite, {**params, "until": to_text(until)})

    async def join(self, code: str, account: str, chat_id: int, member: str, now: datetime) -> Member | None:
        """Use an invitation; None when it is unknown, used or too old. A chat holds one post at a time."""
        params = {"the_hash": hashed(code), "the_account": account, "now": to_text(now)}
        used = await self._transaction.first(_use, params)
        if used is None:
            return None
        self._transaction.later(_leave, {"chat": chat_id, "now": to_text(now)})
        self._transaction.later(_post, {"chat": chat_id, "the_post": used["role"]})
        row = await self._transaction.first(
            _join,
            {
                "member": member,
                "account": account,
                "chat": chat_id,
                "unit": used["unit"],
                "role": used["role"],
                "name": used["name"],
                "now": to_text(now),
            },
        )
        return Member.of(row)

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
        """Return a commune's members who can be reached."""
        return [Member.of(row) for row in await self._transaction.fetch(_of_account, {"account": account})]

    def leave(self, chat_id: int, now: datetime) -> None:
        """End a chat's post."""
        self._transaction.later(_leave, {"chat": chat_id, "now": to_text(now)})
        self._transaction.later(_post, {"chat": chat_id, "the_post": None})
