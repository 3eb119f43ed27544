"""Các dòng của bảng theo dõi: what the picture and the page show, ready to be drawn. No person is named."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from content.dates import local_day, show_day
from content.figure_text import PERCENT, show_actual, show_share, show_target
from content.library import Commune
from content.period_words import period_words
from content.phrases import MAIN_LANGUAGE, Phrases
from handlers.board import Seen, near, title_of
from handlers.report_data import FilingLine, IndicatorLine, ReportData, UnitTally, Verdict

Part = Literal["done", "late", "missing", "near", "ahead"]
PARTS: tuple[Part, ...] = ("done", "late", "missing", "near", "ahead")
"""Of a unit's filings: sent in time or excused, sent late, overdue, due within a week, due later.

The first two together are what is done (UnitTally.done)."""

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
    """Everything that is shown. Two that are equal look the same; `late` and `below` are empty where hidden."""

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


def rows_of(seen: Seen, commune: Commune, phrases: Phrases) -> Board:
    """Return what a member sees as rows."""
    data = seen.data
    figures = tuple(_figure(one, data, phrases) for one in data.indicators if one.actual is not None)
    return Board(
        title=phrases.plain("board.page_title", period=period_words(str(data.period), phrases)),
        commune=commune.profile.title,
        as_of=phrases.plain("board.as_of", day=show_day(local_day(data.drawn_up), MAIN_LANGUAGE)),
        parts=tuple(phrases.plain(key) for key in _PART_KEYS),
        units=tuple(_unit(one, data) for one in data.units),
        near=tuple(_due(one) for one in near(data)),
        late=tuple(_due(one, phrases) for one in data.late) if seen.late else (),
        below=tuple(one for one in figures if one.verdict == "below") if seen.below else (),
        figures=figures,
        without=sum(one.actual is None for one in data.indicators),
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
    unit = indicator.unit if indicator.unit.startswith(PERCENT) else f" {indicator.unit}"
    target = show_target(indicator, year)
    share = line.share
    return FigureRow(
        title=title_of(line),
        actual=f"{show_actual(line.actual, indicator, year)}{unit}",
        target=f"{target}{unit}" if target else "",
        verdict=line.verdict,
        word=phrases.plain(_VERDICTS[line.verdict]) if line.verdict in _VERDICTS else "",
        share=None if share is None else int(min(share, Decimal(FULL))),
        share_in_words="" if share is None else show_share(share),
    )
