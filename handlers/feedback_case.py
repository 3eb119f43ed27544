"""Phản ánh: what a case says about itself, and telling people of it at a time when they are awake."""

import re
from collections.abc import Mapping
from datetime import datetime, time
from types import MappingProxyType

from content.dates import HOME, is_quiet, local_day, next_waking
from content.library import Commune
from content.phrases import Phrases
from handlers.codes import ALPHABET, LENGTH, code_of
from handlers.errand import Errand
from handlers.feedback_rights import in_charge
from handlers.messages import Button
from handlers.post_holders import staff
from handlers.posts import unit_name
from handlers.record import record
from storage.feedback_case import Case, Step
from storage.members import Member

MARK = "A"  # stands in no booking's code: the two can never be mixed up
PATTERN = re.compile(
    rf"(?=[^\d]*\d)(?=[^Aa]*[Aa][^Aa]*$)[{MARK}{MARK.lower()}{ALPHABET}{ALPHABET.lower()}]{{{LENGTH}}}"
)
LAST_SECOND = time(23, 59, 59)
STATES: Mapping[str, str] = MappingProxyType(
    {
        "received": "feedback.state_received",
        "assigned": "feedback.state_assigned",
        "answered": "feedback.state_answered",
        "closed": "feedback.state_closed",
        "refused": "feedback.state_refused",
    }
)
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "elsewhere": "feedback.reason_elsewhere",
        "complaint": "feedback.reason_complaint",
        "unclear": "feedback.reason_unclear",
        "twice": "feedback.reason_twice",
    }
)
_CHANGED: Mapping[str, str] = MappingProxyType(
    {
        "received": "feedback.push_passed",
        "assigned": "feedback.push_assigned",
        "answered": "feedback.push_answered",
        "closed": "feedback.push_closed",
        "refused": "feedback.push_refused",
    }
)


def feedback_code(identity: str) -> str:
    """Return the code made from a random id: a booking's code with one letter, never its only digit, made the mark."""
    code = code_of(identity)
    letters = [place for place, sign in enumerate(code) if not sign.isdecimal()]
    place = letters[len(letters) // 2] if letters else 0
    return code[:place] + MARK + code[place + 1 :]


def due_after(commune: Commune, now: datetime, days: int) -> datetime:
    """Return the last second of the working day on which an answer is due."""
    return datetime.combine(commune.calendar.add_working_days(local_day(now), days), LAST_SECOND, HOME)


def category_title(commune: Commune, one: Case) -> str:
    """Return the name of a case's category, or its id when it was taken out of the file."""
    found = commune.feedback.category(one.category) if commune.feedback else None
    return found.title if found else one.category


def unit_words(commune: Commune, phrases: Phrases, one: Case) -> str:
    """Return who answers a case."""
    return unit_name(commune, one.unit) if one.unit else phrases.plain("feedback.leaders")


def due_words(one: Case) -> str:
    """Return the day on which a case is due."""
    return f"{one.due.astimezone(HOME):%d/%m/%Y}"


async def note(errand: Errand, one: Case, what: str, member: Member | None = None, held_by: str | None = None) -> None:
    """Add a line to the history, with the role that was used; what a member did goes into the ledger too.

    `held_by` is the member who had taken the case, when it was somebody else.
    """
    step = Step(what, member.id if member else None, member.role if member else None)
    errand.store.feedback.note(errand.new_id(), one, step, errand.now)
    if member is not None:
        await record(errand, member, what, f"feedback/{one.id}", unit=one.unit, reason=one.reason, held_by=held_by)


def holder_of(one: Case, member: Member) -> str | None:
    """Return who has taken a case, when that is not the member who acts now."""
    return one.taken_by if one.taken_by != member.id else None


async def tell_holder(errand: Errand, one: Case, held_by: str | None, key: str, post: str) -> None:
    """Tell who had taken a case that a superior has dealt with it; in the quiet hours, in the morning."""
    every = await errand.store.members.of_account(one.account) if held_by is not None else []
    holder = next((member for member in every if member.id == held_by), None)
    chat = await errand.chat(holder.chat_id) if holder is not None else None
    if chat is not None:
        errand = errand.at(next_waking(errand.now))
        phrases, theirs = errand.speak(chat), holder is not None and one.unit == holder.unit
        look = Button(phrases.plain("feedback.look"), f"case/see/{one.code}")
        shown = (look if theirs else Button(phrases.plain("button.cases"), "cases"),)
        errand.tell(chat, key, shown, code=one.code, post=post)


async def tell_person(errand: Errand, one: Case) -> None:
    """Tell who sent a case how it stands now; in the quiet hours, keep it for the morning."""
    commune = errand.commune(one.account)
    if one.chat_id is None or commune is None:
        return
    if is_quiet(errand.now):
        errand.store.feedback.remember(one, "person")
        return
    chat = await errand.chat(one.chat_id)
    if chat is None:
        return
    phrases = errand.speak(chat)
    params: dict[str, object] = {"code": one.code, "unit": unit_words(commune, phrases, one)}
    key = _CHANGED[one.state]
    if one.state == "answered":
        params["answer"] = await last_answer(errand, one)
        key = "feedback.push_answered_last" if one.questions else key  # one further question only
    if one.state == "refused":
        params["reason"] = phrases.plain(REASONS.get(one.reason or "", "feedback.reason_unclear"))
    errand.tell(chat, key, buttons_of(phrases, one), **params)


async def last_answer(errand: Errand, one: Case) -> str:
    """Return the last answer, or nothing when it was forgotten."""
    answers = [said.text for said in await errand.store.feedback.said(one) if said.kind == "answer"]
    return answers[-1] if answers else ""


def buttons_of(phrases: Phrases, one: Case) -> tuple[Button, ...]:
    """Return what the person can do with a case."""
    buttons = []
    if one.state == "answered":
        if not one.questions:
            buttons.append(Button(phrases.plain("feedback.ask_more"), f"myfeedback/ask/{one.code}"))
        buttons.append(Button(phrases.plain("feedback.clear"), f"myfeedback/clear/{one.code}"))
    else:
        buttons.append(Button(phrases.plain("feedback.look"), f"myfeedback/see/{one.code}"))
    return (*buttons, Button(phrases.plain("button.menu"), "menu"))


async def tell_unit(errand: Errand, one: Case) -> None:
    """Tell those in charge that a case waits or was withdrawn, without its words; in the quiet hours, keep it.

    A new report of a scam is told at once at any hour, as an emergency is (docs/decisions/0008).
    """
    commune = errand.commune(one.account)
    if commune is None:
        return
    found_kind = commune.feedback.category(one.category) if commune.feedback else None
    urgent = found_kind is not None and found_kind.special == "scam" and not one.questions and one.open
    if is_quiet(errand.now) and not urgent:
        errand.store.feedback.remember(one, "unit")
        return
    found = await staff(errand, one.account)
    charged = [member for member in found.members if in_charge(commune, member, one)]
    present = [member for member in charged if found.away(member) is None]
    for member in present or charged:  # on leave nobody is told, unless there is nobody else
        chat = await errand.chat(member.chat_id)
        if chat is not None:
            key = "feedback.push_question" if one.questions else "feedback.push_new"
            shown = (Button(errand.speak(chat).plain("feedback.look"), f"case/see/{one.code}"),)
            if one.state == "closed":
                key, shown = "feedback.push_withdrawn", (Button(errand.speak(chat).plain("button.cases"), "cases"),)
            title = category_title(commune, one)
            errand.tell(chat, key, shown, code=one.code, category=title, due=due_words(one))
