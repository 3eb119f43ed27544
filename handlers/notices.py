"""Thông báo (cán bộ): the list, one notice's page, and every step with it.

Rights are looked at again at every tap: the button may be old or forged. Who acts on what they have not read is shown
it as it stands: a button carries the revision it was shown with.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from content.phrases import Markup
from handlers.dialog import Ask, Flow, start
from handlers.feature import Feature, MenuEntry
from handlers.history import note_notice
from handlers.messages import Button, Reply
from handlers.notice_drafts import FLOW as DRAFT
from handlers.notice_drafts import data_of, ways
from handlers.notice_rights import may_approve, may_draft, may_draft_any, may_see
from handlers.notice_words import (
    STATES,
    awake,
    hamlet_words,
    instant_words,
    message,
    tell_member,
    topic_title,
)
from handlers.posts import member_of, not_staff
from handlers.turn import CitizenMistake, Outcome, Turn
from storage.members import Member
from storage.notice_sending import Delivery
from storage.notices import Notice

SHOWN = 8
MOST_REASON = 300
LABEL = 28  # characters of a notice on its button

Step = Callable[[Turn, Member, Notice], Awaitable[Outcome]]


async def overview(turn: Turn, _: str) -> Outcome:
    """List the last notices."""
    member = await _colleague(turn)
    if member is None:
        return _refused(turn)
    recent = await turn.store.notices.recent(turn.commune.slug, SHOWN)
    shown = [_label(turn, one) for one in recent]
    if may_draft_any(turn.commune, member):
        shown.insert(0, turn.button("notice.write", "notice_new"))
    shown += [turn.button("publication.open", "publications"), turn.button("button.menu", "menu")]
    return Outcome((turn.reply("notice.list" if recent else "notice.list_empty", tuple(shown)),))


def _label(turn: Turn, one: Notice) -> Button:
    begins = one.words if len(one.words) <= LABEL else f"{one.words[: LABEL - 1]}…"
    state = turn.phrases.plain(STATES[one.state])
    return turn.button("notice.label", f"notice/see/{one.id}", state=state, words=begins.replace("\n", " "))


async def write(turn: Turn, _: str) -> Outcome:
    """Begin a draft."""
    member = await _colleague(turn)
    if member is None or not may_draft_any(turn.commune, member):
        return _refused(turn)
    return await start(DRAFT, turn)


async def desk(turn: Turn, argument: str) -> Outcome:
    """Do one step with one notice: "approve/3f2a…/2"."""
    member = await _colleague(turn)
    if member is None:
        return _refused(turn)
    name, _, rest = argument.partition("/")
    identity, _, seen = rest.partition("/")
    one = await turn.store.notices.one(turn.commune.slug, identity)
    if one is None or one.state == "deleted":
        return Outcome((turn.reply("notice.gone", ways(turn)),))
    step = STEPS.get(name)
    if step is None or name == "see":
        return await see(turn, member, one)
    if seen != str(one.revision):
        return await see(turn, member, one, "notice.page_changed")
    return await step(turn, member, one)


async def see(turn: Turn, member: Member, one: Notice, key: str = "notice.page") -> Outcome:
    """Show a notice as a citizen sees it, how it stands, and what the member can do; `key` says what has happened."""
    phrases, commune = turn.phrases, turn.commune
    parts = [
        phrases.say(
            key,
            state=phrases.plain(STATES[one.state]),
            topic=topic_title(commune, one.audience.topic),
            hamlets=hamlet_words(commune, phrases, one.audience.hamlets),
            drafter=await _post_name(turn, one.drafted_by),
        ),
        *await _standing(turn, one),
        phrases.say("notice.as_seen", preview=Markup(message(commune, phrases, one).text)),
    ]
    return Outcome((Reply(key, "\n\n".join(parts), _steps(turn, member, one)),))


async def _standing(turn: Turn, one: Notice) -> list[str]:
    """Return when it goes out and to how many, or to how many it went."""
    say = turn.phrases.say
    if one.state in {"sending", "sent", "stopped"}:
        stands = await _delivery(turn, one)
        counts = {name: getattr(stands, name) for name in ("sent", "left", "failed", "unreachable", "waiting")}
        # Who was dropped, and who has erased everything since: of them nothing is kept but that there was somebody.
        rest = max(one.receivers - sum(counts.values()), 0)
        return [say("notice.figures", receivers=one.receivers, rest=rest, opted_out=one.opted_out, **counts)]
    lines = [say("notice.would_reach", count=await turn.store.subscriptions.count(one.audience))]
    if one.send_at is not None and one.state == "approved":
        lines.append(say("notice.goes_at", at=instant_words(one.send_at)))
    elif one.wished is not None:
        lines.append(say("notice.wished_at", at=instant_words(one.wished)))
    if one.reason:
        lines.append(say("notice.returned_because", reason=one.reason))
    return lines


async def _delivery(turn: Turn, one: Notice) -> Delivery:
    if one.finished is not None:
        return Delivery(0, one.sent, one.left, one.failed, one.unreachable, 0)
    return await turn.store.notice_sending.delivery(one.id)


async def _post_name(turn: Turn, identity: str) -> str:
    every = await turn.store.members.of_account(turn.commune.slug)
    return next((one.name for one in every if one.id == identity), turn.phrases.plain("notice.colleague"))


def _steps(turn: Turn, member: Member, one: Notice) -> tuple[Button, ...]:
    names: list[str] = []
    drafts, approves = _drafts(turn, member, one), may_approve(turn.commune, member, emergency=one.emergency)
    if one.state == "waiting" and approves and one.drafted_by != member.id:
        names += ["approve", "return"]
    if one.state in {"waiting", "approved"} and (drafts or approves):
        names.append("back")
    if one.state == "draft" and drafts:
        names += ["edit", "delete"]
    if one.state == "sending" and (drafts or approves):
        names.append("stop")
    if one.state == "sending":
        names.append("see")
    buttons = (turn.button(_LABELS[name], f"notice/{name}/{one.id}/{one.revision}") for name in names)
    return (*buttons, *ways(turn))


def _drafts(turn: Turn, member: Member, one: Notice) -> bool:
    topic = turn.commune.notices.topic(one.audience.topic) if turn.commune.notices else None
    return topic is not None and may_draft(turn.commune, member, topic)


async def approve(turn: Turn, member: Member, one: Notice) -> Outcome:
    """Approve what was read; it goes out at its time, never at night unless it is an emergency."""
    if not may_approve(turn.commune, member, emergency=one.emergency):
        return _refused(turn)
    wished = max(one.wished or turn.now, turn.now)
    goes_at = awake(wished, emergency=one.emergency)
    approved = await turn.store.notices.approve(one, member, goes_at)
    if approved is None:
        return await _as_it_is(turn, member, one)
    await note_notice(turn, member, approved, "approved")
    await tell_member(turn.errand(), one.drafted_by, "notice.push_approved", approved, at=instant_words(goes_at))
    return await see(turn, member, approved, "notice.approved" if goes_at == wished else "notice.approved_moved")


async def give_back(turn: Turn, member: Member, one: Notice) -> Outcome:
    """Begin to return a notice: ask why."""
    if one.state != "waiting" or not may_approve(turn.commune, member, emergency=one.emergency):
        return await _as_it_is(turn, member, one)
    return await start(RETURN, turn, {"id": one.id, "revision": one.revision})


async def back(turn: Turn, member: Member, one: Notice) -> Outcome:
    """Take a notice back before it goes out."""
    if not (_drafts(turn, member, one) or may_approve(turn.commune, member, emergency=one.emergency)):
        return _refused(turn)
    taken = await turn.store.notices.take_back(one)
    if taken is None:
        return await _as_it_is(turn, member, one)
    await note_notice(turn, member, taken, "taken_back")
    return await see(turn, member, taken, "notice.taken_back")


async def edit(turn: Turn, member: Member, one: Notice) -> Outcome:
    """Go on with a draft."""
    if one.state != "draft" or not _drafts(turn, member, one):
        return await _as_it_is(turn, member, one)
    return await start(DRAFT, turn, data_of(one), at="preview")


async def delete(turn: Turn, member: Member, one: Notice) -> Outcome:
    """Throw a draft away."""
    deleted = await turn.store.notices.delete(one) if _drafts(turn, member, one) else None
    if deleted is None:
        return await _as_it_is(turn, member, one)
    await note_notice(turn, member, deleted, "deleted")
    return Outcome((turn.reply("notice.deleted", ways(turn)),))


async def stop(turn: Turn, member: Member, one: Notice) -> Outcome:
    """Stop a notice that is going out; what is out is out."""
    if not (_drafts(turn, member, one) or may_approve(turn.commune, member, emergency=one.emergency)):
        return _refused(turn)
    stopped = await turn.store.notices.stop(one)
    if stopped is None:
        return await _as_it_is(turn, member, one)
    await note_notice(turn, member, stopped, "stopped")
    turn.store.notice_sending.drop(stopped.id, turn.now)
    return await see(turn, member, stopped, "notice.stopped")


async def _as_it_is(turn: Turn, member: Member, one: Notice) -> Outcome:
    """Show it as it stands: a colleague was faster, or the step is not this member's."""
    now = await turn.store.notices.one(one.audience.account, one.id)
    if now is None or now.state == "deleted":
        return Outcome((turn.reply("notice.gone", ways(turn)),))
    own = now.state == "waiting" and now.drafted_by == one.drafted_by and now.revision == one.revision
    return await see(turn, member, now, "notice.page_own" if own else "notice.page_changed")


