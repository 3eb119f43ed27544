"""Gặp cán bộ, phía người dân: asking for a person, talking with them. Left messages: handlers/handover_message.py."""

from content.dates import local_day
from handlers import menu
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.handover_ladder import call, called
from handlers.handover_message import FLOW, second_thought
from handlers.handover_talk import as_it_is, listening, new_request, next_opening, pass_on, stop_button
from handlers.messages import Button
from handlers.person_wish import PLAINLY, POSSIBLE, wants_person
from handlers.turn import Heard, Listener, Outcome, Turn
from handlers.words import LONGEST_WISH, plain
from storage.handover import MOST_WORDS
from storage.handover_row import Handover


async def person(turn: Turn, _: str) -> Outcome:
    """Ask the officers on duty; out of hours offer to leave a message; with nobody there say where to go."""
    if turn.chat.post is not None:
        return await menu.person(turn, "")
    known = await turn.store.handovers.of_chat(turn.chat.id)
    if known is not None and known.state != "waiting":
        return as_it_is(turn, known)
    rungs = await called(turn, turn.commune, turn.chat.id)
    if not rungs:
        return await menu.person(turn, "")
    if not turn.commune.calendar.is_open(turn.now):
        opening = next_opening(turn.commune, turn.phrases, turn.errand())
        return Outcome((turn.reply("handover.outside", ways_out(turn), opening=opening),))
    if known is not None:  # nobody came before: try again
        await turn.store.handovers.close(known.id, "nobody", turn.now)
    handover = await turn.store.handovers.ask(await new_request(turn, "asked"), local_day(turn.now))
    if handover is None:
        return await menu.person(turn, "")
    await call(turn.errand(), turn.commune, handover, rungs[0], "handover.call")
    return listening(turn, turn.reply("handover.asking", (stop_button(turn),)), handover)


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
        return await pass_on(turn, handover, turn.incoming.text)
    if handover.state == "message":
        return Heard(question=second_thought)
    if handover.state != "asked":  # nobody came: the assistant answers meanwhile
        return Heard()
    words = "\n".join(filter(None, (handover.words, turn.incoming.text)))
    if len(words) > MOST_WORDS:
        return Heard(Outcome((turn.reply("handover.too_long", (stop_button(turn),), most=MOST_WORDS),)))
    if await turn.store.handovers.add(handover.id, words, turn.now):
        return Heard(Outcome((turn.reply("handover.kept", (stop_button(turn),)),)))
    return await hears(turn, identity)  # taken this very moment


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


async def stop(turn: Turn, _: str) -> Outcome:
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


async def answer(turn: Turn, _: str) -> Outcome:
    """Leave the open conversation, so that what is typed reaches the officer."""
    handover = await turn.store.handovers.of_chat(turn.chat.id)
    return as_it_is(turn, handover) if handover is not None else await stop(turn, "")


async def forget(errand: Errand, chat_id: int) -> None:
    """Drop every word that was relayed for a citizen who erases everything, and tell who talks with them."""
    handover = await errand.store.handovers.of_chat(chat_id)
    chat = await errand.chat(handover.officer_chat) if handover is not None else None
    if handover is not None and chat is not None:
        errand.tell(chat, "handover.citizen_ended", number=handover.number)
    errand.store.handovers.forget(chat_id)


async def person_if_wanted(turn: Turn, words: str) -> Outcome | None:
    """Ask for a person when that is what the words ask for, as typed or folded; a story is left to the search."""
    folded = plain(words)
    wanted = len(folded) <= LONGEST_WISH and wants_person(folded)
    return await person(turn, "") if wanted else None


FEATURE = Feature(
    name="handover",
    commands={"word.person": person},
    taps={"person": person},
    patterns={POSSIBLE: person_if_wanted},
    sentences={PLAINLY: person},
    flows=(FLOW,),
    listeners={"handover": Listener(hears, cancelled, frozenset({"word.greeting", "word.thanks"}))},
)
