"""The working calendar against the State's announcements, the law's rules and plain day-by-day counting."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.calendar import WorkingCalendar
from content.communes import Profile, read_profile
from content.dates import HOME
from content.national_days import NationalDays, _vietnam, load_days
from content.opening_hours import read_hours

CONTENT = Path(__file__).parents[2] / "content"
OFFICE = "7:30-11:30, 13:30-17:00"
FRIDAY = "7:00-11:00, 13:00-16:30"
WEEK = {"mon": OFFICE, "tue": OFFICE, "wed": OFFICE, "thu": OFFICE, "fri": FRIDAY, "sat": "nghỉ", "sun": "nghỉ"}
DUTY = WEEK | {"sat": "8:00-11:00"}
ONE_DAY = datetime.timedelta(days=1)

# Weekdays off and weekend days worked, by hand. 2024: TB 5015/TB-LĐTBXH, CV 2450/VPCP-KGVX. 2025: TB 6150/TB-BLĐTBXH.
# 2026: TB 9441/TB-BNV, VB 12729/VPCP-KGVX, NQ 28/2026/QH16. 2027: VB 10065/VPCP-KGVX and BLLĐ 2019, Điều 111-112.
ANNOUNCED = {
    2024: ("1/1 8/2 9/2 12/2 13/2 14/2 18/4 29/4 30/4 1/5 2/9 3/9", "4/5"),
    2025: ("1/1 27/1 28/1 29/1 30/1 31/1 7/4 30/4 1/5 2/5 1/9 2/9", "26/4"),
    2026: ("1/1 2/1 16/2 17/2 18/2 19/2 20/2 27/4 30/4 1/5 31/8 1/9 2/9 24/11", "10/1 22/8"),
    2027: ("1/1 4/2 5/2 8/2 9/2 10/2 16/4 30/4 3/5 2/9 3/9 24/11", ""),
}
# Mùng 1 Tết by the Vietnamese calendar (UTC+7): in 2030 a day before the Chinese one.
NEW_YEARS = (
    *("2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06"),
    *("2028-01-26", "2029-02-13", "2030-02-02", "2031-01-23"),
)


def profile(week: dict[str, str] | None = None, closures: tuple[dict[str, str], ...] = ()) -> Profile:
    real, problems = read_profile(CONTENT / "communes" / "anh-son" / "commune.yaml")
    assert real is not None, problems
    value: dict[str, Any] = real.model_dump(by_alias=True)
    value["hours"]["week"] = week or WEEK
    value["closures"] = closures
    return Profile.model_validate(value)


def national() -> NationalDays:
    days, problems = load_days(CONTENT / "calendar.yaml")
    assert days is not None, problems
    return days


def calendar(week: dict[str, str] | None = None, *closures: dict[str, str]) -> WorkingCalendar:
    return WorkingCalendar(national(), profile(week, closures))


def closure(start: str, end: str, session: str = "") -> dict[str, str]:
    entry = {"from": start, "to": end, "reason": "Mất điện theo lịch", "source": "Thông báo 12/TB-UBND"}
    return entry | ({"session": session} if session else {})


def day(text: str) -> datetime.date:
    """Return the day of "2026-11-22" or "22/11/2026"."""
    if "/" in text:
        text = "-".join(f"{int(part):02}" for part in reversed(text.split("/")))
    return datetime.date.fromisoformat(text)


def at(text: str) -> datetime.datetime:
    """Return an instant at home, such as "2026-11-23 7:30"."""
    date, _, time = text.partition(" ")
    hour, _, minute = time.partition(":")
    return datetime.datetime.combine(day(date), datetime.time(int(hour), int(minute)), HOME)


def year_of(year: int) -> Iterator[datetime.date]:
    first = datetime.date(year, 1, 1)
    yield from (first + offset * ONE_DAY for offset in range((datetime.date(year + 1, 1, 1) - first).days))


def hours(cal: WorkingCalendar, text: str) -> str:
    return ", ".join(f"{s.start:%H:%M}-{s.end:%H:%M} {s.name}" for s in cal.sessions(day(text)))


OFFICES = calendar(DUTY, closure("2026-12-07", "2026-12-08"), closure("2026-12-10", "2026-12-10", "afternoon"))
DAYS = st.dates(datetime.date(2024, 1, 1), datetime.date(2031, 12, 31))
LITTLE = settings(deadline=None, max_examples=60)


# What the State announced


@pytest.mark.parametrize("year", ANNOUNCED)
def test_announced_years_are_as_announced(year: int) -> None:
    off, worked = ANNOUNCED[year]
    weekdays = [d for d in year_of(year) if d.weekday() < 5 and not OFFICES.is_working_day(d)]
    weekends = [d for d in year_of(year) if d.weekday() > 4 and OFFICES.is_working_day(d)]
    assert [f"{d.day}/{d.month}" for d in weekdays] == off.split()
    assert [f"{d.day}/{d.month}" for d in weekends] == worked.split()
    assert OFFICES.status(year) == "announced"


@pytest.mark.parametrize("text", NEW_YEARS)
def test_tet_is_at_least_its_five_legal_days_with_a_day_in_lieu_for_each_weekend_day(text: str) -> None:
    first = day(text)
    legal = [first + offset * ONE_DAY for offset in range(-1, 4)]
    assert {OFFICES.name_of_day_off(d) for d in legal} == {"Tết Nguyên đán"}
    around = [first + offset * ONE_DAY for offset in range(-7, 9)]
    assert sum(d.weekday() < 5 and OFFICES.name_of_day_off(d) == "Tết Nguyên đán" for d in around) == 5


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1/1/2026", "Tết Dương lịch"),
        ("2/1/2026", "Nghỉ hoán đổi dịp Tết Dương lịch, làm bù thứ Bảy 10/1/2026"),
        ("27/1/2025", "Tết Nguyên đán"),  # the library: «29 Tết», though it is 28 tháng Chạp
        ("4/2/2027", "Tết Nguyên đán"),
        ("7/4/2025", "Giỗ Tổ Hùng Vương"),
        ("26/4/2026", "Giỗ Tổ Hùng Vương"),
        ("27/4/2026", "Giỗ Tổ Hùng Vương (nghỉ bù)"),
        ("16/4/2027", "Giỗ Tổ Hùng Vương"),
        ("30/4/2026", "Ngày Chiến thắng 30/4"),
        ("3/5/2027", "Ngày Quốc tế Lao động 1/5 (nghỉ bù)"),
        ("2/5/2028", "Ngày Chiến thắng 30/4 (nghỉ bù)"),  # 30/4/2028 is a Sunday and 1/5 a Monday
        ("1/9/2026", "Quốc khánh"),
        ("3/9/2027", "Quốc khánh"),
        ("24/11/2026", "Ngày Văn hóa Việt Nam"),
    ],
)
def test_days_off_have_the_names_people_know(text: str, name: str) -> None:
    assert OFFICES.name_of_day_off(day(text)) == name
    assert OFFICES.sessions(day(text)) == ()


@pytest.mark.parametrize("text", ["24/11/2025", "23/11/2026", "28/11/2026", "5/1/2026", "10/1/2026", "1/9/2027"])
def test_days_that_are_not_off(text: str) -> None:
    assert OFFICES.name_of_day_off(day(text)) is None


def test_a_computed_year_is_provisional() -> None:
    assert not OFFICES.provisional(day("2027-12-31"))
    assert OFFICES.provisional(day("2028-01-01"))
    assert (OFFICES.status(2031), OFFICES.status(2060)) == ("provisional", "provisional")
    assert not OFFICES.is_working_day(day("2060-02-02"))  # mùng 1 Tết Canh Thìn


# Swapped days


def test_a_make_up_saturday_has_the_hours_of_the_weekday_it_stands_for() -> None:
    cal = calendar()
    assert hours(cal, "2026-01-10") == "07:00-11:00 morning, 13:00-16:30 afternoon"  # for Friday 2/1
    assert hours(cal, "2026-08-22") == "07:30-11:30 morning, 13:30-17:00 afternoon"  # for Monday 31/8
    assert hours(cal, "2026-01-17") == ""
    assert cal.next_working_day(day("2026-01-09")) == day("2026-01-10")


def test_make_up_hours_win_over_saturday_duty() -> None:
    assert hours(calendar(DUTY), "2026-01-10") == "07:00-11:00 morning, 13:00-16:30 afternoon"


@pytest.mark.parametrize("year", range(2024, 2032))
def test_every_make_up_day_has_a_weekday_off(year: int) -> None:
    days = national()
    for d in year_of(year):
        rested = days.replaced_by(d)
        if rested is not None:
            assert (d.weekday() > 4, rested.weekday() < 5) == (True, True)
            assert (days.is_working_day(d), days.is_working_day(rested)) == (True, False)


def test_the_library_says_the_same_when_the_other_countries_are_left_out() -> None:
    for year in range(2000, 2060):
        ours = _vietnam()(years=year, language="vi", expand=False)
        assert ours.items() == holidays.country_holidays("VN", years=year, language="vi", expand=False).items()


def test_every_swap_the_library_knows_is_in_the_file() -> None:
    known = holidays.country_holidays("VN", years=range(2024, 2032)).weekend_workdays
    swaps = [d for d in known if d.year >= 2024]
    assert swaps
    assert [d for d in swaps if national().replaced_by(d) is None] == []


# Hours


def test_saturday_duty_is_open_but_no_working_day() -> None:
    saturday = day("2026-11-28")
    assert hours(OFFICES, "2026-11-28") == "08:00-11:00 morning"
    assert not OFFICES.is_working_day(saturday)
    assert OFFICES.next_working_day(day("2026-11-27")) == day("2026-11-30")
    assert OFFICES.next_open(at("2026-11-27 17:00")) == at("2026-11-28 8:00")


def test_a_holiday_closes_saturday_duty() -> None:
    assert hours(OFFICES, "2027-05-01") == ""


def test_a_session_is_open_from_its_start_up_to_its_end() -> None:
    monday = "2026-11-23"
    states = {"7:29": False, "7:30": True, "11:29": True, "11:30": False, "12:30": False, "13:30": True, "17:00": False}
    assert {time: OFFICES.is_open(at(f"{monday} {time}")) for time in states} == states


def test_an_instant_of_another_zone_is_read_at_home() -> None:
    assert OFFICES.is_open(datetime.datetime(2026, 11, 23, 0, 30, tzinfo=datetime.UTC))
    assert not OFFICES.is_open(datetime.datetime(2026, 11, 23, 7, 30, tzinfo=datetime.UTC) + 3 * ONE_DAY / 24)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23 9:00", "2026-11-23 9:00"),
        ("2026-11-23 11:30", "2026-11-23 13:30"),
        ("2026-11-23 18:00", "2026-11-25 7:30"),  # 24/11 is off
        ("2026-02-13 16:30", "2026-02-14 8:00"),  # duty on the Saturday before Tết
        ("2027-02-03 17:00", "2027-02-11 7:30"),
        ("2026-12-05 11:00", "2026-12-09 7:30"),  # the commune's closure of 7-8/12
        ("2026-12-10 11:30", "2026-12-11 7:00"),  # closed in the afternoon
    ],
)
def test_when_it_next_opens(now: str, opens: str) -> None:
    assert OFFICES.next_open(at(now)) == at(opens)


def test_a_centre_that_never_opens_says_so() -> None:
    assert calendar(dict.fromkeys(WEEK, "nghỉ")).next_open(at("2026-11-23 9:00")) is None


def test_naive_instants_and_instants_in_place_of_days_are_refused() -> None:
    naive = at("2026-11-23 9:00").replace(tzinfo=None)
    with pytest.raises(ValueError, match="naive"):
        OFFICES.is_open(naive)
    with pytest.raises(ValueError, match="naive"):
        OFFICES.next_open(naive)
    for ask in (OFFICES.sessions, OFFICES.is_working_day, OFFICES.name_of_day_off, OFFICES.next_working_day):
        with pytest.raises(ValueError, match="a day is wanted"):
            ask(at("2026-11-23 9:00"))


# The commune's own closures


def test_a_closure_closes_the_centre_but_the_day_still_counts() -> None:
    assert hours(OFFICES, "2026-12-07") == ""
    assert OFFICES.name_of_day_off(day("2026-12-08")) == "Mất điện theo lịch"
    assert OFFICES.is_working_day(day("2026-12-08"))
    assert hours(OFFICES, "2026-12-09") == "07:30-11:30 morning, 13:30-17:00 afternoon"


def test_a_half_day_closure_leaves_the_other_half() -> None:
    assert hours(OFFICES, "2026-12-10") == "07:30-11:30 morning"
    assert OFFICES.name_of_day_off(day("2026-12-10")) is None
    assert [found.reason for found in OFFICES.closures_on(day("2026-12-10"))] == ["Mất điện theo lịch"]
    morning = calendar(None, closure("2026-12-10", "2026-12-10", "morning"))
    assert hours(morning, "2026-12-10") == "13:30-17:00 afternoon"


def test_two_half_day_closures_close_the_day() -> None:
    halves = [closure("2026-12-10", "2026-12-10", half) for half in ("morning", "afternoon")]
    assert hours(calendar(None, *halves), "2026-12-10") == ""


@pytest.mark.parametrize(("half", "left"), [("morning", "12:00-16:00 afternoon"), ("afternoon", "07:00-12:00 morning")])
def test_a_half_day_closure_cuts_a_session_without_lunch_break_at_noon(half: str, left: str) -> None:
    through = WEEK | {"thu": "7:00-16:00"}
    assert hours(calendar(through), "2026-12-10") == "07:00-16:00 through"
    assert hours(calendar(through, closure("2026-12-10", "2026-12-10", half)), "2026-12-10") == left


def test_a_holiday_is_named_before_a_closure() -> None:
    assert calendar(None, closure("2026-11-23", "2026-11-25")).name_of_day_off(day("2026-11-24")) == (
        "Ngày Văn hóa Việt Nam"
    )


@pytest.mark.parametrize("hours_of_a_day", ["17:00-13:30", "7:30-11:30, 11:00-17:00", "7:30", "7h30-11h30"])
def test_impossible_hours_are_refused(hours_of_a_day: str) -> None:
    with pytest.raises(ValueError, match="giờ «"):
        read_hours(hours_of_a_day)


# Properties over 2024-2031


@LITTLE
@given(DAYS)
def test_next_and_previous_working_day_are_inverse(d: datetime.date) -> None:
    after, before = OFFICES.next_working_day(d), OFFICES.previous_working_day(d)
    assert before < d < after
    assert OFFICES.is_working_day(after)
    assert OFFICES.is_working_day(before)
    rolled = OFFICES.working_day_on_or_after(d)
    assert OFFICES.previous_working_day(OFFICES.next_working_day(rolled)) == rolled
    assert OFFICES.next_working_day(OFFICES.previous_working_day(rolled)) == rolled
    assert (rolled == d) == (OFFICES.working_day_on_or_before(d) == d) == OFFICES.is_working_day(d)


@LITTLE
@given(DAYS, st.integers(-60, 60))
def test_adding_is_counting_day_by_day(d: datetime.date, number: int) -> None:
    step, left, reached = (ONE_DAY if number > 0 else -ONE_DAY), abs(number), d
    while left:
        reached += step
        left -= OFFICES.is_working_day(reached)
    assert OFFICES.add_working_days(d, number) == reached
    assert OFFICES.working_days_between(d, reached) == number
    if OFFICES.is_working_day(d):
        assert OFFICES.add_working_days(reached, -number) == d


@LITTLE
@given(DAYS, DAYS, DAYS)
def test_counts_add_up(a: datetime.date, b: datetime.date, c: datetime.date) -> None:
    a, b, c = sorted((a, b, c))
    assert OFFICES.working_days_between(a, b) + OFFICES.working_days_between(b, c) == OFFICES.working_days_between(a, c)
    working = sum(OFFICES.is_working_day(a + n * ONE_DAY) for n in range(1, (b - a).days + 1))
    assert OFFICES.working_days_between(a, b) == working


@LITTLE
@given(DAYS)
def test_sessions_follow_each_other_and_is_open_agrees_at_every_border(d: datetime.date) -> None:
    sessions = OFFICES.sessions(d)
    borders = [moment for session in sessions for moment in (session.start, session.end)]
    assert borders == sorted(set(borders))
    midnight = datetime.datetime.combine(d, datetime.time(), HOME)
    tick = datetime.timedelta(microseconds=1)
    for moment in (midnight, midnight + ONE_DAY / 2, *borders):
        for instant in (moment - tick, moment, moment + tick):
            inside = any(s.start <= instant < s.end for s in sessions)
            assert OFFICES.is_open(instant) == inside
            assert (OFFICES.next_open(instant) == instant) == inside


def test_is_open_agrees_with_sessions_in_every_minute_of_a_swap_week() -> None:
    start = at("2026-01-09 0:00")
    sessions = [s for n in range(3) for s in OFFICES.sessions(day("2026-01-09") + n * ONE_DAY)]
    for minute in range(3 * 24 * 60):
        instant = start + datetime.timedelta(minutes=minute)
        assert OFFICES.is_open(instant) == any(s.start <= instant < s.end for s in sessions)


@LITTLE
@given(DAYS)
def test_never_open_at_lunch_at_night_or_on_a_day_off(d: datetime.date) -> None:
    for time in ("3:00", "12:00", "20:00"):
        assert not OFFICES.is_open(at(f"{d} {time}"))
    if OFFICES.name_of_day_off(d) is not None or d.weekday() == 6:
        assert OFFICES.sessions(d) == ()


@LITTLE
@given(DAYS, st.integers(0, 24 * 60 - 1))
def test_next_open_skips_nothing(d: datetime.date, minute: int) -> None:
    now = datetime.datetime.combine(d, datetime.time(minute // 60, minute % 60), HOME)
    opens = OFFICES.next_open(now)
    assert opens is not None
    assert OFFICES.is_open(opens)
    days = [d + n * ONE_DAY for n in range((opens.date() - d).days + 1)]
    assert [
        s for each in days for s in OFFICES.sessions(each) if s.end > now and s.start < opens and s.end <= opens
    ] == []


@pytest.mark.parametrize(
    ("due", "aim"),
    [
        ("2027-01-30", "2027-01-29"),
        ("2028-01-30", "2028-01-21"),  # inside Tết
        ("2028-06-24", "2028-06-23"),
        ("2028-09-24", "2028-09-22"),
        ("2030-03-24", "2030-03-22"),
        ("2026-11-25", "2026-11-25"),
    ],
)
def test_the_aim_date_of_a_report_moves_back(due: str, aim: str) -> None:
    assert OFFICES.working_day_on_or_before(day(due)) == day(aim)


def test_the_first_week_of_2026_has_three_working_days() -> None:
    assert [d.day for d in year_of(2026) if d.month == 1 and d.day <= 7 and OFFICES.is_working_day(d)] == [5, 6, 7]


# What staff write


def read(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    path = tmp_path / "calendar.yaml"
    path.write_text(text, encoding="utf-8")
    days, problems = load_days(path)
    assert (days is None) == bool(problems)
    assert all(str(problem).startswith(f"{path}:{problem.line}: ") for problem in problems)
    return [(problem.line, problem.message) for problem in problems]


def test_an_almost_empty_file_is_enough(tmp_path: Path) -> None:
    assert read(tmp_path, "years: {}\n") == []


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("days_off: []\n", 1, "thiếu mục «years»"),
        ("years:\n  26:\n    status: announced\n    source: x\n", 2, "«26» không phải năm"),
        ("years:\n  2027:\n    status: chắc chắn\n    source: x\n", 3, "giá trị «chắc chắn»"),
        ("years:\n  2027:\n    status: announced\n", 2, "thiếu mục «years.2027.source»"),
        ("years: {}\ndays_off:\n  - date: 2/1/2026\n    name: x\n    source: y\n", 3, "«2/1/2026» không phải ngày"),
        ("years: {}\ndays_off:\n  - date: 20260102\n    name: x\n    source: y\n", 3, "«20260102» không phải ngày"),
        ("years: {}\ndays_off:\n  - date: 2026-02-30\n    name: x\n    source: y\n", 3, "không phải ngày"),
        ("years: {}\ndays_off:\n  - date: 2026-06-01\n    source: y\n", 3, "thiếu mục"),
        ("years: {}\ndayoff: []\n", 2, "không có mục nào tên «dayoff»"),
        ("years: {}\ndays_off:\n  a: b\n", 2, "phải là một danh sách"),
        ("years: {}\nyears: {}\n", 2, "viết hai lần"),
        ("years: {\n", 2, "viết sai cách"),
    ],
)
def test_unreadable_lines_are_told(tmp_path: Path, text: str, line: int, words: str) -> None:
    (found_line, message), *_ = read(tmp_path, text)
    assert words in message
    assert found_line == line


OFF = "years: {}\ndays_off:\n  - date: 2026-06-01\n    name: Nghỉ đổi\n    source: x\n"


@pytest.mark.parametrize(
    ("more", "line", "words"),
    [
        ("  - date: 2026-06-01\n    name: y\n    source: y\n", 6, "viết hai lần"),
        ("working_days:\n  - date: 2026-06-05\n    instead_of: 2026-06-01\n    source: x\n", 7, "không phải thứ Bảy"),
        ("working_days:\n  - date: 2027-02-06\n    instead_of: 2026-06-01\n    source: x\n", 7, "là ngày nghỉ"),
        ("working_days:\n  - date: 2026-06-06\n    instead_of: 2026-06-02\n    source: x\n", 8, "chưa phải ngày nghỉ"),
        ("working_days:\n  - date: 2026-06-06\n    instead_of: 2026-06-07\n    source: x\n", 8, "là thứ Bảy hoặc"),
        ("not_days_off:\n  - date: 2026-06-02\n    source: x\n", 7, "vốn không phải ngày nghỉ"),
        ("not_days_off:\n  - date: 2026-06-01\n    source: x\n", 7, "vừa ở days_off vừa ở not_days_off"),
    ],
)
def test_contradictions_are_told(tmp_path: Path, more: str, line: int, words: str) -> None:
    ((found_line, message),) = read(tmp_path, OFF + more)
    assert words in message
    assert found_line == line


def test_one_weekday_off_is_not_made_up_twice(tmp_path: Path) -> None:
    swap = "  - date: 2026-06-{}\n    instead_of: 2026-06-01\n    source: x\n"
    text = OFF + "working_days:\n" + swap.format("06") + swap.format("07")
    assert read(tmp_path, text) == [(11, "2026-06-01 viết hai lần trong working_days – chỉ giữ một")]


def test_a_day_of_the_library_can_be_taken_away_and_renamed(tmp_path: Path) -> None:
    path = tmp_path / "calendar.yaml"
    path.write_text(
        "years: {}\nnot_days_off:\n  - date: 2028-09-01\n    source: x\n"
        "days_off:\n  - date: 2028-09-02\n    name: Tết Độc lập\n    source: x\n",
        encoding="utf-8",
    )
    days, problems = load_days(path)
    assert days is not None, problems
    assert days.is_working_day(day("2028-09-01"))
    assert days.name_of_day_off(day("2028-09-02")) == "Tết Độc lập"
    assert days.name_of_day_off(day("2028-09-04")) == "Quốc khánh (nghỉ bù)"


def test_a_missing_or_foreign_file_is_told(tmp_path: Path) -> None:
    days, (problem,) = load_days(tmp_path / "calendar.yaml")
    assert days is None
    assert "không có tệp" in problem.message
    (tmp_path / "calendar.yaml").write_bytes("years: năm".encode("utf-16"))
    assert "UTF-8" in load_days(tmp_path / "calendar.yaml")[1][0].message


@pytest.mark.parametrize(
    ("closures", "below", "words"),
    [
        ("  - from: 2026-12-08\n    to: 2026-12-07\n    reason: x\n    source: y\n", 2, "đứng trước ngày đầu"),
        ("  - from: mai\n    to: 2026-12-07\n    reason: x\n    source: y\n", 1, "«mai» không phải ngày"),
        ("  - from: 2026-12-07\n    to: 2026-12-07\n    source: y\n", 1, "thiếu mục «closures.1.reason»"),
        (
            "  - from: 2026-12-07\n    to: 2026-12-07\n    session: chiều\n    reason: x\n    source: y\n",
            3,
            "giá trị «chiều»",
        ),
    ],
)
def test_mistakes_in_closures_are_told(tmp_path: Path, closures: str, below: int, words: str) -> None:
    real = (CONTENT / "communes" / "anh-son" / "commune.yaml").read_text(encoding="utf-8").rstrip("\n")
    path = tmp_path / "commune.yaml"
    path.write_text(f"{real}\nclosures:\n{closures}", encoding="utf-8")
    found, problems = read_profile(path)
    assert found is None
    assert words in problems[0].message
    assert problems[0].line == len(real.splitlines()) + 1 + below
