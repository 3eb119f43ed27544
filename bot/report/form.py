"""Thể thức: the head and the foot of a report after Nghị định 30/2020/NĐ-CP. Number, date, name and seal stay blank."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from docx.document import Document
from docx.shared import Mm, Pt

from bot.report import page
from bot.report.showing import show_day
from content.communes import Profile
from content.dates import HOME
from content.period_words import period_words
from content.phrases import Phrases
from content.report import ReportForm, place_of
from content.report_words import ReportWords
from handlers.report_data import ReportData

Reader = Literal["office", "leaders", "public"]
"""Who reads a file: everybody in «Nơi nhận», the leaders alone, or everybody at all."""

LEFT_COLUMN, RIGHT_COLUMN = 64.0, 96.0
SIGNATURE_ROOM = 62  # points, for the signature of the system that issues documents
_AUTHORITY_RULE = 22.0  # millimetres: a third to a half of the line above it
_MOTTO_RULE = 58.0  # as long as the line above it
_SUBJECT_RULE = 46.0
_NO_BREAK = "\u00a0"
_SUBJECT_INDENT = 23.0  # millimetres on each side


@dataclass(frozen=True, slots=True)
class Draft:
    """Dự thảo: what is to be written, for whom and in which form. `example`: the figures are invented and marked so."""

    data: ReportData
    profile: Profile
    form: ReportForm
    phrases: Phrases
    example: bool = False

    @property
    def words(self) -> ReportWords:
        """The words of the report."""
        return self.form.words

    @property
    def period(self) -> str:
        """The period in words: "quý IV năm 2026"."""
        return period_words(str(self.data.period), self.phrases)


def new_draft(draft: Draft, subject: str) -> Document:
    """Return a document with nothing in it yet."""
    return page.new_document(subject, draft.profile.authority, draft.data.drawn_up)


def write_head(document: Document, draft: Draft, kind: str, subject: str, *, numbered: bool = True) -> None:
    """Write authority, quốc hiệu, blank number and date, the mark of a draft, kind and subject.

    What stays inside the office and is never issued is not `numbered` nor dated.
    """
    words = draft.words
    left, right = page.side_by_side(document, (LEFT_COLUMN, RIGHT_COLUMN))
    for text in (words.body, draft.profile.name.upper()):
        page.write(page.below(left), text, size=page.SMALL, bold=True, side="centre")
    page.rule(page.below(left), _AUTHORITY_RULE, LEFT_COLUMN)
    page.write(page.below(right), words.country, size=page.SMALL - 1, bold=True, side="centre")
    page.write(page.below(right), words.motto, size=page.SMALL, bold=True, side="centre")
    page.rule(page.below(right), _MOTTO_RULE, RIGHT_COLUMN)
    left, right = page.side_by_side(document, (LEFT_COLUMN, RIGHT_COLUMN))
    if numbered:
        page.write(page.below(left), words.number.format(symbol=draft.form.symbol), size=page.SMALL, side="centre")
        date = words.date.format(place=place_of(draft.profile))
        page.write(page.below(right), date, size=page.SMALL, italic=True, side="centre")
    page.write(page.below(left), words.draft, size=page.SMALL, bold=True, side="centre")
    title = page.centred(document, kind, bold=True)
    title.paragraph_format.space_before = Pt(page.AFTER * 2)
    # Drawn in so that it breaks in the middle, not before its last two words.
    whole = subject.replace(draft.period, draft.period.replace(" ", _NO_BREAK))  # «quý» never parts from «IV»
    shown = page.centred(document, whole, bold=True).paragraph_format
    shown.left_indent = shown.right_indent = Mm(_SUBJECT_INDENT)
    page.rule(document.add_paragraph(), _SUBJECT_RULE, page.TEXT_WIDTH)
    if draft.example:
        mark = page.centred(document, words.example, size=page.SMALL, bold=True, italic=True)
        mark.paragraph_format.space_after = Pt(page.AFTER)


def write_foot(document: Document, draft: Draft, recipients: Sequence[str]) -> None:
    """Write recipients on the left and the signature block on the right, together on one page."""
    words = draft.words
    left, right = page.side_by_side(document, (LEFT_COLUMN + 12, RIGHT_COLUMN - 12))
    page.write(page.below(left), words.recipients, size=page.TABLE, bold=True, italic=True, side="left")
    for number, text in enumerate(recipients, 1):
        end = "." if number == len(recipients) else ";"
        page.write(page.below(left), f"- {text}{end}", size=page.RECIPIENTS, side="left")
    for text in draft.form.signature:
        line = page.write(page.below(right), text, size=page.BODY, bold=True, side="centre")
    line.paragraph_format.space_after = Pt(SIGNATURE_ROOM)


def spans(draft: Draft) -> list[str]:
    """Return the sentences that say which days count and when the figures were drawn up."""
    words, data = draft.words, draft.data
    kind = getattr(words.windows, data.window.kind)
    local = data.drawn_up.astimezone(HOME)
    said = [
        words.window.format(first=show_day(data.window.first), last=show_day(data.window.last), kind=kind),
        words.counted.format(time=f"{local:%H:%M}", day=show_day(local.date())),
    ]
    return [*said, words.running] if local.date() <= data.window.last else said
