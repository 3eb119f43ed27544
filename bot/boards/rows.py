"""Các dòng của bảng theo dõi: what the picture and the page show, ready to be drawn. No person is named."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from bot.report.showing import judged_share, rounded, show_number
from content.dates import local_day, show_day
from content.library import Commune
from content.phrases import MAIN_LANGUAGE, Phrases
from handlers.board import Seen, near, title_of
from handlers.report_data import FilingLine, IndicatorLine, ReportData, UnitTally, Verdict
from handlers.typed_figures import shown

Part = Literal["done", "late", "missing", "near", "ahead"]
PARTS: tuple[Part, ...] = ("done", "late", "missing", "near", "ahead")
"""Of a unit's filings: sent in time or excused, sent late, overdue, due within a week, due later."""

FULL = 120  # percent of a target, where longer bars are cut off
_PART_KEYS = ("board.done", "board.was_late", "board.overdue", "board.due_soon", "board.ahead")
_VERDICTS: dict[Verdict, str] = {
    "met": "board.met",
    "missed": "board.missed",
    "below": "board.below",
    "running": "board.running",
}


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit and how many of its filings are in which state, in the order of PARTS; a partner is never late."""

    name: str
    polite: bool
    counts: tuple[int, ...]

    @property
    def due(self) -> int:
        """How many filings the period has."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure against its target, in words; `share` is in percent of the target, 0 to FULL, None without target."""

    title: str
    actual: str
    target: str
    verdict: Verdict
    word: str
    share: int | None
    share_in_words: str


@dataclass(frozen=True, slots=True)
class DueRow:
    """A filing that is near, late or overdue."""

    title: str
    unit: str
    due: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that is shown. Two that are equal look the same; `late` and `below` are empty but for leaders."""

    title: str
    commune: str
    as_of: str
    parts: tuple[str, ...]
    units: tuple[UnitRow, ...]
    near: tuple[DueRow, ...]
    late: tuple[DueRow, ...]
    below: tuple[FigureRow, ...]
    figures: tuple[FigureRow, ...]
    without: int
    leaders: bool


def rows_of(seen: Seen, commune: Commune, phrases: Phrases) -> Board:
    """Return what a member sees as rows."""
    data = seen.data
    figures = tuple(_figure(one, data, phrases) for one in data.indicators if one.actual is not None)
    return Board(
        title=phrases.plain("board.page_title", period=str(data.period)),
        commune=commune.profile.title,
        as_of=phrases.plain("board.as_of", day=show_day(local_day(data.drawn_up), MAIN_LANGUAGE)),
        parts=tuple(phrases.plain(key) for key in _PART_KEYS),
        units=tuple(_unit(one, data) for one in data.units),
        near=tuple(_due(one) for one in near(data)),
        late=tuple(_due(one, phrases) for one in data.late) if seen.leaders else (),
        below=tuple(one for one in figures if one.verdict == "below") if seen.leaders else (),
        figures=figures,
        without=sum(one.actual is None for one in data.indicators),
        leaders=seen.leaders,
    )


def _unit(one: UnitTally, data: ReportData) -> UnitRow:
    soon = sum(line.unit == one.unit for line in near(data))
    return UnitRow(one.name, one.polite, (one.sent + one.excused, one.late, one.missing, soon, one.open - soon))


def _due(one: FilingLine, phrases: Phrases | None = None) -> DueRow:
    key = "board.was_late" if one.outcome == "late" else "board.overdue"
    word = phrases.plain(key) if phrases is not None else ""
    return DueRow(one.title, one.unit_name, show_day(local_day(one.due), MAIN_LANGUAGE), word)


def _figure(line: IndicatorLine, data: ReportData, phrases: Phrases) -> FigureRow:
    assert line.actual is not None  # rows_of leaves the others out
    indicator, year = line.indicator, data.period.year
    percent = indicator.unit.startswith("%")
    unit = indicator.unit if percent else f" {indicator.unit}"
    # Never rounded over a judgement: 94.996 beside "at least 95" is not "95, not met".
    actual = rounded(line.actual, lambda number: indicator.met(number, year), 2)
    target = "" if line.target is None else f"{indicator.wanted(year, show_number)}{unit}"
    share = line.share
    return FigureRow(
        title=title_of(line),
        actual=f"{shown(actual) if actual == actual.quantize(Decimal('0.01')) else show_number(actual)}{unit}",
        target=target,
        verdict=line.verdict,
        word=phrases.plain(_VERDICTS[line.verdict]) if line.verdict in _VERDICTS else "",
        share=None if share is None else int(min(share, Decimal(FULL))),
        share_in_words="" if share is None else f"{show_number(rounded(share, judged_share))}%",
    )
