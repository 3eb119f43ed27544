"""Ngôn ngữ: choosing the language of the service's own words."""

from dataclasses import replace

from handlers.feature import Feature, MenuEntry
from handlers.menu import menu_buttons
from handlers.messages import Button
from handlers.turn import Outcome, Turn


async def choose(turn: Turn, _: str) -> Outcome:
    """Offer every language that has phrases, each by its own name."""
    languages = turn.library.phrases.items()
    buttons = tuple(Button(phrases.plain("language.name"), f"lang/{code}") for code, phrases in languages)
    # In a form that wants figures a number now means this list; once it is chosen, the open question is asked again.
    beside = replace(turn.dialog, typed=False) if turn.dialog.flow else None
    return Outcome((turn.reply("language.ask", buttons),), beside)


async def change(turn: Turn, code: str) -> Outcome:
    """Speak another language from now on."""
    if code not in turn.library.phrases:
        return await choose(turn, "")
    turn = turn.speaking(code)
    buttons = menu_buttons(turn, turn.menu)
    reply = turn.reply("language.changed", buttons)
    return Outcome((reply,), turn.dialog if turn.dialog.flow else None, language=code)


FEATURE = Feature(
    name="language",
    commands={"word.language": choose},
    taps={"language": choose, "lang": change},
    menu=(MenuEntry(99, "button.language", "language"),),
)
