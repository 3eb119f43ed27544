"""Nhật ký tuyên truyền: what was published elsewhere, with its evidence, and how it stands against the plan."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from content.dates import instants, local_day, show_day
from content.library import Commune
from content.phrases import Phrases
from handlers.dialog import Ask, Flow, start
from handlers.feature import Feature
from handlers.messages import Button
from handlers.notice_rights import may_draft_any
from handlers.posts import member_of, not_staff
from handlers.publication_pace import Standing, standing
from handlers.record import record
from handlers.turn import CitizenMistake, Outcome, Turn
from handlers.words import plain
from storage.members import Member
from storage.publications import Publication
from storage.store import Store

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "loudspeaker": "publication.loudspeaker",
        "social": "publication.social",
        "video": "publication.video",
        "website": "publication.website",
    }
)
SHOWN = 6
MOST_TITLE, MOST_EVIDENCE = 200, 500
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?")


async def standings(store: Store, commune: Commune, year: int, today: date) -> tuple[list[Standing], list[Publication]]:
    """Return how each quota of a commune stands in a year, and what was published in it."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    published = await store.publications.between(commune.slug, first, last)
    sent = await store.notices.published(commune.slug, *instants(first, last))
    days = [local_day(one.begun) for one in sent if one.begun is not None]
    return [
        standing(quota, [one.day for one in published if one.kind == quota.kind], days, year, today)
        for quota in commune.profile.publications
    ], published


def line_of(one: Standing, phrases: Phrases) -> str:
    """Return how a quota stands in one line, such as "đã 9/12, theo nhịp cần 10"."""
    quota = one.quota
    if not one.in_force:
        years = str(quota.start) if quota.start == quota.until else f"{quota.start}–{quota.until}"
        return phrases.plain("publication.line_not_in_force", title=quota.title, done=one.done, years=years)
    if quota.per == "year":
        extra = phrases.plain("publication.with_notices", count=one.notices) if one.notices else ""
        line = phrases.plain(
            "publication.line_year",
            title=quota.title,
            done=one.done,
            count=quota.count,
            expected=one.expected,
            extra=extra,
        )
    else:
        key = "publication.line_week" if quota.per == "week" else "publication.line_month"
        params = {"lately": one.lately, "count": quota.count, "met": one.met, "past": one.past}
        line = phrases.plain(key, title=quota.title, **params)
    return f"{line} {phrases.plain('publication.behind', count=one.behind)}" if one.behind else line


async def overview(turn: Turn, _: str) -> Outcome:
    """Show the pace and the last lines of the log."""
    member = await member_of(turn)
    return not_staff(turn) if member is None else await _page(turn, member, "publication.page")


async def _page(turn: Turn, member: Member, key: str, shown: tuple[Button, ...] = ()) -> Outcome:
    today = local_day(turn.now)
    every, published = await standings(turn.store, turn.commune, today.year, today)
    lines = [f"• {line_of(one, turn.phrases)}" for one in every]
    recent = [
        f"• {show_day(one.day, turn.phrases.language)}, {turn.phrases.plain(KINDS[one.kind])}: {one.title}"
        for one in published[:SHOWN]
    ]
    nothing = turn.phrases.plain("publication.nothing")
    if may_draft_any(turn.commune, member):
        shown = (*shown, turn.button("publication.add", "publication_new"))
        if published:
            shown = (*shown, turn.button("publication.strike", "publication/strike"))
    shown = (*shown, turn.button("button.notices", "notices"), turn.button("button.menu", "menu"))
    quotas = "\n".join(lines) or turn.phrases.plain("publication.no_quota")
    params = {"year": today.year, "quotas": quotas, "recent": "\n".join(recent) or nothing}
    return Outcome((turn.reply(key, shown, **params),))


async def write(turn: Turn, _: str) -> Outcome:
    """Begin a new line."""
    member = await member_of(turn)
    if member is None or not may_draft_any(turn.commune, member):
        return not_staff(turn) if member is None else Outcome((turn.reply("publication.not_yours"),))
    return await start(FLOW, turn)


