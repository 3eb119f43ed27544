"""Biểu đồ: pictures for the Word report. Readable in grey print: bars differ in lightness and in hatching."""

import io
import itertools
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from content.figure_text import show_share
from content.report_words import ReportWords
from handlers.report_data import IndicatorLine, Outcome, UnitTally, Verdict

FONT = "DejaVu Sans"  # comes with matplotlib and has every Vietnamese letter
INCH = 25.4  # millimetres
WIDTH = 160.0  # millimetres, the width of the text
MOST_BARS = 16  # in one picture, so that two fit on a page
LONGEST = 54  # letters of a line of a title
NUMBER = 14.0  # percent, as wide as a number at the end of a bar
FULL = 120.0  # percent, where longer bars are cut off
AROUND = 24.0  # millimetres, for legend and axis
ROW = 4.6  # millimetres, for a title of one line
LINE = 2.6  # millimetres for every further line of a title
THICK = 3.0  # millimetres, a bar
BEHIND = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}  # keeps a number readable where lines cross it
DOTS = 200  # per inch

LOOKS: dict[Verdict, tuple[str, str]] = {
    "met": ("#1F5C5C", ""),
    "running": ("#8FB8B8", ".."),
    "missed": ("#C9A66B", "//"),
}
OUTCOME_LOOKS: dict[Outcome, tuple[str, str]] = {
    "sent": ("#1F5C5C", ""),
    "late": ("#C9A66B", "//"),
    "excused": ("#8FB8B8", ".."),
    "missing": ("#F0DFC0", "xx"),
    "open": ("#FFFFFF", ""),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, its size in millimetres, and how many rows it shows."""

    png: bytes
    width: float
    height: float
    rows: int


def indicator_charts(lines: Sequence[IndicatorLine], words: ReportWords) -> Iterator[tuple[int, Picture]]:
    """Yield pictures of how much of each target is reached, with the number of the first line drawn in each.

    What has no share is left out; more bars than one picture can hold are spread evenly over several.
    """
    drawn = [line for line in lines if line.share is not None]
    pages = -(-len(drawn) // MOST_BARS)
    each = -(-len(drawn) // pages) if pages else 1
    for start in range(0, len(drawn), each):
        yield start, _indicators(drawn[start : start + each], words)


def _indicators(lines: Sequence[IndicatorLine], words: ReportWords) -> Picture:
    rows = _rows(f"{line.indicator.id} {line.indicator.title}" for line in lines)
    figure, axes = _paper(rows)
    looks = dict.fromkeys(LOOKS, False)
    for line, y in zip(lines, rows.centres, strict=True):
        share = line.share or Decimal(0)
        verdict: Verdict = "missed" if line.verdict == "below" else line.verdict  # below 70 % is for leaders only
        colour, hatch = LOOKS[verdict]
        label = None if looks[verdict] else getattr(words.verdicts, verdict)
        looks[verdict] = True
        width = min(float(share), FULL)
        axes.barh(y, width, color=colour, hatch=hatch, edgecolor="#333333", linewidth=0.5, label=label, height=THICK)
        # Beyond the line of 100 percent where the number would lie across it.
        start = 100.0 if 100 - NUMBER < width < 100 else width
        axes.text(start + 1, y, show_share(share), va="center", fontsize=7, bbox=BEHIND)
    axes.axvline(100, color="#333333", linewidth=0.9, linestyle="--")
    axes.set_xlim(0, FULL + 16)
    axes.set_xticks(range(0, int(FULL) + 1, 20))
    axes.set_xlabel(words.charts.indicators_axis, fontsize=8)
    _name_rows(axes, rows)
    return _png(figure, len(lines))


def filings_chart(units: Sequence[UnitTally], words: ReportWords) -> Picture:
    """Draw how many filings of each unit came in time, late, and so on, one bar a unit."""
    rows = _rows(unit.name for unit in units)
    figure, axes = _paper(rows)
    starts = [0] * len(units)
    for outcome, (colour, hatch) in OUTCOME_LOOKS.items():
        counts = [int(getattr(unit, outcome)) for unit in units]
        if not any(counts):
            continue
        bars = axes.barh(
            rows.centres,
            counts,
            left=starts,
            color=colour,
            hatch=hatch,
            edgecolor="#333333",
            linewidth=0.5,
            height=THICK,
            label=getattr(words.outcomes, outcome),
        )
        dark = outcome == "sent"
        names = [str(count) if count else "" for count in counts]
        box = None if dark else BEHIND
        axes.bar_label(bars, names, label_type="center", fontsize=7, color="white" if dark else "#111111", bbox=box)
        starts = [start + count for start, count in zip(starts, counts, strict=True)]
    axes.set_xlim(0, max(starts, default=1) * 1.02)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(words.charts.filings_axis, fontsize=8)
    _name_rows(axes, rows)
    return _png(figure, len(units))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Whole titles on as many lines as they need, and where each row's middle is, in millimetres from the top."""

    names: tuple[str, ...]
    centres: tuple[float, ...]
    height: float


def _rows(titles: Iterable[str]) -> _Rows:
    names = tuple(textwrap.fill(title, LONGEST) for title in titles)
    heights = [ROW + LINE * name.count("\n") for name in names]
    ends = list(itertools.accumulate(heights))
    centres = tuple(end - height / 2 for end, height in zip(ends, heights, strict=True))
    return _Rows(names, centres, sum(heights))


def _paper(rows: _Rows) -> tuple[Figure, Axes]:
    with matplotlib.rc_context({"font.family": FONT, "hatch.linewidth": 0.6}):
        figure = Figure(figsize=(WIDTH / INCH, (AROUND + rows.height) / INCH), dpi=DOTS, layout="constrained")
        return figure, figure.add_subplot()


def _name_rows(axes: Axes, rows: _Rows) -> None:
    axes.set_yticks(rows.centres, rows.names, fontsize=7)
    axes.set_ylim(rows.height, 0)  # the first row on top, as in the table
    axes.tick_params(axis="x", labelsize=8)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#DDDDDD", linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.figure.legend(loc="outside upper center", ncols=len(LOOKS) + 2, fontsize=7, frameon=False)


def _png(figure: Figure, rows: int) -> Picture:
    out = io.BytesIO()
    with matplotlib.rc_context({"font.family": FONT, "hatch.linewidth": 0.6}):
        FigureCanvasAgg(figure)
        figure.savefig(out, format="png", metadata={"Software": None}, pil_kwargs={"optimize": True})
    width, height = figure.get_size_inches()
    return Picture(out.getvalue(), float(width) * INCH, float(height) * INCH, rows)
