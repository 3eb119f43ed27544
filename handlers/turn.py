"""A turn: one message in, the replies and what to remember out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from content.library import Commune, Library
from content.phrases import Phrases
from handlers.errand import Errand
from handlers.messages import Button, Incoming, Reply
from handlers.post_holders import Staff
from storage.chats import Chat, Dialog
from storage.members import Member
from storage.store import Store


class CitizenMistake(Exception):
    """The answer cannot be used; the phrase says why and what to do. Never logged as an error.

    `buttons` are shown where it ends the conversation; elsewhere the question comes again with its own.
    """

    def __init__(self, key: str, buttons: tuple[Button, ...] = (), **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.buttons = buttons
        self.params = params


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A button of the main menu: its place, the phrase of its label, the value that comes back.

    `may` makes it one for members, and tells which of them it works for: a member, with the commune's posts as they
    are held now. Without `may` it is everybody's.
    """

    order: int
    key: str
    value: str
    may: Callable[[Commune, Staff, Member], bool] | None = None

    @property
    def staff(self) -> bool:
        """Whether it is for members alone."""
        return self.may is not None


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything one answer may use. `now` is the aware instant of the whole turn.

    `menu` holds everybody's entries, and of those for members the ones that work for who writes.
    """

    incoming: Incoming
    commune: Commune
    library: Library
    phrases: Phrases
    now: datetime
    store: Store
    chat: Chat
    dialog: Dialog
    new_id: Callable[[], str]
    menu: tuple[MenuEntry, ...] = ()
    site: str = ""
    mailboxes: frozenset[str] = frozenset()

    @property
    def data(self) -> dict[str, Any]:
        """The answers given so far in the open conversation."""
        return self.dialog.data

    def reply(self, key: str, shown: tuple[Button, ...] = (), /, **params: object) -> Reply:
        """Return the phrase as a reply with the buttons `shown` under it."""
        return Reply(key, self.phrases.say(key, **params), shown)

    def button(self, key: str, value: str, /, **params: object) -> Button:
        """Return a button whose label is a phrase."""
        return Button(self.phrases.plain(key, **params), value)

    def errand(self) -> Errand:
        """Return the means to say something to other people within this turn."""
        return Errand(self.library, self.now, self.store, self.new_id, self.site, self.mailboxes)

    def with_dialog(self, dialog: Dialog) -> "Turn":
        """Return the same turn at another point of its conversation."""
        return replace(self, dialog=dialog)

    def speaking(self, language: str) -> "Turn":
        """Return the same turn in another language."""
        return replace(self, phrases=self.library.speak(language))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn decided. `dialog` None means: no open conversation, but the topic stays.

    `language`, `notice` and `listening` are only set when they change; `erased` says that nothing of the chat may be
    kept.
    """

    replies: tuple[Reply, ...]
    dialog: Dialog | None = None
    language: str | None = None
    notice: str | None = None
    erased: bool = False
    listening: str | None = None


Handler = Callable[[Turn, str], Awaitable[Outcome]]
Finder = Callable[[Turn, str], Awaitable[Outcome | None]]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a listener made of words. Without an outcome they are answered as ever; `over` ends the listening.

    `question` then answers them in the place of the search, when no word, code or pattern claims them.
    """

    outcome: Outcome | None = None
    over: bool = False
    question: Handler | None = None


Hearer = Callable[[Turn, str], Awaitable[Heard]]


@dataclass(frozen=True, slots=True)
class Listener:
    """Who gets the words of a chat instead of the search, and what the word for cancelling does meanwhile.

    `talk` are the keys of command words that are only talk here, such as a thank-you.
    """

    hears: Hearer
    cancelled: Hearer
    talk: frozenset[str] = frozenset()
