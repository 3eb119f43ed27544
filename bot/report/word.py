"""Báo cáo bằng Word: the report of a commune for one period, and the version that is made public.

The public version has no units, no lateness, nothing that a person typed as free text.
"""

import io
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from docx.document import Document

from bot.report import charts, page
from bot.report.form import Draft, new_draft, spans, write_foot, write_head
from bot.report.page import Side
from bot.report.showing import (
    show_actual,
    show_day,
    show_instant,
    show_number,
    show_share,
    show_target,
    show_title,
    show_value,
)
from content.obligations import EACH
from handlers.report_data import GROUPS, IndicatorLine, ServiceFigure, UnitTally
from handlers.words import clean

_NUMERALS = ("I", "II", "III", "IV", "V", "VI")
_INDICATOR_WIDTHS = (9, 44, 26, 20, 27, 16.5, 17.5)
_PUBLIC_WIDTHS = (9, 70, 20, 27, 16.5, 17.5)
_SERVICE_WIDTHS = (10, 72, 38, 40)
_FILING_WIDTHS = (10, 52, 15, 15, 16, 16, 20, 16)
_CORRECTION_WIDTHS = (10, 28, 40, 24, 34, 24)
_COUNTS = ("due", "sent", "late", "excused", "missing", "open")
_MISSED = ("missed", "below")


@dataclass(slots=True)
class _Paper:
    """A report in the making: the document and the numbers of its headings, tables and charts."""

    draft: Draft
    public: bool
    document: Document
    headings: Iterator[str] = field(default_factory=lambda: iter(_NUMERALS))
    tables: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    charts: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def heading(self, text: str) -> None:
        page.heading(self.document, f"{next(self.headings)}. {text}")

    def body(self, text: str) -> None:
        page.body(self.document, text)


def write_report(draft: Draft, *, public: bool) -> bytes:
    """Return the report as a .docx file."""
    words = draft.words
    named = words.public_subject if public else words.subject
    subject = named.format(period=draft.period, commune=draft.profile.name)
    paper = _Paper(draft, public, new_draft(draft, subject))
    write_head(paper.document, draft, words.kind, subject)
    plan = f"{draft.profile.plan.title} ({draft.profile.plan.date})"
    paper.body(words.intro.format(plan=plan, commune=draft.profile.name, period=draft.period))
    paper.body(" ".join(spans(draft)))
    if public:
        paper.body(words.public_note)
    _summary(paper)
    _indicators(paper)
    _service(paper)
    if not public:
        _filings(paper)
        paper.heading(words.headings.opinion)
        page.body(paper.document, words.opinion, italic=True)
    closing = words.closing.format(period=draft.period, commune=draft.profile.name)
    page.body(paper.document, closing + words.end, with_next=True)
    write_foot(paper.document, draft, draft.form.public_recipients if public else draft.form.recipients)
    _indicator_charts(paper, _lines(paper))
    out = io.BytesIO()
    paper.document.save(out)
    return out.getvalue()


def public_lines(lines: Sequence[IndicatorLine]) -> list[IndicatorLine]:
    """Return the lines for everybody: those of the commune. What each unit reports for itself rates the units."""
    ids = Counter(line.indicator.id for line in lines)
    return [line for line in lines if EACH not in line.indicator.leads and ids[line.indicator.id] == 1]


def _lines(paper: _Paper) -> list[IndicatorLine]:
    lines = paper.draft.data.indicators
    return public_lines(lines) if paper.public else list(lines)


def _summary(paper: _Paper) -> None:
    words, data = paper.draft.words, paper.draft.data
    paper.heading(words.headings.summary)
    verdicts = [line.verdict for line in _lines(paper)]
    without = verdicts.count("no_target")
    if len(verdicts) > without:
        paper.body(
            words.indicators_sum.format(
                count=len(verdicts) - without,
                met=verdicts.count("met"),
                missed=sum(verdict in _MISSED for verdict in verdicts),
                running=verdicts.count("running"),
                none=verdicts.count("no_figure"),
                year=data.period.year,
            )
        )
    if without:
        paper.body(words.no_target_sum.format(count=without, year=data.period.year))
    if not verdicts:
        paper.body(words.no_indicators)
    if not paper.public:
        _filings_summary(paper)


def _filings_summary(paper: _Paper) -> None:
    words, units = paper.draft.words, paper.draft.data.units
    own, partners = [one for one in units if not one.polite], [one for one in units if one.polite]
    if not own:
        paper.body(words.no_filings)
    else:
        sent, late, missing = (_sum(own, name) for name in ("sent", "late", "missing"))
        due = sent + late + missing
        said = [
            words.filings_sum.format(
                units=len(own),
                due=_sum(own, "due"),
                sent=sent,
                late=late,
                excused=_sum(own, "excused"),
                missing=missing,
                open=_sum(own, "open"),
            )
        ]
        if due:
            said.append(words.timely.format(percent=_percent(sent, due), sent=sent, due=due))
        paper.body(" ".join(said))
    if partners:
        given = _sum(partners, "sent") + _sum(partners, "late")
        paper.body(words.partners_sum.format(units=len(partners), due=_sum(partners, "due"), sent=given))


def _sum(units: Sequence[UnitTally], name: str) -> int:
    return sum(int(getattr(unit, name)) for unit in units)


def _percent(part: int, whole: int) -> str:
    share = Decimal(part * 100) / Decimal(whole)
    return f"{show_number(share.quantize(Decimal('0.1'), ROUND_HALF_UP))}%"


