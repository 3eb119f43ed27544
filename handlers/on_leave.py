"""Nghỉ phép: the holder of a post is away from one day to another, and somebody else is told instead.

They say so themselves; for somebody who cannot, such as the sick, a head, a leader or the administrator does.
"""

import re
from datetime import date, timedelta

from content.dates import HOME, instants, is_quiet, local_day, show_day
from content.span import read_span
from handlers.booked import day_words
from handlers.dialog import Ask, Flow, Skip, start
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.messages import Button
from handlers.naming import MOST_SHOWN, ask_head, colleagues, days_of, tell_absent, tell_deputy
from handlers.post_holders import HEADS, LEADERS, Staff, staff
from handlers.posts import back_to_work, member_of, not_staff, read_day, unit_name
from handlers.record import record
from handlers.turn import CitizenMistake, Outcome, Turn
from handlers.words import plain
from storage.leaves import Leave
from storage.members import Member

DAYS_SHOWN = 5
LOOK_AHEAD = 60  # days in which a leave may begin
LONGEST = 200  # days; six months of maternity leave (Bộ luật Lao động 2019, art. 139) and some
BY_HEAD = "head"
# «nghỉ phép», «xin nghỉ ạ», folded: an official's words for it; a citizen's are a question like any other.
_WHO = "toi|em|minh|anh|chi|co|chu|bac"
_DAY = "hom nay|ngay mai|mai|sang nay|chieu nay|chieu mai|sang mai|tuan sau|tuan toi"
SHORT = re.compile(
    rf"(?:(?:da|thua|{_WHO}|{_DAY}) )*(?:(?:cho|xin|xin phep|bao|dang ki|muon) )*(?:(?:{_WHO}) )?"
    r"(?:nghi|di vang|vang mat|di cong tac|di hop|di hoc|di tap huan)(?: (?:phep|om|benh|viec rieng|thai san))?"
    rf"(?P<days> (?:tu|ngay|hom|mai|thu|tuan|sang|chieu|het|\d).*)?(?: (?:a|nhe|nha))*"
)
BACK = re.compile(rf"(?:(?:da|thua|{_WHO}) )*(?:di lam lai|(?:tro|quay) lai lam viec)(?: (?:roi|a|nhe))*")


async def leave(turn: Turn, _: str) -> Outcome:
    """Begin to announce a leave."""
    return await start(FLOW, turn) if turn.chat.post is not None else not_staff(turn)


async def leave_of_official(turn: Turn, said: str) -> Outcome | None:
    """Begin to announce a leave when it is an official who says so: «tôi nghỉ phép từ mai đến thứ sáu»."""
    if turn.chat.post is None:
        return None
    span = read_span(turn.incoming.text, turn.now.astimezone(HOME))
    if span is None or _too_early_or_late(turn, span[0]):
        return await leave(turn, said)
    return await start(FLOW, turn, {"from": span[0].isoformat(), "until": span[1].isoformat()}, at="deputy")


async def leave_for(turn: Turn, _: str) -> Outcome:
    """Begin to announce the leave of somebody else."""
    return await start(FOR, turn) if turn.chat.post is not None else not_staff(turn)


def absent_for(found: Staff, member: Member) -> list[Member]:
    """Return whose leave a member may announce: a head those of the unit, a leader the heads, an administrator all."""
    posts = found.acts_as(member)
    units = {one.unit for one in posts if one.role in HEADS}
    leads = any(one.role in LEADERS for one in posts)
    everybody = any(one.role == "admin" for one in posts)
    others = [one for one in found.members if one.id != member.id]
    return [one for one in others if everybody or one.unit in units or (leads and one.role in HEADS | LEADERS)]


async def whom(turn: Turn) -> Ask:
    """Ask whose leave it is; a part of the name of a post can be typed."""
    able = absent_for(await staff(turn, turn.commune.slug), await _member(turn))
    if not able:
        raise CitizenMistake("leave.for_nobody", back_to_work(turn))

    async def typed(_: Turn, text: str) -> str:
        meant = [one for one in able if plain(text) and plain(text) in plain(_post_of(turn, one))]
        if len(meant) != 1:
            raise CitizenMistake("leave.which_post")
        return meant[0].id

    choices = tuple(Button(_post_of(turn, one), one.id) for one in able[:MOST_SHOWN])
    return Ask("leave.ask_whom", name="whose", then="from", choices=choices, check=typed)


