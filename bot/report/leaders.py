"""Danh sách dành cho lãnh đạo: unit by unit who was late, what is below 70 %, whom to commend. A file for leaders only.

Nothing of it stands in the report or goes anywhere by itself: leaders decide what is read out (Đề án VI.6.1).
"""

import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from docx.document import Document
from docx.shared import Pt

from bot.report import charts, page
from bot.report.form import Draft, new_draft, spans, write_head
from bot.report.page import Side
from bot.report.showing import actual_of, share_of, show_day, show_instant, show_title, target_of
from bot.report.word import COUNTS, sum_of
from content.dates import local_day
from handlers.report_data import IndicatorLine, UnitTally
from handlers.words import clean

_NUMERALS = ("I", "II", "III", "IV", "V", "VI")
_LATE_WIDTHS = (10, 42, 52, 28, 28)
_BELOW_WIDTHS = (10, 38, 50, 20, 24, 18)
_OWN_WIDTHS = (10, 66, 20, 24, 20, 20)
_FILING_WIDTHS = (10, 52, 15, 15, 16, 16, 20, 16)
_CORRECTION_WIDTHS = (10, 28, 40, 24, 34, 24)
_LATE_SIDES: tuple[Side, ...] = ("centre", "left", "left", "centre", "centre")
_BELOW_SIDES: tuple[Side, ...] = ("centre", "left", "left", "centre", "centre", "centre")
_OWN_SIDES: tuple[Side, ...] = ("centre", "left", "centre", "centre", "centre", "centre")
_CENTRED: tuple[Side, ...] = ("centre",)
_FILING_SIDES: tuple[Side, ...] = ("centre", "left", *(_CENTRED * len(COUNTS)))
_CORRECTION_SIDES: tuple[Side, ...] = ("centre", "left", "left", "centre", "left", "centre")


@dataclass(slots=True)
class _Paper:
    """A list in the making: the document and the numbers of its headings and tables."""

    draft: Draft
    document: Document
    headings: Iterator[str] = field(default_factory=lambda: iter(_NUMERALS))
    tables: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def heading(self, text: str) -> None:
        page.heading(self.document, f"{next(self.headings)}. {text}")

    def body(self, text: str) -> None:
        page.body(self.document, text)

    def caption(self, text: str, **more: str) -> None:
        page.caption(self.document, text.format(number=next(self.tables), period=self.draft.period, **more))


def write_leaders_list(draft: Draft) -> bytes:
    """Return the list as a .docx file."""
    words = draft.words
    subject = words.leaders_subject.format(period=draft.period, commune=draft.profile.name)
    paper = _Paper(draft, new_draft(draft, subject))
    write_head(paper.document, draft, words.leaders_kind, subject, numbered=False)
    note = page.centred(paper.document, words.leaders_note, size=page.SMALL, bold=True)
    note.paragraph_format.space_after = Pt(page.AFTER)
    paper.body(words.leaders_approval)
    paper.body(" ".join(spans(draft)))
    for part in (_late, _below, _by_unit, _own_figures, _corrections, _commended):
        part(paper)
    out = io.BytesIO()
    paper.document.save(out)
    return out.getvalue()


def _late(paper: _Paper) -> None:
    words, data = paper.draft.words, paper.draft.data
    paper.heading(words.headings.late)
    if not data.late:
        paper.body(words.no_late)
        return
    rows = [
        [
            str(number),
            one.unit_name,
            f"{one.obligation}. {one.title}",
            show_instant(one.due),
            show_instant(one.sent) if one.sent else words.tables.not_sent,
        ]
        for number, one in enumerate(data.late, 1)
    ]
    paper.caption(words.tables.late)
    page.table(paper.document, words.tables.late_columns, rows, _LATE_WIDTHS, _LATE_SIDES)


