"""Hết chuyện: words that only end a talk, or say a yes that nobody asked for: the search would find some page."""

import re

from handlers.feature import Feature
from handlers.handover_message import takes_back
from handlers.turn import Outcome, Turn

# "xong rồi", "vâng ạ", "hiểu rồi cảm ơn cháu", "thôi không cần nữa", "để tôi hỏi lại".
_YOU = "toi|em|con|chau|minh|bac|co|chu|anh|chi|ong|ba|ban|ad"
_YES = "da|vang|u|uh|um|uhm|uk|o|oh|a|ok|oke|okay|khong|ko|yes|no|roi|the|vay|phai|dung"
_KIND = "day|do|nhe|nha|nghe|het|qua|lam|luon|that|nhieu|thoi|cam on|tks|thanks|lai|thu|them"
_WELL = "xong|duoc|ro|hieu|biet|nam|het|du|tot|hay|on|gioi|nhan|thay|chuan|thoi|got it|i see|done|great|that s all"
_NO_MORE = "khong (?:can|hoi|muon|co)(?: gi)?(?: nua| them)?|nothing(?: else)?"
_LATER = f"de (?:(?:{_YOU}) )?(?:xem|hoi|tinh|nghi|ve)"
_AROUND = f"{_YOU}|{_YES}"  # no word twice in what is repeated: it would be tried both ways each time
_ASKS = f"(?:{_WELL}|co|phai|dung|the) (?:khong|ko)(?: (?:{_YOU}|a|vay|the))*"  # "được không ạ"
ENDING = re.compile(
    rf"(?=.{{1,60}}$)(?!.*\b{_ASKS}$)(?:(?:{_AROUND}) )*"
    rf"(?:{_WELL}|{_NO_MORE}|{_LATER}|{_YES}|co)(?: (?:{_AROUND}|{_KIND}|{_NO_MORE}))*"
)


async def nothing_more(turn: Turn, _: str) -> Outcome | None:
    """Answer who has understood or wants nothing more; the topic stays. Who takes a left message back is not meant."""
    if await takes_back(turn):
        return None
    return Outcome((turn.reply("talk.anything_else", (turn.button("button.menu", "menu"),)),))


FEATURE = Feature(name="ending", patterns={ENDING: nothing_more})
