"""The command line's parts that write or print figures: logs, surveys, reports, the calendar of reminders."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.command_options import CommuneOption, JsonOption, configured, in_order, read_day
from content.dates import local_day

figures_cli = typer.Typer()

_YEAR = timedelta(days=365)


@figures_cli.command("support-log")
def support_log(
    month: Annotated[str, typer.Option("--month", help="year and month, such as 2026-11, or in words")],
    out: Annotated[Path, typer.Option("--out", help="folder for the file")],
    commune: CommuneOption = "anh-son",
) -> None:
    """Write the month's support log (sổ hỗ trợ) as an Excel file."""
    from bot.serve import system_now
    from bot.support_log import write_support_log
    from content.period_words import read_month

    try:
        first = read_month(month)
    except ValueError as error:
        raise typer.BadParameter(f"--month {error}") from None
    path = asyncio.run(write_support_log(configured(), commune, first, out, system_now()))
    print(path)
    _exported(commune, f"support-log/{first:%Y-%m}")


@figures_cli.command()
def figures(
    first: Annotated[str, typer.Option("--from", help="first day, such as 2026-10-01")],
    last: Annotated[str, typer.Option("--to", help="last day, such as 2026-12-31")],
    commune: CommuneOption = "anh-son",
    as_json: JsonOption = False,
) -> None:
    """Print the support figures of a span of days: sessions, points, visits, proxy share, waiting, no-shows."""
    from bot.figures import tell
    from bot.serve import system_now

    begin, end = in_order(read_day(first, "--from"), read_day(last, "--to"))
    print(asyncio.run(tell(configured(), commune, begin, end, local_day(system_now()), as_json=as_json)))
    _exported(commune, f"figures/{begin}/{end}")


@figures_cli.command()
def survey(
    first: Annotated[str, typer.Option("--from", help="first day of a month, such as 2026-10-01")],
    last: Annotated[str, typer.Option("--to", help="last day of a month, such as 2026-12-31")],
    commune: CommuneOption = "anh-son",
    as_json: JsonOption = False,
) -> None:
    """Print how satisfied people were in whole months: share, interval, response rate, groups, target."""
    from bot.surveys import tell
    from handlers.survey_reading import are_whole

    begin, end = in_order(read_day(first, "--from"), read_day(last, "--to"))
    if not are_whole(begin, end):
        raise typer.BadParameter(
            "votes know their month and no day: give --from the first and --to the last of a month"
        )
    print(asyncio.run(tell(configured(), commune, begin, end, as_json=as_json)))
    _exported(commune, f"survey/{begin}/{end}")


@figures_cli.command()
def feedback(commune: CommuneOption = "anh-son", as_json: JsonOption = False) -> None:
    """Print the figures of the feedback: received, answered in time, median time, open, overdue."""
    from bot.feedback import tell
    from bot.serve import system_now

    print(asyncio.run(tell(configured(), commune, system_now(), as_json=as_json)))
    _exported(commune, "feedback")


def _exported(commune: str, what: str) -> None:
    """Write into the commune's ledger that figures were taken out at the server."""
    from bot.audit import note_export
    from bot.serve import system_now

    asyncio.run(note_export(configured(), commune, what, system_now()))


@figures_cli.command("calendar")
def reminder_calendar(
    commune: CommuneOption,
    first: Annotated[str | None, typer.Option("--from", help="first day, such as 2027-01-01; default: today")] = None,
    last: Annotated[str | None, typer.Option("--to", help="last day; default: a year after the first")] = None,
    against: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="another content folder to compare with")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print every reminder that would go out, one a line; with --against only what the change adds (+), takes (-)."""
    from bot.reminder_calendar import compare, show
    from bot.serve import system_now

    begin = local_day(system_now()) if first is None else read_day(first, "--from")
    begin, end = in_order(begin, begin + _YEAR if last is None else read_day(last, "--to"))
    content = configured().content
    if against is None:
        lines = show(content, commune, begin, end, as_json=as_json)
    else:
        lines = compare(content, against, commune, begin, end, as_json=as_json)
    for line in lines:
        print(line)


@figures_cli.command()
def report(
    period: Annotated[str, typer.Option(help="quarter, half or year: 2026-Q4, 2026-H2 or 2026, or in words")],
    out: Annotated[Path, typer.Option("--out", file_okay=False, help="folder for the files")],
    commune: CommuneOption,
    public: Annotated[bool, typer.Option("--public", help="only what everybody may read: no units, no names")] = False,
) -> None:
    """Write the report of a period as Word and Excel, always as a draft; print the files' paths."""
    from bot.report.command import CannotReport, report
    from bot.serve import system_now
    from content.period_words import read_period

    try:
        wanted = read_period(period)
    except ValueError as error:
        raise typer.BadParameter(f"--period {error}") from None
    try:
        for path in asyncio.run(report(configured(), commune, wanted, out, system_now(), public=public)):
            print(path)
    except CannotReport as mistake:
        print(mistake, file=sys.stderr)
        raise typer.Exit(2) from None


@figures_cli.command("survey-poster")
def survey_poster(
    place: Annotated[str | None, typer.Option(help="id of one place in commune.yaml; default: every counter")] = None,
    out: Annotated[Path | None, typer.Option(help="folder for the codes as SVG pictures")] = None,
    commune: CommuneOption = "anh-son",
) -> None:
    """Print where the QR sheets of the counters are and what they open; with --out write the codes as pictures."""
    from bot.posters import write_posters

    print(write_posters(configured(), commune, place, out))


@figures_cli.command()
def incidents(
    first: Annotated[str | None, typer.Option("--from", help="first day; default: 1 January")] = None,
    last: Annotated[str | None, typer.Option("--to", help="last day; default: today")] = None,
    draft: Annotated[str | None, typer.Option("--draft", help="print the draft notification of a leak's code")] = None,
    commune: CommuneOption = "anh-son",
    as_json: JsonOption = False,
) -> None:
    """Print the figures of the incidents: restored in 24 h, availability, serious ones, days checked; or a draft."""
    from bot.incidents import print_draft, tell
    from bot.serve import system_now

    loaded, now = configured(), system_now()
    if draft is not None:
        print(asyncio.run(print_draft(loaded, commune, draft, now)))
        return
    today = local_day(now)
    end = read_day(last, "--to") if last else today
    begin, end = in_order(read_day(first, "--from") if first else end.replace(month=1, day=1), end)
    print(asyncio.run(tell(loaded, commune, begin, end, now, as_json=as_json)))


@figures_cli.command()
def publications(
    commune: CommuneOption = "anh-son",
    year: Annotated[int | None, typer.Option("--year", min=2020, max=2100, help="default: this year")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print what was published in a year (bulletins, posts, videos, website) against the numbers of the plan."""
    from bot.publications import tell
    from bot.serve import system_now

    today = local_day(system_now())
    print(asyncio.run(tell(configured(), commune, year or today.year, today, as_json=as_json)))
