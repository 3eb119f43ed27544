"""Khảo sát: asking how it was, on tappable scales; whoever answers stays unknown (storage/surveys.py)."""

import re
from datetime import timedelta

from content.communes import NOT_GIVEN
from content.dates import local_day
from content.library import Commune
from content.surveys import MOST_ITEMS, Survey
from handlers.dialog import Ask, Flow, Skip, Step, start
from handlers.feature import Feature
from handlers.messages import Button, Reply
from handlers.turn import CitizenMistake, Outcome, Turn
from handlers.words import is_one_of, masked
from storage.surveys import FLOW as NAME
from storage.surveys import Group, Invitation

LONGEST_COMMENT = 500
LASTS = timedelta(days=14)  # how long an invitation can be taken up
COUNTER = re.compile(r"danh-gia-([a-z0-9]+(?:-[a-z0-9]+)*)")  # what the QR code at the counter says
SCALE = ("survey.mark_1", "survey.mark_2", "survey.mark_3", "survey.mark_4", "survey.mark_5")
SAID = ("survey.said_1", "survey.said_2", "survey.said_3", "survey.said_4", "survey.said_5")
SKIPPED = "skip"
VISITS = frozenset({"visit", "counter"})  # surveys on a visit: one vote a day among them
CONSENT = "survey_consent"


async def begin(turn: Turn, identity: str) -> Outcome:
    """Open the survey of an invitation, or go on where its person stopped."""
    invitation = await turn.store.surveys.one(identity)
    if invitation is None or invitation.chat_id != turn.chat.id:
        return Outcome((turn.reply("survey.gone"),))
    return await _open(turn, invitation)


async def _open(turn: Turn, invitation: Invitation) -> Outcome:
    if invitation.state == "voted":
        return Outcome((turn.reply("survey.already"),))
    survey = turn.library.surveys.get(invitation.survey)
    stale = invitation.day + LASTS < local_day(turn.now)
    if survey is None or stale or not await turn.store.surveys.begin(turn.chat.id, invitation.id):
        return Outcome((turn.reply("survey.gone"),))
    known = {"invitation": invitation.id, "survey": survey.id}
    stopped = turn.data if turn.dialog.flow == NAME else turn.dialog.parked
    return await start(FLOW, turn, stopped if stopped.get("invitation") == invitation.id else known)


async def at_counter(turn: Turn, text: str) -> Outcome | None:
    """Open the counter's survey for who scanned its QR code; one vote a day, also when they were invited today."""
    match = COUNTER.fullmatch(text.strip().lower())
    place = next((one.id for one in turn.commune.profile.places if match and one.id == match[1]), None)
    survey = next((one for one in turn.library.surveys.values() if one.when == "counter"), None)
    if place is None or survey is None:
        return None
    today = local_day(turn.now)
    if await turn.store.voted_today.has(turn.chat.address, today):
        return Outcome((turn.reply("survey.already"),))
    for known in await turn.store.surveys.recent(turn.chat.id, today):
        if _about_the_visit(turn, known):
            return await _open(turn, known)
    if turn.incoming.crowded:
        ways = (turn.button("button.person", "person"), turn.button("button.menu", "menu"))
        return Outcome((turn.reply("survey.crowded", ways),), turn.dialog)
    group = Group(unit=unit_of(turn.commune, "", place), place=place)
    made = Invitation(turn.new_id(), turn.chat.id, survey.id, group, today, "open")
    turn.store.surveys.mark(turn.chat.id, today)
    occasion = f"counter/{turn.chat.id}/{today.isoformat()}"
    if not await turn.store.surveys.invite(made, turn.commune.slug, occasion):
        return Outcome((turn.reply("survey.already"),))
    return await _open(turn, made)


def opens_counter(text: str) -> bool:
    """Tell whether words may open the survey of a counter."""
    return COUNTER.search(text.lower()) is not None


def _about_the_visit(turn: Turn, invitation: Invitation) -> bool:
    survey = turn.library.surveys.get(invitation.survey)
    return survey is not None and survey.when in VISITS


def unit_of(commune: Commune, roster: str, place: str) -> str:
    """Return the unit of a roster, or of a place's only unit or front office; "" when it cannot be told."""
    named = commune.roster(roster)
    if named is not None:
        return named.unit
    units = {one.unit for one in commune.rosters.rosters if one.place == place}
    if len(units) > 1:
        units &= {one.id for one in commune.profile.units if one.kind == "front-office"}
    return units.pop() if len(units) == 1 else ""


def _survey(turn: Turn) -> Survey:
    survey = turn.library.surveys.get(turn.data["survey"])
    if survey is None:  # taken away while somebody was answering
        raise CitizenMistake("survey.gone")
    return survey


