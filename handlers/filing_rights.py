"""Ai duyệt, ai tiếp nhận: who approves a unit's report and who accepts it (org-model.md 5.2 and 6.1)."""

from content.library import Commune
from handlers.filing_people import assigned_now, unit_now
from handlers.post_holders import FOCAL, HEADS, LEADERS, Staff
from storage.filings import Filing
from storage.members import Member


def may_approve(commune: Commune, staff: Staff, member: Member, filing: Filing) -> bool:
    """Tell whether a member approves the reports of the filing's unit: its head, or who stands in for the head."""
    same, unit = member.account == filing.account, unit_now(commune, filing, staff.day)
    return same and any(one.role in HEADS and one.unit == unit for one in staff.acts_as(member))


def judges(staff: Staff, member: Member) -> bool:
    """Tell whether there may ever be a report for a member to approve or accept."""
    return any(one.role in HEADS | LEADERS | FOCAL for one in staff.acts_as(member))


def may_settle(commune: Commune, staff: Staff, member: Member, filing: Filing) -> bool:
    """Tell whether a member accepts, returns and excuses: the focal point of the unit that chases, and the leaders.

    Nobody judges their own unit's report: the chaser's goes to the leaders.
    """
    assignment = assigned_now(commune, filing, staff.day)
    if member.account != filing.account or assignment is None:
        return False
    posts = staff.acts_as(member)
    if any(one.role in LEADERS for one in posts):
        return True
    chasing = [one for one in posts if one.unit == assignment.chaser and one.role in FOCAL | HEADS]
    return bool(chasing) and not assignment.own
