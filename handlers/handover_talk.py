"""Gặp cán bộ: what asking, talking and leaving a message share."""

from datetime import timedelta

from content.dates import HOME, local_day
from content.library import Commune
from content.phrases import Phrases
from handlers.booked import day_words
from handlers.errand import Errand
from handlers.handover_ladder import relay
from handlers.messages import Button, Reply
from handlers.turn import Heard, Outcome, Turn
from handlers.words import masked
from storage.chats import Dialog
from storage.handover import MOST_WORDS
from storage.handover_row import Handover

MORE = ("handover.write_more", "handover/more")
CONTEXT = timedelta(minutes=30)  # a question asked longer ago is not what the talk is about


def next_opening(commune: Commune, phrases: Phrases, errand: Errand) -> str:
    """Return when the centre is open next, in words; empty when not within a year."""
    opening = commune.calendar.next_open(errand.now)
    if opening is None:
        return phrases.plain("handover.no_opening")
    local = opening.astimezone(HOME)
    day = day_words(phrases, local.date(), local_day(errand.now))
    return phrases.plain("handover.opening", time=f"{local:%H:%M}", day=day)


async def new_request(turn: Turn, state: str, words: str | None = None) -> Handover:
    """Return a request as it would be stored now, with what was shown and asked before."""
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


def as_it_is(turn: Turn, handover: Handover) -> Outcome:
    """Say how an open request stands; from now on the words are for it."""
    if handover.state == "message":
        opening = next_opening(turn.commune, turn.phrases, turn.errand())
        reply = turn.reply("handover.message_waits", (turn.button(*MORE), stop_button(turn)), opening=opening)
    elif handover.state == "taken":
        reply = turn.reply("handover.is_with", (stop_button(turn),), post=handover.post or "")
    else:
        reply = turn.reply("handover.still_asking", (stop_button(turn),))
    return listening(turn, reply, handover)


def listening(turn: Turn, reply: Reply, handover: Handover) -> Outcome:
    """Leave what conversation is open: from now on the words are for the officer."""
    return Outcome((reply,), Dialog(topic=turn.dialog.topic), listening=f"handover/{handover.id}")


def stop_button(turn: Turn) -> Button:
    """Return the button with which a citizen ends it."""
    return turn.button("handover.stop", "handover/stop")


async def pass_on(turn: Turn, handover: Handover, words: str) -> Heard:
    """Send a citizen's words to the officer who has taken it."""
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
    if handover.left and handover.words and len(handover.words) + len(words) < MOST_WORDS:
        turn.store.handovers.keep(handover.id, f"{handover.words}\n{words}")  # nobody has answered yet
    return Heard(Outcome((turn.reply("handover.passed_on", (stop_button(turn),)),)))
