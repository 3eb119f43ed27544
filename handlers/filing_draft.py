"""Bản nháp báo cáo: the filing of an open conversation, and what has been answered of it so far."""

from typing import Any

from content.obligations import Assignment
from handlers import filing_form
from handlers.filing_people import assignment_of, may_work, with_other
from handlers.filing_replies import back
from handlers.post_holders import staff
from handlers.posts import member_of
from handlers.turn import CitizenMistake, Turn
from storage.filings import Filing
from storage.members import Member

SEEN_DRAFT = "seen"  # which draft the conversation goes on from


async def filing_in_hand(turn: Turn) -> tuple[Filing, Member, Assignment]:
    """Return the filing of the open conversation. Raises CitizenMistake when it is no longer there to be answered."""
    member = await member_of(turn)
    filing = await turn.store.filings.by_id(turn.data["filing"])
    assignment = None if filing is None else assignment_of(turn.commune, filing)
    if member is None or filing is None or assignment is None:
        raise CitizenMistake("filing.not_yours")
    people = await staff(turn, member.account)
    if not may_work(turn.commune, people, member, filing):
        raise CitizenMistake("filing.not_yours")
    if not filing.waiting:
        raise CitizenMistake("filing.moved_on", (turn.button("filing.read", f"filing/{filing.id}"), *back(turn)))
    other = with_other(people, member, filing)
    if other is not None:
        ways = (turn.button("task.take_back", f"takeback/{filing.id}"), *back(turn))
        raise CitizenMistake("filing.given_meanwhile", ways, name=other.name)
    if turn.data.get("delegate") not in {None, filing.delegate}:
        ways = (turn.button("filing.go_on", f"filing/{filing.id}"), *back(turn))
        raise CitizenMistake("filing.taken_meanwhile", ways)
    return filing, member, assignment


def opening(filing: Filing) -> dict[str, Any]:
    """Return what a form begins with: whose the work was then, for who had it alone is asked anew when it is shared."""
    return {"filing": filing.id, "delegate": filing.delegate, SEEN_DRAFT: filing_form.mark_of(filing.form)}


async def keep(turn: Turn, filing: Filing) -> None:
    """Keep what has been answered so far with the filing: a draft outlives the conversation.

    A unit's officers share it. Raises CitizenMistake when a colleague has written since: neither overwrites the other.
    """
    if turn.data.get(SEEN_DRAFT) != filing_form.mark_of(filing.form):
        raise CitizenMistake(
            "filing.changed_meanwhile", (turn.button("filing.go_on", f"filing/{filing.id}"), *back(turn))
        )
    draft = filing_form.draft_of(turn.data)
    if draft and draft != filing.form:
        await turn.store.filing_moves.draft(filing.id, draft)
        turn.data[SEEN_DRAFT] = filing_form.mark_of(draft)
