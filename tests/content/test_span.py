"""Two days in one sentence."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.dates import HOME
from content.span import read_span

NOW = datetime(2026, 12, 10, 9, tzinfo=HOME)  # a Thursday


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("từ mai đến 31/12", date(2026, 12, 11), date(2026, 12, 31)),
        ("từ ngày mai đến hết ngày 31/12/2026", date(2026, 12, 11), date(2026, 12, 31)),
        ("tu mai toi thu sau", date(2026, 12, 11), date(2026, 12, 11)),
        ("12-14/12", date(2026, 12, 12), date(2026, 12, 14)),
        ("15/12 – 18/12", date(2026, 12, 15), date(2026, 12, 18)),
        ("từ 28 đến 3/1", date(2026, 12, 28), date(2027, 1, 3)),
        ("từ thứ 2 đến thứ 6", date(2026, 12, 14), date(2026, 12, 18)),
        ("nghỉ từ mai đến thứ 6 tuần sau", date(2026, 12, 11), date(2026, 12, 18)),
        ("tuần sau", date(2026, 12, 14), date(2026, 12, 20)),
        ("toi nghi phep tuan sau, nho anh Binh", date(2026, 12, 14), date(2026, 12, 20)),
        ("nghỉ hết tuần này", date(2026, 12, 10), date(2026, 12, 13)),
    ],
)
def test_both_days_are_read(said: str, first: date, last: date) -> None:
    assert read_span(said, NOW) == (first, last)


@pytest.mark.parametrize(
    "said",
    [
        "mai",
        "thứ 5 tuần tới",
        "đến 31/12",
        "20/12 đến 15/12",
        "từ 15/12 đến 10h",
        "31 đến 1/12",
        "tuần sau nữa",
        "từ tuần sau đến 31/12",
        "2 ngày tuần sau",
    ],
)
def test_one_day_is_no_span(said: str) -> None:
    assert read_span(said, NOW) is None


@given(st.integers(0, 300), st.integers(0, 200))
def test_what_is_written_out_is_read_back(ahead: int, days: int) -> None:
    first = NOW.date() + timedelta(days=ahead)
    last = first + timedelta(days=days)
    assert read_span(f"từ {first:%d/%m/%Y} đến hết {last:%d/%m/%Y}", NOW) == (first, last)
