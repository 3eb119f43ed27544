"""Slots on the real calendar, 2024-2031: Tết, swapped days, lunch, closures, roster changes, lead and horizon."""

import datetime
import functools
import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.calendar import WorkingCalendar
from content.communes import Profile, read_profile
from content.dates import HOME, local_day
from content.national_days import NationalDays, load_days
from content.rosters import Roster, Rules, read_rosters
from content.slots import Slot, days_with_slots, open_slots, slots_on

CONTENT = Path(__file__).parents[2] / "content"
OFFICE = "7:30-11:30, 13:30-17:00"
FRIDAY = "7:00-11:00, 13:00-16:30"
WEEK = {"mon": OFFICE, "tue": OFFICE, "wed": OFFICE, "thu": OFFICE, "fri": FRIDAY, "sat": "8:00-11:00", "sun": "nghỉ"}
MINUTE = datetime.timedelta(minutes=1)
ONE_DAY = datetime.timedelta(days=1)
MONDAY = datetime.date(2026, 12, 7)


@functools.cache
def national() -> NationalDays:
    days, problems = load_days(CONTENT / "calendar.yaml")
    assert days is not None, problems
    return days


@functools.cache
def base() -> dict[str, Any]:
    real, problems = read_profile(CONTENT / "communes" / "anh-son" / "commune.yaml")
    assert real is not None, problems
    return real.model_dump(by_alias=True)


def calendar(*closures: dict[str, str]) -> WorkingCalendar:
    value = base()
    profile = {**value, "hours": {**value["hours"], "week": WEEK}, "closures": closures}
    return WorkingCalendar(national(), Profile.model_validate(profile))


def closure(start: str, end: str, session: str = "") -> dict[str, str]:
    half = {"session": session} if session else {}
    return {"from": start, "to": end, "reason": "tập huấn", "source": "thông báo", **half}


def roster(**changes: Any) -> Roster:
    usual = {
        "id": "trung-tam",
        "kind": "centre",
        "title": "Tại Trung tâm",
        "place": "trung-tam",
        "when": [{"days": "mon tue wed thu fri", "times": "giờ làm việc"}],
        "slot_minutes": "30",
        "capacity": "2",
        "unit": "tt-pvhcc",
        "source": "VI.5",
    }
    return Roster.model_validate({key: value for key, value in (usual | changes).items() if value is not None})


def lessons(*dates: str) -> Roster:
    return roster(id="lop", kind="class", when=None, slot_minutes=None, dates=list(dates), capacity="20")


def rules(**changes: str) -> Rules:
    usual = {"lead_minutes": "120", "horizon_days": "14", "hold_minutes": "10", "offer_minutes": "60"}
    limits = {"open_bookings": "2", "moves": "3", "priority_age": "75", "priority_release_hours": "24"}
    return Rules.model_validate(usual | limits | changes)


def at(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=HOME)


def clocks(slots: tuple[Slot, ...]) -> str:
    return " ".join(f"{slot.start:%H:%M}-{slot.end:%H:%M}" for slot in slots)


