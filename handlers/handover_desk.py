"""Gặp cán bộ, phía cán bộ: taking a request, answering, ending; several at a time, each with its number."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from statistics import median
from types import MappingProxyType

from content.library import Commune
from handlers import handover
from handlers.feature import Feature, MenuEntry
from handlers.handover_ladder import called, may_take_now, may_take_over, relay
from handlers.handover_message import leave, question, write_more
from handlers.messages import Button
from handlers.post_holders import Staff, staff
from handlers.posts import back_to_work, member_of, not_staff
from handlers.record import record
from handlers.rights import scopes
from handlers.turn import Handler, Heard, Listener, Outcome, Turn
from storage.chats import Dialog
from storage.handover import Asked
from storage.handover_row import Handover
from storage.members import Member

COUNTED = timedelta(days=90)
MOST_SHOWN = 8


async def tap(turn: Turn, argument: str) -> Outcome:
    """Do what a button of a hand-over says: a citizen's own ones, or a member's with the id behind it."""
    name, _, identity = argument.partition("/")
    if name in CITIZENS:
        return await CITIZENS[name](turn, identity)
    member = await member_of(turn)
    if member is None or not may_take_now(turn.commune, await staff(turn, member.account), member):
        return not_staff(turn)
    found = await turn.store.handovers.one(identity)
    if name not in MEMBERS or found is None or found.account != member.account or found.chat_id == turn.chat.id:
        return _gone(turn)
    return await MEMBERS[name](turn, member, found)


def _gone(turn: Turn) -> Outcome:
    return Outcome((turn.reply("handover.over", back_to_work(turn)),))


# Taking


async def take(turn: Turn, member: Member, found: Handover) -> Outcome:
    """Take a request: the first one has it, everybody else is told by whom it was taken."""
    if found.taken_by == member.id and not found.closed:
        return await to(turn, member, found)
    taken = await turn.store.handovers.take(found.id, member.id, turn.now)
    if taken is None:
        now = await turn.store.handovers.one(found.id) or found
        if now.closed or now.post is None:
            return _gone(turn)
        over = _over_button(turn, now) if may_take_over(turn.commune, member) else ()
        shown = (*over, *back_to_work(turn))
        return Outcome((turn.reply("handover.taken_already", shown, number=now.number, post=now.post),))
    await record(turn, member, "taken", f"talk/{found.id}")
    errand = turn.errand()
    _hand_over_context(turn, taken)
    await _tell_colleagues(turn, member, taken)
    citizen = await errand.chat(found.chat_id)
    if citizen is not None:
        errand.tell(citizen, "handover.taken", post=member.name)
    return _chosen(turn, found, "handover.you_took")


def _over_button(turn: Turn, found: Handover) -> tuple[Button, ...]:
    label = {"number": found.number, "post": found.post or turn.phrases.plain("notice.colleague")}
    return (turn.button("handover.take_over", f"handover/over/{found.id}", **label),)


async def take_over(turn: Turn, member: Member, found: Handover) -> Outcome:
    """Take a talk from the officer who has it: both the officer and the citizen are told by whom."""
    if found.taken_by == member.id:
        return await to(turn, member, found)
    may = found.taken_by is not None and may_take_over(turn.commune, member)
    if not may or not await turn.store.handovers.take_over(found, member.id, turn.now):
        return _gone(turn)
    await record(turn, member, "taken over", f"talk/{found.id}", held_by=found.taken_by)
    errand = turn.errand()
    officer, citizen = await errand.chat(found.officer_chat), await errand.chat(found.chat_id)
    if officer is not None:
        errand.tell(officer, "handover.taken_from_you", number=found.number, post=member.name)
    if citizen is not None:
        errand.tell(citizen, "handover.taken", post=member.name)
    return _chosen(turn, found, "handover.you_took")


def _hand_over_context(turn: Turn, found: Handover) -> None:
    """Send the taker what was shown and asked before; it goes the way of all relayed words."""
    guide = turn.commune.guides.get(found.guide or "")
    parts = []
    if guide is not None:
        parts.append(turn.phrases.plain("handover.context_guide", title=guide.title))
    if found.question:
        parts.append(turn.phrases.plain("handover.context_question", question=found.question))
    if found.words:
        parts.append(turn.phrases.plain("handover.context_words", words=found.words))
    if parts:
        words = "\n".join(parts)
        relay(turn.errand(), turn.chat, found, "handover.context", number=found.number, words=words)


async def _tell_colleagues(turn: Turn, member: Member, found: Handover) -> None:
    errand = turn.errand()
    told = await called(turn, turn.commune, found.chat_id)
    for rung in told[: len(told) if found.left else found.rung + 1]:
        for one in rung:
            chat = await errand.chat(one.chat_id) if one.id != member.id else None
            if chat is not None:
                errand.tell(chat, "handover.taken_by", number=found.number, post=member.name)


def _mark(found: Handover) -> str:
    return f"handover_desk/{found.id}"


def _ends(turn: Turn, found: Handover) -> tuple[Button, ...]:
    return (turn.button("handover.end", f"handover/end/{found.id}", number=found.number),)


# Answering


async def to(turn: Turn, member: Member, found: Handover) -> Outcome:
    """Choose whom the words go to from now on."""
    if found.closed or found.taken_by != member.id:
        return _gone(turn)
    return _chosen(turn, found, "handover.answering")


def _chosen(turn: Turn, found: Handover, key: str) -> Outcome:
    """Leave what conversation is open: from now on the words are for this citizen."""
    reply = turn.reply(key, _ends(turn, found), number=found.number)
    return Outcome((reply,), Dialog(topic=turn.dialog.topic), listening=_mark(found))


async def hears(turn: Turn, identity: str) -> Heard:
    """Pass the officer's words on; what cannot be passed on is said, never dropped in silence."""
    member = await member_of(turn)
    found = await turn.store.handovers.one(identity)
    if member is None:  # has left the post
        return Heard(over=True)
    if found is None:  # the citizen has erased everything
        return Heard(_gone(turn), over=True)
    if found.closed or found.taken_by != member.id:
        ways = (*await _others(turn, member, found), *back_to_work(turn))
        reply = turn.reply("handover.not_sent", ways, number=found.number)
        if not found.closed and found.post is not None:  # the head has taken it over
            reply = turn.reply("handover.not_sent_taken", ways, number=found.number, post=found.post)
        elif not found.closed:  # given back to everybody after half an hour, and nobody has it yet
            take = turn.button("handover.take", f"handover/take/{found.id}", number=found.number)
            reply = turn.reply("handover.not_sent_released", (take, *ways), number=found.number)
        return Heard(Outcome((reply,)), over=True)
    errand = turn.errand()
    citizen = await errand.chat(found.chat_id)
    if citizen is None:
        await turn.store.handovers.close(found.id, "gone", turn.now)
        return Heard(Outcome((turn.reply("handover.unreachable", back_to_work(turn), number=found.number),)), over=True)
    phrases = errand.speak(citizen)
    shown = [Button(phrases.plain("handover.stop"), "handover/stop")]
    if citizen.dialog.flow:  # the assistant has asked them something: typed words would answer that
        shown.insert(0, Button(phrases.plain("handover.reply"), "handover/reply"))
    relay(errand, citizen, found, "handover.from_post", tuple(shown), post=member.name, words=turn.incoming.text)
    turn.store.handovers.answered(found.id, turn.now)
    ways = (*_ends(turn, found), *await _others(turn, member, found))
    return Heard(Outcome((turn.reply("handover.sent", ways, number=found.number),)))


