"""From scores to probabilities: one model for "this guide", "a matter without a guide" and "none of these".

How the constants were got: docs/decisions/0003-search.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log1p

import numpy as np

from content.features import Evidence
from content.postings import Floats

# One weight for each of features.NAMES; then what a matter without a guide gets on top; then "none of these".
WEIGHTS = (6.2, 5.94, 2.96, 6.19, 6.78)
WITHOUT_GUIDE = 1.82
NONE, NONE_PER_WORD = -0.36, -1.3
# The guide shown just before is a little likelier, more so when only one detail is asked.
SHOWN, SHOWN_DETAIL = 0.4, 1.0
# A question that says a short name and nothing else of its topic means that subject.
NAMED = 1.5

ANSWER_FROM = 0.5
# A question without a word of its own ("mất bao nhiêu tiền") is answered only when it repeats a guide's own words.
ANSWER_VAGUE_FROM = 0.85
REFUSE_BELOW = 0.2
UNCOVERED_FROM = 0.45


@dataclass(frozen=True)
class Judgement:
    """How likely each subject is meant, in their order, and how likely none of them is."""

    likely: Floats
    none: float


def judge(evidence: Evidence, guides: int, words: int, favours: Mapping[int, float]) -> Judgement:
    """Return the probabilities.

    The first `guides` rows are guides, `words` is how many words name the topic, `favours` is added to some rows.
    """
    # Not `@`, which goes through BLAS: once in many thousand times it warned of an invalid value where there was none.
    scores = np.einsum("ij,j->i", evidence.table, np.asarray(WEIGHTS, dtype=np.float32))
    scores[guides:] += WITHOUT_GUIDE
    for row, favour in favours.items():
        scores[row] += favour
    everything = np.append(scores, np.float32(NONE + NONE_PER_WORD * log1p(words)))
    odds = np.exp(everything - everything.max())
    shares = odds / odds.sum()
    return Judgement(shares[:-1], float(shares[-1]))
