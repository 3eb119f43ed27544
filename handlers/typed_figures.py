"""Số liệu gõ tay: reading a figure as officials type it ("95,5", "95.5 %", "12/15", "1.200"), and doubting it.

Vietnamese writes a decimal comma and dots between thousands; keyboards and Excel bring the dot as decimal mark as
well. Where a text has only one of the marks and could mean both, the unit decides: a share has decimals, a count has
thousands. What was understood is always shown before anything is sent. The words around: content/number_words.py.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from content.number_words import MEANS, NOUNS, OF, PERCENT, after_lead, in_unit, is_about, read_tail, words_of
from handlers.turn import CitizenMistake

MOST_DIGITS = 15
LONGEST = 120  # characters; what is longer is no figure
_NUMBER = r"\d[\d., ]*"
_LETTERS = r"[^\W\d_][^\d/:%()=]*?"
_FRACTION = re.compile(rf"({_NUMBER})({_LETTERS})?\s*{OF}\s*({_NUMBER})(\D*)")
_TWICE = re.compile(rf"(.*\d.*?)\s*(?:\((.*\d.*)\)|(?:=|{MEANS})\s*(.*\d.*))")
_ALONE = re.compile(rf"({_NUMBER})(.*)")
_THOUSANDS = re.compile(r"\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*")
_COMMA_AND_SPACE = re.compile(r"(\d) ?, ?(\d{1,2})$")
JUMP_POINTS = Decimal(30)
JUMP_TIMES = Decimal(3)
FAR_POINTS = Decimal(50)
FAR_TIMES = Decimal(10)


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
    `…negative`, `…part_too_big`, `…divided_by_zero`, `…about`, `…words_after`, `…two_numbers`.

    A word after a number multiplies it («2 nghìn»), is the unit or says nothing («12 lớp ạ»), or it is asked about:
    none is left out that could change the figure.
    """
    said = after_lead(_spelled(text))
    if len(said) > LONGEST:
        raise CitizenMistake("filing.not_a_number")
    if re.match(r"[-\u2212–]\s*\d", said):
        raise CitizenMistake("filing.negative")
    if is_about(said):
        raise CitizenMistake("filing.about")
    twice = _TWICE.fullmatch(said)
    if twice is None:
        return _figure(said, unit)
    return _agreed(_figure(twice[1], unit), _figure(after_lead(twice[2] or twice[3]), unit))


def _spelled(text: str) -> str:
    """Return a text in small letters with single spaces, and signs of full width as everybody writes them."""
    signs = unicodedata.normalize("NFC", text)
    narrow = (unicodedata.normalize("NFKC", one) if unicodedata.east_asian_width(one) == "F" else one for one in signs)
    return " ".join("".join(narrow).casefold().split()).rstrip(" .")


def _figure(said: str, unit: str) -> Typed:
    fraction = _FRACTION.fullmatch(said)
    if fraction is not None:
        return _fraction(fraction, unit)
    match = _ALONE.fullmatch(said)
    tail = read_tail(match[2]) if match is not None else None
    if match is None or tail is None:
        raise CitizenMistake("filing.not_a_number")
    value = _number(match[1], counts=not is_percent(unit) and not tail.percent)
    if not is_percent(unit):
        if tail.percent:
            raise CitizenMistake("filing.no_fraction")
        if tail.beyond(words_of(unit)) or (tail.half and value != value.to_integral_value()):
            raise _words_after(match[2], unit)
        return Typed(_not_too_long(in_unit(value, tail, unit)))
    if tail.times or tail.half or tail.beyond(words_of(unit) | NOUNS if tail.percent else frozenset()):
        raise _words_after(match[2], unit)
    return Typed(value)


def _fraction(match: re.Match[str], unit: str) -> Typed:
    """Return one number of another. After a magnitude it must be clear which of them it multiplies."""
    tails = [read_tail(match[place] or "") for place in (2, 4)]
    numbers = [_number(match[place], counts=True) for place in (1, 3)]
    if not is_percent(unit):
        raise CitizenMistake("filing.no_fraction")
    if any(tail is None or tail.half or tail.beyond(NOUNS) for tail in tails):
        raise _words_after(f"{match[2] or ''} {match[4]}", unit)
    times = [tail.times for tail in tails if tail is not None]
    if (times[0] is None) != (times[1] is None):
        raise _words_after(f"{match[2] or ''} {match[4]}", unit)
    part, whole = (_not_too_long(number * (by or 1)) for number, by in zip(numbers, times, strict=True))
    return _share(part, whole)


def _words_after(words: str, unit: str) -> CitizenMistake:
    return CitizenMistake("filing.words_after", words=words.strip(" .,"), unit=unit)


def _agreed(first: Typed, second: Typed) -> Typed:
    """Return a figure that was typed twice («12/15 (80%)»), the parts where there are some; up to the last place."""
    best, other = (first, second) if first.denominator is not None else (second, first)
    exponent = other.value.as_tuple().exponent
    step = Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(1)
    if best.value != other.value and (best.denominator is None or abs(best.value - other.value) >= step):
        raise CitizenMistake("filing.two_numbers")
    return best


def _not_too_long(value: Decimal) -> Decimal:
    if value >= Decimal(10) ** MOST_DIGITS:
        raise CitizenMistake("filing.not_a_number")
    return value


def _share(part: Decimal, whole: Decimal) -> Typed:
    if whole == 0:
        raise CitizenMistake("filing.divided_by_zero")
    if part > whole:
        raise CitizenMistake("filing.part_too_big")
    return Typed(part / whole * 100, part, whole)


def _number(text: str, *, counts: bool) -> Decimal:
    text = _COMMA_AND_SPACE.sub(r"\1,\2", text.strip(" .,"))
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
    count that is three times the last one or a third of it, and nothing at all where there was something. Where
    nothing was reported before: a share that lies 50 points or more from its target («9,5» for «95»), a count of ten
    times the target (đồng for triệu đồng). Little of a count is no reason to doubt: the year may just have begun.
    """
    value = typed.value
    if is_percent(unit):
        if value > 100:
            return "filing.doubt_over_hundred"
        if last is not None:
            return "filing.doubt_jump" if abs(value - last) >= JUMP_POINTS else None
        return "filing.doubt_far" if target is not None and abs(value - target) >= FAR_POINTS else None
    if value != value.to_integral_value() and target is not None and target == target.to_integral_value():
        return "filing.doubt_not_whole"
    if last is None or last == 0:
        return "filing.doubt_far" if target and value >= target * FAR_TIMES else None
    return "filing.doubt_jump" if value * JUMP_TIMES <= last or value >= last * JUMP_TIMES else None
