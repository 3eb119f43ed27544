"""Mỗi ngày một phiếu tại quầy: which chats have voted on a visit today. Kept when a chat is erased, gone by night."""

import hashlib
import hmac
import secrets
from datetime import date

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from storage.chats import Address
from storage.keys import Keys
from storage.survey_tables import voted_today
from storage.transaction import Transaction

_KEY = "voted today"  # in the table `keys`
_note = insert(voted_today).values(mark=bindparam("mark"), day=bindparam("on")).on_conflict_do_nothing()
_find = select(voted_today.c.mark).where(voted_today.c.mark == bindparam("mark"))
_forget = delete(voted_today).where(voted_today.c.day < bindparam("today"))


class VotedToday:
    """Marks of chats, inside one transaction. A mark tells neither what was voted nor on which place."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def note(self, address: Address, today: date) -> None:
        """Note that somebody has voted on a visit today (a local day)."""
        self._transaction.later(_note, {"mark": await self._mark(address, today), "on": today.isoformat()})

    async def has(self, address: Address, today: date) -> bool:
        """Tell whether somebody has voted on a visit today, also when they have erased everything since."""
        return await self._transaction.first(_find, {"mark": await self._mark(address, today)}) is not None

    def forget(self, today: date) -> None:
        """Forget who voted on the days before today."""
        self._transaction.later(_forget, {"today": today.isoformat()})

    async def _mark(self, address: Address, day: date) -> str:
        key = await Keys(self._transaction).agreed(_KEY, secrets.token_hex(32))
        said = "\n".join((day.isoformat(), address.channel, address.account, address.chat))
        return hmac.new(key.encode(), said.encode(), hashlib.sha256).hexdigest()
