"""What is refused kindly: state secrets, pictures, voice, places on a map, personal numbers."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from handlers.feedback_secret import has_secret
from handlers.messages import Reply
from handlers.turn import Turn
from handlers.words import has_id_number, plain, without_id_numbers

# A photo may show an identity card and a position tells where somebody is: both are sensitive data
# (NĐ 356/2025/NĐ-CP, art. 4), so the channel is asked to delete them. A sticker may stay.
_DELETED = frozenset({"photo", "video", "document", "contact", "location", "voice"})
_PHRASES = {
    "photo": "guard.photo",
    "video": "guard.photo",
    "document": "guard.photo",
    "voice": "guard.voice",
    "contact": "guard.contact",
    "location": "guard.location",
}


# Feedback takes a photo as the last thing before it is sent, the log of publications one as evidence, a report a photo
# or a document as proof.
_FILES_WANTED: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType(
    {
        ("feedback", "confirm"): frozenset({"photo"}),
        ("publication", "evidence"): frozenset({"photo"}),
        ("filing", "proof"): frozenset({"photo", "document"}),
    }
)


def _wanted(turn: Turn) -> bool:
    """Tell whether a photo or a document is what was asked for."""
    incoming, asked = turn.incoming, (turn.dialog.flow, turn.dialog.step)
    wanted = incoming.media in _FILES_WANTED.get(asked, frozenset())
    return wanted and not has_id_number(f"{incoming.text} {incoming.file_name or ''}")


# Who talks with somebody must hear that it has not reached them, and is not sent to ask for a person.
_IN_TALK = {"guard.photo": "guard.photo_in_talk", "guard.voice": "guard.voice_in_talk"}


def _refusal(turn: Turn, media: str) -> str:
    """Return the key of what is said to something that is no text; inside a form, officials are not sent elsewhere."""
    key = _PHRASES.get(media, "guard.sticker")
    if turn.dialog.listening and not turn.dialog.flow:
        return _IN_TALK.get(key, key)
    return "guard.file_not_here" if key == "guard.photo" and turn.dialog.flow and turn.chat.post is not None else key


def inspect(turn: Turn) -> tuple[Reply | None, Turn | None]:
    """Return a refusal or None, and the turn to go on with or None when nothing is left to answer."""
    incoming = turn.incoming
    if incoming.tap is not None:
        return None, turn
    if has_secret(turn):  # without buttons: the open question stays as it is
        return replace(turn.reply("feedback.secret"), delete=incoming.ref), None
    if incoming.media is not None and (incoming.file is None or not _wanted(turn)):
        reply = turn.reply(_refusal(turn, incoming.media))
        if incoming.media in _DELETED:
            reply = replace(reply, delete=incoming.ref)
        # The words under it are read as typed ones are; what was refused goes no further.
        words = replace(turn, incoming=replace(incoming, media=None, file=None, file_name=None))
        return reply, _without_number(words)[1] if len(plain(incoming.text).split()) > 1 else None
    if incoming.media is not None:  # words under it would be taken for an answer to the open question
        return None, replace(turn, incoming=replace(incoming, text=""))
    if not incoming.text:
        return turn.reply("guard.empty"), None
    return _without_number(turn)


def _without_number(turn: Turn) -> tuple[Reply | None, Turn | None]:
    """Refuse a personal number; return also the words that are left to be answered."""
    incoming = turn.incoming
    if not has_id_number(incoming.text):
        return None, turn
    rest = without_id_numbers(incoming.text)
    refused = replace(turn.reply("guard.number"), delete=incoming.ref)
    # Inside a form the rest would be taken for the answer; there the whole is asked again.
    whole = len(plain(rest).split()) > 2 and not turn.dialog.flow
    return refused, replace(turn, incoming=replace(incoming, text=rest)) if whole else None
