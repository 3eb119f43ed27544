"""Hồ sơ xã: what differs from commune to commune. Format: docs/content-format.md."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from content.closures import Closure
from content.day_text import Day
from content.opening_hours import read_hours
from content.problems import Problem
from content.schema import Entry, read_entry
from content.yaml_text import Path_

NOT_GIVEN = "chưa có"
CLOSED = "nghỉ"

Text = Annotated[str, StringConstraints(min_length=1, max_length=600)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]


class Plan(Entry):
    """The document from which the profile was filled; `valid_to` is its last day, None where it names none."""

    title: Text
    date: Text
    valid_to: Day | None = None

    @property
    def named(self) -> str:
        """Its title, with the date where the title does not say it."""
        return self.title if self.date in self.title else f"{self.title} ({self.date})"


class Centre(Entry):
    """Trung tâm Phục vụ hành chính công."""

    name: Text
    address: Text
    phone: Text
    map: Text


class Week(Entry):
    """Opening hours by day: "7:30-11:30, 13:30-17:00" or "nghỉ"."""

    mon: Text
    tue: Text
    wed: Text
    thu: Text
    fri: Text
    sat: Text
    sun: Text

    @field_validator("*")
    @classmethod
    def _hours_are_readable(cls, value: str) -> str:
        if value != CLOSED:
            read_hours(value)
        return value

    def days(self) -> tuple[str, ...]:
        """Return the seven values, Monday first."""
        return (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)


class Hours(Entry):
    """Giờ làm việc; `assumption` is true where the plan does not state them."""

    assumption: bool
    note: Text
    week: Week


class Channels(Entry):
    """Official pages and accounts; the literal "chưa có" where the commune has not given one."""

    website: Text
    zalo: Text
    facebook: Text


class DigitalTeam(Entry):
    """Tổ công nghệ số cộng đồng."""

    text: Text


class Place(Entry):
    """Điểm hỗ trợ."""

    id: Slug
    name: Text
    kind: Literal["centre", "village", "video", "home"]
    address: Text
    hours: Text
    source: Text
    assumption: bool = False


class Hamlet(Entry):
    """Thôn, xóm, bản, khối: one for which people may ask for news, and where its name is written."""

    id: Slug
    name: Text
    source: Text


class Session(Entry):
    """Buổi hỗ trợ hằng tuần mà kế hoạch hứa."""

    id: Slug
    title: Text
    place: Slug
    times: Text
    per_week: Annotated[int, Field(ge=1, le=14)]
    source: Text
    assumption: bool = False


class Target(Entry):
    """Chỉ tiêu hài lòng của một năm, in percent."""

    year: Annotated[int, Field(ge=2020, le=2100)]
    percent: Annotated[int, Field(ge=1, le=100)]
    source: Text


class Quota(Entry):
    """Số tin, bài kế hoạch đặt ra. `notices`: notices sent by the assistant count too; `until`: last year it holds."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[0-9]{2}$")]
    kind: Literal["loudspeaker", "social", "video", "website"]
    title: Annotated[Text, Field(max_length=60)]
    count: Annotated[int, Field(ge=1, le=1000)]
    per: Literal["year", "month", "week"]
    start: Annotated[int, Field(ge=2020, le=2100, alias="from")]
    until: Annotated[int, Field(ge=2020, le=2100)]
    notices: bool = False
    source: Text
    assumption: bool = False


