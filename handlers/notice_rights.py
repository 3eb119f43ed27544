"""Ai soạn, ai duyệt thông báo (org-model 5.2 and 6.4). Nobody approves their own draft: storage/notices.py.

- Ordinary: drafted in the units of `draft_units` (villages propose too); approved by a head of `approve_units` or by a
  leader.
- Emergency: drafted by them, by the emergency units and by leaders; approved by a leader or a head of such a unit.
"""

from content.library import Commune
from content.notices import NoticePlan, NoticeTopic
from storage.members import Member

DRAFTING = frozenset({"helper", "officer", "head", "focal"})


def may_draft(commune: Commune, member: Member, topic: NoticeTopic) -> bool:
    """Tell whether a member may draft a notice of a topic."""
    plan = commune.notices
    if plan is None or member.account != commune.slug:
        return False
    units = (*plan.rules.draft_units, *(plan.rules.emergency_units if topic.emergency else ()))
    return (member.unit in units and member.role in DRAFTING) or member.role == "leader"


def may_draft_any(commune: Commune, member: Member) -> bool:
    """Tell whether there is anything a member may draft."""
    return commune.notices is not None and any(may_draft(commune, member, one) for one in commune.notices.topics)


def may_approve(commune: Commune, member: Member, *, emergency: bool) -> bool:
    """Tell whether a member may approve notices of others."""
    plan = commune.notices
    if plan is None or member.account != commune.slug:
        return False
    return member.role == "leader" or (member.role == "head" and member.unit in _approving(plan, emergency=emergency))


def _approving(plan: NoticePlan, *, emergency: bool) -> tuple[str, ...]:
    return plan.rules.emergency_units if emergency else plan.rules.approve_units


def may_see(commune: Commune, member: Member) -> bool:
    """Tell whether a member works with notices at all."""
    return may_draft_any(commune, member) or any(
        may_approve(commune, member, emergency=emergency) for emergency in (False, True)
    )