async def _others(turn: Turn, member: Member, found: Handover) -> tuple[Button, ...]:
    mine = await turn.store.handovers.taken_by(member.id)
    return tuple(
        turn.button("handover.answer", f"handover/to/{one.id}", number=one.number)
        for one in mine[:MOST_SHOWN]
        if one.id != found.id
    )


async def cancelled(turn: Turn, identity: str) -> Heard:
    """Stop answering without ending: from now on words are for the assistant again."""
    found = await turn.store.handovers.one(identity)
    if found is None or found.closed:
        return Heard(over=True)
    choose = turn.button("handover.answer", f"handover/to/{found.id}", number=found.number)
    return Heard(
        Outcome((turn.reply("handover.paused", (choose, *back_to_work(turn)), number=found.number),)), over=True
    )


# Ending


async def end(turn: Turn, member: Member, found: Handover) -> Outcome:
    """End a talk; the citizen is told and what was relayed is dropped."""
    if found.taken_by != member.id or not await turn.store.handovers.close(found.id, "officer", turn.now):
        return _gone(turn)
    await record(turn, member, "closed", f"talk/{found.id}")
    errand = turn.errand()
    citizen = await errand.chat(found.chat_id)
    if citizen is not None:
        again = Button(errand.speak(citizen).plain("button.person"), "person")
        errand.tell(citizen, "handover.officer_ended", (again,), post=member.name)
    others = await _others(turn, member, found)
    current = turn.dialog.listening in {"", _mark(found)}
    reply = turn.reply("handover.you_ended", (*others, *back_to_work(turn)), number=found.number)
    return Outcome((reply,), listening="" if current else None)


