"""Hết chuyện, chưa hiểu: words that end a talk, say a yes that nobody asked for, or that one is at a loss.

They ask nothing, and the search would find some page for them.
"""

import re

from handlers.feature import Feature
from handlers.handover_message import takes_back
from handlers.my_filings import ANSWERED, mine
from handlers.turn import Outcome, Turn
from handlers.words import plain

# "xong rồi", "vâng ạ", "hiểu rồi cảm ơn cháu", "thôi không cần nữa", "để tôi hỏi lại".
_YOU = "toi|tui|em|con|chau|minh|bac|co|chu|anh|chi|ong|ba|ban|ad"
_YES = "da|vang|u|uh|um|uhm|uk|o|oh|a|ok|oke|okay|khong|ko|yes|no|roi|the|vay|phai|dung"
_KIND = "day|do|nhe|nha|nghe|het|qua|lam|luon|that|nhieu|thoi|cam on|tks|thanks|lai|thu|them"
_WELL = "xong|duoc|ro|hieu|biet|nam|het|du|tot|hay|on|gioi|nhan|thay|chuan|thoi|got it|i see|done|great|that s all"
_NO_MORE = "khong (?:can|hoi|muon|co)(?: gi)?(?: nua| them)?|nothing(?: else)?"
_LATER = f"de (?:(?:{_YOU}) )?(?:xem|hoi|tinh|nghi|ve)"
_BEFORE = f"{_YOU}|{_YES}".replace("|khong|ko|", "|")  # «tôi không hiểu» is no end
_AROUND = f"{_YOU}|{_YES}"  # no word twice in what is repeated: it would be tried both ways each time
_ASKS = f"(?:{_WELL}|co|phai|dung|the) (?:khong|ko)(?: (?:{_YOU}|a|vay|the))*"  # "được không ạ"
ENDING = re.compile(
    rf"(?=.{{1,60}}$)(?!.*\b{_ASKS}$)(?:(?:{_BEFORE}) )*"
    rf"(?:{_WELL}|{_NO_MORE}|{_LATER}|{_YES}|co)(?: (?:{_AROUND}|{_KIND}|{_NO_MORE}))*"
    "|[👍👌🙏❤️♥😊🙂😀]+"
)
_AT_A_LOSS = (
    "(?:khong|ko|chua|chang) (?:hieu|ro|biet (?:chu|lam|doc|viet|bam|dung)|doc duoc|nhin ro|thay ro)"
    "|giai thich|noi (?:lai|cham)|doc (?:giup|cho|dum|ho)|kho (?:qua|hieu|lam)|roi qua|mat (?:kem|mo)"
    "|chu (?:nho|be) qua|(?:[iy]|the) la sao|la sao"
    "|noi gi (?:vay|the)|[iy] gi"
)
CONFUSED = re.compile(
    rf"(?=.{{1,60}}$)(?:(?:{_BEFORE}|van|noi|gi|may|cai|nay|do) )*(?:{_AT_A_LOSS})"
    rf"(?: (?:{_AROUND}|{_KIND}|nghe|voi|gi|ca|cai|nay|giup|cham|nao|duoc|may|tinh|hieu|cach|lam|chu))*"
)


async def nothing_more(turn: Turn, words: str) -> Outcome | None:
    """Answer who has understood or wants nothing more; the topic stays. Who takes a left message back is not meant."""
    if await takes_back(turn):
        return None
    if turn.chat.post is not None and ANSWERED.fullmatch(plain(words)):  # «đã nhận» under a list of what is due
        return await mine(turn, "")
    return Outcome((turn.reply("talk.anything_else", (turn.button("button.menu", "menu"),)),))


async def at_a_loss(turn: Turn, _: str) -> Outcome:
    """Offer a person to who has not understood or cannot read; the topic stays."""
    centre = turn.commune.values(turn.phrases.language)["trung_tam"]
    shown = (turn.button("button.person", "person"), turn.button("button.areas", "areas"))
    return Outcome((turn.reply("talk.confused", (*shown, turn.button("button.menu", "menu")), centre=centre),))


FEATURE = Feature(name="ending", patterns={ENDING: nothing_more, CONFUSED: at_a_loss})
