"""Hình bảng theo dõi: the board as a PNG for a phone. Bars differ in lightness and in hatching, not only in colour."""

import io
import textwrap
from collections.abc import Sequence
from dataclasses import replace

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bot.boards.rows import FULL, PARTS, Board, FigureRow, Part
from handlers.report_data import Verdict

FONT = "DejaVu Sans"  # comes with matplotlib and has every Vietnamese letter
DOTS = 144  # per inch
WIDTH = 7.5  # inches: 1,080 pixels, as wide as a phone shows
ROW, LINE = 0.56, 0.2  # inches: a row of one or two lines, and each line beyond
HEAD = 1.9  # inches around the rows of one chart: heading, legend, axis
MOST_ROWS = 18  # of one chart; the page has them all
LONGEST = 32  # letters in one line of a name
EDGE = "#222222"
BEHIND = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
PART_LOOKS: dict[Part, tuple[str, str]] = {
    "done": ("#1F5C5C", ""),
    "late": ("#C9A66B", "//"),
    "missing": ("#F0DFC0", "xx"),
    "near": ("#8FB8B8", ".."),
    "ahead": ("#FFFFFF", ""),
}
VERDICT_LOOKS: dict[Verdict, tuple[str, str]] = {
    "below": ("#F0DFC0", "xx"),
    "missed": ("#C9A66B", "//"),
    "running": ("#8FB8B8", ".."),
    "met": ("#1F5C5C", ""),
}


def draw(board: Board, more: str) -> bytes:
    """Return the board as a PNG. Names are never cut: a row is as high as its name has lines.

    `more` is a phrase with {count} for rows that have no room.
    """
    # What needs somebody comes first: there may be no room for all.
    ordered = sorted(
        board.figures, key=lambda row: list(VERDICT_LOOKS).index(row.verdict) if row.word else len(VERDICT_LOOKS)
    )
    units, figures = board.units[:MOST_ROWS], tuple(ordered[:MOST_ROWS])
    named = [
        ([_wrapped(row.name) for row in units], _draw_units),
        ([_wrapped(row.title) for row in figures], _draw_figures),
    ]
    shown = [(names, chart) for names, chart in named if names]
    heights = [_height(names) for names, _ in shown] or [HEAD]
    with matplotlib.rc_context({"font.family": FONT, "hatch.linewidth": 0.8, "font.size": 12}):
        figure = Figure(figsize=(WIDTH, 1.0 + sum(heights)), dpi=DOTS, layout="constrained")
        figure.suptitle(f"{board.commune}\n{board.title}\n{board.as_of}", fontsize=14, fontweight="bold")
        if shown:
            made = figure.subplots(len(shown), 1, squeeze=False, height_ratios=heights)
            for axes, (names, chart) in zip(made[:, 0], shown, strict=True):
                chart(axes, replace(board, units=units, figures=figures))
                _name(axes, names)
        hidden = len(board.units) - len(units) + len(board.figures) - len(figures)
        if hidden:
            figure.supxlabel(more.format(count=hidden), fontsize=11)
        out = io.BytesIO()
        FigureCanvasAgg(figure)
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _draw_units(axes: Axes, board: Board) -> None:
    rows = board.units
    starts = [0] * len(rows)
    for place, part in enumerate(PARTS):
        counts = [row.counts[place] for row in rows]
        if not any(counts):
            continue
        colour, hatch = PART_LOOKS[part]
        label = board.parts[place]
        bars = axes.barh(
            range(len(rows)), counts, left=starts, color=colour, hatch=hatch, height=0.6, label=label, edgecolor=EDGE
        )
        dark = part == "done"
        names = [str(count) if count else "" for count in counts]
        axes.bar_label(
            bars, names, label_type="center", color="white" if dark else "#111111", bbox=None if dark else BEHIND
        )
        starts = [start + count for start, count in zip(starts, counts, strict=True)]
    axes.set_xlim(0, max(starts) * 1.02)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _draw_figures(axes: Axes, board: Board) -> None:
    rows = board.figures
    named: set[str] = set()
    for place, row in enumerate(rows):
        colour, hatch = VERDICT_LOOKS.get(row.verdict, ("#FFFFFF", ""))
        label = None if row.word in named else row.word
        named.add(row.word)
        axes.barh(place, row.share or 0, color=colour, hatch=hatch, height=0.6, label=label, edgecolor=EDGE)
        axes.text(2, place, _figure_words(row), va="center", fontsize=10.5, color="#111111", bbox=BEHIND)
    axes.axvline(100, color="#222222", linewidth=1.1, linestyle="--")
    axes.set_xlim(0, FULL + 2)
    axes.xaxis.set_major_formatter("{x:.0f}%")


def _figure_words(row: FigureRow) -> str:
    return f"{row.actual}  ({row.target})" if row.target else row.actual


def _wrapped(name: str) -> str:
    return "\n".join(textwrap.wrap(name, LONGEST))


def _height(names: Sequence[str]) -> float:
    """Return how high a chart is, in inches, so that its longest name stands whole in its row."""
    lines = max(name.count("\n") + 1 for name in names)
    return HEAD + (ROW + LINE * max(0, lines - 2)) * len(names)


def _name(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)  # the first row on top, as in the words
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#DDDDDD", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.35, 1.0), ncols=3, frameon=False, fontsize=11)
