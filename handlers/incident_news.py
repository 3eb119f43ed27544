"""Báo tin sự cố: what is told to whom, and all that one person is to hear at once in one message."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from content.dates import is_quiet
from content.library import Commune
from content.phrases import Markup, Phrases
from handlers.errand import Errand
from handlers.incident_people import URGENT, ladder, told_already
from handlers.incident_words import moment, state_words, what, where
from handlers.messages import Button
from storage.incidents import Incident
from storage.members import Member

MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell of an incident: the phrase, and for a legal clock its duty, source and end."""

    one: Incident
    key: str
    title: str = ""
    source: str = ""
    due: datetime | None = None
    post: str = ""


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What everybody is to hear, by chat; sent together by `send`."""

    commune: Commune
    news: dict[int, list[News]] = field(default_factory=dict)

    def add(self, members: Iterable[Member], news: News, but: str = "") -> None:
        """Add something for some members, except one; the same thing is told to nobody twice."""
        for member in members:
            known = self.news.setdefault(member.chat_id, [])
            if member.id != but and news not in known:
                known.append(news)

    async def send(self, errand: Errand) -> None:
        """Tell everybody, each in one message."""
        for chat_id, news in self.news.items():
            chat = await errand.chat(chat_id) if news else None
            if chat is None:
                continue
            phrases = errand.speak(chat)
            if len(news) == 1:
                params = _params(self.commune, news[0])
                errand.tell(chat, news[0].key, buttons(phrases, news[0].one), **params)
            else:
                shown, lines = _list(self.commune, phrases, news)
                errand.tell(chat, "incident.push_many", shown, total=len(news), lines=lines)


def _params(commune: Commune, news: News) -> dict[str, object]:
    """Return what the phrases about one incident need."""
    params: dict[str, object] = {"code": news.one.code, "what": what(commune, news.one)}
    if news.key in _WITH_PLACE:
        params |= {"place": where(commune, news.one), "time": moment(news.one.found)}
    if news.due is not None:
        params |= {"title": news.title, "source": news.source, "due": moment(news.due)}
    if news.post:
        params["post"] = news.post
    return params


_WITH_PLACE = frozenset({"incident.push_new", "incident.push_climb"})


def _list(commune: Commune, phrases: Phrases, news: list[News]) -> tuple[tuple[Button, ...], Markup]:
    lines = []
    for each in news[:MOST_LINES]:
        said = ""
        if each.due is not None:
            key = "incident.line_clock" if each.title else "incident.line_restore"
            said = phrases.plain(key, title=each.title, due=moment(each.due))
        said = said or state_words(phrases, each.one)
        lines.append(phrases.say("incident.line", code=each.one.code, what=what(commune, each.one), news=said))
    codes = dict.fromkeys(each.one.code for each in news)
    shown = tuple(Button(phrases.plain("incident.look", code=code), f"incident/see/{code}") for code in codes)
    return (*shown[:MOST_LINES], Button(phrases.plain("button.incidents"), "incidents")), Markup("\n".join(lines))


def buttons(phrases: Phrases, one: Incident) -> tuple[Button, ...]:
    """Return what can be done with an incident right below the news of it."""
    shown = [Button(phrases.plain("incident.look", code=one.code), f"incident/see/{one.code}")]
    if one.open and one.taken_by is None:
        shown.insert(0, Button(phrases.plain("incident.take"), f"incident/take/{one.code}"))
    return tuple(shown)


def may_wake(one: Incident, now: datetime) -> bool:
    """Tell whether people may be told of an incident now."""
    return one.kind in URGENT or not is_quiet(now)


async def announce(errand: Errand, commune: Commune, ones: Sequence[Incident]) -> list[str]:
    """Tell the first rung of some new incidents at once; return the names of the posts that are told."""
    told: list[Member] = []
    members = await errand.store.members.of_account(commune.slug)
    bulletin = Bulletin(commune)
    for one in ones:
        rungs = ladder(commune, members, one)
        if rungs and await errand.store.incidents.climb(one, 1, errand.now):
            bulletin.add(rungs[0], News(one, "incident.push_new"))
            told += rungs[0]
    await bulletin.send(errand)
    return list(dict.fromkeys(member.name for member in told))


async def tell_concerned(errand: Errand, commune: Commune, news: News, actor: str) -> None:
    """Tell who knows of an incident what somebody has just done with it; at night only what may wake people."""
    if not may_wake(news.one, errand.now):
        return
    members = await errand.store.members.of_account(news.one.account)
    bulletin = Bulletin(commune)
    bulletin.add(told_already(commune, members, news.one), news, actor)
    concerned = {news.one.reported_by, news.one.taken_by}
    bulletin.add((member for member in members if member.id in concerned), news, actor)
    await bulletin.send(errand)
