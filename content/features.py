"""How well a question fits every subject, measured in several ways that err differently.

A subject is a guide, or a matter people ask about that has no guide yet. All scores are about 0 to 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from content.intent import NOTHING, Reading
from content.letters import Letters
from content.postings import Floats, Lexicon, Numbers, Postings, bm25, inverse_frequency, unit

# k1 and b: search-lab.md section 6, measured on 506 guides. A word that only asks ("where", "how much") counts
# half; two samples of doubt against every term: docs/decisions/0003-search.md.
BODY_K1, BODY_B = 1.0, 0.6
ASKING_WEIGHT = 0.25
PRIOR_SAMPLES = 2.0
NAMES = ("letters", "more_letters", "name", "body", "profile")


@dataclass(frozen=True)
class Subject:
    """A guide or a matter without one: short names, sample questions and, for a guide, its text."""

    names: tuple[Reading, ...]
    questions: tuple[Reading, ...] = ()
    body: Reading = NOTHING


@dataclass(frozen=True)
class Evidence:
    """The scores of one question: a row for each subject, a column for each of NAMES."""

    table: Floats


def weigh(reading: Reading) -> dict[str, float]:
    """Return the words and pairs of neighbouring words of a text, with their weights."""
    terms: dict[str, float] = {}
    before: tuple[str, float] | None = None
    for word, asking in zip(reading.words, reading.asking, strict=True):
        weight = ASKING_WEIGHT if asking else 1.0
        terms[word] = max(terms.get(word, 0.0), weight)
        if before is not None:
            pair = f"{before[0]} {word}"
            terms[pair] = max(terms.get(pair, 0.0), min(before[1], weight))
        before = (word, weight)
    return terms


class Features:
    """The indexes over all subjects."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self._subjects = len(subjects)
        self._lexicon = Lexicon()
        samples = [reading for subject in subjects for reading in (*subject.names, *subject.questions)]
        owners, terms, weights = self._entries(samples)
        bodies, body_terms, body_weights = self._entries([subject.body for subject in subjects])
        kinds, size = len(self._lexicon), len(samples)
        self._rarity = inverse_frequency(terms, size, kinds)
        self._seen = np.bincount(terms, minlength=kinds) > 0
        self._strangeness = float(np.log1p(size))
        self._letters = Letters(samples, ASKING_WEIGHT)
        self._body_rarity = inverse_frequency(body_terms, self._subjects, kinds)
        body_scores = bm25(bodies, body_weights, self._subjects, BODY_K1, BODY_B)
        self._bodies = Postings(bodies, body_terms, body_scores, self._subjects, kinds)
        counts = np.asarray([len(subject.names) + len(subject.questions) for subject in subjects], dtype=np.int64)
        self._places = _padded(counts)
        starts = np.cumsum(counts) - counts
        self._named = np.asarray([len(subject.names) for subject in subjects], dtype=np.int64)
        self._name_edges = np.stack([starts, starts + self._named], axis=1).ravel()
        named = np.concatenate([[True] * len(one.names) + [False] * len(one.questions) for one in subjects])[owners]
        cosines = unit(owners, weights * self._rarity[terms], size)
        self._cosines = Postings(owners[named], terms[named], cosines[named], size, kinds)
        self._profiles = _profiles(np.repeat(np.arange(self._subjects), counts)[owners], terms, size, kinds)
        self._absent = np.log1p(counts / PRIOR_SAMPLES).astype(np.float32)

    def _entries(self, readings: Sequence[Reading]) -> tuple[Numbers, Numbers, Floats]:
        """Return text, term and weight, each pair of text and term once."""
        weighed = [weigh(reading) for reading in readings]
        owners = np.repeat(np.arange(len(weighed)), [len(terms) for terms in weighed])
        numbers = self._lexicon.learn(term for terms in weighed for term in terms)
        weights = np.asarray([weight for terms in weighed for weight in terms.values()], dtype=np.float32)
        return owners, np.asarray(numbers, dtype=np.int64), weights

    def evidence(self, reading: Reading) -> Evidence:
        """Return the scores of a question."""
        terms, weights = self._lexicon.look_up(weigh(reading))
        rare = weights * self._rarity[terms] * self._seen[terms]
        words, _ = self._lexicon.look_up(dict.fromkeys(reading.words, 1.0))
        strange = len(set(reading.words)) - np.count_nonzero(self._seen[words])
        near, nearly = self._best(self._letters.likeness(reading))
        length = sqrt(float(np.sum(rare * rare)) + strange * self._strangeness**2) or 1.0
        name = self._best_name(self._cosines.dot(terms, rare / length))
        return Evidence(
            np.stack([near, nearly, name, self._body(terms, weights), self._profile(terms, weights)], axis=1)
        )

    def _best(self, scores: Floats) -> tuple[Floats, Floats]:
        """Return for each subject its best sample, and the mean of the second and third best."""
        # A whole sort: numpy has one for short rows in vector instructions, a partition takes half as long again.
        third, second, best = np.sort(np.append(scores, np.float32(0)).take(self._places), axis=1)[:, -3:].T
        return best, (second + third) / 2

    def _best_name(self, scores: Floats) -> Floats:
        """Return for each subject its best name; the names are the first of its samples."""
        best = np.maximum.reduceat(np.append(scores, np.float32(0)), self._name_edges)[::2]
        return np.where(self._named > 0, best, np.float32(0))

    def _body(self, terms: Numbers, weights: Floats) -> Floats:
        rare = weights * self._body_rarity[terms]
        return self._bodies.dot(terms, rare / (float(rare.sum()) or 1.0))

    def _profile(self, terms: Numbers, weights: Floats) -> Floats:
        known = weights * self._seen[terms]
        total = float(known.sum()) or 1.0
        scores = self._profiles.dot(terms, known) - np.float32(total) * self._absent
        return (scores / np.float32(10 * sqrt(total))).astype(np.float32)


def _padded(counts: Numbers) -> Numbers:
    """Return for each subject the places of its samples, filled up with the place after the last sample."""
    columns = np.arange(max(3, int(counts.max(initial=0))))
    starts = np.cumsum(counts) - counts
    return np.where(columns < counts[:, None], starts[:, None] + columns, int(counts.sum()))


def _profiles(subjects: Numbers, terms: Numbers, size: int, kinds: int) -> Postings:
    """Return how much each term speaks for each subject: log odds against a subject without the term."""
    often = np.bincount(terms, minlength=kinds)
    pairs, counts = np.unique(subjects * max(1, kinds) + terms, return_counts=True)
    owners, own_terms = pairs // max(1, kinds), pairs % max(1, kinds)
    odds = np.log1p(counts * size / (PRIOR_SAMPLES * np.maximum(often[own_terms], 1)))
    return Postings(owners, own_terms, odds, int(subjects.max(initial=-1)) + 1, kinds)
