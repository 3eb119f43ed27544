"""Telegram's updates in our words: messages, taps, and people who block the bot."""

from dataclasses import dataclass

from telegram import Update
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
    )


def _kind(update: Update) -> str:
    known = (name for name in Update.__slots__ if name != "update_id" and getattr(update, name, None))
    return next(known, next(iter(update.api_kwargs), "unknown"))
