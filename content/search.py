"""Tìm hướng dẫn: which guide answers a question; docs/decisions/0003-search.md tells why it is built this way.

1. The question becomes standard words (`normalise`), and what it asks about its topic is told apart (`intent`).
2. Every guide, and every matter that has no guide yet, is scored in five ways (`features`).
3. One calibrated model turns the scores into probabilities, "none of them" included (`judgement`).
4. The probabilities decide: answer, offer choices, or refuse.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from content.features import Features, Subject
from content.intent import IntentReader, Reading, says_nothing
from content.judgement import (
    ANSWER_FROM,
    ANSWER_VAGUE_FROM,
    NAMED,
    REFUSE_BELOW,
    SHOWN,
    SHOWN_DETAIL,
    UNCOVERED_FROM,
    Judgement,
    judge,
)
from content.normalise import Normaliser, split_words
from content.syllables import fold, is_syllable
from content.vocabulary import Topic, Vocabulary

MOST_CHOICES = 4
LONGEST_PAIR = 8


class Searchable(Protocol):
    """What search needs of a guide."""

    @property
    def id(self) -> str:
        """How other parts name the guide."""

    @property
    def title(self) -> str:
        """Its heading."""

    @property
    def gist(self) -> str:
        """The answer in a nutshell."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Short names people give it."""

    @property
    def questions(self) -> tuple[str, ...]:
        """How people ask for it."""

    @property
    def sections(self) -> Mapping[str, str]:
        """Its text by section id."""


@dataclass(frozen=True)
class Candidate:
    """A guide that may be meant, and how likely it is (0 to 1)."""

    guide: str
    score: float


@dataclass(frozen=True)
class Found:
    """What to do with a question: show one guide, offer several, or say that there is none."""

    outcome: Literal["answer", "choose", "none"]
    guide: str | None = None
    section: str | None = None
    candidates: tuple[Candidate, ...] = ()
    uncovered: Topic | None = None


