"""Họ tên lẫn vào tên chức danh: telling a person's name from the name of a post. Posts are stored, not people.

See docs/decisions/0011. A name is found wherever it stands: «Chuyên viên Nguyễn Văn An», «Trưởng phòng (Lê Thị Hoa)»,
«Văn thư: Lan», «Đ/c Nam», «nguyen van an», «Mùa A Sở». Villages and schools that bear somebody's name are no people:
«Trưởng thôn Lê Lợi».
"""

import re

from content.phrases import Phrases
from handlers.words import plain

_SEPARATED = re.compile(r"[-–—(),;:/\[\]|]+")
_SAID_APART = re.compile(r"[-–—(,;:]+")  # a stroke does not part «Đ/c»
_AFTER_COLON = re.compile(r":\s*(\w+)\s*$")
_MOST_WORDS = 5
_WORDS_BEFORE = 2  # between «trường» and the name: «Trường Tiểu học Lê Lợi»


def looks_like_a_person(name: str, phrases: Phrases) -> bool:
    """Tell whether somebody wrote a person's name (họ tên) into the name of a post."""
    if _is_addressed(name, phrases) or _is_given_after_colon(name, phrases):
        return True
    parts = [part.split() for part in _SEPARATED.split(name)]
    return any(_has_a_name(part, phrases) for part in parts)


def _is_addressed(name: str, phrases: Phrases) -> bool:
    """«Bà Lê Thị B», «Đ/c Nam»: an honorific with something after it, at the beginning or after a bracket or dash."""
    honorifics = phrases.words("members.honorifics")
    for part in _SAID_APART.split(name.lower()):
        words = part.replace(".", " ").split()
        for long in (1, 2):
            if len(words) > long and " ".join(words[:long]) in honorifics:  # as written: «chú» is no «chủ»
                return True
    return False


def _is_given_after_colon(name: str, phrases: Phrases) -> bool:
    """«Văn thư: Lan»: one capitalised word that is no unit's."""
    found = _AFTER_COLON.search(name)
    return found is not None and found[1].istitle() and found[1].lower() not in phrases.words("members.post_words")


def _has_a_name(words: list[str], phrases: Phrases) -> bool:
    """«Chuyên viên Nguyễn Văn An», «Mùa A Sở», «nguyen van an»: a family name with what follows one."""
    family_names, middle_names = phrases.words("members.family_names"), phrases.words("members.middle_names")
    post_words, places = phrases.words("members.post_words"), phrases.words("members.place_words")
    shouted = all(word.isupper() for word in words)
    for start, word in enumerate(words[:-1]):
        rest = words[start : start + _MOST_WORDS]
        before = " ".join(words[max(0, start - _WORDS_BEFORE) : start]).lower()
        if any(f" {place} " in f" {before} " for place in places):
            continue
        if _is_one_of(" ".join(rest[:2]), post_words):
            continue  # «Đoàn Thanh niên», «Hồ sơ», «Lưu văn thư» begin as a family name does
        family = _is_one_of(word, family_names)
        if family and len(rest) > 2 and _is_one_of(rest[1], middle_names):
            return True
        named = shouted or all(one.istitle() for one in rest)
        if named and (family or (word == "A" and start == 0)):
            return True
    return False


def _is_one_of(word: str, wanted: tuple[str, ...]) -> bool:
    """Compare as written, so that «Tổ» is no «Tô»; what is written without marks, as it sounds."""
    said = word.lower()
    return said in wanted or (said == plain(said) and any(said == plain(one) for one in wanted))
