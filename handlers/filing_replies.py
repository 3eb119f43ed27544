"""Đã nhận, nhắc sau: what somebody answers to a reminder. Both only hold for a while; the day itself always speaks."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from content.dates import local_day, show_day
from content.ladder import MORNING
from content.library import Commune
from content.recurrence import instant_of
from handlers.feature import Feature
from handlers.filing_digest import mornings, send_button
from handlers.filing_people import may_work, with_other
from handlers.filing_words import item_of
from handlers.messages import Button
from handlers.post_holders import Staff, staff
from handlers.posts import member_of, not_staff
from handlers.turn import Outcome, Turn
from storage.filings import Filing
from storage.members import Member

PEACE = 2  # working days that "received" holds
MOST_SNOOZES = 2
WITHIN = timedelta(days=45)


def until(commune: Commune, filing: Filing, now: datetime, working_days: int) -> datetime:
    """Return the morning after so many working days, at the latest that of the aim date."""
    wanted = commune.calendar.add_working_days(local_day(now), working_days)
    return min(instant_of(wanted, MORNING), instant_of(local_day(filing.aim), MORNING))


async def mine_or_refusal(turn: Turn, identity: str) -> tuple[Member, Filing] | Outcome:
    """Return who writes and the filing, or the refusal: it is gone, settled, or not theirs to work on."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    filing, team = await turn.store.filings.by_id(identity), await staff(turn, turn.commune.slug)
    if filing is None or not may_work(turn.commune, team, member, filing):
        return Outcome((turn.reply("task.not_yours", back(turn)),))
    if not filing.waiting:
        return Outcome((turn.reply("task.over", back(turn)),))
    other = with_other(team, member, filing)
    if other is not None:
        return given_away(turn, filing, other)
    return member, filing


def back(turn: Turn) -> tuple[Button, ...]:
    """Return the buttons under what is told of one's own tasks."""
    return (turn.button("button.my_filings", "tasks"), turn.button("button.menu", "menu"))


def given_away(turn: Turn, filing: Filing, other: Member) -> Outcome:
    """Say who has a task; its unit may take it back with one tap, and only then do it themselves."""
    title = item_of(turn.commune, filing, "assignee").title
    ways = (turn.button("task.take_back", f"takeback/{filing.id}"), *back(turn))
    return Outcome((turn.reply("task.with_other", ways, title=title, name=other.name),))


async def got(turn: Turn, argument: str) -> Outcome:
    """Note that somebody has received a reminder, or all that wait for them; it holds for two working days."""
    if argument == "all":
        return await _got_all(turn)
    found = await mine_or_refusal(turn, argument)
    if isinstance(found, Outcome):
        return found
    member, filing = found
    day = _receive(turn, member, filing)
    if day is None:
        return Outcome((turn.reply("task.got_today", (send_button(turn.phrases, filing), *back(turn))),))
    shown = (send_button(turn.phrases, filing), *back(turn))
    return Outcome((turn.reply("task.got_noted", shown, day=show_day(day, turn.phrases.language)),))


def _receive(turn: Turn, member: Member, filing: Filing) -> date | None:
    """Leave a member in peace; return until which day, or None when the filing is due too soon for that."""
    end = until(turn.commune, filing, turn.now, PEACE)
    if end <= turn.now:
        return None
    turn.store.filing_steps.leave(filing.id, member.id, "received", end)
    return local_day(end)


async def _got_all(turn: Turn) -> Outcome:
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    mine = await open_work(turn, await staff(turn, turn.commune.slug), member)
    for one in mine:
        _receive(turn, member, one)
    key = "task.got_all_noted" if mine else "task.nothing"
    return Outcome((turn.reply(key, back(turn), total=len(mine)) if mine else turn.reply(key, back(turn)),))


async def open_work(turn: Turn, team: Staff, member: Member) -> list[Filing]:
    """Return what waits for a member's units or for them in the next weeks, the overdue first."""
    found = await turn.store.filings.unsettled(turn.commune.slug, turn.now + WITHIN)
    own = [one for one in found if one.waiting and may_work(turn.commune, team, member, one)]
    return [one for one in own if one.delegate in {None, member.id} or member.role == "head"]


async def later(turn: Turn, argument: str) -> Outcome:
    """Offer the mornings to which a reminder may be put off; put it off to the one that was chosen."""
    identity, _, chosen = argument.partition("/")
    found = await mine_or_refusal(turn, identity)
    if isinstance(found, Outcome):
        return found
    member, filing = found
    said = {ack.member: ack for ack in await turn.store.filing_steps.acks_of(filing.id)}
    if member.id in said and said[member.id].snoozes >= MOST_SNOOZES:
        return Outcome((turn.reply("task.snoozed_enough", (send_button(turn.phrases, filing), *back(turn))),))
    days = {day.isoformat(): day for day in mornings(turn.commune, filing, local_day(turn.now))}
    if not days:
        return Outcome((turn.reply("task.too_near", (send_button(turn.phrases, filing), *back(turn))),))
    if chosen not in days:
        return Outcome((turn.reply("task.ask_until", _day_buttons(turn, filing, days)),))
    at = instant_of(days[chosen], MORNING)
    turn.store.filing_steps.leave(filing.id, member.id, "snoozed", at)
    turn.store.filing_steps.again(filing.id, member.id, at)
    return Outcome((turn.reply("task.snoozed", back(turn), day=show_day(days[chosen], turn.phrases.language)),))


def _day_buttons(turn: Turn, filing: Filing, days: Mapping[str, date]) -> tuple[Button, ...]:
    shown = [(text, show_day(day, turn.phrases.language)) for text, day in days.items()]
    return tuple(turn.button("task.until", f"later/{filing.id}/{text}", day=day) for text, day in shown) + back(turn)


FEATURE = Feature(name="filing_replies", taps={"got": got, "later": later})
