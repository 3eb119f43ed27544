"""Secrets that the service makes for itself and that all its replicas share."""

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from storage.schema import keys
from storage.transaction import Transaction

_offer = insert(keys).values(name=bindparam("name"), value=bindparam("value")).on_conflict_do_nothing()
_get = select(keys.c.value).where(keys.c.name == bindparam("name"))


class Keys:
    """The keys, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def agreed(self, name: str, offer: str) -> str:
        """Return the key of that name; the first replica's offer becomes it."""
        self._transaction.later(_offer, {"name": name, "value": offer})
        row = await self._transaction.first(_get, {"name": name})
        return str(row["value"]) if row else offer

    async def known(self, name: str) -> str | None:
        """Return the key of that name, or None when nobody has needed one yet."""
        row = await self._transaction.first(_get, {"name": name})
        return str(row["value"]) if row else None
