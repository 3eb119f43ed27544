"""`python -m bot report`: from the commune and the period that were named to files in a folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.command_data import writing
from bot.report.files import files_of, write_files
from bot.report.form import Draft
from bot.settings import Settings
from content.dates import local_day
from content.library import Commune, Library, load
from content.phrases import MAIN_LANGUAGE
from content.report_period import ReportPeriod
from handlers.period_report import read_report
from handlers.record import record_service
from handlers.report_data import ReportData
from storage.store import Store

_READING = 2  # steps before the first file: content, database


@dataclass(frozen=True, slots=True)
class _Reading:
    """What it takes to read a report."""

    store: Store
    library: Library
    now: datetime


class CannotReport(Exception):
    """There is nothing to report; the message says why and what to do."""


async def report(
    settings: Settings, slug: str, period: ReportPeriod, out: Path, now: datetime, *, public: bool, quiet: bool = False
) -> list[Path]:
    """Write the report of a period into a folder and return the files. Raises CannotReport.

    The bar is drawn on standard error, and only on a terminal. Running it twice replaces the files.
    """
    with _bar(quiet=quiet) as (progress, task):
        progress.update(task, description="content")
        library = load(settings.content)
        commune = _commune_of(library, slug, period, now)
        progress.update(task, advance=1, description="database")
        data = await _read(settings, library, commune, period, now, public=public)
        if data.empty:
            raise CannotReport(f"{slug} has no filing and no figure in {period}: nothing to report")
        assert commune.report is not None  # _commune_of refuses it
        files = files_of(Draft(data, commune.profile, commune.report, library.speak(MAIN_LANGUAGE)), public=public)
        progress.update(task, advance=1, total=_READING + len(files), description=files[0].name)
        written = []
        for number, path in enumerate(write_files(files, out), 1):
            written.append(path)
            following = files[number].name if number < len(files) else path.name
            progress.update(task, advance=1, description=following)
        return written


@contextmanager
def _bar(*, quiet: bool) -> Iterator[tuple[Progress, TaskID]]:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    console = Console(stderr=True)
    with Progress(
        *columns,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
    ) as progress:
        yield progress, progress.add_task("", total=_READING + 1)


def _commune_of(library: Library, slug: str, period: ReportPeriod, now: datetime) -> Commune:
    """Return the commune, or say why it has no report of this period."""
    commune = library.communes.get(slug)
    if commune is None:
        raise CannotReport(f"no commune «{slug}»; there are: {', '.join(library.communes)}")
    if commune.report is None:
        raise CannotReport("the content has no report.yaml: without it nothing can be written")
    window = period.window(commune.report.window, local_day(now))
    if window.first > local_day(now):
        raise CannotReport(f"{period} has not begun: its figures count from {window.first:%d/%m/%Y} on")
    return commune


async def _read(
    settings: Settings, library: Library, commune: Commune, period: ReportPeriod, now: datetime, *, public: bool
) -> ReportData:
    """Return what stands in the report; that it was read out stands in the ledger before there is a file."""
    async with writing(settings) as store:
        reading = _Reading(store, library, now)
        data = await read_report(reading, commune, period)
        if not data.empty:
            version = "public" if public else "office"
            await record_service(reading, commune.slug, "report exported", f"report/{period}", version=version)
        return data