async def reason(turn: Turn) -> Ask:
    """Ask why a notice is returned."""
    return Ask("notice.ask_reason", "reason", "returned", check=_read_reason)


async def _read_reason(_: Turn, text: str) -> str:
    if len(text) > MOST_REASON:
        raise CitizenMistake("notice.too_long", most=MOST_REASON, length=len(text))
    return text


async def returned(turn: Turn) -> Outcome:
    """Return the notice with the reason; who drafted it is told."""
    member = await _colleague(turn)
    one = await turn.store.notices.one(turn.commune.slug, turn.data["id"])
    if member is None or one is None or not may_approve(turn.commune, member, emergency=one.emergency):
        raise CitizenMistake("notice.not_yours")
    if one.revision != turn.data["revision"]:
        return await see(turn, member, one, "notice.page_changed")
    given = await turn.store.notices.give_back(one, turn.data["reason"])
    if given is None:
        return await _as_it_is(turn, member, one)
    await note_notice(turn, member, given, "returned")
    await tell_member(turn.errand(), one.drafted_by, "notice.push_returned", given, reason=turn.data["reason"])
    return Outcome((turn.reply("notice.returned", ways(turn)),))


async def _colleague(turn: Turn) -> Member | None:
    member = await member_of(turn)
    return member if member is not None and may_see(turn.commune, member) else None


