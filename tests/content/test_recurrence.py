"""Due days: every rule of the plans against loops over days, rules in words and as RRULE, dates picked by hand."""

import datetime
import itertools
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from content.calendar import WorkingCalendar
from content.dates import HOME
from content.library import Commune, Library
from content.obligations import Obligation, dues, waits_for_event
from content.recurrence import LAST, Once, OnEvent, Repeats, Rule, due_days, period_of
from content.rule_words import HELP, parse_rule, print_rule
from tests.content.plan_rows import SLUGS, PlanRow, plan_rows

FIRST, LAST_DAY = datetime.date(2024, 1, 1), datetime.date(2031, 12, 31)
START = datetime.datetime(2024, 1, 1, tzinfo=HOME)
END = datetime.datetime(2032, 1, 1, tzinfo=HOME)
ONE_DAY = datetime.timedelta(days=1)
NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ROWS = plan_rows()
DATED = [row for row in ROWS if not row.rule.startswith("EVENT:")]
# Rules that name working days: the list of rows writes Monday to Friday for them and knows no holidays.
WORKING_DAYS = {"AS-39", "NT-01", "KS-13"}
LAST_WORKING_DAY = {"NT-03", "NT-04"}


def days_of(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    """Yield every day of a span."""
    while first <= last:
        yield first
        first += ONE_DAY


def is_last_of_month(day: datetime.date) -> bool:
    return (day + ONE_DAY).month != day.month


def expand(row: PlanRow, calendar: WorkingCalendar) -> list[datetime.date]:
    """Return the due days of a row by looking at every day of eight years: no parser and no RRULE library of ours."""
    parts = dict(part.split("=") for part in row.rule.split(";"))
    first = row.first_due.date()
    if parts.get("COUNT") == "1":
        return [first]
    until = parts.get("UNTIL")
    last = LAST_DAY
    if until is not None:
        stop = datetime.datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.UTC)
        last = min(last, stop.astimezone(HOME).date())
    return [day for day in days_of(max(first, FIRST), last) if falls_on(row.id, parts, day, calendar)]


def falls_on(identity: str, parts: dict[str, str], day: datetime.date, calendar: WorkingCalendar) -> bool:
    if identity in WORKING_DAYS:
        return calendar.is_working_day(day)
    if identity in LAST_WORKING_DAY:
        later = (day + ONE_DAY * number for number in range(1, 32))
        rest = [other for other in later if other.month == day.month]
        return calendar.is_working_day(day) and not any(map(calendar.is_working_day, rest))
    if "BYMONTH" in parts and str(day.month) not in parts["BYMONTH"].split(","):
        return False
    if "BYDAY" in parts and NAMES[day.weekday()] not in parts["BYDAY"].split(","):
        return False
    if parts.get("BYMONTHDAY") == "-1":
        return is_last_of_month(day)
    return "BYMONTHDAY" not in parts or day.day == int(parts["BYMONTHDAY"])


def moved_back(day: datetime.date, calendar: WorkingCalendar) -> datetime.date:
    while not calendar.is_working_day(day):
        day -= ONE_DAY
    return day


def found(library: Library, row: PlanRow) -> tuple[Commune, Obligation]:
    commune = library.communes[SLUGS[row.commune]]
    obligation = commune.plans.obligation(row.id)
    assert obligation is not None
    return commune, obligation


def test_the_list_of_rows_is_the_whole_list() -> None:
    assert len(ROWS) == 115
    assert len(DATED) == 115 - 13


@pytest.mark.parametrize("row", DATED, ids=lambda row: row.id)
def test_every_rule_falls_due_when_a_look_at_each_day_of_eight_years_says(library: Library, row: PlanRow) -> None:
    commune, obligation = found(library, row)
    computed = list(dues(obligation, START, END, commune.calendar))
    expected = expand(row, commune.calendar)
    assert expected
    assert [one.due.astimezone(HOME).date() for one in computed] == expected
    assert [one.aim.astimezone(HOME).date() for one in computed] == [moved_back(d, commune.calendar) for d in expected]
    # The list writes 23:59 for «hết ngày»; the last instant in time is one minute less a second later.
    time = row.first_due.time()
    time = datetime.time(23, 59, 59) if time == datetime.time(23, 59) else time
    assert {one.due.astimezone(HOME).time() for one in computed} == {time}
    assert {one.aim.astimezone(HOME).time() for one in computed} == {time}
    assert len({one.period for one in computed}) == len(computed), "two due days share a period"