TIMES = (
    *("giờ làm việc", "giờ làm việc", "8:00-10:00", "14:00-16:00", "8:00-9:45, 15:00-16:30", "18:30-20:30"),
    *("16:00-18:00", "8:00-16:00", "11:00-14:00", "11:30-13:30"),
)
DAYS = st.dates(datetime.date(2024, 1, 1), datetime.date(2031, 12, 31))
# One day in four is near something odd: Tết, a swap, a holiday with a day in lieu.
ODD = (
    *("2024-02-08", "2024-05-04", "2025-01-27", "2025-04-26", "2026-01-02", "2026-01-10", "2026-02-17", "2026-04-26"),
    *("2026-08-22", "2026-08-31", "2026-11-24", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-02", "2031-01-23"),
)
NEAR_ODD = st.builds(
    lambda odd, ahead: datetime.date.fromisoformat(odd) + ahead * ONE_DAY, st.sampled_from(ODD), st.integers(-3, 6)
)
ANY_DAY = st.one_of(DAYS, DAYS, DAYS, NEAR_ODD)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    weekdays = draw(st.lists(st.sampled_from(tuple(WEEK)), min_size=1, max_size=7, unique=True))
    cut = draw(st.integers(0, len(weekdays)))
    parts = [part for part in (weekdays[:cut], weekdays[cut:]) if part]
    return roster(
        when=[{"days": " ".join(part), "times": draw(st.sampled_from(TIMES))} for part in parts],
        slot_minutes=str(draw(st.sampled_from((5, 15, 20, 30, 45, 60, 90, 240)))),
        buffer_minutes=str(draw(st.sampled_from((0, 0, 5, 10, 30)))),
        capacity=str(draw(st.integers(1, 5))),
        priority=draw(st.sampled_from((None, "7:30-8:30", "8:00-9:00, 14:00-15:00"))),
    )


@st.composite
def closings(draw: st.DrawFn, day: datetime.date) -> WorkingCalendar:
    start = day + draw(st.integers(-2, 2)) * ONE_DAY
    session = draw(st.sampled_from(("", "morning", "afternoon")))
    return calendar(closure(str(start), str(start + draw(st.integers(0, 3)) * ONE_DAY), session))


@given(rosters(), ANY_DAY)
@settings(max_examples=300, deadline=None)
def test_slots_stand_in_a_row_with_the_buffer_between(one: Roster, day: datetime.date) -> None:
    slots = slots_on(one, day, calendar())
    for slot in slots:
        assert slot.end - slot.start == (one.slot_minutes or 0) * MINUTE
        assert local_day(slot.start) == local_day(slot.end) == day
        assert slot.start.utcoffset() == datetime.timedelta(hours=7)
        assert (slot.roster, slot.capacity) == (one.id, one.capacity)
        assert slot.priority == any(span.start <= slot.start.time() < span.end for span in one.priority)
    for earlier, later in itertools.pairwise(slots):
        assert later.start >= earlier.end + one.buffer_minutes * MINUTE


@given(st.data(), rosters(), ANY_DAY)
@settings(max_examples=300, deadline=None)
def test_nothing_on_days_off_in_a_closure_or_at_lunch(data: st.DataObject, one: Roster, day: datetime.date) -> None:
    days = data.draw(closings(day))
    slots = slots_on(one, day, days)
    weekday = (national().replaced_by(day) or day).weekday()
    if days.name_of_day_off(day) is not None or not any(weekday in entry.days for entry in one.when):
        assert slots == ()
    for before, after in itertools.pairwise(days.sessions(day)):
        assert not any(slot.start < after.start and before.end < slot.end for slot in slots)
    for closed in days.closures_on(day):
        assert closed.session is not None or slots == ()
        assert closed.session != "morning" or all(slot.start.hour >= 12 for slot in slots)
        assert closed.session != "afternoon" or all(slot.start.hour < 12 for slot in slots)


@given(st.data(), ANY_DAY, st.sampled_from((5, 10, 15, 20, 30, 45, 60, 90, 120, 240)))
@settings(max_examples=300, deadline=None)
def test_office_hours_are_filled_and_never_left(data: st.DataObject, day: datetime.date, minutes: int) -> None:
    days = data.draw(st.one_of(st.just(calendar()), closings(day)))
    every_day = [{"days": " ".join(WEEK), "times": "giờ làm việc"}]
    slots = slots_on(roster(when=every_day, slot_minutes=str(minutes)), day, days)
    for slot in slots:
        assert any(session.start <= slot.start and slot.end <= session.end for session in days.sessions(day))
    assert len(slots) == sum((session.end - session.start) // (minutes * MINUTE) for session in days.sessions(day))


@given(rosters(), ANY_DAY, st.integers(0, 24 * 60 - 1), st.integers(0, 3000), st.integers(1, 20), st.booleans())
@settings(max_examples=150, deadline=None)
def test_lead_horizon_and_release_choose_from_all_slots(
    one: Roster, today: datetime.date, minute: int, lead: int, horizon: int, first: bool
) -> None:
    now = at(today, 0) + minute * MINUTE
    settled = rules(lead_minutes=str(lead), horizon_days=str(horizon))
    days = calendar()
    every = [slot for ahead in range(-1, 23) for slot in slots_on(one, today + ahead * ONE_DAY, days)]
    found = open_slots(one, settled, days, now, first)
    for slot in every:
        in_time = slot.start - now >= lead * MINUTE and local_day(slot.start) - today <= horizon * ONE_DAY
        assert (slot in found) == (in_time and (first or not slot.priority or slot.start - now <= ONE_DAY))
    assert set(found) <= set(every)
    assert list(found) == sorted(found, key=lambda slot: slot.start)
    assert days_with_slots(one, settled, days, now, first) == tuple(sorted({local_day(slot.start) for slot in found}))


@given(rosters(), ANY_DAY, st.integers(-4, 4))
@settings(max_examples=150, deadline=None)
def test_a_roster_that_replaces_another_leaves_no_gap_and_no_double(
    one: Roster, day: datetime.date, ahead: int
) -> None:
    changed = day + ahead * ONE_DAY
    old = one.model_copy(update={"until": changed - ONE_DAY})
    new = one.model_copy(update={"start": changed})
    days = calendar()
    assert slots_on(old, day, days) + slots_on(new, day, days) == slots_on(one, day, days)


@pytest.mark.parametrize("text", ["2026-02-16", "2026-02-17", "2026-02-20", "2026-01-02", "2026-11-24", "2027-05-03"])
def test_nothing_at_tet_on_swapped_days_and_days_in_lieu(text: str) -> None:
    every_day = [{"days": " ".join(WEEK), "times": "18:00-20:00"}]
    for one in (roster(), roster(when=every_day), lessons(f"{text} 8:00-10:00")):
        assert slots_on(one, datetime.date.fromisoformat(text), calendar()) == ()


def test_a_make_up_saturday_has_the_rosters_of_the_weekday_it_stands_for() -> None:
    saturday = datetime.date(2026, 1, 10)  # for Friday 2/1
    friday = roster(when=[{"days": "fri", "times": "giờ làm việc"}], slot_minutes="120")
    assert clocks(slots_on(friday, saturday, calendar())) == "07:00-09:00 09:00-11:00 13:00-15:00"
    assert slots_on(roster(when=[{"days": "sat", "times": "8:00-10:00"}]), saturday, calendar()) == ()


def test_a_day_at_the_centre_leaves_lunch_out() -> None:
    found = clocks(slots_on(roster(slot_minutes="50", buffer_minutes="10"), MONDAY, calendar()))
    assert found == "07:30-08:20 08:30-09:20 09:30-10:20 10:30-11:20 13:30-14:20 14:30-15:20 15:30-16:20"


def test_the_buffer_counts_between_hours_that_touch() -> None:
    one = roster(when=[{"days": "mon", "times": "8:00-9:00, 9:00-10:00"}], slot_minutes="45", buffer_minutes="30")
    assert clocks(slots_on(one, MONDAY, calendar())) == "08:00-08:45 09:15-10:00"


def test_an_evening_and_a_sunday_need_no_office_hours() -> None:
    evening = roster(when=[{"days": "mon sun", "times": "19:00-20:00"}], slot_minutes="60")
    assert clocks(slots_on(evening, MONDAY, calendar())) == "19:00-20:00"
    assert clocks(slots_on(evening, MONDAY - ONE_DAY, calendar())) == "19:00-20:00"
    assert slots_on(evening, MONDAY, calendar(closure("2026-12-07", "2026-12-07"))) == ()
    morning, afternoon = (closure("2026-12-07", "2026-12-07", half) for half in ("morning", "afternoon"))
    assert (
        slots_on(evening, MONDAY, calendar(afternoon)) == slots_on(evening, MONDAY, calendar(morning, afternoon)) == ()
    )
    assert slots_on(evening, MONDAY, calendar(morning)) != ()


def test_half_a_day_closed_leaves_the_other_half() -> None:
    days = calendar(closure("2026-12-07", "2026-12-07", "morning"))
    assert clocks(slots_on(roster(slot_minutes="90"), MONDAY, days)) == "13:30-15:00 15:00-16:30"


def test_a_class_is_one_slot_a_date() -> None:
    one = lessons("2026-12-07 8:00-10:00", "2026-12-07 14:00-16:30", "2026-12-09 19:00-21:00")
    found = slots_on(one, MONDAY, calendar())
    assert clocks(found) == "08:00-10:00 14:00-16:30"
    assert {slot.capacity for slot in found} == {20}
    assert slots_on(one, MONDAY + ONE_DAY, calendar()) == ()
    assert clocks(slots_on(one, MONDAY + 2 * ONE_DAY, calendar())) == "19:00-21:00"
    days = calendar(closure("2026-12-07", "2026-12-07", "morning"))
    assert clocks(slots_on(one, MONDAY, days)) == "14:00-16:30"


def test_half_a_class_does_not_take_place() -> None:
    one = lessons("2026-12-06 10:00-14:00")  # a Sunday, on which nobody has a lunch break
    assert clocks(slots_on(one, MONDAY - ONE_DAY, calendar())) == "10:00-14:00"
    for half in ("morning", "afternoon"):
        assert slots_on(one, MONDAY - ONE_DAY, calendar(closure("2026-12-06", "2026-12-06", half))) == ()


@pytest.mark.parametrize(("minute", "first"), [(29, "09:30"), (30, "09:30"), (31, "10:00")])
def test_the_last_moment_to_book_is_the_lead_before_the_slot(minute: int, first: str) -> None:
    found = open_slots(roster(), rules(), calendar(), at(MONDAY, 7, minute), False)
    assert f"{found[0].start:%H:%M}" == first


def test_the_horizon_ends_with_its_last_day() -> None:
    found = days_with_slots(roster(), rules(horizon_days="7"), calendar(), at(MONDAY, 23, 59), False)
    assert (found[0], found[-1]) == (MONDAY + ONE_DAY, MONDAY + 7 * ONE_DAY)
    assert not any(day.weekday() > 4 for day in found)


@pytest.mark.parametrize(("hour", "minute", "shown"), [(7, 29, False), (7, 30, True)])
def test_priority_hours_open_to_everybody_a_day_before(hour: int, minute: int, shown: bool) -> None:
    one = roster(priority="7:30-8:30", capacity="1")
    now = at(MONDAY, hour, minute)
    early = at(MONDAY + ONE_DAY, 7, 30)
    assert any(slot.start == early for slot in open_slots(one, rules(), calendar(), now, False)) == shown
    assert any(slot.start == early for slot in open_slots(one, rules(), calendar(), now, True))


def test_the_day_is_the_day_at_home() -> None:
    late = datetime.datetime(2026, 12, 6, 17, 30, tzinfo=datetime.UTC)  # half past midnight on Monday at home
    assert days_with_slots(roster(), rules(horizon_days="1"), calendar(), late, True) == (MONDAY, MONDAY + ONE_DAY)


def test_naive_instants_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        open_slots(roster(), rules(), calendar(), datetime.datetime(2026, 12, 7), False)  # noqa: DTZ001


def test_a_week_of_every_commune_has_slots_for_every_roster() -> None:
    for folder in sorted((CONTENT / "communes").iterdir()):
        profile, _ = read_profile(folder / "commune.yaml")
        assert profile is not None
        found, problems = read_rosters(folder / "rosters.yaml", profile)
        assert found is not None, problems
        days = WorkingCalendar(national(), profile)
        for one in found.rosters:
            assert days_with_slots(one, found.rules, days, at(MONDAY, 6), True), (folder.name, one.id)
