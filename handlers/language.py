"""Ngôn ngữ: choosing the language of the service's own words."""

from handlers.feature import Feature, MenuEntry
from handlers.menu import menu_buttons
from handlers.messages import Button
from handlers.turn import Outcome, Turn


async def choose(turn: Turn, _: str) -> Outcome:
    """Offer every language that has phrases, each by its own name."""
    languages = turn.library.phrases.items()
    buttons = tuple(Button(phrases.plain("language.name"), f"lang/{code}") for code, phrases in languages)
    return Outcome((turn.reply("language.ask", buttons),), turn.dialog if turn.dialog.flow else None)


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
