"""Khẩn cấp: whom to call at once, said before anything else to somebody in distress."""

from collections.abc import Mapping
from types import MappingProxyType

from content.feedback import mentions
from handlers.messages import Reply
from handlers.turn import Turn
from handlers.words import LONGEST_WISH

LIFE = "urgent.life"
# The most urgent first. What a long text tells is over, or about papers.
_ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "life": LIFE,
        "child": "urgent.child",
        "fire": "urgent.fire",
        "medical": "urgent.medical",
        "police": "urgent.police",
    }
)


def urgent_advice(turn: Turn, text: str) -> Reply | None:
    """Return whom to call when a short text speaks of danger to life or limb, else None."""
    if len(text) > LONGEST_WISH:
        return None
    signs = turn.library.vocabulary.urgent
    kind = next((kind for kind in _ADVICE if mentions(text, getattr(signs, kind))), None)
    if kind is None:
        return None
    return turn.reply(_ADVICE[kind], (turn.button("button.person", "person"), turn.button("button.menu", "menu")))


def wants_page_too(turn: Turn, text: str, advice: Reply) -> bool:
    """Tell whether somebody in distress asks for papers as well; beside a wish to die no page may stand."""
    return advice.key != LIFE and mentions(text, turn.library.vocabulary.urgent.papers)
