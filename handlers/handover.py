"""Gặp cán bộ, phía người dân: asking for a person, talking with them, leaving a message. docs: issue 4, item 4."""

import re
from datetime import timedelta

from content.dates import HOME, local_day
from content.library import Commune
from content.phrases import Phrases
from handlers import menu
from handlers.booked import day_words
from handlers.dialog import Ask, Flow, start
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.handover_ladder import call, called, relay
from handlers.messages import Button, Reply
from handlers.turn import CitizenMistake, Heard, Listener, Outcome, Turn
from handlers.words import masked
from storage.chats import Dialog
from storage.handover import MOST_WORDS, Handover

CONTEXT = timedelta(minutes=30)  # a question asked longer ago is not what the talk is about


def next_opening(commune: Commune, phrases: Phrases, errand: Errand) -> str:
    """Return when the centre is open next, in words; empty when not within a year."""
    opening = commune.calendar.next_open(errand.now)
    if opening is None:
        return phrases.plain("handover.no_opening")
    local = opening.astimezone(HOME)
    day = day_words(phrases, local.date(), local_day(errand.now))
    return phrases.plain("handover.opening", time=f"{local:%H:%M}", day=day)


async def person(turn: Turn, _: str) -> Outcome:
    """Ask the officers on duty; out of hours offer to leave a message; with nobody there say where to go."""
    if turn.chat.post is not None:
        return await menu.person(turn, "")
    known = await turn.store.handovers.of_chat(turn.chat.id)
    if known is not None and known.state != "waiting":
        return _as_it_is(turn, known)
    rungs = await called(turn, turn.commune, turn.chat.id)
    if not rungs:
        return await menu.person(turn, "")
    if not turn.commune.calendar.is_open(turn.now):
        opening = next_opening(turn.commune, turn.phrases, turn.errand())
        return Outcome((turn.reply("handover.outside", ways_out(turn), opening=opening),))
    if known is not None:  # nobody came before: try again
        await turn.store.handovers.close(known.id, "nobody", turn.now)
    handover = await turn.store.handovers.ask(await _new(turn, "asked"), local_day(turn.now))
    if handover is None:
        return await menu.person(turn, "")
    await call(turn.errand(), turn.commune, handover, rungs[0], "handover.call")
    return _listening(turn, turn.reply("handover.asking", (_stop(turn),)), handover)


async def _new(turn: Turn, state: str, words: str | None = None) -> Handover:
    question = await turn.store.handovers.last_question(turn.chat.id, turn.now - CONTEXT)
    topic = turn.dialog.topic
    return Handover(
        id=turn.new_id(),
        account=turn.commune.slug,
        chat_id=turn.chat.id,
        number=0,
        state=state,
        rung=0,
        guide=topic.guide if topic is not None else None,
        question=masked(question) if question else None,
        words=words,
        left=words is not None,
        asked_at=turn.now,
        shown_on=None,
        taken_by=None,
        last_at=turn.now,
        closed=False,
        officer_chat=None,
        post=None,
    )


def _as_it_is(turn: Turn, handover: Handover) -> Outcome:
    if handover.state == "message":
        opening = next_opening(turn.commune, turn.phrases, turn.errand())
        reply = turn.reply("handover.message_waits", (_stop(turn),), opening=opening)
    elif handover.state == "taken":
        reply = turn.reply("handover.is_with", (_stop(turn),), post=handover.post or "")
    else:
        reply = turn.reply("handover.still_asking", (_stop(turn),))
    return _listening(turn, reply, handover)


def _listening(turn: Turn, reply: Reply, handover: Handover) -> Outcome:
    """Leave what conversation is open: from now on the words are for the officer."""
    return Outcome((reply,), Dialog(topic=turn.dialog.topic), listening=f"handover/{handover.id}")


def _stop(turn: Turn) -> Button:
    return turn.button("handover.stop", "handover/stop")


def ways_out(turn: Turn) -> tuple[Button, ...]:
    """Return what somebody can do whom nobody answers."""
    return (turn.button("handover.leave", "handover/leave"), turn.button("button.menu", "menu"))


# While it is open


async def hears(turn: Turn, identity: str) -> Heard:
    """Pass the citizen's words on, or keep them until somebody has taken it."""
    handover = await turn.store.handovers.one(identity)
    if handover is None or handover.closed or handover.chat_id != turn.chat.id:
        return Heard(over=True)
    if handover.state == "taken":
        return await _pass_on(turn, handover, turn.incoming.text)
    if handover.state != "asked":  # a message was left, or nobody came: the assistant answers meanwhile
        return Heard()
    words = "\n".join(filter(None, (handover.words, turn.incoming.text)))
    if len(words) > MOST_WORDS:
        return Heard(Outcome((turn.reply("handover.too_long", (_stop(turn),), most=MOST_WORDS),)))
    if await turn.store.handovers.add(handover.id, words, turn.now):
        return Heard(Outcome((turn.reply("handover.kept", (_stop(turn),)),)))
    return await hears(turn, identity)  # taken this very moment


async def _pass_on(turn: Turn, handover: Handover, words: str) -> Heard:
    errand = turn.errand()
    chat = await errand.chat(handover.officer_chat)
    if chat is None:  # left the post, or blocked the bot
        await turn.store.handovers.close(handover.id, "gone", turn.now)
        again = (turn.button("button.person", "person"), turn.button("button.menu", "menu"))
        return Heard(Outcome((turn.reply("handover.gone", again),)), over=True)
    phrases = errand.speak(chat)
    shown = [Button(phrases.plain("handover.end", number=handover.number), f"handover/end/{handover.id}")]
    if chat.dialog.listening != f"handover_desk/{handover.id}":
        choose = phrases.plain("handover.answer", number=handover.number)
        shown.insert(0, Button(choose, f"handover/to/{handover.id}"))
    relay(errand, chat, handover, "handover.from_citizen", tuple(shown), number=handover.number, words=words)
    turn.store.handovers.spoke(handover.id, turn.now)
    return Heard(Outcome((turn.reply("handover.passed_on", (_stop(turn),)),)))


