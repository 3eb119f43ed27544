"""One transaction's view of everything that is remembered: the only thing handlers get of the database."""

from sqlalchemy import text

from storage.answers import Answers
from storage.chats import Chats
from storage.inbox import Inbox
from storage.keys import Keys
from storage.outbox import Outbox
from storage.transaction import Transaction

_alive = text("SELECT 1 AS alive")


class Store:
    """Grouped by what is remembered."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.chats = Chats(transaction)
        self.inbox = Inbox(transaction)
        self.outbox = Outbox(transaction)
        self.answers = Answers(transaction)
        self.keys = Keys(transaction)

    async def alive(self) -> bool:
        """Return True when the database answers."""
        return await self._transaction.first(_alive, {}) is not None
