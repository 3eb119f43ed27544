"""Chuẩn hóa: turn what people type into plain Vietnamese words.

The steps, in order:
1. compatibility form, lower case, no invisible or combining left-overs, tone marks in one place;
2. a letter repeated three times or more is written once;
3. a token that is neither known nor a syllable is read as Telex or VNI keys, as several syllables without a blank
   between them, or as a known word with one slip of the finger;
4. abbreviations, dialect and usual misspellings become standard words, the longest match first; an abbreviation with
   several meanings looks at the two words on either side.

The words keep their marks, so that doing it twice changes nothing; `fold` takes the marks away for the index.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from content.syllables import canonical, decode_typing, fold, is_syllable, strip_marks

# A chat message is shorter. The real question of a long story stands at its end, its topic often at the start.
HEAD_WORDS, TAIL_WORDS = 60, 140
_READ_AT_MOST = 6_000
_WORD = re.compile(r"[^\W_]+")
# Marks that did not compose with a letter, soft hyphens, joiners, direction marks, byte order marks, emoji shapes.
_INVISIBLE = re.compile("[\u0300-\u036f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_REPEAT = re.compile(r"([^\W\d_])\1{2,}")
_VOWELS = frozenset("aeiouy")
_NEIGHBOURS = 2
# Sounds that are written for one another in the regions (search-lab.md, noise mode "typo"), as folded letters.
_SOUNDS = (
    ("x", "s"), ("s", "x"), ("ch", "tr"), ("tr", "ch"), ("d", "gi"), ("gi", "d"), ("z", "d"), ("l", "n"), ("n", "l"),
    ("j", "gi"), ("f", "ph"), ("k", "c"), ("q", "qu"),
)  # fmt: skip
_ENDS = (("c", "t"), ("t", "c"), ("n", "ng"), ("ng", "n"), ("k", "ch"))


@dataclass(frozen=True)
class Rule:
    """Một quy tắc thay: words to look for, what they mean, and beside which words they mean something else."""

    words: tuple[str, ...]
    means: tuple[str, ...]
    accented: bool = False
    beside: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = ()

    def matches(self, tokens: tuple[str, ...]) -> bool:
        """Tell whether these tokens are the rule's words; a token without marks stands for any marks, if allowed."""
        return all(
            token == word or (not self.accented and token.isascii())
            for token, word in zip(tokens, self.words, strict=True)
        )

    def meaning(self, around: Iterable[str]) -> tuple[str, ...]:
        """Return the standard words, given the folded words around."""
        near = set(around)
        return next((means for words, means in self.beside if near & words), self.means)


