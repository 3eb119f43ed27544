"""Nhiệm vụ của tôi: the post of who writes, the chats in which they are told, and adding one."""

import secrets
from datetime import timedelta

from handlers.codes import ALPHABET
from handlers.feature import Feature, MenuEntry
from handlers.messages import Button
from handlers.own_menu import every_post
from handlers.posts import ROLES, back_to_work, member_of, not_staff, unit_name
from handlers.record import record
from handlers.turn import Outcome, Turn
from storage.members import MemberChat

LINK_VALID = timedelta(minutes=10)
GROUPS, GROUP = 3, 4
MOST_CHATS = 4


def new_code() -> str:
    """Return a random code such as K7M2-QXRT-B4HN: 29^12 of them, always with a digit and a letter."""
    while True:
        signs = "".join(secrets.choice(ALPHABET) for _ in range(GROUPS * GROUP))
        if any(sign.isdecimal() for sign in signs) and not signs.isdecimal():
            return "-".join(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))


async def mine(turn: Turn, _: str) -> Outcome:
    """Show the post and what can be done about it."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    chats = await turn.store.members.chats_of(member.id)
    on = await turn.store.leaves.ahead(member.id, turn.now)
    params = {
        "name": member.name,
        "unit": unit_name(turn.commune, member.unit),
        "role": turn.phrases.plain(ROLES[member.role]) if member.role in ROLES else member.role,
        "channels": ", ".join(_channel(turn, one) for one in chats),
    }
    return Outcome((turn.reply("mypost.text", _ways(turn, chats, bool(on)), **params),))


def _channel(turn: Turn, one: MemberChat) -> str:
    """Return the channel's name; one may be there twice, so it says which is this one, and which is told first."""
    here = one.member.chat_id == turn.chat.id
    name = turn.phrases.plain("mypost.this", channel=one.channel) if here else one.channel
    return turn.phrases.plain("mypost.first", channel=name) if one.preferred else name


def _ways(turn: Turn, chats: list[MemberChat], away: bool) -> tuple[Button, ...]:
    here = next((one for one in chats if one.member.chat_id == turn.chat.id), None)
    ways = [turn.button("mypost.add", "mypost/add")]
    if here is not None and not here.preferred:
        ways.append(turn.button("mypost.here", "mypost/here"))
    ways.append(turn.button("leave.back", "at_work") if away else turn.button("button.on_leave", "on_leave"))
    return (*ways, turn.button("button.menu", "menu"))


async def tap(turn: Turn, argument: str) -> Outcome:
    """Do what a button says."""
    if argument == "add":
        return await add(turn, "")
    return await here(turn) if argument == "here" else await mine(turn, "")


async def add(turn: Turn, _: str) -> Outcome:
    """Give a code with which the same person joins from another chat, once and within ten minutes."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    if len(await turn.store.members.chats_of(member.id)) >= MOST_CHATS:
        return Outcome((turn.reply("mypost.enough", back_to_work(turn), most=MOST_CHATS),))
    code = new_code()
    until = turn.now + LINK_VALID
    post = (member.account, member.unit, member.role, member.name)
    turn.store.members.invite(code, *post, until, member=member.id)
    return Outcome((turn.reply("mypost.code", back_to_work(turn), code=code, minutes=LINK_VALID.seconds // 60),))


async def here(turn: Turn) -> Outcome:
    """Tell them in this chat first from now on."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    await turn.store.members.prefer(member.id, turn.chat.id)
    await record(turn, member, "channel preferred", f"member/{member.id}", channel=turn.chat.address.channel)
    return Outcome((turn.reply("mypost.here_done", back_to_work(turn)),))


def joined_again(turn: Turn) -> tuple[Button, ...]:
    """Return the buttons under the greeting of another chat of the same person."""
    return (turn.button("mypost.here", "mypost/here"), *back_to_work(turn))


FEATURE = Feature(
    name="my_post",
    commands={"word.my_post": mine, "word.add_channel": add},
    taps={"mypost": tap},
    menu=(MenuEntry(78, "button.my_post", "mypost", every_post),),
)
