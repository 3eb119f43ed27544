"""`python -m bot survey`: the satisfaction of whole months, as lines or as JSON."""

import dataclasses
import json
from datetime import date

from bot.command_data import commune_in, reading
from bot.settings import Settings
from content.library import Library, load
from content.phrases import MAIN_LANGUAGE
from handlers.survey_reading import read
from handlers.survey_results import Noted, count
from handlers.survey_words import heading, lines_of


async def tell(settings: Settings, slug: str, first: date, last: date, *, as_json: bool) -> str:
    """Return the results as text to print. An unknown commune ends the program."""
    library = load(settings.content)
    commune_in(library, slug)  # before the database is touched
    async with reading(settings) as store:
        noted = await read(store, slug, first, last)
    return show(library, slug, noted, first, last, as_json=as_json)


def show(library: Library, slug: str, noted: Noted, first: date, last: date, *, as_json: bool) -> str:
    """Return the results as JSON or as lines."""
    commune, phrases = library.communes[slug], library.speak(MAIN_LANGUAGE)
    results = count(commune, library.surveys, noted, first, last)
    if as_json:
        return json.dumps(dataclasses.asdict(results), ensure_ascii=False, default=str)
    lines = [phrases.plain("survey.title"), heading(results, commune, phrases)]
    lines += [f"  {label}: {value}" if value else f"\n{label}" for label, value in lines_of(results, commune, phrases)]
    lines.append(f"\n{phrases.plain('survey.method')}")
    return "\n".join(lines)
