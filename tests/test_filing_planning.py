"""What is planned late, and how due steps are merged: properties over many ladders and moments."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from content.dates import HOME, local_day
from content.ladder import Step, may_send
from content.library import Library
from content.obligations import dues, holders
from handlers.filing_dates import coming, next_morning
from handlers.filing_digest import CHOICES, mornings
from handlers.filing_reminders import by_filing
from handlers.filing_replies import until
from handlers.filing_wanted import expected
from storage.filing_steps import DueStep
from storage.filings import Filing

START = datetime(2026, 1, 1, tzinfo=UTC)
instants = st.integers(0, 366 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
steps = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["T-10", "T-5", "T-2", "T-0", "T+1"]), instants))


def _filing(identity: str, due: datetime = START) -> Filing:
    return Filing(identity, "anh-son", "AS-01", "kinh-te", "2026-Q1", due, due)


@given(steps)
def test_every_due_step_is_in_exactly_one_group_and_the_latest_comes_last(
    found: list[tuple[str, str, datetime]],
) -> None:
    due = [DueStep(step, at, _filing(filing)) for filing, step, at in found]
    groups = by_filing(due)
    assert sorted((one.filing.id, one.step, one.at) for group in groups for one in group) == sorted(found)
    assert len({group[0].filing.id for group in groups}) == len(groups)
    for group in groups:
        assert len({one.filing.id for one in group}) == 1
        assert group[-1].at == max(one.at for one in group)


@given(ats=st.lists(instants, unique=True, max_size=6), now=instants)
def test_what_is_planned_late_is_told_once_for_the_past_and_as_ever_for_the_rest(
    ats: list[datetime], now: datetime, library: Library
) -> None:
    commune = library.communes["anh-son"]
    ladder = [Step(f"s{number}", at, ("assignee",), False, False) for number, at in enumerate(sorted(ats))]
    planned = coming(ladder, commune, now)
    ahead = [(step.name, step.at) for step in ladder if step.at > now]
    passed = [step for step in ladder if step.at <= now]
    assert [one for one in planned if one in ahead] == ahead
    late = [one for one in planned if one not in ahead]
    assert len(late) <= (1 if passed else 0)
    if late:
        assert late == [(passed[-1].name, next_morning(commune, now))]
    elif passed:
        assert ahead[0][1] <= next_morning(commune, now)


@given(now=instants)
def test_the_next_morning_is_eight_on_a_working_day_and_later(now: datetime, library: Library) -> None:
    commune = library.communes["anh-son"]
    morning = next_morning(commune, now)
    assert morning > now
    assert morning.astimezone(HOME).hour == 8
    assert may_send(morning, commune.calendar)


@given(now=instants, ahead=st.integers(0, 40))
def test_nobody_is_left_in_peace_past_the_aim_date(now: datetime, ahead: int, library: Library) -> None:
    commune = library.communes["anh-son"]
    aim = commune.calendar.working_day_on_or_after(local_day(now) + timedelta(days=ahead))
    filing = _filing("f", datetime(aim.year, aim.month, aim.day, 16, 59, 59, tzinfo=UTC))
    assert local_day(until(commune, filing, now, 2)) <= aim
    days = mornings(commune, filing, local_day(now))
    assert all(local_day(now) < day < aim and commune.calendar.is_working_day(day) for day in days)
    assert len(days) <= len(CHOICES)


def test_a_year_has_as_many_filings_as_the_rules_give_by_hand(library: Library) -> None:
    """AS-01: six units, four quarters; AS-14: 52 Fridays (2026 has 52); AS-08: once, before 31/01."""
    found = list(expected(library.communes["anh-son"], START, datetime(2027, 1, 1, tzinfo=UTC)))
    often = {name: sum(one.assignment.obligation.id == name for one in found) for name in ("AS-01", "AS-14", "AS-08")}
    assert often == {"AS-01": 24, "AS-14": 52, "AS-08": 1}
    assert len({one.key for one in found}) == len(found)
    assert {one.unit for one in found if one.assignment.obligation.id == "AS-06"} == {"vh-xh"}  # not the chairman


def test_no_rule_has_two_filings_of_one_unit_and_period(library: Library) -> None:
    """A filing is found again by obligation, unit and period, whatever its date: all communes, 2024 to 2031."""
    start, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2032, 1, 1, tzinfo=UTC)
    for commune in library.communes.values():
        found = [one.key for one in expected(commune, start, end)]
        assert len(set(found)) == len(found), commune.slug


def test_what_the_service_watches_itself_is_nobodys_filing(library: Library) -> None:
    found = {
        one.assignment.obligation.id for one in expected(library.communes["anh-son"], START, START + timedelta(90))
    }
    assert not found & {"AS-27", "AS-28", "AS-29", "AS-39", "AS-44", "AS-45"}


def test_every_planned_filing_has_a_reminder_before_it_is_due(library: Library) -> None:
    """All obligations of all communes over 2026 to 2028, except those whose plan asks for none."""
    for commune in library.communes.values():
        plans, day = commune.plans, date(2026, 6, 1)
        for one in (each for obliged in plans.obligations for each in holders(obliged, plans, commune.profile, day)):
            if one.ladder.clock != "due":
                continue
            for due in dues(one.obligation, START, START + timedelta(days=1095), commune.calendar):
                ladder = one.steps(due.due, commune.calendar)
                assert any(step.at <= due.due and not step.overdue for step in ladder), one.obligation.id
