"""Có ích / chưa: whether an answer helped, and what was missing."""

from handlers.dialog import Ask, Flow, start
from handlers.feature import Feature
from handlers.turn import CitizenMistake, Outcome, Turn
from handlers.words import masked
from storage.chats import Dialog

LONGEST_REMARK = 1_000


async def rate(turn: Turn, argument: str) -> Outcome:
    """Store the mark ("<answer>/1" or "/0"); after a "no" ask what was missing."""
    answer, _, mark = argument.partition("/")
    if mark not in {"0", "1"} or not await turn.store.answers.rate(turn.chat.id, answer, mark == "1"):
        return Outcome((turn.reply("rating.gone"),))
    if mark == "0":
        return await start(FLOW, turn, {"answer": answer})
    return Outcome((turn.reply("rating.thanks"),), Dialog(topic=turn.dialog.topic))


async def missing(turn: Turn) -> Ask:
    """Ask what was missing; it may be skipped."""
    return Ask(
        "rating.ask_missing",
        name="missing",
        then="noted",
        choices=(
            turn.button("rating.wrong_topic", "wrong topic"),
            turn.button("rating.unclear", "unclear"),
            turn.button("rating.outdated", "outdated"),
            turn.button("button.skip", "skip"),
        ),
        check=_remark,
    )


async def _remark(turn: Turn, text: str) -> str:
    if len(text) > LONGEST_REMARK:
        raise CitizenMistake("rating.too_long", most=LONGEST_REMARK)
    return masked(text)


async def noted(turn: Turn) -> Outcome:
    """Store the remark and offer a person."""
    if turn.data["missing"] != "skip":
        turn.store.answers.remark(turn.chat.id, turn.data["answer"], turn.data["missing"])
    buttons = (
        turn.button("button.person", "person"),
        turn.button("button.areas", "areas"),
        turn.button("button.menu", "menu"),
    )
    return Outcome((turn.reply("rating.noted", buttons),))


FLOW = Flow("rating", {"missing": missing, "noted": noted})
FEATURE = Feature(name="rating", taps={"rate": rate}, flows=(FLOW,))