class Search:
    """Bộ tìm kiếm: reads guides and vocabulary once; `find` changes nothing and may run in several threads."""

    def __init__(self, guides: Iterable[Searchable], vocabulary: Vocabulary) -> None:
        self._guides = {guide.id: guide for guide in guides}
        self._topics = {topic.id: topic for topic in vocabulary.topics}
        bodies = {
            guide.id: split_words(" ".join([guide.gist, *guide.sections.values()]), everything=True)
            for guide in self._guides.values()
        }
        self._normaliser = Normaliser(vocabulary.rules, _known_words(self._guides.values(), bodies, vocabulary))
        self._reader = IntentReader(vocabulary)
        self._ids = (*self._guides, *(topic for topic in self._topics if topic not in self._guides))
        self._places = {subject: place for place, subject in enumerate(self._ids)}
        chatter = (phrase for line in vocabulary.off_topic for phrase in line.split(",") if phrase.strip())
        subjects = [self._subject(subject, bodies.get(subject, [])) for subject in self._ids]
        self._named = _unique_names(zip(self._ids, subjects, strict=True))
        self._features = Features([*subjects, Subject(tuple(map(self.read, chatter)))])
        self._pairs = {self.read(when).words: pair.choose for pair in vocabulary.pairs for when in pair.when}
        self._normaliser.forget()

    def read(self, text: str) -> Reading:
        """Return the question taken apart, for tests and for showing staff how it was understood."""
        return self._reader.read(self._normaliser.words(text))

    def find(self, text: str, shown: str | None = None) -> Found:
        """Return what to do with a question; `shown` is the guide shown just before in this conversation."""
        reading = self.read(text)
        before = shown if shown in self._guides else None
        if not reading.words:
            return Found("none")
        if before and not reading.topic and self._asks_about(before, reading):
            return Found("answer", before, self._section_of(before, reading), (Candidate(before, 1.0),))
        judgement = self._judge(reading, before)
        if choose := self._confusable(reading):
            return self._offer_pair(choose, judgement)
        return self._decide(reading, judgement)

    def _judge(self, reading: Reading, before: str | None) -> Judgement:
        favours: dict[int, float] = {}
        if named := self._named.get(reading.matter):
            favours[self._places[named]] = NAMED
        if before:
            detail = SHOWN_DETAIL if reading.sections else SHOWN
            favours[self._places[before]] = favours.get(self._places[before], 0.0) + detail
        return judge(self._features.evidence(reading), len(self._guides), len(reading.topic), favours)

    def _decide(self, reading: Reading, judgement: Judgement) -> Found:
        """Answer above the margin, refuse when hardly any guide is likely, else offer choices."""
        candidates = self._candidates(judgement)
        if not candidates or float(judgement.likely[: len(self._guides)].sum()) < REFUSE_BELOW:
            return Found("none", candidates=candidates, uncovered=self._uncovered(judgement))
        best = candidates[0]
        if best.score < ANSWER_FROM or (not reading.matter and best.score < ANSWER_VAGUE_FROM):
            return Found("choose", candidates=candidates)
        return Found("answer", best.guide, self._section_of(best.guide, reading), candidates)

    def _candidates(self, judgement: Judgement) -> tuple[Candidate, ...]:
        likely = judgement.likely[: len(self._guides)]
        best = np.argsort(-likely, kind="stable")[:MOST_CHOICES]
        return tuple(Candidate(self._ids[place], float(likely[place])) for place in best)

    def _uncovered(self, judgement: Judgement) -> Topic | None:
        """Return the matter without a guide that the question is clearly about."""
        likely = judgement.likely[len(self._guides) : len(self._ids)]
        if not len(likely) or likely.max() < UNCOVERED_FROM:
            return None
        return self._topics[self._ids[len(self._guides) + int(likely.argmax())]]

    def _asks_about(self, guide: str, reading: Reading) -> bool:
        """Tell whether the guide has a section on everything the question asks."""
        return bool(reading.sections) and set(reading.sections) - {"trinh_tu"} <= set(self._guides[guide].sections)

    def _section_of(self, guide: str, reading: Reading) -> str | None:
        section = reading.section
        return section if section in self._guides[guide].sections else None

    def _confusable(self, reading: Reading) -> tuple[str, ...]:
        """Return the guides among which the words do not decide, when the question says nothing more."""
        words = reading.words
        for length in range(min(len(words), LONGEST_PAIR), 0, -1):
            for start in range(len(words) - length + 1):
                choose = self._pairs.get(words[start : start + length])
                if choose and says_nothing(reading, start, start + length):
                    return choose
        return ()

    def _offer_pair(self, choose: tuple[str, ...], judgement: Judgement) -> Found:
        """Offer the guides of a confusable pair that exist; with only one, the next likely ones beside it."""
        places = [place for place, subject in enumerate(self._ids) if subject in choose and subject in self._guides]
        if not places:
            return Found("none", candidates=self._candidates(judgement), uncovered=self._topics[choose[0]])
        offered = [Candidate(self._ids[place], float(judgement.likely[place])) for place in places]
        offered.sort(key=lambda candidate: -candidate.score)
        if len(offered) == 1:
            offered += [other for other in self._candidates(judgement) if other.guide != offered[0].guide][:2]
        return Found("choose", candidates=tuple(offered))

    def _subject(self, subject: str, body: list[str]) -> Subject:
        guide, topic = self._guides.get(subject), self._topics.get(subject)
        names = [*((guide.title, *guide.aliases) if guide else ()), *((topic.title, *topic.says) if topic else ())]
        questions = guide.questions if guide else ()
        return Subject(
            tuple(self.read(name) for name in dict.fromkeys(names)),
            tuple(self.read(question) for question in questions),
            self._reader.read(body),
        )


def _unique_names(subjects: Iterable[tuple[str, Subject]]) -> dict[tuple[str, ...], str]:
    """Return the short names that only one subject has, without the words of any procedure."""
    owners: dict[tuple[str, ...], set[str]] = {}
    for subject, parts in subjects:
        for name in parts.names:
            if name.matter:
                owners.setdefault(name.matter, set()).add(subject)
    return {name: next(iter(own)) for name, own in owners.items() if len(own) == 1}


def _known_words(guides: Iterable[Searchable], bodies: Mapping[str, list[str]], vocabulary: Vocabulary) -> Counter[str]:
    """Return how often each folded word stands in carefully written text; sample questions count from the second time.

    One sample question is not trusted: it may be misspelt on purpose.
    """
    careful = [phrase for topic in vocabulary.topics for phrase in (topic.title, *topic.says)]
    careful += [phrase for phrases in vocabulary.intents.values() for phrase in phrases]
    careful += [*vocabulary.fillers, *vocabulary.generic, *vocabulary.people, *vocabulary.off_topic]
    asked: Counter[str] = Counter()
    for guide in guides:
        careful += [guide.title, *guide.aliases]
        asked.update(word for question in guide.questions for word in set(map(fold, split_words(question))))
    known = Counter(fold(word) for phrase in careful for word in split_words(phrase))
    known.update(fold(word) for body in bodies.values() for word in body)
    known.update({word: count for word, count in asked.items() if count > 1 and is_syllable(word)})
    return known
