"""Bậc gọi cán bộ: whose chats a request for a person goes to, who is next, and how words reach the other one."""

from content.library import Commune
from handlers.errand import Errand
from handlers.messages import Button, Reply
from storage.chats import Chat
from storage.handover import Handover
from storage.members import Member

# A leader is never asked and the administrator may not read what citizens write (org-model 5.2).
DUTY = frozenset({"officer", "helper"})
NEXT = frozenset({"officer", "head", "focal"})

Rungs = tuple[tuple[Member, ...], ...]


def may_take(commune: Commune, member: Member) -> bool:
    """Tell whether a member may talk with citizens: volunteers only when they belong to the front office."""
    return member.role in NEXT or (member.role == "helper" and member.unit in _front(commune))


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
