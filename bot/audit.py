"""`python -m bot ledger verify`: walks a commune's ledger and names the first row that is not what was written."""

import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from bot.command_data import commune_in, reading, writing
from bot.settings import Settings
from content.library import load
from content.phrases import MAIN_LANGUAGE
from storage.filing_moves import seal_of
from storage.ledger import Entry
from storage.store import Store

WHY: Mapping[str, str] = MappingProxyType(
    {"changed": "ledger.why_changed", "missing": "ledger.why_missing", "added": "ledger.why_added"}
)


async def _altered(store: Store, slug: str) -> list[str]:
    """Return the ids of reports whose time of sending, words or figures are not those that the ledger sealed."""
    seals: dict[str, str] = {}
    number = 0
    while rows := await store.ledger.rows(slug, number):
        for row in rows:
            seal = json.loads(row["detail"]).get("seal")
            if seal and row["subject"].startswith("filing/"):
                seals[row["subject"].removeprefix("filing/")] = seal
        number = rows[-1]["number"]
    found = []
    for identity, seal in seals.items():
        filing = await store.filings.by_id(identity)
        if filing is None or seal_of(filing, await store.filing_moves.figures_of(identity)) != seal:
            found.append(identity)
    return found


async def verify(settings: Settings, slug: str, *, as_json: bool) -> tuple[bool, str]:
    """Return whether a commune's ledger is whole, and the text to print.

    The last hash, written down elsewhere from time to time, also shows a chain that was made anew from its beginning.
    """
    library = load(settings.content)
    commune_in(library, slug)  # before the database is touched
    async with reading(settings) as store:
        rows, broken = await store.ledger.verify(slug)
        last = await store.ledger.last(slug)
        altered = await _altered(store, slug) if broken is None else []
    if altered:
        phrases = library.speak(MAIN_LANGUAGE)
        said = [phrases.plain("ledger.report_altered", report=one) for one in altered]
        return False, json.dumps({"commune": slug, "altered": altered}) if as_json else "\n".join(said)
    if as_json:
        first = None if broken is None else {"number": broken.number, "why": broken.why}
        return broken is None, json.dumps({"commune": slug, "rows": rows, "hash": last, "broken": first})
    say = library.speak(MAIN_LANGUAGE).plain
    if broken is None:
        return True, say("ledger.whole", rows=rows, hash=last)
    return False, say("ledger.broken", number=broken.number, why=say(WHY[broken.why]), rows=rows)


async def note_export(settings: Settings, slug: str, what: str, now: datetime) -> None:
    """Write into the ledger that somebody at the server took figures out: "survey/2026-10-01/2026-12-31"."""
    async with writing(settings) as store:
        await store.ledger.append(Entry(slug, now, "exported", what))
