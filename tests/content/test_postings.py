"""The search's vectors beside the plain way to compute them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from content.postings import Lexicon, Postings, learn

TERMS = st.dictionaries(st.text(max_size=6), st.floats(0.25, 1.0, width=32), max_size=12)


@given(known=st.lists(st.text(max_size=6), max_size=40), asked=TERMS)
def test_known_terms_are_found_with_their_numbers_and_strange_ones_left_out(
    known: list[str], asked: dict[str, float]
) -> None:
    numbers: dict[str, int] = {}
    learn(numbers, known)
    found, weights = Lexicon(numbers).look_up(asked)
    expected = [(numbers[term], weight) for term, weight in asked.items() if term in numbers]
    assert list(zip(found.tolist(), weights.tolist(), strict=True)) == expected


@given(
    entries=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6), st.integers(0, 9)), max_size=30),
    asked=st.dictionaries(st.integers(0, 6), st.integers(0, 9), max_size=7),
)
def test_the_dot_product_is_the_sum_over_the_entries(
    entries: list[tuple[int, int, int]], asked: dict[int, int]
) -> None:
    owners, terms, weights = (np.asarray([entry[column] for entry in entries], np.int64) for column in range(3))
    postings = Postings(owners, terms, weights.astype(np.float32), 5, 7)
    found = postings.dot(np.asarray(list(asked), np.int64), np.asarray(list(asked.values()), np.float32))
    expected = [sum(weight * asked.get(term, 0) for owner, term, weight in entries if owner == one) for one in range(5)]
    assert found.tolist() == expected
