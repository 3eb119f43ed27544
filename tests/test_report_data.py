"""What a report says about its figures: verdicts, tallies, and the lists for leaders."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from content.indicators import Indicator
from content.library import Library
from content.report_period import ReportPeriod
from handlers.report_data import FilingLine, IndicatorLine, Outcome, ReportData, verdict_of
from tests.examples.report import data_of

Q2, Q4 = ReportPeriod.parse("2026-Q2"), ReportPeriod.parse("2026-Q4")
DUE = datetime(2026, 12, 24, 16, 59, 59, tzinfo=UTC)


@pytest.fixture
def data(library: Library) -> ReportData:
    return data_of(library.communes["anh-son"])


def _indicator(unit: str, comparator: str, target: str) -> Indicator:
    target, _, most = target.partition("–")
    written = {
        "id": "AS-I01",
        "title": "Chỉ tiêu",
        "comparator": comparator,
        "unit": unit,
        "targets": {"2026": target},
        "most": {"2026": most} if most else {},
        "leads": ["vh-xh"],
        "source": "IV",
    }
    return Indicator.model_validate(written)


@pytest.mark.parametrize(
    ("unit", "comparator", "target", "actual", "in_june", "in_december"),
    [
        ("%", "≥", "95,1", "95.1", "met", "met"),
        ("%", "≥", "95,1", "95.09", "missed", "missed"),
        ("%", ">", "80", "80", "missed", "missed"),
        ("%", "≥", "100", "70", "missed", "missed"),  # exactly 70 % of the target is not below
        ("%", "≥", "100", "69.999", "below", "below"),
        ("bản tin/năm", "≥", "12", "5", "running", "below"),
        ("bản tin/năm", "≥", "12", "9", "running", "missed"),
        ("bản tin/năm", "≥", "12", "12", "met", "met"),
        ("báo cáo/năm", "=", "4", "2", "running", "below"),
        ("báo cáo/năm", "=", "4", "5", "missed", "missed"),
        ("sự cố/năm", "=", "0", "0", "met", "met"),
        ("sự cố/năm", "=", "0", "1", "below", "below"),
        ("người", "–", "3–5", "2", "below", "below"),
        ("người", "–", "3–5", "5", "met", "met"),
        ("người", "–", "3–5", "6", "missed", "missed"),
        ("buổi/tuần", "≥", "2", "1.5", "missed", "missed"),
        ("%", "≥", "50", None, "no_figure", "no_figure"),
    ],
)
def test_a_figure_is_judged_by_its_comparator_and_a_count_of_the_year_not_before_december(
    unit: str, comparator: str, target: str, actual: str | None, in_june: str, in_december: str
) -> None:
    indicator = _indicator(unit, comparator, target)
    figure = None if actual is None else Decimal(actual)
    assert (verdict_of(indicator, figure, Q2), verdict_of(indicator, figure, Q4)) == (in_june, in_december)


def test_a_year_without_target_judges_nothing() -> None:
    indicator = _indicator("%", "≥", "50")
    line = IndicatorLine.of(indicator, [("vh-xh", "Phòng")], ReportPeriod.parse("2027-Q1"), Decimal(10))
    assert (line.verdict, line.target, line.share) == ("no_target", None, None)


def test_the_tally_of_a_unit_adds_up(data: ReportData) -> None:
    data = replace(data, filings=_with(data, "AS-43", "open"))
    tallies = {one.unit: one for one in data.units}
    office = tallies["van-phong"]
    assert (office.due, office.sent, office.late) == (2, 1, 1)
    assert tallies["cong-an"].missing == tallies["quan-su"].excused == tallies["kinh-te"].open == 1
    for one in data.units:
        assert one.due == one.sent + one.late + one.excused + one.missing + one.open


def test_leaders_see_who_was_late_and_what_is_below_70_percent(data: ReportData) -> None:
    assert [(one.unit, one.outcome) for one in data.late] == [("van-phong", "late"), ("cong-an", "missing")]
    assert [one.indicator.id for one in data.below] == ["AS-I14", "AS-I29", "AS-I34"]


@pytest.mark.parametrize("outcome", ["late", "missing"])
def test_a_partner_is_never_on_the_list(data: ReportData, outcome: Outcome) -> None:
    partner = FilingLine("AS-22", "Lớp tập huấn", "doan-the", "Đoàn thể", DUE, outcome, polite=True)
    assert "doan-the" not in {one.unit for one in replace(data, filings=(partner,)).late}
    own = replace(partner, polite=False)
    assert [one.unit for one in replace(data, filings=(own,)).late] == ["doan-the"]


def test_commended_is_who_met_a_target_missed_none_and_was_never_late(data: ReportData) -> None:
    # Công an xã owes a report, Ban Chỉ huy Quân sự was excused from all: nobody is praised without the evidence.
    assert data.commended == ("Phòng Kinh tế",)
    late = FilingLine("AS-44", "Đánh giá", "kinh-te", "Phòng Kinh tế", DUE, "late", DUE)
    assert replace(data, filings=(*data.filings, late)).commended == ()
    outcomes: tuple[Outcome, ...] = ("late", "missing", "open")
    for owing in outcomes:
        assert replace(data, filings=_with(data, "AS-43", owing)).commended == ()


def test_who_was_excused_is_commended_only_for_what_was_sent(data: ReportData) -> None:
    one_of_two = replace(data, filings=_with(data, "AS-43", "excused"))
    assert one_of_two.commended == ("Phòng Kinh tế",)
    sent = FilingLine("AS-44", "Huấn luyện", "quan-su", "Ban Chỉ huy Quân sự xã", DUE, "sent", DUE)
    assert replace(data, filings=(*data.filings, sent)).commended == ("Phòng Kinh tế", "Ban Chỉ huy Quân sự xã")
    nothing_due = tuple(one for one in data.filings if one.unit != "kinh-te")
    assert replace(data, filings=nothing_due).commended == ()


def test_a_partner_is_not_commended(data: ReportData) -> None:
    partners = tuple(replace(one, polite=True) for one in data.filings)
    assert replace(data, filings=partners).commended == ()


def test_nobody_is_commended_before_the_last_report_of_the_period_was_due(data: ReportData) -> None:
    last = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    early = replace(data, drawn_up=last, last_due=last)  # nobody has that report in the table yet
    assert (early.commended, early.waits_until) == ((), last)
    over = replace(early, drawn_up=last + timedelta(seconds=1))
    assert (over.commended, over.waits_until) == (("Phòng Kinh tế",), None)
    of_another = FilingLine("AS-44", "Đánh giá", "cong-an", "Công an xã", last, "sent", DUE)
    assert replace(data, last_due=None, filings=(*data.filings, of_another), drawn_up=last).commended == ()


def _with(data: ReportData, obligation: str, outcome: Outcome) -> tuple[FilingLine, ...]:
    """Return the filings with another end of one."""
    return tuple(replace(one, outcome=outcome) if one.obligation == obligation else one for one in data.filings)


def test_zeros_alone_are_nothing_to_report(data: ReportData) -> None:
    assert not data.empty
    nothing = replace(data, filings=(), corrections=(), indicators=(), service=())
    assert nothing.empty
    zeros = tuple(replace(one, value=Decimal(0)) for one in data.service)
    assert replace(nothing, service=zeros).empty
    assert not replace(nothing, service=data.service).empty
    assert not replace(nothing, filings=data.filings).empty
