"""Số đã báo: what was said of an indicator before, beside which an official is asked for it now."""

from content.dates import instants, local_day
from content.library import Commune
from handlers.filing_people import day_of
from handlers.readings import Work
from storage.filing_moves import UnitFigure
from storage.filings import Filing


async def last_time(work: Work, commune: Commune, filing: Filing, indicator: str) -> UnitFigure | None:
    """Return what was sent last with the same report, due before: by its unit or by one whose work it holds since.

    The same obligation, or one that it has replaced: a month's figure beside a quarter's, or a quarter's beside a
    year's, would be no period before. Of those due at the same instant the unit's own goes first.
    """
    units = commune.profile.held_by(filing.unit, day_of(commune, filing)) | {filing.unit}
    obligations = commune.plans.replaced_by(filing.obligation) | {filing.obligation}
    last = work.store.filing_moves.last_figure
    found = [
        await last(filing.account, unit, obligation, indicator, filing.due)
        for unit in sorted(units)
        for obligation in sorted(obligations)
    ]
    sent = [one for one in found if one is not None]
    return max(sent, key=lambda one: (one.due, one.unit == filing.unit)) if sent else None


async def beside(work: Work, filing: Filing) -> dict[str, UnitFigure]:
    """Return by indicator what its unit has just answered in another filing due the same local day, the newest."""
    day = local_day(filing.due)
    found = await work.store.filing_moves.figures_beside(filing, *instants(day, day))
    return {one.figure.indicator: one for one in found}
