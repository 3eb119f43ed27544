"""Ảnh kèm phản ánh: one photo, sent before the report is; kept as the platform's name of it, never as a picture.

We cannot see what a photo shows. So the person is asked; a photo with papers or a face is deleted and kept nowhere.
"""

from dataclasses import replace

from handlers.dialog import Ask
from handlers.messages import Reply
from handlers.turn import CitizenMistake, Turn
from storage.feedback_case import Case, Said

KIND = "photo"


async def read_photo(turn: Turn, _: str) -> dict[str, str]:
    """Return the photo that was sent instead of tapping "send"."""
    if turn.incoming.file is None:
        raise CitizenMistake("dialog.choose")
    return {"file": turn.incoming.file, "ref": turn.incoming.ref or ""}


async def papers(turn: Turn) -> Ask:
    """Ask what the photo shows."""
    choices = (turn.button("feedback.photo_good", "no"), turn.button("feedback.photo_bad", "yes"))
    return Ask("feedback.ask_papers", name="papers", then="checked", choices=choices)


def takes_photos(turn: Turn) -> bool:
    """Tell whether the channel takes photos; the web page has no place for files."""
    return turn.chat.address.channel not in turn.mailboxes


def photo_words(turn: Turn, *, official: bool) -> str:
    """Return whether there is a photo, or how to hand one in; what is about an official is brought to no counter."""
    if KIND in turn.data:
        return turn.phrases.plain("feedback.with_photo")
    if takes_photos(turn):
        return turn.phrases.plain("feedback.may_send_photo")
    if official:
        return turn.phrases.plain("feedback.no_photo_official")
    centre = turn.commune.values(turn.phrases.language)["trung_tam"]
    return turn.phrases.plain("feedback.no_photo_here", centre=centre)


def with_way_for_photos(turn: Turn, reply: Reply, case: Case) -> Reply:
    """Return what is said to a case just sent, with where to bring a photo when this channel takes none."""
    if takes_photos(turn) or case.official:
        return reply
    values = turn.commune.values(turn.phrases.language)
    way = turn.phrases.say(
        "feedback.bring_photo", centre=values["trung_tam"], address=values["dia_chi"], code=case.code
    )
    return replace(reply, text=f"{reply.text}\n\n{way}")


def without_photo(turn: Turn, reply: Reply) -> Reply:
    """Return a reply that has the channel delete the photo which was sent, if any."""
    photo = turn.data.get(KIND)
    return replace(reply, delete=photo["ref"]) if photo and photo["ref"] else reply


def keep_photo(turn: Turn, case: Case) -> None:
    """Keep with the case which photo of which channel it is."""
    photo = turn.data.get(KIND)
    if photo:
        said = Said(KIND, f"{turn.chat.address.channel}/{photo['file']}")
        turn.store.feedback.say(turn.new_id(), case, said, turn.now)


def shown_photo(turn: Turn, case: Case, said: list[Said]) -> tuple[Reply, ...]:
    """Return the photo for an official who may read the case; on another channel, only that there is one."""
    photo = next((one.text for one in said if one.kind == KIND), None)
    if photo is None:
        return ()
    channel, _, file = photo.partition("/")
    if channel != turn.chat.address.channel:
        return (turn.reply("feedback.photo_elsewhere", code=case.code),)
    return (replace(turn.reply("feedback.photo", code=case.code), photo=file),)
