"""Bí mật nhà nước trong phản ánh: words that mention one are kept nowhere, not even in the open conversation."""

from dataclasses import replace

from content.feedback import mentions
from handlers.messages import Button, Reply
from handlers.turn import Turn


def without_secret(turn: Turn, text: str) -> str:
    """Return the text, or nothing when it mentions a secret."""
    plan = turn.commune.feedback
    return "" if plan is not None and mentions(text, plan.words.secret) else text


def secret_refused(turn: Turn, shown: tuple[Button, ...]) -> Reply:
    """Return the refusal; the channel is asked to delete the message that has just come."""
    return replace(turn.reply("feedback.secret", shown), delete=turn.incoming.ref)
