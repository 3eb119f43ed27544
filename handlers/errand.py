"""Việc nền: what is done without anybody having written, such as a reminder or an offer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from content.library import Commune, Library
from content.phrases import Phrases
from handlers.messages import Button, Reply
from storage.chats import Chat
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Errand:
    """Everything a piece of background work may use, inside one transaction. `site` is the service's own address."""

    library: Library
    now: datetime
    store: Store
    new_id: Callable[[], str]
    site: str
    mailboxes: frozenset[str]
    goes_out: datetime | None = None

    def commune(self, account: str) -> Commune | None:
        """Return a commune, or None when its folder was taken away."""
        return self.library.communes.get(account)

    async def chat(self, chat_id: int | None) -> Chat | None:
        """Return a chat that can still be reached, or None."""
        chat = await self.store.chats.by_id(chat_id) if chat_id is not None else None
        return chat if chat is not None and chat.closed is None else None

    def speak(self, chat: Chat) -> Phrases:
        """Return the phrases of the chat's language."""
        return self.library.speak(chat.language)

    def at(self, instant: datetime) -> "Errand":
        """Return the same means, but what is said goes out at an instant and not before."""
        return replace(self, goes_out=instant)

    def tell(self, chat: Chat, key: str, shown: tuple[Button, ...] = (), /, **params: object) -> None:
        """Say something to a chat of our own accord; it goes out after the commit."""
        self.post(chat, Reply(key, self.speak(chat).say(key, **params), shown))

    def post(self, chat: Chat, reply: Reply, reminds: str | None = None) -> None:
        """Put a reply into a chat's outbox; `reminds` names the filings it tells of (handlers/filing_recall.py)."""
        mailbox = chat.address.channel in self.mailboxes
        self.store.outbox.post(
            chat, reply.to_json(), self.now, cause=None, mailbox=mailbox, not_before=self.goes_out, reminds=reminds
        )
