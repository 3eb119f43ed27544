"""Likeness by pieces of words, 3 and 4 letters long: what survives slips, missing letters and odd spelling."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from content.intent import Reading
from content.postings import Floats, Lexicon, Numbers, Postings, inverse_frequency, learn, runs, unit

SIZES = (3, 4)
UNSEEN_RARITY = 8.0


def pieces(word: str) -> list[str]:
    """Return the pieces of a word with a blank on either side."""
    padded = f" {word} "
    return [padded[start : start + size] for size in SIZES for start in range(len(padded) - size + 1)]


class Letters:
    """TF-IDF of the pieces of all samples."""

    def __init__(self, samples: Sequence[Reading], asking_weight: float) -> None:
        self._asking_weight = asking_weight
        numbers: dict[str, int] = {}
        words = dict.fromkeys(word for sample in samples for word in sample.words)
        of_word = {word: learn(numbers, pieces(word)) for word in words}
        # The pieces of all words in one row: an array for each word would take ten times as much memory.
        self._words = {word: place for place, word in enumerate(of_word)}
        self._pieces = np.asarray([number for found in of_word.values() for number in found], dtype=np.int64)
        self._lengths = np.asarray([len(found) for found in of_word.values()], dtype=np.int64)
        self._starts = self._lengths.cumsum() - self._lengths
        self._lexicon = Lexicon(numbers)
        self._size, kinds = len(samples), len(numbers)
        owners, terms, counts = self._entries(samples, kinds)
        self._rarity = inverse_frequency(terms, self._size, kinds)
        self._postings = Postings(
            owners, terms, unit(owners, counts * self._rarity[terms], self._size), self._size + 1, kinds
        )

    def _entries(self, samples: Sequence[Reading], kinds: int) -> tuple[Numbers, Numbers, Floats]:
        """Return sample, piece and weight, each pair of sample and piece once."""
        words = np.asarray([self._words[word] for sample in samples for word in sample.words], dtype=np.int64)
        samples_of = np.repeat(np.arange(len(samples)), [len(sample.words) for sample in samples])
        asking = [self._asking_weight if asks else 1.0 for sample in samples for asks in sample.asking]
        lengths = self._lengths[words]
        owners, terms = samples_of.repeat(lengths), self._pieces[runs(self._starts[words], lengths)]
        weights = np.asarray(asking, dtype=np.float32).repeat(lengths)
        pairs, places = np.unique(owners * max(1, kinds) + terms, return_inverse=True)
        counts = np.bincount(places, weights=weights, minlength=len(pairs)).astype(np.float32)
        return pairs // max(1, kinds), pairs % max(1, kinds), counts

    def likeness(self, reading: Reading) -> Floats:
        """Return the cosine of a question with every sample, and a 0 after the last one.

        Pieces never seen count towards the question's length.
        """
        weight_of = {True: self._asking_weight, False: 1.0}
        said = list(zip(reading.words, map(weight_of.__getitem__, reading.asking), strict=True))
        known = [(self._words[word], weight) for word, weight in said if word in self._words]
        places = np.asarray([place for place, _ in known], dtype=np.int64)
        lengths = self._lengths.take(places)
        found = self._pieces.take(runs(self._starts.take(places), lengths))
        weights = np.asarray([weight for _, weight in known], dtype=np.float32).repeat(lengths)
        strange = 0.0
        for word, weight in said:
            if word not in self._words:
                parts = pieces(word)
                seen, _ = self._lexicon.look_up(dict.fromkeys(parts, 1.0))
                strange += (len(parts) - len(seen)) * (weight * UNSEEN_RARITY) ** 2
                found = np.concatenate([found, seen])
                weights = np.concatenate([weights, np.full(len(seen), weight, dtype=np.float32)])
        counts = np.bincount(found, weights=weights, minlength=len(self._rarity)) * self._rarity
        terms = counts.nonzero()[0]
        length = sqrt(float(np.square(counts).sum()) + strange) or 1.0
        return self._postings.dot(terms, counts[terms] / length)
