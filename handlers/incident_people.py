"""Ai lo sự cố nào: the ladder of those who are told, and who may see, handle and judge an incident (org-model 4, 5.2).

Everybody with a post may report. Volunteers of the response team mend machines; what was leaked is not for them.
"""

from content.incidents import IncidentPlan, People
from content.library import Commune
from handlers.turn import CitizenMistake
from storage.incidents import Incident
from storage.members import Member

URGENT = frozenset({"leak", "emergency"})  # told at any hour (docs/decisions/0008-incidents-at-night.md)
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
        tuple(member for member in others if member.role == "leader"),
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
    return stands or member.role == "leader"


def may_see(commune: Commune, member: Member, one: Incident) -> bool:
    """Tell whether a member may read an incident: also who reported it, and the head of the unit where it is."""
    if member.account != one.account:
        return False
    own = member.id == one.reported_by or (member.role == "head" and member.unit == one.unit)
    return own or may_handle(commune, member, one)


def may_judge(commune: Commune, member: Member, one: Incident) -> bool:
    """Tell whether a member may say that an incident was serious: police, chairman and deputies alone."""
    if member.account != one.account:
        return False
    return member.role == "leader" or (member.unit in plan_of(commune).people.police and member.role != "helper")


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
