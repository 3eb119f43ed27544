"""Sự cố, phần phải gõ: a note, when it was noticed, what was done and since when it works again."""

from dataclasses import replace
from datetime import timedelta

from content.dates import HOME
from handlers.dialog import Ask, Flow
from handlers.history import note_incident
from handlers.incident_clock import restored as stop_restoring
from handlers.incident_clock import start_clocks
from handlers.incident_news import News, tell_concerned
from handlers.incident_people import may_add, may_handle, plan_of
from handlers.incident_words import MOST_WORDS, check_words, moment, read_moment, what
from handlers.messages import Button
from handlers.posts import member_of
from handlers.turn import CitizenMistake, Outcome, Turn
from storage.incidents import Incident
from storage.members import Member

LONG_AGO = timedelta(days=60)


async def _mine(turn: Turn) -> tuple[Member, Incident]:
    """Return who writes and the incident. Raises CitizenMistake when it is not theirs (any more)."""
    member = await member_of(turn)
    code = turn.data["code"]
    one = await turn.store.incidents.by_code(turn.commune.slug, code) if turn.commune.incidents else None
    if member is None or one is None or not may_add(turn.commune, member, one):
        raise CitizenMistake("incident.not_yours")
    return member, one


async def ask_note(turn: Turn) -> Ask:
    """Ask for the words."""
    params = {"code": turn.data["code"], "most": MOST_WORDS}
    return Ask("incident.ask_note", name="words", then="noted", check=check_words, params=params)


async def noted(turn: Turn) -> Outcome:
    """Keep the note."""
    member, one = await _mine(turn)
    await note_incident(turn, member, one, "noted", turn.data["words"])
    return Outcome((turn.reply("incident.noted", _look(turn, one), code=one.code, what=what(turn.commune, one)),))


async def ask_found(turn: Turn) -> Ask:
    """Ask when it was noticed."""
    _, one = await _mine(turn)
    params = {"code": one.code, "time": moment(one.found)}
    return Ask("incident.ask_found", name="found", then="found", check=_check_moment, params=params)


async def _check_moment(turn: Turn, text: str) -> str:
    instant = read_moment(text, turn.now)
    if instant is None or instant < turn.now - LONG_AGO:
        raise CitizenMistake("incident.bad_time")
    return text


async def found(turn: Turn) -> Outcome:
    """Correct when it was noticed; the clocks run from there, and what was said before stays in the history."""
    member, one = await _mine(turn)
    instant = read_moment(turn.data["found"], turn.now) or one.found
    turn.store.incidents.find(one, instant)
    await note_incident(turn, member, one, "found", moment(instant))
    start_clocks(turn.errand(), turn.commune, replace(one, found=instant), await turn.store.incident_clocks.of(one))
    shown = _look(turn, one)
    return Outcome((turn.reply("incident.found_noted", shown, code=one.code, time=moment(instant)),))


async def ask_fix(turn: Turn) -> Ask:
    """Ask what was done."""
    fixes = plan_of(turn.commune).fixes
    choices = tuple(Button(fix, f"fix-{number}") for number, fix in enumerate(fixes))
    params = {"code": turn.data["code"], "most": MOST_WORDS}
    return Ask("incident.ask_fix", name="fix", then="when", choices=choices, check=check_words, params=params)


async def ask_when(turn: Turn) -> Ask:
    """Ask since when it works again: that decides the figures, not when somebody found time to write."""
    choices = (turn.button("incident.just_now", "now"),)
    return Ask("incident.ask_when", name="when", then="closed", choices=choices, check=_check_restored)


async def _check_restored(turn: Turn, text: str) -> str:
    _, one = await _mine(turn)
    instant = read_moment(text, turn.now)
    if instant is None:
        raise CitizenMistake("incident.bad_time")
    if instant < one.found.astimezone(HOME).replace(second=0, microsecond=0):
        raise CitizenMistake("incident.before_found", time=moment(one.found))
    return text


async def closed(turn: Turn) -> Outcome:
    """Close it and tell who reported it."""
    member, one = await _mine(turn)
    if not may_handle(turn.commune, member, one):
        raise CitizenMistake("incident.not_yours")
    fixes, said = plan_of(turn.commune).fixes, turn.data["fix"]
    number = said.removeprefix("fix-")
    words = fixes[int(number)] if said.startswith("fix-") and number.isdecimal() and int(number) < len(fixes) else said
    restored = turn.now if turn.data["when"] == "now" else read_moment(turn.data["when"], turn.now)
    restored = max(restored or turn.now, one.found)
    if not await turn.store.incidents.close(one, restored, turn.now):
        return Outcome((turn.reply("incident.over", _look(turn, one), code=one.code, what=what(turn.commune, one)),))
    await note_incident(turn, member, one, "closed", words)
    await stop_restoring(turn.errand(), one, restored)
    over = replace(one, state="closed", restored=restored)
    await tell_concerned(turn.errand(), turn.commune, News(over, "incident.push_closed", post=member.name), member.id)
    undo = turn.button("incident.reopen", f"incident/reopen/{one.code}")
    shown = (undo, *_look(turn, one))
    return Outcome((turn.reply("incident.closed", shown, code=one.code, words=words, time=moment(restored)),))


def _look(turn: Turn, one: Incident) -> tuple[Button, ...]:
    look = turn.button("incident.look", f"incident/see/{one.code}", code=one.code)
    return (look, turn.button("button.incidents", "incidents"), turn.button("button.menu", "menu"))


NOTE = Flow("incident_note", {"ask": ask_note, "noted": noted})
FOUND = Flow("incident_found", {"ask": ask_found, "found": found})
CLOSE = Flow("incident_close", {"ask": ask_fix, "when": ask_when, "closed": closed})
