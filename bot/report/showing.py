"""Figures, days and instants as the report shows them; how a number is rounded is content/figure_text.py's."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date, format_datetime

from content.dates import HOME
from content.figure_text import PERCENT, round_share, show_actual, show_number, show_share, show_target
from content.indicators import Indicator
from content.phrases import MAIN_LANGUAGE
from content.report_words import ReportWords
from handlers.report_data import IndicatorLine


def show_day(day: date) -> str:
    """Return a day as documents write it, 05/01/2027 (Nghị định 30/2020/NĐ-CP)."""
    return format_date(day, "dd/MM/yyyy", locale=MAIN_LANGUAGE)


def show_instant(instant: datetime) -> str:
    """Return the local time to the second, 23:59:59 24/12/2026: lateness is judged by it."""
    return format_datetime(instant.astimezone(HOME), "HH:mm:ss dd/MM/yyyy", locale=MAIN_LANGUAGE)


def with_sign(text: str, unit: str) -> str:
    """Return "95,5%", or the number alone where the unit is a word: that stands beside the title."""
    return f"{text}{PERCENT}" if unit.startswith(PERCENT) else text


def show_title(indicator: Indicator) -> str:
    """Return "AS-I27. Bản tin/loa truyền thanh (bản tin/năm)"; a plain percent sign stands with the numbers instead."""
    unit = "" if indicator.unit == PERCENT else f" ({indicator.unit})"
    return f"{indicator.id}. {indicator.title}{unit}"


def target_of(line: IndicatorLine, year: int, words: ReportWords) -> str:
    """Return "≥ 95,0%", or the sign for no target."""
    target = show_target(line.indicator, year)
    return with_sign(target, line.indicator.unit) if target else words.tables.no_target


def actual_of(line: IndicatorLine, year: int, words: ReportWords) -> str:
    """Return "91,3% (42/46)", "12", or that there is no figure."""
    if line.actual is None:
        return words.tables.no_figure
    text = with_sign(show_actual(line.actual, line.indicator, year), line.indicator.unit)
    if line.numerator is None or line.denominator is None:
        return text
    return f"{text} ({show_number(line.numerator)}/{show_number(line.denominator)})"


def share_of(line: IndicatorLine, words: ReportWords) -> str:
    """Return how much of the target is reached, "102,3%", or the sign for none."""
    return words.tables.no_target if line.share is None else show_share(line.share)


def show_value(value: Decimal | None, unit: str, words: ReportWords) -> str:
    """Return a figure of the service with its unit; a percentage has one decimal."""
    if value is None:
        return words.tables.no_figure
    if unit.startswith(PERCENT):
        return f"{show_number(round_share(value))}{unit}"
    whole = value == value.to_integral_value()
    return f"{show_number(value.quantize(Decimal(1) if whole else Decimal('0.1'), ROUND_HALF_UP))} {unit}"
