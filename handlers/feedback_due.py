"""Nhắc phản ánh đến hạn: once a day at eight on working days; and what had to wait for the end of the quiet hours."""

from datetime import date, time, timedelta

from content.dates import HOME, is_quiet, local_day
from content.library import Commune
from content.phrases import Markup
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.feedback_case import category_title, due_words, note, tell_person, tell_unit
from handlers.feedback_rights import in_charge, leads, may_handle, may_see
from handlers.messages import Button
from storage.feedback_case import Case
from storage.members import Member

MORNING = time(8)
MOST_LINES = 10


async def tell_waiting(errand: Errand) -> None:
    """Tell what was kept during the night."""
    if is_quiet(errand.now):
        return
    for one in await errand.store.feedback.untold():
        if await errand.store.feedback.told(one):
            await (tell_unit(errand, one) if one.untold == "unit" else tell_person(errand, one))


async def morning(errand: Errand) -> None:
    """Do each commune's work of the day once: close, forget, remind."""
    local = errand.now.astimezone(HOME)
    if is_quiet(errand.now) or local.time() < MORNING:
        return
    for commune in errand.library.communes.values():
        today = local.date()
        if commune.feedback is None or not commune.calendar.is_working_day(today):
            continue
        if await errand.store.feedback.first_today(commune.slug, today.isoformat()):
            await _tidy(errand, commune)
            await _remind(errand, commune, today)


async def _tidy(errand: Errand, commune: Commune) -> None:
    """Close what was answered long ago and forget the words of what is over."""
    if commune.feedback is None:
        return
    rules = commune.feedback.rules
    before = errand.now - timedelta(days=rules.close_after_days)
    for one in await errand.store.feedback.close_answered(commune.slug, before, errand.now):
        await note(errand, one, "closed")
        await tell_person(errand, one)
    errand.store.feedback.forget_words(commune.slug, errand.now - timedelta(days=rules.kept_days))


async def _remind(errand: Errand, commune: Commune, today: date) -> None:
    """Tell the members what is due by the next working day or overdue; leaders, what is overdue or not assigned."""
    soon = commune.calendar.next_working_day(today)
    due = [one for one in await errand.store.feedback.open(commune.slug) if _is_due(one, soon)]
    for member in await errand.store.members.of_account(commune.slug) if due else ():
        await _tell(errand, commune, member, [one for one in due if _concerns(errand, commune, member, one)])


def _is_due(one: Case, soon: date) -> bool:
    return one.unit is None or local_day(one.due) <= soon


def _concerns(errand: Errand, commune: Commune, member: Member, one: Case) -> bool:
    if leads(commune, member):
        return may_see(commune, member, one, errand.now)
    # A head only reads (org-model 5.2), but what is late in the unit is for the head to know.
    return may_handle(commune, member, one) or (member.role == "head" and in_charge(commune, member, one))


async def _tell(errand: Errand, commune: Commune, member: Member, due: list[Case]) -> None:
    chat = await errand.chat(member.chat_id) if due else None
    if chat is None:
        return
    phrases = errand.speak(chat)
    lines = Markup(
        "\n".join(
            "- "
            + phrases.say("feedback.due_line", code=one.code, category=category_title(commune, one), due=due_words(one))
            for one in due[:MOST_LINES]
        )
    )
    late = sum(one.due < errand.now for one in due)
    shown = (Button(phrases.plain("button.cases"), "cases"),)
    errand.tell(chat, "feedback.push_due", shown, total=len(due), late=late, lines=lines)


FEATURE = Feature(name="feedback_due", errands=(tell_waiting, morning))
