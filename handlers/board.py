"""Bảng theo dõi: who has sent, who is near, who is late, and the figures against their targets, of a quarter.

Who sees what of it: docs/decisions/0016-who-sees-the-board.md. The picture and the page behind the link show the
same: bot/boards.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from content.dates import local_day, show_day
from content.figure_text import show_actual, show_target
from content.library import Commune
from content.obligations import EACH
from content.period_words import period_words
from content.phrases import Markup, Phrases
from content.report_period import ReportPeriod
from handlers.board_link import issue
from handlers.feature import Feature, MenuEntry
from handlers.messages import Reply
from handlers.own_menu import every_post
from handlers.period_report import read_report
from handlers.post_holders import FOCAL, LEADERS, staff
from handlers.posts import back_to_work, member_of, not_staff
from handlers.readings import Work
from handlers.report_data import FilingLine, IndicatorLine, ReportData, UnitTally
from handlers.rights import EVERYTHING, scopes
from handlers.turn import Outcome, Turn
from storage.members import Member

NEAR = timedelta(days=7)  # what is due within a week is near
MOST_LINES = 12  # of one list in a message; the page has them all
_OF_ALL = {EVERYTHING, "timeliness", "sector"}  # no plan names the sectors of the deputy chairmen
_MARKS = {"met": "board.met", "missed": "board.missed", "below": "board.below", "running": "board.running"}


# «xem bảng theo dõi quý 3 năm 2026», folded.
NAMED = re.compile(
    r"(?:(?:cho|toi|em|xem|mo|muon) )*bang (?:theo doi|tien do)(?: bao cao| chi tieu)?"
    r"(?: qui (?P<quarter>[1-4]|i{1,3}|iv|nay))?(?: (?:nam )?(?P<year>20\d\d))?(?: nay)?"
)
_NUMBERS = ("1", "2", "3", "4", "i", "ii", "iii", "iv")


def quarter_of(turn: Turn) -> ReportPeriod:
    """Return the quarter it is now."""
    day = local_day(turn.now)
    return ReportPeriod(day.year, "quarter", (day.month + 2) // 3)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a member sees of a period; `late`, `below`: with the list of late reports, of what is below 70 %."""

    data: ReportData
    late: bool = False
    below: bool = False


async def seen_by(work: Work, commune: Commune, member: Member, period: ReportPeriod) -> Seen:
    """Return what a member may see of a period as it stands now (org-model 5.2, P2 and P5)."""
    data = await read_report(work, commune, period)
    posts = (await staff(work, member.account)).acts_as(member)
    if any(scopes(commune, one, "P5", "R") & _OF_ALL for one in posts):
        return Seen(data, late=True, below=any(one.role in FOCAL | LEADERS for one in posts))
    own = own_part(data, commune.profile.held_by(member.unit, local_day(work.now)))
    return Seen(own if scopes(commune, member, "P2", "R") else replace(own, filings=()))


async def board(turn: Turn, argument: str) -> Outcome:
    """Show a quarter, in words and as a picture: the current one, or the one of the button."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    period = _period(turn, argument)
    seen = await seen_by(turn, turn.commune, member, period)
    heading = _heading(turn, "board.title", period)
    parts = [heading, *sections(turn.phrases, seen)]
    ways = (
        turn.button("board.previous", f"board/{period.previous}"),
        turn.button("board.page", f"board_page/{period}"),
        *back_to_work(turn),
    )
    words = Reply("board.title", "\n\n".join(parts), ways)
    if not seen.data.filings and all(one.actual is None for one in seen.data.indicators):
        return Outcome((words,))
    # The words go out first and on their own: they must not wait for a picture, nor fail with it.
    path = await issue(turn, member, period)
    return Outcome((words, Reply("board.picture", _heading(turn, "board.picture", period), picture=f"{path}.png")))


async def named_board(turn: Turn, said: str) -> Outcome | None:
    """Show the board of the quarter that an official names; of the current year unless another is said."""
    match = NAMED.fullmatch(said)
    if turn.chat.post is None or match is None:
        return None
    now = quarter_of(turn)
    number = _NUMBERS.index(match["quarter"]) % 4 + 1 if match["quarter"] in _NUMBERS else now.number
    return await board(turn, str(ReportPeriod(int(match["year"] or now.year), "quarter", number)))


async def board_page(turn: Turn, argument: str) -> Outcome:
    """Give the link to the same as a page, for a day."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    period = _period(turn, argument)
    address = turn.site + await issue(turn, member, period)
    back = (turn.button("board.menu", f"board/{period}"), *back_to_work(turn))
    words = period_words(str(period), turn.phrases)
    if address.startswith("https://"):
        return Outcome((turn.reply("board.link", back, period=words, address=Markup(address)),))
    return Outcome((turn.reply("board.address", back, period=words, address=address),))


