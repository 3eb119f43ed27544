"""What the database knows of a span of days, for handlers/survey_results.py to count."""

from collections.abc import Sequence
from datetime import date

from content.dates import instants
from handlers.survey_results import Noted
from storage.bookings import Visit
from storage.store import Store


async def read(store: Store, slug: str, first: date, last: date, visits: Sequence[Visit] | None = None) -> Noted:
    """Return the votes, invitations and visits of a span of local days, both included.

    Who has read the `visits` of the span already hands them in.
    """
    begin, end = instants(first, last)
    if visits is None:
        visits = await store.bookings.visits(slug, first, last)
    return Noted(
        votes=await store.survey_counts.votes(slug, first, last),
        responses=await store.survey_counts.responses(slug, first, last),
        useful=await store.survey_counts.useful(slug, begin, end),
        done=sum(visit.state == "done" for visit in visits),
    )