@pytest.mark.parametrize("row", [row for row in ROWS if row not in DATED], ids=lambda row: row.id)
def test_what_waits_for_an_event_has_no_days(library: Library, row: PlanRow) -> None:
    commune, obligation = found(library, row)
    assert waits_for_event(obligation)
    assert obligation.event == row.rule.removeprefix("EVENT:")
    assert list(dues(obligation, START, END, commune.calendar)) == []


def test_where_the_list_counts_days_off_the_calendar_of_the_plan_differs_only_there(library: Library) -> None:
    """Hold the three daily duties and two month ends against the list's own RRULE: they differ on days off only."""
    for row in DATED:
        if row.id not in WORKING_DAYS | LAST_WORKING_DAY:
            continue
        commune, obligation = found(library, row)
        ours = {one.due.astimezone(HOME).date() for one in dues(obligation, START, END, commune.calendar)}
        bare = row.first_due.date(), obligation.until or LAST_DAY
        weekdays = [day for day in days_of(*bare) if day.weekday() < 5]
        listed = set(weekdays)
        if row.id in LAST_WORKING_DAY:
            listed = {max(month) for _, month in itertools.groupby(weekdays, key=lambda day: (day.year, day.month))}
        assert ours != listed
        assert not any(commune.calendar.is_working_day(day) for day in listed - ours)
        assert all(commune.calendar.is_working_day(day) for day in ours - listed)


@pytest.mark.parametrize(
    ("identity", "day", "aim"),
    [
        ("AS-01", "2026-12-24", "2026-12-24"),
        ("AS-01", "2028-06-24", "2028-06-23"),  # Saturday
        ("AS-01", "2028-09-24", "2028-09-22"),  # Sunday
        ("AS-01", "2029-03-24", "2029-03-23"),  # Saturday
        ("AS-01", "2030-03-24", "2030-03-22"),  # Sunday
        ("AS-01", "2030-12-24", "2030-12-24"),  # the last
        ("AS-08", "2026-01-30", "2026-01-30"),
        ("AS-08", "2027-01-30", "2027-01-29"),  # Saturday
        ("AS-08", "2028-01-30", "2028-01-21"),  # in Tết, after a weekend
        ("AS-09", "2026-03-30", "2026-03-30"),
        ("AS-07", "2028-12-30", "2028-12-29"),  # Saturday
        ("AS-05", "2026-01-07", "2026-01-07"),
        ("AS-26", "2026-10-24", "2026-10-23"),  # Saturday
        ("AS-14", "2026-02-20", "2026-02-13"),  # Friday in Tết 2026
        ("AS-14", "2027-02-05", "2027-02-03"),  # Friday in Tết 2027
        ("AS-14", "2026-01-02", "2025-12-31"),  # swapped day off
        ("AS-18", "2026-02-28", "2026-02-27"),
        ("AS-18", "2028-02-29", "2028-02-29"),
        ("NT-03", "2026-08-28", "2026-08-28"),  # 31/8/2026 is off
        ("NT-01", "2026-01-10", "2026-01-10"),  # a Saturday worked
        ("NT-01", "2026-08-22", "2026-08-22"),  # a Saturday worked
        ("KS-02", "2024-12-14", "2024-12-13"),  # before 15/12, a Saturday
        ("TT-15", "2025-03-24", "2025-03-24"),
        ("TA-13", "2026-12-31", "2026-12-31"),
    ],
)
def test_dates_picked_by_hand(library: Library, identity: str, day: str, aim: str) -> None:
    row = next(row for row in ROWS if row.id == identity)
    commune, obligation = found(library, row)
    computed = {
        one.due.astimezone(HOME).date().isoformat(): one.aim.astimezone(HOME).date().isoformat()
        for one in dues(obligation, START, END, commune.calendar)
    }
    assert computed[day] == aim


