"""Mã trong câu: «mã 6ZFA2Y tới đâu rồi» means the booking or the report of that code, as the bare code does."""

import re

from handlers import booked, counter, feedback_desk, feedback_status, incident_desk
from handlers.codes import ALPHABET, LENGTH
from handlers.feature import Feature
from handlers.feedback_case import MARK
from handlers.turn import Outcome, Turn
from handlers.words import LONGEST_WISH

_CODE = re.compile(rf"(?i)\b(?=[a-z]*\d)[{MARK}{ALPHABET}]{{{LENGTH}}}\b")
SENTENCE = re.compile(rf"(?is)(?=.*{_CODE.pattern[4:]}).{{1,{LONGEST_WISH}}}")
_FOR_STAFF = (counter.find, feedback_desk.find, incident_desk.find, feedback_status.find)


async def find(turn: Turn, _: str) -> Outcome | None:
    """Show what the one code in a short sentence stands for; None when there is no such thing in this commune."""
    codes = {found.upper() for found in _CODE.findall(turn.incoming.text)}
    if len(codes) != 1:
        return None
    (code,) = codes
    if turn.chat.post is not None:
        for finder in _FOR_STAFF:
            if (found := await finder(turn, code)) is not None:
                return found
        return None
    if await turn.store.bookings.by_code(turn.commune.slug, code) is not None:
        return await booked.find(turn, code)
    return await feedback_status.find(turn, code)


FEATURE = Feature(name="code_in_sentence", patterns={SENTENCE: find})
