"""Dữ liệu của tôi: what is kept about a person, and erasing it (Luật 91/2025/QH15, art. 4 and 14)."""

from dataclasses import replace

from handlers.booked import forget_bookings
from handlers.dialog import Ask, Flow, start
from handlers.feature import Feature, MenuEntry
from handlers.feedback_case import tell_unit
from handlers.handover import forget
from handlers.turn import CitizenMistake, Outcome, Turn
from handlers.vacating import forget_chat
from handlers.words import plain


async def erase(turn: Turn, _: str) -> Outcome:
    """Begin to erase."""
    return await start(FLOW, turn)


async def confirm(turn: Turn) -> Ask:
    """Say what will be gone, also what still waits for an answer, and ask once."""
    choices = (turn.button("erase.yes", "yes"), turn.button("erase.no", "no"))
    waiting = sum(one.open for one in await turn.store.feedback.of_chat(turn.chat.id))
    key = "erase.confirm_open" if waiting else "erase.confirm"
    return Ask(key, name="sure", then="done", choices=choices, check=_read_sure, params={"count": waiting})


async def _read_sure(turn: Turn, text: str) -> str:
    """Take a yes or a no in words, too."""
    said = plain(text)
    for key, value in (("erase.yes_words", "yes"), ("erase.no_words", "no")):
        if said in {plain(word) for word in turn.phrases.words(key)}:
            return value
    raise CitizenMistake("dialog.choose")


async def done(turn: Turn) -> Outcome:
    """Erase the chat and all that hangs on it; the last word goes out before the address is forgotten."""
    if turn.data["sure"] != "yes":
        return Outcome((turn.reply("erase.kept"),))
    await forget_chat(turn)
    await forget_bookings(turn.errand(), turn.chat.id)
    await forget(turn.errand(), turn.chat.id)
    await _withdraw(turn)
    return Outcome((turn.reply("erase.done"),), erased=True)


async def _withdraw(turn: Turn) -> None:
    """End the chat's cases and tell those in charge of what was open, without a word of it."""
    waiting = [one for one in await turn.store.feedback.of_chat(turn.chat.id) if one.open]
    await turn.store.feedback.withdraw(turn.chat.id, turn.now)
    for one in waiting:
        await tell_unit(turn.errand(), replace(one, state="closed"))


FLOW = Flow("erase", {"confirm": confirm, "done": done})
FEATURE = Feature(
    name="my_data",
    commands={"word.erase": erase},
    taps={"erase": erase},
    flows=(FLOW,),
    menu=(MenuEntry(90, "button.privacy", "guide/quyen-rieng-tu"),),
)
