"""`python -m bot incidents`: a commune's incident figures as lines or as JSON, or the draft of a notification."""

import dataclasses
import json
from datetime import date, datetime
from uuid import uuid4

from bot.command_data import commune_in, reading, writing
from bot.settings import Settings
from content.dates import HOME, instants, local_day
from content.library import Commune, Library, load
from content.phrases import MAIN_LANGUAGE, Phrases
from handlers.errand import Errand
from handlers.incident_clock import draft
from handlers.incident_figures import IncidentFigures
from handlers.incident_people import plan_of
from handlers.incident_reading import incident_figures
from handlers.record import record_service
from storage.incidents import Incident
from storage.store import Store


async def tell(settings: Settings, slug: str, first: date, last: date, now: datetime, *, as_json: bool) -> str:
    """Return the figures as text to print. An unknown commune ends the program."""
    library = load(settings.content)
    commune = _commune(library, slug)
    async with reading(settings) as store:
        every = await store.incidents.found_before(slug, instants(first, last)[1])
        figures = await incident_figures(Errand(library, now, store, _new_id, "", frozenset()), commune, first, last)
    assert figures is not None  # _commune has looked
    if as_json:
        listed = [_row(one) for one in every if first <= local_day(one.found) <= last]
        span = {"from": str(first), "to": str(last)}
        return json.dumps({**span, **dataclasses.asdict(figures), "incidents": listed}, ensure_ascii=False)
    return "\n  ".join(_lines(figures, commune, library.speak(MAIN_LANGUAGE), (first, last)))


def _row(one: Incident) -> dict[str, object]:
    """Return an incident without anybody's words, as it may be sent to those above."""
    times = {"noticed": one.found, "reported": one.reported, "taken": one.taken, "restored": one.restored}
    return {
        **{name: getattr(one, name) for name in ("code", "kind", "thing", "unit", "state", "serious")},
        **{name: at.astimezone(HOME).isoformat(timespec="minutes") if at else None for name, at in times.items()},
    }


async def print_draft(settings: Settings, slug: str, code: str, now: datetime) -> str:
    """Return the draft of the notification of one incident and record it. An unknown code ends the program."""
    library = load(settings.content)
    commune = _commune(library, slug)
    async with writing(settings) as store:
        return await _draft(library, commune, store, code, now)


async def _draft(library: Library, commune: Commune, store: Store, code: str, now: datetime) -> str:
    one = await store.incidents.by_code(commune.slug, code.upper())
    if one is None or one.kind != "leak":
        raise SystemExit(f"no leak «{code}» in {commune.slug}")
    errand = Errand(library, now, store, _new_id, "", frozenset())
    await record_service(errand, commune.slug, "notification drafted", f"incident/{one.id}", kind=one.kind)
    return await draft(errand, commune, library.speak(MAIN_LANGUAGE), one)


def _new_id() -> str:
    return uuid4().hex


def _commune(library: Library, slug: str) -> Commune:
    commune = commune_in(library, slug)
    if commune.incidents is None:
        raise SystemExit(f"{slug} has no incidents.yaml")
    return commune


def _lines(figures: IncidentFigures, commune: Commune, phrases: Phrases, span: tuple[date, date]) -> list[str]:
    say, none = phrases.plain, phrases.plain("incident.no_figure")
    first, last = (f"{day:%d/%m/%Y}" for day in span)
    kinds = [f"{one.title}: {figures.by_kind[one.id]}" for one in plan_of(commune).kinds if one.id in figures.by_kind]
    percent = none if figures.availability is None else f"{figures.availability:.2f} %".replace(".", ",")
    minutes = f"{figures.minutes_until_taken or 0:g}".replace(".", ",")
    taken = none if figures.minutes_until_taken is None else say("incident.minutes", minutes=minutes)
    lines = [
        say("incident.figures_title", commune=commune.profile.title, first=first, last=last),
        say("incident.figures_reported", count=figures.reported, open=figures.open, kinds="; ".join(kinds) or none),
        say(
            "incident.figures_restored",
            hours=figures.restore_hours,
            count=figures.restored_in_time,
            total=figures.restored_of,
        ),
        say(
            "incident.figures_available",
            percent=percent,
            opening=figures.opening_minutes,
            lost=figures.outage_minutes,
        ),
        say("incident.figures_taken", time=taken),
        *(say("incident.figures_serious", year=year, count=number) for year, number in figures.serious.items()),
        say("incident.figures_not_judged", count=figures.not_judged),
    ]
    if commune.start_of_day is not None:
        checked = {"count": figures.days_checked, "timely": figures.days_checked_in_time, "total": figures.days_due}
        lines.append(say("incident.figures_checked", **checked, corrections=figures.corrections))
    return lines
