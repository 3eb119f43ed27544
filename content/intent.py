"""Ý hỏi: tell what a question asks about its topic (fee, time, place, papers …) from the topic itself."""

from collections.abc import Iterable
from dataclasses import dataclass

from content.normalise import split_words
from content.syllables import fold
from content.vocabulary import Vocabulary


@dataclass(frozen=True)
class Reading:
    """A question taken apart. `words` are folded, without fillers; `asking` marks those that only say what is asked,
    `general` those about procedures in general.

    `matter` is what else it says; `topic` leaves the family out as well.
    """

    words: tuple[str, ...] = ()
    asking: tuple[bool, ...] = ()
    general: tuple[bool, ...] = ()
    sections: tuple[str, ...] = ()
    matter: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()

    @property
    def section(self) -> str | None:
        """The one section asked for. "How" gives way to anything more precise; two precise wishes are a whole page."""
        precise = [section for section in self.sections if section != "trinh_tu"]
        if len(precise) > 1:
            return None
        return precise[0] if precise else next(iter(self.sections), None)


NOTHING = Reading()


class IntentReader:
    """Takes the words of a question apart by the phrases of the vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._intents = _table((phrase, section) for section, says in vocabulary.intents.items() for phrase in says)
        self._fillers = _table((phrase, phrase) for phrase in vocabulary.fillers)
        self._generic = _table((phrase, phrase) for phrase in vocabulary.generic)
        self._people = _table((phrase, phrase) for phrase in vocabulary.people)

    def read(self, words: list[str]) -> Reading:
        """Return the question without fillers, with the words that ask marked, and what is left as its topic."""
        plain = [fold(word) for word in words]
        sections: dict[str, None] = {}
        asking = [False] * len(words)
        for start, end, found in _matches(plain, self._intents):
            sections.setdefault(found[1])
            asking[start:end] = [True] * (end - start)
        filler = _marked(words, plain, self._fillers)
        general = _marked(words, plain, self._generic)
        people = _marked(words, plain, self._people)
        kept = [place for place in range(len(words)) if not filler[place]]
        matter = [place for place in kept if not asking[place] and not general[place]]
        return Reading(
            words=tuple(plain[place] for place in kept),
            asking=tuple(asking[place] for place in kept),
            general=tuple(general[place] for place in kept),
            sections=tuple(sections),
            matter=tuple(plain[place] for place in matter),
            topic=tuple(plain[place] for place in matter if not people[place]),
        )


def says_nothing(reading: Reading, start: int, end: int) -> bool:
    """Tell whether the words outside a phrase only ask, or speak of procedures in general."""
    flags = [asks or general for asks, general in zip(reading.asking, reading.general, strict=True)]
    return all(flags[:start]) and all(flags[end:])


_Table = dict[str, list[tuple[tuple[str, ...], tuple[tuple[str, ...], str]]]]


def _table(entries: Iterable[tuple[str, str]]) -> _Table:
    """Return phrases by their first folded word, the longest first: folded words, (words as written, meaning)."""
    table: _Table = {}
    for phrase, meaning in entries:
        words = tuple(split_words(phrase))
        plain = tuple(map(fold, words))
        table.setdefault(plain[0], []).append((plain, (words, meaning)))
    for phrases in table.values():
        phrases.sort(key=lambda entry: -len(entry[0]))
    return table


def _matches(plain: list[str], table: _Table) -> Iterable[tuple[int, int, tuple[tuple[str, ...], str]]]:
    """Yield start, end and entry of every phrase found, the longest at each place, without overlap."""
    end = 0
    for place, word in enumerate(plain):
        if place < end or word not in table:
            continue
        for phrase, entry in table[word]:
            if tuple(plain[place : place + len(phrase)]) == phrase:
                end = place + len(phrase)
                yield place, end, entry
                break


def _marked(words: list[str], plain: list[str], table: _Table) -> list[bool]:
    """Mark the words of all phrases found; a word without marks stands for any, a word with others does not."""
    marks = [False] * len(words)
    for start, end, (given, _) in _matches(plain, table):
        if all(word == known or word.isascii() for word, known in zip(words[start:end], given, strict=True)):
            marks[start:end] = [True] * (end - start)
    return marks
