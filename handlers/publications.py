"""Nhật ký tuyên truyền: what was published elsewhere, with its evidence, and how it stands against the plan."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from content.dates import instants, local_day, show_day
from content.library import Commune
from content.phrases import Phrases
from handlers.dialog import Ask, Flow, Skip, start
from handlers.feature import Feature
from handlers.feedback_photo import KIND as PHOTO
from handlers.feedback_photo import read_photo, takes_photos, without_photo
from handlers.messages import Button
from handlers.notice_rights import may_draft_any, may_see
from handlers.posts import back_to_work, member_of, not_staff
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
    if published and may_see(turn.commune, member):
        shown = (*shown, turn.button("publication.evidence", "publication/evidence"))
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
    name, _, identity = argument.partition("/")
    if member is not None and name in {"evidence", "see"}:
        return await _evidence(turn, member, identity)
    if member is None or not may_draft_any(turn.commune, member):
        return not_staff(turn)
    if name == "remove" and await turn.store.publications.remove(turn.commune.slug, identity, turn.now):
        await record(turn, member, "publication removed", f"publication/{identity}")
        undo = (turn.button("publication.undo", f"publication/restore/{identity}"),)
        return await _page(turn, member, "publication.struck", undo)
    if name == "restore" and await turn.store.publications.restore(turn.commune.slug, identity):
        await record(turn, member, "publication restored", f"publication/{identity}")
        return await _page(turn, member, "publication.restored")
    if name != "strike":
        return await _page(turn, member, "publication.page")
    return Outcome((turn.reply("publication.ask_strike", await _recent(turn, "remove")),))


async def _recent(turn: Turn, step: str) -> tuple[Button, ...]:
    """Return a button for a step with each of the last lines of the year."""
    year = local_day(turn.now).year
    lines = await turn.store.publications.between(turn.commune.slug, date(year, 1, 1), date(year, 12, 31))
    shown = (Button(f"{one.day:%d/%m}: {one.title[:40]}", f"publication/{step}/{one.id}") for one in lines[:SHOWN])
    return (*shown, turn.button("button.menu", "menu"))


async def _evidence(turn: Turn, member: Member, identity: str) -> Outcome:
    """Ask of which line, then show its evidence to who drafts or approves; a photo on the channel that has it."""
    if not may_see(turn.commune, member):
        return Outcome((turn.reply("publication.not_yours", back_to_work(turn)),))
    one = await turn.store.publications.one(turn.commune.slug, identity)
    if one is None:
        return Outcome((turn.reply("publication.ask_which", await _recent(turn, "see")),))
    shown = (turn.button("publication.open", "publications"), turn.button("button.menu", "menu"))
    params = {
        "kind": turn.phrases.plain(KINDS[one.kind]),
        "day": show_day(one.day, turn.phrases.language),
        "title": one.title,
        "evidence": evidence_of(one, turn.phrases),
    }
    page = turn.reply("publication.line", shown, **params)
    if one.photo is None:
        return Outcome((page,))
    channel, _, file = one.photo.partition("/")
    if channel != turn.chat.address.channel:
        return Outcome((turn.reply("publication.photo_elsewhere"), page))
    return Outcome((replace(turn.reply("publication.photo"), photo=file), page))


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


async def evidence(turn: Turn) -> Ask:
    """Ask for the proof: a link, a photo where the channel takes one, or where the recording is kept."""
    key = "publication.ask_evidence" if takes_photos(turn) else "publication.ask_evidence_link"
    return Ask(key, "evidence", "looked", check=_read_evidence)


async def _read_evidence(turn: Turn, text: str) -> str | dict[str, str]:
    if turn.incoming.file is not None:
        return await read_photo(turn, text)
    if len(text) > MOST_EVIDENCE or len(text) < 5:
        raise CitizenMistake("publication.evidence_wrong", most=MOST_EVIDENCE)
    return text


async def looked(turn: Turn) -> Skip | Outcome:
    """Go on with words; of a photo first ask what it shows."""
    given = turn.data["evidence"]
    if not isinstance(given, dict):
        return Skip("confirm")
    return await start(FLOW, turn, {**turn.data, PHOTO: given, "evidence": ""}, at="papers")


async def papers(turn: Turn) -> Ask:
    """Ask whether the photo shows what must not be kept."""
    choices = (turn.button("publication.photo_good", "no"), turn.button("feedback.photo_bad", "yes"))
    return Ask("publication.ask_papers", "papers", "checked", choices)


async def checked(turn: Turn) -> Outcome:
    """Go on with the photo, or ask for other evidence and have it deleted."""
    if turn.data["papers"] == "no":
        return await start(FLOW, turn, turn.data, at="confirm")
    data = {name: value for name, value in turn.data.items() if name not in {PHOTO, "evidence", "papers"}}
    asked = await start(FLOW, turn, data, at="evidence")
    return replace(asked, replies=(without_photo(turn, turn.reply("feedback.photo_dropped")), *asked.replies))


def evidence_of(one: Publication, phrases: Phrases) -> str:
    """Return the evidence in words."""
    return one.evidence or phrases.plain("publication.a_photo")


async def confirm(turn: Turn) -> Ask:
    """Show the line once."""
    shown = (turn.button("publication.save", "yes"),)
    params = {
        "kind": turn.phrases.plain(KINDS[turn.data["kind"]]),
        "day": show_day(date.fromisoformat(turn.data["day"]), turn.phrases.language),
        "title": turn.data["title"],
        "evidence": turn.data["evidence"] or turn.phrases.plain("publication.a_photo"),
    }
    return Ask("publication.confirm", "sure", "done", shown, params=params)


async def done(turn: Turn) -> Outcome:
    """Write the line; a slip is mended by one tap."""
    member = await _writer(turn)
    given = turn.data
    on = date.fromisoformat(given["day"])
    photo = f"{turn.chat.address.channel}/{given[PHOTO]['file']}" if PHOTO in given else None
    one = Publication(turn.new_id(), turn.commune.slug, given["kind"], on, given["title"], given["evidence"], photo)
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
    {"kind": kind, "day": day, "title": title, "evidence": evidence, "looked": looked}
    | {"papers": papers, "checked": checked, "confirm": confirm, "done": done},
)
FEATURE = Feature(
    name="publications",
    commands={"word.publications": overview},
    taps={"publications": overview, "publication_new": write, "publication": line},
    flows=(FLOW,),
)
