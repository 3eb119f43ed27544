"""Canh việc gặp cán bộ: who is told next, the honest word after six minutes, closing what is idle, dropping words.

A left message that somebody took and did not answer goes back to everybody; it is not closed.
"""

from datetime import timedelta

from content.communes import NOT_GIVEN
from content.dates import is_quiet, local_day
from content.library import Commune
from content.phrases import Markup, Phrases
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.handover_ladder import Rungs, call, called
from handlers.messages import Button
from storage.handover_row import Handover

NEXT_RUNG = timedelta(minutes=3)
NOBODY = timedelta(minutes=6)
IDLE = timedelta(minutes=30)
MESSAGES_KEPT = timedelta(days=30)
FETCHED_WITHIN = timedelta(days=1)  # a page that was closed comes back for its mailbox


async def watch(errand: Errand) -> None:
    """Look at every open hand-over, and drop the words of those that are closed."""
    for one in await errand.store.handovers.open():
        commune = errand.commune(one.account)
        if commune is not None:
            await _look(errand, commune, one)
        else:  # its folder was taken away: no words are kept for nobody
            await errand.store.handovers.close(one.id, "gone", errand.now)
    errand.store.handovers.purge(errand.now - FETCHED_WITHIN)


async def _look(errand: Errand, commune: Commune, one: Handover) -> None:
    if one.state == "asked":
        await _climb(errand, commune, one)
    elif one.state == "message":
        await _remind(errand, commune, one)
    elif one.last_at + IDLE <= errand.now:
        await (_release if one.left and one.words else _close_idle)(errand, one)


async def _climb(errand: Errand, commune: Commune, one: Handover) -> None:
    waited = errand.now - one.asked_at
    if waited >= NOBODY:
        if await errand.store.handovers.climb(one, one.rung, "waiting"):
            await _say_nobody(errand, commune, one)
    elif waited >= NEXT_RUNG and one.rung == 0:
        rungs = await _rungs(errand, commune, one)
        if await errand.store.handovers.climb(one, 1, "asked") and len(rungs) > 1:
            await call(errand, commune, one, rungs[1], "handover.call_next")


async def _rungs(errand: Errand, commune: Commune, one: Handover) -> Rungs:
    return await called(errand, commune, one.chat_id)


async def _say_nobody(errand: Errand, commune: Commune, one: Handover) -> None:
    chat = await errand.chat(one.chat_id)
    if chat is None:
        return
    phrases = errand.speak(chat)
    shown = (
        Button(phrases.plain("handover.leave"), "handover/leave"),
        Button(phrases.plain("button.person"), "person"),
        Button(phrases.plain("button.menu"), "menu"),
    )
    errand.tell(chat, "handover.nobody", shown, hotline=_hotline(commune, phrases))


def _hotline(commune: Commune, phrases: Phrases) -> Markup:
    """Return where to call or go instead."""
    if commune.profile.hotline != NOT_GIVEN:
        return Markup(phrases.say("handover.hotline", hotline=commune.profile.hotline))
    values = commune.values(phrases.language)
    return Markup(phrases.say("handover.go_there", centre=values["trung_tam"], address=values["dia_chi"]))


async def _remind(errand: Errand, commune: Commune, one: Handover) -> None:
    """Show a left message at opening, every day until somebody takes it; after a month say that nobody did."""
    if not commune.calendar.is_open(errand.now):
        return
    if one.last_at + MESSAGES_KEPT <= errand.now:
        chat = await errand.chat(one.chat_id)
        if await errand.store.handovers.close(one.id, "nobody", errand.now) and chat is not None:
            errand.tell(chat, "handover.expired", hotline=_hotline(commune, errand.speak(chat)))
        return
    if await errand.store.handovers.show(one.id, local_day(errand.now)):
        for rung in await _rungs(errand, commune, one):
            await call(errand, commune, one, rung, "handover.call_message")


async def _release(errand: Errand, one: Handover) -> None:
    """Give a left message that was taken and not answered back to everybody: its writer was promised an answer."""
    if not await errand.store.handovers.release(one.id, errand.now - IDLE, errand.now):
        return
    officer = await errand.chat(one.officer_chat)
    if officer is not None and not is_quiet(errand.now):
        errand.tell(officer, "handover.released", number=one.number)


async def _close_idle(errand: Errand, one: Handover) -> None:
    ended = "idle" if one.state == "taken" else "nobody"
    if not await errand.store.handovers.close_silent(one.id, ended, errand.now - IDLE, errand.now):
        return
    if one.state != "taken" or is_quiet(errand.now):
        return
    citizen, officer = await errand.chat(one.chat_id), await errand.chat(one.officer_chat)
    if citizen is not None:
        again = Button(errand.speak(citizen).plain("button.person"), "person")
        errand.tell(citizen, "handover.idle", (again,))
    if officer is not None:
        errand.tell(officer, "handover.idle_desk", number=one.number)


FEATURE = Feature(name="handover_watch", errands=(watch,))
