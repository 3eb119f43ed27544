"""Menu, greeting, help and other words that work everywhere."""

import re

from content.communes import NOT_GIVEN
from handlers.feature import Feature, MenuEntry
from handlers.freed import offer_freed
from handlers.messages import Button
from handlers.turn import Outcome, Turn

PEOPLE = "people"  # what follows "menu/": everybody's entries, for somebody with a post


def menu_buttons(turn: Turn, entries: tuple[MenuEntry, ...], shown: str = "") -> tuple[Button, ...]:
    """Return the main menu as buttons. Who has a post gets that of staff, and everybody's behind a button."""
    staff = turn.chat.post is not None and shown != PEOPLE
    buttons = tuple(turn.button(entry.key, entry.value) for entry in entries if entry.staff is staff)
    if turn.chat.post is None:
        return buttons
    return (
        *buttons,
        turn.button("button.people_menu", f"menu/{PEOPLE}") if staff else turn.button("button.staff_menu", "menu"),
    )


async def let_go(turn: Turn) -> None:
    """Give back the seat that a form had held; whoever waits for it is offered it."""
    if turn.dialog.flow == "booking":
        await offer_freed(turn.errand(), await turn.store.seats.release(turn.chat.id))


async def menu(turn: Turn, shown: str) -> Outcome:
    """Show the main menu."""
    await let_go(turn)
    return Outcome((turn.reply("menu.text", menu_buttons(turn, turn.menu, shown), commune=turn.commune.profile.name),))


async def start(turn: Turn, _: str) -> Outcome:
    """Greet and show the menu; the privacy notice comes by itself at the first contact."""
    greeting = turn.reply("start.hello", menu_buttons(turn, turn.menu), commune=turn.commune.profile.name)
    return Outcome((greeting,))


async def help_(turn: Turn, _: str) -> Outcome:
    """Say what can be typed."""
    return Outcome((turn.reply("help.text", menu_buttons(turn, turn.menu)),))


async def cancel(turn: Turn, _: str) -> Outcome:
    """Close the open conversation and show the menu."""
    key = "dialog.cancelled" if turn.dialog.flow else "dialog.nothing_to_cancel"
    if turn.dialog.flow == "filing":
        key = "filing.stopped"
    if turn.dialog.flow == "move":
        key = "dialog.move_cancelled"  # who hears "nothing is saved" believes the booking gone
    await let_go(turn)
    return Outcome((turn.reply(key, menu_buttons(turn, turn.menu)),))


async def nothing_before(turn: Turn, _: str) -> Outcome:
    """Answer "back" where there is nothing to go back to: the menu."""
    return await menu(turn, "")


async def greeting(turn: Turn, _: str) -> Outcome:
    """Return a greeting."""
    return await start(turn, "")


async def thanks(turn: Turn, _: str) -> Outcome:
    """Answer a thank-you; the topic stays."""
    return Outcome((turn.reply("talk.welcome"),))


async def person(turn: Turn, _: str) -> Outcome:
    """Say how to reach a person: hotline, centre, hours. handlers/handover.py does more where officials have joined."""
    profile = turn.commune.profile
    values = turn.commune.values(turn.phrases.language)
    key = "person.text" if profile.hotline != NOT_GIVEN else "person.without_hotline"
    buttons = (
        turn.button("button.book", "book"),
        turn.button("button.hours", "guide/gio-lam-viec"),
        turn.button("button.centre", "guide/trung-tam-hanh-chinh-cong"),
        turn.button("button.menu", "menu"),
    )
    known = tuple(button for button in buttons if _exists(turn, button.value))
    reply = turn.reply(
        key,
        known,
        centre=values["trung_tam"],
        address=values["dia_chi"],
        hours=values["gio_lam_viec"],
        hotline=profile.hotline,
    )
    return Outcome((reply,))


def _exists(turn: Turn, value: str) -> bool:
    kind, _, guide = value.partition("/")
    return kind != "guide" or guide in turn.commune.guides


# "chào cháu", "cảm ơn con nhiều nghe": courtesies hold words that guides have too.
HELLO = re.compile(r"(xin |da )?(chao|alo|hello|hi)( \w+){0,2}")
THANKS = re.compile(r"(da |vang |roi )?(cam on|tks|thanks|thank you)( \w+){0,4}")


FEATURE = Feature(
    name="menu",
    commands={
        "word.menu": menu,
        "word.start": start,
        "word.help": help_,
        "word.cancel": cancel,
        "word.greeting": greeting,
        "word.thanks": thanks,
    },
    patterns={HELLO: greeting, THANKS: thanks},
    taps={"menu": menu, "start": start, "help": help_, "cancel": cancel, "back": nothing_before},
    menu=(MenuEntry(80, "button.person", "person"), MenuEntry(95, "button.help", "help")),
)
