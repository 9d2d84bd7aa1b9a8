"""Psychometric functions: the chance of a right answer as it grows with the gap.

psi(x) = guess + (1 - guess - lapse) F(x) (Wichmann and Hill 2001, Perception and Psychophysics 63, eq. 1).
Both F start at 0 for no gap, where nothing can be seen: the Weibull function F = 1 - exp(-(x/scale)^slope),
and the logistic function of the logarithm of the gap, F = 1 / (1 + (x/scale)^-slope). (A logistic function
of the gap itself is above chance where the gap is 0.)
"""

from __future__ import annotations

import math
from enum import StrEnum

import numpy as np
from scipy import special

from aqa_eval.measures.clusters import FloatArray


class Sigmoid(StrEnum):
    """Which F."""

    LOGISTIC = "logistic"
    WEIBULL = "weibull"

    def rise(self, steepness: FloatArray) -> FloatArray:
        """F where slope * log(x/scale) is `steepness`."""
        if self is Sigmoid.LOGISTIC:
            found: FloatArray = special.expit(steepness)
        else:
            found = -np.expm1(-np.exp(np.minimum(steepness, 50.0)))
        return found

    def derivative(self, steepness: FloatArray) -> FloatArray:
        """Its derivative by `steepness`."""
        if self is Sigmoid.LOGISTIC:
            chance = special.expit(steepness)
            found: FloatArray = chance * (1.0 - chance)
        else:
            power = np.exp(np.minimum(steepness, 50.0))
            found = power * np.exp(-power)
        return found

    def inverse(self, level: FloatArray) -> FloatArray:
        """Where F reaches `level`, as slope * log(x/scale): NaN unless it is between 0 and 1."""
        inside = (level > 0.0) & (level < 1.0)
        safe = np.where(inside, level, 0.5)
        found = special.logit(safe) if self is Sigmoid.LOGISTIC else np.log(-np.log1p(-safe))
        inverse: FloatArray = np.where(inside, found, math.nan)
        return inverse
