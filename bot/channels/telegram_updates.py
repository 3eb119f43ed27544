"""Telegram's updates in our words: messages, taps, and people who block the bot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from telegram import Message, Update
from telegram.constants import ChatMemberStatus, ChatType

from handlers.messages import Address, Incoming

NAME = "telegram"
_MEDIA = (
    *("photo", "voice", "video", "animation", "document", "sticker", "contact", "location", "audio", "video_note"),
    *("dice", "poll", "story", "game", "paid_media", "checklist"),
)
_SAME_AS = {"audio": "voice", "video_note": "video", "paid_media": "photo"} | dict.fromkeys(
    ("animation", "dice", "poll", "story", "game", "checklist"), "sticker"
)


@dataclass(frozen=True, slots=True)
class Event:
    """What an update says: a message for us, that somebody has blocked us, or something else of a `kind`."""

    kind: str
    chat: str = ""
    incoming: Incoming | None = None
    query: str | None = None
    blocked: bool = False


_TEXT_MESSAGE = frozenset({"message_id", "date", "chat", "from", "text"})
_SENDER = frozenset({"id", "is_bot", "first_name"})
_LATEST = 1 << 32  # seconds since 1970; beyond it a datetime may not reach


def plain_text(body: Mapping[str, Any], account: str) -> Event | None:
    """Return what the commonest update says, words and nothing else, or None when it is not one of these.

    It saves the library a dozen objects, a tenth of the processor time of an answer. Whatever looks odd is left to
    the library: tests/channels/test_telegram_updates.py holds that both say the same.
    """
    message = body.get("message")
    if body.keys() != {"update_id", "message"} or not isinstance(message, dict) or message.keys() != _TEXT_MESSAGE:
        return None
    chat, sender, text = message["chat"], message["from"], message["text"]
    if not isinstance(chat, dict) or not isinstance(sender, dict) or not isinstance(text, str) or not text:
        return None
    numbers = (body["update_id"], message["message_id"], message["date"], chat.get("id"))
    if not all(type(number) is int for number in numbers) or not 0 <= message["date"] < _LATEST:
        return None
    if chat.get("type") != ChatType.PRIVATE or not sender.keys() >= _SENDER:
        return None
    return Event(
        "",
        str(chat["id"]),
        Incoming(
            Address(NAME, account, str(chat["id"])),
            str(body["update_id"]),
            datetime.fromtimestamp(message["date"], UTC),
            text=text,
            ref=str(message["message_id"]),
        ),
    )


def event_of(update: Update, account: str) -> Event:
    """Return what an update means to us."""
    left = update.my_chat_member
    if left is not None:
        return Event(
            "my_chat_member", str(left.chat.id), blocked=left.new_chat_member.status == ChatMemberStatus.BANNED
        )
    incoming = to_incoming(update, account)
    if incoming is None:
        return Event(_kind(update))
    query = update.callback_query.id if update.callback_query else None
    return Event("", incoming.sender.chat, incoming, query)


def to_incoming(update: Update, account: str) -> Incoming | None:
    """Return what an update says, or None when it is not for us (groups, channels, edits, service messages)."""
    query = update.callback_query
    if query is not None:  # the message itself may be gone or too old to be seen; its button still works
        below = query.message
        if below is None or below.chat.type != ChatType.PRIVATE:
            return None
        sender = Address(NAME, account, str(below.chat.id))
        return Incoming(sender, str(update.update_id), below.date, tap=query.data or "")
    message = update.message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return None
    sender = Address(NAME, account, str(message.chat.id))
    media = next((name for name in _MEDIA if getattr(message, name)), None)
    text = message.text or message.caption or ""
    if media is None and not text:
        return None
    return Incoming(
        sender,
        str(update.update_id),
        message.date,
        text=text,
        media=_SAME_AS.get(media, media) if media else None,
        ref=str(message.message_id),
        file=_file(message, media),
        file_name=message.document.file_name if media == "document" and message.document else None,
    )


def _file(message: Message, media: str | None) -> str | None:
    """Return Telegram's name of what can be shown again. A GIF comes as a document too and is none here."""
    if message.photo:
        return message.photo[-1].file_id  # the last one is the largest
    return message.document.file_id if media == "document" and message.document else None


def _kind(update: Update) -> str:
    known = (name for name in Update.__slots__ if name != "update_id" and getattr(update, name, None))
    return next(known, next(iter(update.api_kwargs), "unknown"))
