"""What a report reads from the database: invented filings and figures, computed by hand."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Executable

from content.dates import instants
from content.library import Library
from content.report_period import ReportPeriod, Window
from handlers.period_report import read_report
from handlers.report_data import IndicatorLine, ReportData
from storage.chats import Address
from storage.database import Database
from storage.publications import Publication
from storage.statements import Params
from storage.store import Store
from storage.surveys import Group, Invitation
from storage.transaction import Row, Transaction
from tests.reports import at, ended, filed

D = Decimal
Q4 = ReportPeriod.parse("2026-Q4")
NOW = at(12, 28, 9, 0, 0)
DUE = at(12, 24)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Look:
    store: Store
    library: Library
    now: datetime


async def _report(
    database: Database, library: Library, period: ReportPeriod = Q4, commune: str = "anh-son", now: datetime = NOW
) -> ReportData:
    async with database.read() as store:
        return await read_report(Look(store, library, now), library.communes[commune], period)


def _line(data: ReportData, identity: str, unit: str | None = None) -> IndicatorLine:
    [line] = [one for one in data.indicators if one.indicator.id == identity and unit in {None, *one.units}]
    return line


async def test_what_became_of_a_filing_is_told_to_the_second(databases: list[Database], library: Library) -> None:
    database = databases[0]
    await filed(database, "AS-01", "tt-pvhcc", DUE, DUE)
    await filed(database, "AS-01", "van-phong", DUE, DUE + SECOND)
    await filed(database, "AS-01", "kinh-te", DUE)
    excused = await filed(database, "AS-01", "cong-an", DUE)
    await filed(database, "AS-01", "quan-su", at(12, 31))
    async with database.begin() as store:
        assert await store.filing_moves.excuse(excused, "member", "Đơn vị sáp nhập", NOW) is not None
    data = await _report(databases[1], library)
    assert [(one.unit, one.outcome, one.reason) for one in data.filings] == [
        ("cong-an", "excused", "Đơn vị sáp nhập"),
        ("kinh-te", "missing", ""),
        ("tt-pvhcc", "sent", ""),
        ("van-phong", "late", ""),
        ("quan-su", "open", ""),
    ]
    assert data.filings[2].sent == DUE
    assert data.filings[3].title == "Báo cáo quý thực hiện Đề án"
    assert data.filings[3].unit_name == "Văn phòng HĐND – UBND"
    assert (data.commune, data.period, data.drawn_up) == ("anh-son", Q4, NOW)
    assert data.window == Window(date(2026, 9, 15), date(2026, 12, 14), "legal")


@pytest.mark.parametrize(("after", "outcome"), [(timedelta(), "open"), (SECOND, "missing")])
async def test_it_is_missing_from_the_second_after_it_was_due(
    databases: list[Database], library: Library, after: timedelta, outcome: str
) -> None:
    await filed(databases[0], "AS-01", "kinh-te", DUE)
    data = await _report(databases[1], library, now=DUE + after)
    assert [one.outcome for one in data.filings] == [outcome]


async def test_the_period_begins_and_ends_at_local_midnight(databases: list[Database], library: Library) -> None:
    for due in (at(9, 30), at(10, 1, 0, 0, 0), at(12, 31), at(1, 1, 0, 0, 0, year=2027)):
        await filed(databases[0], "AS-01", "kinh-te", due)
    data = await _report(databases[1], library)
    assert [one.due for one in data.filings] == [at(10, 1, 0, 0, 0), at(12, 31)]
    assert instants(Q4.first, Q4.last) == (at(10, 1, 0, 0, 0), at(1, 1, 0, 0, 0, year=2027))


async def test_another_communes_filings_are_not_in_it(databases: list[Database], library: Library) -> None:
    await filed(databases[0], "AS-01", "kinh-te", DUE, DUE, {"AS-I02": "80"}, account="tan-an")
    data = await _report(databases[1], library)
    assert data.filings == ()
    assert _line(data, "AS-I02").actual is None


async def test_a_figure_has_its_parts_its_verdict_and_the_one_before(
    databases: list[Database], library: Library
) -> None:
    database = databases[0]
    await filed(database, "AS-26", "tt-pvhcc", at(9, 24), at(9, 24), {"AS-I02": "60", "AS-I03": "99"})
    await filed(database, "AS-26", "tt-pvhcc", at(10, 24), at(10, 24), {"AS-I02": "64.99"})
    await filed(database, "AS-26", "tt-pvhcc", at(11, 24), at(11, 24), {"AS-I02": "12/15"})
    await filed(database, "AS-26", "tt-pvhcc", at(12, 24))  # not sent: says nothing
    figures = {"AS-I10": "68.6", "AS-I09": "99.9", "AS-I12": "0", "AS-I14": "2"}
    await filed(database, "AS-01", "van-phong", DUE, DUE, figures, period="2026-Q4")
    data = await _report(databases[1], library)
    online = _line(data, "AS-I02")  # at least 65 %
    assert (online.actual, online.numerator, online.denominator) == (D(80), D(12), D(15))
    assert (online.verdict, online.target, online.previous) == ("met", D(65), D(60))
    assert (online.units, online.from_service) == (("tt-pvhcc",), False)
    in_time = _line(data, "AS-I03")
    assert (in_time.actual, in_time.verdict, in_time.previous) == (None, "no_figure", D(99))
    assert _line(data, "AS-I10").verdict == "missed"  # exactly 70 % of 98
    assert _line(data, "AS-I09").verdict == "missed"  # 99.9 where it must be 100
    assert _line(data, "AS-I12").verdict == "below"  # the year ends with this quarter
    assert _line(data, "AS-I14").verdict == "met"
    assert [one.indicator.id for one in data.below] == ["AS-I12"]


async def test_a_count_of_the_year_is_still_growing_before_december(
    databases: list[Database], library: Library
) -> None:
    due = at(6, 24)
    await filed(databases[0], "AS-01", "van-phong", due, due, {"AS-I14": "1"}, period="2026-Q2")
    data = await _report(databases[1], library, ReportPeriod.parse("2026-Q2"))
    assert _line(data, "AS-I14").verdict == "running"
    half = await _report(databases[1], library, ReportPeriod.parse("2026-H1"))
    assert (_line(half, "AS-I14").actual, _line(half, "AS-I14").verdict) == (D(1), "running")


async def test_the_figure_of_the_very_period_goes_before_that_of_a_week(
    databases: list[Database], library: Library
) -> None:
    database = databases[0]
    quarter = {"AS-I23": "1.25"}
    await filed(database, "AS-01", "vh-xh", DUE, DUE, quarter, period="2026-Q4")
    week = at(12, 27)
    await filed(database, "AS-15", "tt-pvhcc", week, week, {"AS-I23": "4"}, period="2026-W52", source="service")
    line = _line(await _report(databases[1], library), "AS-I23")
    assert (line.actual, line.from_service) == (D("1.25"), False)


async def test_what_is_typed_for_the_end_of_the_year_is_the_years(databases: list[Database], library: Library) -> None:
    database, december = databases[0], at(12, 31)
    await filed(database, "AS-01", "vh-xh", DUE, DUE, {"AS-I27": "11", "AS-I04": "80"}, period="2026-Q4")
    for name in ("2026-Q4", "2026-H2", "2026"):
        assert _line(await _report(databases[1], library, ReportPeriod.parse(name)), "AS-I27").actual == D(11)
    await filed(database, "AS-18", "vh-xh", december, DUE, {"AS-I27": "12"}, period="2026-12")
    for name in ("2026-Q4", "2026-H2", "2026"):
        assert _line(await _report(databases[1], library, ReportPeriod.parse(name)), "AS-I27").actual == D(12)
    # A share of a quarter is none of the year, but a wrap-up due on the last day is.
    await filed(database, "AS-07", "vh-xh", december, DUE, {"AS-I04": "97"}, period="2026-12-31")
    assert _line(await _report(databases[1], library, ReportPeriod.parse("2026")), "AS-I04").actual == D(97)
    assert _line(await _report(databases[1], library), "AS-I04").actual == D(80)


async def test_a_count_that_was_only_confirmed_gives_way_to_the_newer_one_in_a_longer_period(
    databases: list[Database], library: Library
) -> None:
    await _bulletins(databases[0], *(date(2026, month, 20) for month in range(1, 13)))
    await filed(databases[0], "AS-01", "vh-xh", DUE, DUE, {"AS-I27": "11"}, period="2026-Q4", source="service")
    assert _line(await _report(databases[1], library), "AS-I27").actual == D(11)
    whole = _line(await _report(databases[1], library, ReportPeriod.parse("2026")), "AS-I27")
    assert (whole.actual, whole.from_service, whole.verdict) == (D(12), True, "met")


async def test_of_two_figures_of_one_day_the_last_sent_counts_whoever_has_accepted_which(
    databases: list[Database], library: Library
) -> None:
    first = await filed(databases[0], "AS-41", "van-phong", DUE, DUE - SECOND, {"AS-I10": "98.6"}, period="2026-Q4")
    second = await filed(databases[0], "AS-01", "van-phong", DUE, DUE, {"AS-I10": "49"}, period="2026-Q4")
    for identity in (first, second):
        async with databases[0].begin() as store:
            assert await store.filing_moves.accept(identity, "focal", NOW) is not None
        assert _line(await _report(databases[1], library), "AS-I10").actual == D(49)


async def test_a_rate_is_the_mean_of_the_weeks_that_were_sent(databases: list[Database], library: Library) -> None:
    for number, figure in enumerate(("0", "0", "0", "2")):
        week = at(12, 6 + 7 * number)
        period = f"2026-W{49 + number}"
        await filed(databases[0], "AS-15", "tt-pvhcc", week, week, {"AS-I23": figure}, period=period)
    line = _line(await _report(databases[1], library), "AS-I23")
    assert (line.actual, line.numerator, line.denominator) == (D("0.5"), D(2), D(4))


async def test_a_figure_of_the_commune_counts_whichever_unit_sends_it(
    databases: list[Database], library: Library
) -> None:
    # The plan has the centre report the online hour, and the culture office answer for it.
    week = at(12, 27)
    await filed(databases[0], "AS-15", "tt-pvhcc", week, week, {"AS-I23": "4"}, period="2026-W52", source="service")
    line = _line(await _report(databases[1], library), "AS-I23")
    assert (line.actual, line.units, line.from_service) == (D(4), ("vh-xh",), True)


async def test_each_unit_has_a_line_where_each_reports_its_own(databases: list[Database], library: Library) -> None:
    await filed(databases[0], "AS-01", "kinh-te", DUE, DUE, {"AS-I34": "48.9"}, period="2026-Q4")
    await filed(databases[0], "AS-01", "cong-an", DUE, DUE, {"AS-I34": "70"}, period="2026-Q4")
    data = await _report(databases[1], library)
    found = {one.units: (one.actual, one.verdict) for one in data.indicators if one.indicator.id == "AS-I34"}
    assert found == {
        ("vh-xh",): (None, "no_figure"),
        ("van-phong",): (None, "no_figure"),
        ("tt-pvhcc",): (None, "no_figure"),
        ("kinh-te",): (D("48.9"), "below"),
        ("cong-an",): (D(70), "met"),
        ("quan-su",): (None, "no_figure"),
    }


async def test_a_unit_that_has_ended_keeps_the_figure_that_it_sent(databases: list[Database], library: Library) -> None:
    await filed(databases[0], "AS-01", "kinh-te", DUE, DUE, {"AS-I34": "40"}, period="2026-Q4")
    data = await _report(databases[1], ended(library, "kinh-te", "van-phong", date(2026, 12, 26)))
    assert _line(data, "AS-I34", "kinh-te").actual == D(40)
    assert [one.units for one in data.below] == [("kinh-te",)]
    assert _line(data, "AS-I34", "van-phong").verdict == "no_figure"


async def test_a_correction_keeps_the_first_sending_and_is_told(databases: list[Database], library: Library) -> None:
    database = databases[0]
    identity = await filed(database, "AS-26", "tt-pvhcc", DUE, DUE, {"AS-I02": "60"})
    again = DUE + timedelta(days=2)
    async with database.begin() as store:
        assert await store.filing_moves.give_back(identity, "Thiếu số tháng 12", again) is not None
    data = await _report(databases[1], library)
    assert _line(data, "AS-I02").actual is None  # what is being corrected does not count
    assert [(one.reason, one.settled) for one in data.corrections] == [("Thiếu số tháng 12", None)]
    async with database.begin() as store:
        assert await store.filing_moves.send(identity, "member", "", "", again) is not None
        assert await store.filing_moves.accept(identity, "focal", NOW) is not None
    data = await _report(databases[1], library)
    assert [(one.outcome, one.sent) for one in data.filings] == [("sent", DUE)]
    [correction] = data.corrections
    assert (correction.obligation, correction.sent, correction.settled) == ("AS-26", DUE, NOW)
    assert (correction.reason, correction.unit_name) == ("Thiếu số tháng 12", "Trung tâm Phục vụ hành chính công")
    assert _line(data, "AS-I02").actual == D(60)


async def _bulletins(database: Database, *days: date) -> None:
    """Note a bulletin for each day."""
    async with database.begin() as store:
        chat = await store.chats.open(Address("fake", "anh-son", "hoa"), "vi", DUE)
        store.members.invite("K7M2-QXRT-AAAA", "anh-son", "vh-xh", "focal", "Cán bộ", DUE + timedelta(days=1))
    async with database.begin() as store:
        member = await store.members.join("K7M2-QXRT-AAAA", "anh-son", chat.id, "m1", DUE)
        assert member is not None
        for number, day in enumerate(days):
            store.publications.add(Publication(f"p{number}", "anh-son", "loudspeaker", day, "Tin", "so 1"), member, DUE)


@pytest.mark.parametrize("first", [DUE, DUE + SECOND])
async def test_who_is_excused_after_a_return_is_excused_and_has_nothing_to_correct(
    databases: list[Database], library: Library, first: datetime
) -> None:
    identity = await filed(databases[0], "AS-26", "tt-pvhcc", DUE, first, {"AS-I02": "60"})
    async with databases[0].begin() as store:
        assert await store.filing_moves.give_back(identity, "Thiếu số tháng 12", first) is not None
        assert await store.filing_moves.excuse(identity, "focal", "Hệ thống tỉnh ngừng", NOW) is not None
    data = await _report(databases[1], library)
    [line] = data.filings
    assert (line.outcome, line.reason, line.sent) == ("excused", "Hệ thống tỉnh ngừng", first)
    assert data.corrections == ()
    assert [(one.sent, one.late, one.excused) for one in data.units] == [(0, 0, 1)]


async def _votes(database: Database, marks: list[int], day: date, survey: str = "sau-buoi-ho-tro") -> None:
    for number, mark in enumerate(marks):
        async with database.begin() as store:
            chat = await store.chats.open(
                Address("fake", "anh-son", str(number)), "vi", datetime(2026, 10, 1, tzinfo=UTC)
            )
            made = Invitation(f"{survey}{number}", chat.id, survey, Group("tt-pvhcc", "trung-tam", ""), day, "open")
            assert await store.surveys.invite(made, "anh-son", f"{survey}/{number}")
            assert await store.surveys.vote(chat.id, "anh-son", made.id, {"hai-long-chung": mark}, "", day)


async def test_what_the_service_counted_is_marked_until_an_official_confirms_it(
    databases: list[Database], library: Library
) -> None:
    await _votes(databases[0], [5, 5, 4, 4, 1], date(2026, 10, 5))
    data = await _report(databases[1], library)
    line = _line(data, "AS-I04")
    assert (line.actual, line.numerator, line.denominator) == (D(80), D(4), D(5))
    assert (line.verdict, line.from_service) == ("missed", True)  # at least 91 %
    assert data.unconfirmed == {"AS-I04"}
    shown = {one.label: one for one in data.service}
    satisfied = shown["Mức độ hài lòng của người dân"]
    assert satisfied.value == D(80)
    assert satisfied.note == "Phiếu tính theo tháng: từ 1/9/2026 đến 30/11/2026"  # the window is 15/9–14/12
    assert not any("quét mã" in label for label in shown)
    await filed(databases[0], "AS-03", "vh-xh", DUE, DUE, {"AS-I04": "91"}, period="2026-Q4")
    data = await _report(databases[1], library)
    line = _line(data, "AS-I04")
    assert (line.actual, line.verdict, line.from_service) == (D(91), "met", False)
    assert data.unconfirmed == frozenset()


async def test_votes_at_the_counter_have_a_line_of_their_own(databases: list[Database], library: Library) -> None:
    await _votes(databases[0], [4, 4, 4, 4, 1], date(2026, 10, 5))
    await _votes(databases[0], [5] * 20, date(2026, 10, 5), "tai-quay")
    data = await _report(databases[1], library)
    shown = {one.label: (one.numerator, one.denominator) for one in data.service}
    assert shown["Mức độ hài lòng của người dân"] == (D(4), D(5))
    assert shown["Mức độ hài lòng, phiếu quét mã tại quầy (tính riêng)"] == (D(20), D(20))
    assert _line(data, "AS-I04").actual == D(80)


async def test_a_quarter_that_has_not_begun_is_empty(databases: list[Database], library: Library) -> None:
    data = await _report(databases[1], library, ReportPeriod.parse("2027-Q2"))
    assert data.filings == ()
    assert {one.verdict for one in data.indicators} == {"no_figure"}
    assert data.empty


async def test_no_span_of_days_is_read_twice_for_one_report(
    databases: list[Database], library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, str]] = []
    fetch = Transaction.fetch

    async def noted(self: Transaction, statement: Executable, params: Params) -> list[Row]:
        asked.append((id(statement), repr(params)))
        return await fetch(self, statement, params)

    monkeypatch.setattr(Transaction, "fetch", noted)
    await _report(databases[0], library)
    spans = Counter(one for one in asked if "'first'" in one[1])
    assert len(spans) > 5
    assert [one for one, times in spans.items() if times > 1] == []
