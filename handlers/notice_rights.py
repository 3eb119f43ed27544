"""Ai soạn, ai duyệt thông báo (org-model 5.2 and 6.4). Nobody approves their own draft: storage/notices.py.

- Ordinary: drafted in the units of `draft_units` (villages propose too); approved by who approves public content by
  the matrix (handlers/rights.py: leaders, the head of the unit that chases) and by a head of `approve_units`.
- Emergency: drafted by them, by the emergency units and by leaders; approved by a leader or a head of such a unit.
"""

from content.library import Commune
from content.notices import NoticePlan, NoticeTopic
from handlers.rights import EVERYTHING, leads, scopes
from storage.members import Member

DRAFTING = frozenset({"helper", "officer", "head", "focal"})


def may_draft(commune: Commune, member: Member, topic: NoticeTopic) -> bool:
    """Tell whether a member may draft a notice of a topic."""
    plan = commune.notices
    if plan is None or member.account != commune.slug:
        return False
    units = (*plan.rules.draft_units, *(plan.rules.emergency_units if topic.emergency else ()))
    return (member.unit in units and member.role in DRAFTING) or leads(commune, member)


def may_draft_any(commune: Commune, member: Member) -> bool:
    """Tell whether there is anything a member may draft."""
    return commune.notices is not None and any(may_draft(commune, member, one) for one in commune.notices.topics)


def may_approve(commune: Commune, member: Member, *, emergency: bool) -> bool:
    """Tell whether a member may approve notices of others."""
    plan = commune.notices
    if plan is None or member.account != commune.slug:
        return False
    if leads(commune, member) or (not emergency and EVERYTHING in scopes(commune, member, "P0", "A")):
        return True
    return member.role == "head" and member.unit in _approving(plan, emergency=emergency)


def _approving(plan: NoticePlan, *, emergency: bool) -> tuple[str, ...]:
    return plan.rules.emergency_units if emergency else plan.rules.approve_units


def may_see(commune: Commune, member: Member) -> bool:
    """Tell whether a member works with notices at all."""
    return may_draft_any(commune, member) or any(
        may_approve(commune, member, emergency=emergency) for emergency in (False, True)
    )
