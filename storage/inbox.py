"""What came in: only the platform's id, so that a repeated delivery is answered once."""

from datetime import datetime

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects.postgresql import insert

from storage.chats import OPEN_CHAT, Address, Chat, chat_of, open_params
from storage.instants import to_text
from storage.schema import inbox
from storage.transaction import Transaction

_take = (
    insert(inbox)
    .values(
        channel=bindparam("channel"),
        account=bindparam("account"),
        message=bindparam("message"),
        received_at=bindparam("now"),
    )
    .on_conflict_do_nothing()
    .returning(inbox.c.message)
)
_forget = delete(inbox).where(inbox.c.received_at < bindparam("before"))


class Inbox:
    """The inbox, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def take(self, address: Address, message: str, language: str, now: datetime) -> tuple[bool, Chat]:
        """Note the message and return its chat, locked until the end of the transaction and made when it is new.

        The first part is False when the message was taken before: this delivery is a repeat.
        """
        # The chat comes first: two replicas with the same update then queue at its row, and the second one
        # sees the first one's inbox row.
        rows, taken = await self._transaction.fetch_both(
            OPEN_CHAT,
            open_params(address, language, now),
            _take,
            {"channel": address.channel, "account": address.account, "message": message, "now": to_text(now)},
        )
        return bool(taken), chat_of(rows[0])

    def forget(self, before: datetime) -> None:
        """Drop ids received before an instant. Telegram repeats for at most 24 hours; keep a week."""
        self._transaction.later(_forget, {"before": to_text(before)})
