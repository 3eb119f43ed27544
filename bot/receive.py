"""One message in: one transaction, run again when another replica was faster."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from content.library import Library
from handlers.messages import Incoming, Reply
from handlers.route import NOTICE, Routes, answer
from handlers.turn import Outcome, Turn
from handlers.words import clean
from storage.chats import Chat, Dialog
from storage.database import Database
from storage.errors import Conflict
from storage.store import Store

MOST_TRIES = 5
log = structlog.get_logger(__name__)


class UnknownCommune(LookupError):
    """The account belongs to no commune that is loaded."""


@dataclass(frozen=True)
class Received:
    """What a message got: its replies, whether it had been answered before, whether it erased its chat."""

    replies: tuple[Reply, ...]
    repeated: bool
    erased: bool = False


class Receiver:
    """Turns messages into replies in the outbox. `mailboxes` names the channels whose replies are fetched, not sent."""

    def __init__(
        self,
        database: Database,
        library: Callable[[], Library],
        routes: Routes,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        mailboxes: frozenset[str] = frozenset(),
        site: str = "",
    ) -> None:
        self._database = database
        self._library = library
        self._routes = routes
        self._now = now
        self._new_id = new_id
        self._mailboxes = mailboxes
        self._site = site

    async def receive(self, incoming: Incoming) -> Received:
        """Answer a message. When this returns, message, conversation and replies are committed.

        Raises UnknownCommune, and StorageError when the database cannot be reached: then nothing was
        acknowledged and the platform repeats the message.
        """
        if incoming.sender.account not in self._library().communes:
            raise UnknownCommune(incoming.sender.account)
        name = None if incoming.file_name is None else clean(incoming.file_name)
        incoming = replace(incoming, text=clean(incoming.text), file_name=name)
        for attempt in range(1, MOST_TRIES + 1):
            try:
                return await self._turn(incoming)
            except Conflict:
                if attempt == MOST_TRIES:
                    raise
            except Exception as error:  # a bug of ours must not make the platform repeat the message for ever
                log.exception("turn failed", channel=incoming.sender.channel, error=type(error).__name__)
                return await self._apologise(incoming)
        raise AssertionError("unreachable")

    async def _turn(self, incoming: Incoming) -> Received:
        library = self._library()
        commune = library.communes[incoming.sender.account]
        now = self._now()
        async with self._database.begin() as store:
            language = incoming.language if incoming.language in library.phrases else "vi"
            fresh, chat = await store.inbox.take(incoming.sender, incoming.id, str(language), now)
            if not fresh:
                replies = await store.outbox.replies_to(incoming.sender, incoming.id)
                return Received(tuple(map(Reply.from_json, replies)), repeated=True)
            turn = Turn(
                incoming=incoming,
                commune=commune,
                library=library,
                phrases=library.speak(chat.language),
                now=now,
                store=store,
                chat=chat,
                dialog=chat.dialog,
                new_id=self._new_id,
                menu=self._routes.menu,
                site=self._site,
                mailboxes=self._mailboxes,
            )
            outcome = await answer(self._routes, turn)
            self._write(store, turn, outcome)
        return Received(outcome.replies, repeated=False, erased=outcome.erased)

    async def _apologise(self, incoming: Incoming) -> Received:
        """Mark the message as taken and say sorry, in a small transaction of its own."""
        library = self._library()
        now = self._now()
        async with self._database.begin() as store:
            fresh, chat = await store.inbox.take(incoming.sender, incoming.id, "vi", now)
            if not fresh:
                return Received((), repeated=True)
            reply = Reply("error.sorry", library.speak(chat.language).say("error.sorry"))
            self._post(store, incoming, chat, (reply,), erased=False)
            store.chats.save(chat, Dialog(), chat.language, chat.notice)
        return Received((reply,), repeated=False)

    def _write(self, store: Store, turn: Turn, outcome: Outcome) -> None:
        if outcome.erased:
            store.chats.erase(turn.chat.id)
        else:
            dialog = outcome.dialog or Dialog()
            store.chats.save(turn.chat, dialog, outcome.language or turn.chat.language, outcome.notice or NOTICE)
        self._post(store, turn.incoming, turn.chat, outcome.replies, erased=outcome.erased)

    def _post(self, store: Store, incoming: Incoming, chat: Chat, replies: tuple[Reply, ...], *, erased: bool) -> None:
        mailbox = incoming.sender.channel in self._mailboxes
        for reply in replies:
            store.outbox.post(chat, reply.to_json(), self._now(), cause=incoming.id, mailbox=mailbox, erased=erased)
