"""Mở việc theo sự kiện: the focal point or a leader opens a filing that no date brings, such as after an incident."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from content.dates import local_day, show_day
from content.ladder import steps_after
from content.library import Commune
from content.obligations import Assignment, Due, Obligation, holders, waits_for_event
from content.recurrence import aim_of, instant_of
from content.when import read_when
from handlers.dialog import Ask, Flow, Skip, start
from handlers.feature import Feature
from handlers.filing_dates import coming
from handlers.filing_people import answering
from handlers.filing_replies import back
from handlers.filing_wanted import Wanted
from handlers.filing_words import with_event
from handlers.messages import Button
from handlers.post_holders import FOCAL, LEADERS, staff
from handlers.posts import member_of, not_staff, unit_name
from handlers.record import record
from handlers.turn import CitizenMistake, Outcome, Turn
from handlers.words import masked
from storage.filings import Filing
from storage.members import Member

OPENED = "opened"
"""The step that tells whose work it is at once, whatever the ladder says."""
LONGEST = timedelta(days=400)
NO = "no"
MOST_WORDS = 200  # characters


async def open_event(turn: Turn, _: str) -> Outcome:
    """Begin; only the focal point and leaders may."""
    return await start(FLOW, turn) if await _may(turn) is not None else _refused(turn)


def _refused(turn: Turn) -> Outcome:
    if turn.chat.post is None:
        return not_staff(turn)
    return Outcome((turn.reply("task.leaders_only", back(turn)),))


async def _may(turn: Turn) -> Member | None:
    member = await member_of(turn)
    if member is None:
        return None
    team = await staff(turn, turn.commune.slug)
    return member if any(one.role in FOCAL | LEADERS for one in team.acts_as(member)) else None


async def which(turn: Turn) -> Ask | Outcome:
    """Ask for the obligation."""
    waiting = [one for one in turn.commune.plans.obligations if waits_for_event(one)]
    if await _may(turn) is None:
        return _refused(turn)
    if not waiting:
        return Outcome((turn.reply("task.no_events", back(turn)),))
    choices = tuple(Button(one.title, one.id) for one in waiting)
    return Ask("task.ask_event", name="obligation", then="unit", choices=choices)


def _obligation(turn: Turn) -> Obligation:
    found = turn.commune.plans.obligation(turn.data["obligation"])
    if found is None or not waits_for_event(found):  # the plans changed meanwhile
        raise CitizenMistake("task.no_events")
    return found


def _assignments(turn: Turn) -> list[Assignment]:
    return list(holders(_obligation(turn), turn.commune.plans, turn.commune.profile, local_day(turn.now)))


async def unit(turn: Turn) -> Ask | Skip:
    """Ask whom it concerns, where every unit has its own."""
    found = _assignments(turn)
    if len(found) < 2:
        return Skip("until")
    choices = tuple(Button(unit_name(turn.commune, one.units[0]), one.units[0]) for one in found)
    return Ask("task.ask_event_unit", name="unit", then="until", choices=choices)


async def until(turn: Turn) -> Ask | Skip:
    """Ask for the due day, where the plan names no hours."""
    if _obligation(turn).within_hours is not None:
        return Skip("about")
    return Ask("task.ask_event_day", name="day", then="about", check=_day)


async def _day(turn: Turn, text: str) -> str:
    found = read_when(text, turn.now)
    day = found.day if found is not None else None
    if day is None or not local_day(turn.now) <= day <= local_day(turn.now + LONGEST):
        raise CitizenMistake("task.not_a_day")
    return day.isoformat()


async def about(turn: Turn) -> Ask:
    """Ask what happened: the title alone tells whose work it is nothing."""
    choices = (turn.button("task.event_without_words", NO),)
    return Ask("task.ask_event_about", name="about", then="confirm", choices=choices, check=_about, typed=True)


async def _about(_: Turn, text: str) -> str:
    words = masked(" ".join(text.split()))
    if len(words) > MOST_WORDS:
        raise CitizenMistake("task.event_too_long", most=MOST_WORDS)
    return words


def _said(turn: Turn) -> str | None:
    return None if turn.data["about"] == NO else str(turn.data["about"])


def due_of(obligation: Obligation, day: str | None, now: datetime, commune: Commune) -> Due:
    """Return when it is due: so many hours from now, or the end of the day that was named."""
    if obligation.within_hours is not None:
        due = now + timedelta(hours=obligation.within_hours)
        return Due(due, due, local_day(now).isoformat())
    due = instant_of(date.fromisoformat(str(day)), obligation.time)
    return Due(due, aim_of(due, commune.calendar), local_day(due).isoformat())


async def confirm(turn: Turn) -> Ask:
    """Say what will be opened for whom, and ask; also whether it is another one where there is one due that day."""
    obligation, chosen = _obligation(turn), _chosen(turn)
    due = due_of(obligation, turn.data.get("day"), turn.now, turn.commune)
    there = await _same_day(turn, chosen, due)
    yes = turn.button("task.event_another" if there else "task.event_yes", str(len(there)))
    choices = (yes, turn.button("task.event_no", NO))
    names = ", ".join(unit_name(turn.commune, one) for one in answering(turn.commune, chosen))
    title = with_event(turn.phrases, obligation.title, _said(turn))
    params = {"title": title, "unit": names, "due": show_day(local_day(due.due), turn.phrases.language)}
    key = "task.ask_event_another" if there else "task.ask_event_sure"
    if there:
        unsaid = turn.phrases.plain("task.event_unsaid")
        params["others"] = "; ".join(one.about or unsaid for one in there)
    return Ask(key, name="sure", then="done", choices=choices, params=params)


async def _same_day(turn: Turn, chosen: Assignment, due: Due) -> list[Filing]:
    """Return what the unit has of the same that is due that day, over ones included."""
    start = instant_of(local_day(due.due), time())
    found = await turn.store.filings.between(turn.commune.slug, start, start + timedelta(days=1))
    mine = (chosen.obligation.id, answering(turn.commune, chosen)[0])
    return [one for one in found if (one.obligation, one.unit) == mine]


def _chosen(turn: Turn) -> Assignment:
    found = _assignments(turn)
    chosen = next((one for one in found if one.units[0] == turn.data.get("unit")), None)
    if chosen is None and len(found) == 1:
        return found[0]
    if chosen is None:
        raise CitizenMistake("task.no_events")
    return chosen


async def done(turn: Turn) -> Outcome:
    """Open it: whose work it is hears of it at once, the others as the ladder says."""
    member = await _may(turn)
    if member is None:
        return _refused(turn)
    if turn.data["sure"] == NO:
        return Outcome((turn.reply("task.event_not_opened", back(turn)),))
    chosen, commune = _chosen(turn), turn.commune
    due = due_of(chosen.obligation, turn.data.get("day"), turn.now, commune)
    # A filing is unique by its due instant: the second of a day is due a second earlier. Whoever opens the same one at
    # the same time has counted as many, and is told that it is there.
    due = replace(due, due=due.due - timedelta(seconds=int(turn.data["sure"])))
    filing = Wanted(chosen, answering(commune, chosen)[0], due).filing(turn.new_id(), commune.slug)
    filing = replace(filing, about=_said(turn))
    ladder = [(step.name, step.at) for step in steps_after(chosen.ladder, turn.now, polite=chosen.polite)]
    ladder += coming(chosen.steps(due.due, commune.calendar), commune, turn.now)
    fresh = await turn.store.filings.plan(filing, [(OPENED, turn.now), *ladder], turn.now)
    if not fresh:
        return Outcome((turn.reply("task.event_there", back(turn)),))
    await record(turn, member, "opened", f"filing/{filing.id}", obligation=filing.obligation)
    return Outcome((turn.reply("task.event_opened", back(turn)),))


FLOW = Flow("event", {"which": which, "unit": unit, "until": until, "about": about, "confirm": confirm, "done": done})
FEATURE = Feature(
    name="filing_events",
    commands={"word.open_event": open_event},
    taps={"openevent": open_event},
    flows=(FLOW,),
)
