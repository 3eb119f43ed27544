"""Ai được nhắc: whom a step of a filing's ladder means today, and who may work on a filing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from content.dates import local_day
from content.library import Commune
from content.obligations import Assignment, holders
from handlers.post_holders import FOCAL, HEADS, Staff
from handlers.rights import EVERYTHING, scopes
from storage.filings import Filing
from storage.members import Member

Why = Literal["assignee", "head", "focal", "leader", "nobody", "vacant", "approver"]
"""As what somebody is told: it is theirs; their unit's; they follow it; they lead; nobody has taken the post yet, so
the head has it, or they who chase only see it; a draft waits for them."""
UNTAKEN: frozenset[Why] = frozenset({"nobody", "vacant"})

WORKERS = frozenset({"officer", "focal", "helper", "leader", "vice"})
CHAIRMAN, VICE, ADMIN = frozenset({"leader"}), frozenset({"vice"}), frozenset({"admin"})


def assignment_of(commune: Commune, filing: Filing) -> Assignment | None:
    """Return whose filing it was when it was due, by the plans as they are now; None when they no longer have it.

    Of a unit that ended before, by its last day.
    """
    obligation = commune.plans.obligation(filing.obligation)
    if obligation is None:
        return None
    found = holders(obligation, commune.plans, commune.profile, day_of(commune, filing))
    return next((one for one in found if filing.unit in one.units), None)


def day_of(commune: Commune, filing: Filing) -> date:
    """Return the local due day of a filing, or the last day of its unit where that lies before."""
    unit, due = commune.profile.unit(filing.unit), local_day(filing.due)
    return due if unit is None or unit.valid_to is None else min(due, unit.valid_to)


def assigned_now(commune: Commune, filing: Filing, today: date) -> Assignment | None:
    """Return whose work a filing is today: the same as when it was due, or the successors of units that have ended."""
    found = assignment_of(commune, filing)
    if found is None:
        return None
    day, profile = max(today, local_day(filing.due)), commune.profile
    now = replace(
        found,
        units=tuple(dict.fromkeys(profile.holder(one, day) for one in found.units)),
        chaser=profile.holder(found.chaser, day),
    )
    return replace(now, own=answering(commune, now)[0] == now.chaser)


def unit_now(commune: Commune, filing: Filing, today: date) -> str:
    """Return the unit whose head reads a filing today: the one it is from, or its successor."""
    return commune.profile.holder(filing.unit, max(today, local_day(filing.due)))


def answering(commune: Commune, assignment: Assignment) -> tuple[str, ...]:
    """Return the units that do the work: a leader among the leads is told when it is late, not asked to write it."""
    leaders = {unit.id for unit in commune.profile.all_units if unit.kind == "leader"}
    return tuple(one for one in assignment.units if one not in leaders) or assignment.units


def may_work(commune: Commune, staff: Staff, member: Member, filing: Filing) -> bool:
    """Tell whether a member may answer for a filing today: their unit's, given to them, or whom they replace.

    Not the administrator of a unit, whose post is the accounts and no reports (org-model 5.2).
    """
    if member.account != filing.account:
        return False
    assignment = assigned_now(commune, filing, staff.day)
    units = assignment.units if assignment is not None else (unit_now(commune, filing, staff.day),)
    posts = [one for one in staff.acts_as(member) if one.role in WORKERS | HEADS]
    return any(one.id == filing.delegate or one.unit in units for one in posts)


def doer(staff: Staff, filing: Filing) -> Member | None:
    """Return to whom a filing was given and who does it alone; None when they left the post or are away."""
    given = staff.member(filing.delegate)
    if given is not None and (instead := staff.holders(given.unit, {given.role})) and given in instead:
        return given
    return None


def with_other(staff: Staff, member: Member, filing: Filing) -> Member | None:
    """Return the colleague who was given a filing and does it instead of this member, or None."""
    found = doer(staff, filing)
    return None if found is None or any(one.id == found.id for one in staff.acts_as(member)) else found


def may_see(commune: Commune, staff: Staff, member: Member, filing: Filing) -> bool:
    """Tell whether a member may see a filing: who works on it, and who reads them all."""
    if member.account != filing.account:
        return False
    return sees_all(commune, staff, member) or may_work(commune, staff, member, filing)


def sees_all(commune: Commune, staff: Staff, member: Member) -> bool:
    """Tell whether a member reads the reports of every unit: who leads, chases or steers (org-model 5.2, P2).

    A deputy chairman's sector (lĩnh vực) is taken as the whole: no plan names the sectors.
    """
    return any(scopes(commune, one, "P2", "R") & {EVERYTHING, "sector"} for one in staff.acts_as(member))


def is_led(member: Member, why: Why) -> bool:
    """Tell whether somebody is told of a filing as a leader of the commune, not as one who works on it or follows."""
    return why == "leader" or (why == "focal" and member.role in CHAIRMAN | VICE)


@dataclass(frozen=True, slots=True)
class People:
    """Whom the recipients of a ladder mean, with the commune's posts as they are held now."""

    commune: Commune
    staff: Staff

    def meant(self, filing: Filing, assignment: Assignment, to: Iterable[str]) -> dict[str, tuple[Member, Why]]:
        """Return the members whom recipients of a step mean, by id, each once and in their first part."""
        found: dict[str, tuple[Member, Why]] = {}
        for recipient in to:
            for member, why in self._recipient(filing, assignment, recipient):
                if found.get(member.id, (member, "nobody"))[1] in UNTAKEN:
                    found[member.id] = (member, why)
        return found

    def _recipient(self, filing: Filing, assignment: Assignment, to: str) -> list[tuple[Member, Why]]:
        if filing.state == "approving" and to in {"assignee", "head"}:
            return self.approvers(filing, assignment)
        if to == "assignee":
            return self.assignees(filing, assignment)
        if to == "head":
            return [(one, "head") for one in self._of(answering(self.commune, assignment), HEADS)]
        if to == "deputy":
            return self._leaders(assignment, VICE) or self._leaders(assignment, CHAIRMAN)
        if to == "chairman":
            return self._leaders(assignment, CHAIRMAN)
        if to == "focal":
            return [(one, "focal") for one in self.chasers(assignment)]
        if to == "list":
            return [*self._leaders(assignment, CHAIRMAN | VICE), *self._recipient(filing, assignment, "focal")]
        if to == "admin":
            return [(one, "focal") for one in self.staff.holders(None, ADMIN)]
        return [(one, "focal") for one in self._of((to,), WORKERS | HEADS)]

    def _leaders(self, assignment: Assignment, roles: Collection[str]) -> list[tuple[Member, Why]]:
        """Return the commune's leaders; of their own work they are told as who does it, not as of somebody's."""
        own = answering(self.commune, assignment)
        return [(one, "assignee" if one.unit in own else "leader") for one in self.staff.holders(None, roles)]

    def assignees(self, filing: Filing, assignment: Assignment) -> list[tuple[Member, Why]]:
        """Return whose work it is: whom it was given to, else the unit's officers.

        Where a unit has none yet, its heads and else the chaser are told that nobody has taken the post.
        """
        given = doer(self.staff, filing)
        if given is not None:
            return [(given, "assignee")]
        workers = self._of(answering(self.commune, assignment), WORKERS)
        if workers:
            return [(one, "assignee") for one in workers]
        heads = self._of(answering(self.commune, assignment), HEADS)
        return [(one, "nobody") for one in heads] or [(one, "vacant") for one in self.chasers(assignment)]

    def approvers(self, filing: Filing, assignment: Assignment) -> list[tuple[Member, Why]]:
        """Return for whom a draft waits: the unit's heads, or the chaser, who can return it, when the post was left."""
        found = self.staff.holders(unit_now(self.commune, filing, self.staff.day), HEADS)
        return [(one, "approver") for one in found] or [(one, "focal") for one in self.chasers(assignment)]

    def again(self, filing: Filing, assignment: Assignment, member: str) -> list[tuple[Member, Why]]:
        """Return who is reminded once more, and as what: who put it off or, while they are away, who is told instead.

        Nobody when their post or unit ended or the work was given to another.
        """
        found = self.staff.member(member)
        if found is None or self.commune.profile.holder(found.unit, self.staff.day) != found.unit:
            return []
        told = self.staff.instead([found]) or self.staff.holders(found.unit, {found.role})
        if filing.state == "approving" and (found.unit in assignment.units or found.id == filing.delegate):
            return [one for one in self.approvers(filing, assignment) if one[0] in told]
        why = self._part(filing, assignment, found)
        return [] if why is None else [(one, why) for one in told]

    def _part(self, filing: Filing, assignment: Assignment, found: Member) -> Why | None:
        """Return as what a member hears of a filing, or None when the work was given to another."""
        if found.unit not in assignment.units and found.id != filing.delegate:
            return "leader" if found.role in CHAIRMAN | VICE else "focal"
        if found.role in HEADS:
            return "head"
        return "assignee" if filing.delegate in {None, found.id} else None

    def chasers(self, assignment: Assignment) -> list[Member]:
        """Return who follows the work: the focal point of the unit that chases, else of the commune, else the head."""
        unit = assignment.chaser
        return self.staff.holders(unit, FOCAL) or self.staff.holders(None, FOCAL) or self.staff.holders(unit, HEADS)

    def _of(self, units: Iterable[str], roles: Collection[str]) -> list[Member]:
        found = [one for unit in units for one in self.staff.holders(unit, roles)]
        return list({one.id: one for one in found}.values())
