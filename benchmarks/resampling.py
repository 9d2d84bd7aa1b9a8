"""How long 10,000 cluster resamples of 100,000 verdicts in 5,000 clusters take, and how much memory.

    python benchmarks/resampling.py

Prints seconds and peak memory for balanced accuracy and for Spearman's rho, side by side.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import numpy as np

from aqa_eval.measures.agreement import agreement
from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.rank import rank_correlation
from aqa_eval.measures.resampling import Resampling
from aqa_eval.measures.scores import Scores

ROWS, CLUSTERS, RESAMPLES = 100_000, 5_000, 10_000


def main() -> None:
    generator = np.random.default_rng(1)
    cluster = generator.integers(0, CLUSTERS, ROWS)
    truth = generator.random(ROWS) < 0.5
    fault = np.where(generator.random(ROWS) < 0.6, truth, ~truth)
    score = generator.normal(50, 10, ROWS)
    given = np.round(0.3 * score + generator.normal(35, 10, ROWS))
    plan = Resampling(seed=1, resamples=RESAMPLES)
    judgements, scores = Judgements.of(truth, fault, cluster), Scores.of(score, given, cluster)
    print(f"{RESAMPLES:,} resamples of {ROWS:,} verdicts in {CLUSTERS:,} clusters")
    timed("balanced accuracy", lambda: agreement(judgements, plan).overall.balanced_accuracy.value)
    timed("Spearman's rho", lambda: rank_correlation(scores, plan).pooled.value)


def timed(name: str, measure: Callable[[], float | None]) -> None:
    start = time.perf_counter()
    value = measure()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:20} {value:.4f}  {seconds:7.2f} s  peak {peak:,.0f} MB")


if __name__ == "__main__":
    main()
