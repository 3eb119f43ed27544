"""Phản ánh, kiến nghị: sending one. How it stands is in handlers/feedback_status.py."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from content.feedback import Category, FeedbackPlan, mentions
from handlers.dialog import Ask, Flow, Say, Skip, start
from handlers.feature import Feature, MenuEntry
from handlers.feedback_case import (
    buttons_of,
    due_after,
    due_words,
    feedback_code,
    note,
    tell_unit,
    unit_words,
)
from handlers.feedback_official import ABOUT, about, ask_about, speaks_of_official
from handlers.feedback_photo import keep_photo, papers, photo_words, read_photo, with_way_for_photos, without_photo
from handlers.feedback_scam import KEPT, kept_words, scam_advice
from handlers.feedback_status import mine
from handlers.feedback_wish import BEGINNING, POSSIBLE, wish_to_report
from handlers.messages import Button
from handlers.person_wish import PLAINLY, wants_person
from handlers.turn import CitizenMistake, Outcome, Turn
from handlers.words import plain
from storage.chats import Dialog
from storage.feedback_case import Case, Said

MOST_WORDS = 2_000
MOST_PLACE = 200
MOST_OPEN = 5
NO_PLACE = "-"
_NOWHERE = re.compile(  # no place, in words
    r"(da )?((khong|ko|kg|k|hong|no|none)( (co|biet|ro|nho|phai|ghi|can))?|chua (ro|biet)|bo qua)( a| dau| nua| di)?"
)
COMPLAINT = "complaint"
MATTER = "matter"  # whether it is a complaint
MORE = "more"  # something was added to the words
BARE_WISH = 8  # words
TOLD = KEPT  # the words, when they came before the kind
ASKED: Mapping[str, str] = MappingProxyType(
    {"scam": "feedback.ask_words_scam", "official": "feedback.ask_words_official"}
)
CONFIRMED: Mapping[str, str] = MappingProxyType(
    {"scam": "feedback.confirm_scam", "official": "feedback.confirm_official"}
)


async def begin(turn: Turn, what: str) -> Outcome:
    """Begin a report, unless too many of this chat are open; of a scam, with the words that were kept."""
    plan = turn.commune.feedback
    if plan is None:
        return Outcome((turn.reply("feedback.not_here", _ways(turn)),))
    mine = await turn.store.feedback.of_chat(turn.chat.id)
    if sum(one.open for one in mine) >= MOST_OPEN:
        shown = (turn.button("button.my_feedback", "myfeedback"), *_ways(turn))
        return Outcome((turn.reply("feedback.too_many", shown, most=MOST_OPEN),))
    scam = plan.special("scam")
    if what == "scam" and scam is not None:
        return await start(FLOW, turn, {"category": scam.id, **kept_words(turn)}, at="words")
    return await start(FLOW, turn, kept_words(turn) if what == TOLD else {})


async def told(turn: Turn, text: str) -> Outcome | None:
    """Begin with what was said of one's own accord: a report with or without its words, or a complaint; else None."""
    said = turn.incoming.text
    wish = wish_to_report(said) if turn.commune.feedback is not None else None
    if wish is None or wants_person(plain(text[:BEGINNING])) or scam_advice(turn, said) is not None:
        return None
    if wish == "complaint":
        return await complain(turn)
    if wish != "report":
        return await (mine(turn, "") if wish == "own" else begin(turn, ""))
    if len(said) > MOST_WORDS:
        return Outcome((turn.reply("feedback.too_long", most=MOST_WORDS), *(await begin(turn, "")).replies))
    return await begin(turn.with_dialog(Dialog(topic=turn.dialog.topic, data={TOLD: said})), TOLD)


async def complain(turn: Turn) -> Outcome:
    """Say where a complaint or a denunciation goes; nothing of it is kept."""
    return await start(FLOW, turn, {"category": COMPLAINT}, at="words")


async def category(turn: Turn) -> Ask:
    """Ask what it is about. Who tells the story at once need not tell it again."""
    plan = _plan(turn)
    choices = tuple(Button(one.title, one.id) for one in plan.categories)
    complaint = turn.button("button.complaint", COMPLAINT)
    key = "feedback.ask_category_of" if TOLD in turn.data else "feedback.ask_category"
    if turn.data.pop(MORE, ""):
        key = "feedback.ask_category_more"
    return Ask(key, "category", "words", (*choices, complaint), _read_story)


