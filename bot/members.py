"""`python -m bot members`: a commune's posts from an Excel file, who has joined, and ending a post."""

import json
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # no stubs

from bot.channels.telegram_name import bot_name
from bot.command_data import writing
from bot.inviting import VALID, CannotInvite, Links, links_of
from bot.post_file import BadFile, Post, read_posts, write_template
from bot.settings import Settings
from content.dates import HOME
from content.library import Library, load
from content.phrases import MAIN_LANGUAGE
from handlers.errand import Errand
from handlers.my_post import new_code
from handlers.posts import ROLES, unit_name
from handlers.vacating import vacate
from storage.ledger import Entry

A4 = 9
HEAD_ROW = 3
WIDTHS = (6, 34, 38, 18, 19, 40, 15, 24)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. With `problems` and no `path` nothing was stored at all."""

    problems: list[str]
    invited: list[Post]
    joined: list[Post]
    path: Path | None


def content_of(settings: Settings, slug: str) -> Library:
    """Return the content. Raises CannotInvite when there is no such commune."""
    library = load(settings.content)
    if slug not in library.communes:
        known = ", ".join(library.communes)
        raise CannotInvite(library.speak(MAIN_LANGUAGE).plain("staff.invite_no_commune", commune=slug, known=known))
    return library


def template(settings: Settings, slug: str, path: Path) -> None:
    """Write the file that is to be filled in."""
    write_template(path, content_of(settings, slug), slug)


async def import_posts(
    settings: Settings, slug: str, file: Path, out: Path, now: datetime, *, skip_bad: bool = False
) -> Imported:
    """Invite to every post of a file that nobody holds yet, and write the sheet to hand out.

    One bad row and nothing is stored, unless `skip_bad`. A post that somebody holds stays as it is; one that was only
    offered gets a new code and the old one opens nothing any more. Raises CannotInvite when the file cannot be read.
    """
    library = content_of(settings, slug)
    try:
        posts, problems = read_posts(file, library, slug)
    except BadFile as mistake:
        raise CannotInvite(str(mistake)) from mistake
    if problems and not skip_bad:
        return Imported(problems, [], [], None)
    name = await bot_name(settings.telegram.get(slug))
    path = out / f"ma-moi-{slug}-{now.astimezone(HOME):%Y%m%d-%H%M}.xlsx"
    async with writing(settings, first=True) as store:
        held = {(one.member.unit, one.member.role, one.member.name) for one in await store.members.holding(slug)}
        free = [post for post in posts if post.key not in held]
        handed: list[tuple[Post, Links]] = []
        for post in free:
            code = new_code()
            store.members.revoke(slug, *post.key)
            store.members.invite(code, slug, *post.key, now + VALID)
            handed.append((post, links_of(settings, slug, code, name)))
        if free:
            await store.ledger.append(Entry(slug, now, "invited", f"commune/{slug}", detail={"posts": str(len(free))}))
            write_sheet(path, library, slug, handed, now)  # before the commit: no codes without their sheet
    joined = [post for post in posts if post.key in held]
    return Imported(problems, free, joined, path if free else None)


def write_sheet(path: Path, library: Library, slug: str, handed: list[tuple[Post, Links]], now: datetime) -> None:
    """Write the printable sheet with codes and QR codes; only its owner may read the file."""
    say, commune = library.speak(MAIN_LANGUAGE).plain, library.communes[slug]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(say("members.sheet_codes"))
        bold, cell = (
            book.add_format({"bold": on, "text_wrap": True, "valign": "vcenter", "border": 1}) for on in (1, 0)
        )
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROW)
        until = f"{(now + VALID).astimezone(HOME):%H:%M %d/%m/%Y}"
        sheet.write_string(
            0, 0, say("members.sheet_title", commune=commune.profile.title), book.add_format({"bold": 1})
        )
        sheet.write_string(1, 0, say("members.sheet_until", until=until))
        for column, (key, width) in enumerate(zip(_HEAD, WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(HEAD_ROW, column, say(key), bold)
        for number, (post, links) in enumerate(handed, 1):
            role = say(ROLES[post.role])
            row = (str(number), unit_name(commune, post.unit), post.name, role, links.code, links.best, "", post.note)
            for column, text in enumerate(row):
                sheet.write_string(HEAD_ROW + number, column, text, cell)
            sheet.set_row(HEAD_ROW + number, 84)
            sheet.insert_image(
                HEAD_ROW + number, 6, "qr.png", {"image_data": BytesIO(links.picture(3)), "x_offset": 3, "y_offset": 3}
            )


_HEAD = (
    *("members.number", "members.unit", "members.name", "members.role"),
    *("members.code", "members.link", "members.qr", "members.note"),
)


async def listing(settings: Settings, slug: str, *, as_json: bool) -> str:
    """Return the posts, whether each is held and over which channels; no names, numbers or addresses of people."""
    library = content_of(settings, slug)
    commune, say = library.communes[slug], library.speak(MAIN_LANGUAGE).plain
    async with writing(settings) as store:
        holding, invited = await store.members.holding(slug), await store.members.invited(slug)
    rows: dict[str, dict[str, object]] = {}
    for one in holding:
        member = one.member
        row = rows.setdefault(
            member.id, {"id": member.id, "unit": member.unit, "role": member.role, "name": member.name, "joined": True}
        )
        channels = row.setdefault("channels", [])
        assert isinstance(channels, list)
        channels.append(one.channel)
    held = {(row["unit"], row["role"], row["name"]) for row in rows.values()}
    open_ = [one for one in invited if (one.unit, one.role, one.name) not in held]
    every = [
        *rows.values(),
        *(
            {"id": "", "unit": one.unit, "role": one.role, "name": one.name, "joined": False, "channels": []}
            for one in open_
        ),
    ]
    if as_json:
        return "\n".join(json.dumps(row, ensure_ascii=False) for row in every)
    lines = [say("members.counted", joined=len(rows), open=len(open_))]
    for row in every:
        channels = row["channels"]
        assert isinstance(channels, list)
        state = ", ".join(channels) if row["joined"] else say("members.not_joined")
        lines.append(f"{row['id'] or '–'}  {unit_name(commune, str(row['unit']))} · {row['name']} · {state}")
    return "\n".join(lines)


async def remove(settings: Settings, slug: str, member: str, now: datetime) -> str:
    """End a post; what its holder had in hand goes to the next one. Return what to print. Raises CannotInvite."""
    library = content_of(settings, slug)
    say = library.speak(MAIN_LANGUAGE).plain
    async with writing(settings) as store:
        found = next((one.member for one in await store.members.holding(slug) if one.member.id == member), None)
        if found is None:
            raise CannotInvite(say("members.unknown", member=member))
        errand = Errand(library, now, store, new_code, settings.public_url, frozenset({"web"}))
        await vacate(errand, found, "removed")
    return say("members.removed", name=found.name, unit=unit_name(library.communes[slug], found.unit))
