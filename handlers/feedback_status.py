"""Phản ánh của tôi: how a case stands, by its code on any channel; one follow-up question; closing it."""

from handlers.dialog import Ask, Flow, start
from handlers.feature import Feature
from handlers.feedback_case import (
    PATTERN,
    REASONS,
    STATES,
    buttons_of,
    category_title,
    due_after,
    due_words,
    last_answer,
    note,
    tell_unit,
    unit_words,
)
from handlers.messages import Button, Reply
from handlers.turn import CitizenMistake, Outcome, Turn
from storage.feedback_case import Case, Said

MOST_QUESTION = 1_000
MOST_LISTED = 8


async def find(turn: Turn, code: str) -> Outcome | None:
    """Show how the case of a typed code stands; staff see the page of what they may see (handlers/feedback_desk.py)."""
    case = await turn.store.feedback.by_code(turn.commune.slug, code.upper())
    if case is None or (turn.chat.post is not None and case.chat_id != turn.chat.id):
        return None
    return Outcome((await _status(turn, case),))


async def _status(turn: Turn, case: Case) -> Reply:
    """Return how a case stands. The person's own words are never repeated: a code can be read by others."""
    phrases = turn.phrases
    parts = [
        phrases.say(
            "feedback.status",
            code=case.code,
            category=category_title(turn.commune, case),
            state=phrases.plain(STATES[case.state]),
            unit=unit_words(turn.commune, phrases, case),
        )
    ]
    if case.open:
        parts.append(phrases.say("feedback.status_due", due=due_words(case)))
    answer = await last_answer(turn.errand(), case)
    if answer:
        parts.append(phrases.say("feedback.status_answer", answer=answer))
    if case.state == "refused":
        parts.append(phrases.say(REASONS.get(case.reason or "", "feedback.reason_unclear")))
    own = case.chat_id == turn.chat.id
    return Reply("feedback.status", "\n\n".join(parts), buttons_of(phrases, case) if own else _ways(turn))


async def mine(turn: Turn, argument: str) -> Outcome:
    """List the chat's cases, or do something with one of them: "see/<code>", "ask/<code>", "clear/<code>"."""
    name, _, code = argument.partition("/")
    if code:
        case = await turn.store.feedback.by_code(turn.commune.slug, code.upper())
        if case is None or case.chat_id != turn.chat.id:
            return Outcome((turn.reply("feedback.unknown_code", _ways(turn)),))
        if name == "ask" and _may_ask(case):
            return await start(QUESTION, turn, {"code": case.code})
        return await _clear(turn, case) if name == "clear" else Outcome((await _status(turn, case),))
    cases = (await turn.store.feedback.of_chat(turn.chat.id))[:MOST_LISTED]
    if not cases:
        return Outcome((turn.reply("feedback.have_none", (turn.button("button.feedback", "feedback"), *_ways(turn))),))
    buttons = [
        Button(f"{one.code} · {category_title(turn.commune, one)}", f"myfeedback/see/{one.code}") for one in cases
    ]
    return Outcome((turn.reply("feedback.list", (*buttons, *_ways(turn))),))


async def _clear(turn: Turn, case: Case) -> Outcome:
    closed = await turn.store.feedback.close(case, turn.now)
    if closed is None:
        return Outcome((await _status(turn, case),))
    await note(turn.errand(), closed, "closed")
    return Outcome((turn.reply("feedback.cleared", _ways(turn), code=closed.code),))


async def question(turn: Turn) -> Ask:
    """Ask what is still unclear."""
    params = {"code": turn.data["code"], "most": MOST_QUESTION}
    return Ask("feedback.ask_question", name="question", then="asked", check=_read_question, params=params)


async def _read_question(_: Turn, text: str) -> str:
    if len(text) > MOST_QUESTION:
        raise CitizenMistake("feedback.too_long", most=MOST_QUESTION)
    return text


async def asked(turn: Turn) -> Outcome:
    """Open the case again for its one follow-up question."""
    case = await turn.store.feedback.by_code(turn.commune.slug, turn.data["code"])
    due = due_after(turn.commune, turn.now, _follow_up_days(turn))
    again = await turn.store.feedback.ask(case, due) if case is not None and case.chat_id == turn.chat.id else None
    if again is None:
        return Outcome((turn.reply("feedback.asked_already", _ways(turn)),))
    errand = turn.errand()
    turn.store.feedback.say(turn.new_id(), again, Said("question", turn.data["question"]), turn.now)
    await note(errand, again, "asked")
    await tell_unit(errand, again)
    return Outcome(
        (turn.reply("feedback.asked", buttons_of(turn.phrases, again), code=again.code, due=due_words(again)),)
    )


def _may_ask(case: Case) -> bool:
    return case.state == "answered" and not case.questions


def _follow_up_days(turn: Turn) -> int:
    if turn.commune.feedback is None:
        raise CitizenMistake("feedback.not_here")
    return turn.commune.feedback.rules.follow_up_days


def _ways(turn: Turn) -> tuple[Button, ...]:
    return (turn.button("button.menu", "menu"),)


QUESTION = Flow("feedback_question", {"question": question, "asked": asked})
FEATURE = Feature(
    name="feedback_status",
    commands={"word.my_feedback": mine},
    taps={"myfeedback": mine},
    codes={PATTERN: find},
    flows=(QUESTION,),
)
