"""Danh sách dành cho lãnh đạo: who was late, what is below 70 %, whom to commend. A file of its own, for leaders only.

Nothing of it stands in the report or goes anywhere by itself: leaders decide what is read out (Đề án VI.6.1).
"""

import io

from docx.document import Document
from docx.shared import Pt

from bot.report import page
from bot.report.form import Draft, new_draft, spans, write_head
from bot.report.page import Side
from bot.report.showing import show_actual, show_instant, show_share, show_target, show_title

_LATE_WIDTHS = (10, 42, 52, 28, 28)
_BELOW_WIDTHS = (10, 34, 52, 22, 24, 18)
_LATE_SIDES: tuple[Side, ...] = ("centre", "left", "left", "centre", "centre")
_BELOW_SIDES: tuple[Side, ...] = ("centre", "left", "left", "centre", "centre", "centre")


def write_leaders_list(draft: Draft) -> bytes:
    """Return the list as a .docx file."""
    words = draft.words
    subject = words.leaders_subject.format(period=draft.period, commune=draft.profile.name)
    document = new_draft(draft, subject)
    write_head(document, draft, words.leaders_kind, subject, numbered=False)
    note = page.centred(document, words.leaders_note, size=page.SMALL, bold=True)
    note.paragraph_format.space_after = Pt(page.AFTER)
    page.body(document, words.leaders_approval)
    page.body(document, " ".join(spans(draft)))
    _late(document, draft)
    _below(document, draft)
    page.heading(document, f"III. {words.headings.commended}")
    page.body(document, words.commended_note)
    for name in draft.data.commended:
        page.body(document, f"- {name}")
    if not draft.data.commended:
        page.body(document, words.no_commended)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _late(document: Document, draft: Draft) -> None:
    words = draft.words
    page.heading(document, f"I. {words.headings.late}")
    if not draft.data.late:
        page.body(document, words.no_late)
        return
    rows = [
        [
            str(number),
            one.unit_name,
            f"{one.obligation}. {one.title}",
            show_instant(one.due),
            show_instant(one.sent) if one.sent else words.tables.not_sent,
        ]
        for number, one in enumerate(draft.data.late, 1)
    ]
    page.table(document, words.tables.late_columns, rows, _LATE_WIDTHS, _LATE_SIDES)


def _below(document: Document, draft: Draft) -> None:
    words = draft.words
    page.heading(document, f"II. {words.headings.below}")
    if not draft.data.below:
        page.body(document, words.no_below)
        return
    rows = [
        [
            str(number),
            "; ".join(line.unit_names),
            show_title(line.indicator),
            show_target(line.indicator, draft.data.period.year, words),
            show_actual(line, draft.data.period.year, words),
            show_share(line, words),
        ]
        for number, line in enumerate(draft.data.below, 1)
    ]
    page.table(document, words.tables.below_columns, rows, _BELOW_WIDTHS, _BELOW_SIDES)
