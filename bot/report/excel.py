"""Số liệu báo cáo bằng Excel: typed numbers and times behind the Word report, one sheet a kind."""

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # no stubs
from xlsxwriter.format import Format  # type: ignore[import-untyped]  # no stubs
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # no stubs

from bot.report.form import Draft, Reader, spans
from bot.report.word import COUNTS, sum_of
from content.dates import HOME
from content.figure_text import PERCENT, round_actual, round_share, show_target
from handlers.report_data import IndicatorLine, ServiceFigure, Verdict

FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
HEAD_ROW = 6  # counted from 0; what is above is the heading
LINE = 17.0  # points: Vietnamese letters are tall
A4 = 9
MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is whole in the cell and shown with so many decimals."""

    value: Decimal
    decimals: int


Cell = int | str | Decimal | Figure | datetime | None

_UNIT_WIDTHS = (5, 9, 40, 26, 9, 10, 12, 11, 10, 10, 10, 12, 16, 9)
_INDICATOR_WIDTHS = (5, 9, 50, 9, 10, 12, 11, 10, 10, 10, 12, 16, 9)
_PUBLIC_WIDTHS = (5, 9, 50, 9, 10, 12, 11, 10, 10, 12, 18)
_TOTAL_WIDTHS = (40, 12, 12, 12, 12, 16, 14)
_FILING_WIDTHS = (5, 30, 9, 44, 20, 20, 18, 34)
_SERVICE_WIDTHS = (5, 26, 50, 14, 14, 12, 12)
_CORRECTION_WIDTHS = (5, 30, 9, 44, 20, 40, 20)


@dataclass(frozen=True, slots=True)
class _Styles:
    """The looks of the cells."""

    office: Format
    title: Format
    middle: Format
    head: Format
    text: Format
    count: Format
    numbers: tuple[Format, ...]
    instant: Format


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet: its name, columns, widths and rows."""

    name: str
    columns: Sequence[str]
    widths: Sequence[float]
    rows: list[list[Cell]]


def write_workbook(draft: Draft, reader: Reader) -> bytes:
    """Return the figures as an .xlsx file. Which unit was late or low, and what was typed, is for leaders only."""
    out = io.BytesIO()
    # Texts are texts: what looks like a formula or a link must not become one.
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    words = draft.words
    subject = {"office": words.subject, "leaders": words.leaders_subject, "public": words.public_subject}[reader]
    title = subject.format(period=draft.period, commune=draft.profile.name)
    note = words.leaders_note if reader == "leaders" else ""
    with Workbook(out, safe) as book:
        # The time in the file's properties is part of it: the same report drawn up again is the same file.
        created = draft.data.drawn_up.replace(tzinfo=None, microsecond=0)
        book.set_properties({"title": title, "author": draft.profile.authority, "created": created})
        styles = _styles(book)
        for sheet in _sheets(draft, reader):
            _write_sheet(book.add_worksheet(sheet.name), sheet, styles, draft, (title, note))
    return out.getvalue()


def _sheets(draft: Draft, reader: Reader) -> Iterable[_Sheet]:
    words, data = draft.words.excel, draft.data
    if reader == "leaders":
        yield _Sheet(words.by_unit, words.filing_columns, _FILING_WIDTHS, _filing_rows(draft))
        rows = [_unit_row(number, line, draft, line.verdict) for number, line in enumerate(data.indicators, 1)]
        yield _Sheet(words.indicators, words.unit_columns, _UNIT_WIDTHS, rows)
        yield _Sheet(words.corrections, words.correction_columns, _CORRECTION_WIDTHS, _correction_rows(draft))
        return
    rows = [_indicator_row(number, line, draft) for number, line in enumerate(data.of_commune, 1)]
    if reader == "public":
        rows = [[*row[:9], *row[10:12]] for row in rows]
        yield _Sheet(words.indicators, words.public_columns, _PUBLIC_WIDTHS, rows)
    else:
        yield _Sheet(words.indicators, words.indicator_columns, _INDICATOR_WIDTHS, rows)
        yield _Sheet(words.filings, draft.words.tables.filing_sum_columns, _TOTAL_WIDTHS, _total_rows(draft))
    yield _Sheet(words.service, words.service_columns, _SERVICE_WIDTHS, _service_rows(draft))


def _unit_row(number: int, line: IndicatorLine, draft: Draft, verdict: Verdict) -> list[Cell]:
    year = draft.data.period.year
    return [
        number,
        line.indicator.id,
        line.indicator.title,
        "; ".join(line.unit_names),
        _comparator(line, year),
        None if line.target is None else _as_shown(line.target, line.target),
        line.indicator.unit,
        None if line.actual is None else _as_shown(line.actual, round_actual(line.actual, line.indicator, year)),
        line.numerator,
        line.denominator,
        None if line.previous is None else _as_shown(line.previous, round_actual(line.previous, line.indicator, year)),
        None if line.share is None else _as_shown(line.share, round_share(line.share)),
        getattr(draft.words.verdicts, verdict),
        draft.words.excel.yes if line.from_service else None,
    ]


def _comparator(line: IndicatorLine, year: int) -> str | None:
    """Return the sign, or the whole range: the column of the target holds its lower end, a number to calculate with."""
    if line.target is None:
        return None
    ranged = line.indicator.upper(year) is not None
    return show_target(line.indicator, year) if ranged else line.indicator.comparator or "≥"


def _as_shown(value: Decimal, shown: Decimal) -> Figure:
    return Figure(value, min(MOST_DECIMALS, max(0, -int(shown.as_tuple().exponent))))


