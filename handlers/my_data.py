"""Dữ liệu của tôi: what is kept about a person, and erasing it (Luật 91/2025/QH15, art. 4 and 14)."""

from handlers.booked import forget_bookings
from handlers.dialog import Ask, Flow, start
from handlers.feature import Feature, MenuEntry
from handlers.handover import forget
from handlers.turn import Outcome, Turn
from handlers.vacating import forget_chat


async def erase(turn: Turn, _: str) -> Outcome:
    """Begin to erase."""
    return await start(FLOW, turn)


async def confirm(turn: Turn) -> Ask:
    """Say what will be gone and ask once."""
    choices = (turn.button("erase.yes", "yes"), turn.button("erase.no", "no"))
    return Ask("erase.confirm", name="sure", then="done", choices=choices)


async def done(turn: Turn) -> Outcome:
    """Erase the chat and all that hangs on it; the last word goes out before the address is forgotten."""
    if turn.data["sure"] != "yes":
        return Outcome((turn.reply("erase.kept"),))
    await forget_chat(turn)
    await forget_bookings(turn.errand(), turn.chat.id)
    await forget(turn.errand(), turn.chat.id)
    await turn.store.feedback.withdraw(turn.chat.id, turn.now)
    return Outcome((turn.reply("erase.done"),), erased=True)


FLOW = Flow("erase", {"confirm": confirm, "done": done})
FEATURE = Feature(
    name="my_data",
    commands={"word.erase": erase},
    taps={"erase": erase},
    flows=(FLOW,),
    menu=(MenuEntry(90, "button.privacy", "guide/quyen-rieng-tu"),),
)
