"""The command line's parts about people: `members` and `ledger`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.command_options import CommuneOption, JsonOption, configured

members_cli = typer.Typer(no_args_is_help=True, help="Posts: import from Excel, list, remove.")
ledger_cli = typer.Typer(no_args_is_help=True, help="The ledger of privileged actions.")


def _refuse(mistake: Exception) -> typer.Exit:
    typer.echo(str(mistake), err=True)
    return typer.Exit(2)


@members_cli.command("template")
def template(
    commune: CommuneOption, out: Annotated[Path, typer.Option("--out", help="file to write")] = Path("chuc-danh.xlsx")
) -> None:
    """Write the Excel file in which the posts are to be filled in."""
    from bot.inviting import CannotInvite
    from bot.members import template as write

    try:
        write(configured(), commune, out)
    except CannotInvite as mistake:
        raise _refuse(mistake) from None
    typer.echo(str(out))


@members_cli.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="the Excel file")],
    commune: CommuneOption,
    out: Annotated[Path, typer.Option("--out", help="folder for the sheet with the codes")] = Path(),
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="invite to the good rows although some are bad")] = False,
) -> None:
    """Invite to every post of the file that nobody holds yet; every bad row is named and then nothing is stored."""
    from bot.inviting import CannotInvite
    from bot.members import import_posts
    from bot.serve import system_now

    work = import_posts(configured(), commune, file, out, system_now(), skip_bad=skip_bad)
    try:
        done = asyncio.run(work)
    except CannotInvite as mistake:
        raise _refuse(mistake) from None
    for problem in done.problems:
        typer.echo(problem, err=True)
    typer.echo(f"{len(done.invited)} invited, {len(done.joined)} already joined, {len(done.problems)} problems")
    if done.path is not None:
        typer.echo(str(done.path))
    if done.problems and not skip_bad:
        raise typer.Exit(1)


@members_cli.command("list")
def list_(commune: CommuneOption, as_json: JsonOption = False) -> None:
    """Print the posts, whether somebody has joined and over which channels; no personal data."""
    from bot.inviting import CannotInvite
    from bot.members import listing

    try:
        typer.echo(asyncio.run(listing(configured(), commune, as_json=as_json)))
    except CannotInvite as mistake:
        raise _refuse(mistake) from None


@members_cli.command("remove")
def remove(member: Annotated[str, typer.Argument(help="id from `members list`")], commune: CommuneOption) -> None:
    """End a post; what its holder had in hand goes to the next one."""
    from bot.inviting import CannotInvite
    from bot.members import remove as end
    from bot.serve import system_now

    try:
        typer.echo(asyncio.run(end(configured(), commune, member, system_now())))
    except CannotInvite as mistake:
        raise _refuse(mistake) from None


@ledger_cli.command("verify")
def verify(commune: CommuneOption, as_json: JsonOption = False) -> None:
    """Check the chain of hashes; exit 1 and name the first broken row when it was tampered with."""
    from bot.audit import verify as walk

    whole, said = asyncio.run(walk(configured(), commune, as_json=as_json))
    typer.echo(said)
    raise typer.Exit(0 if whole else 1)
