"""Đếm câu hỏi mỗi ngày: counts the questions of days that are over, before their words are dropped."""

from datetime import date, timedelta

from content.dates import instants, local_day
from handlers.errand import Errand
from handlers.feature import Feature

DAYS_AT_ONCE = 7  # after a long stop the rest follows in the next rounds


async def count_days(errand: Errand) -> None:
    """Count every commune's days up to yesterday that nobody has counted yet."""
    yesterday = local_day(errand.now) - timedelta(days=1)
    for slug in errand.library.communes:
        day = await _next(errand, slug, yesterday)
        for following in (day + timedelta(days=ahead) for ahead in range(DAYS_AT_ONCE)):
            if following > yesterday:
                break
            await errand.store.question_days.count(slug, following, *instants(following, following))


async def _next(errand: Errand, slug: str, yesterday: date) -> date:
    """Return the first day that is not counted."""
    last = await errand.store.question_days.last(slug)
    if last is not None:
        return last + timedelta(days=1)
    first = await errand.store.question_days.first_question(slug)
    return min(local_day(first), yesterday) if first is not None else yesterday


FEATURE = Feature(name="question_counts", errands=(count_days,))
