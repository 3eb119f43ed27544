"""Phiếu số liệu: what has been answered of a report and what is asked next. Pure; the answers are the dialog's data.

An answer to an indicator is kept under "f:<id>:<attempt>", the second thought about an odd one under
"s:<id>:<attempt>", be it a word or another figure: every question has a name of its own, so «quay lại» takes back
exactly one answer.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from content.figure_text import show_entered, show_number
from content.indicators import Indicator
from handlers.typed_figures import Typed
from storage.filing_moves import Figure

NONE = "none"
SERVICE = "service"
BESIDE = "beside"  # as in another filing of the unit due the same day
AGAIN = "again"
KEPT = ("f:", "s:", "note", "proof")  # what of a dialog's data is the draft

Offered = Mapping[str, Mapping[str, Figure]]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked next: an indicator's figure, or whether an odd one is right. `name` is where the answer goes."""

    kind: Literal["figure", "sure"]
    indicator: Indicator
    name: str
    place: int


def next_question(data: Mapping[str, Any], indicators: Iterable[Indicator]) -> Question | None:
    """Return the next question, or None when every indicator has an answer."""
    for place, indicator in enumerate(indicators, 1):
        _, name = _standing(data, indicator.id)
        if name is not None:
            return Question("figure" if name.startswith("f:") else "sure", indicator, name, place)
    return None


def answer_of(data: Mapping[str, Any], indicator: str) -> Any:
    """Return the last answer to an indicator: a mapping, the word of a button, or None when it was not asked yet."""
    return _standing(data, indicator)[0]


def doubted(data: Mapping[str, Any], question: Question) -> tuple[Typed, str]:
    """Return the odd figure that a "sure" question is about and the key of the doubt."""
    answer = answer_of(data, question.indicator.id)
    return typed_of(answer), str(answer["doubt"])


def _standing(data: Mapping[str, Any], indicator: str) -> tuple[Any, str | None]:
    """Return the last answer to an indicator, and the name of what is asked of it next, None when all is said.

    Whoever types another figure when an odd one is doubted has answered with that: it stands under the doubt's name.
    """
    answer, attempt, name = None, 0, f"f:{indicator}:0"
    while name in data:
        said = data[name]
        if name.startswith("s:"):
            attempt += 1
            if said == AGAIN:
                name = f"f:{indicator}:{attempt}"
                continue
            if not isinstance(said, Mapping):
                return answer, None
        answer = said
        if not _odd(answer):
            return answer, None
        name = f"s:{indicator}:{attempt}"
    return answer, name


def figure_of(data: Mapping[str, Any], indicator: str, offered: Offered) -> Figure | None:
    """Return the figure that was answered, None for «chưa có số liệu» and while there is no answer.

    `offered`: the figures that a tap takes, by the answer that the tap gives and the indicator.
    """
    answer = answer_of(data, indicator)
    if isinstance(answer, Mapping):
        typed = typed_of(answer)
        return Figure(indicator, typed.value, typed.numerator, typed.denominator, "typed")
    return offered[answer].get(indicator) if answer in offered else None


def to_answer(typed: Typed, doubt: str | None) -> dict[str, str]:
    """Return a figure as it is kept in the dialog."""
    parts = {"numerator": typed.numerator, "denominator": typed.denominator, "doubt": doubt}
    return {"value": str(typed.value)} | {name: str(part) for name, part in parts.items() if part is not None}


def typed_of(answer: Mapping[str, str]) -> Typed:
    """Return the figure that `to_answer` kept."""
    part, whole = answer.get("numerator"), answer.get("denominator")
    return Typed(Decimal(answer["value"]), Decimal(part) if part else None, Decimal(whole) if whole else None)


def draft_of(data: Mapping[str, Any]) -> str:
    """Return the answers as the JSON of a draft, "" while there are none."""
    kept = {name: value for name, value in data.items() if name.startswith(KEPT)}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else ""


def read_draft(form: str | None) -> dict[str, Any]:
    """Return the answers of a draft."""
    return dict(json.loads(form)) if form else {}


def value_words(typed: Typed | Figure, indicator: Indicator, year: int) -> str:
    """Return a figure with its unit and its parts: "80 % (12/15)"."""
    parts = ""
    if typed.numerator is not None and typed.denominator is not None:
        parts = f" ({show_number(typed.numerator)}/{show_number(typed.denominator)})"
    return f"{show_entered(typed.value, indicator, year)} {indicator.unit}{parts}"


def mark_of(form: str | None) -> str:
    """Return a short text that differs from draft to draft."""
    return hashlib.sha256((form or "").encode()).hexdigest()[:12]


def forget(data: dict[str, Any], what: str) -> None:
    """Take one answer out of a form: an indicator's with all second thoughts, the note, or the proof."""
    gone = [name for name in data if name in {what, f"{what}_seen"} or name.split(":")[1:2] == [what]]
    for name in gone:
        del data[name]


def _odd(answer: Any) -> bool:
    return isinstance(answer, Mapping) and "doubt" in answer
