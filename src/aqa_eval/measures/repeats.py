"""Flips beyond plain re-asking, and of what the variance of a mean is made.

A judge that answers one way 70% of the time contradicts itself 2 * 0.7 * 0.3 = 42% of the time when asked
the same again. So a flip between two conditions (polarity, order of a pair, a cue) says nothing until the
flips of plain re-asking are taken off: the *excess* is 0 for a judge that is noisy but as likely to say so
in one condition as in the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aqa_eval.measures.clusters import BoolArray, FloatArray, IntArray
from aqa_eval.measures.crossed import Between
from aqa_eval.measures.crossed_means import mean
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.resampling import Resampling


@dataclass(frozen=True, slots=True)
class Repeats:
    """One row an answered trial, arrays (n,): codes of what was answered and of the item, and in which of two
    conditions. `between` (items): the clusters of every item. Answers are said on a scale on which a steady
    judge says the same in both conditions (which performance, whatever its place; fault, whatever the words).
    """

    answer: IntArray
    item: IntArray
    condition: BoolArray
    between: Between

    @classmethod
    def of(
        cls,
        answer: Sequence[str],
        item: Sequence[str],
        condition: Sequence[bool],
        cluster: Sequence[str],
        second: Sequence[str | None] | None = None,
    ) -> Repeats:
        """From columns of one row a trial. Raises ValueError where they differ in length, or an item has rows
        of different clusters.
        """
        lengths = {len(answer), len(item), len(condition), len(cluster), len(second or cluster)}
        if len(lengths) > 1:
            raise ValueError(f"repeats need columns of one length, found lengths {sorted(lengths)}")
        rows = Between.of(cluster, second)
        _, one, codes = np.unique(np.array(item, dtype=str), return_index=True, return_inverse=True)
        codes = codes.reshape(-1).astype(np.int64)
        if (rows.dyads != rows.dyads[one][codes]).any():
            raise ValueError("every item must have its clusters, the same in all of its rows")
        answers = np.unique(np.array(answer, dtype=str), return_inverse=True)[1].reshape(-1)
        return cls(answers.astype(np.int64), codes, np.array(condition, dtype=np.bool_), rows.only(one))


@dataclass(frozen=True, slots=True)
class Flips:
    """All are probabilities that two answers to one item differ: `between` the conditions, over items asked
    in both; `within` a condition, asked again; `excess` = between - within over the items asked twice or more
    in both, of which there are `re_asked`.
    """

    between: Estimate
    within: Estimate
    excess: Estimate
    items: int
    re_asked: int


def flips(repeats: Repeats, plan: Resampling) -> Flips:
    """Flips by counting pairs of answers, which is unbiased for any number of repeats.

    Of an item with answers shared out as p and q in the two conditions: between, all pairs across, is
    1 - sum p q; within, all pairs of different trials, is 1 - sum n_a (n_a - 1) / (n (n - 1)), the mean of
    both conditions. Items weigh alike.
    """
    one, other = (_counts(repeats, side) for side in (False, True))
    sizes = one.sum(axis=1), other.sum(axis=1)
    both = (sizes[0] > 0) & (sizes[1] > 0)
    twice = (sizes[0] > 1) & (sizes[1] > 1)
    across = 1.0 - (one * other).sum(axis=1) / np.where(both, sizes[0] * sizes[1], 1.0)
    again = (_within(one) + _within(other)) / 2.0
    once = "no item was asked twice or more in both conditions: a flip cannot be told from re-asking"

    def over(values: FloatArray, items: BoolArray, low: float, why: str) -> Estimate:
        return mean(values[items], repeats.between.only(items), (low, 1.0), plan, why)

    return Flips(
        over(across, both, 0.0, "no item was asked in both conditions"),
        over(again, twice, 0.0, once),
        over(across - again, twice, -1.0, once),
        int(both.sum()),
        int(twice.sum()),
    )


def _counts(repeats: Repeats, condition: bool) -> FloatArray:
    """How often each answer was given to each item in a condition (items, answers)."""
    rows = repeats.condition == condition
    answers = int(repeats.answer.max(initial=0)) + 1
    counts = np.zeros((len(repeats.between), answers))
    np.add.at(counts, (repeats.item[rows], repeats.answer[rows]), 1.0)
    return counts


def _within(counts: FloatArray) -> FloatArray:
    sizes = counts.sum(axis=1)
    pairs = np.where(sizes > 1, sizes * (sizes - 1.0), 1.0)
    within: FloatArray = 1.0 - (counts * (counts - 1.0)).sum(axis=1) / pairs
    return within
