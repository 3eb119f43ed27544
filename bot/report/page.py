"""Trang văn bản: the pieces of a Word document laid out after Nghị định 30/2020/NĐ-CP, Phụ lục I.

Sizes are in millimetres and points. Everything is Times New Roman; nothing here knows what a report says.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from bot.report.charts import Picture

FONT = "Times New Roman"
BODY, SMALL, TABLE, HEAD, RECIPIENTS = 14, 13, 12, 11, 11
PAPER = (210, 297)
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 20
TEXT_WIDTH = PAPER[0] - LEFT - RIGHT
HEADER_DISTANCE = 10
FIRST_LINE = 10
CELL_MARGIN = 1.2
SHORT = 10  # rows: a table of so few is not broken across pages
AFTER = 6  # points between paragraphs, the least the decree allows

Side = Literal["left", "centre", "right", "both"]
_ALIGNMENT = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "centre": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
_HEADINGS = ((1, BODY, False), (2, BODY, False))
_THEME_FONTS = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")


def new_document(title: str, author: str, created: datetime) -> Document:
    """Return an empty document: A4, margins, fonts, page number in the top margin from the second page on."""
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = map(Mm, PAPER)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = section.footer_distance = Mm(HEADER_DISTANCE)
    section.different_first_page_header_footer = True
    _styles(document)
    _page_number(section.header.paragraphs[0])
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, author, ""
    properties.last_modified_by, properties.language = author, "vi-VN"
    properties.created = properties.modified = created.replace(microsecond=0, tzinfo=None)
    return document


def _styles(document: Document) -> None:
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _set_font(normal, BODY, bold=False)
    normal.paragraph_format.space_after = Pt(AFTER)
    normal.paragraph_format.line_spacing = 1.0
    normal.paragraph_format.widow_control = True
    for level, size, italic in _HEADINGS:
        style = document.styles[f"Heading {level}"]
        assert isinstance(style, ParagraphStyle)
        _set_font(style, size, bold=True)
        style.font.italic = italic
        style.paragraph_format.space_before = Pt(AFTER)
        style.paragraph_format.space_after = Pt(AFTER)
        style.paragraph_format.first_line_indent = Mm(FIRST_LINE)
        style.paragraph_format.keep_with_next = True
    # The language of all text, so that a Vietnamese spelling checker reads it.
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "vi-VN")


def _set_font(style: ParagraphStyle, size: int, *, bold: bool) -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)
    for name in _THEME_FONTS:  # a theme's font would win over the one that is named
        fonts.attrib.pop(qn(f"w:{name}"), None)


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    run.font.size = Pt(SMALL)
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("shown", "2"), ("end", "")):
        if kind == "shown":
            run.add_text(text)
        elif text:
            code = _element("w:instrText", {"xml:space": "preserve"})
            code.text = text
            run._r.append(code)
        else:
            run._r.append(_element("w:fldChar", {"w:fldCharType": kind}))


def _element(tag: str, attributes: dict[str, str]) -> BaseOxmlElement:
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(name), value)
    return made


def write(
    paragraph: Paragraph,
    text: str,
    *,
    size: float | None = None,
    bold: bool = False,
    italic: bool = False,
    side: Side | None = None,
) -> Paragraph:
    """Add text to a paragraph; a size of None is that of the style."""
    run = paragraph.add_run(text)
    run.bold, run.italic = bold or None, italic or None
    if size is not None:
        run.font.size = Pt(size)
    if side is not None:
        paragraph.alignment = _ALIGNMENT[side]
    return paragraph


def body(document: Document, text: str, *, italic: bool = False, with_next: bool = False) -> Paragraph:
    """Add a justified paragraph with the first line drawn in."""
    paragraph = write(document.add_paragraph(), text, italic=italic, side="both")
    paragraph.paragraph_format.first_line_indent = Mm(FIRST_LINE)
    paragraph.paragraph_format.keep_with_next = with_next
    return paragraph


def centred(
    document: Document, text: str, *, size: float = BODY, bold: bool = False, italic: bool = False
) -> Paragraph:
    """Add a centred paragraph."""
    paragraph = write(document.add_paragraph(), text, size=size, bold=bold, italic=italic, side="centre")
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph


def heading(document: Document, text: str, level: int = 1) -> Paragraph:
    """Add a heading that stays with what follows it."""
    made: Paragraph = document.add_heading(text, level)
    return made


def rule(paragraph: Paragraph, width: float, column: float) -> None:
    """Turn an empty paragraph, `column` millimetres wide, into a centred line of `width` millimetres."""
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Mm((column - width) / 2)
    layout.space_before, layout.space_after, layout.line_spacing = Pt(2), Pt(AFTER), Pt(4)
    border = _element("w:pBdr", {})
    border.append(_element("w:top", {"w:val": "single", "w:sz": "6", "w:space": "1", "w:color": "000000"}))
    paragraph._p.get_or_add_pPr().insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def side_by_side(document: Document, widths: Sequence[float]) -> tuple[_Cell, ...]:
    """Add a table of one row without lines, kept on one page; return its cells, each with one empty paragraph."""
    table = document.add_table(1, len(widths))
    _fix(table, widths)
    _keep_whole(table.rows[0])
    for cell in table.rows[0].cells:
        cell.paragraphs[0].paragraph_format.space_after = Pt(0)
    cells: tuple[_Cell, ...] = table.rows[0].cells
    return cells


def below(cell: _Cell) -> Paragraph:
    """Add a paragraph to a cell, or return the first one while it is empty."""
    first = cell.paragraphs[0]
    paragraph: Paragraph = first if not first.text and len(cell.paragraphs) == 1 else cell.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph


def caption(document: Document, text: str) -> Paragraph:
    """Add the caption of a table, which stays with it."""
    paragraph = centred(document, text, size=SMALL, bold=True)
    paragraph.paragraph_format.space_before = Pt(AFTER)
    paragraph.paragraph_format.space_after = Pt(3)
    paragraph.paragraph_format.keep_with_next = True
    return paragraph


def table(
    document: Document,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths: Sequence[float],
    sides: Sequence[Side],
    *,
    last_bold: bool = False,
) -> Table:
    """Add a table whose first row is repeated on every page and whose rows do not break across pages."""
    made: Table = document.add_table(1, len(head), style="Table Grid")
    _fix(made, widths)
    _margins(made)
    for cell, text in zip(made.rows[0].cells, head, strict=True):
        _fill(cell, text, "centre", bold=True, size=HEAD)
        shade = _element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": "E7EEEE"})
        cell._tc.get_or_add_tcPr().insert_element_before(shade, "w:noWrap", "w:tcMar", "w:vAlign")
    made.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader", {}))
    shown = list(rows)
    for number, row in enumerate(shown, 1):
        cells = made.add_row().cells  # type: ignore[no-untyped-call]  # python-docx leaves it untyped
        for cell, text, side in zip(cells, row, sides, strict=True):
            _fill(cell, text, side, bold=last_bold and number == len(shown))
    for line in made.rows:
        _keep_whole(line)
    _keep_ends_together(made)
    after = document.add_paragraph()
    after.paragraph_format.space_after = Pt(0)
    after.paragraph_format.line_spacing = Pt(AFTER)
    return made


def _fix(made: Table, widths: Sequence[float]) -> None:
    """Set widths that no program changes by itself; LibreOffice reads the grid, Word the cells."""
    made.autofit = False
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    for cell, width in zip(made.rows[0].cells, widths, strict=True):
        cell.width = Mm(width)


def _margins(made: Table) -> None:
    margins = _element("w:tblCellMar", {})
    for side in ("left", "right"):
        width = str(round(Mm(CELL_MARGIN).twips))
        margins.append(_element(f"w:{side}", {"w:w": width, "w:type": "dxa"}))
    made._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")


def _fill(cell: _Cell, text: str, side: Side, *, bold: bool, size: int = TABLE) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = write(cell.paragraphs[0], text, size=size, bold=bold, side=side)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)


def _keep_whole(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(_element("w:cantSplit", {}))


def _keep_ends_together(made: Table) -> None:
    """Keep a short table whole; else the head with the first row and the last row with the one before it."""
    rows = list(made.rows)
    kept = rows[:-1] if len(rows) <= SHORT else [rows[0], rows[-2]]
    for row in kept:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def picture(document: Document, drawn: Picture, text: str, alternative: str) -> None:
    """Add a picture with its caption below; `alternative` is read out to those who cannot see it."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_after = Pt(0)
    shape = paragraph.add_run().add_picture(io.BytesIO(drawn.png), width=Mm(drawn.width))
    properties = shape._inline.docPr
    properties.set("descr", alternative)
    properties.set("title", text)
    below_it = centred(document, text, size=SMALL, bold=True)
    below_it.paragraph_format.space_after = Pt(AFTER)
