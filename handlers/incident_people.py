"""Ai lo sự cố nào: the ladder of those who are told, and who may see, handle and judge an incident (org-model 4, 5.2).

Everybody with a post may report. Volunteers of the response team mend machines; what was leaked is not for them.
"""

from content.incidents import IncidentPlan, People
from content.library import Commune
from handlers.rights import EVERYTHING, leads, rows_of, scopes
from handlers.turn import CitizenMistake
from storage.incidents import Incident
from storage.members import Member

URGENT = frozenset({"leak", "emergency"})  # told at any hour (docs/decisions/0008-incidents-at-night.md)
AT_WORK = frozenset({"device", "network", "software"})  # what colleagues at the centre meet too; never a leak
Rungs = tuple[tuple[Member, ...], ...]


def plan_of(commune: Commune) -> IncidentPlan:
    """Return the commune's plan. Raises CitizenMistake where there is none (any more)."""
    if commune.incidents is None:
        raise CitizenMistake("incident.not_here")
    return commune.incidents


def ladder(commune: Commune, members: list[Member], one: Incident) -> Rungs:
    """Return who is told at once, who next, who last; rungs that nobody stands on are left out."""
    people = plan_of(commune).people
    others = [member for member in members if member.id != one.reported_by]
    steps = (
        tuple(member for member in others if _in_team(people, member, one)),
        tuple(member for member in others if _is_head(people, member)),
        tuple(member for member in others if leads(commune, member)),
    )
    rungs = tuple(step for step in steps if step)
    besides = tuple(member for member in others if _besides(people, member, one))
    if not rungs:
        return (besides,) if besides else ()
    first = rungs[0] + tuple(member for member in besides if member not in rungs[0])
    return (first, *rungs[1:])


def told_already(commune: Commune, members: list[Member], one: Incident) -> list[Member]:
    """Return everybody who has been told of an incident, each once."""
    told = [member for rung in ladder(commune, members, one)[: one.rung] for member in rung]
    return list(dict.fromkeys(told))


def for_the_law(commune: Commune, members: list[Member], one: Incident) -> list[Member]:
    """Return who keeps the legal clocks of a leak: police, chairman, who took it; without them, the whole ladder."""
    people = plan_of(commune).people
    found = [member for member in members if _besides(people, member, one) or member.id == one.taken_by]
    return found or list(dict.fromkeys(member for rung in ladder(commune, members, one) for member in rung))


def may_handle(commune: Commune, member: Member, one: Incident) -> bool:
    """Tell whether a member may take, close and note."""
    people = plan_of(commune).people
    if member.account != one.account:
        return False
    stands = _in_team(people, member, one) or _is_head(people, member) or _besides(people, member, one)
    return stands or leads(commune, member) or EVERYTHING in scopes(commune, member, "P6", "W")


def may_see(commune: Commune, member: Member, one: Incident) -> bool:
    """Tell whether a member may read an incident: who reported it, who handles it, and whom the matrix lets read.

    At the centre (Trung tâm Phục vụ hành chính công) officers read of their unit what is broken, not what was leaked.
    """
    if member.account != one.account:
        return False
    read = scopes(commune, member, "P6", "R")
    emergency = "emergency" in read and one.kind == "emergency"
    centre = "front_officer" in rows_of(commune, member) and member.unit == one.unit and one.kind in AT_WORK
    return emergency or centre or EVERYTHING in read or may_add(commune, member, one)


def may_add(commune: Commune, member: Member, one: Incident) -> bool:
    """Tell whether a member may note something: who reported it, the head of the unit where it is, who handles it."""
    if member.account != one.account:
        return False
    own_unit = "own" in scopes(commune, member, "P6", "R") and member.unit == one.unit
    return own_unit or member.id == one.reported_by or may_handle(commune, member, one)


def may_judge(commune: Commune, member: Member, one: Incident) -> bool:
    """Tell whether a member may say that an incident was serious: police, chairman and deputies alone."""
    if member.account != one.account:
        return False
    return leads(commune, member) or (member.unit in plan_of(commune).people.police and member.role != "helper")


def _in_team(people: People, member: Member, one: Incident) -> bool:
    if member.role == "helper" and one.kind == "leak":
        return False
    return member.unit in people.team or member.role == "admin"


def _is_head(people: People, member: Member) -> bool:
    return member.role == "head" and member.unit in people.heads


def _besides(people: People, member: Member, one: Incident) -> bool:
    """Tell whether somebody is told at once whatever the ladder says."""
    if one.kind not in URGENT or member.role == "helper":
        return False
    return member.unit in people.chairman or member.unit in (people.police if one.kind == "leak" else people.military)
