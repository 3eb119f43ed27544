"""Mẫu báo cáo: form and words of the periodic report; `report.yaml`, and what a commune changes in its own folder.

Format: the head of content/report.yaml. The report is always in Vietnamese (Nghị định 30/2020/NĐ-CP).
"""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from content.communes import Profile, Text
from content.indicators import Indicator
from content.problems import Problem
from content.report_period import WindowKind
from content.report_words import ReportWords
from content.schema import Entry, read_entry

_PER_YEAR = "/năm"
_RATES = ("/tuần", "/tháng")
_KIND_OF_PLACE = ("xã ", "phường ", "đặc khu ")

Lines = Annotated[tuple[Text, ...], Field(min_length=1, max_length=20)]
Signature = Annotated[tuple[Text, ...], Field(min_length=1, max_length=3)]
Symbol = Annotated[Text, Field(max_length=20)]


class ReportForm(Entry):
    """Thể thức báo cáo của một xã. `signature` are the lines above the place for the signature, never a name."""

    window: WindowKind
    symbol: Symbol
    signature: Signature
    recipients: Lines
    public_recipients: Lines
    words: ReportWords


class OwnForm(Entry):
    """communes/<slug>/report.yaml: what the commune does otherwise. `source` says where it stands."""

    window: WindowKind | None = None
    symbol: Symbol | None = None
    signature: Signature | None = None
    recipients: Lines | None = None
    public_recipients: Lines | None = None
    source: Text
    assumption: bool = False


def of_year(indicator: Indicator) -> bool:
    """Return whether it is a count of the calendar year, such as 12 bản tin/năm or 0 sự cố/năm."""
    return indicator.unit.endswith(_PER_YEAR)


def is_rate(indicator: Indicator) -> bool:
    """Return whether it is a number for each week or month, such as 1–2 tin bài/tuần."""
    return indicator.unit.endswith(_RATES)


def grows_through_year(indicator: Indicator) -> bool:
    """Return whether it is a count of the year to be reached by its end, such as 12 bản tin/năm: judged in December."""
    return of_year(indicator) and indicator.comparator not in ("≤", "<")


def place_of(profile: Profile) -> str:
    """Return the name that stands before the date: "Anh Sơn" of xã Anh Sơn (Nghị định 30/2020/NĐ-CP, Phụ lục I)."""
    for kind in _KIND_OF_PLACE:
        if profile.name.casefold().startswith(kind):
            return profile.name[len(kind) :]
    return profile.name


def read_forms(folder: Path, slugs: tuple[str, ...]) -> tuple[dict[str, ReportForm], list[Problem]]:
    """Return each commune's form: the shared one with what its own file changes; none where there is no shared one."""
    shared_path = folder / "report.yaml"
    if not shared_path.exists():
        return {}, []
    shared, _, problems = read_entry(ReportForm, shared_path)
    forms: dict[str, ReportForm] = {}
    for slug in slugs:
        path = folder / "communes" / slug / "report.yaml"
        own = None
        if path.exists():
            own, _, more = read_entry(OwnForm, path)
            problems += more
        if shared is not None:
            forms[slug] = shared.model_copy(update=_changes(own))
    return forms, problems


def _changes(own: OwnForm | None) -> dict[str, Any]:
    if own is None:
        return {}
    changed = {name: getattr(own, name) for name in ReportForm.model_fields if name in OwnForm.model_fields}
    return {name: value for name, value in changed.items() if value is not None}