def _below(paper: _Paper) -> None:
    words, data = paper.draft.words, paper.draft.data
    paper.heading(words.headings.below)
    if not data.below:
        paper.body(words.no_below)
        return
    rows = [_figure(number, line, paper) for number, line in enumerate(data.below, 1)]
    paper.caption(words.tables.below)
    page.table(paper.document, words.tables.below_columns, rows, _BELOW_WIDTHS, _BELOW_SIDES)


def _figure(number: int, line: IndicatorLine, paper: _Paper) -> list[str]:
    words, year = paper.draft.words, paper.draft.data.period.year
    return [
        str(number),
        "; ".join(line.unit_names),
        show_title(line.indicator),
        target_of(line, year, words),
        actual_of(line, year, words),
        share_of(line, words),
    ]


def _by_unit(paper: _Paper) -> None:
    words, units = paper.draft.words, paper.draft.data.units
    paper.heading(words.headings.by_unit)
    if not units:
        paper.body(words.no_filings)
        return
    paper.caption(words.tables.by_unit)
    rows = [_unit(str(number), unit, paper) for number, unit in enumerate(units, 1)]
    rows.append(["", words.tables.total, *_counts(units)])
    page.table(paper.document, words.tables.filing_columns, rows, _FILING_WIDTHS, _FILING_SIDES, last_bold=True)
    text = words.charts.filings.format(number=1, period=paper.draft.period)
    alternative = words.charts.filings_alt.format(lines=len(units), period=paper.draft.period)
    page.picture(paper.document, charts.filings_chart(units, words), text, alternative)


def _unit(number: str, unit: UnitTally, paper: _Paper) -> list[str]:
    name = paper.draft.words.tables.partner.format(name=unit.name) if unit.polite else unit.name
    return [number, name, *_counts([unit])]


def _counts(units: Sequence[UnitTally]) -> list[str]:
    return [str(sum_of(units, count)) for count in COUNTS]


def _own_figures(paper: _Paper) -> None:
    """Write a table for each indicator that every unit reaches for itself."""
    words, data = paper.draft.words, paper.draft.data
    if data.of_units:
        paper.heading(words.headings.own_figures)
    for identity in dict.fromkeys(line.indicator.id for line in data.of_units):
        lines = [line for line in data.of_units if line.indicator.id == identity]
        title = show_title(lines[0].indicator)
        paper.caption(words.tables.own_figures, title=title)
        rows = [_own(number, line, paper) for number, line in enumerate(lines, 1)]
        page.table(paper.document, words.tables.own_columns, rows, _OWN_WIDTHS, _OWN_SIDES)


def _own(number: int, line: IndicatorLine, paper: _Paper) -> list[str]:
    row = _figure(number, line, paper)
    return [*row[:2], *row[3:], getattr(paper.draft.words.verdicts, line.verdict)]


def _corrections(paper: _Paper) -> None:
    words, corrections = paper.draft.words, paper.draft.data.corrections
    paper.heading(words.headings.corrections)
    if not corrections:
        paper.body(words.no_corrections)
        return
    paper.caption(words.tables.corrections)
    rows = [
        [
            str(number),
            one.unit_name,
            f"{one.obligation}. {one.title}",
            show_instant(one.sent),
            clean(one.reason),  # typed by a person: a control character would break the file
            show_instant(one.settled) if one.settled else words.tables.no_target,
        ]
        for number, one in enumerate(corrections, 1)
    ]
    page.table(paper.document, words.tables.correction_columns, rows, _CORRECTION_WIDTHS, _CORRECTION_SIDES)


def _commended(paper: _Paper) -> None:
    words, data = paper.draft.words, paper.draft.data
    paper.heading(words.headings.commended)
    paper.body(words.commended_note)
    for name in data.commended:
        paper.body(f"- {name}")
    if data.waits_until is not None:
        paper.body(words.commended_waits.format(day=show_day(local_day(data.waits_until))))
    elif not data.commended:
        paper.body(words.no_commended)
