"""Of what the variance of a mean is made: questions that differ, and answers to one question that do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aqa_eval.measures.clusters import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Components:
    """The variance of a mean over `questions`, each asked `repeats` times (harmonic mean): `item`, how far
    questions differ in what is expected of them, and `sampling`, how far the answers to one question differ.
    The variance of the mean is item / n + sampling / (n K) (Miller 2024, arXiv 2411.00640, section 3.2).
    """

    questions: int
    repeats: float
    item: float
    sampling: float

    @property
    def error_from_items(self) -> float:
        """The variance of the mean that comes from the questions, which only more questions lower."""
        return self.item / self.questions

    @property
    def error_from_sampling(self) -> float:
        """The variance of the mean that comes from sampling, which more repeats lower too."""
        return self.sampling / (self.questions * self.repeats)


def components(values: FloatArray, question: IntArray) -> Components | None:
    """The components of `values` (n,), each an answer to a `question` (n,) code; None where no two questions
    were answered twice or more. Questions answered once are left out.

    Both are unbiased: sampling is the mean of the variances within questions, and the item's is the variance
    of the means less what sampling leaves in them, so that it may be below 0 by chance.
    """
    times = np.bincount(question).astype(np.float64)
    used = times > 1
    if np.count_nonzero(used) < 2:
        return None
    k = times[used]
    means = np.bincount(question, weights=values)[used] / k
    within = np.maximum(np.bincount(question, weights=values**2)[used] / k - means**2, 0.0) * k / (k - 1.0)
    item = float(means.var(ddof=1)) - float((within / k).mean())
    return Components(len(k), float(len(k) / (1.0 / k).sum()), item, float(within.mean()))
