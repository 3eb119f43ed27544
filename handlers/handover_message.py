"""Để lại lời nhắn: a message to an official who is not there, and what the citizen thinks of afterwards."""

import re
from dataclasses import replace

from content.dates import local_day
from content.phrases import Markup
from handlers import menu
from handlers.answering import answered_by_a_page, ask
from handlers.dialog import Ask, Flow, start
from handlers.handover_talk import (
    CONTEXT,
    MORE,
    as_it_is,
    listening,
    new_request,
    next_opening,
    pass_on,
    stop_button,
)
from handlers.turn import CitizenMistake, Outcome, Turn
from handlers.words import plain
from storage.chats import Dialog
from storage.handover import MOST_WORDS
from storage.handover_row import Handover


async def leave(turn: Turn, _: str) -> Outcome:
    """Begin to leave a message; what was written while waiting is one already."""
    handover = await turn.store.handovers.of_chat(turn.chat.id)
    if handover is not None and handover.state in {"message", "taken"}:
        return as_it_is(turn, handover)
    if handover is not None and handover.words:
        return await _left(turn, replace(handover, words=None), handover.words)
    return await start(FLOW, turn)


async def message(turn: Turn) -> Ask:
    """Ask for the words."""
    return Ask("handover.ask_message", name="words", then="done", check=_check_words, params={"most": MOST_WORDS})


async def _check_words(turn: Turn, text: str) -> str:
    handover = await turn.store.handovers.of_chat(turn.chat.id)
    if not text or len(joined(handover, text)) > MOST_WORDS:
        raise CitizenMistake("handover.too_long", most=MOST_WORDS)
    return text


async def done(turn: Turn) -> Outcome:
    """Store the message and promise when it is read."""
    words = turn.data["words"]
    handover = await turn.store.handovers.of_chat(turn.chat.id)
    if handover is not None:
        return await _left(turn, handover, words)
    handover = await turn.store.handovers.ask(await new_request(turn, "message", words), local_day(turn.now))
    if handover is None:
        return await menu.person(turn, "")
    return _promised(turn, handover)


async def _left(turn: Turn, handover: Handover, words: str) -> Outcome:
    if await turn.store.handovers.leave(handover.id, joined(handover, words), turn.now):
        return _promised(turn, handover)
    taken = await turn.store.handovers.one(handover.id)  # while the message was being written
    heard = await pass_on(turn, taken or handover, words)
    return heard.outcome or await menu.person(turn, "")


def joined(handover: Handover | None, words: str) -> str:
    """Return what was written before anybody took it, and further words below."""
    return "\n".join(filter(None, (handover.words if handover is not None else None, words)))


def _promised(turn: Turn, handover: Handover) -> Outcome:
    opening = next_opening(turn.commune, turn.phrases, turn.errand())
    key = "handover.left_now" if turn.commune.calendar.is_open(turn.now) else "handover.left"
    # A page forgets who wrote when it is closed (many share a computer), and an answer then finds nobody.
    fetched = turn.chat.address.channel in turn.mailboxes
    page = Markup("\n" + turn.phrases.say("handover.keep_page") if fetched else "")
    reply = turn.reply(key, (turn.button("button.menu", "menu"),), opening=opening, page=page)
    return listening(turn, reply, handover)


# A second thought

_TAKES_BACK = re.compile(
    r"(?:da |thoi |a |dung |u |uh )*(?:(?:toi|em|tui|minh|con|chau) )?"
    r"(?:thoi|(?:khoi|(?:khong|ko|k|chang|hong) (?:can|phai|muon|gap|hoi|nhan))(?: (?:can|phai|gap|hoi|nhan))*"
    r"(?: (?:nua|dau|gi|can bo|nguoi))*"
    r"|(?:xin |cho |muon )?(?:rut|huy|bo|xoa)(?: (?:lai|di|bo|loi nhan|tin nhan|tin|loi))*)"
    r"(?: (?:a|nhe|nha|nua|roi|dau))*"
)


async def takes_back(turn: Turn) -> bool:
    """Tell whether somebody who has left a message says that they need nobody after all."""
    if not _TAKES_BACK.fullmatch(plain(turn.incoming.text)):
        return False
    handover = await turn.store.handovers.of_chat(turn.chat.id)
    return handover is not None and handover.state == "message"


async def second_thought(turn: Turn, text: str) -> Outcome:
    """Add words that follow a left message to it; what the guides know is answered and may be added by a tap.

    Nobody can tell surely which of the two they are: either way one tap makes them the other.
    """
    handover = await turn.store.handovers.of_chat(turn.chat.id)
    if handover is None or handover.state != "message":
        return await ask(turn, text)
    if _TAKES_BACK.fullmatch(plain(text)):
        ways = (stop_button(turn), turn.button(*MORE))
        dialog = Dialog(topic=turn.dialog.topic, data={ADDED: text})
        return Outcome((turn.reply("handover.take_back", ways),), dialog)
    whole = joined(handover, text)
    recent = turn.now - handover.last_at < CONTEXT
    if not recent or len(whole) > MOST_WORDS or answered_by_a_page(turn, text):
        return _offered(turn, await ask(turn, text), text)
    if not await turn.store.handovers.add(handover.id, whole, turn.now):
        return await _left(turn, handover, text)
    was_question = turn.button("handover.was_question", f"handover/question/{len(whole) - len(text)}/{len(whole)}")
    shown = (was_question, stop_button(turn), turn.button("button.menu", "menu"))
    return Outcome((turn.reply("handover.added", shown),))


def _offered(turn: Turn, outcome: Outcome, text: str) -> Outcome:
    """Return an answer with the button that adds the question to the left message."""
    *before, last = outcome.replies
    dialog = outcome.dialog or Dialog(topic=turn.dialog.topic)
    last = replace(last, buttons=(*last.buttons, turn.button(*MORE)))
    return replace(outcome, replies=(*before, last), dialog=replace(dialog, data={**dialog.data, ADDED: text}))


async def write_more(turn: Turn, _: str) -> Outcome:
    """Add the words just answered to the left message; without any, ask for them."""
    handover = await turn.store.handovers.of_chat(turn.chat.id)
    if handover is None:
        return await leave(turn, "")
    if handover.state == "taken":
        return as_it_is(turn, handover)
    words = turn.dialog.data.get(ADDED, "")
    if not words or len(joined(handover, words)) > MOST_WORDS:
        return await start(FLOW, turn)
    return await _left(turn, handover, words)


async def question(turn: Turn, span: str) -> Outcome:
    """Take the words that were added last ("<begin>/<end>" in the message) out again and answer them."""
    handover = await turn.store.handovers.of_chat(turn.chat.id)
    begin, _, end = span.partition("/")
    words = (handover.words if handover is not None else None) or ""
    known = (
        begin.isascii()
        and begin.isdecimal()
        and len(begin) < 5
        and 0 < int(begin) < len(words)
        and end == str(len(words))
    )
    if handover is None or handover.state != "message" or not known:
        return as_it_is(turn, handover) if handover is not None else await ask(turn, "")
    kept, asked = words[: int(begin) - 1], words[int(begin) :]
    if not await turn.store.handovers.add(handover.id, kept, turn.now):
        return as_it_is(turn, await turn.store.handovers.one(handover.id) or handover)
    outcome = _offered(turn, await ask(turn, asked), asked)
    return replace(outcome, replies=(turn.reply("handover.taken_out"), *outcome.replies))


ADDED = "added"  # in a dialog's data: the words just answered, until the next turn
FLOW = Flow("handover_message", {"message": message, "done": done})
