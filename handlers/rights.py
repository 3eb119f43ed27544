"""Ai được làm gì: the matrix of org-model.md 5.2 as one table, post by post and kind of data by kind of data."""

from collections.abc import Mapping
from types import MappingProxyType

from content.communes import Unit
from content.library import Commune
from storage.members import Member

DATA = ("P0", "P1", "P2", "P3", "P4", "P5", "P6", "P7")
"""Kinds of data: public content, aggregate figures, reports, citizens' contacts and bookings, citizens' words,
scores and lateness of officials, incidents, configuration and accounts."""

# A cell lists "verbs:scope"; no scope means everything of the commune. R read, W write, A approve.
# P0 public | P1 figures | P2 reports | P3 bookings | P4 words | P5 scores | P6 incidents | P7 configuration
_CELLS: Mapping[str, tuple[str, str, str, str, str, str, str, str]] = MappingProxyType(
    {
        "citizen": ("R", "R:published", "", "RW:own", "RW:own", "", "W:report", ""),
        "volunteer": ("R", "R", "", "R:today", "", "", "W:report", ""),
        "support": ("R", "R", "R:own", "RW:shift", "R:own", "R:own", "W:report", ""),
        "front_officer": ("R W:propose", "R", "RW:own", "RW:centre", "RW:assigned", "R:own", "W:report", ""),
        "front_head": ("W", "R", "RWA:own", "RW:centre", "RW:centre", "R:unit", "R", ""),
        "officer": ("R", "R", "RW:own", "", "RW:assigned", "R:own", "W:report", ""),
        "head": ("W:propose", "R", "RWA:own", "", "R:unit", "R:unit", "R:own", ""),
        "focal": ("W", "RW", "R W:aggregate W:excuse", "RW:points", "RW:assigned", "R:timeliness", "R:summary", ""),
        "focal_head": ("A", "RWA", "RA", "R", "R", "R:timeliness", "R", ""),
        "admin": ("", "R", "", "", "", "", "R", "RW"),
        "security": ("R", "R", "R:own", "RW:case", "RW:case", "", "RW", "R:logs"),
        "economy": ("R", "R", "RW:own", "", "RW:assigned", "R:own", "", ""),
        "military": ("R", "R", "R:own", "", "", "", "R:emergency", ""),
        "vice": ("A", "R", "RA:sector", "R:count", "R:sector", "R:sector", "R", ""),
        "chairman": ("A", "R", "RA", "R:count", "R:escalated W:assign", "R", "R", "A:appoint"),
        "steering": ("R", "R", "R", "", "", "R:timeliness", "R:summary", ""),
        "partner": ("R", "R", "R:shared", "", "R:statistics", "", "", ""),
        "upper": ("R", "R", "R:submitted", "", "", "", "R:summary", ""),
        "operator": ("", "", "", "", "", "", "R:technical", "RW:break_glass"),
    }
)
EVERYTHING = ""
ROWS = tuple(_CELLS)


def granted(row: str, data: str, verb: str) -> frozenset[str]:
    """Return in which scopes a row of the matrix may do something: {""} is everything, an empty set nothing."""
    grants = (grant.partition(":") for grant in _CELLS[row][DATA.index(data)].split())
    found = {scope for verbs, _, scope in grants if verb in verbs}
    # Two cells of the matrix give everything and a narrower writing: what is read wholly is not read in parts.
    return frozenset({EVERYTHING}) if EVERYTHING in found else frozenset(found)


def scopes(commune: Commune, member: Member | None, data: str, verb: str) -> frozenset[str]:
    """Return in which scopes a member may do something with a kind of data of their own commune; None: a citizen."""
    if member is not None and member.account != commune.slug:
        return frozenset()
    found = frozenset(scope for row in rows_of(commune, member) for scope in granted(row, data, verb))
    return frozenset({EVERYTHING}) if EVERYTHING in found else found


def rows_of(commune: Commune, member: Member | None) -> tuple[str, ...]:
    """Return the rows of the matrix that a post stands in; the head of a unit with a task of its own in two."""
    if member is None:
        return ("citizen",)
    unit = commune.profile.unit(member.unit)
    if unit is not None and unit.kind == "partner" and member.role in {"focal", "vice", "leader"}:
        return ("partner",)  # it neither leads nor chases, whatever was written beside it
    if member.role in {"focal", "admin", "vice"}:
        return (member.role,)
    if member.role == "leader":
        return ("vice",) if member.unit == "pho-chu-tich" else ("chairman",)
    if member.role == "helper":
        staffed = any(roster.unit == member.unit for roster in commune.rosters.rosters)
        return ("support",) if staffed or (unit is not None and unit.kind == "front-office") else ("volunteer",)
    return _unit_rows(commune, unit, member.role) if unit is not None else ("officer",)


def leads(commune: Commune, member: Member) -> bool:
    """Tell whether a member is the chairman or a deputy chairman (Chủ tịch, Phó Chủ tịch) of their own commune."""
    return member.account == commune.slug and bool({"chairman", "vice"} & set(rows_of(commune, member)))


def _unit_rows(commune: Commune, unit: Unit, role: str) -> tuple[str, ...]:
    if unit.kind in {"partner", "steering"}:
        return (unit.kind,)
    if unit.kind == "front-office":
        return ("front_head",) if role == "head" else ("front_officer",)
    special = {"cong-an": "security", "quan-su": "military", "kinh-te": "economy"}.get(unit.id)
    if role == "head":
        chases = any(one.chaser == unit.id for one in commune.plans.obligations)
        return (
            "head",
            *((special,) if special in {"security", "military"} else ()),
            *(("focal_head",) if chases else ()),
        )
    return (special,) if special else ("officer",)
