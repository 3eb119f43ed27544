"""Âm tiết: what a Vietnamese syllable is, how its marks are written, and how typing without an input method shows.

Everything here works on single lower-case tokens and knows no dictionary.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_SHAPES = "\u0302\u0306\u031b"
_VOWELS = frozenset("aeiouy")
_ONSETS = "b c ch d g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RHYMES = (
    "a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ich iec iem ien ieng iep iet"
    " ieu im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oen oeo oet oi om on ong"
    " op ot u ua uan uang uat uay uc ue uech uenh ui um un ung uo uoc uoi uom uon uong uop uot uou up ut uu uy"
    " uya uych uyen uyet uynh uyt uyu y yem yen yet yeu"
)
_SYLLABLES = frozenset(onset + rhyme for onset in ["", *_ONSETS.split()] for rhyme in _RHYMES.split())
# y and i are written for the same sound after these onsets (lý/lí, kỹ/kĩ, sĩ/sỹ, quý/quí): one spelling for search.
_FINAL_Y = re.compile(r"^((?:[bdhklmnprstv]|ph|th|ch|kh|nh|qu))y$")
# Only in these vowels do the old and the new way put the tone on different letters.
_MOVABLE = re.compile(r"oa|oe|uy|gi[aeou]|qu[aei]")
_TELEX_TONES = {"f": "\u0300", "s": "\u0301", "x": "\u0303", "r": "\u0309", "j": "\u0323"}
_VNI_TONES = {"2": "\u0300", "1": "\u0301", "4": "\u0303", "3": "\u0309", "5": "\u0323"}
_VNI_SHAPES = {"6": "\u0302", "7": "\u031b", "8": "\u0306"}
_TELEX_DOUBLES = re.compile(r"([aeo])([^aeo]*)\1")


def _marks() -> dict[int, str]:
    """Return what every Latin letter with marks becomes without them; loose marks vanish."""
    table = dict.fromkeys(range(768, 880), "") | {ord("đ"): "d", ord("Đ"): "D"}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base != chr(code):
            table[code] = base
    return table


_MARKS: Mapping[int, str] = MappingProxyType(_marks())


def strip_marks(word: str) -> str:
    """Return the word without tone and shape marks, đ as d."""
    return word if word.isascii() else word.translate(_MARKS)


@lru_cache(4_096)  # a language has few syllables: a question is read 0.1 ms faster
def fold(word: str) -> str:
    """Return the search form of a word: without marks, and with i where y is only another spelling."""
    plain = strip_marks(word)
    return _FINAL_Y.sub(r"\1i", plain) if plain.endswith("y") else plain


def is_syllable(word: str) -> bool:
    """Tell whether a word, marks aside, could be a Vietnamese syllable."""
    return strip_marks(word) in _SYLLABLES


@lru_cache(4_096)
def canonical(word: str) -> str:
    """Return the word with its tone mark in one fixed place, so that hoà equals hòa."""
    if word.isascii() or not _MOVABLE.search(strip_marks(word)):
        return unicodedata.normalize("NFC", word)
    return _placed(word)


def _placed(word: str) -> str:
    signs = unicodedata.normalize("NFD", word)
    tones = [sign for sign in signs if sign in _TONES]
    base = "".join(sign for sign in signs if sign not in _TONES)
    foreign = any(unicodedata.combining(sign) and sign not in _SHAPES for sign in base)
    if len(tones) != 1 or not base or foreign:
        return unicodedata.normalize("NFC", word)
    placed = unicodedata.normalize("NFC", _with_tone(base, tones[0]))
    return placed if _composed(placed) else unicodedata.normalize("NFC", word)


def _with_tone(base: str, tone: str) -> str:
    """Put a tone on the vowel that carries it; `base` is decomposed and has no tone."""
    letters = re.findall(rf"[^{_SHAPES}][{_SHAPES}]*", base)
    start = 2 if base.startswith(("qu", "gi")) and any(letter[0] in _VOWELS for letter in letters[2:]) else 0
    vowels = [place for place, letter in enumerate(letters) if letter[0] in _VOWELS and place >= start]
    if not vowels:
        return base
    shaped = [place for place in vowels if len(letters[place]) > 1]
    if shaped:
        carrier = shaped[-1]
    elif vowels[-1] < len(letters) - 1 or len(vowels) == 1:
        carrier = vowels[-1]
    else:
        carrier = vowels[-2]
    letters[carrier] += tone
    return "".join(letters)


def decode_typing(word: str) -> str | None:
    """Return what a word with Telex or VNI keys left in it was meant to be, or None when it holds no such keys."""
    if len(word) < 2 or not word[0].isalpha():
        return None
    if any(sign.isdigit() for sign in word):
        return _decode_vni(word)
    return _decode_telex(unicodedata.normalize("NFD", word))


def _decode_telex(word: str) -> str | None:
    """Read a decomposed word; the rightmost key that leaves a syllable is the tone."""
    has_tone = any(sign in _TONES for sign in word)
    for place in range(len(word) - 1, 0, -1):
        if word[place] in _TELEX_TONES and not _VOWELS.isdisjoint(word[:place]):
            shaped = _telex_shapes(word[:place] + word[place + 1 :])
            if is_syllable(shaped):
                return _composed(_placed(shaped if has_tone else shaped + _TELEX_TONES[word[place]]))
    shaped = _telex_shapes(word)
    return _composed(_placed(shaped)) if shaped != word and is_syllable(shaped) else None


def _composed(word: str) -> str | None:
    """Return the word unless keys and marks together put two shapes on one letter."""
    return word if len(word) == len(strip_marks(word)) else None


def _telex_shapes(letters: str) -> str:
    """Turn dd, aa, ee, oo and w into đ, â, ê, ô and ă, ơ, ư (decomposed)."""
    if letters.count("d") == 2 and letters.startswith("d"):
        letters = "đ" + letters[1:].replace("d", "", 1)
    letters = _TELEX_DOUBLES.sub("\\1\u0302\\2", letters, count=1)
    if "w" in letters:
        letters = letters.replace("w", "")
        letters = re.sub("uo", "u\u031bo\u031b", letters, count=1) if "uo" in letters else _hook(letters)
    return letters


def _hook(letters: str) -> str:
    place = max(letters.rfind(vowel) for vowel in "aou")
    if place < 0:
        return letters
    mark = "\u0306" if letters[place] == "a" else "\u031b"
    return letters[: place + 1] + mark + letters[place + 1 :]


def _decode_vni(word: str) -> str | None:
    letters, tone = "", ""
    for sign in word:
        if sign in _VNI_TONES:
            tone = _VNI_TONES[sign]
        elif sign in _VNI_SHAPES and letters and letters[-1] in _VOWELS:
            letters += _VNI_SHAPES[sign]
        elif sign == "9" and letters[:1] == "d":
            letters = "đ" + letters[1:]
        elif sign.isdigit() and sign not in _VNI_SHAPES:
            return None
        elif not sign.isdigit():
            letters += sign
    whole = unicodedata.normalize("NFC", letters)
    if len(strip_marks(whole)) < 2 or not is_syllable(whole):
        return None
    return _placed(whole + tone) if tone else whole
