"""Nhận nhiệm vụ: joining with an invitation's code, and leaving the post."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from handlers.codes import ALPHABET
from handlers.dialog import Ask, Flow, start
from handlers.feature import Feature
from handlers.my_post import joined_again
from handlers.own_menu import with_own_menu
from handlers.posts import ROLES, back_to_work, member_of, not_staff, unit_name
from handlers.record import record
from handlers.turn import Outcome, Turn
from handlers.vacating import chat_gone, vacate
from storage.members import Member

_SIGNS = f"[{ALPHABET}{ALPHABET.lower()}]"
# Three groups of four: "K7M2-QXRT-B4HN". A group cut short or written too long is still a code, and a wrong one.
INVITATION = re.compile(
    rf"(?=.*\d)(?=.*[A-Za-z])(?:{_SIGNS}{{12}}|{_SIGNS}{{3,5}}-{_SIGNS}{{3,5}}-{_SIGNS}{{3,5}}"
    rf"|{_SIGNS}{{4}} {_SIGNS}{{4}} {_SIGNS}{{4}})"
)
REFUSED: Mapping[str, str] = MappingProxyType(
    {"unknown": "staff.code_unknown", "used": "staff.code_used", "expired": "staff.code_expired"}
)


async def join(turn: Turn, code: str) -> Outcome:
    """Use an invitation; say plainly why it cannot be used."""
    members = turn.store.members
    before = await member_of(turn)
    identity = turn.new_id()
    member = await members.join(code, turn.commune.slug, turn.chat.id, identity, turn.now)
    if member is None:
        why = await members.why_not(code, turn.commune.slug)
        if why == "used" and turn.chat.post is not None:  # the link was tapped twice
            return Outcome((turn.reply("staff.joined_already", back_to_work(turn)),))
        return Outcome((turn.reply(REFUSED[why], (turn.button("button.menu", "menu"),)),))
    if before is not None and before.id == member.id:  # a code for another chat, tapped in the same one
        return Outcome((turn.reply("staff.joined_already", back_to_work(turn)),))
    if before is not None:  # a chat holds one post at a time
        await chat_gone(turn, before, "replaced")
    return await _welcome(turn, member, member.id != identity)


async def _welcome(turn: Turn, member: Member, again: bool) -> Outcome:
    turn = await with_own_menu(turn, member)
    action = "chat added" if again else "joined"
    await record(turn, member, action, f"member/{member.id}", channel=turn.chat.address.channel)
    reply = turn.reply(
        "staff.chat_added" if again else "staff.joined",
        joined_again(turn) if again else back_to_work(turn),
        name=member.name,
        unit=unit_name(turn.commune, member.unit),
        role=turn.phrases.plain(ROLES[member.role]) if member.role in ROLES else member.role,
        commune=turn.commune.profile.name,
    )
    return Outcome((reply,))


async def leave(turn: Turn, _: str) -> Outcome:
    """Begin to leave the post."""
    return await start(FLOW, turn) if turn.chat.post is not None else not_staff(turn)


async def confirm(turn: Turn) -> Ask:
    """Ask once."""
    choices = (turn.button("staff.leave_yes", "yes"), turn.button("staff.leave_no", "no"))
    return Ask("staff.ask_leave", name="sure", then="done", choices=choices)


async def done(turn: Turn) -> Outcome:
    """End the post; who comes back needs a new invitation."""
    if turn.data["sure"] != "yes":
        return Outcome((turn.reply("staff.stayed", back_to_work(turn)),))
    member = await member_of(turn)
    if member is not None:
        await vacate(turn.errand(), member, "left")
    return Outcome((turn.reply("staff.left", (turn.button("button.menu", "menu"),)),))


FLOW = Flow("leave_post", {"confirm": confirm, "done": done})
FEATURE = Feature(name="joining", commands={"word.leave": leave}, codes={INVITATION: join}, flows=(FLOW,))
