"""Muốn phản ánh, nói trong một câu: the wish to report, complain or denounce, told from a question about how to do it.

«tôi muốn phản ánh đường thôn 3 hỏng nặng» is the report already, «cho em phản ánh với ạ» only wants to make one and
«phản ánh của tôi tới đâu rồi» asks for one's own; «phản ánh thì gửi ở đâu» asks something. So in English.
"""

import re
from typing import Literal

from handlers.words import plain

Wish = Literal["report", "blank", "own", "complaint"]
BEGINNING = 120  # characters in which the wish must stand; a story may follow
_OPENING = (
    r"(?:(?:da|thua|a|alo|e|nay|oi|xin|chao|em|toi|tui|tao|minh|chung|gia|dinh|ba|con|chau|bac|co|chu|ong|ba|anh|chi"
    r"|cho|muon|phep|can|duoc|dang|gui|len|de|mot|lam|on|nho|y|don|viet|phai|se|dinh) )*"
)
_REPORT = r"(?:phan anh|gop y|kien nghi|phan nan)"
_COMPLAINT = r"(?:khieu nai|khieu kien|to cao)"
# Looked for in what is written, with or without marks, also in long texts: any letter stands for one with marks.
POSSIBLE = re.compile(
    r"(?is).{0,60}?\b(?:ph.n .nh|g.p .|ki.n ngh.|ph.n n.n|khi.u n.i|khi.u ki.n|t. c.o"
    r"|report|complain|complaint|denounce)\b.*"
)
_IN_ENGLISH = (
    r"(?:(?:hello|hi|please|i|we|d|m|am|would|like|want|wish|need|have|can|could|may|let|me|my|to|make|file"
    r"|lodge|a|an) )*"
)
_WISHED = re.compile(
    rf"{_OPENING}(?:(?P<report>{_REPORT})|(?P<complaint>{_COMPLAINT}))(?P<rest>(?: .*)?)"
    rf"|{_IN_ENGLISH}(?:(?P<reporting>report|reporting)|complain|complaint|denounce)(?P<after>(?: .*)?)"
)
_FURTHER = re.compile(
    rf"(?: (?:{_REPORT}|hien truong|y kien|voi|cho|len|xa|uy ban|ubnd|mot|viec|chuyen|ve|la|rang|a|nhe|nha|di"
    r"|that|about|on|the|problem|something|issue|please))*"
)
_ASKS = re.compile(
    r"\b(?:o dau|di dau|den dau|toi dau|qua dau|vao dau|cho nao|the nao|lam sao|ra sao|man rang|cach nao|bang cach"
    r"|cho ai|gap ai|bao lau|bao gio|khi nao|may ngay|may gio|la gi|gom gi|can gi|can nhung|giay to gi"
    r"|co duoc|duoc khong|so dien thoai|duong day nong|trinh tu|ho so|mau don|xu li chua|tra loi chua|ket qua)\b"
)
_ONES_OWN = re.compile(r" (?:cua|da gui|hom truoc|lan truoc)\b")
_ASKS_BACK = re.compile(r"\b(?:toi|den) dau\b|\b(?:xu li|tra loi) chua\b|\bsao roi\b")


def wish_to_report(text: str) -> Wish | None:
    """Return what somebody sets out to do with a sentence, or None when it asks something or is about something else.

    A report tells something, else it is "blank"; a wish to complain is one by itself.
    """
    found = _WISHED.fullmatch(plain(text[:BEGINNING]))
    if found is None:
        return None
    rest = found["rest"] or found["after"] or ""
    if found["report"] and _ONES_OWN.match(rest) and _ASKS_BACK.search(rest):
        return "own"
    if _ASKS.search(rest) or _ONES_OWN.match(rest):
        return None
    if not found["report"] and not found["reporting"]:
        return "complaint"
    told = rest[_FURTHER.match(rest).end() :]  # type: ignore[union-attr]  # it matches nothing, too
    return "report" if len(told.split()) >= 2 else "blank"
