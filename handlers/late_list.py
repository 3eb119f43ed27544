"""Danh sách trước họp quý: late reports and figures below 70 %, for leaders and the focal point; read out only when a
leader has approved it (Đề án VI.6.1). Nothing of it is ever posted anywhere by itself.
"""

import re

from content.dates import HOME, local_day, show_day
from content.figure_text import show_actual, show_target
from content.period_words import period_words
from content.phrases import Markup
from content.report_period import ReportPeriod
from handlers.feature import Feature
from handlers.messages import Button
from handlers.period_report import read_report
from handlers.post_holders import FOCAL, LEADERS, Staff, staff
from handlers.posts import back_to_work, member_of, not_staff
from handlers.record import record
from handlers.report_data import FilingLine, IndicatorLine
from handlers.turn import Outcome, Turn
from storage.members import Member

QUARTER = re.compile(r"(\d{4}-Q[1-4])(/ok)?")


async def show(turn: Turn, argument: str) -> Outcome:
    """Show the list of a quarter, or approve it."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    team = await staff(turn, turn.commune.slug)
    match = QUARTER.fullmatch(argument)
    if match is None or not _has(team, member, FOCAL | LEADERS):
        return Outcome((turn.reply("task.leaders_only", back_to_work(turn)),))
    if match[2]:
        return await _approve(turn, team, member, match[1])
    data = await read_report(turn, turn.commune, ReportPeriod.parse(match[1]))
    lines = [*(_late(turn, one) for one in data.late), *(_below(turn, one, data.period.year) for one in data.below)]
    state, approved = await turn.store.filing_steps.list_state(turn.commune.slug, match[1])
    shown_here = back_to_work(turn)
    if state == "waiting" and _has(team, member, LEADERS):
        shown_here = (turn.button("task.list_approve", f"latelist/{match[1]}/ok"), *shown_here)
    key = "task.list_shown_approved" if state == "approved" else "task.list_shown"
    text = Markup("\n".join(lines) or turn.phrases.say("task.list_empty"))
    at = f"{approved.astimezone(HOME):%H:%M %d/%m/%Y}" if approved is not None else ""
    return Outcome((turn.reply(key, shown_here, period=period_words(match[1], turn.phrases), at=at, lines=text),))


def _has(team: Staff, member: Member, roles: frozenset[str]) -> bool:
    return any(one.role in roles for one in team.acts_as(member))


def _late(turn: Turn, one: FilingLine) -> str:
    due = show_day(local_day(one.due), turn.phrases.language)
    key = "task.list_late" if one.outcome == "late" else "task.list_missing"
    return turn.phrases.say(key, title=one.title, unit=one.unit_name, due=due)


def _below(turn: Turn, one: IndicatorLine, year: int) -> str:
    assert one.actual is not None  # what has no figure is not below
    actual, target = show_actual(one.actual, one.indicator, year), show_target(one.indicator, year)
    return turn.phrases.say("task.list_below", title=one.indicator.title, actual=actual, target=target)


async def _approve(turn: Turn, team: Staff, member: Member, quarter: str) -> Outcome:
    """Note who approved it, once, and tell the focal point."""
    if not _has(team, member, LEADERS):
        return Outcome((turn.reply("task.leaders_only", back_to_work(turn)),))
    if not await turn.store.filing_steps.approve_list(turn.commune.slug, quarter, member.id, turn.now):
        return Outcome((turn.reply("task.list_not_waiting", back_to_work(turn)),))
    await record(turn, member, "list approved", f"late_list/{quarter}")
    errand = turn.errand()
    for one in team.holders(None, FOCAL):
        chat = await errand.chat(one.chat_id)
        if chat is not None:
            phrases = errand.speak(chat)
            way = (Button(phrases.plain("task.list_read"), f"latelist/{quarter}"),)
            errand.tell(chat, "task.list_was_approved", way, period=period_words(quarter, phrases))
    return Outcome((turn.reply("task.list_approved", back_to_work(turn), period=period_words(quarter, turn.phrases)),))


FEATURE = Feature(name="late_list", taps={"latelist": show})
