"""Sparse vectors of short texts in numpy: one dot product with all of them takes microseconds."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Floats = NDArray[np.float32]


def learn(numbers: dict[str, int], terms: Iterable[str]) -> list[int]:
    """Return the numbers of the terms; new terms get the next ones."""
    return [numbers.setdefault(term, len(numbers)) for term in terms]


class Lexicon:
    """Numbers for terms that were learnt, found by the hash of a term.

    20,000 terms as a dictionary take 2 MB, twice that while the content is read again; so they take 0.3 MB. That a
    strange term has the hash of one of them is less likely than 1 in 10^14.
    """

    def __init__(self, numbers: Mapping[str, int]) -> None:
        hashes = np.fromiter(map(hash, numbers), np.int64, len(numbers))
        order = hashes.argsort()
        self._hashes = np.append(hashes[order], np.iinfo(np.int64).max)  # so that every place found is one of it
        self._numbers = np.append(np.fromiter(numbers.values(), np.int32, len(numbers))[order], np.int32(-1))

    def look_up(self, terms: Mapping[str, float]) -> tuple[Numbers, Floats]:
        """Return numbers and weights of the terms that are known."""
        hashes = np.fromiter(map(hash, terms), np.int64, len(terms))
        places = self._hashes.searchsorted(hashes)
        known = (self._hashes.take(places) == hashes).nonzero()[0]
        weights = np.fromiter(terms.values(), np.float32, len(terms))
        return self._numbers.take(places.take(known)).astype(np.int64), weights.take(known)


def runs(starts: NDArray[np.integer], lengths: NDArray[np.integer]) -> Numbers:
    """Return start, start + 1, … of each length, one run after the other; numpy's own index brackets take longer."""
    ends = lengths.cumsum()
    entries: Numbers = np.arange(ends[-1] if len(ends) else 0) + (starts - ends + lengths).repeat(lengths)
    return entries


class Postings:
    """Chỉ mục ngược: for each term the documents that hold it, with weights worked out beforehand."""

    def __init__(self, owners: Numbers, terms: Numbers, weights: NDArray[np.floating], size: int, kinds: int) -> None:
        """Take a document, a term and a weight for each entry; `size` documents and `kinds` terms in all."""
        order = np.argsort(terms, kind="stable")
        self._size = size
        self._owners = owners[order].astype(np.int64)  # what bincount counts with; it would make them so each time
        self._weights = weights[order].astype(np.float32)
        lengths = np.bincount(terms, minlength=kinds)
        self._lengths = lengths.astype(np.int32)
        self._starts = (np.cumsum(lengths) - lengths).astype(np.int32)

    def dot(self, terms: Numbers, weights: NDArray[np.floating]) -> Floats:
        """Return the dot product of a query, given as terms and weights, with every document."""
        lengths = self._lengths.take(terms)
        entries = runs(self._starts.take(terms), lengths)
        values = self._weights.take(entries) * weights.repeat(lengths)
        return np.bincount(self._owners.take(entries), values, self._size).astype(np.float32)


def inverse_frequency(terms: Numbers, documents: int, kinds: int) -> Floats:
    """Return BM25's inverse document frequency; `terms` holds a term once for each document it stands in."""
    counts = np.bincount(terms, minlength=kinds)
    return np.log1p((documents - counts + 0.5) / (counts + 0.5)).astype(np.float32)


def bm25(owners: Numbers, counts: Floats, size: int, k1: float, b: float) -> Floats:
    """Return BM25 term weights without the inverse document frequency, scaled to at most 1."""
    lengths = np.bincount(owners, weights=counts, minlength=size)
    mean = lengths.sum() / max(1, np.count_nonzero(lengths)) or 1.0
    return (counts / (counts + k1 * (1 - b + b * lengths[owners] / mean))).astype(np.float32)


def unit(owners: Numbers, weights: Floats, size: int) -> Floats:
    """Return the weights divided by the length of the vector they belong to."""
    lengths = np.sqrt(np.bincount(owners, weights=weights * weights, minlength=size))
    return (weights / np.maximum(lengths[owners], 1e-6)).astype(np.float32)