def _heading(turn: Turn, key: str, period: ReportPeriod) -> str:
    phrases = turn.phrases
    day = show_day(local_day(turn.now), phrases.language)
    return phrases.say(key, period=period_words(str(period), phrases), day=day)


def _period(turn: Turn, argument: str) -> ReportPeriod:
    try:
        return ReportPeriod.parse(argument) if argument else quarter_of(turn)
    except ValueError:
        return quarter_of(turn)


def own_part(data: ReportData, units: frozenset[str]) -> ReportData:
    """Return what concerns a unit and those whose work it took over."""
    return ReportData(
        commune=data.commune,
        period=data.period,
        window=data.window,
        drawn_up=data.drawn_up,
        filings=tuple(one for one in data.filings if one.unit in units),
        indicators=tuple(one for one in data.indicators if units.intersection(one.units)),
    )


def sections(phrases: Phrases, seen: Seen) -> list[str]:
    """Return the parts of the board as text."""
    data = seen.data
    if not data.filings and not data.indicators:
        return [phrases.say("board.nothing")]
    year = data.period.year
    parts = [_lines(phrases, "board.units", [_unit(phrases, one) for one in data.units])]
    parts.append(_lines(phrases, "board.near", [_due(phrases, one) for one in near(data)]))
    if seen.late:
        parts.append(_lines(phrases, "board.late", [_late(phrases, one) for one in data.late]))
    if seen.below:
        parts.append(_lines(phrases, "board.below_list", [_against(phrases, one, year) for one in data.below]))
    judged = [one for one in data.indicators if one.actual is not None]
    parts.append(_lines(phrases, "board.figures", [_against(phrases, one, year) for one in judged]))
    without = sum(one.actual is None for one in data.indicators)
    if without:
        parts.append(phrases.say("board.without", count=without))
    return [part for part in parts if part]


def near(data: ReportData) -> list[FilingLine]:
    """Return what is due within a week. What a partner still owes after its day is neither near nor late."""
    return [one for one in data.filings if one.outcome == "open" and timedelta() <= one.due - data.drawn_up <= NEAR]


def title_of(line: IndicatorLine) -> str:
    """Return the title of an indicator, with the unit where each unit has a line of its own."""
    title = line.indicator.title
    return f"{title} ({'; '.join(line.unit_names)})" if EACH in line.indicator.leads else title


def _lines(phrases: Phrases, key: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    rest = len(lines) - MOST_LINES
    more = [phrases.say("board.more", count=rest)] if rest > 0 else []
    return "\n".join([phrases.say(key, count=len(lines)), *lines[:MOST_LINES], *more])


def _unit(phrases: Phrases, one: UnitTally) -> str:
    key = "board.unit_polite" if one.polite else "board.unit"
    counts = {"done": one.done, "due": one.due, "late": one.late, "excused": one.excused, "missing": one.missing}
    return phrases.say(key, unit=one.name, **counts)


def _due(phrases: Phrases, one: FilingLine) -> str:
    return phrases.say("board.due", title=one.title, unit=one.unit_name, due=show_day(local_day(one.due), "vi"))


def _late(phrases: Phrases, one: FilingLine) -> str:
    key = "board.came_late" if one.outcome == "late" else "board.missing"
    return phrases.say(key, title=one.title, unit=one.unit_name, due=show_day(local_day(one.due), "vi"))


def _against(phrases: Phrases, one: IndicatorLine, year: int) -> str:
    assert one.actual is not None
    indicator = one.indicator
    return phrases.say(
        "board.figure",
        title=title_of(one),
        actual=show_actual(one.actual, indicator, year),
        target=show_target(indicator, year),
        unit=indicator.unit,
        verdict=phrases.plain(_MARKS[one.verdict]) if one.verdict in _MARKS else "",
    )


FEATURE = Feature(
    name="board",
    commands={"word.board": board},
    taps={"board": board, "board_page": board_page},
    patterns={NAMED: named_board},
    menu=(MenuEntry(3, "board.menu", "board", every_post),),
)
