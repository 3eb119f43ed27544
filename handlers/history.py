"""Lịch sử và sổ: what officials do with incidents and notices, in its own history and in the ledger at once."""

from collections.abc import Mapping
from types import MappingProxyType

from handlers.record import record
from handlers.turn import Turn
from storage.incidents import Incident
from storage.members import Member
from storage.notices import Notice

INCIDENT: Mapping[str, str] = MappingProxyType(
    {
        "reported": "incident reported",
        "taken": "incident taken",
        "released": "incident released",
        "withdrawn": "incident withdrawn",
        "closed": "incident closed",
        "reopened": "incident reopened",
        "found": "incident dated",
        "serious": "incident judged serious",
        "not_serious": "incident judged not serious",
        "notified": "authority informed",
        "not_notified": "authority not informed",
    }
)
NOTICE: Mapping[str, str] = MappingProxyType(
    {
        "submitted": "notice submitted",
        "approved": "notice approved",
        "returned": "notice returned",
        "taken_back": "notice taken back",
        "stopped": "notice stopped",
        "deleted": "notice deleted",
    }
)


async def note_incident(turn: Turn, member: Member, one: Incident, what: str, words: str = "", clock: str = "") -> None:
    """Note what was done with an incident; `clock` names the duty that an authority was told for.

    The ledger gets the kind alone: the words stay in the history, where they can be erased. A note is no action.
    """
    turn.store.incidents.note(turn.new_id(), one, what, member, turn.now, words)
    if what in INCIDENT:
        await record(turn, member, INCIDENT[what], f"incident/{one.id}", kind=one.kind, clock=clock or None)


async def note_notice(turn: Turn, member: Member, one: Notice, what: str) -> None:
    """Note what was done with a notice, in its revision as it is now."""
    turn.store.notices.note(turn.new_id(), one, what, member, turn.now)
    topic = one.audience.topic
    await record(turn, member, NOTICE[what], f"notice/{one.id}", topic=topic, revision=one.revision)
