"""The command line: `python -m bot …`, also installed as `troly`."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

from bot import memory

with memory.growing():  # what a command loads stays until its end
    import typer

    # structlog would take rich to draw tracebacks with the values of all variables, which no log of ours may have.
    with memory.without("rich"):
        from bot import settings
        from bot.command_options import CommuneOption, JsonOption, configured
        from bot.figure_commands import figures_cli
        from bot.people_commands import ledger_cli, members_cli
        from content.problems import ContentError

cli = typer.Typer(no_args_is_help=False, add_completion=False, help="Trợ lý số xã", pretty_exceptions_enable=False)
content_cli = typer.Typer(no_args_is_help=True, help="The content files.")
database_cli = typer.Typer(no_args_is_help=True, help="The database.")
cli.add_typer(content_cli, name="content")
cli.add_typer(database_cli, name="database")
cli.add_typer(members_cli, name="members")
cli.add_typer(ledger_cli, name="ledger")
cli.add_typer(figures_cli)


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


@cli.callback(invoke_without_command=True)
def _default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        serve()


@cli.command()
def serve() -> None:
    """Run everything: web chat, the channels with a token, delivery (default)."""
    memory.share_one_heap()
    with memory.growing(), memory.without("rich"):  # httpx has a command line of its own that draws with it
        from bot import serve as serving  # the libraries of the whole service, which the other commands do without

    asyncio.run(serving.serve(configured()))


@cli.command()
def chat(commune: CommuneOption = "anh-son") -> None:
    """Talk to the assistant in the terminal."""
    from bot.terminal import talk

    asyncio.run(talk(configured(), commune))


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
    for answer in asyncio.run(ask_all(configured(), commune, conversations)):
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
        made = asyncio.run(make(configured(), commune, unit, role, name, system_now()))
    except CannotInvite as mistake:
        print(mistake, file=sys.stderr)
        raise typer.Exit(2) from None
    print(made.text)
    print(made.links.drawn())
    if qr is not None:
        qr.write_bytes(made.links.picture())
        print(qr)


@content_cli.command("check")
def content_check(
    folder: Annotated[Path | None, typer.Argument(help="default: the content setting")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print every problem as `path:line: message`; exit 1 when something must be fixed."""
    from content.library import inspect
    from content.phrases import MAIN_LANGUAGE

    library, problems = inspect(folder or configured().content)
    if as_json:
        rows = [{"path": str(item.path), "line": item.line, "message": item.message} for item in problems]
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for problem in problems:
            print(problem)
        if library is not None and not problems:
            print(library.speak(MAIN_LANGUAGE).plain("content.good"))
    raise typer.Exit(1 if problems else 0)


@database_cli.command("upgrade")
def database_upgrade() -> None:
    """Bring the database to this release's schema."""
    from storage.upgrade import upgrade

    changed = asyncio.run(upgrade(configured().database))
    print("upgraded" if changed else "nothing to do")


@cli.command()
def backup(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="where the copies are kept; another disk is best")],
    days: Annotated[int, typer.Option(min=1, help="daily copies kept")] = 7,
    weeks: Annotated[int, typer.Option(min=1, help="weekly copies kept")] = 5,
    months: Annotated[int, typer.Option(min=1, help="monthly copies kept")] = 3,
    check: Annotated[bool, typer.Option("--check", help="make none, try to restore every copy that is there")] = False,
) -> None:
    """Copy the whole database while it runs and try to restore the copy; exit 1 when one is not good."""
    from bot.backing_up import CannotBackUp, Keep, back_up, check_all
    from bot.serve import system_now

    loaded, now = configured(), system_now()
    try:
        work = check_all(loaded, folder, now) if check else back_up(loaded, folder, now, Keep(days, weeks, months))
        found = asyncio.run(work)
    except CannotBackUp as mistake:
        print(mistake, file=sys.stderr)
        raise typer.Exit(2) from None
    for one in found:
        print(f"{one.path}: {one.why or 'good'}", file=sys.stderr if one.why else sys.stdout)
    raise typer.Exit(1 if any(one.why for one in found) else 0)


@cli.command()
def check() -> None:
    """Print the settings without secrets, look at the content and the database; exit 1 when one of them is not well."""
    from rich.console import Console
    from rich.table import Table

    from bot.checking import inspect_all, no_database_yet

    loaded = configured()
    table = Table("setting", "value", "meaning")
    for row in settings.table(loaded):
        table.add_row(*row)
    Console().print(table)
    if yet := no_database_yet(loaded):
        print(yet)
    problems = asyncio.run(inspect_all(loaded))
    for problem in problems:
        print(problem, file=sys.stderr)
    raise typer.Exit(1 if problems else 0)


if __name__ == "__main__":
    main()
