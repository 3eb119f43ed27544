"""Thông báo: what a notice says about itself, how a citizen sees it, and when it may go out."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from types import MappingProxyType

from content.dates import HOME
from content.library import Commune
from content.phrases import Phrases
from handlers.errand import Errand
from handlers.messages import Button, Reply
from handlers.notice_rights import may_approve
from storage.members import Member
from storage.notices import Notice

# A row that is in the outbox by then is out before nine.
QUIET_FROM, QUIET_UNTIL = time(20, 59), time(7)
STATES: Mapping[str, str] = MappingProxyType(
    {
        "draft": "notice.state_draft",
        "waiting": "notice.state_waiting",
        "approved": "notice.state_approved",
        "sending": "notice.state_sending",
        "sent": "notice.state_sent",
        "stopped": "notice.state_stopped",
        "deleted": "notice.state_deleted",
    }
)


def quiet(now: datetime) -> bool:
    """Tell whether people sleep: nothing is sent but emergencies."""
    local = now.astimezone(HOME).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def awake(instant: datetime, *, emergency: bool = False) -> datetime:
    """Return the instant, or seven o'clock after it when it lies in the quiet hours and is no emergency."""
    if emergency or not quiet(instant):
        return instant
    local = instant.astimezone(HOME)
    day = local.date() + timedelta(days=1) if local.time() >= QUIET_FROM else local.date()
    return datetime.combine(day, QUIET_UNTIL, HOME)


def topic_title(commune: Commune, topic: str) -> str:
    """Return the name of a topic, or its id when it was taken out of the file."""
    found = commune.notices.topic(topic) if commune.notices else None
    return found.title if found else topic


def hamlet_words(commune: Commune, phrases: Phrases, hamlets: tuple[str, ...]) -> str:
    """Return the names of hamlets, or "the whole commune"."""
    if not hamlets:
        return phrases.plain("notice.whole_commune")
    names = {one.id: one.name for one in commune.profile.hamlets}
    return ", ".join(names.get(one, one) for one in hamlets)


def instant_words(instant: datetime) -> str:
    """Return a day and an hour in figures."""
    return f"{instant.astimezone(HOME):%H:%M %d/%m/%Y}"


def message(commune: Commune, phrases: Phrases, notice: Notice) -> Reply:
    """Return the notice exactly as a citizen gets it."""
    key = "notice.message_emergency" if notice.emergency else "notice.message"
    title = topic_title(commune, notice.audience.topic)
    text = phrases.say(key, topic=title, commune=commune.profile.title, words=notice.words)
    shown = (
        Button(phrases.plain("subscribe.off_topic", topic=title), f"sub/off/{notice.audience.topic}"),
        Button(phrases.plain("subscribe.look"), "sub"),
    )
    return Reply(key, text, shown, bulk=True)


async def tell_member(errand: Errand, member_id: str, key: str, notice: Notice, /, **params: object) -> None:
    """Tell one member how a notice stands; at night in the morning, of an emergency at once."""
    for member in await errand.store.members.of_account(notice.audience.account):
        if member.id == member_id:
            await _tell(errand, member, key, notice, **params)


async def tell_approvers(errand: Errand, notice: Notice) -> int:
    """Tell those who may approve a notice that it waits; return how many there are. Emergencies also at night."""
    commune = errand.commune(notice.audience.account)
    told = 0
    for member in await errand.store.members.of_account(notice.audience.account) if commune else ():
        if commune and member.id != notice.drafted_by and may_approve(commune, member, emergency=notice.emergency):
            key = "notice.push_emergency" if notice.emergency else "notice.push_waiting"
            await _tell(errand, member, key, notice, topic=topic_title(commune, notice.audience.topic))
            told += 1
    return told


async def _tell(errand: Errand, member: Member, key: str, notice: Notice, /, **params: object) -> None:
    chat = await errand.chat(member.chat_id)
    if chat is None:
        return
    shown = (Button(errand.speak(chat).plain("notice.look"), f"notice/see/{notice.id}"),)
    later = awake(errand.now, emergency=notice.emergency)
    errand = errand.at(later) if later != errand.now else errand
    errand.tell(chat, key, shown, **params)
