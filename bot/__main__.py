"""The command line: `python -m bot …`, also installed as `troly`."""

import asyncio
import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot import logs, memory, settings
from bot.people_commands import ledger_cli, members_cli
from content.problems import ContentError

cli = typer.Typer(no_args_is_help=False, add_completion=False, help="Trợ lý số xã", pretty_exceptions_enable=False)
content_cli = typer.Typer(no_args_is_help=True, help="The content files.")
database_cli = typer.Typer(no_args_is_help=True, help="The database.")
cli.add_typer(content_cli, name="content")
cli.add_typer(database_cli, name="database")
cli.add_typer(members_cli, name="members")
cli.add_typer(ledger_cli, name="ledger")

_YEAR = timedelta(days=365)

CommuneOption = Annotated[str, typer.Option("--commune", help="slug of the commune, such as anh-son")]
JsonOption = Annotated[bool, typer.Option("--json", help="print JSON")]


def main() -> None:
    """Run the command line; settings and content mistakes are sentences, not tracebacks."""
    try:
        cli()
    except settings.SettingsError as error:
        for problem in error.problems:
            print(f"settings: {problem}", file=sys.stderr)
        raise SystemExit(2) from None
    except ContentError as error:
        for mistake in error.problems:
            print(mistake, file=sys.stderr)
        raise SystemExit(2) from None
    except OSError as error:  # no such folder, port taken, database server not reachable
        print(f"cannot go on: {error}", file=sys.stderr)
        raise SystemExit(1) from None


def _configured() -> settings.Settings:
    loaded = settings.load()
    logs.configure(loaded.log, settings.secrets(loaded))
    return loaded


@cli.callback(invoke_without_command=True)
def _default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        serve()


@cli.command()
def serve() -> None:
    """Run everything: web chat, the channels with a token, delivery (default)."""
    with memory.growing():
        from bot import serve as serving  # the libraries of the whole service, which the other commands do without

    asyncio.run(serving.serve(_configured()))


@cli.command()
def chat(commune: CommuneOption = "anh-son") -> None:
    """Talk to the assistant in the terminal."""
    from bot.terminal import talk

    asyncio.run(talk(_configured(), commune))