def _indicators(paper: _Paper) -> None:
    words, data, lines = paper.draft.words, paper.draft.data, _lines(paper)
    paper.heading(words.headings.indicators)
    if not lines:
        paper.body(words.no_indicators)
        return
    paper.body(words.judging)
    unconfirmed = [line for line in lines if line.indicator.id in data.unconfirmed and line.actual is not None]
    if unconfirmed and not paper.public:
        paper.body(words.unconfirmed.format(count=len(unconfirmed)))
    page.caption(paper.document, words.tables.indicators.format(number=next(paper.tables), period=paper.draft.period))
    rows = [_indicator_row(number, line, paper) for number, line in enumerate(lines, 1)]
    head = list(words.tables.public_columns if paper.public else words.tables.indicator_columns)
    head[2 if paper.public else 3] = words.tables.target_column.format(year=data.period.year)
    sides: list[Side] = ["centre", "left", "left", "centre", "centre", "centre", "centre"]
    if paper.public:
        page.table(paper.document, head, rows, _PUBLIC_WIDTHS, sides[:2] + sides[3:])
    else:
        page.table(paper.document, head, rows, _INDICATOR_WIDTHS, sides)


def _indicator_row(number: int, line: IndicatorLine, paper: _Paper) -> list[str]:
    words, data = paper.draft.words, paper.draft.data
    verdict = "missed" if line.verdict == "below" else line.verdict  # who is below 70 % is for leaders only
    mark = "*" if line.indicator.id in data.unconfirmed and line.actual is not None and not paper.public else ""
    row = [
        str(number),
        show_title(line.indicator),
        "; ".join(line.unit_names),
        show_target(line.indicator, data.period.year, words),
        show_actual(line, data.period.year, words) + mark,
        show_share(line, words),
        getattr(words.verdicts, verdict),
    ]
    return row[:2] + row[3:] if paper.public else row


def _indicator_charts(paper: _Paper, lines: Sequence[IndicatorLine]) -> None:
    words, document = paper.draft.words.charts, paper.document
    drawn = [line for line in lines if line.share is not None]
    if not drawn:
        return
    title = page.centred(document, paper.draft.words.appendix, bold=True)
    title.paragraph_format.page_break_before = True
    page.centred(document, words.appendix, bold=True)
    page.centred(document, paper.draft.words.attached.format(symbol=paper.draft.form.symbol), italic=True)
    for start, picture in charts.indicator_charts(lines, paper.draft.words):
        shown = drawn[start : start + picture.rows]
        met = sum(line.verdict == "met" for line in shown)
        text = words.indicators.format(number=next(paper.charts), period=paper.draft.period)
        alternative = words.indicators_alt.format(lines=len(shown), met=met, period=paper.draft.period)
        page.picture(paper.document, picture, text, alternative)


def _service(paper: _Paper) -> None:
    words, figures = paper.draft.words, paper.draft.data.service
    paper.heading(words.headings.service)
    if not figures:
        paper.body(words.no_service)
        return
    paper.body(words.service_intro)
    for group in GROUPS:
        rows = [one for one in figures if one.group == group]
        if not rows:
            continue
        name = getattr(words.groups, group)
        page.caption(paper.document, words.tables.service.format(number=next(paper.tables), group=name))
        shown = [_service_row(number, one, paper) for number, one in enumerate(rows, 1)]
        head = words.tables.service_columns
        page.table(paper.document, head, shown, _SERVICE_WIDTHS, ("centre", "left", "centre", "left"))


def _service_row(number: int, figure: ServiceFigure, paper: _Paper) -> list[str]:
    text = show_value(figure.value, figure.unit, paper.draft.words)
    if figure.value is not None and figure.numerator is not None and figure.denominator is not None:
        text += f" ({show_number(figure.numerator)}/{show_number(figure.denominator)})"
    return [str(number), figure.label, text, figure.note]


def _filings(paper: _Paper) -> None:
    words, data = paper.draft.words, paper.draft.data
    paper.heading(words.headings.filings)
    if not data.filings:
        paper.body(words.no_filings)
        return
    span = words.filings_span.format(first=show_day(data.period.first), last=show_day(data.period.last))
    paper.body(span)
    page.caption(paper.document, words.tables.filings.format(number=next(paper.tables), period=paper.draft.period))
    rows = [_unit_row(str(number), unit, paper) for number, unit in enumerate(data.units, 1)]
    sums = [str(_sum(data.units, name)) for name in _COUNTS]
    rows.append(["", words.tables.total, *sums])
    centred: tuple[Side, ...] = ("centre",)
    sides = ("centre", "left", *(centred * len(_COUNTS)))
    page.table(paper.document, words.tables.filing_columns, rows, _FILING_WIDTHS, sides, last_bold=True)
    text = words.charts.filings.format(number=next(paper.charts), period=paper.draft.period)
    alternative = words.charts.filings_alt.format(lines=len(data.units), period=paper.draft.period)
    page.picture(paper.document, charts.filings_chart(data.units, words), text, alternative)
    _corrections(paper)


def _unit_row(number: str, unit: UnitTally, paper: _Paper) -> list[str]:
    name = paper.draft.words.tables.partner.format(name=unit.name) if unit.polite else unit.name
    return [number, name, *(str(getattr(unit, count)) for count in _COUNTS)]


def _corrections(paper: _Paper) -> None:
    words, corrections = paper.draft.words, paper.draft.data.corrections
    page.heading(paper.document, words.headings.corrections, 2)
    if not corrections:
        paper.body(words.no_corrections)
        return
    text = words.tables.corrections.format(number=next(paper.tables), period=paper.draft.period)
    page.caption(paper.document, text)
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
    sides: tuple[Side, ...] = ("centre", "left", "left", "centre", "left", "centre")
    page.table(paper.document, words.tables.correction_columns, rows, _CORRECTION_WIDTHS, sides)
