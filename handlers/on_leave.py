"""Nghỉ phép: the holder of a post is away from one day to another, and somebody else is told instead."""

import re
from datetime import date, timedelta

from content.dates import HOME, instants, is_quiet, local_day, show_day
from content.span import read_span
from handlers.booked import day_words
from handlers.dialog import Ask, Flow, Skip, start
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.messages import Button
from handlers.naming import ask_head, colleagues, days_of, tell_deputy
from handlers.post_holders import staff
from handlers.posts import back_to_work, member_of, not_staff, read_day
from handlers.record import record
from handlers.turn import CitizenMistake, Outcome, Turn
from storage.leaves import Leave

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


async def first(turn: Turn) -> Ask:
    """Ask for the first day."""
    choices = _buttons(turn, local_day(turn.now))
    return Ask("leave.ask_from", name="from", then="until", choices=choices, check=_typed_first)


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
    """Ask who of the own unit stands in, or leave it to the head."""
    member = await member_of(turn)
    if member is None:
        raise CitizenMistake("staff.not_member")
    able = colleagues(await staff(turn, member.account), member)
    if not able:
        turn.data["deputy"] = BY_HEAD
        return Skip("confirm")
    choices = (*(Button(one.name, one.id) for one in able), turn.button("leave.by_head", BY_HEAD))
    return Ask("leave.ask_deputy", name="deputy", then="confirm", choices=choices)


async def confirm(turn: Turn) -> Ask:
    """Show it once before it is stored."""
    member = await member_of(turn)
    found = await staff(turn, turn.commune.slug)
    named = found.member(turn.data["deputy"])
    post = named.name if named is not None else turn.phrases.plain("leave.by_head")
    choices = (turn.button("leave.yes", "yes"), turn.button("leave.no", "no"))
    params = {"deputy": post, **days_of(_leave(turn, member.id if member else ""))}
    return Ask("leave.confirm", name="sure", then="done", choices=choices, params=params)


async def done(turn: Turn) -> Outcome:
    """Store the leave; without a colleague the head is asked to name one."""
    member = await member_of(turn)
    if member is None or turn.data["sure"] != "yes":
        return Outcome((turn.reply("leave.nothing", back_to_work(turn)),))
    planned = _leave(turn, member.id)
    if any(one.from_at < planned.to_at and planned.from_at < one.to_at for one in await _ahead(turn, member.id)):
        return Outcome((turn.reply("leave.overlaps", _ways(turn)),))
    turn.store.leaves.add(planned, turn.now)
    days = {"begins": turn.data["from"], "ends": turn.data["until"]}
    await record(turn, member, "leave", f"leave/{planned.id}", deputy=planned.deputy, **days)
    key = "leave.done"
    if planned.deputy is None:
        key = "leave.done_head" if await ask_head(turn.errand(), planned) else "leave.done_nobody"
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


FLOW = Flow(
    "on_leave",
    {"from": first, "until": until, "deputy": deputy, "confirm": confirm, "done": done},
)
FEATURE = Feature(
    name="on_leave",
    commands={"word.on_leave": leave, "word.at_work": back},
    taps={"on_leave": leave, "at_work": back},
    patterns={SHORT: leave_of_official, BACK: back_of_official},
    flows=(FLOW,),
    errands=(tell,),
)