def _refused(turn: Turn) -> Outcome:
    return not_staff(turn) if turn.chat.post is None else Outcome((turn.reply("notice.not_yours", ways(turn)),))


_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "approve": "notice.approve",
        "return": "notice.return",
        "back": "notice.take_back",
        "edit": "notice.edit",
        "delete": "notice.delete",
        "stop": "notice.stop",
        "see": "notice.refresh",
    }
)
STEPS: Mapping[str, Step] = MappingProxyType(
    {"see": see, "approve": approve, "return": give_back, "back": back, "edit": edit, "delete": delete, "stop": stop}
)
RETURN = Flow("notice_return", {"reason": reason, "returned": returned})
_NOTICES = re.compile(r"(?:xem |cac )?thong bao(?: moi)?")


async def overview_of_official(turn: Turn, _: str) -> Outcome | None:
    """Show the desk to an official who has one; to others «thông báo» is what they get."""
    member = await member_of(turn)
    return await overview(turn, "") if member is not None and may_see(turn.commune, member) else None


FEATURE = Feature(
    name="notices",
    commands={"word.notices": overview},
    patterns={_NOTICES: overview_of_official},
    taps={"notices": overview, "notice_new": write, "notice": desk},
    flows=(DRAFT, RETURN),
    menu=(MenuEntry(7, "button.notices", "notices", lambda commune, _, member: may_see(commune, member)),),
)
