"""`python -m bot figures`: the support figures of a span of days, as lines or as JSON."""

import dataclasses
import json
from dataclasses import dataclass
from datetime import date

from bot.command_data import commune_in, reading
from bot.settings import Settings
from content.library import Commune, load
from content.phrases import MAIN_LANGUAGE, Phrases
from handlers.figure_words import heading, lines_of
from handlers.figures import Figures, count
from storage.bookings import Visit
from storage.duty import HeldSession


@dataclass(frozen=True, slots=True)
class Noted:
    """What was noted in a span, with the content to read it by."""

    commune: Commune
    phrases: Phrases
    visits: list[Visit]
    held: list[HeldSession]


async def read(settings: Settings, slug: str, first: date, last: date) -> Noted:
    """Return what the database knows of a span of local days, both included. An unknown commune ends the program."""
    library = load(settings.content)
    commune = commune_in(library, slug)
    async with reading(settings) as store:
        visits = await store.bookings.visits(slug, first, last)
        held = await store.duty.held(slug, first, last)
    return Noted(commune, library.speak(MAIN_LANGUAGE), visits, held)


async def tell(settings: Settings, slug: str, first: date, last: date, today: date, *, as_json: bool) -> str:
    """Return the figures as text to print."""
    noted = await read(settings, slug, first, last)
    figures = count(noted.commune, noted.visits, noted.held, first, last, today)
    if as_json:
        return json.dumps(dataclasses.asdict(figures), ensure_ascii=False, default=str)
    return _text(figures, noted)


def _text(figures: Figures, noted: Noted) -> str:
    lines = [noted.phrases.plain("figures.title"), heading(figures, noted.commune, noted.phrases)]
    for label, value in lines_of(figures, noted.commune, noted.phrases):
        lines.append(f"  {label}: {value}" if value else f"\n{label}")
    return "\n".join(lines)