async def _member(turn: Turn) -> Member:
    member = await member_of(turn)
    if member is None:
        raise CitizenMistake("staff.not_member")
    return member


async def _absent(turn: Turn) -> Member:
    """Return whose leave it is: the member's own, or that of somebody whose leave they may still announce."""
    member = await _member(turn)
    if "whose" not in turn.data:
        return member
    able = absent_for(await staff(turn, member.account), member)
    found = next((one for one in able if one.id == turn.data["whose"]), None)
    if found is None:
        raise CitizenMistake("leave.not_for", back_to_work(turn))
    return found


def _post_of(turn: Turn, member: Member) -> str:
    return f"{member.name} – {unit_name(turn.commune, member.unit)}"


async def first(turn: Turn) -> Ask:
    """Ask for the first day."""
    choices = _buttons(turn, local_day(turn.now))
    member = await member_of(turn)
    if "whose" not in turn.data and member is not None and absent_for(await staff(turn, member.account), member):
        choices = (*choices, turn.button("leave.for_another", "leave_for/"))
    key = "leave.ask_from_for" if "whose" in turn.data else "leave.ask_from"
    return Ask(key, name="from", then="until", choices=choices, check=_typed_first)


async def _typed_first(turn: Turn, text: str) -> str:
    """Read the first day, and the last one where both are said."""
    span = read_span(text, turn.now.astimezone(HOME))
    day = span[0] if span is not None else read_day(turn, text)
    if _too_early_or_late(turn, day):
        raise CitizenMistake("leave.wrong_begin", most=LOOK_AHEAD)
    turn.data["span"] = None if span is None else [each.isoformat() for each in span]
    return day.isoformat()


def _too_early_or_late(turn: Turn, begins: date) -> bool:
    today = local_day(turn.now)
    return not today <= begins <= today + timedelta(days=LOOK_AHEAD)


async def until(turn: Turn) -> Ask | Skip:
    """Ask for the last day, unless it was said with the first."""
    span = turn.data.pop("span", None)
    if span is not None and span[0] == turn.data["from"]:
        turn.data["until"] = span[1]
        return Skip("deputy")
    choices = _buttons(turn, date.fromisoformat(turn.data["from"]))
    return Ask("leave.ask_until", name="until", then="deputy", choices=choices, check=_typed_last)


async def _typed_last(turn: Turn, text: str) -> str:
    day, begins = read_day(turn, text), date.fromisoformat(turn.data["from"])
    if not begins <= day <= begins + timedelta(days=LONGEST):
        raise CitizenMistake("leave.wrong_end", day=show_day(begins, turn.phrases.language), most=LONGEST)
    return day.isoformat()


async def deputy(turn: Turn) -> Ask | Skip:
    """Ask who of the unit stands in, or leave it to the head."""
    away = await _absent(turn)
    able = colleagues(await staff(turn, away.account), away)
    if not able:
        turn.data["deputy"] = BY_HEAD
        return Skip("confirm")
    choices = (*(Button(one.name, one.id) for one in able), turn.button("leave.by_head", BY_HEAD))
    return Ask("leave.ask_deputy", name="deputy", then="confirm", choices=choices)


async def confirm(turn: Turn) -> Ask:
    """Show it once before it is stored."""
    away = await _absent(turn)
    found = await staff(turn, turn.commune.slug)
    named = found.member(turn.data["deputy"])
    post = named.name if named is not None else turn.phrases.plain("leave.by_head")
    choices = (turn.button("leave.yes", "yes"), turn.button("leave.no", "no"))
    params = {"deputy": post, "post": away.name, **days_of(_leave(turn, away.id))}
    key = "leave.confirm_for" if "whose" in turn.data else "leave.confirm"
    return Ask(key, name="sure", then="done", choices=choices, params=params)