async def finish(turn: Turn, _: str) -> Outcome:
    """End what is open: a member the talk they answer now, a citizen their own."""
    name, _, identity = turn.dialog.listening.partition("/")
    if name != "handover_desk":
        return await handover.finish(turn, "")
    return await tap(turn, f"end/{identity}")


# What waits


def works_with(commune: Commune, team: Staff, member: Member) -> bool:
    """Tell whether a member may take talks, or see the figures of them."""
    return may_take_now(commune, team, member) or _sees_figures(commune, member)


def _sees_figures(commune: Commune, member: Member) -> bool:
    return bool(scopes(commune, member, "P5", "R") - {"own"})


async def messages(turn: Turn, _: str) -> Outcome:
    """List what nobody has taken and what this member has open; heads and leaders see the figures."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    replies = []
    if may_take_now(turn.commune, await staff(turn, member.account), member):
        untaken = [one for one in await turn.store.handovers.untaken(member.account) if one.chat_id != turn.chat.id]
        shown = [
            turn.button("handover.take", f"handover/take/{one.id}", number=one.number) for one in untaken[:MOST_SHOWN]
        ]
        mine = (await turn.store.handovers.taken_by(member.id))[:MOST_SHOWN]
        shown += [turn.button("handover.answer", f"handover/to/{one.id}", number=one.number) for one in mine]
        if may_take_over(turn.commune, member):
            held = [one for one in await turn.store.handovers.held(member.account) if one.taken_by != member.id]
            shown += [button for one in held[:MOST_SHOWN] for button in _over_button(turn, one)]
        replies.append(turn.reply("handover.list", (*shown, *back_to_work(turn)), untaken=len(untaken)))
    if _sees_figures(turn.commune, member):
        asked = await turn.store.handovers.asked(member.account, turn.now - COUNTED, turn.now + timedelta(days=1))
        count, taken, left, minutes = figures(asked)
        waited = "–" if minutes is None else f"{minutes:g}"
        replies.append(turn.reply("handover.figures", asked=count, taken=taken, left=left, minutes=waited))
    return Outcome(tuple(replies)) if replies else Outcome((turn.reply("handover.not_yours", back_to_work(turn)),))


def figures(asked: list[Asked]) -> tuple[int, int, int, float | None]:
    """Return asked, taken and left messages, and the median minutes until one was taken.

    A left message was promised for the next opening: it counts as asked and taken, but not as waiting time.
    """
    waits = [_minutes(one.asked_at, one.taken_at) for one in asked if one.taken_at is not None and not one.left]
    taken = sum(one.taken_at is not None for one in asked)
    return len(asked), taken, sum(one.left for one in asked), round(median(waits), 1) if waits else None


def _minutes(begin: datetime, end_: datetime) -> float:
    return (end_ - begin).total_seconds() / 60


CITIZENS: Mapping[str, Handler] = MappingProxyType(
    {"stop": handover.stop, "reply": handover.answer, "leave": leave, "more": write_more, "question": question}
)
MEMBERS: Mapping[str, Callable[[Turn, Member, Handover], Awaitable[Outcome]]] = MappingProxyType(
    {"take": take, "over": take_over, "to": to, "end": end}
)
TALK = frozenset({"word.greeting", "word.thanks"})
FEATURE = Feature(
    name="handover_desk",
    commands={"word.finish": finish, "word.messages": messages},
    taps={"handover": tap, "messages": messages},
    menu=(MenuEntry(72, "button.messages", "messages", works_with),),
    listeners={"handover_desk": Listener(hears, cancelled, TALK)},
)
