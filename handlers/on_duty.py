"""Mở buổi, kết thúc buổi: a support session counts only when a helper opened and closed it."""

from datetime import datetime, timedelta

from content.dates import HOME, local_day
from content.library import Commune
from content.rosters import Roster
from content.slots import slots_on
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.messages import Button
from handlers.posts import back_to_work, member_of, not_staff, rosters_of, visible_roster
from handlers.record import record
from handlers.turn import Outcome, Turn
from storage.duty import OpenSession
from storage.members import Member

AFTER_THE_LAST_SLOT = timedelta(minutes=30)
WITHOUT_SLOTS = timedelta(hours=4)  # opened on a day on which the roster has none


async def shift(turn: Turn, argument: str) -> Outcome:
    """Show what can be opened and closed, "all" with the rosters of other days; open or close one."""
    name, _, identity = argument.partition("/")
    if name in {"open", "close"}:
        seen = await visible_roster(turn, identity)
        if seen is None:
            return Outcome((turn.reply("staff.not_yours", back_to_work(turn)),))
        act = _open if name == "open" else _close
        return await act(turn, seen[0], seen[1])
    return await _overview(turn, everything=name == "all")


async def _overview(turn: Turn, *, everything: bool) -> Outcome:
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    open_now = await turn.store.duty.open_rosters(turn.commune.slug)
    buttons, others = [], 0
    for roster in rosters_of(turn.commune, member):
        today = bool(slots_on(roster, local_day(turn.now), turn.commune.calendar))
        if roster.id in open_now:
            buttons.append(turn.button("staff.close_session", f"shift/close/{roster.id}", title=roster.title))
        elif today or everything:
            buttons.append(turn.button("staff.open_session", f"shift/open/{roster.id}", title=roster.title))
        else:
            others += 1
    if others:
        buttons.append(turn.button("button.other_sessions", "shift/all"))
    key = "staff.sessions" if buttons else "staff.no_roster"
    return Outcome((turn.reply(key, (*buttons, *back_to_work(turn))),))


async def _open(turn: Turn, member: Member, roster: Roster) -> Outcome:
    day = local_day(turn.now)
    fresh = await turn.store.duty.open(turn.new_id(), turn.commune.slug, roster.id, day, member.id, turn.now)
    if fresh:
        await record(turn, member, "opened", f"session/{roster.id}/{day}")
    key = "staff.session_opened" if fresh else "staff.session_open_already"
    shown = (turn.button("staff.close_session", f"shift/close/{roster.id}", title=roster.title), *back_to_work(turn))
    return Outcome((turn.reply(key, shown, title=roster.title, time=f"{turn.now.astimezone(HOME):%H:%M}"),))


async def _close(turn: Turn, member: Member, roster: Roster) -> Outcome:
    closed = await turn.store.duty.close(turn.commune.slug, roster.id, member.id, turn.now)
    if closed:
        await record(turn, member, "closed", f"session/{roster.id}/{local_day(turn.now)}")
    key = "staff.session_closed" if closed else "staff.session_not_open"
    return Outcome((turn.reply(key, back_to_work(turn), title=roster.title),))


async def warn_open(errand: Errand) -> None:
    """Tell who opened a session that it is still open, once, half an hour after the day's last slot."""
    for session in await errand.store.duty.unclosed():
        commune = errand.commune(session.account)
        roster = commune.roster(session.roster) if commune else None
        due = _due(commune, roster, session) if commune and roster else session.opened_at + WITHOUT_SLOTS
        if due > errand.now or not await errand.store.duty.warn(session.id, errand.now):
            continue
        chat = await errand.chat(session.chat_id)
        if chat is None or roster is None:
            continue
        label = errand.speak(chat).plain("staff.close_session", title=roster.title)
        shown = (Button(label, f"shift/close/{roster.id}"),)
        opened = f"{session.opened_at.astimezone(HOME):%H:%M %d/%m}"
        errand.tell(chat, "staff.still_open", shown, title=roster.title, opened=opened)


def _due(commune: Commune, roster: Roster, session: OpenSession) -> datetime:
    slots = slots_on(roster, session.day, commune.calendar)
    if not slots:
        return session.opened_at + WITHOUT_SLOTS
    return max(slots[-1].end, session.opened_at) + AFTER_THE_LAST_SLOT


FEATURE = Feature(name="on_duty", taps={"shift": shift}, errands=(warn_open,))
