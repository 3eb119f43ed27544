"""`python -m bot publications`: what was published in a year against the plan, as lines or as JSON."""

import json
from datetime import date

from bot.command_data import commune_in, reading
from bot.settings import Settings
from content.library import Commune, load
from content.phrases import MAIN_LANGUAGE, Phrases
from handlers.publication_pace import Standing
from handlers.publications import KINDS, evidence_of, line_of, standings
from storage.publications import Publication


async def tell(settings: Settings, slug: str, year: int, today: date, *, as_json: bool) -> str:
    """Return a year's log and pace as text to print. An unknown commune ends the program."""
    library = load(settings.content)
    commune = commune_in(library, slug)
    async with reading(settings) as store:
        every, published = await standings(store, commune, year, today)
    if as_json:
        return json.dumps(_plain(year, every, published), ensure_ascii=False)
    return _text(commune, library.speak(MAIN_LANGUAGE), year, every, published)


def _plain(year: int, every: list[Standing], published: list[Publication]) -> dict[str, object]:
    return {
        "year": year,
        "quotas": [
            {
                "id": one.quota.id,
                "kind": one.quota.kind,
                "title": one.quota.title,
                "count": one.quota.count,
                "per": one.quota.per,
                "source": one.quota.source,
                "in_force": one.in_force,
                "done": one.done,
                "notices": one.notices,
                "expected": one.expected if one.quota.per == "year" else None,
                "met": one.met if one.quota.per != "year" else None,
                "past": one.past if one.quota.per != "year" else None,
                "behind": one.behind,
            }
            for one in every
        ],
        "published": [
            {
                "day": one.day.isoformat(),
                "kind": one.kind,
                "title": one.title,
                "evidence": one.evidence,
                "photo": one.photo is not None,
            }
            for one in published
        ],
    }


def _text(commune: Commune, phrases: Phrases, year: int, every: list[Standing], published: list[Publication]) -> str:
    lines = [phrases.plain("publication.heading", commune=commune.profile.title, year=year)]
    lines += [f"  {line_of(one, phrases)}" for one in every]
    if not every:
        lines.append(f"  {phrases.plain('publication.no_quota')}")
    lines += [
        f"  {one.day:%d/%m/%Y} · {phrases.plain(KINDS[one.kind])} · {one.title} · {evidence_of(one, phrases)}"
        for one in published
    ]
    return "\n".join(lines)
