"""Ai được xem gì: what somebody with a post may see. One commune never sees another's."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from content.communes import Profile
from content.dates import HOME
from content.library import Commune
from content.rosters import Roster
from content.when import read_when
from handlers.messages import Button
from handlers.rights import EVERYTHING, scopes
from handlers.turn import CitizenMistake, Outcome, Turn
from storage.bookings import Booking
from storage.members import Member

ROLES: Mapping[str, str] = MappingProxyType(
    {
        "helper": "staff.role_helper",
        "officer": "staff.role_officer",
        "head": "staff.role_head",
        "focal": "staff.role_focal",
        "vice": "staff.role_vice",
        "leader": "staff.role_leader",
        "admin": "staff.role_admin",
    }
)
ALL_ROSTERS = frozenset({EVERYTHING, "points"})
OWN_ROSTERS = frozenset({"centre", "shift", "today"})
AT_THE_CENTRE = frozenset({"centre", "video", "home"})  # what the centre's officers are responsible for


async def member_of(turn: Turn) -> Member | None:
    """Return the member who writes; a citizen's turn costs no look into the database."""
    if turn.chat.post is None:
        return None
    return await turn.store.members.of_chat(turn.chat.id)


def read_day(turn: Turn, text: str) -> date:
    """Return the local day that an official typed. Raises CitizenMistake."""
    when = read_when(text, turn.now.astimezone(HOME))
    if when is None or when.day is None:
        raise CitizenMistake("staff.day_not_understood")
    return when.day


def rosters_of(commune: Commune, member: Member) -> tuple[Roster, ...]:
    """Return the rosters on which a member works: opens sessions, notes visits, announces absences."""
    return _rosters(commune, member, "W")


def may_see(commune: Commune, member: Member, booking: Booking) -> bool:
    """Tell whether a member may see a booking; one of a roster that is gone is for those who see everything."""
    return _may(commune, member, booking, "R")


def may_serve(commune: Commune, member: Member, booking: Booking) -> bool:
    """Tell whether a member may change a booking: note who came, call, close."""
    return _may(commune, member, booking, "W")


def may_count(commune: Commune, member: Member) -> bool:
    """Tell whether a member may know how many people come, but not who: the leaders."""
    return "count" in scopes(commune, member, "P3", "R")


def sees_visits(commune: Commune, member: Member) -> bool:
    """Tell whether any bookings, or their number, are for a member to know."""
    return bool(scopes(commune, member, "P3", "R"))


def _may(commune: Commune, member: Member, booking: Booking, verb: str) -> bool:
    if booking.account != member.account:
        return False
    if scopes(commune, member, "P3", verb) & ALL_ROSTERS:
        return True
    return any(booking.roster == one.id for one in _rosters(commune, member, verb))


def _rosters(commune: Commune, member: Member, verb: str) -> tuple[Roster, ...]:
    """Return the rosters whose people a member may see (R) or serve (W): all, the centre's, or their own team's."""
    granted = scopes(commune, member, "P3", verb)
    every = commune.rosters.rosters
    if granted & ALL_ROSTERS:
        return every
    own = tuple(one for one in every if one.unit == member.unit) if granted & OWN_ROSTERS else ()
    centre = tuple(one for one in every if one.kind in AT_THE_CENTRE and one not in own) if "centre" in granted else ()
    return (*own, *centre)


async def visible_roster(turn: Turn, identity: str) -> tuple[Member, Roster] | None:
    """Return who writes and the roster, or None when there is no such roster or it is not theirs."""
    member = await member_of(turn)
    if member is None:
        return None
    roster = next((one for one in rosters_of(turn.commune, member) if one.id == identity), None)
    return (member, roster) if roster is not None else None


def unit_name(commune: Commune, unit: str) -> str:
    """Return the name of a unit, also of one that a reorganisation ended; its id when the profile has none such."""
    found = commune.profile.unit(unit)
    return unit if found is None else found.name


def suits(profile: Profile, unit: str, role: str) -> bool:
    """Tell whether a unit can have a role: partners do not lead, chase or administer the commune (org-model 3)."""
    found = profile.unit(unit)
    return found is None or found.kind != "partner" or role in {"officer", "head", "helper"}


def not_staff(turn: Turn) -> Outcome:
    """Say that this is for members."""
    return Outcome((turn.reply("staff.not_member", (turn.button("button.menu", "menu"),)),))


def back_to_work(turn: Turn) -> tuple[Button, ...]:
    """Return the buttons under what staff are told: to today's visits, where they are theirs, and to the menu."""
    today = (turn.button("button.today", "today"),) if any(one.value == "today" for one in turn.menu) else ()
    return (*today, turn.button("button.menu", "menu"))