def _item(number: int) -> Step:
    """Return the step that asks one item. Nothing is ticked before; what was answered already is not asked again.

    A button says which item it marks, so that a second tap on it is no answer to the next one.
    """
    then = f"item{number + 1}" if number < MOST_ITEMS else "comment"

    async def check(turn: Turn, text: str) -> str:
        mark = next((mark for mark, key in enumerate(SAID, 1) if is_one_of(turn.phrases, key, text)), None)
        if mark is None and not is_one_of(turn.phrases, "survey.said_skip", text):
            raise CitizenMistake("survey.one_to_five")
        return SKIPPED if mark is None else f"{number}-{mark}"

    async def ask(turn: Turn) -> Ask | Skip:
        survey = _survey(turn)
        if number > len(survey.items) or f"mark{number}" in turn.data:
            return Skip(then)
        choices = tuple(turn.button(key, f"{number}-{mark}") for mark, key in enumerate(SCALE, 1))
        return Ask(
            "survey.item",
            name=f"mark{number}",
            then=then,
            choices=(*choices, turn.button("survey.skip", SKIPPED)),
            check=check,
            typed=True,  # a number is a mark: 6 must not skip the question because its button is the sixth
            params={
                "number": number,
                "total": len(survey.items),
                "question": survey.items[number - 1].said(turn.phrases.language),
            },
        )

    return ask


async def comment(turn: Turn) -> Ask:
    """Ask for a remark, which may be left out."""
    _survey(turn)
    skip = turn.button("button.skip", SKIPPED)
    return Ask("survey.ask_comment", name="comment", then="voted", choices=(skip,), check=_comment)


async def _comment(turn: Turn, text: str) -> str:
    if not text:
        raise CitizenMistake("dialog.choose")
    if len(text) > LONGEST_COMMENT:
        raise CitizenMistake("survey.too_long", most=LONGEST_COMMENT)
    return masked(text)


async def voted(turn: Turn) -> Outcome:
    """Store the vote, forget who gave it and offer a person."""
    survey = _survey(turn)
    marks = {
        item.id: int(turn.data[f"mark{number}"][-1])
        for number, item in enumerate(survey.items, 1)
        if turn.data.get(f"mark{number}", SKIPPED) != SKIPPED
    }
    said = "" if turn.data["comment"] == SKIPPED else turn.data["comment"]
    surveys, slug, chat = turn.store.surveys, turn.commune.slug, turn.chat.id
    if not marks and not said:
        return Outcome((turn.reply("survey.empty"),))
    if not await surveys.vote(chat, slug, turn.data["invitation"], marks, said, local_day(turn.now)):
        return Outcome((turn.reply("survey.already"),))
    if survey.when in VISITS:
        await turn.store.voted_today.note(turn.chat.address, local_day(turn.now))
    person, menu = turn.button("button.person", "person"), turn.button("button.menu", "menu")
    agreed = await surveys.has_consent(chat)
    ask = turn.button("survey.stop", f"{CONSENT}/no") if agreed else turn.button("survey.agree", f"{CONSENT}/yes")
    return Outcome((_thanks(turn, (person, ask, menu)),))


def _thanks(turn: Turn, shown: tuple[Button, ...]) -> Reply:
    """Offer to call back. Everybody gets the same words: what was sent is kept for a while, and must tell no mark."""
    hotline = turn.commune.profile.hotline
    if hotline == NOT_GIVEN:
        return turn.reply("survey.thanks", shown)
    return turn.reply("survey.thanks_hotline", shown, hotline=hotline)


async def consent(turn: Turn, answer: str) -> Outcome:
    """Note that somebody agrees to be asked now and then, or takes it back."""
    agrees = answer == "yes"
    turn.store.surveys.consent(turn.chat.id, local_day(turn.now) if agrees else None)
    stop: tuple[Button, ...] = (turn.button("survey.stop", f"{CONSENT}/no"),) if agrees else ()
    return Outcome((turn.reply("survey.agreed" if agrees else "survey.stopped", stop),), turn.dialog)


async def not_now(turn: Turn, _: str) -> Outcome:
    """Take "not now" for an answer; nobody asks again for 30 days. What was being talked about goes on."""
    return Outcome((turn.reply("survey.left"),), turn.dialog)


FLOW = Flow(
    NAME,
    {**{f"item{number}": _item(number) for number in range(1, MOST_ITEMS + 1)}, "comment": comment, "voted": voted},
    keeps=True,
)
FEATURE = Feature(
    name="surveys",
    taps={"survey": begin, "survey_no": not_now, CONSENT: consent},
    codes={re.compile(COUNTER.pattern, re.IGNORECASE): at_counter},
    flows=(FLOW,),
)
