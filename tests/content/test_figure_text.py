"""How a figure is written: the plan's decimals, a comma, and never over a judgement."""

from decimal import Decimal

import pytest

from content.figure_text import show_actual, show_share, show_target
from content.indicators import Indicator


def _indicator(unit: str, comparator: str, target: str, *, completion: bool = False) -> Indicator:
    written = {
        "id": "AS-I01",
        "title": "Chỉ tiêu",
        "comparator": comparator,
        "unit": unit,
        "targets": {"2026": target},
        "leads": ["vh-xh"],
        "completion": completion,
        "source": "IV",
    }
    return Indicator.model_validate(written)


@pytest.mark.parametrize(
    ("unit", "comparator", "target", "actual", "shown"),
    [
        ("%", "≥", "90", "89.96", "89,96"),
        ("%", "≥", "90", "89.94", "89,9"),
        ("%", "≥", "90", "90", "90,0"),
        ("%", ">", "90", "90.04", "90,04"),
        ("%", "≤", "5", "5.04", "5,04"),
        ("%", "=", "100", "99.999", "99,999"),
        ("%", "≥", "95,25", "96.5", "96,50"),
        ("%", "≥", "95,25", "95.249", "95,249"),
        ("%", "≥", "100", "69.96", "69,96"),  # below 70 % of the target
        ("%", "≥", "50", "6666.666", "6.666,7"),
        ("buổi/tuần", "≥", "2", "2.1", "2,1"),
        ("buổi/tuần", "≥", "2", "1.97", "1,97"),
        ("buổi/tuần", "≥", "2", "2.04", "2"),
        ("bản tin/năm", "≥", "12", "1200", "1.200"),
    ],
)
def test_a_figure_has_the_plans_decimals_and_stays_on_its_side(
    unit: str, comparator: str, target: str, actual: str, shown: str
) -> None:
    assert show_actual(Decimal(actual), _indicator(unit, comparator, target), 2026) == shown


def test_a_completion_is_judged_by_70_percent_itself() -> None:
    assert show_actual(Decimal("69.96"), _indicator("%", "≥", "50", completion=True), 2026) == "69,96"


def test_a_year_without_target_is_shown_with_one_decimal() -> None:
    indicator = _indicator("%", "≥", "90")
    assert show_actual(Decimal("89.96"), indicator, 2027) == "90,0"
    assert show_target(indicator, 2027) == ""
    assert show_target(_indicator("%", "≥", "95,10"), 2026) == "≥ 95,10"


@pytest.mark.parametrize(("share", "shown"), [("99.96", "99,96%"), ("69.99", "69,99%"), ("112.5", "112,5%")])
def test_a_share_stays_on_its_side_of_70_and_100(share: str, shown: str) -> None:
    assert show_share(Decimal(share)) == shown