@cli.command()
def ask(
    questions: Annotated[list[str] | None, typer.Argument(help="the turns of one conversation")] = None,
    commune: CommuneOption = "anh-son",
    file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="one conversation a line, turns separated by tabs"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask in one conversation and print the answer to its last turn."""
    from bot.asking import ask_all

    if file is not None:
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            raise typer.BadParameter(f"{file} is not UTF-8") from error
        conversations = [line.split("\t") for line in lines if line.strip()]
    else:
        conversations = [questions] if questions else []
    if not conversations:
        raise typer.BadParameter("give a question, or --file")
    for answer in asyncio.run(ask_all(_configured(), commune, conversations)):
        print(json.dumps(answer, ensure_ascii=False) if as_json else f"{answer['question']}\n→ {answer['reply']}\n")


@cli.command()
def invite(
    unit: Annotated[str, typer.Option(help="id of a unit in the commune's commune.yaml")],
    role: Annotated[str, typer.Option(help="helper, officer, head, focal, vice, leader or admin")],
    name: Annotated[str, typer.Option(help="name of the post, not of the person")],
    commune: CommuneOption,
    qr: Annotated[Path | None, typer.Option("--qr", dir_okay=False, help="write the QR code as this PNG file")] = None,
) -> None:
    """Print a single-use code, the links and the QR code with which an official or a helper joins."""
    from bot.inviting import CannotInvite
    from bot.inviting import invite as make
    from bot.serve import system_now

    try:
        made = asyncio.run(make(_configured(), commune, unit, role, name, system_now()))
    except CannotInvite as mistake:
        print(mistake, file=sys.stderr)
        raise typer.Exit(2) from None
    print(made.text)
    print(made.links.drawn())
    if qr is not None:
        qr.write_bytes(made.links.picture())
        print(qr)


@cli.command("support-log")
def support_log(
    month: Annotated[str, typer.Option("--month", help="year and month, such as 2026-11")],
    out: Annotated[Path, typer.Option("--out", help="folder for the file")],
    commune: CommuneOption = "anh-son",
) -> None:
    """Write the month's support log (sổ hỗ trợ) as an Excel file."""
    from bot.serve import system_now
    from bot.support_log import write_support_log

    first = _day(f"{month}-01", "--month", "a month such as 2026-11")
    path = asyncio.run(write_support_log(_configured(), commune, first, out, system_now()))
    print(path)
    _exported(commune, f"support-log/{month}")


@cli.command()
def figures(
    first: Annotated[str, typer.Option("--from", help="first day, such as 2026-10-01")],
    last: Annotated[str, typer.Option("--to", help="last day, such as 2026-12-31")],
    commune: CommuneOption = "anh-son",
    as_json: JsonOption = False,
) -> None:
    """Print the support figures of a span of days: sessions, points, visits, proxy share, waiting, no-shows."""
    from bot.figures import tell
    from bot.serve import system_now
    from content.dates import local_day

    begin, end = (_day(text, name, "a day such as 2026-10-01") for text, name in ((first, "--from"), (last, "--to")))
    if end < begin:
        raise typer.BadParameter("--to lies before --from")
    print(asyncio.run(tell(_configured(), commune, begin, end, local_day(system_now()), as_json=as_json)))
    _exported(commune, f"figures/{begin}/{end}")


@cli.command()
def survey(
    first: Annotated[str, typer.Option("--from", help="first day, such as 2026-10-01")],
    last: Annotated[str, typer.Option("--to", help="last day, such as 2026-12-31")],
    commune: CommuneOption = "anh-son",
    as_json: JsonOption = False,
) -> None:
    """Print how satisfied people were in a span of days: share, interval, response rate, groups, target."""
    from bot.surveys import tell

    begin, end = (_day(text, name, "a day such as 2026-10-01") for text, name in ((first, "--from"), (last, "--to")))
    if end < begin:
        raise typer.BadParameter("--to lies before --from")
    print(asyncio.run(tell(_configured(), commune, begin, end, as_json=as_json)))
    _exported(commune, f"survey/{begin}/{end}")


@cli.command()
def feedback(commune: CommuneOption = "anh-son", as_json: JsonOption = False) -> None:
    """Print the figures of the feedback: received, answered in time, median time, open, overdue."""
    from bot.feedback import tell
    from bot.serve import system_now

    print(asyncio.run(tell(_configured(), commune, system_now(), as_json=as_json)))
    _exported(commune, "feedback")


def _exported(commune: str, what: str) -> None:
    """Write into the commune's ledger that figures were taken out at the server."""
    from bot.audit import note_export
    from bot.serve import system_now

    asyncio.run(note_export(settings.load(), commune, what, system_now()))


@cli.command("calendar")
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
    from content.dates import local_day

    expected = "a day such as 2027-01-01"
    begin = local_day(system_now()) if first is None else _day(first, "--from", expected)
    end = begin + _YEAR if last is None else _day(last, "--to", expected)
    if end < begin:
        raise typer.BadParameter("--to lies before --from")
    content = _configured().content
    if against is None:
        lines = show(content, commune, begin, end, as_json=as_json)
    else:
        lines = compare(content, against, commune, begin, end, as_json=as_json)
    for line in lines:
        print(line)


@cli.command()
def report(
    period: Annotated[str, typer.Option(help="quarter, half or year: 2026-Q4, 2026-H2 or 2026")],
    out: Annotated[Path, typer.Option("--out", file_okay=False, help="folder for the files")],
    commune: CommuneOption,
    public: Annotated[bool, typer.Option("--public", help="only what everybody may read: no units, no names")] = False,
) -> None:
    """Write the report of a period as Word and Excel, always as a draft; print the files' paths."""
    from bot.report.command import CannotReport, report
    from bot.serve import system_now
    from content.report_period import ReportPeriod

    try:
        wanted = ReportPeriod.parse(period)
    except ValueError as error:
        raise typer.BadParameter(f"--period {error}") from None
    try:
        for path in asyncio.run(report(_configured(), commune, wanted, out, system_now(), public=public)):
            print(path)
    except CannotReport as mistake:
        print(mistake, file=sys.stderr)
        raise typer.Exit(2) from None


@cli.command("survey-poster")
def survey_poster(
    place: Annotated[str | None, typer.Option(help="id of one place in commune.yaml; default: every counter")] = None,
    out: Annotated[Path | None, typer.Option(help="folder for the codes as SVG pictures")] = None,
    commune: CommuneOption = "anh-son",
) -> None:
    """Print where the QR sheets of the counters are and what they open; with --out write the codes as pictures."""
    from bot.posters import write_posters

    print(write_posters(_configured(), commune, place, out))


@cli.command()
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
    from content.dates import local_day

    loaded, now = _configured(), system_now()
    if draft is not None:
        print(asyncio.run(print_draft(loaded, commune, draft, now)))
        return
    today = local_day(now)
    end = _day(last, "--to", "a day such as 2026-12-31") if last else today
    begin = _day(first, "--from", "a day such as 2026-10-01") if first else end.replace(month=1, day=1)
    if end < begin:
        raise typer.BadParameter("--to lies before --from")
    print(asyncio.run(tell(loaded, commune, begin, end, now, as_json=as_json)))


@cli.command()
def publications(
    commune: CommuneOption = "anh-son",
    year: Annotated[int | None, typer.Option("--year", min=2020, max=2100, help="default: this year")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print what was published in a year (bulletins, posts, videos, website) against the numbers of the plan."""
    from bot.publications import tell
    from bot.serve import system_now
    from content.dates import local_day

    today = local_day(system_now())
    print(asyncio.run(tell(_configured(), commune, year or today.year, today, as_json=as_json)))


def _day(text: str, option: str, expected: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{option} {text}: expected {expected}") from None


@content_cli.command("check")
def content_check(
    folder: Annotated[Path | None, typer.Argument(help="default: the content setting")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print every problem as `path:line: message`; exit 1 when something must be fixed."""
    from content.library import inspect

    _, problems = inspect(folder or _configured().content)
    if as_json:
        rows = [{"path": str(item.path), "line": item.line, "message": item.message} for item in problems]
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for problem in problems:
            print(problem)
        if not problems:
            print("Nội dung tốt, không có lỗi nào.")
    raise typer.Exit(1 if problems else 0)


@database_cli.command("upgrade")
def database_upgrade() -> None:
    """Bring the database to this release's schema."""
    from storage.upgrade import upgrade

    changed = asyncio.run(upgrade(_configured().database))
    print("upgraded" if changed else "nothing to do")


@cli.command()
def check() -> None:
    """Print the settings without secrets, look at the content and the database; exit 1 when one of them is not well."""
    from bot.checking import inspect_all

    loaded = _configured()
    table = Table("setting", "value", "meaning")
    for row in settings.table(loaded):
        table.add_row(*row)
    Console().print(table)
    problems = asyncio.run(inspect_all(loaded))
    for problem in problems:
        print(problem, file=sys.stderr)
    raise typer.Exit(1 if problems else 0)


if __name__ == "__main__":
    main()
