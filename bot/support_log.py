"""Sổ hỗ trợ tháng: the visits of a month as an Excel file to be printed and signed. No names, no phone numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # no stubs
from xlsxwriter.format import Format  # type: ignore[import-untyped]  # no stubs
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # no stubs

from bot.figures import Noted, read
from bot.settings import Settings
from content.dates import HOME, last_of_month, local_day, show_day
from content.phrases import Phrases
from handlers.booked import place_name
from handlers.closing import OPERATED
from handlers.figure_words import heading, kind_name, lines_of, reason_name, topic_name
from handlers.figures import CAME, NO_REASON, count
from storage.bookings import Visit

FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
WIDTHS = (5, 11, 8, 8, 8, 8, 26, 17, 28, 12, 18, 18, 9)
FIGURE_WIDTHS = (62, 46)
LINE = 15.5  # points
HEAD_ROW = 6  # counted from 0; what is above is the heading
A4 = 9
Cell = int | str | date | time | None


@dataclass(frozen=True)
class Styles:
    """The looks of the cells."""

    office: Format
    title: Format
    middle: Format
    signed: Format
    note: Format
    head: Format
    text: Format
    centred: Format
    day: Format
    clock: Format
    group: Format


async def write_support_log(settings: Settings, slug: str, month: date, out: Path, now: datetime) -> Path:
    """Write the log of the month that begins on `month` into a folder; return the file."""
    last = last_of_month(month)
    noted = await read(settings, slug, month, last)
    path = out / f"so-ho-tro-{slug}-{month:%Y-%m}.xlsx"
    build(noted, month, last, path, now)
    return path


def build(noted: Noted, first: date, last: date, path: Path, now: datetime) -> None:
    """Write the workbook: the log and, on a second sheet, the month's figures."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Texts are texts: what looks like a formula or a link must not become one.
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(path, safe) as book:
        # The time in the file's properties is part of it: the same month drawn up again is the same file.
        book.set_properties({"title": noted.phrases.plain("log.title"), "created": now.replace(tzinfo=None)})
        styles = _styles(book)
        _log(book.add_worksheet(noted.phrases.plain("log.sheet")), styles, noted, first, now)
        sheet = book.add_worksheet(noted.phrases.plain("log.sheet_figures"))
        _figures(sheet, styles, noted, (first, last), now)


def rows_of(noted: Noted) -> list[list[Cell]]:
    """Return one row a visit, by day and time; who did not come is only in the figures."""
    came = [visit for visit in noted.visits if visit.state in CAME]
    came.sort(key=lambda visit: (visit.day, visit.arrived_at or visit.start, visit.start))
    return [_row(number, visit, noted) for number, visit in enumerate(came, 1)]


def _row(number: int, visit: Visit, noted: Noted) -> list[Cell]:
    say, commune = noted.phrases.plain, noted.commune
    operated = visit.operated if visit.operated in OPERATED else "unknown"
    return [
        number,
        visit.day,
        None if visit.walk_in else _clock(visit.start),
        _clock(visit.arrived_at),
        _clock(visit.called_at),
        _clock(visit.closed_at),
        place_name(commune, visit.place),
        kind_name(visit.kind, noted.phrases),
        topic_name(visit.topic, commune, noted.phrases) if visit.topic else "",
        say("log.walk_in" if visit.walk_in else "log.booked"),
        say(f"log.operated.{operated}"),
        reason_name(visit.reason or NO_REASON, noted.phrases) if operated == "typed" else "",
        say("log.yes") if visit.needs_help else "",
    ]


def _clock(instant: datetime | None) -> time | None:
    return instant.astimezone(HOME).time().replace(second=0, microsecond=0) if instant else None


