"""Xem trước lời nhắc: every reminder that would go out in a span of days if nobody handed anything in."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from content.calendar import WorkingCalendar
from content.communes import Profile
from content.dates import local_day
from content.ladder import RECIPIENTS, Step
from content.obligations import Assignment, Due, Obligation, Plans, dues, holders
from content.recurrence import instant_of

_ONE_DAY = datetime.timedelta(days=1)
_MIDNIGHT = datetime.time()
_OF_THE_UNIT = ("assignee", "head")
_TET = 20  # days: more than a step can lose to days off in a row


@dataclass(frozen=True, order=True)
class Planned:
    """One reminder. Instants are UTC; `step` is its moment such as "T-10".

    `to` names who gets it: "vh-xh:assignee", "vh-xh:head", "vh-xh:focal", deputy, chairman, list, admin, or the id of
    a unit.
    """

    at: datetime.datetime
    obligation: str
    step: str
    due: datetime.datetime
    aim: datetime.datetime
    to: tuple[str, ...]


def preview(
    plans: Plans, profile: Profile, calendar: WorkingCalendar, first: datetime.date, last: datetime.date
) -> list[Planned]:
    """Return every reminder from `first` to `last`, local days, both included; by time, then obligation.

    Where each unit makes its own report, what a post hears of several late ones is one reminder. Events and failures
    are not foreseen. An empty span gives nothing.
    """
    start, end = instant_of(first, _MIDNIGHT), instant_of(last + _ONE_DAY, _MIDNIGHT)
    found = (one for obligation in plans.obligations for one in _of(obligation, plans, profile, calendar, start, end))
    return sorted({one for one in found if start <= one.at < end})


def _of(
    obligation: Obligation,
    plans: Plans,
    profile: Profile,
    calendar: WorkingCalendar,
    start: datetime.datetime,
    end: datetime.datetime,
) -> Iterator[Planned]:
    margin = _margin(obligation, plans)
    for due in dues(obligation, start - margin, end + margin, calendar):
        for assignment in holders(obligation, plans, profile, local_day(due.due)):
            for step in assignment.steps(due.due, calendar):
                yield _planned(assignment, due, step, profile)


def _margin(obligation: Obligation, plans: Plans) -> datetime.timedelta:
    """Return how far a step can lie from its due date: two days for each working day, and some days off."""
    ladder = plans.ladder(obligation.ladder)
    days = [abs(step.at.days or 0) for step in ladder.steps] if ladder is not None else []
    return datetime.timedelta(days=2 * max(days, default=0) + _TET)


def _planned(assignment: Assignment, due: Due, step: Step, profile: Profile) -> Planned:
    day = local_day(due.due)
    to = tuple(dict.fromkeys(name for one in step.to for name in _names(one, assignment, profile, day)))
    return Planned(step.at, assignment.obligation.id, step.name, due.due, due.aim, to)


def _names(recipient: str, assignment: Assignment, profile: Profile, day: datetime.date) -> Iterator[str]:
    if recipient in _OF_THE_UNIT:
        yield from (f"{unit}:{recipient}" for unit in assignment.units)
    elif recipient == "focal":
        yield f"{assignment.chaser}:{recipient}"
    else:
        yield recipient if recipient in RECIPIENTS else profile.holder(recipient, day)
