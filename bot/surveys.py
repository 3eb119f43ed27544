"""`python -m bot survey`: the satisfaction of whole months, as lines or as JSON."""

import dataclasses
import json
from datetime import date
from pathlib import Path

from bot.settings import Settings
from content.library import Library, load
from content.phrases import MAIN_LANGUAGE
from handlers.survey_reading import read
from handlers.survey_results import Noted, count
from handlers.survey_words import heading, lines_of
from storage.database import Database
from storage.upgrade import upgrade


async def tell(settings: Settings, slug: str, first: date, last: date, *, as_json: bool) -> str:
    """Return the results as text to print. An unknown commune ends the program."""
    library = load(Path(settings.content))
    if slug not in library.communes:
        raise SystemExit(f"no commune «{slug}»; there are: {', '.join(library.communes)}")
    await upgrade(settings.database)
    database = Database(settings.database)
    await database.open()
    try:
        async with database.read() as store:
            noted = await read(store, slug, first, last)
    finally:
        await database.close()
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
