"""Tệp chức danh: the Excel file in which a commune lists its posts, read row by row with every mistake named."""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from xlsxwriter import Workbook  # type: ignore[import-untyped]  # no stubs

from content.library import Library
from content.phrases import MAIN_LANGUAGE
from handlers.person_names import looks_like_a_person
from handlers.posts import ROLES, suits
from handlers.words import clean, masked, plain

COLUMNS: Mapping[str, str] = MappingProxyType(
    {"unit": "members.unit", "name": "members.name", "role": "members.role", "note": "members.note"}
)
NEEDED = ("unit", "name", "role")
MOST_ROWS = 2_000
MOST_BYTES = 5_000_000
LONGEST_NAME = 100  # characters
HEAD_WITHIN = 10  # rows in which the column names are looked for: staff put a title above them


class BadFile(Exception):
    """The file cannot be read at all; the message says why and what is needed."""


@dataclass(frozen=True, slots=True)
class Post:
    """One row: the post as it is stored, and the remark, which is only printed on the sheet."""

    line: int
    unit: str
    role: str
    name: str
    note: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """By which a post is the same one in a file, an invitation and a member."""
        return self.unit, self.role, self.name


def read_posts(path: Path, library: Library, slug: str) -> tuple[list[Post], list[str]]:
    """Return the good rows and the mistakes as "file:row: what is wrong – what is needed". Raises BadFile."""
    say = library.speak(MAIN_LANGUAGE).plain
    rows = _cells(path, library)
    head, columns = _head(rows)
    lacking = [say(COLUMNS[name]) for name in NEEDED if name not in columns] if head else []
    if head == 0 or lacking:
        needed = ", ".join(say(key) for key in COLUMNS.values())
        raise BadFile(say("members.no_columns", file=path.name, needed=needed))
    reader = _Reader(library, slug, path.name, columns)
    for line, row in enumerate(rows[head:], head + 1):
        if any(row):
            reader.read(line, row)
    if not reader.posts and not reader.problems:
        raise BadFile(say("members.empty", file=path.name))
    return reader.posts, reader.problems


def _cells(path: Path, library: Library) -> list[tuple[str, ...]]:
    say = library.speak(MAIN_LANGUAGE).plain
    if path.stat().st_size > MOST_BYTES:
        raise BadFile(say("members.too_big", file=path.name, most=MOST_BYTES // 1_000_000))
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = [tuple(_text(cell) for cell in row) for row in sheet.iter_rows(max_row=MOST_ROWS + 1, values_only=True)]
        book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, IndexError, ValueError, EOFError) as error:
        raise BadFile(say("members.not_excel", file=path.name)) from error
    if len(rows) > MOST_ROWS:
        raise BadFile(say("members.too_long", file=path.name, most=MOST_ROWS))
    return rows


def _text(cell: object) -> str:
    return "" if cell is None else " ".join(clean(str(cell)).split())


def _head(rows: list[tuple[str, ...]]) -> tuple[int, dict[str, int]]:
    """Return the number of the row with the names of the columns, 0 when there is none, and where each column is."""
    for line, row in enumerate(rows[:HEAD_WITHIN], 1):
        found: dict[str, int] = {}
        for place, cell in enumerate(row):
            name = next((name for name, words in _SPOKEN.items() if plain(cell) in words), None)
            if name is not None:
                found.setdefault(name, place)
        if "unit" in found and "name" in found:
            return line, found
    return 0, {}


# As `handlers.words.plain` folds them: staff write headings with and without marks.
_SPOKEN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "unit": frozenset({"don vi", "unit"}),
        "name": frozenset({"chuc danh", "post"}),
        "role": frozenset({"vai tro", "role"}),
        "note": frozenset({"ghi chu", "note"}),
    }
)


