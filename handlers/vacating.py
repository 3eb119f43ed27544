"""Thôi giữ chức danh: a post is left, and what its holder had in hand goes to the next one."""

from handlers.errand import Errand
from handlers.feedback_case import tell_unit
from handlers.handover_ladder import call, ladder
from handlers.naming import ask_head
from handlers.record import record
from handlers.turn import Turn
from storage.members import Member


async def vacate(errand: Errand, member: Member, why: str) -> None:
    """End a member's post in all their chats; `why`: left, replaced, removed or erased.

    Feedback they had taken goes back to their unit, reports they were given to its officers, citizens they were
    talking with to the front office; where they stood in for somebody the head names another.
    """
    store, now = errand.store, errand.now
    for chat in await store.members.leave(member.id, now):
        store.open_work.withdraw(chat)
    for leave in await store.leaves.ahead(member.id, now):
        await store.leaves.cut(leave.id, now)
    cases = await store.open_work.give_back_cases(member.id)
    filings = await store.open_work.give_back_filings(member.id)
    talks = await store.open_work.give_back_handovers(member.id, now)
    counts = {"cases": len(cases), "filings": len(filings), "talks": len(talks)}
    await record(errand, member, "left", f"member/{member.id}", why=why, **counts)
    for code in cases:
        case = await store.feedback.by_code(member.account, code)
        if case is not None:
            await tell_unit(errand, case)
    await _call_again(errand, member.account, talks)
    for leave in await store.leaves.without_deputy(member.id):
        await ask_head(errand, leave)


async def _call_again(errand: Errand, account: str, talks: list[str]) -> None:
    commune = errand.commune(account)
    members = await errand.store.members.of_account(account) if talks else []
    for talk in talks:
        found = await errand.store.handovers.one(talk)
        if found is None or commune is None:
            continue
        rungs = ladder(commune, members, found.chat_id)
        if rungs:
            await call(errand, commune, found, rungs[0], "handover.call")


async def forget_chat(turn: Turn) -> None:
    """Before a chat is erased: another chat of the member becomes the first one, or the post is left."""
    member = await turn.store.members.of_chat(turn.chat.id) if turn.chat.post is not None else None
    if member is None:
        return
    await chat_gone(turn, member, "erased")


async def chat_gone(turn: Turn, member: Member, why: str) -> None:
    """Follow up when a member holds their post in this chat no longer: see `forget_chat`."""
    others = [one for one in await turn.store.members.chats_of(member.id) if one.member.chat_id != turn.chat.id]
    if others:
        best = max(others, key=lambda one: (one.open, one.preferred))
        await turn.store.members.prefer(member.id, best.member.chat_id)
    else:
        await vacate(turn.errand(), member, why)