@pytest.mark.parametrize(
    ("identity", "day"),
    [
        ("AS-01", "2026-12-25"),
        ("AS-01", "2025-09-24"),  # before the plan begins
        ("AS-01", "2031-03-24"),  # after it has ended
        ("AS-08", "2026-01-31"),
        ("NT-01", "2026-01-02"),  # swapped day off
        ("NT-01", "2026-11-24"),  # Ngày Văn hóa Việt Nam
        ("NT-01", "2026-02-17"),  # Tết
        ("NT-01", "2026-01-17"),  # an ordinary Saturday
        ("NT-03", "2026-08-31"),
    ],
)
def test_days_that_are_not_due(library: Library, identity: str, day: str) -> None:
    commune, obligation = found(library, next(row for row in ROWS if row.id == identity))
    assert day not in {
        one.due.astimezone(HOME).date().isoformat() for one in dues(obligation, START, END, commune.calendar)
    }


def test_the_last_instant_in_time_is_the_end_of_the_day_and_the_span_is_half_open(library: Library) -> None:
    commune, obligation = found(library, next(row for row in ROWS if row.id == "AS-01"))
    due = datetime.datetime(2026, 12, 24, 16, 59, 59, tzinfo=datetime.UTC)
    second = datetime.timedelta(seconds=1)
    assert [one.due for one in dues(obligation, due, due + second, commune.calendar)] == [due]
    assert not list(dues(obligation, due - second, due, commune.calendar))
    assert not list(dues(obligation, due + second, due + 2 * second, commune.calendar))
    with pytest.raises(ValueError, match="naive"):
        next(dues(obligation, due.replace(tzinfo=None), due, commune.calendar))


# Rules in words

WEEKLY = st.sets(st.integers(0, 6), min_size=1).map(lambda days: Repeats("WEEKLY", weekdays=tuple(sorted(days))))
MONTHS = st.sets(st.integers(1, 12), min_size=1).map(lambda months: tuple(sorted(months)))
RULES: st.SearchStrategy[Rule] = st.one_of(
    st.sampled_from([Repeats("DAILY"), Repeats("DAILY", working=True), Repeats("MONTHLY", working=True)]),
    WEEKLY,
    st.builds(Repeats, st.just("MONTHLY"), month_days=st.integers(-28, 28).filter(bool).map(lambda day: (day,))),
    st.builds(Repeats, st.just("YEARLY"), MONTHS, st.integers(-1, 28).filter(bool).map(lambda day: (day,))),
    st.builds(
        Repeats,
        st.just("MONTHLY"),
        weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
        position=st.sampled_from([1, 2, -1, None]),
        interval=st.integers(1, 6),
    ),
    st.builds(Once, st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31))),
    st.builds(OnEvent, st.sampled_from(["có sự cố CNTT", "có yêu cầu: đột xuất"])),
)


@given(RULES)
def test_what_is_printed_is_read_back_as_the_same_rule(rule: Rule) -> None:
    text = print_rule(rule)
    assert parse_rule(text) == rule
    assert print_rule(parse_rule(text)) == text


@given(RULES.filter(lambda rule: isinstance(rule, Repeats) and not rule.working))
def test_words_and_rrule_mean_the_same_rule(rule: Rule) -> None:
    assert isinstance(rule, Repeats)
    assert parse_rule(f"RRULE:{rule.rrule_text}") == rule


