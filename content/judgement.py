"""From scores to probabilities: one model for "this guide", "a matter without a guide" and "none of these".

How the constants were got: docs/decisions/0003-search.md.
"""

from dataclasses import dataclass
from math import log1p

import numpy as np

from content.features import Evidence
from content.postings import Floats

# One weight for each of features.NAMES; then what a matter without a guide gets on top; then "none of these".
WEIGHTS = (6.0, 4.8, 4.2, 6.0, 8.1)
WITHOUT_GUIDE = 1.4
NONE, NONE_PER_WORD = -0.4, -1.3
# The guide shown just before is a little likelier, more so when only one detail is asked.
SHOWN, SHOWN_DETAIL = 0.4, 1.0

ANSWER_FROM = 0.5
REFUSE_BELOW = 0.3
UNCOVERED_FROM = 0.35


@dataclass(frozen=True)
class Judgement:
    """How likely each subject is meant, in their order, and how likely none of them is."""

    likely: Floats
    none: float


def judge(evidence: Evidence, guides: int, words: int, favoured: int | None = None, favour: float = 0.0) -> Judgement:
    """Return the probabilities; the first `guides` rows are guides, `words` counts what the question says of its topic."""
    scores = evidence.table @ np.asarray(WEIGHTS, dtype=np.float32)
    scores[guides:] += WITHOUT_GUIDE
    if favoured is not None:
        scores[favoured] += favour
    everything = np.append(scores, np.float32(NONE + NONE_PER_WORD * log1p(words)))
    odds = np.exp(everything - everything.max())
    shares = odds / odds.sum()
    return Judgement(shares[:-1], float(shares[-1]))
