"""Số liệu gõ tay: reading a figure as officials type it ("95,5", "95.5 %", "12/15", "1.200"), and doubting it.

Vietnamese writes a decimal comma and dots between thousands; keyboards and Excel bring the dot as decimal mark as
well. Where a text has only one of the marks and could mean both, the unit decides: a share has decimals, a count has
thousands. What was understood is always shown before anything is sent.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from handlers.turn import CitizenMistake

PERCENT = "%"
MOST_DIGITS = 15
_NUMBER = r"\d[\d.,\u00a0 ]*"
# "12/15", "12 tren 15": with or without its mark, which is why any letter may stand there.
_FRACTION = re.compile(rf"({_NUMBER})\s*(?:/|:|tr\wn)\s*({_NUMBER})", re.IGNORECASE)
_WORDS_AFTER = re.compile(r"\s*[^\W\d_]\D*$")  # the unit, typed after the number ("12 lop", "3 buoi/tuan")
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,\u00a0 ])\d{3})(?:\1\d{3})*")
JUMP_POINTS = Decimal(30)
JUMP_TIMES = Decimal(3)


@dataclass(frozen=True, slots=True)
class Typed:
    """A figure: `value` in the indicator's unit; the parts when it was typed as one number of another ("12/15")."""

    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None


def is_percent(unit: str) -> bool:
    """Return whether an indicator's unit is a share of a hundred."""
    return unit.strip().startswith(PERCENT)


def read_figure(text: str, unit: str) -> Typed:
    """Return what a text means in a unit. Raises CitizenMistake: `filing.not_a_number`, `…no_fraction`,
    `…negative`, `…part_too_big`, `…divided_by_zero`.
    """
    said = " ".join(text.replace("\u00a0", " ").split())
    if re.match(r"[-\u2212–]\s*\d", said):
        raise CitizenMistake("filing.negative")
    bare = _WORDS_AFTER.sub("", said).strip(" .").removesuffix(PERCENT).rstrip()
    fraction = _FRACTION.fullmatch(bare)
    if fraction is not None:
        return _share(_number(fraction[1], counts=True), _number(fraction[2], counts=True), unit)
    return Typed(_number(bare, counts=not is_percent(unit) and PERCENT not in said))


def _share(part: Decimal, whole: Decimal, unit: str) -> Typed:
    if not is_percent(unit):
        raise CitizenMistake("filing.no_fraction")
    if whole == 0:
        raise CitizenMistake("filing.divided_by_zero")
    if part > whole:
        raise CitizenMistake("filing.part_too_big")
    return Typed(part / whole * 100, part, whole)


def _number(text: str, *, counts: bool) -> Decimal:
    text = text.strip(" .,")
    digits = sum(sign.isdecimal() for sign in text)
    if not digits or digits > MOST_DIGITS or not re.fullmatch(r"[0-9][0-9., ]*", text):
        raise CitizenMistake("filing.not_a_number")
    if _THOUSANDS.fullmatch(text) and (counts or " " in text or len(re.findall(r"[.,]", text)) > 1):
        return Decimal(re.sub(r"[., ]", "", text))
    marks = [sign for sign in text if sign in ".,"]
    if not marks:
        if " " in text:
            raise CitizenMistake("filing.not_a_number")
        return Decimal(text)
    whole, _, part = text.rpartition(marks[-1])
    plain = re.sub(r"[., ]", "", whole)
    if (marks[-1] in whole or not part.isdecimal()) or (plain != whole and not _THOUSANDS.fullmatch(whole)):
        raise CitizenMistake("filing.not_a_number")
    return Decimal(f"{plain}.{part}")


def doubt(typed: Typed, unit: str, last: Decimal | None, target: Decimal | None) -> str | None:
    """Return why a figure is asked about once more, as the key of a phrase, or None when it looks right.

    A share over 100, a share that moved by 30 points or more, a broken number where the plan counts whole ones, a
    count that is three times the last one or a third of it, and nothing at all where there was something.
    """
    value = typed.value
    if is_percent(unit):
        if value > 100:
            return "filing.doubt_over_hundred"
        return "filing.doubt_jump" if last is not None and abs(value - last) >= JUMP_POINTS else None
    if value != value.to_integral_value() and target is not None and target == target.to_integral_value():
        return "filing.doubt_not_whole"
    if last is None or last == 0:
        return None
    return "filing.doubt_jump" if value * JUMP_TIMES <= last or value >= last * JUMP_TIMES else None
