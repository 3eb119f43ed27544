"""Muốn phản ánh, nói trong một câu: the wish to report, complain or denounce, told from a question about how to do it.

«tôi muốn phản ánh đường thôn 3 hỏng nặng» is the report already; «phản ánh thì gửi ở đâu» asks something.
"""

import re
from typing import Literal

from handlers.words import plain

Wish = Literal["report", "complaint"]
BEGINNING = 120  # characters in which the wish must stand; a story may follow
_OPENING = (
    r"(?:(?:da|thua|a|alo|e|nay|oi|xin|chao|em|toi|tui|tao|minh|chung|gia|dinh|ba|con|chau|bac|co|chu|ong|ba|anh|chi"
    r"|cho|muon|phep|can|duoc|dang|gui|len|de|mot|lam|on|nho|y|don|viet|phai|se|dinh) )*"
)
_REPORT = r"(?:phan anh|gop y|kien nghi|phan nan)"
_COMPLAINT = r"(?:khieu nai|khieu kien|to cao)"
# Looked for in what is written, with or without marks, also in long texts: any letter stands for one with marks.
POSSIBLE = re.compile(r"(?is).{0,60}?\b(?:ph.n .nh|g.p .|ki.n ngh.|ph.n n.n|khi.u n.i|khi.u ki.n|t. c.o)\b.*")
_WISHED = re.compile(rf"{_OPENING}(?:(?P<report>{_REPORT})|(?P<complaint>{_COMPLAINT}))(?P<rest>(?: .*)?)")
_FURTHER = re.compile(
    rf"(?: (?:{_REPORT}|hien truong|y kien|voi|cho|len|xa|uy ban|ubnd|mot|viec|chuyen|ve|la|rang|a))*"
)
_ASKS = re.compile(
    r"\b(?:o dau|di dau|den dau|toi dau|qua dau|vao dau|cho nao|the nao|lam sao|ra sao|man rang|cach nao|bang cach"
    r"|cho ai|gap ai|bao lau|bao gio|khi nao|may ngay|may gio|la gi|gom gi|can gi|can nhung|giay to gi"
    r"|co duoc|duoc khong|so dien thoai|duong day nong|trinh tu|ho so|mau don|xu ly chua|tra loi chua|ket qua)\b"
)
_ONES_OWN = re.compile(r" (?:cua|da gui|hom truoc|lan truoc)\b")


def wish_to_report(text: str) -> Wish | None:
    """Return what somebody sets out to do with a sentence, or None when it asks something or is about something else.

    A report needs something to report; a wish to complain is one by itself.
    """
    found = _WISHED.fullmatch(plain(text[:BEGINNING]))
    if found is None or _ASKS.search(found["rest"]) or _ONES_OWN.match(found["rest"]):
        return None
    if found["complaint"]:
        return "complaint"
    told = found["rest"][_FURTHER.match(found["rest"]).end() :]  # type: ignore[union-attr]  # it matches nothing, too
    return "report" if len(told.split()) >= 2 else None
