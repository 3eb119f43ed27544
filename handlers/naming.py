"""Cử người thay: the head of a unit names who stands in for somebody on leave."""

from datetime import timedelta

from content.dates import HOME, next_waking
from handlers.dialog import Ask, Flow, start
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.messages import Button
from handlers.post_holders import HEADS, LEADERS, Staff, staff
from handlers.posts import back_to_work, member_of, not_staff, unit_name
from handlers.record import record
from handlers.turn import CitizenMistake, Outcome, Turn
from storage.leaves import Leave
from storage.members import Member

MOST_SHOWN = 12


def days_of(leave: Leave) -> dict[str, str]:
    """Return the first and the last local day of a leave as they are shown."""
    last = leave.to_at.astimezone(HOME) - timedelta(seconds=1)
    return {"begins": f"{leave.from_at.astimezone(HOME):%d/%m/%Y}", "ends": f"{last:%d/%m/%Y}"}


def namers(found: Staff, away: Member) -> list[Member]:
    """Return who may name a stand-in: the head of the unit, or the leaders when that is the one who is away."""
    chiefs = [one for one in found.holders(away.unit, HEADS) if one.id != away.id]
    return chiefs or [one for one in found.holders(None, LEADERS) if one.id != away.id]


def colleagues(found: Staff, away: Member) -> list[Member]:
    """Return who of the own unit could stand in: who is not away themself."""
    return [one for one in found.members if one.unit == away.unit and one.id != away.id and found.away(one) is None]


async def ask_head(errand: Errand, leave: Leave) -> bool:
    """Ask the head to name somebody, in the morning when people sleep now; False when there is nobody to ask."""
    found = await staff(errand, leave.account)
    away = found.member(leave.member)
    commune = errand.commune(leave.account)
    asked = False
    for one in namers(found, away) if away is not None and commune is not None else ():
        chat = await errand.chat(one.chat_id)
        if chat is None or away is None:
            continue
        phrases = errand.speak(chat)
        shown = (Button(phrases.plain("leave.name"), f"deputy/{leave.id}"),)
        errand.at(next_waking(errand.now)).tell(chat, "leave.push_name", shown, post=away.name, **days_of(leave))
        asked = True
    return asked


async def tap(turn: Turn, identity: str) -> Outcome:
    """Begin to name somebody for the leave behind the button."""
    if turn.chat.post is None:
        return not_staff(turn)
    return await start(FLOW, turn, {"leave": identity})


async def _open(turn: Turn) -> tuple[Member, Leave, Member, Staff]:
    """Return who writes, the leave, who is away and the staff; what is not theirs or over is a mistake."""
    member = await member_of(turn)
    leave = await turn.store.leaves.by_id(str(turn.data["leave"]))
    found = await staff(turn, turn.commune.slug)
    away = found.member(leave.member) if leave is not None else None
    if member is None or leave is None or away is None or leave.account != member.account:
        raise CitizenMistake("leave.gone")
    if member.id not in {one.id for one in namers(found, away)} or leave.to_at <= turn.now:
        raise CitizenMistake("leave.gone")
    return member, leave, away, found


async def whom(turn: Turn) -> Ask:
    """Ask for the stand-in: of the unit, else of the whole commune."""
    _, leave, away, found = await _open(turn)
    able = colleagues(found, away) or [one for one in found.members if one.id != away.id and found.away(one) is None]
    choices = tuple(Button(f"{one.name} – {unit_name(turn.commune, one.unit)}", one.id) for one in able[:MOST_SHOWN])
    return Ask(
        "leave.ask_named", name="deputy", then="done", choices=choices, params={"post": away.name, **days_of(leave)}
    )


async def done(turn: Turn) -> Outcome:
    """Store the stand-in; the first who names one is the one who did."""
    member, leave, away, found = await _open(turn)
    deputy = found.member(str(turn.data["deputy"]))
    if deputy is None or not await turn.store.leaves.name_deputy(leave.id, deputy.id):
        return Outcome((turn.reply("leave.named_already", back_to_work(turn)),))
    await record(turn, member, "deputy named", f"leave/{leave.id}", away=away.id, deputy=deputy.id)
    errand = turn.errand()
    if leave.begun:  # otherwise they are told when it begins
        await tell_deputy(errand, deputy, away, leave, "leave.push_begins")
    return Outcome((turn.reply("leave.named", back_to_work(turn), post=deputy.name, away=away.name),))


async def tell_deputy(errand: Errand, deputy: Member, away: Member, leave: Leave, key: str) -> None:
    """Tell the stand-in that it begins or is over."""
    chat = await errand.chat(deputy.chat_id)
    if chat is not None:
        errand.at(next_waking(errand.now)).tell(chat, key, post=away.name, **days_of(leave))


async def tell_absent(errand: Errand, away: Member, leave: Leave, by: Member) -> None:
    """Tell somebody that their leave was announced by another."""
    chat = await errand.chat(away.chat_id)
    if chat is not None:
        shown = (Button(errand.speak(chat).plain("leave.back"), "at_work"),)
        errand.at(next_waking(errand.now)).tell(chat, "leave.push_put", shown, post=by.name, **days_of(leave))


FLOW = Flow("deputy", {"whom": whom, "done": done})
FEATURE = Feature(name="naming", taps={"deputy": tap}, flows=(FLOW,))
