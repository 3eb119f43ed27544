"""Figures as the report shows them: decimal comma, dd/mm/yyyy, and never rounded over a judgement."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from content.dates import HOME
from content.indicators import THRESHOLD, Indicator
from content.phrases import MAIN_LANGUAGE
from content.report_words import ReportWords
from handlers.report_data import IndicatorLine

PERCENT = "%"
_MOST_DECIMALS = 6
_HUNDRED = Decimal(100)


def show_number(number: Decimal, decimals: int | None = None) -> str:
    """Return "1.234,5"; with `decimals` always so many, without as many as the number has."""
    if decimals is None:
        decimals = max(0, -int(number.as_tuple().exponent))
    places = "." + "0" * decimals if decimals else ""
    return format_decimal(number, format=f"#,##0{places}", locale=MAIN_LANGUAGE, decimal_quantization=False)


def show_day(day: date) -> str:
    """Return a day as documents write it, 05/01/2027 (Nghị định 30/2020/NĐ-CP)."""
    return format_date(day, "dd/MM/yyyy", locale=MAIN_LANGUAGE)


def show_instant(instant: datetime) -> str:
    """Return the local time to the second, 23:59:59 24/12/2026: lateness is judged by it."""
    return format_datetime(instant.astimezone(HOME), "HH:mm:ss dd/MM/yyyy", locale=MAIN_LANGUAGE)


def rounded(number: Decimal, judged: Callable[[Decimal], object], decimals: int = 1) -> Decimal:
    """Return the number rounded half up to `decimals`, or to so many more that it is judged as the whole number is.

    94.96 against "at least 95" is shown as 94.96, not as 95.0 beside "not met".
    """
    shown = number
    for places in range(decimals, _MOST_DECIMALS + 1):
        shown = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if judged(shown) == judged(number):
            return shown
    return number


def with_sign(text: str, unit: str) -> str:
    """Return "95,5%", or the number alone where the unit is a word: that stands beside the title."""
    return f"{text}{PERCENT}" if unit.startswith(PERCENT) else text


def show_title(indicator: Indicator) -> str:
    """Return "AS-I27. Bản tin/loa truyền thanh (bản tin/năm)"; a plain percent sign stands with the numbers instead."""
    unit = "" if indicator.unit == PERCENT else f" ({indicator.unit})"
    return f"{indicator.id}. {indicator.title}{unit}"


def show_target(indicator: Indicator, year: int, words: ReportWords) -> str:
    """Return "≥ 95,0%" with the decimals of the plan, or the sign for no target."""
    wanted = indicator.wanted(year, show_number)
    return with_sign(wanted, indicator.unit) if wanted else words.tables.no_target


def show_actual(line: IndicatorLine, year: int, words: ReportWords) -> str:
    """Return "91,3% (42/46)", "12", or that there is no figure. A percentage always has at least one decimal."""
    if line.actual is None:
        return words.tables.no_figure
    text = with_sign(_number_of(line.actual, line.indicator, year), line.indicator.unit)
    if line.numerator is None or line.denominator is None:
        return text
    return f"{text} ({show_number(line.numerator)}/{show_number(line.denominator)})"


def _number_of(actual: Decimal, indicator: Indicator, year: int) -> str:
    shown = rounded(actual, lambda number: indicator.met(number, year))
    if not indicator.unit.startswith(PERCENT) and shown == shown.to_integral_value():
        return show_number(shown, 0)
    return show_number(shown)


def show_share(line: IndicatorLine, words: ReportWords) -> str:
    """Return how much of the target is reached, "102,3%", or the sign for none."""
    if line.share is None:
        return words.tables.no_target
    return f"{show_number(rounded(line.share, judged_share))}{PERCENT}"


def judged_share(share: Decimal) -> tuple[bool, bool]:
    """Return what must not change when a share is rounded: whether it is below 70 % and whether below 100 %."""
    return share < THRESHOLD, share < _HUNDRED


def show_value(value: Decimal | None, unit: str, words: ReportWords) -> str:
    """Return a figure of the service with its unit; a percentage has one decimal."""
    if value is None:
        return words.tables.no_figure
    if unit.startswith(PERCENT):
        return f"{show_number(value.quantize(Decimal('0.1'), ROUND_HALF_UP))}{unit}"
    whole = value == value.to_integral_value()
    return f"{show_number(value if not whole else value.quantize(Decimal(1)))} {unit}"
