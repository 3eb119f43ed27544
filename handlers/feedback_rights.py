"""Ai xử lý phản ánh nào: who may see, read and handle a case (org-model 5.2, class P4; the table: handlers/rights.py).

- Helpers and administrators see nothing; one commune never sees another's; nobody handles what they sent themselves.
- A unit's officers answer what their unit has to; they read the words until a colleague takes it. Its head reads.
- The front office's head answers too. The head of the unit that chases reads everything.
- About an official: nobody but leaders, until one of them assigns it to a unit.
- Leaders see what is about an official and what is overdue, and pass it on.
"""

from datetime import datetime

from content.library import Commune
from handlers.rights import EVERYTHING, scopes
from storage.feedback_case import Case
from storage.members import Member

LEADING = frozenset({"escalated", "sector"})
OF_THE_UNIT = frozenset({"assigned", "centre", "unit", "case", *LEADING})
WITHOUT_TAKING = frozenset({"centre", "assign"})
READS_TAKEN = frozenset({EVERYTHING, "centre", "unit", *LEADING})


def leads(commune: Commune, member: Member) -> bool:
    """Tell whether a member is one of the leaders: who sees what is overdue or about an official."""
    return bool(scopes(commune, member, "P4", "R") & LEADING)


def works_with(commune: Commune, member: Member) -> bool:
    """Tell whether there may ever be a case that a member knows of."""
    read = scopes(commune, member, "P4", "R")
    return commune.feedback is not None and bool(read & {EVERYTHING, *OF_THE_UNIT})


def in_charge(commune: Commune, member: Member, one: Case) -> bool:
    """Tell whether a case waits for the member's unit."""
    if one.account != member.account or one.chat_id == member.chat_id:
        return False
    if one.unit is None:
        return leads(commune, member)
    return one.unit == member.unit and bool(scopes(commune, member, "P4", "R") & {EVERYTHING, *OF_THE_UNIT})


def may_see(commune: Commune, member: Member, one: Case, now: datetime) -> bool:
    """Tell whether a member may know of a case."""
    if in_charge(commune, member, one):
        return True
    if one.account != member.account or one.chat_id == member.chat_id:
        return False
    read = scopes(commune, member, "P4", "R")
    if EVERYTHING in read or ("own" in read and one.taken_by == member.id):
        return one.unit is not None
    return leads(commune, member) and (one.official or (one.open and one.due < now))


def may_read(commune: Commune, member: Member, one: Case, now: datetime) -> bool:
    """Tell whether a member may read the words of a case."""
    if not may_see(commune, member, one, now):
        return False
    return bool(scopes(commune, member, "P4", "R") & READS_TAKEN) or one.taken_by in {None, member.id}


def may_handle(commune: Commune, member: Member, one: Case) -> bool:
    """Tell whether a member may answer, refuse and close a case."""
    write = scopes(commune, member, "P4", "W")
    if not write or not in_charge(commune, member, one):
        return False
    return bool(write & WITHOUT_TAKING) or one.taken_by in {None, member.id}


def may_pass(commune: Commune, member: Member, one: Case, now: datetime) -> bool:
    """Tell whether a member may give a case to another unit; about an official, only leaders may."""
    if leads(commune, member):
        return one.open and may_see(commune, member, one, now)
    return one.open and not one.official and may_handle(commune, member, one)
