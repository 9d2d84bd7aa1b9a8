"""Intervals of one number from its resamples: percentile, jackknife-t, studentised and wild.

All but the percentile interval rest on *pseudo-values*, k t - (k - 1) t(-c) for each of k clusters c, t(-c)
being the statistic without c (Tukey 1958; Efron and Tibshirani 1993, chapter 11). They behave like k
independent observations whose mean is the statistic less its bias, so that what is known of the mean of few
observations serves for any statistic. Every interval is laid about the statistic itself.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from scipy import special

from aqa_eval.measures.clusters import FloatArray

_RADEMACHER_FROM = 12
"""Clusters from which two-point weights have patterns enough (2^11 up to sign); below, six points have."""

_HALVINGS = 50


Scale = Literal["identity", "fisher", "log", "shortfall", "rate"]
"""Where errors are symmetric: on the scale itself, its atanh, its log, the log of what it lacks to 1, or for
a rate on itself or its logit, whichever reaches further.
"""

_CEILING = float(np.nextafter(1.0, 0.0))


def jackknife_t(
    value: float, left_out: FloatArray, times: float, scale: Scale, bounds: tuple[float, float]
) -> tuple[float, float]:
    """`value` plus and minus so many jackknife standard errors on the scale.

    On the scale of Fisher's z the delete-one values are transformed. On the others the error is carried over
    by its derivative, so that a delete-one value of 0 does no harm.
    """
    if scale == "fisher":
        centre = math.atanh(min(max(value, -_CEILING), _CEILING))
        half = times * standard_error(np.arctanh(np.clip(left_out, -_CEILING, _CEILING)))
        return math.tanh(centre - half), math.tanh(centre + half)
    half = times * standard_error(left_out)
    plain = (value - half, value + half)
    if scale == "log" and value > 0.0:
        factor = math.exp(min(half / value, 700.0))
        return value / factor, value * factor
    if scale == "shortfall" and value < 1.0:
        factor = math.exp(min(half / (1.0 - value), 700.0))
        return 1.0 - (1.0 - value) * factor, 1.0 - (1.0 - value) / factor
    if scale == "rate" and bounds[0] < value < bounds[1]:
        reach = bounds[1] - bounds[0]
        place = (value - bounds[0]) / reach
        logit, error = math.log(place / (1.0 - place)), half / reach / (place * (1.0 - place))
        low, high = (bounds[0] + reach * float(special.expit(logit + sign * error)) for sign in (-1.0, 1.0))
        return min(low, plain[0]), max(high, plain[1])
    return plain


def percentile(draws: FloatArray, bounds: tuple[float, float], tail: float) -> tuple[float, float]:
    """The percentile bootstrap limits of `draws` (R,); one where the statistic is undefined (NaN) counts as
    the worst for either limit.
    """
    low = np.where(np.isnan(draws), bounds[0], draws)
    high = np.where(np.isnan(draws), bounds[1], draws)
    # `lower` and `higher` choose a drawn value, so that an infinite one is never interpolated with.
    return (
        float(np.quantile(low, tail, method="lower")),
        float(np.quantile(high, 1.0 - tail, method="higher")),
    )


def standard_error(left_out: FloatArray) -> float:
    """The jackknife standard error from the delete-one-cluster values (k,)."""
    clusters = len(left_out)
    spread = left_out - left_out.mean()
    return math.sqrt((clusters - 1) / clusters * float(spread @ spread))


def studentised(
    value: float, left_out: FloatArray, level: float, resamples: int, seed: int
) -> tuple[float, float]:
    """Bootstrap-t on the pseudo-values (Efron 1982, section 10.10; Hall 1988, Annals of Statistics 16).

    Each resample of the pseudo-values gives a t = (its mean - their mean) / its standard error; the limits
    turn the tails of t around, so that a skewed statistic gets a skewed interval. Resamples without spread
    count as infinite on the side of their mean.
    """
    residuals = _residuals(left_out)
    clusters = len(residuals)
    generator = np.random.default_rng(seed)
    drawn = residuals[generator.integers(0, clusters, size=(resamples, clusters))]
    means = drawn.mean(axis=1)
    errors = drawn.std(axis=1, ddof=1) / math.sqrt(clusters)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.where(errors > 0, means / errors, np.copysign(math.inf, means))
    error, tail = standard_error(left_out), (1.0 - level) / 2.0
    return (
        value - float(np.quantile(ratios, 1.0 - tail, method="higher")) * error,
        value - float(np.quantile(ratios, tail, method="lower")) * error,
    )


def wild(value: float, left_out: FloatArray, level: float, resamples: int, seed: int) -> tuple[float, float]:
    """The restricted wild cluster bootstrap-t on the pseudo-values, inverted into an interval.

    A hypothetical value is kept if the |t| of the pseudo-values about it is not among the largest that
    random signs of their deviations from it give (Cameron, Gelbach and Miller 2008, Review of Economics and
    Statistics 90, the null imposed). Signs are Rademacher's, and below 12 clusters the six points of Webb
    (2023, Canadian Journal of Economics 56): few clusters have too few patterns of signs. A limit
    is infinite where no value however far is rejected.
    """
    residuals = _residuals(left_out)
    clusters = len(residuals)
    signs = _signs(clusters, resamples, seed)
    products, squares = signs * residuals, signs**2
    # With deviations e + d, the sums that t* needs are polynomials of the distance d.
    sums = (
        products.sum(axis=1),
        signs.sum(axis=1),
        (products**2).sum(axis=1),
        (signs * products).sum(axis=1),
        squares.sum(axis=1),
    )
    error = standard_error(left_out)

    def p_value(distance: float) -> float:
        total = sums[0] + distance * sums[1]
        square = sums[2] + 2.0 * distance * sums[3] + distance**2 * sums[4]
        spread = np.maximum(square - total**2 / clusters, 0.0)
        # t = total / sqrt(k / (k - 1) * spread), compared without dividing by a spread of zero.
        scale = np.sqrt(clusters / (clusters - 1) * spread)
        reached = np.abs(total) >= abs(distance) / error * scale * (1.0 - 1e-12)
        return float((np.count_nonzero(reached) + 1) / (resamples + 1))

    def reach(side: float) -> float:
        inside, outside = 0.0, 2.0 * error
        while p_value(side * outside) > 1.0 - level:
            inside, outside = outside, 2.0 * outside
            if outside > 1e6 * error:
                return math.inf
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2.0
            if p_value(side * middle) > 1.0 - level:
                inside = middle
            else:
                outside = middle
        return outside

    # `distance` is the mean less the hypothetical value: positive below the mean.
    return value - reach(1.0), value + reach(-1.0)


def _residuals(left_out: FloatArray) -> FloatArray:
    """The pseudo-values less their mean (k,)."""
    residuals: FloatArray = (len(left_out) - 1.0) * (left_out.mean() - left_out)
    return residuals


def _signs(clusters: int, resamples: int, seed: int) -> FloatArray:
    generator = np.random.default_rng(seed)
    if clusters >= _RADEMACHER_FROM:
        return generator.integers(0, 2, size=(resamples, clusters)).astype(np.float64) * 2.0 - 1.0
    points = np.sqrt(np.array([0.5, 1.0, 1.5]))
    webb: FloatArray = generator.choice(np.append(-points, points), size=(resamples, clusters))
    return webb
