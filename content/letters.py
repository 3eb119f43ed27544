"""Likeness by pieces of words, 3 and 4 letters long: what survives slips, missing letters and odd spelling."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from content.intent import Reading
from content.postings import Floats, Lexicon, Numbers, Postings, inverse_frequency, learn, unit

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
        self._of_word: dict[str, Numbers] = {}
        numbers: dict[str, int] = {}
        for sample in samples:
            for word in sample.words:
                if word not in self._of_word:
                    self._of_word[word] = np.asarray(learn(numbers, pieces(word)), dtype=np.int64)
        self._lexicon = Lexicon(numbers)
        self._size, kinds = len(samples), len(numbers)
        owners, terms, counts = self._entries(samples, kinds)
        self._rarity = inverse_frequency(terms, self._size, kinds)
        self._postings = Postings(
            owners, terms, unit(owners, counts * self._rarity[terms], self._size), self._size + 1, kinds
        )

    def _entries(self, samples: Sequence[Reading], kinds: int) -> tuple[Numbers, Numbers, Floats]:
        """Return sample, piece and weight, each pair of sample and piece once."""
        found = [
            (place, self._of_word[word], self._asking_weight if asking else 1.0)
            for place, sample in enumerate(samples)
            for word, asking in zip(sample.words, sample.asking, strict=True)
        ]
        lengths = [len(numbers) for _, numbers, _ in found]
        owners = np.repeat(np.asarray([place for place, _, _ in found], dtype=np.int64), lengths)
        terms = np.concatenate([np.zeros(0, dtype=np.int64), *(numbers for _, numbers, _ in found)])
        weights = np.repeat(np.asarray([weight for *_, weight in found], dtype=np.float32), lengths)
        pairs, places = np.unique(owners * max(1, kinds) + terms, return_inverse=True)
        counts = np.bincount(places, weights=weights, minlength=len(pairs)).astype(np.float32)
        return pairs // max(1, kinds), pairs % max(1, kinds), counts

    def likeness(self, reading: Reading) -> Floats:
        """Return the cosine of a question with every sample, and a 0 after the last one.

        Pieces never seen count towards the question's length.
        """
        numbers: list[Numbers] = []
        strange = 0.0
        weights = [self._asking_weight if asking else 1.0 for asking in reading.asking]
        for word, weight in zip(reading.words, weights, strict=True):
            known = self._of_word.get(word)
            if known is None:
                known, _ = self._lexicon.look_up(dict.fromkeys(pieces(word), 1.0))
                strange += (len(pieces(word)) - len(known)) * (weight * UNSEEN_RARITY) ** 2
            numbers.append(known)
        if not numbers:
            return np.zeros(self._size + 1, dtype=np.float32)
        each = np.asarray(weights, dtype=np.float32).repeat([len(known) for known in numbers])
        counts = np.bincount(np.concatenate(numbers), weights=each, minlength=len(self._rarity)) * self._rarity
        terms = counts.nonzero()[0]
        length = sqrt(float(counts @ counts) + strange) or 1.0
        return self._postings.dot(terms, counts[terms] / length)
