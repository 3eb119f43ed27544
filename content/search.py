"""Tìm hướng dẫn: which guide answers a question; docs/decisions/0003-search.md tells why it is built this way.

1. The question becomes standard words (`normalise`), and what it asks about its topic is told apart (`intent`).
2. Every guide, and every matter that has no guide yet, is scored in seven ways (`features`).
3. One calibrated model turns the scores into probabilities, "none of them" included (`judgement`).
4. The probabilities decide: answer, offer choices, or refuse.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from content.features import Evidence, Features, Subject
from content.intent import IntentReader, Reading
from content.judgement import Judgement, judge
from content.normalise import Normaliser, split_words
from content.syllables import fold, is_syllable
from content.vocabulary import Topic, Vocabulary


class Searchable(Protocol):
    """What search needs of a guide."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def gist(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def questions(self) -> tuple[str, ...]: ...
    @property
    def sections(self) -> Mapping[str, str]: ...


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
    uncovered: str | None = None


class Search:
    """Bộ tìm kiếm: reads guides and vocabulary once; `find` changes nothing and may run in several threads."""

    def __init__(self, guides: Iterable[Searchable], vocabulary: Vocabulary) -> None:
        self._guides = {guide.id: guide for guide in guides}
        self._topics = {topic.id: topic for topic in vocabulary.topics}
        self._normaliser = Normaliser(vocabulary.rules, _known_words(self._guides.values(), vocabulary))
        self._reader = IntentReader(vocabulary.intents, vocabulary.fillers, vocabulary.generic)
        self._ids = (*self._guides, *(topic for topic in self._topics if topic not in self._guides))
        chatter = [phrase.strip() for line in vocabulary.off_topic for phrase in line.split(",")]
        off_topic = Subject(tuple(self.read(phrase) for phrase in chatter if phrase), (), self.read(""))
        self._features = Features([*(self._subject(subject) for subject in self._ids), off_topic])

    def read(self, text: str) -> Reading:
        """Return the question taken apart, for tests and for showing staff how it was understood."""
        return self._reader.read(self._normaliser.words(text))

    def _subject(self, subject: str) -> Subject:
        guide, topic = self._guides.get(subject), self._topics.get(subject)
        names = [*((guide.title, *guide.aliases) if guide else ()), *((topic.title, *topic.says) if topic else ())]
        body = [guide.gist, *guide.sections.values()] if guide else []
        return Subject(
            tuple(self.read(name) for name in dict.fromkeys(names)),
            tuple(self.read(question) for question in (guide.questions if guide else ())),
            self.read(" ".join(body)),
        )


def _known_words(guides: Iterable[Searchable], vocabulary: Vocabulary) -> Counter[str]:
    """Return how often each folded word stands in carefully written text; sample questions count from the second time.

    One sample question is not trusted: it may be misspelt on purpose.
    """
    careful = [phrase for topic in vocabulary.topics for phrase in (topic.title, *topic.says)]
    careful += [phrase for phrases in vocabulary.intents.values() for phrase in phrases]
    careful += [*vocabulary.fillers, *vocabulary.generic, *vocabulary.off_topic]
    asked: Counter[str] = Counter()
    for guide in guides:
        careful += [guide.title, guide.gist, *guide.aliases, *guide.sections.values()]
        asked.update({fold(word) for question in guide.questions for word in set(split_words(question))})
    known = Counter(fold(word) for phrase in careful for word in split_words(phrase))
    known.update({word: count for word, count in asked.items() if count > 1 and is_syllable(word)})
    known.update(fold(word) for rule in vocabulary.rules for means in (rule.means, *(m for _, m in rule.beside)) for word in means)
    return known