def _styles(book: Workbook) -> Styles:
    boxed = {**FONT, "border": 1}
    return Styles(
        office=book.add_format({**FONT, "bold": True}),
        title=book.add_format({**FONT, "bold": True, "font_size": 15, "align": "center"}),
        middle=book.add_format({**FONT, "font_size": 12, "align": "center"}),
        signed=book.add_format({**FONT, "font_size": 12, "bold": True, "align": "center"}),
        note=book.add_format({**FONT, "italic": True}),
        head=book.add_format({**boxed, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#D9ECEC"}),
        text=book.add_format({**boxed, "text_wrap": True, "indent": 1}),
        centred=book.add_format({**boxed, "align": "center"}),
        day=book.add_format({**boxed, "align": "center", "num_format": "dd/mm/yyyy"}),
        clock=book.add_format({**boxed, "align": "center", "num_format": "hh:mm"}),
        group=book.add_format({**boxed, "bold": True, "bg_color": "#D9ECEC"}),
    )


def _log(sheet: Worksheet, styles: Styles, noted: Noted, month: date, now: datetime) -> None:
    say, last = noted.phrases.plain, len(WIDTHS) - 1
    _heading(sheet, styles, noted, last, [say("log.title"), say("log.month", month=month.month, year=month.year)], now)
    for column, (name, width) in enumerate(zip(noted.phrases.words_in_order("log.columns"), WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(HEAD_ROW, column, name, styles.head)
    sheet.set_row(HEAD_ROW, 48)
    sheet.freeze_panes(HEAD_ROW + 1, 0)
    sheet.repeat_rows(HEAD_ROW)
    rows = rows_of(noted)
    for below, row in enumerate(rows, HEAD_ROW + 1):
        sheet.set_row(below, _height(row, WIDTHS))
        for column, value in enumerate(row):
            _write(sheet, styles, below, column, value)
    end = HEAD_ROW + len(rows)
    if rows:
        sheet.autofilter(HEAD_ROW, 0, end, last)
        sheet.write_string(end + 1, 0, say("log.total", count=len(rows)), styles.office)
    else:
        end += 1
        sheet.merge_range(end, 0, end, last, say("log.empty"), styles.centred)
    _signatures(sheet, styles, noted.phrases, end + 3)
    _paper(sheet, noted.phrases, landscape=True)


def _height(row: Sequence[Cell], widths: Sequence[int]) -> float:
    """Return the height at which the longest text of a row is seen whole; not every program finds it by itself."""
    lines = (math.ceil(len(text) / width) for text, width in zip(row, widths, strict=True) if isinstance(text, str))
    return LINE * max(1, *lines)


def _write(sheet: Worksheet, styles: Styles, row: int, column: int, value: Cell) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, styles.day)
    elif isinstance(value, time):
        sheet.write_datetime(row, column, value, styles.clock)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, styles.centred)
    elif value:
        sheet.write_string(row, column, value, styles.text)
    else:
        sheet.write_blank(row, column, None, styles.text)


def _heading(sheet: Worksheet, styles: Styles, noted: Noted, last: int, titles: Sequence[str], now: datetime) -> None:
    """Write office, centre, title, what it is of and the day it was drawn up: rows 1 to 5."""
    profile = noted.commune.profile
    drawn_up = noted.phrases.plain("log.drawn_up", day=show_day(local_day(now), noted.phrases.language))
    sheet.write_string(0, 0, profile.authority.upper(), styles.office)
    sheet.write_string(1, 0, profile.centre.name, styles.office)
    sheet.merge_range(2, 0, 2, last, titles[0], styles.title)
    sheet.merge_range(3, 0, 3, last, titles[1], styles.middle)
    sheet.merge_range(4, 0, 4, last, drawn_up, styles.middle)
    sheet.set_row(2, 24)


def _signatures(sheet: Worksheet, styles: Styles, phrases: Phrases, row: int) -> None:
    sheet.write_string(row - 1, 0, phrases.plain("log.privacy"), styles.note)
    for first, last, key in ((1, 5, "log.made_by"), (8, 11, "log.approved_by")):
        sheet.merge_range(row + 1, first, row + 1, last, phrases.plain(key), styles.signed)
        sheet.merge_range(row + 2, first, row + 2, last, phrases.plain("log.signature"), styles.middle)


def _figures(sheet: Worksheet, styles: Styles, noted: Noted, span: tuple[date, date], now: datetime) -> None:
    first, last = span
    figures = count(noted.commune, noted.visits, noted.held, first, last, local_day(now))
    titles = [noted.phrases.plain("figures.title"), heading(figures, noted.commune, noted.phrases)]
    _heading(sheet, styles, noted, 1, titles, now)
    for column, width in enumerate(FIGURE_WIDTHS):
        sheet.set_column(column, column, width)
    for row, (label, value) in enumerate(lines_of(figures, noted.commune, noted.phrases), HEAD_ROW):
        sheet.set_row(row, _height((label, value), FIGURE_WIDTHS))
        sheet.write_string(row, 0, label, styles.text if value else styles.group)
        sheet.write_string(row, 1, value, styles.text if value else styles.group)
    _paper(sheet, noted.phrases, landscape=False)


def _paper(sheet: Worksheet, phrases: Phrases, *, landscape: bool) -> None:
    """Set up A4, one page wide, with page numbers."""
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.7)
    sheet.set_footer(f"&C{phrases.plain('log.page')} &P/&N")
