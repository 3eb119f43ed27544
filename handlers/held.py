"""Tin giữ đến sáng: what was held back for the morning goes into the mailboxes of the web page in its time."""

from handlers.errand import Errand
from handlers.feature import Feature


async def release(errand: Errand) -> bool:
    """Release what is due; there is no more to do in this round."""
    await errand.store.mailbox.release(errand.now)
    return False


FEATURE = Feature(name="held", errands=(release,))
