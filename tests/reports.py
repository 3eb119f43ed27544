"""What the tests of boards and reports share: filings as people leave them behind, at instants of a test's choice."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from content.dates import HOME
from content.library import Library
from storage.database import Database
from storage.filing_moves import Figure
from storage.filings import Filing


def at(month: int, day: int, hour: int = 23, minute: int = 59, second: int = 59, year: int = 2026) -> datetime:
    """Return a local instant, the end of the day unless told."""
    return datetime(year, month, day, hour, minute, second, tzinfo=HOME)


async def filed(
    database: Database,
    obligation: str,
    unit: str,
    due: datetime,
    sent: datetime | None = None,
    figures: Mapping[str, str] | None = None,
    *,
    account: str = "anh-son",
    period: str = "",
    source: str = "typed",
) -> str:
    """Store a filing and what was sent with it; "12/15" among the figures keeps its parts. Returns its id."""
    identity = f"f-{account}-{obligation}-{unit}-{due:%Y%m%d}"
    async with database.begin() as store:
        filing = Filing(identity, account, obligation, unit, period or f"{due:%Y-%m}", due, due)
        assert await store.filings.plan(filing, [("T-1", due)], due)
        if sent is not None:
            assert await store.filing_moves.send(identity, "member", "", "", sent) is not None
            store.filing_moves.set_figures(
                identity, [_figure(name, text, source) for name, text in (figures or {}).items()], "member", sent
            )
    return identity


def _figure(indicator: str, text: str, source: str) -> Figure:
    part, slash, whole = text.partition("/")
    if not slash:
        return Figure(indicator, Decimal(text), None, None, source)
    return Figure(indicator, Decimal(part) / Decimal(whole) * 100, Decimal(part), Decimal(whole), source)


def ended(library: Library, unit: str, successor: str, last: date, account: str = "anh-son") -> Library:
    """Return the library with a unit of a commune ended and its work given to another."""
    commune = library.communes[account]
    profile = commune.profile
    (old,) = [one for one in profile.units if one.id == unit]
    former = old.model_copy(update={"valid_to": last, "successor": successor})
    left = tuple(one for one in profile.units if one.id != unit)
    changed = profile.model_copy(update={"units": left, "former_units": (*profile.former_units, former)})
    return replace(library, communes={**library.communes, account: replace(commune, profile=changed)})
