"""What is expected of a value from the groups it belongs to: shrunken means and one linear slope.

The model is additive::

    y = m + sum over factors j of u_j[level of the value in j] + slope * (x - mean x) + e
    u_j ~ N(0, tau_j^2),  e ~ N(0, sigma^2)

with the variances estimated from the data (empirical Bayes), so that a level with few values is drawn to
the mean and a factor that tells nothing is drawn to nothing. Fitted by coordinate ascent with the levels'
posteriors taken as independent (mean-field variational EM; Bishop 2006, ch. 10): each step is a sum over
rows, so that it is linear in them whatever the number of levels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aqa_eval.measures.clusters import FloatArray, IntArray

MOST_STEPS = 500
CLOSE = 1e-9
"""Steps end when no prediction moves by more than this share of the values' standard deviation."""


@dataclass(frozen=True, slots=True)
class Shrunken:
    """The fit: `mean` m, `levels` (factor -> level -> u, shrunken), `slope`, and `centre`, the mean of x
    where it is known.
    """

    mean: float
    levels: Mapping[str, Mapping[str, float]]
    slope: float = 0.0
    centre: float = 0.0

    def expected(self, levels: Mapping[str, str], x: float | None = None) -> float:
        """The expected value of a row with these levels; one never seen, or an unknown x, tells nothing."""
        known = sum(self.levels[factor].get(levels.get(factor, ""), 0.0) for factor in self.levels)
        return self.mean + known + (0.0 if x is None else self.slope * (x - self.centre))


def shrunken(
    values: Sequence[float], levels: Mapping[str, Sequence[str]], x: Sequence[float] | None = None
) -> Shrunken:
    """The fit to `values` (n,), with the `levels` of each factor (n,), "" where a row has none, and `x` (n,),
    NaN where unknown.

    Factors with fewer than two levels, and an x that does not vary, are left out. Raises ValueError for no
    values, values that are not finite, or columns of other lengths.
    """
    y = np.asarray(values, np.float64)
    if y.ndim != 1 or not len(y) or not np.isfinite(y).all():
        raise ValueError(f"values of shape {y.shape}: expected one or more finite numbers")
    if any(len(column) != len(y) for column in (*levels.values(), *(() if x is None else (x,)))):
        raise ValueError(f"a column does not have as many rows as the {len(y)} values")
    factors = [factor for name, column in levels.items() if (factor := _Factor.of(name, column)) is not None]
    given, centre = _centred(x, len(y))
    mean, spread = float(y.mean()), float(y.std())
    if spread == 0.0:
        return Shrunken(mean, {}, 0.0, centre)
    return _fitted(y, factors, given, centre, spread)


@dataclass(slots=True)
class _Factor:
    """One factor: names of its levels, the level of each row (-1: none), rows a level, and what is known of
    its effects: posterior means, variances, and their prior variance.
    """

    name: str
    names: list[str]
    row: IntArray
    count: FloatArray
    mean: FloatArray
    variance: FloatArray
    prior: float = 0.0

    @classmethod
    def of(cls, name: str, column: Sequence[str]) -> _Factor | None:
        names = sorted({level for level in column if level})
        if len(names) < 2:
            return None
        place = {level: n for n, level in enumerate(names)}
        row = np.array([place.get(level, -1) for level in column], np.int64)
        count = np.bincount(row[row >= 0], minlength=len(names)).astype(np.float64)
        return cls(name, names, row, count, np.zeros(len(names)), np.zeros(len(names)))

    def of_rows(self) -> FloatArray:
        """The effect in each row."""
        effect: FloatArray = np.where(self.row >= 0, self.mean[np.maximum(self.row, 0)], 0.0)
        return effect

    def step(self, rest: FloatArray, noise: float) -> None:
        """The posterior of the effects, given what the others leave (n,), and then their prior variance."""
        there = self.row >= 0
        sums = np.bincount(self.row[there], rest[there], minlength=len(self.names))
        weight = self.count + noise / self.prior if self.prior > 0 else np.full(len(self.names), np.inf)
        self.mean = sums / weight
        self.variance = noise / weight
        self.prior = float(np.mean(self.mean**2 + self.variance))


def _centred(x: Sequence[float] | None, rows: int) -> tuple[FloatArray, float]:
    """The x without its mean, 0 where unknown, and that mean."""
    if x is None:
        return np.zeros(rows), 0.0
    given = np.asarray(x, np.float64)
    known = np.isfinite(given)
    if not known.any():
        return np.zeros(rows), 0.0
    centre = float(given[known].mean())
    return np.where(known, given - centre, 0.0), centre


def _fitted(y: FloatArray, factors: list[_Factor], x: FloatArray, centre: float, spread: float) -> Shrunken:
    noise, slope, mean = spread**2, 0.0, float(y.mean())
    square = float(x @ x)
    if square <= 1e-12 * len(y):
        square = 0.0
    for factor in factors:
        factor.prior = noise / 2
    parts = [np.zeros(len(y)) for _ in factors]
    before = np.full(len(y), mean)
    for _ in range(MOST_STEPS):
        mean = float((y - sum(parts) - slope * x).mean())
        for place, factor in enumerate(factors):
            others = sum((part for n, part in enumerate(parts) if n != place), np.zeros(len(y)))
            factor.step(y - mean - others - slope * x, noise)
            parts[place] = factor.of_rows()
        if square:
            slope = float(x @ (y - mean - sum(parts))) / square
        now = mean + sum(parts, np.zeros(len(y))) + slope * x
        unsure = sum(float(factor.count @ factor.variance) for factor in factors)
        noise = max((float(((y - now) ** 2).sum()) + unsure) / len(y), 1e-9 * spread**2)
        if np.abs(now - before).max() <= CLOSE * spread:
            break
        before = now
    levels = {f.name: dict(zip(f.names, f.mean.tolist(), strict=True)) for f in factors}
    return Shrunken(mean, levels, slope, centre)