class Unit(Entry):
    """Đơn vị, tổ, chức danh trong xã; `valid_from` and `valid_to` are its first and last day, open where not given."""

    id: Slug
    name: Text
    kind: Literal["leader", "unit", "front-office", "force", "partner", "team", "person", "steering"]
    role: Text
    source: Text
    valid_from: Day | None = None
    valid_to: Day | None = None
    successor: Slug | None = None

    def exists_on(self, day: datetime.date) -> bool:
        """Return whether the unit exists on a day."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


class Profile(Entry):
    """One commune. What its plan does not give is the literal "chưa có", never a guess.

    `points_promised` is how many village support points the plan promises; 0 where it names no number.
    `hamlets` is empty where the file says "chưa có": then nobody is asked for one.
    """

    name: Text
    title: Text
    province: Text
    also_known_as: tuple[Text, ...] = ()
    authority: Text
    police: Text
    plan: Plan
    hotline: Text
    centre: Centre
    hours: Hours
    channels: Channels
    digital_team: DigitalTeam
    points_promised: Annotated[int, Field(ge=0, le=100)] = 0
    places: tuple[Place, ...]
    hamlets: Annotated[tuple[Hamlet, ...], Field(max_length=60)] = ()
    sessions: tuple[Session, ...]
    units: tuple[Unit, ...]
    former_units: tuple[Unit, ...] = ()
    closures: tuple[Closure, ...] = ()

    @field_validator("hamlets", mode="before")
    @classmethod
    def _not_given_is_none(cls, hamlets: object) -> object:
        return () if hamlets == NOT_GIVEN else hamlets

    @field_validator("hamlets")
    @classmethod
    def _one_id_each(cls, hamlets: tuple[Hamlet, ...]) -> tuple[Hamlet, ...]:
        ids = [one.id for one in hamlets]
        if len(ids) != len(set(ids)):
            raise ValueError("hai thôn trùng id – mỗi thôn một id riêng, như thon-1, thon-2")
        return hamlets

    @property
    def all_units(self) -> tuple[Unit, ...]:
        """Return today's units and those that a reorganisation ended: old plans and reports keep the old names."""
        return self.units + self.former_units

    def unit(self, identity: str) -> Unit | None:
        """Return a unit of today or a former one, or None."""
        return next((one for one in self.all_units if one.id == identity), None)

    def holder(self, identity: str, day: datetime.date) -> str:
        """Return the id of the unit that holds a unit's work on a day: itself, or the successor once it has ended."""
        unit = self.unit(identity)
        passed = {identity}
        while unit is not None and unit.valid_to is not None and unit.valid_to < day and unit.successor is not None:
            if unit.successor in passed:  # a circle, which content check reports
                break
            passed.add(unit.successor)
            unit = self.unit(unit.successor)
        return identity if unit is None else unit.id

    satisfaction: tuple[Target, ...] = ()
    publications: tuple[Quota, ...] = ()

    def held_by(self, identity: str, day: datetime.date) -> frozenset[str]:
        """Return the ids of the units whose work a unit holds on a day: itself, and those whose successor it is."""
        return frozenset(unit.id for unit in self.all_units if self.holder(unit.id, day) == identity)

    @field_validator("sessions")
    @classmethod
    def _ids_are_unique(cls, sessions: tuple[Session, ...]) -> tuple[Session, ...]:
        ids = [session.id for session in sessions]
        if len(ids) != len(set(ids)):
            raise ValueError("hai buổi hỗ trợ trùng id – mỗi buổi một id riêng")
        return sessions


def read_profile(path: Path) -> tuple[Profile | None, list[Problem]]:
    """Read one commune.yaml; return it, or None and every problem found."""
    profile, document, problems = read_entry(Profile, path)
    if profile is None:
        return None, problems
    known = {place.id for place in profile.places}
    for index, session in enumerate(profile.sessions):
        if session.place not in known:
            line = document.line(("sessions", index, "place"))
            problems.append(Problem(path, line, f"không có điểm hỗ trợ id «{session.place}» – xem mục places"))
    problems += [Problem(path, document.line(where), message) for where, message in _wrong_units(profile)]
    return (None if problems else profile), problems


def _wrong_units(profile: Profile) -> Iterator[tuple[Path_, str]]:
    """Yield what is wrong with units that have ended."""
    ids = [unit.id for unit in profile.all_units]
    places = [("units", index) for index in range(len(profile.units))]
    places += [("former_units", index) for index in range(len(profile.former_units))]
    for number, (where, unit) in enumerate(zip(places, profile.all_units, strict=True)):
        if unit.id in ids[:number]:
            yield (*where, "id"), f"hai đơn vị trùng id «{unit.id}» – mỗi đơn vị một id riêng"
        if unit.valid_from and unit.valid_to and unit.valid_to < unit.valid_from:
            yield (*where, "valid_to"), f"ngày cuối {unit.valid_to} đứng trước ngày đầu {unit.valid_from}"
        if where[0] == "former_units" and (unit.valid_to is None or unit.successor is None):
            yield where, f"đơn vị cũ «{unit.id}» phải ghi valid_to (ngày cuối) và successor (đơn vị nhận việc)"
        if unit.successor is not None and unit.successor not in ids:
            yield (*where, "successor"), f"không có đơn vị id «{unit.successor}» – xem mục units"
        elif unit.successor == unit.id or (unit.successor and _in_a_circle(unit, profile)):
            yield (*where, "successor"), f"successor của «{unit.id}» quay lại chính nó – hãy ghi đơn vị nhận việc"


def _in_a_circle(unit: Unit, profile: Profile) -> bool:
    passed = set[str]()
    current: Unit | None = unit
    while current is not None and current.successor is not None:
        if current.id in passed:
            return True
        passed.add(current.id)
        current = profile.unit(current.successor)
    return False
