"""`python -m bot calendar`: the reminders of a span of days, and what a changed plan adds and takes away."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

from bot.command_data import commune_in
from content.dates import HOME
from content.library import Library, load
from content.reminder_preview import Planned, preview


def show(content: Path, slug: str, first: date, last: date, *, as_json: bool) -> list[str]:
    """Return a line for every reminder from `first` to `last`, local days, both included.

    With `as_json` each is an object {"at", "obligation", "step", "due", "aim", "to"}, instants in home time. An unknown
    commune ends the program.
    """
    return [_line(one, as_json) for one in _planned(load(content), slug, first, last)]


def compare(content: Path, other: Path, slug: str, first: date, last: date, *, as_json: bool) -> list[str]:
    """Return what `content` adds ("+ ") and takes away ("- ") compared with another content folder, in order of time.

    With `as_json` an object has "change", "+" or "-", besides.
    """
    now = Counter(_planned(load(content), slug, first, last))
    before = Counter(_planned(load(other), slug, first, last))
    changed = [(one, "-") for one in (before - now).elements()] + [(one, "+") for one in (now - before).elements()]
    changed.sort(key=lambda change: (change[0].at, change[0].obligation, change[1] == "+", change[0]))
    if as_json:
        return [json.dumps({"change": sign} | _fields(one), ensure_ascii=False) for one, sign in changed]
    return [f"{sign} {_line(one, as_json)}" for one, sign in changed]


def _planned(library: Library, slug: str, first: date, last: date) -> list[Planned]:
    commune = commune_in(library, slug)
    return preview(commune.plans, commune.profile, commune.calendar, first, last)


def _line(one: Planned, as_json: bool) -> str:
    if as_json:
        return json.dumps(_fields(one), ensure_ascii=False)
    at, due, aim = (moment.astimezone(HOME) for moment in (one.at, one.due, one.aim))
    aimed = "" if aim == due else f", aim {aim:%Y-%m-%d}"
    return (
        f"{at:%Y-%m-%d %H:%M}  {one.obligation}  {one.step:<5} due {due:%Y-%m-%d %H:%M}{aimed}  → {', '.join(one.to)}"
    )


def _fields(one: Planned) -> dict[str, object]:
    at, due, aim = (moment.astimezone(HOME).isoformat() for moment in (one.at, one.due, one.aim))
    return {"at": at, "obligation": one.obligation, "step": one.step, "due": due, "aim": aim, "to": list(one.to)}
