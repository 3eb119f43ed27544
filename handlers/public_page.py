"""Số liệu công khai: the menu's way to the page that shows a commune's figures (bot/web/figures_page.py)."""

from content.phrases import Markup
from handlers.feature import Feature, MenuEntry
from handlers.turn import Outcome, Turn

PATH = "so-lieu"


async def page(turn: Turn, _: str) -> Outcome:
    """Say where the figures are. They are counted there, so that no answer waits for them."""
    address = f"{turn.site}/{turn.commune.slug}/{PATH}"
    shown = (turn.button("button.menu", "menu"),)
    if address.startswith("https://"):
        return Outcome((turn.reply("public.link", shown, address=Markup(address)),))
    return Outcome((turn.reply("public.address", shown, address=address),))


FEATURE = Feature(
    name="public_page",
    commands={"word.figures": page},
    taps={"figures": page},
    menu=(MenuEntry(85, "button.figures", "figures"),),
)
