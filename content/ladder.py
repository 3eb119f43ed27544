"""Bậc thang nhắc: when whom to remind of a due date, and whom to tell when it has passed. Format:
docs/content-format.md. Pure: nothing is sent here.
"""

import datetime
import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from content.calendar import WorkingCalendar
from content.communes import Slug, Text
from content.dates import is_quiet, local_day
from content.recurrence import instant_of
from content.schema import Entry

Clock = Literal["due", "event", "failure"]
Recipient = Literal["assignee", "head", "focal", "deputy", "chairman", "list", "admin"]
RECIPIENTS: tuple[Recipient, ...] = ("assignee", "head", "focal", "deputy", "chairman", "list", "admin")

MORNING = datetime.time(8, 0)

_BY_DAYS = re.compile(r"T\s*([+-])\s*(\d{1,2})(?:\s+(\d{1,2}):(\d{2}))?")
_BY_HOURS = re.compile(r"\+\s*(\d{1,4})\s*(giờ|phút)")


@dataclass(frozen=True)
class Moment:
    """When a step is: working days from the due date and a time of day, or a span from the event.

    `days` and `time` are None where `after` is given, and the other way round.
    """

    name: str
    days: int | None = None
    time: datetime.time | None = None
    after: datetime.timedelta | None = None

    @property
    def afterwards(self) -> bool:
        """Return whether it counts on from the due day ("T+1") instead of back ("T-1", "T-0")."""
        return self.name.startswith("T+")


def _read_moment(value: object) -> Moment:
    text = " ".join(str(value).split())
    if match := _BY_DAYS.fullmatch(text):
        sign, days, hour, minute = match.groups()
        if hour is None:
            return Moment(f"T{sign}{int(days)}", int(sign + days), MORNING)
        return Moment(f"T{sign}{int(days)} {hour}:{minute}", int(sign + days), _time(int(hour), int(minute), text))
    if match := _BY_HOURS.fullmatch(text):
        number = int(match[1])
        span = datetime.timedelta(hours=number) if match[2] == "giờ" else datetime.timedelta(minutes=number)
        return Moment(text, after=span)
    raise ValueError(f"«{text}» không phải mốc nhắc – hãy viết như T-10, T-0 08:15, T+1, +0 phút, +4 giờ")


def _time(hour: int, minute: int, text: str) -> datetime.time:
    if hour > 23 or minute > 59:
        raise ValueError(f"«{text}» không phải giờ – hãy viết như 08:15")
    return datetime.time(hour, minute)


class LadderStep(Entry):
    """Một bậc: when and to whom. `to` holds recipients (RECIPIENTS) or ids of units, such as cong-an."""

    at: Annotated[Moment, BeforeValidator(_read_moment)]
    to: Annotated[tuple[Slug, ...], Field(min_length=1)]


class Ladder(Entry):
    """Bậc thang nhắc.

    `clock` says from what the steps count: `due` from the due date, `event` from when somebody opens an event,
    `failure` from when the service notices that something has not happened (a backup, the morning's check-in).
    """

    id: Slug
    title: Text
    clock: Clock
    steps: tuple[LadderStep, ...]
    source: Text
    assumption: bool = False


@dataclass(frozen=True)
class Step:
    """Lời nhắc to be sent: `at` is a UTC instant, `to` recipients or unit ids, `name` the moment such as "T-10".

    `overdue` steps go out only when nothing has been handed in; none of a `polite` one speaks of lateness.
    """

    name: str
    at: datetime.datetime
    to: tuple[str, ...]
    overdue: bool
    polite: bool


def steps(
    ladder: Ladder, due: datetime.datetime, calendar: WorkingCalendar, *, polite: bool = False, own: bool = False
) -> tuple[Step, ...]:
    """Return every reminder of one due date, in order; () for a ladder that does not count from due dates.

    1. T-10 … T-0 count working days back from the aim date: the due date, or the working day before when it is off.
    2. T+1 … count working days on from the due date.
    3. What would fall into quiet hours or on a day off goes to eight in the morning: before the due date earlier,
       after it later.
    4. `polite` (partners: MTTQ, Văn phòng Đảng ủy, companies): only the steps before, only to the assignee.
    5. `own` (the chaser's own report): nobody chases itself, so the focal point's place is taken by the deputy chairman
       and after that the chairman is told as well.
    """
    if ladder.clock != "due":
        return ()
    found = []
    for step in ladder.steps:
        at = _instant(step.at, due, calendar)
        overdue = at > due
        if not (polite and (overdue or "assignee" not in step.to)):
            found.append(Step(step.at.name, at, _recipients(step, overdue, polite, own), overdue, polite))
    return tuple(sorted(found, key=lambda step: step.at))


def steps_after(ladder: Ladder, opened: datetime.datetime, *, polite: bool = False) -> tuple[Step, ...]:
    """Return what goes out after an event was opened or a failure was noticed at an instant; () for a `due` ladder.

    These are urgent and wait for no morning (legal-facts §9: incidents are told on days off, too).
    """
    if ladder.clock == "due":
        return ()
    found = [
        Step(step.at.name, opened + (step.at.after or datetime.timedelta()), step.to, overdue=False, polite=polite)
        for step in ladder.steps
    ]
    return tuple(sorted(found, key=lambda step: step.at))


def may_send(instant: datetime.datetime, calendar: WorkingCalendar) -> bool:
    """Return whether officials may be written to: on a working day, not in quiet hours."""
    return calendar.is_working_day(local_day(instant)) and not is_quiet(instant)


def _instant(moment: Moment, due: datetime.datetime, calendar: WorkingCalendar) -> datetime.datetime:
    due_day = local_day(due)
    start = due_day if moment.afterwards else calendar.working_day_on_or_before(due_day)
    day = calendar.add_working_days(start, moment.days or 0)
    wanted = instant_of(day, moment.time or MORNING)
    if may_send(wanted, calendar):
        return wanted
    return _morning_after(wanted, calendar) if moment.afterwards else _morning_before(wanted, calendar)


def _morning_before(instant: datetime.datetime, calendar: WorkingCalendar) -> datetime.datetime:
    day = calendar.working_day_on_or_before(local_day(instant))
    morning = instant_of(day, MORNING)
    return morning if morning <= instant else instant_of(calendar.previous_working_day(day), MORNING)


def _morning_after(instant: datetime.datetime, calendar: WorkingCalendar) -> datetime.datetime:
    day = calendar.working_day_on_or_after(local_day(instant))
    morning = instant_of(day, MORNING)
    return morning if morning >= instant else instant_of(calendar.next_working_day(day), MORNING)


def _recipients(step: LadderStep, overdue: bool, polite: bool, own: bool) -> tuple[str, ...]:
    if polite:
        return ("assignee",)
    if not (own and overdue):
        return step.to
    raised = ["deputy" if one == "focal" else one for one in step.to]
    raised += ["chairman"] if "deputy" in step.to else []
    return tuple(dict.fromkeys(raised))
