"""What the parts of the command line share: the options that several commands have, and the settings they run with."""

import re
from datetime import date
from typing import Annotated

import typer

from bot import logs, settings

CommuneOption = Annotated[str, typer.Option("--commune", help="slug of the commune, such as anh-son")]
JsonOption = Annotated[bool, typer.Option("--json", help="print JSON")]


def configured() -> settings.Settings:
    """Return the settings, with logging set up by them. Raises SettingsError."""
    loaded = settings.load()
    logs.configure(loaded.log, settings.secrets(loaded))
    return loaded


def read_day(text: str, option: str, expected: str = "a day such as 2026-10-01") -> date:
    """Return the day an option gives: 2026-10-01, or as people here write it, 1/10/2026.

    Raises typer.BadParameter, which says what was expected.
    """
    written = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text.strip())
    try:
        return date(int(written[3]), int(written[2]), int(written[1])) if written else date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{option} {text}: expected {expected}") from None


def in_order(first: date, last: date) -> tuple[date, date]:
    """Return a span of days, both included. Raises typer.BadParameter when it ends before it begins."""
    if last < first:
        raise typer.BadParameter("--to lies before --from")
    return first, last
