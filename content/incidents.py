"""Sự cố: kinds, who is told, legal clocks, the draft of a notification; `incidents.yaml`, or a commune's own.

Also the start-of-day check, `communes/<slug>/start-of-day.yaml`. Format: the heads of the files.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from content.communes import Profile, Slug, Text
from content.day_text import Day
from content.placeholders import PLACEHOLDER, names_in
from content.problems import Problem
from content.schema import Entry, own_or_shared, read_entry
from content.yaml_text import read_document

Kind = Literal["device", "network", "software", "leak", "emergency"]
KINDS: tuple[Kind, ...] = ("device", "network", "software", "leak", "emergency")
BLANKS = frozenset(
    (
        *("xa", "ma", "loai", "su_viec", "noi", "phat_hien", "nguoi_bao", "da_nhan", "ghi_chep", "khac_phuc"),
        *("khoi_phuc", "muc_do", "can_cu", "han", "lap_luc"),
    )
)
UNKNOWN = "……………………"  # what nobody has said is left blank, never invented
Title = Annotated[str, StringConstraints(min_length=1, max_length=50)]


class IncidentRules(Entry):
    """The numbers of the file's head."""

    next_minutes: Annotated[int, Field(ge=5, le=1_440)]
    restore_hours: Annotated[int, Field(ge=1, le=720)]
    restore_warn_hours: Annotated[int, Field(ge=1, le=240)] = 4


class People(Entry):
    """Who is told, by the units' ids; a unit that a commune does not have is passed over."""

    team: tuple[Slug, ...] = ()
    heads: tuple[Slug, ...] = ()
    police: tuple[Slug, ...] = ()
    military: tuple[Slug, ...] = ()
    chairman: tuple[Slug, ...] = ()


class Thing(Entry):
    """Thứ hay hỏng: one button."""

    id: Slug
    title: Title


class IncidentKind(Entry):
    """One of the five kinds: its button, and the usual things."""

    id: Kind
    title: Title
    things: Annotated[tuple[Thing, ...], Field(max_length=8)] = ()


class Clock(Entry):
    """Hạn theo luật: within how many hours an authority must be told, where that is written, when it was read."""

    id: Slug
    hours: Annotated[int, Field(ge=1, le=720)]
    warn_hours: Annotated[int, Field(ge=1, le=240)]
    title: Text
    source: Text
    checked: Day


class IncidentPlan(Entry):
    """incidents.yaml."""

    rules: IncidentRules
    people: People
    kinds: tuple[IncidentKind, ...]
    fixes: Annotated[tuple[Title, ...], Field(max_length=8)] = ()
    clocks: tuple[Clock, ...] = ()
    draft: Annotated[str, StringConstraints(min_length=1, max_length=3_000)]

    @field_validator("kinds")
    @classmethod
    def _the_five_kinds(cls, kinds: tuple[IncidentKind, ...]) -> tuple[IncidentKind, ...]:
        if sorted(one.id for one in kinds) != sorted(KINDS):
            raise ValueError(f"cần đúng năm loại sự cố, mỗi loại một lần: {', '.join(KINDS)}")
        return kinds

    @field_validator("draft")
    @classmethod
    def _blanks_are_known(cls, draft: str) -> str:
        for name in names_in(draft):
            if name not in BLANKS:
                raise ValueError(f"bản nháp không có chỗ điền {{{{{name}}}}} – chỉ dùng: {', '.join(sorted(BLANKS))}")
        return draft

    def kind(self, identity: str) -> IncidentKind:
        """Return a kind; all five are always there. Raises KeyError for anything else."""
        return {one.id: one for one in self.kinds}[identity]  # type: ignore[index]  # any text may be asked for

    def thing(self, kind: str, identity: str | None) -> Thing | None:
        """Return a thing of a kind, or None when it was taken out of the file."""
        return next((one for one in self.kind(kind).things if one.id == identity), None)

    def clock(self, identity: str) -> Clock | None:
        """Return a clock, or None when it was taken out of the file."""
        return next((one for one in self.clocks if one.id == identity), None)


class CheckItem(Entry):
    """Mục kiểm tra: one button of the start-of-day list, and which incident it opens when it fails."""

    id: Slug
    title: Title
    kind: Literal["device", "network", "software"]
    thing: Slug | None = None


class StartOfDay(Entry):
    """start-of-day.yaml."""

    start: Day = Field(alias="from")
    missing_minutes: Annotated[int, Field(ge=1, le=240)]
    early_minutes: Annotated[int, Field(ge=0, le=240)] = 60
    source: Text
    items: Annotated[tuple[CheckItem, ...], Field(min_length=1, max_length=8)]

    @field_validator("items")
    @classmethod
    def _ids_are_unique(cls, items: tuple[CheckItem, ...]) -> tuple[CheckItem, ...]:
        ids = [item.id for item in items]
        if len(ids) != len(set(ids)):
            raise ValueError("hai mục kiểm tra trùng id – mỗi mục một id riêng")
        return items


def read_incidents(folder: Path, profiles: Mapping[str, Profile]) -> tuple[dict[str, IncidentPlan], list[Problem]]:
    """Return each commune's plan: its own file, else the shared one; none where there is neither."""
    found, problems = own_or_shared(folder, "incidents.yaml", profiles, _read_plan)
    for slug, (plan, path) in found.items():
        if path.parent != folder:
            problems += _unknown_units(plan, profiles[slug], path)
    return {slug: plan for slug, (plan, _) in found.items()}, problems


def _read_plan(path: Path) -> tuple[IncidentPlan | None, list[Problem]]:
    plan, _, problems = read_entry(IncidentPlan, path)
    return plan, problems


def _unknown_units(plan: IncidentPlan, profile: Profile, path: Path) -> Iterator[Problem]:
    document = read_document(path)
    known = {unit.id for unit in profile.units}
    for name, units in plan.people.model_dump().items():
        for place, unit in enumerate(units):
            if unit not in known:
                line = document.line(("people", name, place))
                yield Problem(path, line, f"xã không có đơn vị id «{unit}» – xem mục units trong commune.yaml")


def read_checks(
    folder: Path, profiles: Mapping[str, Profile], plans: Mapping[str, IncidentPlan]
) -> tuple[dict[str, StartOfDay], list[Problem]]:
    """Return the start-of-day checks of the communes whose plan asks for one."""
    checks: dict[str, StartOfDay] = {}
    problems: list[Problem] = []
    for slug in profiles:
        path = folder / "communes" / slug / "start-of-day.yaml"
        if not path.exists():
            continue
        found, document, more = read_entry(StartOfDay, path)
        problems += more
        if found is None:
            continue
        checks[slug] = found
        plan = plans.get(slug)
        if plan is None:
            problems.append(Problem(path, 1, "xã chưa có tệp incidents.yaml – mục hỏng phải thành một sự cố"))
            continue
        for index, item in enumerate(found.items):
            if item.thing is not None and plan.thing(item.kind, item.thing) is None:
                line = document.line(("items", index, "thing"))
                message = f"loại «{item.kind}» trong incidents.yaml không có «{item.thing}» – bỏ mục thing hoặc sửa id"
                problems.append(Problem(path, line, message))
    return checks, problems


def fill_draft(plan: IncidentPlan, values: Mapping[str, str]) -> str:
    """Return the draft with what is known; the rest is left blank."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], "") or UNKNOWN, plan.draft)
