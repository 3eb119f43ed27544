"""Ladders: whom to remind when. The dates are computed by hand from the calendar of 2026–2028."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.dates import HOME, QUIET_FROM, QUIET_UNTIL
from content.ladder import Ladder, LadderStep, Moment, may_send, steps, steps_after
from content.library import Library
from content.obligations import holders
from content.recurrence import instant_of
from content.reminder_preview import preview

DECEMBER = datetime.datetime(2026, 12, 24, 23, 59, 59, tzinfo=HOME)
JUNE_2028 = datetime.datetime(2028, 6, 24, 23, 59, 59, tzinfo=HOME)  # Saturday
TET_2028 = datetime.datetime(2028, 1, 30, 23, 59, 59, tzinfo=HOME)  # a Sunday in Tết
FRIDAY = datetime.datetime(2026, 1, 2, 17, 0, tzinfo=HOME)  # a swapped day off


def ladder(library: Library, identity: str, slug: str = "anh-son") -> Ladder:
    """Return a ladder of the real content."""
    found = library.communes[slug].plans.ladder(identity)
    assert found is not None
    return found


def one_step(days: int, time: str, clock: str = "due") -> Ladder:
    """Return a ladder with one step at an hour that the commune chose."""
    name = f"T{days:+d}" if days > 0 else f"T-{-days}"
    step = {"at": f"{name} {time}", "to": ["assignee"]}
    return Ladder.model_validate({"id": "x", "title": "x", "clock": clock, "steps": [step], "source": "x"})


def told(library: Library, identity: str, due: datetime.datetime, **how: bool) -> list[tuple[str, str, str]]:
    """Return step, local time and recipients of every reminder of a due date."""
    calendar = library.communes["anh-son"].calendar
    return [
        (step.name, f"{step.at.astimezone(HOME):%Y-%m-%d %H:%M}", " ".join(step.to))
        for step in steps(ladder(library, identity), due, calendar, **how)
    ]


def test_a_quarterly_report_climbs_the_ladder(library: Library) -> None:
    assert told(library, "quarterly", DECEMBER) == [
        ("T-10", "2026-12-10 08:00", "assignee"),
        ("T-5", "2026-12-17 08:00", "assignee"),
        ("T-2", "2026-12-22 08:00", "assignee"),
        ("T-0", "2026-12-24 08:00", "assignee head"),
        ("T+1", "2026-12-25 08:00", "head focal"),
        ("T+3", "2026-12-29 08:00", "deputy"),
    ]


def test_before_a_due_date_on_a_saturday_steps_count_from_friday_and_after_it_from_monday(library: Library) -> None:
    found = {name: at for name, at, _ in told(library, "quarterly", JUNE_2028)}
    assert found["T-0"] == "2028-06-23 08:00"
    assert found["T-2"] == "2028-06-21 08:00"
    assert found["T+1"] == "2028-06-26 08:00"
    assert found["T+3"] == "2028-06-28 08:00"


def test_a_due_date_in_tet_is_aimed_at_before_and_chased_after(library: Library) -> None:
    found = {name: at for name, at, _ in told(library, "long", TET_2028)}
    assert found["T-1"] == "2028-01-20 08:00"  # aim Friday 21/01
    assert found["T-5"] == "2028-01-14 08:00"
    calendar = library.communes["anh-son"].calendar
    first_day_back = calendar.next_working_day(TET_2028.date())
    assert found["T+1"] == f"{first_day_back} 08:00"


def test_a_day_off_by_swap_is_stepped_over(library: Library) -> None:
    assert told(library, "weekly", FRIDAY) == [
        ("T-2", "2025-12-29 08:00", "assignee"),
        ("T-0", "2025-12-31 08:00", "assignee"),
        ("T+1", "2026-01-05 08:00", "focal"),
    ]


def test_the_chaser_is_not_chased_by_itself(library: Library) -> None:
    assert told(library, "quarterly", DECEMBER, own=True)[-3:] == [
        ("T-0", "2026-12-24 08:00", "assignee head"),
        ("T+1", "2026-12-25 08:00", "head deputy"),
        ("T+3", "2026-12-29 08:00", "deputy chairman"),
    ]


def test_partners_hear_nothing_after_the_due_date_and_no_head_is_told(library: Library) -> None:
    found = told(library, "quarterly", DECEMBER, polite=True)
    assert [(name, to) for name, _, to in found] == [(name, "assignee") for name in ("T-10", "T-5", "T-2", "T-0")]


def test_overdue_is_what_lies_after_the_due_instant(library: Library) -> None:
    calendar = library.communes["nghia-tho"].calendar
    due = datetime.datetime(2026, 1, 10, 8, 0, tzinfo=HOME)  # a Saturday worked
    at_eight = {"at": "T-0 08:00", "to": ["assignee"]}, {"at": "T-0 08:15", "to": ["head"]}
    daily = Ladder.model_validate({"id": "x", "title": "x", "clock": "due", "steps": at_eight, "source": "x"})
    found = steps(daily, due, calendar)
    assert [(step.name, step.overdue, step.to) for step in found] == [
        ("T-0 08:00", False, ("assignee",)),
        ("T-0 08:15", True, ("head",)),
    ]
    assert found[1].at - found[0].at == datetime.timedelta(minutes=15)


@pytest.mark.parametrize(
    ("days", "time", "at"),
    [
        (-2, "22:00", "2026-12-22 08:00"),  # too late in the evening: that morning
        (-2, "06:30", "2026-12-21 08:00"),  # before people are up: the morning before
        (-2, "20:59", "2026-12-22 20:59"),
        (-2, "07:00", "2026-12-22 07:00"),
        (1, "22:00", "2026-12-28 08:00"),  # overdue: the next working morning, after the weekend
        (1, "06:30", "2026-12-25 08:00"),
        (1, "21:00", "2026-12-28 08:00"),
    ],
)
def test_a_step_in_quiet_hours_goes_to_a_morning(library: Library, days: int, time: str, at: str) -> None:
    calendar = library.communes["anh-son"].calendar
    (step,) = steps(one_step(days, time), DECEMBER, calendar)
    assert f"{step.at.astimezone(HOME):%Y-%m-%d %H:%M}" == at


DAYS = st.dates(datetime.date(2024, 1, 1), datetime.date(2031, 12, 31))
TIMES = st.integers(0, 24 * 60 - 1).map(lambda minute: datetime.time(minute // 60, minute % 60))


@given(DAYS, TIMES, st.integers(-60, 60), TIMES)
def test_no_reminder_falls_into_quiet_hours_or_on_a_day_off(
    library: Library, day: datetime.date, time: datetime.time, offset: int, at: datetime.time
) -> None:
    calendar = library.communes["anh-son"].calendar
    due = instant_of(day, time)
    (step,) = steps(one_step(offset, f"{at:%H:%M}"), due, calendar)
    local = step.at.astimezone(HOME)
    assert calendar.is_working_day(local.date())
    assert QUIET_UNTIL <= local.time() < QUIET_FROM
    assert may_send(step.at, calendar)
    if offset > 0:
        assert local.date() > day
    else:
        assert local.date() <= day
    assert step.overdue == (step.at > due)


def test_the_limits_of_quiet_hours(library: Library) -> None:
    calendar = library.communes["anh-son"].calendar
    thursday = datetime.date(2026, 12, 24)
    times = (datetime.time(*at) for at in ((6, 59), (7, 0), (20, 59), (21, 0)))
    assert [may_send(instant_of(thursday, time), calendar) for time in times] == [
        False, True, True, False,
    ]  # fmt: skip
    assert not may_send(instant_of(datetime.date(2026, 11, 24), datetime.time(10)), calendar)


def test_an_incident_is_told_at_once_even_at_night(library: Library) -> None:
    night = datetime.datetime(2026, 2, 17, 2, 0, tzinfo=HOME)  # mùng 1 Tết
    found = steps_after(ladder(library, "incident", "nghia-tho"), night)
    assert [(step.name, step.at - night, step.to) for step in found] == [
        ("+0 phút", datetime.timedelta(), ("doi-phan-ung-nhanh",)),
        ("+30 phút", datetime.timedelta(minutes=30), ("head",)),
    ]


def test_ladders_answer_only_for_their_own_clock(library: Library) -> None:
    calendar = library.communes["anh-son"].calendar
    assert steps(ladder(library, "backup"), DECEMBER, calendar) == ()
    assert steps_after(ladder(library, "quarterly"), DECEMBER) == ()
    assert [step.name for step in steps_after(ladder(library, "outage", "tinh-thien"), DECEMBER)] == [
        "+0 phút", "+4 giờ", "+12 giờ", "+24 giờ",
    ]  # fmt: skip


def test_moments_are_read_as_they_are_written() -> None:
    def read(text: str) -> Moment:
        return LadderStep.model_validate({"at": text, "to": ["assignee"]}).at

    assert read("T-10") == read(" T - 10 ") == Moment("T-10", -10, datetime.time(8))
    assert read("T-0 08:15") == Moment("T-0 08:15", 0, datetime.time(8, 15))
    assert read("+4 giờ") == Moment("+4 giờ", after=datetime.timedelta(hours=4))


def test_vh_xh_itself_goes_to_the_deputy_chairman_and_the_others_to_vh_xh(library: Library) -> None:
    commune = library.communes["anh-son"]
    one = commune.plans.obligation("AS-01")
    assert one is not None
    day = DECEMBER.date()
    told_of = {
        each.units[0]: [step.to for step in each.steps(DECEMBER, commune.calendar) if step.overdue]
        for each in holders(one, commune.plans, commune.profile, day)
    }
    assert told_of["vh-xh"] == [("head", "deputy"), ("deputy", "chairman")]
    assert told_of["kinh-te"] == [("head", "focal"), ("deputy",)]


# The preview


@pytest.mark.parametrize("slug", ["anh-son", "nghia-tho", "khanh-son", "tinh-thien", "tan-an"])
def test_nothing_of_eight_years_is_sent_when_officials_rest(library: Library, slug: str) -> None:
    commune = library.communes[slug]
    found = preview(
        commune.plans, commune.profile, commune.calendar, datetime.date(2024, 1, 1), datetime.date(2031, 12, 31)
    )
    assert found
    assert all(may_send(one.at, commune.calendar) for one in found)
    assert found == sorted(found)
    assert len(set(found)) == len(found)


def test_a_long_span_is_the_sum_of_its_days(library: Library) -> None:
    """Steps far from their due date are not lost at the edges of a span."""
    commune = library.communes["anh-son"]
    first, last = datetime.date(2026, 12, 1), datetime.date(2027, 2, 28)
    whole = preview(commune.plans, commune.profile, commune.calendar, first, last)
    day = datetime.timedelta(days=1)
    days = [first + day * number for number in range((last - first).days + 1)]
    assert whole == [
        one for each in days for one in preview(commune.plans, commune.profile, commune.calendar, each, each)
    ]
    assert preview(commune.plans, commune.profile, commune.calendar, last, first) == []


def test_the_preview_names_units_posts_and_successors(library: Library) -> None:
    commune = library.communes["tinh-thien"]
    day = datetime.date(2025, 9, 25)
    found = preview(commune.plans, commune.profile, commune.calendar, day, day)
    (late,) = [one for one in found if one.obligation == "TT-15"]
    assert late.step == "T+1"
    assert late.to == ("vh-xh:focal", "van-phong")


def test_a_plan_that_has_ended_reminds_nobody(library: Library) -> None:
    commune = library.communes["khanh-son"]
    days = datetime.date(2025, 2, 1), datetime.date(2031, 12, 31)
    assert preview(commune.plans, commune.profile, commune.calendar, *days) == []
    assert preview(replace(commune.plans, obligations=()), commune.profile, commune.calendar, *days) == []