async def _read_story(turn: Turn, text: str) -> dict[str, str]:
    if len(plain(text).split()) < 2:
        raise CitizenMistake("dialog.choose")
    before, said = turn.data.get(TOLD), plain(text)
    # A story that goes on may mention officials; only a bare wish is one then.
    if wants_person(said) and (before is None or len(said.split()) <= BARE_WISH):
        raise CitizenMistake("feedback.person" if before is None else "feedback.person_or_kind")
    whole = "\n".join(filter(None, (before, text)))
    return {TOLD: await _read_words(turn, whole)} | ({MORE: "yes"} if before else {})


async def words(turn: Turn) -> Ask | Say | Skip:
    """Ask for the words; of a scam, first say what to do at once. Complaints end here: they are not taken."""
    if isinstance(turn.data["category"], dict):  # the story instead of a kind
        turn.data.update(turn.data.pop("category"))
        return Skip("ask_matter" if _complains(turn, turn.data[TOLD]) else "category")
    if turn.data["category"] == COMPLAINT:
        return _not_taken(turn)
    if TOLD in turn.data:
        turn.data["words"] = turn.data[TOLD]
        return Skip("look")
    found = _category(turn)
    key = ASKED.get(found.special or "", "feedback.ask_words")
    params = {"most": MOST_WORDS, "title": found.title, "examples": found.examples}
    return Ask(key, name="words", then="look", check=_read_words, params=params)


async def _read_words(_: Turn, text: str) -> str:
    if len(text) > MOST_WORDS:
        raise CitizenMistake("feedback.too_long", most=MOST_WORDS)
    if len(plain(text).split()) < 2:
        raise CitizenMistake("feedback.too_short")
    return text


def _complains(turn: Turn, text: str) -> bool:
    signs = _plan(turn).words
    return MATTER not in turn.data and mentions(text, signs.complaint, signs.marked)


async def ask_matter(turn: Turn) -> Ask:
    """Ask whether it is a complaint: the words alone ("tôi không khiếu nại gì") do not tell."""
    choices = (turn.button("feedback.is_complaint", COMPLAINT), turn.button("feedback.is_report", "report"))
    return Ask("feedback.ask_matter", name=MATTER, then="matter", choices=choices)


async def matter(turn: Turn) -> Say | Skip:
    """Say where complaints go, or go on with the words that were kept."""
    if turn.data[MATTER] == COMPLAINT:
        return _not_taken(turn)
    return Skip("look" if "words" in turn.data else "category")


async def look(turn: Turn) -> Skip:
    """Look what the words really are: a complaint, a scam, something about an official."""
    plan, text = _plan(turn), turn.data["words"]
    if _complains(turn, text):
        return Skip("ask_matter")
    for kind, signs in (("scam", plan.words.scam), ("official", plan.words.official)):
        found = plan.special(kind)
        if found is not None and _category(turn).special is None and mentions(text, signs):
            turn.data["category"] = found.id
    asks = ABOUT not in turn.data and _category(turn).special is None and speaks_of_official(turn, text)
    return Skip("ask_about" if asks else "place")


async def place(turn: Turn) -> Ask:
    """Ask where, in words."""
    skip = (turn.button("button.skip", NO_PLACE),)
    return Ask("feedback.ask_place", name="place", then="confirm", choices=skip, check=_read_place)


async def _read_place(_: Turn, text: str) -> str:
    if len(text) > MOST_PLACE:
        raise CitizenMistake("feedback.too_long", most=MOST_PLACE)
    if PLAINLY.fullmatch(plain(text)):
        raise CitizenMistake("feedback.person_or_place")
    return NO_PLACE if _NOWHERE.fullmatch(plain(text)) else text


async def confirm(turn: Turn) -> Ask:
    """Show what will be sent, to whom, and until when it is answered."""
    found, where = _category(turn), turn.data["place"]
    case = _new(turn, found)
    params = {
        "category": found.title,
        "words": turn.data["words"],
        "place": turn.phrases.plain("feedback.no_place") if where == NO_PLACE else where,
        "unit": unit_words(turn.commune, turn.phrases, case),
        "due": due_words(case),
        "photo": photo_words(turn, official=case.official),
    }
    key = CONFIRMED.get(found.special or "", "feedback.confirm")
    if case.official and mentions(turn.data["words"], _plan(turn).words.chairman):
        key, params["province"] = "feedback.confirm_chairman", turn.commune.profile.province
    choices = (turn.button("feedback.send", "yes"), turn.button("feedback.do_not_send", "no"))
    return Ask(key, name="sure", then="done", choices=choices, check=read_photo, params=params)


