"""Ai xử lý phản ánh nào: who may see, read and handle a case (org-model 5.2, class P4).

- Helpers and administrators see nothing; one commune never sees another's; nobody handles what they sent themselves.
- A unit's officers and head see what their unit has to answer. An officer reads the words until a colleague takes it.
- About an official: nobody but leaders, until one of them assigns it to a unit.
- Leaders see what is about an official and what is overdue, and pass it on.
"""

from datetime import datetime

from storage.feedback_case import Case
from storage.members import Member

ANSWERING = frozenset({"officer", "head", "focal", "leader"})


def in_charge(member: Member, one: Case) -> bool:
    """Tell whether a case waits for the member's unit."""
    if one.account != member.account or one.chat_id == member.chat_id:
        return False
    if one.unit is None:
        return member.role == "leader"
    return one.unit == member.unit and member.role in ANSWERING


def may_see(member: Member, one: Case, now: datetime) -> bool:
    """Tell whether a member may know of a case."""
    if in_charge(member, one):
        return True
    if one.account != member.account or one.chat_id == member.chat_id or member.role != "leader":
        return False
    return one.official or (one.open and one.due < now)


def may_read(member: Member, one: Case, now: datetime) -> bool:
    """Tell whether a member may read the words of a case."""
    if not may_see(member, one, now):
        return False
    return member.role in {"head", "leader"} or one.taken_by in {None, member.id}


def may_handle(member: Member, one: Case) -> bool:
    """Tell whether a member may answer, refuse and close a case."""
    if not in_charge(member, one):
        return False
    return member.role in {"head", "leader"} or one.taken_by in {None, member.id}


def may_pass(member: Member, one: Case, now: datetime) -> bool:
    """Tell whether a member may give a case to another unit; about an official, only leaders may."""
    if member.role == "leader":
        return one.open and may_see(member, one, now)
    return one.open and not one.official and may_handle(member, one)
