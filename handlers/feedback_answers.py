"""Trả lời phản ánh: an official types the answer, sees it once more, and it goes to the person."""

from handlers.dialog import Ask, Flow
from handlers.feature import Feature
from handlers.feedback_case import category_title, holder_of, note, tell_holder, tell_person
from handlers.feedback_rights import may_handle
from handlers.messages import Button
from handlers.posts import member_of
from handlers.turn import CitizenMistake, Outcome, Turn
from handlers.words import plain
from storage.feedback_case import Case, Said
from storage.members import Member

MOST = 1_500


async def text(turn: Turn) -> Ask:
    """Ask for the answer."""
    _, one = await _case(turn)
    params = {"code": one.code, "category": category_title(turn.commune, one), "most": MOST}
    return Ask("feedback.ask_answer", name="answer", then="confirm", check=_read, params=params)


async def _read(_: Turn, words: str) -> str:
    if len(words) > MOST:
        raise CitizenMistake("feedback.too_long", most=MOST)
    if len(plain(words).split()) < 2:
        raise CitizenMistake("feedback.too_short")
    return words


async def confirm(turn: Turn) -> Ask:
    """Show the answer as the person will read it."""
    await _case(turn)
    choices = (turn.button("feedback.send_answer", "yes"), turn.button("feedback.do_not_send", "no"))
    params = {"code": turn.data["code"], "answer": turn.data["answer"]}
    return Ask("feedback.confirm_answer", name="sure", then="done", choices=choices, params=params)


async def done(turn: Turn) -> Outcome:
    """Send the answer; the first one decides whether the case was answered in time."""
    member, one = await _case(turn)
    if turn.data["sure"] != "yes":
        return Outcome((turn.reply("feedback.not_answered", _ways(turn, one)),))
    answered = await turn.store.feedback.answer(one, member.id, turn.now)
    if answered is None:
        raise CitizenMistake("feedback.not_yours")
    errand = turn.errand()
    turn.store.feedback.say(turn.new_id(), answered, Said("answer", turn.data["answer"]), turn.now)
    held_by = holder_of(one, member)
    await note(errand, answered, "answered", member, held_by)
    await tell_holder(errand, answered, held_by, "feedback.push_answered_for_you", member.name)
    await tell_person(errand, answered)
    key = "feedback.answered_last" if answered.questions else "feedback.answered"
    return Outcome((turn.reply(key, _ways(turn, answered), code=answered.code),))


async def _case(turn: Turn) -> tuple[Member, Case]:
    """Return who writes and the case, looked at again: it may have been passed on, or the post may have ended."""
    member = await member_of(turn)
    one = await turn.store.feedback.by_code(turn.commune.slug, turn.data["code"])
    if member is None or one is None or not one.open or not may_handle(turn.commune, member, one):
        raise CitizenMistake("feedback.not_yours")
    return member, one


def _ways(turn: Turn, one: Case) -> tuple[Button, ...]:
    return (
        turn.button("feedback.look", f"case/see/{one.code}"),
        turn.button("button.cases", "cases"),
        turn.button("button.menu", "menu"),
    )


FLOW = Flow("feedback_answer", {"text": text, "confirm": confirm, "done": done})
FEATURE = Feature(name="feedback_answers", flows=(FLOW,))
