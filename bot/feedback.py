"""`python -m bot feedback`: the figures of a commune's feedback, as lines or as JSON."""

import dataclasses
import json
from datetime import datetime

from bot.command_data import commune_in, reading
from bot.settings import Settings
from content.library import load
from content.phrases import MAIN_LANGUAGE, Phrases
from handlers.feedback_figures import FeedbackFigures, count


async def tell(settings: Settings, slug: str, now: datetime, *, as_json: bool) -> str:
    """Return the figures as text to print. An unknown commune ends the program."""
    library = load(settings.content)
    commune = commune_in(library, slug)
    async with reading(settings) as store:
        figures = count(await store.feedback.all(slug), now)
    if as_json:
        return json.dumps(dataclasses.asdict(figures))
    return _text(figures, commune.profile.title, library.speak(MAIN_LANGUAGE))


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
