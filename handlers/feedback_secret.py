"""Bí mật nhà nước: words that mention one are kept nowhere, not even in the open conversation, whoever they are for."""

from content.feedback import mentions
from handlers.turn import Turn


def has_secret(turn: Turn) -> bool:
    """Tell whether the words that came mention a secret."""
    plan = turn.commune.feedback
    return plan is not None and mentions(turn.incoming.text, plan.words.secret, plan.words.marked)
