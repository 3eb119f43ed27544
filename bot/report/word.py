"""Báo cáo bằng Word: the report of a commune for one period, and the version that is made public.

Neither names a unit beside its lateness or its achievement, nor holds what a person typed as free text: that is for
leaders (bot/report/leaders.py). The public version says nothing of filings at all.
"""

import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from docx.document import Document

from bot.report import charts, page
from bot.report.form import Draft, new_draft, spans, write_foot, write_head
from bot.report.page import Side
from bot.report.showing import actual_of, share_of, show_day, show_title, show_value, target_of
from content.figure_text import show_number, show_share
from handlers.report_data import GROUPS, IndicatorLine, ServiceFigure, UnitTally

_NUMERALS = ("I", "II", "III", "IV", "V", "VI")
_INDICATOR_WIDTHS = (9, 68, 20, 28, 17, 18)
_SERVICE_WIDTHS = (10, 68, 34, 48)
_BARE_WIDTHS = (10, 104, 46)  # of a table in which nothing is noted
_FILING_WIDTHS = (60, 16, 16, 16, 16, 20, 16)
COUNTS = ("due", "sent", "late", "excused", "missing", "open")
"""The counts of a UnitTally in the order of the columns."""
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
    paper.body(_intro(draft))
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
    _indicator_charts(paper, draft.data.of_commune)
    out = io.BytesIO()
    paper.document.save(out)
    return out.getvalue()


def _intro(draft: Draft) -> str:
    """Return the first sentence. Where the plan was over before the period began, staff write in what holds now."""
    plan, commune = draft.profile.plan, draft.profile.name
    if plan.valid_to is not None and plan.valid_to < draft.data.period.first:
        words, last = draft.words.intro_after, show_day(plan.valid_to)
        return words.format(plan=plan.named, last=last, commune=commune, period=draft.period)
    return draft.words.intro.format(plan=plan.named, commune=commune, period=draft.period)


def _summary(paper: _Paper) -> None:
    words, data = paper.draft.words, paper.draft.data
    paper.heading(words.headings.summary)
    verdicts = [line.verdict for line in data.of_commune]
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
        _each_summary(paper)
        _filings_summary(paper)


def _each_summary(paper: _Paper) -> None:
    """Say of what each unit reports for itself how many have reached it, and not who."""
    lines = paper.draft.data.of_units
    for indicator in dict.fromkeys(line.indicator.id for line in lines):
        mine = [line for line in lines if line.indicator.id == indicator]
        verdicts = [line.verdict for line in mine]
        if "no_target" in verdicts:
            continue
        said = paper.draft.words.each_sum.format(
            title=mine[0].indicator.title,
            count=len(mine),
            met=verdicts.count("met"),
            missed=sum(verdict in _MISSED for verdict in verdicts),
            running=verdicts.count("running"),
            none=verdicts.count("no_figure"),
        )
        paper.body(said)


def _filings_summary(paper: _Paper) -> None:
    words, units = paper.draft.words, paper.draft.data.units
    own, partners = [one for one in units if not one.polite], [one for one in units if one.polite]
    if not own:
        paper.body(words.no_filings)
    else:
        sent, late, missing = (sum_of(own, name) for name in ("sent", "late", "missing"))
        due = sent + late + missing
        said = [
            words.filings_sum.format(
                units=len(own),
                due=sum_of(own, "due"),
                sent=sent,
                late=late,
                excused=sum_of(own, "excused"),
                missing=missing,
                open=sum_of(own, "open"),
            )
        ]
        if due:
            said.append(words.timely.format(percent=_percent(sent, due), sent=sent, due=due))
        paper.body(" ".join(said))
    if partners:
        given = sum_of(partners, "sent") + sum_of(partners, "late")
        paper.body(words.partners_sum.format(units=len(partners), due=sum_of(partners, "due"), sent=given))


def sum_of(units: Sequence[UnitTally], name: str) -> int:
    """Return how many filings of some units have come to a count of UnitTally."""
    return sum(int(getattr(unit, name)) for unit in units)


def _percent(part: int, whole: int) -> str:
    return show_share(Decimal(part * 100) / Decimal(whole))


def _indicators(paper: _Paper) -> None:
    words, data, lines = paper.draft.words, paper.draft.data, paper.draft.data.of_commune
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
    head = list(words.tables.indicator_columns)
    head[2] = words.tables.target_column.format(year=data.period.year)
    sides: list[Side] = ["centre", "left", "centre", "centre", "centre", "centre"]
    page.table(paper.document, head, rows, _INDICATOR_WIDTHS, sides)


def _indicator_row(number: int, line: IndicatorLine, paper: _Paper) -> list[str]:
    words, data = paper.draft.words, paper.draft.data
    verdict = "missed" if line.verdict == "below" else line.verdict  # who is below 70 % is for leaders only
    mark = "*" if line.indicator.id in data.unconfirmed and line.actual is not None and not paper.public else ""
    return [
        str(number),
        show_title(line.indicator),
        target_of(line, data.period.year, words),
        actual_of(line, data.period.year, words) + mark,
        share_of(line, words),
        getattr(words.verdicts, verdict),
    ]


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
        sides: tuple[Side, ...] = ("centre", "left", "centre", "left")
        widths = _SERVICE_WIDTHS if any(one.note for one in rows) else _BARE_WIDTHS
        columns = len(widths)
        head, cut = words.tables.service_columns[:columns], [row[:columns] for row in shown]
        page.table(paper.document, head, cut, widths, sides[:columns])


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
    own, partners = [one for one in data.units if not one.polite], [one for one in data.units if one.polite]
    rows = [_totals(words.tables.own_units, own)]
    if partners:
        rows += [_totals(words.tables.partners, partners), _totals(words.tables.total, data.units)]
    centred: tuple[Side, ...] = ("centre",)
    sides = ("left", *(centred * len(COUNTS)))
    page.table(paper.document, words.tables.filing_sum_columns, rows, _FILING_WIDTHS, sides, last_bold=bool(partners))
    settled = sum(one.settled is not None for one in data.corrections)
    said = words.corrections_sum.format(count=len(data.corrections), settled=settled)
    paper.body(said if data.corrections else words.no_corrections)


def _totals(name: str, units: Sequence[UnitTally]) -> list[str]:
    return [name, *(str(sum_of(units, count)) for count in COUNTS)]
