"""Bị lừa: what to do at once, wherever somebody speaks of a scam, and the way to report it without typing it again."""

from content.feedback import mentions
from handlers.messages import Reply
from handlers.turn import Turn
from handlers.words import plain

KEPT = "told"
LEAST = 5  # words; fewer tell the police nothing, so the report asks for more
MOST = 2_000  # characters: what a report may have


def scam_advice(turn: Turn, text: str) -> Reply | None:
    """Return the advice with the button that begins the report, or None when the words are about something else."""
    plan = turn.commune.feedback
    if plan is None or not mentions(text, plan.words.scam, plan.words.marked):
        return None
    shown = (
        turn.button("feedback.report_scam", "feedback/scam"),
        turn.button("button.person", "person"),
        turn.button("button.menu", "menu"),
    )
    return turn.reply("feedback.scam_advice", shown)


def words_to_keep(text: str, least: int = LEAST) -> dict[str, str]:
    """Return what the dialog keeps for the report: nothing, when there are fewer words than `least`."""
    return {KEPT: text} if len(plain(text).split()) >= least and len(text) <= MOST else {}


def kept_words(turn: Turn) -> dict[str, str]:
    """Return the words that were kept under the advice; none when something else came between."""
    kept = "" if turn.dialog.flow else turn.data.get(KEPT, "")
    return {KEPT: kept} if kept else {}
