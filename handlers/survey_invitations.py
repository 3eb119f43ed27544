"""Mời khảo sát: after one's own visit, a talk with a person, or an answer to who agreed.

At most once in 30 days, never at night.
"""

import hashlib
from datetime import date, timedelta

from content.dates import HOME, local_day
from content.library import Commune
from content.surveys import Survey
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.messages import Button
from handlers.surveys import unit_of
from storage.surveys import Group, Invitation, Occasion

REST = timedelta(days=30)
FREE_WINDOW = timedelta(hours=47)  # the shortest of the channels' is 48 hours after the person last wrote (Zalo OA)
UNDO_OVER = timedelta(minutes=10)  # until then the desk may take the closing back
TOO_OLD = timedelta(hours=36)
READ_IT = timedelta(minutes=15)
ANSWER_OLD = timedelta(hours=3)
WAKES, SLEEPS = 7, 21  # o'clock


async def invite(errand: Errand) -> None:
    """Invite whoever may be asked now."""
    if not WAKES <= errand.now.astimezone(HOME).hour < SLEEPS:
        return
    for survey in errand.library.surveys.values():
        for commune in errand.library.communes.values():
            for occasion in await _occasions(errand, commune, survey):
                if _sampled(occasion, survey):
                    await _invite(errand, commune, survey, occasion)


async def _occasions(errand: Errand, commune: Commune, survey: Survey) -> list[Occasion]:
    now, surveys = errand.now, errand.store.surveys
    window, rested = now - FREE_WINDOW, _rested(errand)
    if survey.when == "visit":
        first = local_day(now - TOO_OLD) - timedelta(days=1)
        return await surveys.visits(commune.slug, first, now - TOO_OLD, now - UNDO_OVER, window, rested)
    if survey.when == "person":
        return await surveys.talks(commune.slug, now - TOO_OLD, now - UNDO_OVER, window, rested)
    if survey.when == "answer":
        return await surveys.answered(commune.slug, now - ANSWER_OLD, now - READ_IT, window, rested)
    return []


def _rested(errand: Errand) -> date:
    return local_day(errand.now) - REST


def _sampled(occasion: Occasion, survey: Survey) -> bool:
    number = int.from_bytes(hashlib.sha256(occasion.id.encode()).digest()[:8])
    return number % survey.sample == 0


async def _invite(errand: Errand, commune: Commune, survey: Survey, occasion: Occasion) -> None:
    chat, today = await errand.chat(occasion.chat_id), local_day(errand.now)
    if chat is None:
        return
    busy = chat.dialog.flow and chat.dialog.expires_at is not None and chat.dialog.expires_at > errand.now
    if busy or not await errand.store.surveys.claim(chat.id, today, _rested(errand)):
        return  # in the middle of something: the next round asks; or another replica was faster
    guide = commune.guides.get(occasion.guide or "")
    unit = occasion.unit or unit_of(commune, occasion.roster, occasion.place)
    group = Group(unit, occasion.place, guide.header.area if guide is not None else "")
    invitation = Invitation(errand.new_id(), chat.id, survey.id, group, today, "open")
    if await errand.store.surveys.invite(invitation, commune.slug, occasion.id):
        phrases = errand.speak(chat)
        shown = (
            Button(phrases.plain("survey.begin"), f"survey/{invitation.id}"),
            Button(phrases.plain("survey.not_now"), "survey_no"),
        )
        count = len(survey.items)
        errand.tell(chat, "survey.invite", shown, title=survey.said(phrases.language), count=count)


async def forget_abandoned(errand: Errand) -> None:
    """Drop the half-given answers of people who went away."""
    await errand.store.surveys.forget_abandoned(errand.now)


FEATURE = Feature(name="survey_invitations", errands=(invite, forget_abandoned))
