"""What the database knows of a span of days, for handlers/incident_figures.py to count."""

from datetime import date

from content.dates import instants
from content.library import Commune
from handlers.incident_figures import IncidentFigures, count
from handlers.post_holders import Work


async def incident_figures(work: Work, commune: Commune, first: date, last: date) -> IncidentFigures | None:
    """Return the figures of a span of local days, both included; None where the commune has no incident plan."""
    if commune.incidents is None:
        return None
    every = await work.store.incidents.found_before(commune.slug, instants(first, last)[1])
    began = await work.store.incidents.began(commune.slug)
    entries = await work.store.checks.between(commune.slug, first, last)
    return count(commune, every, entries, (first, last), work.now, began)
