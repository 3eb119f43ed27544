"""Bậc gọi cán bộ: whose chats a request for a person goes to, who is next, and how words reach the other one."""

from content.library import Commune
from handlers.errand import Errand
from handlers.messages import Button, Reply
from handlers.post_holders import Staff, Work, staff
from handlers.rights import EVERYTHING, scopes
from storage.chats import Chat
from storage.handover_row import Handover
from storage.members import Member

# A leader is never asked and the administrator may not read what citizens write (org-model 5.2, class P4).
DUTY = frozenset({"officer", "helper"})
TALKS = frozenset({EVERYTHING, "own", "assigned", "centre", "unit", "case"})

Rungs = tuple[tuple[Member, ...], ...]


def may_take(commune: Commune, member: Member) -> bool:
    """Tell whether a member may talk with citizens: volunteers only when they belong to the front office."""
    if member.role == "helper" and member.unit not in _front(commune):
        return False
    return bool(scopes(commune, member, "P4", "R") & TALKS)


def may_take_now(commune: Commune, team: Staff, member: Member) -> bool:
    """Tell whether a member may talk with citizens today, also for somebody on leave; an administrator never."""
    return member.role != "admin" and any(may_take(commune, one) for one in team.acts_as(member))


def may_take_over(commune: Commune, member: Member) -> bool:
    """Tell whether a member may take a talk that an officer has: the head of the centre, who writes for all of it."""
    return "centre" in scopes(commune, member, "P4", "W")


async def called(work: Work, commune: Commune, asker: int) -> Rungs:
    """Return the ladder as it is today: deputies for those on leave, each person on one rung.

    Who is away without a deputy is called only when there is nobody else at all.
    """
    team = await staff(work, commune.slug)
    posts = ladder(commune, list(team.members), asker)
    rungs: list[tuple[Member, ...]] = []
    for post in posts:
        met = {one.id for rung in rungs for one in rung}
        able = [one for one in team.instead(post) if one.chat_id != asker and may_take_now(commune, team, one)]
        rungs.append(tuple(one for one in able if one.id not in met))
    return tuple(rung for rung in rungs if rung) or posts


def ladder(commune: Commune, members: list[Member], asker: int) -> Rungs:
    """Return who is told at once and who next: front office, then its head and the focal point; else who there is."""
    front = _front(commune)
    able = [one for one in members if one.chat_id != asker and may_take(commune, one)]
    duty = tuple(one for one in able if one.unit in front and one.role in DUTY)
    above = tuple(one for one in able if one.role == "focal" or (one.unit in front and one.role == "head"))
    rungs = tuple(rung for rung in (duty, above) if rung)
    return rungs or ((tuple(able),) if able else ())


def _front(commune: Commune) -> frozenset[str]:
    return frozenset(unit.id for unit in commune.profile.units if unit.kind == "front-office")


async def call(errand: Errand, commune: Commune, handover: Handover, rung: tuple[Member, ...], key: str) -> None:
    """Tell a rung that somebody waits. Nobody but who takes it sees a word of the citizen's."""
    for member in rung:
        chat = await errand.chat(member.chat_id)
        if chat is None:
            continue
        phrases = errand.speak(chat)
        guide = commune.guides.get(handover.guide or "")
        topic = guide.title if guide is not None else phrases.plain("handover.no_topic")
        shown = (Button(phrases.plain("handover.take", number=handover.number), f"handover/take/{handover.id}"),)
        errand.tell(chat, key, shown, number=handover.number, topic=topic)


def relay(
    errand: Errand, chat: Chat, handover: Handover, key: str, shown: tuple[Button, ...] = (), /, **params: object
) -> None:
    """Send one's words to the other: escaped, and dropped from the outbox once the hand-over is closed."""
    reply = Reply(key, errand.speak(chat).say(key, **params), shown)
    mailbox = chat.address.channel in errand.mailboxes
    errand.store.outbox.post(chat, reply.to_json(), errand.now, cause=None, mailbox=mailbox, handover=handover.id)