async def done(turn: Turn) -> Outcome:
    """Store the leave; without a colleague the head is asked to name one."""
    member, away = await _member(turn), await _absent(turn)
    mine = away.id == member.id
    if turn.data["sure"] != "yes":
        return Outcome((turn.reply("leave.nothing" if mine else "leave.nothing_for", back_to_work(turn)),))
    planned = _leave(turn, away.id)
    if any(one.from_at < planned.to_at and planned.from_at < one.to_at for one in await _ahead(turn, away.id)):
        return Outcome((turn.reply("leave.overlaps" if mine else "leave.overlaps_for", _ways(turn)),))
    turn.store.leaves.add(planned, turn.now)
    days = {"begins": turn.data["from"], "ends": turn.data["until"]}
    whose = {} if mine else {"away": away.id}
    await record(turn, member, "leave", f"leave/{planned.id}", deputy=planned.deputy, **whose, **days)
    asked = planned.deputy is None and await ask_head(turn.errand(), planned)
    if not mine:
        await tell_absent(turn.errand(), away, planned, member)
        key = "leave.done_for_head" if asked else "leave.done_for"
        return Outcome((turn.reply(key, back_to_work(turn), post=away.name, **days_of(planned)),))
    key = "leave.done" if planned.deputy is not None else "leave.done_head" if asked else "leave.done_nobody"
    return Outcome((turn.reply(key, _ways(turn), **days_of(planned)),))


async def back(turn: Turn, _: str) -> Outcome:
    """End the leave that is on, or take back the next one, with one tap."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    ahead = await _ahead(turn, member.id)
    if not ahead or not await turn.store.leaves.cut(ahead[0].id, turn.now):
        return Outcome((turn.reply("leave.none", back_to_work(turn)),))
    over = ahead[0]
    await record(turn, member, "back", f"leave/{over.id}")
    stand_in = (await staff(turn, member.account)).member(over.deputy) if over.begun else None
    if stand_in is not None:
        await tell_deputy(turn.errand(), stand_in, member, over, "leave.push_over")
    return Outcome(
        (turn.reply("leave.welcome" if over.from_at <= turn.now else "leave.taken_back", back_to_work(turn)),)
    )


async def back_of_official(turn: Turn, said: str) -> Outcome | None:
    """End one's leave when it is an official who says so: «tôi đã đi làm lại»."""
    return await back(turn, said) if turn.chat.post is not None else None


async def tell(errand: Errand) -> None:
    """Tell both when a leave begins and when it is over; at night it waits for the morning."""
    if is_quiet(errand.now):
        return
    for one in await errand.store.leaves.untold(errand.now):
        over = one.to_at <= errand.now
        claim = errand.store.leaves.finish if over else errand.store.leaves.begin
        if await claim(one.id, errand.now) and (not over or one.begun):
            await _tell_both(errand, one, over)


async def _tell_both(errand: Errand, one: Leave, over: bool) -> None:
    found = await staff(errand, one.account)
    away, stand_in = found.member(one.member), found.member(one.deputy)
    if away is None:
        return
    if stand_in is not None:
        await tell_deputy(errand, stand_in, away, one, "leave.push_over" if over else "leave.push_begins")
    chat = await errand.chat(away.chat_id)
    if chat is not None:
        phrases = errand.speak(chat)
        shown = () if over else (Button(phrases.plain("leave.back"), "at_work"),)
        errand.tell(chat, "leave.push_ended" if over else "leave.push_begun", shown, **days_of(one))


async def _ahead(turn: Turn, member: str) -> list[Leave]:
    return await turn.store.leaves.ahead(member, turn.now)


def _leave(turn: Turn, member: str) -> Leave:
    begins, last = (date.fromisoformat(turn.data[name]) for name in ("from", "until"))
    named = None if turn.data["deputy"] == BY_HEAD else str(turn.data["deputy"])
    return Leave(turn.new_id(), turn.commune.slug, member, *instants(begins, last), named)


def _ways(turn: Turn) -> tuple[Button, ...]:
    return (turn.button("leave.back", "at_work"), turn.button("button.menu", "menu"))


def _words(turn: Turn, day: date) -> str:
    return day_words(turn.phrases, day, local_day(turn.now))


def _buttons(turn: Turn, begins: date) -> tuple[Button, ...]:
    days = [begins + timedelta(days=ahead) for ahead in range(DAYS_SHOWN)]
    return tuple(Button(_words(turn, day), day.isoformat()) for day in days)


_STEPS = {"from": first, "until": until, "deputy": deputy, "confirm": confirm, "done": done}
FLOW = Flow("on_leave", _STEPS)
FOR = Flow("leave_for", {"whom": whom, **_STEPS})
FEATURE = Feature(
    name="on_leave",
    commands={"word.on_leave": leave, "word.leave_for": leave_for, "word.at_work": back},
    taps={"on_leave": leave, "leave_for": leave_for, "at_work": back},
    patterns={SHORT: leave_of_official, BACK: back_of_official},
    flows=(FLOW, FOR),
    errands=(tell,),
)
