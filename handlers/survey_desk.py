"""Kết quả khảo sát cho cán bộ: the satisfaction of a month or a quarter, in the chat, for who may read figures (P1).

The same count and the same words as `python -m bot survey`, without what people wrote: that is P4. Each look is
noted in the ledger, since who looks before and after a vote could tell it (docs/decisions/0007).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from content.dates import last_of_month, local_day
from content.library import Commune
from content.markup import escape
from content.report_period import ReportPeriod
from handlers.feature import Feature, MenuEntry
from handlers.messages import Button, Reply
from handlers.posts import back_to_work, member_of
from handlers.public_page import page
from handlers.readings import Readings
from handlers.record import record
from handlers.rights import EVERYTHING, scopes
from handlers.survey_results import Results, Score
from handlers.survey_words import heading, lines_of
from handlers.turn import Outcome, Turn
from storage.members import Member

Span = tuple[date, date]
_ONE_DAY = timedelta(days=1)


def offered(today: date) -> Mapping[str, Span]:
    """Return what can be asked for on a local day, by name: this quarter and the last, this month and the last.

    The names are 2026-Q4 and 2026-11; a span is its first and last day.
    """
    quarter = ReportPeriod(today.year, "quarter", (today.month + 2) // 3)
    spans = {str(one): (one.first, one.last) for one in (quarter, quarter.previous)}
    this_month = today.replace(day=1)
    for first in (this_month, (this_month - _ONE_DAY).replace(day=1)):
        spans[f"{first:%Y-%m}"] = (first, last_of_month(first))
    return spans


async def results(turn: Turn, argument: str) -> Outcome:
    """Show the results of the span of the button; of this quarter where there is none, or it is long gone."""
    member = await member_of(turn)
    if member is None:
        return await page(turn, "")  # what citizens may see of it
    if not _may(turn.commune, member):
        return Outcome((turn.reply("staff.not_yours", back_to_work(turn)),))
    spans = offered(local_day(turn.now))
    name = argument if argument in spans else next(iter(spans))
    found = await Readings(turn, turn.commune).votes(*spans[name])
    assert found is not None  # whole months
    await record(turn, member, "survey read", f"survey/{name}")
    return Outcome((Reply("survey.title", _words(turn, _without_comments(found)), _ways(turn, spans, name)),))


def _may(commune: Commune, member: Member) -> bool:
    return EVERYTHING in scopes(commune, member, "P1", "R")


def _words(turn: Turn, found: Results) -> str:
    say = turn.phrases.say
    lines = [say("survey.desk_heading", label=turn.phrases.plain("survey.title"))]
    lines.append(escape(heading(found, turn.commune, turn.phrases)))
    for label, value in lines_of(found, turn.commune, turn.phrases):
        if value:
            lines.append(say("survey.desk_line", label=label, value=value))
        else:
            lines += ["", say("survey.desk_heading", label=label)]
    return "\n".join([*lines, "", say("survey.method")])


def _without_comments(found: Results) -> Results:
    def hushed(score: Score) -> Score:
        return replace(score, comments=())

    return replace(found, service=hushed(found.service), counter=hushed(found.counter), bot=hushed(found.bot))


def _ways(turn: Turn, spans: Mapping[str, Span], shown: str) -> tuple[Button, ...]:
    """Return a button for each other span, and back."""
    ways = []
    for name, (first, _) in spans.items():
        if name != shown:
            key = "survey.desk_quarter" if "Q" in name else "survey.desk_month"
            number = name[-1] if "Q" in name else first.month
            ways.append(turn.button(key, f"satisfaction/{name}", number=number, year=first.year))
    return (*ways, *back_to_work(turn))


FEATURE = Feature(
    name="survey_desk",
    commands={"word.survey_results": results},
    taps={"satisfaction": results},
    menu=(MenuEntry(4, "survey.desk_menu", "satisfaction", lambda commune, _, member: _may(commune, member)),),
)
