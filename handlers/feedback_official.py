"""Về cán bộ: whether a report may be about somebody in office, so that it must not go to their own colleagues."""

from content.feedback import mentions, told_of
from handlers.dialog import Ask, Skip
from handlers.turn import Turn

ABOUT = "about"  # what is answered to the question whether it is
_NOT_OFFICES = frozenset({"partner", "team", "person"})


def speaks_of_official(turn: Turn, text: str) -> bool:
    """Tell whether a text speaks of a post or a unit of the commune that is not merely asked to come or to help."""
    plan = turn.commune.feedback
    if plan is None:
        return False
    units = (unit.name for unit in turn.commune.profile.units if unit.kind not in _NOT_OFFICES)
    return told_of(text, (*plan.words.post, *units), plan.words.asked)


def accuses(turn: Turn, text: str) -> bool:
    """Tell whether somebody speaks of what an official did wrong."""
    plan = turn.commune.feedback
    return plan is not None and mentions(text, plan.words.post) and mentions(text, plan.words.wrong)


async def ask_about(turn: Turn) -> Ask:
    """Ask once whether it is about an official: else it could go to that official's own colleagues."""
    choices = (turn.button("feedback.about_official", "yes"), turn.button("feedback.not_about_official", "no"))
    return Ask("feedback.ask_about", name=ABOUT, then="about", choices=choices)


async def about(turn: Turn) -> Skip:
    """Make it a case that only leaders read, when it is about an official."""
    plan = turn.commune.feedback
    found = plan.special("official") if plan is not None else None
    if found is not None and turn.data[ABOUT] == "yes":
        turn.data["category"] = found.id
    return Skip("place")
