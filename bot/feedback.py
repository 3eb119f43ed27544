"""`python -m bot feedback`: the figures of a commune's feedback, as lines or as JSON."""

import dataclasses
import json
from datetime import datetime

from bot.settings import Settings
from content.library import load
from content.phrases import MAIN_LANGUAGE, Phrases
from handlers.feedback_figures import FeedbackFigures, count
from storage.database import Database
from storage.upgrade import upgrade


async def tell(settings: Settings, slug: str, now: datetime, *, as_json: bool) -> str:
    """Return the figures as text to print. An unknown commune ends the program."""
    library = load(settings.content)
    if slug not in library.communes:
        raise SystemExit(f"no commune «{slug}»; there are: {', '.join(library.communes)}")
    await upgrade(settings.database)
    database = Database(settings.database)
    await database.open()
    try:
        async with database.read() as store:
            figures = count(await store.feedback.all(slug), now)
    finally:
        await database.close()
    if as_json:
        return json.dumps(dataclasses.asdict(figures))
    return _text(figures, library.communes[slug].profile.title, library.speak(MAIN_LANGUAGE))


def _text(figures: FeedbackFigures, commune: str, phrases: Phrases) -> str:
    if figures.median_hours is None:
        middle = phrases.plain("feedback.figures_no_median")
    else:
        middle = phrases.plain("feedback.figures_median", hours=f"{figures.median_hours:.1f}".replace(".", ","))
    lines = (
        phrases.plain("feedback.figures_title", commune=commune),
        phrases.plain("feedback.figures_received", count=figures.received),
        phrases.plain("feedback.figures_answered", count=figures.answered, timely=figures.answered_in_time),
        phrases.plain("feedback.figures_refused", count=figures.refused),
        middle,
        phrases.plain("feedback.figures_open", count=figures.open, late=figures.overdue),
        phrases.plain("feedback.figures_withdrawn", count=figures.withdrawn),
    )
    return "\n  ".join(lines)