async def line(turn: Turn, argument: str) -> Outcome:
    """Strike a line out, or take that back."""
    member = await member_of(turn)
    if member is None or not may_draft_any(turn.commune, member):
        return not_staff(turn)
    name, _, identity = argument.partition("/")
    if name == "remove" and await turn.store.publications.remove(turn.commune.slug, identity, turn.now):
        await record(turn, member, "publication removed", f"publication/{identity}")
        undo = (turn.button("publication.undo", f"publication/restore/{identity}"),)
        return await _page(turn, member, "publication.struck", undo)
    if name == "restore" and await turn.store.publications.restore(turn.commune.slug, identity):
        await record(turn, member, "publication restored", f"publication/{identity}")
        return await _page(turn, member, "publication.restored")
    if name != "strike":
        return await _page(turn, member, "publication.page")
    year = local_day(turn.now).year
    lines = await turn.store.publications.between(turn.commune.slug, date(year, 1, 1), date(year, 12, 31))
    shown = [Button(f"{one.day:%d/%m}: {one.title[:40]}", f"publication/remove/{one.id}") for one in lines[:SHOWN]]
    return Outcome((turn.reply("publication.ask_strike", (*shown, turn.button("button.menu", "menu"))),))


async def kind(turn: Turn) -> Ask:
    """Ask what it was."""
    await _writer(turn)
    choices = tuple(turn.button(key, name) for name, key in KINDS.items())
    return Ask("publication.ask_kind", "kind", "day", choices)


async def day(turn: Turn) -> Ask:
    """Ask on which day it was published."""
    today = local_day(turn.now)
    yesterday = today - timedelta(days=1)
    choices = (
        turn.button("publication.today", today.isoformat()),
        turn.button("publication.yesterday", yesterday.isoformat()),
    )
    return Ask("publication.ask_day", "day", "title", choices, _read_day)


async def _read_day(turn: Turn, text: str) -> str:
    today, match = local_day(turn.now), _DAY.fullmatch(text.strip())
    if match is None:
        raise CitizenMistake("publication.day_unclear")
    try:
        found = date(int(match[3] or today.year), int(match[2]), int(match[1]))
        if not match[3] and found > today:  # in January one says 28/12
            found = found.replace(year=today.year - 1)
    except ValueError:
        raise CitizenMistake("publication.day_unclear") from None
    if found > today or found.year < today.year - 1:
        raise CitizenMistake("publication.day_wrong")
    return found.isoformat()


async def title(_: Turn) -> Ask:
    """Ask for the title."""
    return Ask("publication.ask_title", "title", "evidence", check=_read_title)


async def _read_title(_: Turn, text: str) -> str:
    if len(plain(text).split()) < 2 or len(text) > MOST_TITLE:
        raise CitizenMistake("publication.title_wrong", most=MOST_TITLE)
    return text.replace("\n", " ")


async def evidence(_: Turn) -> Ask:
    """Ask for the proof: a link, or where the recording or the photo is kept."""
    return Ask("publication.ask_evidence", "evidence", "confirm", check=_read_evidence)


async def _read_evidence(_: Turn, text: str) -> str:
    if len(text) > MOST_EVIDENCE or len(text) < 5:
        raise CitizenMistake("publication.evidence_wrong", most=MOST_EVIDENCE)
    return text


async def confirm(turn: Turn) -> Ask:
    """Show the line once."""
    shown = (turn.button("publication.save", "yes"),)
    params = {
        "kind": turn.phrases.plain(KINDS[turn.data["kind"]]),
        "day": show_day(date.fromisoformat(turn.data["day"]), turn.phrases.language),
        "title": turn.data["title"],
        "evidence": turn.data["evidence"],
    }
    return Ask("publication.confirm", "sure", "done", shown, params=params)


async def done(turn: Turn) -> Outcome:
    """Write the line; a slip is mended by one tap."""
    member = await _writer(turn)
    given = turn.data
    on = date.fromisoformat(given["day"])
    one = Publication(turn.new_id(), turn.commune.slug, given["kind"], on, given["title"], given["evidence"])
    turn.store.publications.add(one, member, turn.now)
    await record(turn, member, "publication added", f"publication/{one.id}", kind=one.kind)
    undo = (turn.button("publication.remove", f"publication/remove/{one.id}"),)
    return await _page(turn, member, "publication.saved", undo)


async def _writer(turn: Turn) -> Member:
    member = await member_of(turn)
    if member is None or not may_draft_any(turn.commune, member):
        raise CitizenMistake("publication.not_yours")
    return member


FLOW = Flow(
    "publication",
    {"kind": kind, "day": day, "title": title, "evidence": evidence, "confirm": confirm, "done": done},
)
FEATURE = Feature(
    name="publications",
    commands={"word.publications": overview},
    taps={"publications": overview, "publication_new": write, "publication": line},
    flows=(FLOW,),
)
