"""Figures as officials type them."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.figure_text import show_entered, show_number
from content.indicators import Indicator
from handlers.turn import CitizenMistake
from handlers.typed_figures import Typed, doubt, read_figure

D = Decimal


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("95,5", "%", "95.5"),
        ("95.5 %", "%", "95.5"),
        ("95,5%", "%", "95.5"),
        (" 95 ", "%", "95"),
        ("95.125", "%", "95.125"),
        ("1.200", "lượt", "1200"),
        ("1,200", "lượt", "1200"),
        ("1 200", "lượt", "1200"),
        ("1.200.000", "đồng", "1200000"),
        ("1.234,5", "triệu đồng", "1234.5"),
        ("1,234.5", "triệu đồng", "1234.5"),
        ("12 lớp", "lớp/năm", "12"),
        ("3 buổi/tuần", "buổi/tuần", "3"),
        ("44,5 triệu đồng", "triệu đồng", "44.5"),
        ("0", "sự cố/năm", "0"),
        ("95.", "%", "95"),
        ("95.00", "%", "95.00"),
    ],
)
def test_a_number_is_read(text: str, unit: str, value: str) -> None:
    assert read_figure(text, unit) == Typed(D(value))


@pytest.mark.parametrize("text", ["12/15", "12 / 15", "12 trên 15", "12 tren 15", "12:15", "12/15 hồ sơ"])
def test_a_part_of_a_whole_is_a_share(text: str) -> None:
    assert read_figure(text, "% (≥)") == Typed(D(80), D(12), D(15))


def test_parts_may_have_thousands() -> None:
    assert read_figure("1.140/1.200", "%") == Typed(D(95), D(1140), D(1200))


@pytest.mark.parametrize(
    ("text", "unit", "key"),
    [
        ("nhiều", "%", "filing.not_a_number"),
        ("", "%", "filing.not_a_number"),
        ("12 13", "%", "filing.not_a_number"),
        ("1.2.3", "%", "filing.not_a_number"),
        ("12,", "%", None),
        ("-5", "%", "filing.negative"),
        ("−5", "%", "filing.negative"),
        ("12/15", "lớp/năm", "filing.no_fraction"),
        ("15/12", "%", "filing.part_too_big"),
        ("0/0", "%", "filing.divided_by_zero"),
        ("1" * 16, "lượt", "filing.not_a_number"),
        ("9" * 4000, "lượt", "filing.not_a_number"),
        ("1e9", "lượt", "filing.not_a_number"),
        ("²", "lượt", "filing.not_a_number"),
        ("٣", "lượt", "filing.not_a_number"),
    ],
)
def test_what_is_no_figure_is_said_so(text: str, unit: str, key: str | None) -> None:
    if key is None:
        assert read_figure(text, unit) == Typed(D(12))
        return
    with pytest.raises(CitizenMistake) as caught:
        read_figure(text, unit)
    assert caught.value.key == key


@pytest.mark.parametrize(
    ("value", "unit", "last", "target", "key"),
    [
        ("101", "%", None, "80", "filing.doubt_over_hundred"),
        ("100", "%", None, "80", None),
        ("60", "%", "90", "80", "filing.doubt_jump"),
        ("60.1", "%", "90", "80", None),
        ("9", "lớp/năm", "3", "2", "filing.doubt_jump"),
        ("8", "lớp/năm", "3", "2", None),
        ("0", "lớp/năm", "3", "2", "filing.doubt_jump"),
        ("1", "lớp/năm", "3", "2", "filing.doubt_jump"),
        ("2", "lớp/năm", "0", "2", None),
        ("2.5", "lớp/năm", None, "2", "filing.doubt_not_whole"),
        ("2.5", "triệu đồng", None, "2.5", None),
        ("2.5", "giờ", None, None, None),
    ],
)
def test_what_looks_odd_is_asked_about(value: str, unit: str, last: str | None, target: str | None, key: str) -> None:
    found = doubt(Typed(D(value)), unit, D(last) if last else None, D(target) if target else None)
    assert found == key


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_what_is_shown_is_read_back(value: Decimal) -> None:
    assert read_figure(show_number(value), "triệu đồng").value == value


@given(st.decimals(min_value=0, max_value=100, places=2))
def test_a_share_that_is_shown_is_read_back(value: Decimal) -> None:
    assert read_figure(show_number(value) + " %", "%").value == value


@given(st.text(max_size=40))
def test_any_text_gives_a_figure_or_a_sentence(text: str) -> None:
    with suppress(CitizenMistake):
        assert read_figure(text, "%").value >= 0


@pytest.mark.parametrize(
    ("value", "said"),
    [("99.996", "99,996"), ("100", "100"), ("95", "95"), ("2.153846153", "2,15"), ("99.99999", "99,99999")],
)
def test_what_was_entered_is_never_shown_over_a_judgement(value: str, said: str) -> None:
    indicator = Indicator.model_validate(
        {
            "id": "AS-I01",
            "title": "t",
            "comparator": "≥",
            "unit": "%",
            "targets": {"2026": "100"},
            "leads": [],
            "source": "s",
        }
    )
    assert show_entered(D(value), indicator, 2026) == said