def _indicator_row(number: int, line: IndicatorLine, draft: Draft) -> list[Cell]:
    """Return a row without its unit, and without telling what is below 70 % from what is missed."""
    row = _unit_row(number, line, draft, "missed" if line.verdict == "below" else line.verdict)
    return [*row[:3], *row[4:]]


def _total_rows(draft: Draft) -> list[list[Cell]]:
    words, units = draft.words.tables, draft.data.units
    own, partners = [one for one in units if not one.polite], [one for one in units if one.polite]
    groups = [(words.own_units, own), (words.partners, partners)]
    return [[name, *(sum_of(group, count) for count in COUNTS)] for name, group in groups if group]


def _filing_rows(draft: Draft) -> list[list[Cell]]:
    outcomes = draft.words.outcomes
    return [
        [
            number,
            one.unit_name,
            one.obligation,
            one.title,
            one.due,
            one.sent,
            getattr(outcomes, one.outcome),
            one.reason,
        ]
        for number, one in enumerate(draft.data.filings, 1)
    ]


def _service_rows(draft: Draft) -> list[list[Cell]]:
    groups = draft.words.groups
    return [
        [number, getattr(groups, one.group), one.label, _counted(one), one.unit, one.numerator, one.denominator]
        for number, one in enumerate(draft.data.service, 1)
    ]


def _counted(figure: ServiceFigure) -> Cell:
    if figure.value is None or not figure.unit.startswith(PERCENT):
        return figure.value
    return _as_shown(figure.value, round_share(figure.value))


def _correction_rows(draft: Draft) -> list[list[Cell]]:
    return [
        [number, one.unit_name, one.obligation, one.title, one.sent, one.reason, one.settled]
        for number, one in enumerate(draft.data.corrections, 1)
    ]


def _styles(book: Workbook) -> _Styles:
    boxed = {**FONT, "border": 1}
    return _Styles(
        office=book.add_format({**FONT, "bold": True}),
        title=book.add_format({**FONT, "bold": True, "font_size": 14, "align": "center", "text_wrap": True}),
        middle=book.add_format({**FONT, "italic": True, "align": "center", "text_wrap": True}),
        head=book.add_format({**boxed, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#E7EEEE"}),
        text=book.add_format({**boxed, "text_wrap": True, "indent": 1}),
        count=book.add_format({**boxed, "align": "center", "num_format": "#,##0"}),
        # A comma or a point is shown as the reader's own settings have it; the number itself is whole.
        numbers=tuple(
            book.add_format(
                {**boxed, "align": "center", "num_format": "#,##0" + ("." + "0" * places if places else "")}
            )
            for places in range(MOST_DECIMALS + 1)
        ),
        instant=book.add_format({**boxed, "align": "center", "num_format": "dd/mm/yyyy hh:mm:ss"}),
    )


def _write_sheet(sheet: Worksheet, wanted: _Sheet, styles: _Styles, draft: Draft, said: tuple[str, str]) -> None:
    """Write a sheet; `said` are its title and a note on who may read it."""
    (title, note), words, last = said, draft.words, len(wanted.columns) - 1
    sheet.write_string(0, 0, draft.profile.authority.upper(), styles.office)
    sheet.write_string(1, 0, words.draft, styles.office)
    sheet.merge_range(2, 0, 2, last, title, styles.title)
    sheet.merge_range(3, 0, 3, last, " ".join(spans(draft)), styles.middle)
    if draft.example:
        sheet.merge_range(4, 0, 4, last, words.example, styles.middle)
    if note:
        sheet.merge_range(5, 0, 5, last, note, styles.middle)
    sheet.set_row(2, LINE * 2.6)
    sheet.set_row(3, LINE * 2)
    for column, (name, width) in enumerate(zip(wanted.columns, wanted.widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(HEAD_ROW, column, name, styles.head)
    sheet.set_row(HEAD_ROW, LINE * 2.4)
    for below, row in enumerate(wanted.rows, HEAD_ROW + 1):
        sheet.set_row(below, _height(row, wanted.widths))
        for column, value in enumerate(row):
            _write(sheet, styles, below, column, value)
    if wanted.rows:
        sheet.autofilter(HEAD_ROW, 0, HEAD_ROW + len(wanted.rows), last)
    else:
        sheet.merge_range(HEAD_ROW + 1, 0, HEAD_ROW + 1, last, words.excel.empty, styles.text)
    _paper(sheet, words.excel.page)


def _height(row: Sequence[Cell], widths: Sequence[float]) -> float:
    """Return the height at which the longest text of a row is seen whole; not every program finds it by itself."""
    # A cell is drawn in by about two letters.
    lines = (
        math.ceil(len(text) / (width - 2)) for text, width in zip(row, widths, strict=True) if isinstance(text, str)
    )
    return LINE * max(1, *lines)


def _write(sheet: Worksheet, styles: _Styles, row: int, column: int, value: Cell) -> None:
    if isinstance(value, datetime):
        local = value.astimezone(HOME).replace(tzinfo=None, microsecond=0)
        sheet.write_datetime(row, column, local, styles.instant)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, styles.count)
    elif isinstance(value, Figure):
        sheet.write_number(row, column, float(value.value), styles.numbers[value.decimals])
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, float(value), styles.numbers[value != value.to_integral_value()])
    elif value:
        sheet.write_string(row, column, value, styles.text)
    else:
        sheet.write_blank(row, column, None, styles.text)


def _paper(sheet: Worksheet, name: str) -> None:
    """Set up A4 across, one page wide, with the head on every page and page numbers."""
    sheet.freeze_panes(HEAD_ROW + 1, 3)
    sheet.repeat_rows(HEAD_ROW)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.7)
    sheet.set_footer(f"&C{name} &P/&N")
