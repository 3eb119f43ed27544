"""How well a question fits every subject, measured in several ways that err differently.

A subject is a guide, or a matter people ask about that has no guide yet. All scores are about 0 to 1.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from content.intent import NOTHING, Reading
from content.letters import Letters
from content.postings import Floats, Lexicon, Numbers, Postings, bm25, inverse_frequency, learn, unit

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
        numbers: dict[str, int] = {}
        samples = [reading for subject in subjects for reading in (*subject.names, *subject.questions)]
        owners, terms, weights = _entries(samples, numbers)
        bodies, body_terms, body_weights = _entries([subject.body for subject in subjects], numbers)
        self._lexicon = Lexicon(numbers)
        kinds, size = len(numbers), len(samples)
        self._rarity = inverse_frequency(terms, size, kinds)
        self._seen = np.bincount(terms, minlength=kinds) > 0
        self._seen_words = self._seen & np.fromiter((" " not in term for term in numbers), bool, kinds)
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
        # One place more than there are samples, where the score is always 0: _padded and reduceat point there.
        self._cosines = Postings(owners[named], terms[named], cosines[named], size + 1, kinds)
        self._profiles = _profiles(np.repeat(np.arange(self._subjects), counts)[owners], terms, size, kinds)
        self._absent = np.log1p(counts / PRIOR_SAMPLES).astype(np.float32)

    def evidence(self, reading: Reading) -> Evidence:
        """Return the scores of a question."""
        terms, weights = self._lexicon.look_up(weigh(reading))
        rare = weights * self._rarity[terms] * self._seen[terms]
        strange = len(set(reading.words)) - np.count_nonzero(self._seen_words[terms])
        near, nearly = self._best(self._letters.likeness(reading))
        length = sqrt(float(np.sum(rare * rare)) + strange * self._strangeness**2) or 1.0
        name = self._best_name(self._cosines.dot(terms, rare / length))
        return Evidence(
            np.stack([near, nearly, name, self._body(terms, weights), self._profile(terms, weights)], axis=1)
        )

    def _best(self, scores: Floats) -> tuple[Floats, Floats]:
        """Return for each subject its best sample, and the mean of the second and third best."""
        # A whole sort: numpy has one for short rows in vector instructions, a partition takes half as long again.
        ranked = scores.take(self._places)
        ranked.sort(axis=1)
        third, second, best = ranked[:, -3:].T
        return best, (second + third) / 2

    def _best_name(self, scores: Floats) -> Floats:
        """Return for each subject its best name; the names are the first of its samples."""
        best = np.maximum.reduceat(scores, self._name_edges)[::2]
        return np.where(self._named > 0, best, np.float32(0))

    def _body(self, terms: Numbers, weights: Floats) -> Floats:
        rare = weights * self._body_rarity[terms]
        return self._bodies.dot(terms, rare / (float(rare.sum()) or 1.0))

    def _profile(self, terms: Numbers, weights: Floats) -> Floats:
        known = weights * self._seen[terms]
        total = float(known.sum()) or 1.0
        scores = self._profiles.dot(terms, known) - np.float32(total) * self._absent
        return (scores / np.float32(10 * sqrt(total))).astype(np.float32)


def _entries(readings: Sequence[Reading], known: dict[str, int]) -> tuple[Numbers, Numbers, Floats]:
    """Return text, term and weight, each pair of text and term once; new terms are learnt."""
    owners, numbers, weights = array("q"), array("q"), array("f")
    for place, reading in enumerate(readings):
        terms = weigh(reading)
        owners.extend([place] * len(terms))
        numbers.extend(learn(known, terms))
        weights.extend(terms.values())
    return np.array(owners, np.int64), np.array(numbers, np.int64), np.array(weights, np.float32)


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
