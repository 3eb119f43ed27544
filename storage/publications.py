"""Nhật ký tuyên truyền: what was published elsewhere, with its evidence. A line struck out stays in the table."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, insert, select, update

from storage.instants import to_text
from storage.members import Member
from storage.notice_tables import publications
from storage.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Publication:
    """One bulletin, post, video or item. `photo` is evidence too: "channel/file", the platform's name of a photo."""

    id: str
    account: str
    kind: str
    day: date
    title: str
    evidence: str
    photo: str | None = None


def _publication(row: Row) -> Publication:
    day = date.fromisoformat(row["day"])
    return Publication(row["id"], row["account"], row["kind"], day, row["title"], row["evidence"], row["photo"])


_names = ("id", "account", "kind", "day", "title", "evidence", "photo", "by", "role", "created_at")
_add = insert(publications).values({name: bindparam(name) for name in _names})
_between = (
    select(publications)
    .where(
        publications.c.account == bindparam("account"),
        publications.c.day >= bindparam("first"),
        publications.c.day <= bindparam("last"),
        publications.c.removed_at.is_(None),
    )
    .order_by(publications.c.day.desc(), publications.c.created_at.desc(), publications.c.id)
)
_one = select(publications).where(
    publications.c.account == bindparam("account"),
    publications.c.id == bindparam("publication"),
    publications.c.removed_at.is_(None),
)
_remove = (
    update(publications)
    .where(
        publications.c.account == bindparam("the_account"),
        publications.c.id == bindparam("publication"),
        publications.c.removed_at.is_(None),
    )
    .values(removed_at=bindparam("now"))
    .returning(publications)
)
_restore = (
    update(publications)
    .where(
        publications.c.account == bindparam("the_account"),
        publications.c.id == bindparam("publication"),
        publications.c.removed_at.is_not(None),
    )
    .values(removed_at=None)
    .returning(publications)
)


class Publications:
    """The log, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, one: Publication, member: Member, now: datetime) -> None:
        """Write a line, with who did it and in which role."""
        about = {"id": one.id, "account": one.account, "kind": one.kind, "day": one.day.isoformat()}
        rest = {"title": one.title, "evidence": one.evidence, "photo": one.photo, "by": member.id, "role": member.role}
        self._transaction.later(_add, {**about, **rest, "created_at": to_text(now)})

    async def between(self, account: str, first: date, last: date) -> list[Publication]:
        """Return what was published from the first to the last day, the newest first."""
        params = {"account": account, "first": first.isoformat(), "last": last.isoformat()}
        return [_publication(row) for row in await self._transaction.fetch(_between, params)]

    async def one(self, account: str, publication: str) -> Publication | None:
        """Return a line that is not struck out, or None."""
        row = await self._transaction.first(_one, {"account": account, "publication": publication})
        return _publication(row) if row else None

    async def remove(self, account: str, publication: str, now: datetime) -> Publication | None:
        """Strike a line out; None when there is none."""
        params = {"the_account": account, "publication": publication, "now": to_text(now)}
        row = await self._transaction.first(_remove, params)
        return _publication(row) if row else None

    async def restore(self, account: str, publication: str) -> Publication | None:
        """Take the striking out back."""
        row = await self._transaction.first(_restore, {"the_account": account, "publication": publication})
        return _publication(row) if row else None
