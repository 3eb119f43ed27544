"""Comparing what people type with words we know, whatever the marks, capitals and full stops."""

import re
import unicodedata
from functools import lru_cache

from content.normalise import split_words
from content.phrases import Phrases
from content.syllables import fold

LONGEST_TEXT = 5_000
LONGEST_WISH = 120  # characters; a longer text is a story, and the search reads those
_SHORT = 100
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ID_NUMBER = re.compile(r"(?<![\d+])\d(?:[ .-]?\d){11}(?!\d)")
_LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){5,}")


def clean(text: str) -> str:
    """Return text composed (NFC), without invisible and control characters, at most 5,000 characters."""
    text = text.encode("utf-8", "replace").decode()  # half a character, which no database can store
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text[: LONGEST_TEXT * 2])).strip()[:LONGEST_TEXT]


def plain(text: str) -> str:
    """Return the folded words of a text: "Huỷ!" and "hủy" and "huy" are equal."""
    return _plain(text) if len(text) <= _SHORT else _plain.__wrapped__(text)


def is_one_of(phrases: Phrases, key: str, text: str) -> bool:
    """Tell whether a text is, as a whole, one of the words that a phrase lists."""
    return plain(text) in {plain(word) for word in phrases.words(key)}


# The same labels of buttons are compared with whatever is said, turn after turn. Short texts only, so that the
# cache cannot grow beyond a megabyte.
@lru_cache(4_096)
def _plain(text: str) -> str:
    return " ".join(fold(word) for word in split_words(text))


def without_id_numbers(text: str) -> str:
    """Return text without the 12-digit personal identification numbers in it."""
    return _ID_NUMBER.sub(" ", text).strip()


def has_id_number(text: str) -> bool:
    """Tell whether a 12-digit number (số định danh cá nhân) stands in the text."""
    return bool(_ID_NUMBER.search(text))


def masked(text: str) -> str:
    """Return text with every number of six or more digits masked: what is kept must not identify anybody."""
    return _LONG_NUMBER.sub("…", text)
