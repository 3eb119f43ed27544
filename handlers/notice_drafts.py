"""Soạn thông báo: topic, hamlets, words, when; seen exactly as a citizen will see it, then sent to be approved."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from content.dates import HOME, local_day
from content.notices import NoticeTopic
from content.phrases import Markup
from content.when import read_when
from handlers.dialog import Ask, Flow, Say, Skip
from handlers.history import note_notice
from handlers.messages import Button
from handlers.notice_rights import may_draft
from handlers.notice_words import awake, hamlet_words, instant_words, message, tell_approvers
from handlers.posts import member_of
from handlers.turn import CitizenMistake, Outcome, Turn
from handlers.words import plain
from storage.instants import from_text, to_text
from storage.members import Member
from storage.notices import Notice
from storage.subscriptions import Audience

MOST_WORDS = 1_000
MOST_DAYS_AHEAD = 60
NOW, EVERYWHERE, ENOUGH = "now", "*", "-"


async def topic(turn: Turn) -> Ask:
    """Ask what it is about."""
    member = await _drafter(turn)
    plan = turn.commune.notices
    topics = [one for one in plan.topics if may_draft(turn.commune, member, one)] if plan else []
    if not topics:
        raise CitizenMistake("notice.not_yours")
    return Ask("notice.ask_topic", "topic", "hamlet", tuple(Button(one.title, one.id) for one in topics))


async def hamlet(turn: Turn) -> Ask | Skip:
    """Ask for which hamlet, where the commune has named any."""
    known = turn.commune.profile.hamlets
    turn.data["hamlets"] = []
    if not known:
        return Skip("words")
    everywhere = turn.button("notice.whole_commune", EVERYWHERE)
    return Ask("notice.ask_hamlet", "hamlet", "more", (everywhere, *(Button(one.name, one.id) for one in known)))


async def more(turn: Turn) -> Ask | Skip:
    """Ask for further hamlets."""
    chosen = turn.data.pop("hamlet", None)
    if chosen in {EVERYWHERE, ENOUGH}:
        return Skip("words")
    if chosen is not None:
        turn.data["hamlets"] = [*turn.data["hamlets"], chosen]
    left = [one for one in turn.commune.profile.hamlets if one.id not in turn.data["hamlets"]]
    if not left:
        return Skip("words")
    choices = (turn.button("notice.enough_hamlets", ENOUGH), *(Button(one.name, one.id) for one in left))
    named = hamlet_words(turn.commune, turn.phrases, tuple(turn.data["hamlets"]))
    return Ask("notice.ask_more_hamlets", "hamlet", "more", choices, params={"hamlets": named})


async def words(turn: Turn) -> Ask:
    """Ask for the words; an emergency shows its template."""
    found = _topic(turn)
    if found.emergency:
        params = {"most": MOST_WORDS, "template": found.template or ""}
        return Ask("notice.ask_words_emergency", "words", "when", check=_read_words, params=params)
    return Ask("notice.ask_words", "words", "when", check=_read_words, params={"most": MOST_WORDS})


async def _read_words(turn: Turn, text: str) -> str:
    if len(text) > MOST_WORDS:
        raise CitizenMistake("notice.too_long", most=MOST_WORDS, length=len(text))
    if len(plain(text).split()) < 3:
        raise CitizenMistake("notice.too_short")
    return text


async def when(turn: Turn) -> Ask | Skip:
    """Ask when it should go out; an emergency goes as soon as it is approved."""
    if _topic(turn).emergency:
        turn.data["when"] = NOW
    if turn.data.get("when"):
        return Skip("preview")
    return Ask("notice.ask_when", "when", "preview", (turn.button("notice.as_approved", NOW),), _read_when)


async def _read_when(turn: Turn, text: str) -> str:
    said = read_when(text, turn.now.astimezone(HOME))
    if said is None or (said.day is None and said.at is None):
        raise CitizenMistake("notice.when_unclear")
    day = said.day or local_day(turn.now)
    wished = datetime.combine(day, said.at or time(7), HOME)
    if wished <= turn.now:
        raise CitizenMistake("notice.when_past")
    if wished > turn.now + timedelta(days=MOST_DAYS_AHEAD):
        raise CitizenMistake("notice.when_far", most=MOST_DAYS_AHEAD)
    turn.data["moved"] = awake(wished) != wished
    return to_text(awake(wished))


async def preview(turn: Turn) -> Ask:
    """Show it exactly as a citizen will see it, with how many get it and when."""
    member = await _drafter(turn)
    notice = _notice(turn, member)
    found = await turn.store.subscriptions.count(notice.audience)
    params = {
        "preview": Markup(message(turn.commune, turn.phrases, notice).text),
        "count": found,
        "hamlets": hamlet_words(turn.commune, turn.phrases, notice.audience.hamlets),
        "when": _when_words(turn, notice),
    }
    choices = [
        turn.button("notice.submit", "yes"),
        turn.button("notice.edit_words", "words"),
        turn.button("notice.edit_when", "when"),
    ]
    if notice.emergency:
        choices.pop()
    return Ask("notice.preview", "sure", "done", tuple(choices), params=params)


def _when_words(turn: Turn, notice: Notice) -> str:
    if notice.wished is not None:
        key = "notice.when_moved" if turn.data.get("moved") else "notice.when_at"
        return turn.phrases.plain(key, at=instant_words(notice.wished))
    return turn.phrases.plain("notice.when_emergency" if notice.emergency else "notice.when_approved")


async def done(turn: Turn) -> Outcome | Skip | Say:
    """Send it to be approved, or go back and change something."""
    sure = turn.data.pop("sure", None)
    if sure in {"words", "when"}:
        turn.data.pop("when" if sure == "when" else "words", None)
        return Skip(sure)
    member = await _drafter(turn)
    notice = _notice(turn, member)
    if turn.data.get("id"):
        stored = await turn.store.notices.submit(notice)
    else:
        stored = notice
        turn.store.notices.add(notice, turn.now)
    if stored is None:  # a colleague has changed it meanwhile
        raise CitizenMistake("notice.changed")
    await note_notice(turn, member, stored, "submitted")
    told = await tell_approvers(turn.errand(), stored)
    shown = (turn.button("notice.look", f"notice/see/{stored.id}"), *ways(turn))
    return Outcome((turn.reply("notice.submitted" if told else "notice.nobody_approves", shown),))


def ways(turn: Turn) -> tuple[Button, ...]:
    """Return the buttons that lead on from anything about notices."""
    return (turn.button("button.notices", "notices"), turn.button("button.menu", "menu"))


def data_of(notice: Notice) -> dict[str, object]:
    """Return a draft as the answers of this conversation; its time is asked for anew when it has gone by."""
    return {
        "id": notice.id,
        "revision": notice.revision,
        "topic": notice.audience.topic,
        "hamlets": list(notice.audience.hamlets),
        "words": notice.words,
        "when": to_text(notice.wished) if notice.wished else NOW,
    }


async def _drafter(turn: Turn) -> Member:
    member = await member_of(turn)
    if member is None:
        raise CitizenMistake("notice.not_yours")
    if turn.data.get("topic") and not may_draft(turn.commune, member, _topic(turn)):
        raise CitizenMistake("notice.not_yours")
    return member


def _topic(turn: Turn) -> NoticeTopic:
    found = turn.commune.notices.topic(turn.data["topic"]) if turn.commune.notices else None
    if found is None:  # taken out of the file while somebody was writing
        raise CitizenMistake("dialog.lost")
    return found


def _notice(turn: Turn, member: Member) -> Notice:
    audience = Audience(turn.commune.slug, turn.data["topic"], tuple(turn.data["hamlets"]))
    wished = None if turn.data["when"] == NOW else from_text(turn.data["when"])
    notice = Notice(
        id=turn.data.get("id") or turn.new_id(),
        audience=audience,
        words=turn.data["words"],
        emergency=_topic(turn).emergency,
        wished=wished if wished is None or wished > turn.now else None,
        drafted_by=member.id,
    )
    return replace(notice, revision=int(turn.data["revision"])) if turn.data.get("revision") else notice


FLOW = Flow(
    "notice",
    {
        "topic": topic,
        "hamlet": hamlet,
        "more": more,
        "words": words,
        "when": when,
        "preview": preview,
        "done": done,
    },
)
