"""Menu theo vị trí: of the entries for members, those that work for who writes."""

from dataclasses import replace

from content.library import Commune
from handlers.post_holders import Staff, staff
from handlers.turn import MenuEntry, Turn
from storage.members import Member


def every_post(_commune: Commune, _staff: Staff, _member: Member) -> bool:
    """Tell of an entry that works for everybody with a post."""
    return True


def entries_of(entries: tuple[MenuEntry, ...], commune: Commune, team: Staff, member: Member) -> tuple[MenuEntry, ...]:
    """Return everybody's entries and those that work for a member."""
    return tuple(entry for entry in entries if entry.may is None or entry.may(commune, team, member))


async def with_own_menu(turn: Turn, member: Member | None) -> Turn:
    """Return the turn with the entries of who writes; None: a citizen."""
    if member is None:
        return replace(turn, menu=tuple(entry for entry in turn.menu if not entry.staff))
    return replace(turn, menu=entries_of(turn.menu, turn.commune, await staff(turn, member.account), member))