async def cancelled(turn: Turn, identity: str) -> Heard:
    """End it by the word for cancelling; a message that waits stays."""
    handover = await turn.store.handovers.one(identity)
    if handover is None or handover.closed or handover.state not in {"asked", "taken"}:
        return Heard(over=handover is None or handover.closed)
    return Heard(await _end(turn, handover))


async def finish(turn: Turn, _: str) -> Outcome:
    """End the hand-over that is open; without one, the word closes what is open as cancelling does."""
    handover = await turn.store.handovers.of_chat(turn.chat.id) if turn.dialog.listening else None
    return await _end(turn, handover) if handover is not None else await menu.cancel(turn, "")


async def stop(turn: Turn) -> Outcome:
    """End it by the button, however old it is."""
    handover = await turn.store.handovers.of_chat(turn.chat.id)
    if handover is None:
        return Outcome((turn.reply("handover.nothing_open", menu.menu_buttons(turn, turn.menu)),), listening="")
    return await _end(turn, handover)


async def _end(turn: Turn, handover: Handover) -> Outcome:
    if await turn.store.handovers.close(handover.id, "citizen", turn.now):
        errand = turn.errand()
        chat = await errand.chat(handover.officer_chat)
        if chat is not None:
            errand.tell(chat, "handover.citizen_ended", number=handover.number)
    key = "handover.ended" if handover.state == "taken" else "handover.taken_back"
    return Outcome((turn.reply(key, menu.menu_buttons(turn, turn.menu)),), listening="")


async def answer(turn: Turn) -> Outcome:
    """Leave the open conversation, so that what is typed reaches the officer."""
    handover = await turn.store.handovers.of_chat(turn.chat.id)
    return _as_it_is(turn, handover) if handover is not None else await stop(turn)


async def forget(errand: Errand, chat_id: int) -> None:
    """Drop every word that was relayed for a citizen who erases everything, and tell who talks with them."""
    handover = await errand.store.handovers.of_chat(chat_id)
    chat = await errand.chat(handover.officer_chat) if handover is not None else None
    if handover is not None and chat is not None:
        errand.tell(chat, "handover.citizen_ended", number=handover.number)
    errand.store.handovers.forget(chat_id)


# Leaving a message


async def leave(turn: Turn) -> Outcome:
    """Begin to leave a message; what was written while waiting is one already."""
    handover = await turn.store.handovers.of_chat(turn.chat.id)
    if handover is not None and handover.state in {"message", "taken"}:
        return _as_it_is(turn, handover)
    if handover is not None and handover.words:
        return await _left(turn, handover, handover.words)
    return await start(FLOW, turn)


async def message(turn: Turn) -> Ask:
    """Ask for the words."""
    return Ask("handover.ask_message", name="words", then="done", check=_check_words, params={"most": MOST_WORDS})


async def _check_words(_: Turn, text: str) -> str:
    if not text or len(text) > MOST_WORDS:
        raise CitizenMistake("handover.too_long", most=MOST_WORDS)
    return text


async def done(turn: Turn) -> Outcome:
    """Store the message and promise when it is read."""
    words = turn.data["words"]
    handover = await turn.store.handovers.of_chat(turn.chat.id)
    if handover is not None:
        return await _left(turn, handover, words)
    handover = await turn.store.handovers.ask(await _new(turn, "message", words), local_day(turn.now))
    if handover is None:
        return await menu.person(turn, "")
    return _promised(turn, handover)


async def _left(turn: Turn, handover: Handover, words: str) -> Outcome:
    if await turn.store.handovers.leave(handover.id, words, turn.now):
        return _promised(turn, handover)
    taken = await turn.store.handovers.one(handover.id)  # while the message was being written
    heard = await _pass_on(turn, taken or handover, words)
    return heard.outcome or await menu.person(turn, "")


def _promised(turn: Turn, handover: Handover) -> Outcome:
    opening = next_opening(turn.commune, turn.phrases, turn.errand())
    key = "handover.left_now" if turn.commune.calendar.is_open(turn.now) else "handover.left"
    reply = turn.reply(key, (turn.button("button.menu", "menu"),), opening=opening)
    return _listening(turn, reply, handover)


FLOW = Flow("handover_message", {"message": message, "done": done})
# "cho tui gặp người thật", "toi muon gap can bo"
PERSON = re.compile(r"(.* )?(gap|noi chuyen voi|lien he|goi)( \w+){0,2} (nguoi that|can bo|nhan vien|nguoi)( \w+){0,2}")
LONGEST_PERSON_WISH = 9  # words; a longer sentence is a question in which an official occurs


async def person_if_short(turn: Turn, words: str) -> Outcome | None:
    """Ask for a person when that is all the words ask for."""
    return await person(turn, "") if len(words.split()) <= LONGEST_PERSON_WISH else None


FEATURE = Feature(
    name="handover",
    commands={"word.person": person},
    taps={"person": person},
    patterns={PERSON: person_if_short},
    flows=(FLOW,),
    listeners={"handover": Listener(hears, cancelled, frozenset({"word.greeting", "word.thanks"}))},
)