def split_words(text: str, everything: bool = False) -> list[str]:
    """Return the words of a text: lower case, composed, tone marks in one place, nothing invisible.

    Of a long text only the beginning and the end, unless `everything` is wanted.
    """
    text = (
        text
        if everything or len(text) <= _READ_AT_MOST
        else text[: _READ_AT_MOST // 2] + " " + text[-_READ_AT_MOST // 2 :]
    )
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    words = [_spelt(word) for word in _WORD.findall(_INVISIBLE.sub("", text))]
    if len(words) > HEAD_WORDS + TAIL_WORDS and not everything:
        return words[:HEAD_WORDS] + words[-TAIL_WORDS:]
    return words


@lru_cache(4_096)  # the content is read in half the time
def _spelt(word: str) -> str:
    """Return the word calm, with its tone mark in one place."""
    return canonical(_calm(word))


def _calm(word: str) -> str:
    """Return "ơiiii" as "ơi"; an abbreviation such as "gttt" keeps its letters."""
    return _REPEAT.sub(r"\1", word) if _REPEAT.search(word) and not _VOWELS.isdisjoint(strip_marks(word)) else word


class Normaliser:
    """Bộ chuẩn hóa: the rules of the vocabulary, and the words the guides use."""

    def __init__(self, rules: Iterable[Rule], known: Mapping[str, int]) -> None:
        """Take the rules, and how often each folded word stands in the guides."""
        self._rules: dict[tuple[str, ...], list[Rule]] = {}
        for rule in rules:
            self._rules.setdefault(tuple(map(strip_marks, rule.words)), []).append(rule)
        for same in self._rules.values():
            same.sort(key=lambda rule: not rule.accented)
        self._longest = {words[0]: 0 for words in self._rules}
        for words in self._rules:
            self._longest[words[0]] = max(self._longest[words[0]], len(words))
        self._in_rules = frozenset(word for words in self._rules for word in words)
        self._known = dict(known)
        for rule in (rule for same in self._rules.values() for rule in same):
            for word in (*rule.means, *(word for _, means in rule.beside for word in means)):
                self._known[fold(word)] = self._known.get(fold(word), 0) + 1
        self._repair = lru_cache(maxsize=4_096)(self._repair_word)
        self._slips = _slips(word for word in self._known if len(word) >= 4 and word.isalpha())

    def forget(self) -> None:
        """Forget how single words were read: those of the content itself, once it has been indexed."""
        self._repair.cache_clear()

    def words(self, text: str) -> list[str]:
        """Return the standard words of a text, with their marks."""
        repaired = [better for word in split_words(text) for better in self._repair(word)]
        return self._replace(repaired)

    def _repair_word(self, word: str) -> Collection[str]:
        """Return the word or words meant by one token."""
        plain = strip_marks(word)
        if fold(word) in self._known or plain in self._in_rules or len(plain) < 2 or plain.isdigit():
            return (word,)
        if is_syllable(word):
            return (self._same_sound(word),)
        decoded = decode_typing(word)
        if decoded and (fold(decoded) in self._known or len(word) < 6):
            return (decoded,)
        return self._split(word) or ((decoded,) if decoded else (self._one_slip(word),))

    def _same_sound(self, word: str) -> str:
        """Return the word of the guides that sounds the same in some region, else the word itself."""
        plain = fold(word)
        if len(plain) < 3 or (plain[0] == "d" and (word[0] == "đ" or word.isascii())):
            return word
        near = [right + plain[len(wrong) :] for wrong, right in _SOUNDS if plain.startswith(wrong)]
        near += [plain[: -len(wrong)] + right for wrong, right in _ENDS if plain.endswith(wrong)]
        best = max(near, key=lambda other: self._known.get(other, 0), default=word)
        return best if self._known.get(best, 0) > 1 else word

    def _split(self, word: str) -> list[str] | None:
        """Return the known syllables that a word without blanks consists of: the fewest, then the most frequent."""
        plain = strip_marks(word)
        if not 4 <= len(plain) <= 40 or len(plain) != len(word):
            return None
        best: list[tuple[int, int, list[str]] | None] = [(0, 0, [])] + [None] * len(plain)
        for end in range(2, len(plain) + 1):
            for start in range(max(0, end - 7), end - 1):
                before, piece = best[start], plain[start:end]
                often = self._known.get(fold(piece), 0)
                if before is None or not often or not is_syllable(piece):
                    continue
                tried = (before[0] + 1, before[1] - min(often, 50), [*before[2], word[start:end]])
                if best[end] is None or tried[:2] < (best[end] or tried)[:2]:
                    best[end] = tried
        whole = best[-1]
        return [canonical(piece) for piece in whole[2]] if whole else None

    def _one_slip(self, word: str) -> str:
        """Return the most frequent word of the guides at edit distance 1, else the word itself."""
        plain = fold(word)
        if len(plain) < 4 or len(plain) > 12:
            return word
        found = {near for left in (plain, *_without_one(plain)) for near in self._slips.get(left, ())}
        near_enough = [other for other in found if abs(len(other) - len(plain)) <= 1]
        return max(near_enough, key=lambda other: (self._known[other], other), default=word)

    def _replace(self, words: list[str]) -> list[str]:
        plain = [strip_marks(word) for word in words]
        result: list[str] = []
        place = 0
        while place < len(words):
            rule = self._rule_at(words, plain, place)
            if rule is None:
                result.append(words[place])
                place += 1
                continue
            end = place + len(rule.words)
            result.extend(rule.meaning(plain[max(0, place - _NEIGHBOURS) : place] + plain[end : end + _NEIGHBOURS]))
            place = end
        return result

    def _rule_at(self, words: list[str], plain: list[str], place: int) -> Rule | None:
        for length in range(min(self._longest.get(plain[place], 0), len(words) - place), 0, -1):
            for rule in self._rules.get(tuple(plain[place : place + length]), ()):
                if rule.matches(tuple(words[place : place + length])):
                    return rule
        return None


def _without_one(word: str) -> list[str]:
    return [word[:place] + word[place + 1 :] for place in range(len(word))]


def _slips(words: Iterable[str]) -> dict[str, list[str]]:
    """Return, for each word and each word with a letter missing, the words it may stand for."""
    table: dict[str, list[str]] = {}
    for word in words:
        for left in {word, *_without_one(word)}:
            table.setdefault(left, []).append(word)
    return table
