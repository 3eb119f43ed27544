"""`make eval`: how well questions find their guide, by style, with every miss.

Counts what the citizen gets: top-1 is an answer with the right guide, or the first of the choices; top-3 is the right
guide among the first three candidates shown. A question that no guide covers is right when it is refused.
"""

import csv
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from content.library import load
from content.search import Found

ROOT = Path(__file__).parent.parent
DEFAULT = ROOT / "tests" / "data" / "dev-questions.tsv"
NONE = "none"


@dataclass
class Tally:
    """Counts of one style."""

    asked: int = 0
    answered: int = 0
    first: int = 0
    three: int = 0
    wrong: list[str] = field(default_factory=list)


def main() -> None:
    """Measure and print."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    library = load(Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "content")
    commune = next(iter(library.communes.values()))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    covered: dict[str, Tally] = defaultdict(Tally)
    refused: dict[str, Tally] = {"off topic": Tally(), "no guide yet": Tally()}
    for row in rows:
        expected = row["expected_id"]
        found = commune.search.find(row["question"])
        if expected in commune.guides:
            for tally in (covered[row["style"]], covered["all"]):
                _count(tally, row["question"], expected, found)
        else:
            _count_refusal(refused["off topic" if expected == NONE else "no guide yet"], row["question"], found)
    _print(covered, refused)


def _count(tally: Tally, question: str, expected: str, found: Found) -> None:
    shown = [candidate.guide for candidate in found.candidates] if found.outcome != NONE else []
    if found.outcome == "answer":
        shown = [str(found.guide), *(guide for guide in shown if guide != found.guide)]
    tally.asked += 1
    tally.answered += found.outcome == "answer" and found.guide == expected
    tally.first += shown[:1] == [expected]
    tally.three += expected in shown[:3]
    if shown[:1] != [expected]:
        tally.wrong.append(f"{question[:90]} | expected {expected} | {found.outcome} {', '.join(shown[:3])}")


def _count_refusal(tally: Tally, question: str, found: Found) -> None:
    tally.asked += 1
    tally.first += found.outcome == NONE
    tally.three += found.outcome != "answer"
    if found.outcome == "answer":
        tally.wrong.append(f"{question[:90]} | answered {found.guide}")


def _print(covered: dict[str, Tally], refused: dict[str, Tally]) -> None:
    out = sys.stdout.write
    for name, tallies in (("guide wrong", covered["all"]), *(("answered", tally) for tally in refused.values())):
        for line in tallies.wrong:
            out(f"{name}: {line}\n")
    out(f"\n{'style':<14}{'asked':>6}{'top-1':>8}{'top-3':>8}{'answered':>10}\n")
    for style in (*sorted(set(covered) - {"all"}), "all"):
        tally = covered[style]
        shares = (tally.first / tally.asked, tally.three / tally.asked, tally.answered / tally.asked)
        out(f"{style:<14}{tally.asked:>6}{shares[0]:>8.2f}{shares[1]:>8.2f}{shares[2]:>10.2f}\n")
    out(f"\n{'to be refused':<14}{'asked':>6}{'refused':>9}{'not answered':>14}\n")
    for name, tally in refused.items():
        out(f"{name:<14}{tally.asked:>6}{tally.first / tally.asked:>9.2f}{tally.three / tally.asked:>14.2f}\n")


if __name__ == "__main__":
    main()
