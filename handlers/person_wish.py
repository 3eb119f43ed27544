"""Muốn gặp người thật: tells the wish for a person from a question in which an official occurs. Folded words only."""

import re

_VERB = (
    r"gap|noi chuyen(?: truc tiep)?(?: voi| vs)?|noi voi|noi may(?: voi| cho| qua)?|ket noi(?: voi| toi)?|chat voi"
    r"|trao doi(?: truc tiep)?(?: voi)?|lien he(?: voi)?|lien lac(?: voi)?|nhan tin(?: voi| cho)?"
    r"|goi(?: dien)?(?: cho)?|chuyen(?: may| toi| minh| tui| cuoc goi)?(?: cho| qua| sang| den)|hoi(?: truc tiep)"
)
_OFFICIAL = (
    r"can bo|cb|nhan vien|cong chuc|vien chuc|tu van vien|tong dai vien|con nguoi|ai do"
    r"|nguoi (?:that|thiet|truc|ho tro|tra loi|phu trach)"
)
# "người" alone is a person when nothing else follows it: not «người nghèo», «người thân», «người bảo lãnh».
_SOMEBODY = r"nguoi(?= (?:di|a|ah|ha|voi|nhe|nha|nghe|ngay|luon|gium|giup|khac|o xa|duoc|de hoi)\b|$)"
_PERSON = rf"(?:{_OFFICIAL}|{_SOMEBODY})"
_WISH = (
    r"(?:cho|muon|can|xin|xin phep|nho|giup|phai|doi|thich|hay|vui long|lam on|de)"
    r"(?: (?:toi|tui|minh|em|con|chau|bac|co|chu|ba|ong|anh|chi|me|bo|duoc|hay|di|gap mat|chung toi|tao|t|m)){0,3}"
)
POSSIBLE = re.compile(
    r".*\b(?:can bo|cb|nhan vien|cong chuc|vien chuc|tu van vien|tong dai vien|nguoi|ai|may|robot|bot"
    r"|human|person|officer|official|someone|somebody|agent|staff"
    r"|gap (?:anh|chi|co|chu|bac|ong|ba)|noi chuyen voi (?:anh|chi|co|chu|bac|ong|ba))\b.*"
)
# «cho tôi gặp chị Hoa»: the citizen knows who it is, we pass on to whoever is on duty. The chairman has days for that.
_BY_NAME = re.compile(
    rf"(?:.* )?{_WISH} (?:gap|noi chuyen voi) (?:anh|chi|co|chu|bac|ong|ba)"
    r" (?!(?:pho )?chu tich|bi thu|lanh dao)\w+(?: \w+){0,3}"
)
_SHORT = re.compile(rf"(?:.* )?(?:{_VERB})(?: \w+){{0,2}} {_PERSON}(?: \w+){{0,2}}")
_ASKED_FOR = re.compile(rf"\b{_WISH} (?:{_VERB})(?: \w+){{0,2}} {_PERSON}(?!\w)")
_AT_ONCE = re.compile(
    rf"\b(?:{_VERB})(?: \w+){{0,2}} {_PERSON}(?: \w+){{0,2}} (?:ngay|luon|gap|di|lien|gium|giup)(?: |$)"
)
_NOT_A_MACHINE = re.compile(
    r"\b(?:khong|ko|k|hong|hok|dung|het|chan)(?: (?:muon|thich|them|can|phai))?(?: \w+){0,3} (?:voi|vs) "
    r"(?:may|robot|bot|may moc|tro ly)\b"
)
_ANYBODY = re.compile(
    r"(?:\w+ )?(?:co )?(?:ai|nguoi that|nguoi thiet|can bo|nhan vien)(?: nao)?(?: (?:o do|o day|truc|do|day|o may))? "
    r"(?:khong|ko|k|hong|hok)(?: (?:vay|a|ha|nhi|the|cho .*))?"
)
_ENGLISH = re.compile(
    r"\b(?:talk|speak|chat) (?:to|with)(?: \w+){0,2} (?:human|person|officer|official|someone|somebody|agent|staff)\b"
)
# «làm sao gặp được cán bộ» wants a person; «gặp cán bộ thì đi đâu» wants to know something.
_HOW_TO_REACH = re.compile(rf"\b(?:lam sao|lam the nao|cach nao|co cach nao)(?: \w+){{0,3}} (?={_VERB})")
_QUESTION = re.compile(
    r"\b(?:nao|o dau|di dau|toi dau|den dau|cho nao|may gio|khi nao|bao gio|luc nao|thu may|bao nhieu|bao lau|la ai"
    r"|gap ai(?! do)|gi|man rang|lam rang|the nao|nhu the nao|mat tien|phai tra tien)\b"
)
# An appointment, a video call and a swindler's call have answers of their own.
_ELSEWHERE = re.compile(
    r"\b(?:lich|hen|video|goi hinh|xung|tu nhan|gia danh|gia mao|mao danh|lua|lua dao|otp|chuyen khoan|chuyen tien"
    r"|cong an goi|goi den|goi toi bao)\b"
)
_MOST_WORDS_IN_SHORT = 9
# Nothing but the wish, so that it is heard in the middle of a form, too: a story about an official is an answer there.
PLAINLY = re.compile(
    r"(?:(?:da|thoi|thua|a|alo|e|nay|oi|xin chao|chao|kho qua|troi oi) )*"
    rf"(?:(?:(?:toi|tui|em|minh|con|chau|bac|co|chu|ong|ba|anh|chi) )?{_WISH} )?"
    r"(?:gap|noi chuyen(?: truc tiep)?(?: voi| vs)?|ket noi(?: voi| toi)?|chat voi|trao doi voi"
    r"|chuyen(?: may)?(?: cho| qua| sang))(?: (?:mot|1|anh|chi|cac|co|chu|bac))*"
    rf" (?:{_OFFICIAL}|nguoi)(?: (?:xa|uy ban|ubnd|tu phap|o xa|trung tam|truc tiep|duoc))*"
    r"(?: (?:voi|nhe|nha|nghe|a|ah|ha|di|ngay|luon|giup|gium|duoc|dc|khong|ko|k|chut|mot chut|oi|da|toi|em|minh|tui"
    r"|con|cai))*"
)


def wants_person(words: str) -> bool:
    """Tell whether folded words ask to be put through to somebody: «cho tui gap nguoi that», «gap can bo ngay»."""
    if _NOT_A_MACHINE.search(words) or _ENGLISH.search(words) or _ANYBODY.fullmatch(words):
        return True
    rest = _HOW_TO_REACH.sub("", words)
    if _QUESTION.search(rest) or _ELSEWHERE.search(rest):
        return False
    if len(rest.split()) <= _MOST_WORDS_IN_SHORT and _SHORT.fullmatch(rest):
        return True
    return bool(_BY_NAME.fullmatch(rest) or _ASKED_FOR.search(rest) or _AT_ONCE.search(rest))