async def done(turn: Turn) -> Outcome:
    """Store the case and tell those who answer it."""
    if isinstance(turn.data["sure"], dict):
        return await start(FLOW, turn, {**turn.data, "photo": turn.data["sure"]}, at="papers")
    if turn.data["sure"] != "yes":
        return Outcome((without_photo(turn, turn.reply("feedback.not_sent", _ways(turn))),))
    case = await _store(turn, _new(turn, _category(turn)))
    errand = turn.errand()
    turn.store.feedback.say(turn.new_id(), case, Said("words", turn.data["words"]), turn.now)
    if turn.data["place"] != NO_PLACE:
        turn.store.feedback.say(turn.new_id(), case, Said("place", turn.data["place"]), turn.now)
    keep_photo(turn, case)
    await note(errand, case, "received")
    await tell_unit(errand, case)
    unit = unit_words(turn.commune, turn.phrases, case)
    shown = buttons_of(turn.phrases, case)
    sent = turn.reply("feedback.sent", shown, code=case.code, unit=unit, due=due_words(case))
    return Outcome((with_way_for_photos(turn, sent, case),))


async def checked(turn: Turn) -> Outcome:
    """Go back to the last question, with the photo or, when it shows papers or a face, without it."""
    if turn.data["papers"] == "no":
        return await start(FLOW, turn, turn.data, at="confirm")
    data = {name: value for name, value in turn.data.items() if name != "photo"}
    asked = await start(FLOW, turn, data, at="confirm")
    return replace(asked, replies=(without_photo(turn, turn.reply("feedback.photo_dropped")), *asked.replies))


def _new(turn: Turn, found: Category) -> Case:
    """Return the case as it would be stored now; about an official it has no unit yet."""
    identity = turn.new_id()
    official = found.special == "official"
    return Case(
        id=identity,
        account=turn.commune.slug,
        code=feedback_code(identity),
        chat_id=turn.chat.id,
        category=found.id,
        unit=None if official else found.unit_in(turn.commune.profile),
        official=official,
        state="received",
        reason=None,
        taken_by=None,
        due=due_after(turn.commune, turn.now, found.days),
        questions=0,
        created=turn.now,
        answered=None,
        in_time=None,
        untold=None,
    )


async def _store(turn: Turn, case: Case) -> Case:
    stored = await turn.store.feedback.add(case)
    while stored is None:  # the code is taken in this commune
        case = replace(case, code=feedback_code(turn.new_id()))
        stored = await turn.store.feedback.add(case)
    return stored


def _not_taken(turn: Turn) -> Say:
    values = turn.commune.values(turn.phrases.language)
    params = {
        "authority": turn.commune.profile.authority,
        "centre": values["trung_tam"],
        "address": values["dia_chi"],
        "hours": values["gio_lam_viec"],
    }
    shown = (turn.button("button.feedback", "feedback"), turn.button("button.person", "person"), *_ways(turn))
    return Say("feedback.not_taken", shown, params)


def _plan(turn: Turn) -> FeedbackPlan:
    if turn.commune.feedback is None:
        raise CitizenMistake("feedback.not_here")
    return turn.commune.feedback


def _category(turn: Turn) -> Category:
    found = _plan(turn).category(turn.data["category"])
    if found is None:  # taken out of the file while somebody was writing
        raise CitizenMistake("dialog.lost")
    return found


def _ways(turn: Turn) -> tuple[Button, ...]:
    return (turn.button("button.menu", "menu"),)


FLOW = Flow(
    "feedback",
    {
        "category": category,
        "words": words,
        "ask_matter": ask_matter,
        "matter": matter,
        "look": look,
        "ask_about": ask_about,
        "about": about,
        "place": place,
        "confirm": confirm,
        "done": done,
        "papers": papers,
        "checked": checked,
    },
    story=frozenset({TOLD, "words"}),
)
FEATURE = Feature(
    name="feedback",
    commands={"word.feedback": begin},
    taps={"feedback": begin},
    flows=(FLOW,),
    patterns={POSSIBLE: told},
    menu=(MenuEntry(60, "button.feedback", "feedback"),),
)
