"""Việc của tôi: what a member still has to send, by due date, eight on a page.

What is late or due within two weeks stands there one by one; of what comes later only the next occurrence, with how
many follow: a weekly task must not hide everything else.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from content.phrases import Markup
from handlers.feature import Feature, MenuEntry
from handlers.filing_digest import MOST_LINES, acts
from handlers.filing_people import may_see, may_work, with_other
from handlers.filing_replies import back, given_away, open_work
from handlers.filing_rights import judges
from handlers.filing_words import item_of, line
from handlers.messages import Button
from handlers.own_menu import every_post
from handlers.post_holders import FOCAL, LEADERS, Staff, staff
from handlers.posts import member_of, not_staff
from handlers.turn import Outcome, Turn
from storage.filings import Filing
from storage.members import Member

NEAR = timedelta(days=14)
# «nộp báo cáo», «báo cáo quý IV đến đâu rồi», folded: an official's words for their tasks; a citizen's are a question.
REPORTS = re.compile(
    r"(?:(?:toi|em|minh|cho|xem|muon|can|phai|con|cac|danh sach|han|lich|tien do|chua|da) )*"
    r"(?:(?:nop|gui|lam|viet|mo|tra) )*bao cao"
    r"(?: (?:qui|thang|tuan|nam|ngay|nay|truoc|cua|toi|em|minh|don vi|phong|nao|gi|chua|duoc|roi|den|dau|hom nay"
    r"|den han|qua han|cham|tre|can|phai|nop|gui|lam|dinh ki|tien do|a|nhe|\d{1,4}|i{1,3}|iv))*"
)
# What officials answer to the morning message, and whatever else they say of reports in a few words: «đã nhận», «báo
# cáo này không phải của tôi», «xin gia hạn báo cáo», «ai chưa nộp báo cáo».
ANSWERED = re.compile(
    r"(?:(?:toi|em|minh|da|vang|ok|roi) )*(?:(?:da )?nhan(?: duoc)?|de sau|nhac (?:lai )?sau|de mai|mai)"
    r"(?: (?:a|nhe|roi|duoc|lam|bao cao|viec))*"
)
SPOKEN_OF = re.compile(r"(?:\S+ ){0,10}bao cao(?: \S+){0,10}")


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the list: a filing, and how many later ones of the same obligation and unit it stands for."""

    filing: Filing
    later: int = 0


def folded(found: Iterable[Filing], now: datetime) -> list[Task]:
    """Return the lines for filings in the order of their due dates."""
    tasks: dict[str, Task] = {}
    last: dict[tuple[str, str], str] = {}
    for one in found:
        same = (one.obligation, one.unit)
        if same in last and one.due > now + NEAR:
            shown = tasks[last[same]]
            tasks[last[same]] = Task(shown.filing, shown.later + 1)
        else:
            last[same] = one.id
            tasks[one.id] = Task(one)
    return list(tasks.values())


async def mine(turn: Turn, argument: str) -> Outcome:
    """Show a page of one's own tasks; `argument` is the number of the first, counted from 0."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    team = await staff(turn, turn.commune.slug)
    found = folded(await open_work(turn, team, member), turn.now)
    ways = _ways(turn, team, member)
    if not found:
        return Outcome((turn.reply("task.nothing", ways),))
    first = int(argument) if argument.isdecimal() and int(argument) < len(found) else 0
    page = found[first : first + MOST_LINES]
    lines = [_line(turn, one) for one in page]
    buttons = [turn.button("task.open_one", f"task/{one.filing.id}", number=n) for n, one in enumerate(page, first + 1)]
    if first + MOST_LINES < len(found):
        buttons.append(turn.button("button.next_page", f"tasks/{first + MOST_LINES}"))
    if first:
        buttons.append(turn.button("button.previous_page", f"tasks/{max(first - MOST_LINES, 0)}"))
    text = Markup("\n".join(f"{number}. {words}" for number, words in enumerate(lines, first + 1)))
    shown = (*buttons, *ways)
    return Outcome((turn.reply("task.mine", shown, total=len(found), lines=text),))


async def mine_of_official(turn: Turn, _: str) -> Outcome | None:
    """Show the tasks to an official who speaks of reports."""
    return await mine(turn, "") if turn.chat.post is not None else None


def _ways(turn: Turn, team: Staff, member: Member) -> tuple[Button, ...]:
    """Return the buttons below the list: who has nothing to send may have reports of others to look at."""
    events = any(one.role in FOCAL | LEADERS for one in team.acts_as(member))
    waiting = (turn.button("filing.menu_waiting", "filing_waiting"),) if judges(team, member) else ()
    opening = (turn.button("task.open_event", "openevent"),) if events else ()
    return (*waiting, *opening, turn.button("button.menu", "menu"))


def _line(turn: Turn, task: Task) -> str:
    item = item_of(turn.commune, task.filing, "assignee")
    words = line(turn.commune, turn.phrases, item, task.filing.due < turn.now)
    return turn.phrases.say("task.and_later", line=Markup(words), count=task.later) if task.later else words


async def page(turn: Turn, identity: str) -> Outcome:
    """Show one task with all that can be done with it."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    filing = await turn.store.filings.by_id(identity)
    team = await staff(turn, turn.commune.slug)
    if filing is None or not may_see(turn.commune, team, member, filing):
        return Outcome((turn.reply("task.not_yours", back(turn)),))
    if not filing.waiting:
        return Outcome((turn.reply("task.over", back(turn)),))
    mine_too = may_work(turn.commune, team, member, filing)
    other = with_other(team, member, filing) if mine_too else None
    if other is not None:
        return given_away(turn, filing, other)
    words = line(
        turn.commune,
        turn.phrases,
        item_of(turn.commune, filing, "assignee" if mine_too else "focal"),
        filing.due < turn.now,
    )
    obligation = turn.commune.plans.obligation(filing.obligation)
    shown: tuple[Button, ...] = acts(turn.commune, turn.phrases, filing, turn.now) if mine_too else ()
    what = "" if obligation is None else obligation.what
    return Outcome((turn.reply("task.page", (*shown, *back(turn)), line=Markup(words), what=what),))


FEATURE = Feature(
    name="my_filings",
    commands={"word.my_filings": mine},
    taps={"tasks": mine, "task": page},
    patterns={REPORTS: mine_of_official, ANSWERED: mine_of_official, SPOKEN_OF: mine_of_official},
    menu=(MenuEntry(1, "button.my_filings", "tasks", every_post),),
)
