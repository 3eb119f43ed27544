"""Sự cố đang mở: taking, noting, closing, taking back, judging; every tap is checked again, the button may be old."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from content.phrases import MAIN_LANGUAGE
from handlers.dialog import start
from handlers.feature import Feature, MenuEntry
from handlers.history import note_incident
from handlers.incident_clock import clock_lines, draft, restored
from handlers.incident_forms import CLOSE, FOUND, NOTE
from handlers.incident_news import News, announce, may_wake, tell_concerned
from handlers.incident_people import may_add, may_handle, may_judge, may_see
from handlers.incident_words import PATTERN, in_short, moment, state_words, what, where
from handlers.messages import Button, Reply
from handlers.posts import back_to_work, member_of, not_staff
from handlers.turn import Outcome, Turn
from storage.incidents import Incident
from storage.members import Member

MOST_SHOWN = 10
MOST_EVENTS = 12
EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "reported": "incident.did_reported",
        "noted": "incident.did_noted",
        "found": "incident.did_found",
        "taken": "incident.did_taken",
        "released": "incident.did_released",
        "closed": "incident.did_closed",
        "reopened": "incident.did_reopened",
        "withdrawn": "incident.did_withdrawn",
        "serious": "incident.did_serious",
        "not_serious": "incident.did_not_serious",
        "notified": "incident.did_notified",
        "not_notified": "incident.did_not_notified",
    }
)
Step = Callable[[Turn, Member, Incident, str], Awaitable[Outcome]]


async def listed(turn: Turn, _: str) -> Outcome:
    """List the open incidents a member may read."""
    member = await member_of(turn)
    if member is None or turn.commune.incidents is None:
        return not_staff(turn)
    every = await turn.store.incidents.open_of(member.account)
    mine = [one for one in every if may_see(turn.commune, member, one)]
    new = [turn.button("button.report_incident", "report")]
    if turn.commune.start_of_day is not None:
        new.append(turn.button("button.daycheck", "daycheck"))
    if not mine:
        return Outcome((turn.reply("incident.none_open", (*new, *back_to_work(turn))),))
    shown = tuple(
        Button(f"{one.code} · {in_short(turn.commune, one)}", f"incident/see/{one.code}") for one in mine[:MOST_SHOWN]
    )
    waiting = sum(one.post is None for one in mine)
    shown = (*shown, *new, *back_to_work(turn))
    return Outcome((turn.reply("incident.open", shown, total=len(mine), waiting=waiting),))


async def desk(turn: Turn, argument: str) -> Outcome:
    """Do one step with one incident: "take/2E3B4C"."""
    member = await member_of(turn)
    if member is None or turn.commune.incidents is None:
        return not_staff(turn)
    name, _, rest = argument.partition("/")
    code, _, more = rest.partition("/")
    one = await turn.store.incidents.by_code(member.account, code.upper())
    if one is None or name not in STEPS or not may_see(turn.commune, member, one):
        return Outcome((turn.reply("incident.not_yours", back_to_work(turn)),))
    may, step = STEPS[name]
    if not may(turn.commune, member, one):
        return await _page(turn, member, one, "incident.not_allowed")
    return await step(turn, member, one, more)


async def find(turn: Turn, code: str) -> Outcome | None:
    """Show the page of a typed code; what a member may not see is to them as if it were not there."""
    member = await member_of(turn)
    if member is None or turn.commune.incidents is None:
        return None
    one = await turn.store.incidents.by_code(member.account, code.upper())
    if one is None or not may_see(turn.commune, member, one):
        return None
    return await see(turn, member, one, "")


async def see(turn: Turn, member: Member, one: Incident, _: str) -> Outcome:
    """Show the page of an incident."""
    return await _page(turn, member, one, "incident.page")


async def _page(turn: Turn, member: Member, one: Incident, key: str) -> Outcome:
    """Return an incident with what happened and what the member may do; `key` is what has just been done."""
    phrases, now = turn.phrases, await turn.store.incidents.one(one.id) or one
    head = {"code": now.code, "what": what(turn.commune, now)}
    parts = [] if key == "incident.page" else [phrases.say(key, **head)]
    about = {"place": where(turn.commune, now), "time": moment(now.found), "state": state_words(phrases, now)}
    parts.append(phrases.say("incident.page", **head, **about))
    if now.serious is not None:
        level = phrases.plain("incident.serious" if now.serious else "incident.not_serious")
        parts.append(phrases.say("incident.judged_as", level=level))
    parts += clock_lines(turn.commune, phrases, await turn.store.incident_clocks.of(now), turn.now)
    events = (await turn.store.incidents.history(now))[-MOST_EVENTS:]
    did = [
        phrases.say(EVENTS[event.what], time=moment(event.at), post=event.post, words=event.words).rstrip()
        for event in events
        if event.what in EVENTS
    ]
    parts.append("\n".join(f"- {line}" for line in did))
    return Outcome((Reply(key, "\n\n".join(parts), await _steps(turn, member, now)),))


async def _steps(turn: Turn, member: Member, one: Incident) -> tuple[Button, ...]:
    """Return what a member may do with an incident now."""
    handles = may_handle(turn.commune, member, one)
    reported = one.reported_by == member.id
    names = []
    if one.open:
        names += ["take"] if handles and one.post is None else []
        names += ["close"] if handles else []
        names += ["release"] if one.taken_by == member.id else []
        names += ["withdraw"] if _may_withdraw(turn, member, one) else []
    else:
        names += ["reopen"] if reported or handles else []
    if one.state != "withdrawn":
        noting = ("note", "found", "draft") if may_add(turn.commune, member, one) else ("draft",)
        names += [name for name in noting if name == "note" or one.kind == "leak"]
    shown = [turn.button(_LABELS[name], f"incident/{name}/{one.code}") for name in names]
    if one.kind == "leak" and handles:
        shown += await _clock_buttons(turn, one)
    if may_judge(turn.commune, member, one) and one.state != "withdrawn":
        key, wanted = ("incident.judge_no", "no") if one.serious else ("incident.judge_yes", "yes")
        shown.append(turn.button(key, f"incident/judge/{one.code}/{wanted}"))
    return (*shown, turn.button("button.incidents", "incidents"), turn.button("button.menu", "menu"))


_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "take": "incident.take",
        "close": "incident.close",
        "release": "incident.release",
        "withdraw": "incident.withdraw",
        "reopen": "incident.reopen",
        "note": "incident.add_note",
        "found": "incident.found_before",
        "draft": "incident.show_draft",
    }
)


async def _clock_buttons(turn: Turn, one: Incident) -> list[Button]:
    shown = []
    for clock in await turn.store.incident_clocks.of(one):
        duty = turn.commune.incidents.clock(clock.clock) if turn.commune.incidents else None
        if duty is not None:
            key, wanted = ("incident.notified_not", "no") if clock.done else ("incident.notified", "yes")
            shown.append(turn.button(key, f"incident/notified/{one.code}/{clock.clock}/{wanted}", hours=duty.hours))
    return shown


# The steps


async def take(turn: Turn, member: Member, one: Incident, _: str) -> Outcome:
    """Take it: the first one has it, everybody else is told by whom."""
    if one.taken_by == member.id and one.open:
        return await see(turn, member, one, "")
    if one.taken_by is not None and one.post is None:  # who had it has left the post
        await turn.store.incidents.release(one)
    if not await turn.store.incidents.take(one, member.id, turn.now):
        return await _page(turn, member, one, "incident.too_late")
    await note_incident(turn, member, one, "taken")
    await tell_concerned(turn.errand(), turn.commune, News(one, "incident.push_taken", post=member.name), member.id)
    return await _page(turn, member, one, "incident.you_took")


async def release(turn: Turn, member: Member, one: Incident, _: str) -> Outcome:
    """Give it back; everybody on the first rung is told again, whoever gives it back too."""
    if one.taken_by != member.id or not one.open or not await turn.store.incidents.release(one):
        return await _page(turn, member, one, "incident.not_allowed")
    await note_incident(turn, member, one, "released")
    await _begin_again(turn, one)
    return await _page(turn, member, one, "incident.released")


async def _begin_again(turn: Turn, one: Incident) -> None:
    fresh = await turn.store.incidents.one(one.id)
    if fresh is not None and fresh.taken_by is None and may_wake(one, turn.now):
        await announce(turn.errand(), turn.commune, [fresh])


async def withdraw(turn: Turn, member: Member, one: Incident, _: str) -> Outcome:
    """Take a mistaken report back; it counts nowhere and its clocks stop."""
    if not _may_withdraw(turn, member, one):
        return await _page(turn, member, one, "incident.not_allowed")
    if not await turn.store.incidents.withdraw(one, turn.now):
        return await _page(turn, member, one, "incident.over")
    await note_incident(turn, member, one, "withdrawn")
    gone = replace(one, state="withdrawn")
    await tell_concerned(turn.errand(), turn.commune, News(gone, "incident.push_withdrawn"), member.id)
    return await _page(turn, member, one, "incident.withdrawn")


def _may_withdraw(turn: Turn, member: Member, one: Incident) -> bool:
    """Tell whether a member may take a report back; a leak that somebody deals with, only who may judge it."""
    if one.kind == "leak" and one.taken_by is not None:
        return may_judge(turn.commune, member, one)
    return one.reported_by == member.id or may_handle(turn.commune, member, one)


async def reopen(turn: Turn, member: Member, one: Incident, _: str) -> Outcome:
    """Undo closing or taking back; what was written stays in the history."""
    if not (one.reported_by == member.id or may_handle(turn.commune, member, one)):
        return await _page(turn, member, one, "incident.not_allowed")
    if not await turn.store.incidents.reopen(one):
        return await _page(turn, member, one, "incident.is_open")
    await note_incident(turn, member, one, "reopened")
    await restored(turn.errand(), one, None)
    fresh = await turn.store.incidents.one(one.id) or one
    await tell_concerned(turn.errand(), turn.commune, News(fresh, "incident.push_reopened"), member.id)
    await _begin_again(turn, one)
    return await _page(turn, member, one, "incident.reopened")


async def judge(turn: Turn, member: Member, one: Incident, answer: str) -> Outcome:
    """Note whether it was serious; what was said before stays in the history."""
    if not may_judge(turn.commune, member, one) or answer not in {"yes", "no"} or one.state == "withdrawn":
        return await _page(turn, member, one, "incident.not_allowed")
    await turn.store.incidents.judge(one, serious=answer == "yes")
    said = "serious" if answer == "yes" else "not_serious"
    await note_incident(turn, member, one, said)
    return await _page(turn, member, one, "incident.judged")


async def notified(turn: Turn, member: Member, one: Incident, said: str) -> Outcome:
    """Note that the authority was told, which stops a clock ("h72/yes"), or not yet; twice is once."""
    identity, _, answer = said.partition("/")
    clocks = {clock.clock: clock for clock in await turn.store.incident_clocks.of(one)}
    clock = clocks.get(identity)
    if clock is None or answer not in {"yes", "no"}:
        return await _page(turn, member, one, "incident.not_allowed")
    if bool(clock.done) is not (answer == "yes"):
        turn.store.incident_clocks.notified(clock, turn.now if answer == "yes" else None)
        await note_incident(turn, member, one, "notified" if answer == "yes" else "not_notified", clock=identity)
    return await _page(turn, member, one, "incident.noted")


async def show_draft(turn: Turn, member: Member, one: Incident, _: str) -> Outcome:
    """Show the draft of the notification; it is a Vietnamese paper in every language."""
    if one.kind != "leak":
        return await see(turn, member, one, "")
    phrases = turn.library.speak(MAIN_LANGUAGE)
    text = await draft(turn.errand(), turn.commune, phrases, one)
    shown = (turn.button("incident.look", f"incident/see/{one.code}", code=one.code),)
    return Outcome((turn.reply("incident.draft", shown, text=text),))


async def note(turn: Turn, _: Member, one: Incident, __: str) -> Outcome:
    """Begin to note something."""
    return await start(NOTE, turn, {"code": one.code})


async def found(turn: Turn, _: Member, one: Incident, __: str) -> Outcome:
    """Begin to correct when a leak was noticed."""
    return await start(FOUND, turn, {"code": one.code})


async def close(turn: Turn, member: Member, one: Incident, _: str) -> Outcome:
    """Begin to close it."""
    if not one.open:
        return await _page(turn, member, one, "incident.over")
    return await start(CLOSE, turn, {"code": one.code})


STEPS: Mapping[str, tuple[Callable[..., bool], Step]] = MappingProxyType(
    {
        "see": (may_see, see),
        "take": (may_handle, take),
        "release": (may_handle, release),
        "withdraw": (may_see, withdraw),
        "reopen": (may_see, reopen),
        "close": (may_handle, close),
        "note": (may_add, note),
        "found": (may_add, found),
        "draft": (may_see, show_draft),
        "judge": (may_judge, judge),
        "notified": (may_handle, notified),
    }
)
FEATURE = Feature(
    name="incident_desk",
    commands={"word.incidents": listed},
    taps={"incidents": listed, "incident": desk},
    codes={PATTERN: find},
    flows=(NOTE, FOUND, CLOSE),
    menu=(MenuEntry(8, "button.incidents", "incidents", lambda commune, _, __: commune.incidents is not None),),
)