class _Reader:
    """Reads the rows one after the other and remembers what was already there."""

    def __init__(self, library: Library, slug: str, file: str, columns: Mapping[str, int]) -> None:
        self._phrases = library.speak(MAIN_LANGUAGE)
        self._say = self._phrases.plain
        self._file, self._columns = file, columns
        self._profile = library.communes[slug].profile
        units = self._profile.units
        self._units = {plain(word): unit.id for unit in units for word in (unit.name, unit.id)}
        self._unit_names = ", ".join(unit.id for unit in units)
        self._roles = {plain(word): role for role, key in ROLES.items() for word in (role, self._say(key))}
        self._role_names = ", ".join(self._say(key) for key in ROLES.values())
        self._lines: dict[tuple[str, str, str], int] = {}
        self.posts: list[Post] = []
        self.problems: list[str] = []

    def read(self, line: int, row: tuple[str, ...]) -> None:
        """Read one row: a post, or all that is wrong with it."""
        cells = {name: row[place] if place < len(row) else "" for name, place in self._columns.items()}
        unit, role = self._units.get(plain(cells["unit"])), self._roles.get(plain(cells["role"]))
        wrong = list(self._wrong(cells, unit, role))
        if not wrong and unit is not None and role is not None:
            post = Post(line, unit, role, cells["name"], cells.get("note", ""))
            first = self._lines.setdefault(post.key, line)
            if first == line:
                self.posts.append(post)
                return
            wrong = [self._say("members.twice", name=post.name, line=first)]
        self.problems += [f"{self._file}:{line}: {one}" for one in wrong]

    def _wrong(self, cells: Mapping[str, str], unit: str | None, role: str | None) -> Iterator[str]:
        if unit is None:
            key = "members.bad_unit" if cells["unit"] else "members.no_unit"
            yield self._say(key, unit=cells["unit"], known=self._unit_names)
        if role is None:
            key = "members.bad_role" if cells["role"] else "members.no_role"
            yield self._say(key, role=cells["role"], known=self._role_names)
        if unit is not None and role is not None and not suits(self._profile, unit, role):
            yield self._say("staff.partner_role", unit=cells["unit"], role=cells["role"])
        if not cells["name"]:
            yield self._say("members.no_name")
        elif not any(sign.isalpha() for sign in cells["name"]):
            yield self._say("members.no_letter", name=cells["name"])
        elif len(cells["name"]) > LONGEST_NAME:
            yield self._say("members.long_name", most=LONGEST_NAME)
        elif masked(cells["name"]) != cells["name"]:
            yield self._say("members.number_in_name")
        elif looks_like_a_person(cells["name"], self._phrases):
            yield self._say("members.person_in_name", name=cells["name"])


def write_template(path: Path, library: Library, slug: str) -> None:
    """Write an empty file with the columns, the units and roles to choose from, and one example to write over."""
    say = library.speak(MAIN_LANGUAGE).plain
    units = library.communes[slug].profile.units
    path.parent.mkdir(parents=True, exist_ok=True)
    with Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#D9ECEC", "border": 1})
        sheet, known = book.add_worksheet(say("members.sheet")), book.add_worksheet(say("members.sheet_known"))
        for column, (key, width) in enumerate(zip(COLUMNS.values(), (42, 48, 22, 40), strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, say(key), bold)
        for row, (name, identity) in enumerate((unit.name, unit.id) for unit in units):
            known.write_row(row, 0, (name, identity))
        for row, (role, key) in enumerate(ROLES.items()):
            known.write_row(row, 2, (say(key), role))
        known.set_column(0, 3, 36)
        title = say("members.sheet_known")
        sheet.data_validation(1, 0, MOST_ROWS, 0, _one_of(title, "A", len(units)))
        sheet.data_validation(1, 2, MOST_ROWS, 2, _one_of(title, "C", len(ROLES)))
        sheet.freeze_panes(1, 0)


def _one_of(sheet: str, column: str, count: int) -> dict[str, str]:
    return {"validate": "list", "source": f"='{sheet}'!${column}$1:${column}${count}"}
