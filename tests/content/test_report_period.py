"""Kỳ báo cáo and kỳ số liệu, against days written out by hand from Nghị định 09/2019/NĐ-CP, Điều 12."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.report_period import ReportPeriod

PERIODS = st.builds(
    lambda year, name: ReportPeriod.parse(f"{year}{name}"),
    st.integers(2000, 2099),
    st.sampled_from(["-Q1", "-Q2", "-Q3", "-Q4", "-H1", "-H2", ""]),
)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-Q1", date(2025, 12, 15), date(2026, 3, 14)),
        ("2026-Q2", date(2026, 3, 15), date(2026, 6, 14)),
        ("2026-Q3", date(2026, 6, 15), date(2026, 9, 14)),
        ("2026-Q4", date(2026, 9, 15), date(2026, 12, 14)),
        ("2026-H1", date(2025, 12, 15), date(2026, 6, 14)),
        ("2026-H2", date(2026, 6, 15), date(2026, 12, 14)),
        ("2026", date(2025, 12, 15), date(2026, 12, 14)),
    ],
)
def test_data_run_from_the_15th_to_the_14th(name: str, first: date, last: date) -> None:
    window = ReportPeriod.parse(name).window("legal", date(2026, 7, 1))
    assert (window.first, window.last, window.kind) == (first, last, "legal")


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2028-Q1", date(2028, 1, 1), date(2028, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_commune_may_count_the_calendar_period(name: str, first: date, last: date) -> None:
    window = ReportPeriod.parse(name).window("calendar", date(2026, 7, 1))
    assert (window.first, window.last) == (first, last)


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2027, 1, 5), date(2026, 12, 31)),
        (date(2026, 9, 1), date(2026, 10, 1)),
    ],
)
def test_to_date_stops_today_and_never_before_it_began(today: date, last: date) -> None:
    assert ReportPeriod.parse("2026-Q4").window("to_date", today).last == last


@pytest.mark.parametrize(
    "name",
    [
        "",
        "2026-Q0",
        "2026-Q5",
        "2026-H3",
        "2026-11",
        "2026-W47",
        "1999",
        "26-Q4",
        "2026Q4",
        "Q4",
        "Q5/2026",
        "Q4/26",
        "Q4//2026",
        "Q4/H2/2026",
    ],
)
def test_what_is_no_quarter_half_or_year_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="2026-Q4, 2026-H2 or 2026"):
        ReportPeriod.parse(name)


@given(PERIODS)
def test_a_period_is_written_as_it_is_read(period: ReportPeriod) -> None:
    assert ReportPeriod.parse(str(period)) == period
    assert ReportPeriod.parse(f" {str(period).lower()} ") == period


@given(PERIODS, st.sampled_from(["-", "/", " ", " - ", " / ", "  "]), st.booleans(), st.booleans())
def test_year_and_part_may_stand_in_either_order_with_dash_slash_or_space(
    period: ReportPeriod, between: str, year_first: bool, small: bool
) -> None:
    year, _, part = str(period).partition("-")
    parts = [one for one in ((year, part) if year_first else (part, year)) if one]
    typed = between.join(parts)
    assert ReportPeriod.parse(typed.lower() if small else typed) == period


@given(st.text("QH1234520 -/", max_size=9))
def test_nothing_is_read_that_does_not_name_one_year_and_at_most_one_part(text: str) -> None:
    try:
        period = ReportPeriod.parse(text)
    except ValueError:
        return
    assert text.count(str(period.year)) >= 1
    letters = [sign for sign in text if sign in "QH"]
    assert letters == {"quarter": ["Q"], "half": ["H"], "year": []}[period.length]
    digits = sorted(sign for sign in text if sign.isdigit())
    assert digits == sorted(str(period.year) + (str(period.number) if letters else ""))


@given(PERIODS)
def test_windows_follow_each_other_without_gap_or_overlap(period: ReportPeriod) -> None:
    today = date(2026, 1, 1)
    for kind in ("legal", "calendar"):
        before, now = period.previous.window(kind, today), period.window(kind, today)
        assert now.first - before.last == timedelta(days=1)
    assert period.previous.months == period.months


@given(PERIODS)
def test_only_the_last_period_of_a_year_ends_it(period: ReportPeriod) -> None:
    assert period.ends_year == (period.last == date(period.year, 12, 31))
