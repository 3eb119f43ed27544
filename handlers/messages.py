"""The words that channels and handlers share, free of any platform's detail."""

import json
from dataclasses import dataclass
from datetime import datetime

from storage.chats import Address

__all__ = ["Address", "Button", "Incoming", "Reply"]


@dataclass(frozen=True, slots=True)
class Incoming:
    """What arrived. A tapped button arrives as its value in `tap`.

    `id` is the platform's id of the delivery, by which repeats are known; `ref` is its id of the message itself,
    by which the message can be deleted. `media` names what came instead of text: "photo", "voice", "sticker"…;
    `file` is the platform's name of a photo or document, by which the same bot can show it to somebody else, and
    `file_name` what the sender calls a document. `crowded`: more messages that open a counter's survey have just come
    from the same network than a counter has visitors.
    """

    sender: Address
    id: str
    at: datetime
    text: str = ""
    tap: str | None = None
    media: str | None = None
    language: str | None = None
    ref: str | None = None
    file: str | None = None
    file_name: str | None = None
    crowded: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """A choice: the label people read, the value that comes back when they tap it (at most 60 bytes)."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Reply:
    """Ready to show on any channel. `text` is in the subset of `content.markup`; `key` says which phrase it is.

    `delete` is the `ref` of a message of the person that the channel should delete, such as a photo of an ID card.
    `picture` is the address of a picture below the site's own, "/anh-son/board/….png"; it is drawn when it is shown,
    and `text` is its caption. What it shows has been said in words before: a channel may leave it out. `bulk` says that
    many people get the same: it waits for whoever has written. `photo` and `document` are the `file` of what to
    show first.
    """

    key: str
    text: str
    buttons: tuple[Button, ...] = ()
    delete: str | None = None
    bulk: bool = False
    photo: str | None = None
    picture: str | None = None
    document: str | None = None

    def to_json(self) -> str:
        """Return the reply as the JSON text of the outbox."""
        content: dict[str, object] = {"key": self.key, "text": self.text}
        if self.buttons:
            content["buttons"] = [[button.label, button.value] for button in self.buttons]
        if self.delete:
            content["delete"] = self.delete
        if self.picture:
            content["picture"] = self.picture
        if self.bulk:
            content["bulk"] = True
        if self.photo:
            content["photo"] = self.photo
        if self.document:
            content["document"] = self.document
        return json.dumps(content, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Reply":
        """Return the reply that `to_json` wrote."""
        content = json.loads(text)
        buttons = tuple(Button(label, value) for label, value in content.get("buttons", ()))
        return cls(
            content["key"],
            content["text"],
            buttons,
            content.get("delete"),
            content.get("bulk", False),
            content.get("photo"),
            content.get("picture"),
            content.get("document"),
        )