@pytest.mark.parametrize(
    ("words", "rrule"),
    [
        ("trước ngày 25 tháng cuối quý", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=24"),
        ("tuần đầu quý sau", "FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=7"),
        ("trước 31/01 hằng năm", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=30"),
        ("trước 01/03 hằng năm", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"),
        ("ngày cuối tháng 7 hằng năm", "FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=31"),
        ("ngày cuối tháng 6, 12 hằng năm", "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1"),
        ("trước ngày 25 hằng tháng", "FREQ=MONTHLY;BYMONTHDAY=24"),
        ("ngày cuối tháng", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("thứ Sáu hằng tuần", "FREQ=WEEKLY;BYDAY=FR"),
        ("Chủ nhật hằng tuần", "FREQ=WEEKLY;BYDAY=SU"),
        ("hằng ngày", "FREQ=DAILY"),
    ],
)
def test_office_language_is_the_rrule_of_the_list(words: str, rrule: str) -> None:
    assert parse_rule(words) == parse_rule(f"RRULE:{rrule}")


def test_staff_may_write_capitals_spaces_and_another_spelling() -> None:
    assert parse_rule("  Trước  ngày 25 THÁNG cuối quý ") == parse_rule("trước ngày 25 tháng cuối quý")
    assert parse_rule("thứ sáu hàng tuần") == parse_rule("thứ Sáu hằng tuần")
    assert parse_rule("một lần: trước 15/12/2024") == Once(datetime.date(2024, 12, 14))


@pytest.mark.parametrize(
    "text",
    [
        "", "mỗi khi rảnh", "trước ngày 1 tháng cuối quý", "trước ngày 31 tháng cuối quý", "trước ngày 30 hằng tháng",
        "trước 31/02 hằng năm", "ngày cuối tháng 13 hằng năm", "thứ Chín hằng tuần", "một lần: 31/11/2026",
        "khi có sự việc:", "RRULE:", "RRULE:FREQ=HOURLY", "RRULE:FREQ=YEARLY;BYMONTHDAY=24", "RRULE:FREQ=WEEKLY",
        "RRULE:FREQ=MONTHLY;COUNT=3;BYMONTHDAY=1", "RRULE:FREQ=MONTHLY;BYMONTHDAY=32", "RRULE:FREQ=WEEKLY;BYDAY=1FR",
        "RRULE:FREQ=DAILY;FREQ=DAILY", "RRULE:FREQ=YEARLY;BYMONTH=0;BYMONTHDAY=1",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_answered_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=" – "):
        parse_rule(text)


def test_every_second_month_is_counted_from_the_first_day(library: Library) -> None:
    calendar = library.communes["anh-son"].calendar
    rule = parse_rule("RRULE:FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=15")
    anchor = datetime.date(2026, 1, 15)
    days = due_days(rule, datetime.date(2026, 6, 1), datetime.date(2026, 12, 31), calendar, anchor)
    assert [day.month for day in days] == [7, 9, 11]
    with pytest.raises(ValueError, match="counted from"):
        list(due_days(rule, anchor, anchor, calendar))


@pytest.mark.parametrize(
    ("words", "day", "period"),
    [
        ("trước ngày 25 tháng cuối quý", "2026-12-24", "2026-Q4"),
        ("tuần đầu quý sau", "2027-01-07", "2026-Q4"),
        ("tuần đầu quý sau", "2026-07-07", "2026-Q2"),
        ("ngày cuối tháng 6, 12 hằng năm", "2026-06-30", "2026-H1"),
        ("ngày cuối tháng 6, 12 hằng năm", "2026-12-31", "2026-H2"),
        ("trước 31/01 hằng năm", "2027-01-30", "2027"),
        ("ngày làm việc cuối tháng", "2026-08-28", "2026-08"),
        ("thứ Sáu hằng tuần", "2027-01-01", "2026-W53"),
        ("thứ Hai, thứ Sáu hằng tuần", "2027-01-01", "2027-01-01"),
        ("hằng ngày", "2027-01-01", "2027-01-01"),
        ("một lần: 31/12/2026", "2026-12-31", "2026-12-31"),
    ],
)
def test_a_due_day_has_the_period_it_reports_on(words: str, day: str, period: str) -> None:
    assert period_of(parse_rule(words), datetime.date.fromisoformat(day)) == period


def test_what_the_help_recommends_can_be_copied_into_a_file() -> None:
    shown = [words.removeprefix("hoặc ") for words in HELP.partition(": ")[2].split("; ")]
    read = [yaml.safe_load(f"rule: {words.partition(' (')[0]}")["rule"] for words in shown if "RRULE" not in words]
    assert len(read) == len(shown) - 1 > 10
    assert all(parse_rule(words) for words in read)


@given(MONTHS)
def test_the_last_day_of_a_month_is_never_another_one(library: Library, months: tuple[int, ...]) -> None:
    calendar = library.communes["anh-son"].calendar
    days = list(due_days(Repeats("YEARLY", months, (LAST,)), FIRST, datetime.date(2025, 12, 31), calendar))
    assert [day.month for day in days] == [*months, *months]
    assert all(map(is_last_of_month, days))
