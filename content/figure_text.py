"""Số liệu bằng chữ: how a figure is written wherever it is read: report, board, list. Decimal comma, dots in thousands.

One rule: a percentage has as many decimals as the plan gave its target, at least one; a count is whole, or has one
decimal. Neither is ever rounded over a judgement: 89.96 under "at least 90" is not "90,0".
"""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from babel.numbers import format_decimal

from content.indicators import THRESHOLD, Indicator
from content.phrases import MAIN_LANGUAGE

PERCENT = "%"
_MOST_DECIMALS = 6
_ENTERED_DECIMALS = 2
_HUNDRED = Decimal(100)


def show_number(number: Decimal, decimals: int | None = None) -> str:
    """Return "1.234,5"; with `decimals` always so many, without as many as the number has."""
    if decimals is None:
        decimals = _decimals(number)
    places = "." + "0" * decimals if decimals else ""
    return format_decimal(number, format=f"#,##0{places}", locale=MAIN_LANGUAGE, decimal_quantization=False)


def rounded(number: Decimal, judged: Callable[[Decimal], object], decimals: int = 1) -> Decimal:
    """Return the number rounded half up to `decimals`, or to so many more that it is judged as the whole number is."""
    for places in range(decimals, _MOST_DECIMALS + 1):
        shown = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if judged(shown) == judged(number):
            return shown
    return number


def round_actual(actual: Decimal, indicator: Indicator, year: int) -> Decimal:
    """Return a figure of an indicator as it is shown in a year; a whole count has no decimals."""
    target = indicator.target(year)
    least = max(1, 0 if target is None else _decimals(target))
    shown = rounded(actual, partial(_judged, indicator=indicator, year=year), least)
    whole = not indicator.unit.startswith(PERCENT) and shown == shown.to_integral_value()
    return shown.quantize(Decimal(1)) if whole else shown


def round_share(share: Decimal) -> Decimal:
    """Return a share in per cent with one decimal, or so many more that it stays on its side of 70 and of 100."""
    return rounded(share, lambda number: (number < THRESHOLD, number < _HUNDRED))


def show_actual(actual: Decimal, indicator: Indicator, year: int) -> str:
    """Return a figure of an indicator without its unit: "89,96", "100,0", "12"."""
    return show_number(round_actual(actual, indicator, year))


def show_entered(number: Decimal, indicator: Indicator, year: int) -> str:
    """Return a figure as it was entered, without unit: at most two decimals, or so many that it is judged alike."""
    shown = rounded(number, partial(_judged, indicator=indicator, year=year), _ENTERED_DECIMALS).normalize()
    return show_number(shown, _decimals(shown))


def show_target(indicator: Indicator, year: int) -> str:
    """Return a year's target with the plan's decimals and the comparator: "≥ 95,0", "3–5"; "" without target."""
    return indicator.wanted(year, show_number)


def show_share(share: Decimal) -> str:
    """Return how much of something is reached: "99,98%"."""
    return f"{show_number(round_share(share))}{PERCENT}"


def _judged(number: Decimal, indicator: Indicator, year: int) -> tuple[bool | None, bool | None]:
    return indicator.met(number, year), indicator.below_threshold(number, year)


def _decimals(number: Decimal) -> int:
    return max(0, -int(number.as_tuple().exponent))
