"""`python -m bot calendar`: the reminders of a span of days, and what a changed plan adds and takes away."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

from bot.command_data import commune_in
from content.dates import HOME
from content.ladder import RECIPIENTS
from content.library import Commune, Library, load
from content.phrases import MAIN_LANGUAGE, Phrases
from content.reminder_preview import Planned, preview
from handlers.posts import unit_name


def show(content: Path, slug: str, first: date, last: date, *, as_json: bool) -> list[str]:
    """Return a line for every reminder from `first` to `last`, local days, both included, in the words of staff.

    With `as_json` each is an object {"at", "obligation", "step", "due", "aim", "to"}, instants in home time. An unknown
    commune ends the program.
    """
    library = load(content)
    return [_json(one) if as_json else _line(one, library, slug) for one in _planned(library, slug, first, last)]


def compare(content: Path, other: Path, slug: str, first: date, last: date, *, as_json: bool) -> list[str]:
    """Return what `content` adds ("+ ") and takes away ("- ") compared with another content folder, in order of time.

    With `as_json` an object has "change", "+" or "-", besides.
    """
    libraries = {"+": load(content), "-": load(other)}
    now, before = (Counter(_planned(library, slug, first, last)) for library in libraries.values())
    changed = [(one, "-") for one in (before - now).elements()] + [(one, "+") for one in (now - before).elements()]
    changed.sort(key=lambda change: (change[0].at, change[0].obligation, change[1] == "+", change[0]))
    if as_json:
        return [_json(one, change=sign) for one, sign in changed]
    return [f"{sign} {_line(one, libraries[sign], slug)}" for one, sign in changed]


def _planned(library: Library, slug: str, first: date, last: date) -> list[Planned]:
    commune = commune_in(library, slug)
    return preview(commune.plans, commune.profile, commune.calendar, first, last)


def _line(one: Planned, library: Library, slug: str) -> str:
    commune, phrases = library.communes[slug], library.speak(MAIN_LANGUAGE)
    at, due, aim = (moment.astimezone(HOME) for moment in (one.at, one.due, one.aim))
    obligation = commune.plans.obligation(one.obligation)
    return phrases.plain(
        "calendar.line" if aim == due else "calendar.line_aimed",
        at=f"{at:%d/%m/%Y %H:%M}",
        code=one.obligation,
        title=obligation.title if obligation is not None else "",
        step=one.step,
        due=f"{due:%d/%m/%Y %H:%M}",
        aim=f"{aim:%d/%m/%Y}",
        to="; ".join(_recipient(name, commune, phrases) for name in one.to),
    )


def _recipient(name: str, commune: Commune, phrases: Phrases) -> str:
    """Return who gets it in words: a post of a unit, a post of the commune, or a unit."""
    unit, _, post = name.rpartition(":")
    if unit:
        return phrases.plain(
            "calendar.of_unit", post=phrases.plain(f"calendar.to.{post}"), unit=unit_name(commune, unit)
        )
    return phrases.plain(f"calendar.to.{name}") if name in RECIPIENTS else unit_name(commune, name)


def _json(one: Planned, **more: str) -> str:
    return json.dumps(more | _fields(one), ensure_ascii=False)


def _fields(one: Planned) -> dict[str, object]:
    at, due, aim = (moment.astimezone(HOME).isoformat() for moment in (one.at, one.due, one.aim))
    return {"at": at, "obligation": one.obligation, "step": one.step, "due": due, "aim": aim, "to": list(one.to)}
