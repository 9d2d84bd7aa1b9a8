"""A number and how well it is known."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from scipy import special

FRAGILE_BELOW = 10
"""With fewer independent clusters than this every interval method is out of its depth."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95% interval (`low`, `high`) by `method`, from `n` rows in `clusters` clusters.

    `boot_low` and `boot_high` are the seeded percentile cluster bootstrap, whatever `method` is.
    `noise_floor` is the half-width of the 95% interval that a judge at chance would have on these
    rows. `fragile` is set below ten effective clusters. `free` are the degrees of freedom of Student's t
    behind the interval, infinite where there is none. What cannot be estimated is None, and
    `reason` says why: a missing value takes everything with it, a missing interval only the limits.
    """

    value: float | None
    low: float | None
    high: float | None
    boot_low: float | None
    boot_high: float | None
    method: str
    n: int
    clusters: int
    fragile: bool = False
    noise_floor: float | None = None
    reason: str = ""
    free: float = math.inf

    def p_value(self, line: float) -> float | None:
        """Two-sided p of the hypothesis that the value is `line`, as the interval has it: below 0.05 exactly
        where the interval does not contain the line. None where there is no interval on that side.

        The interval's half on the side of the line is taken as so many standard errors as its method has in
        95% (Student's t with `free` degrees of freedom).
        """
        limit = None if self.value is None else self.low if line < self.value else self.high
        if self.value is None or limit is None:
            return None
        gap, half = abs(self.value - line), abs(self.value - limit)
        if half == 0.0:
            return 1.0 if gap == 0.0 else 0.0
        free = self.free if math.isfinite(self.free) else 1e9
        errors = gap / half * float(special.stdtrit(free, 0.975))
        return float(2.0 * special.stdtr(free, -errors))

    def contains(self, value: float) -> bool | None:
        """Whether the interval contains `value`; None where there is no interval."""
        if self.low is None or self.high is None:
            return None
        return self.low <= value <= self.high


def impossible(reason: str, n: int, clusters: int) -> Estimate:
    """The estimate of something that cannot be estimated, with the reason."""
    return Estimate(
        None, None, None, None, None, "none", n, clusters, fragile=clusters < FRAGILE_BELOW, reason=reason
    )


def exact(value: float, why: str, n: int, clusters: int, noise_floor: float | None = None) -> Estimate:
    """A value that no other sample could change, `why` saying what makes it so: an interval of no width."""
    fragile = clusters < FRAGILE_BELOW
    return Estimate(value, value, value, value, value, f"exact: {why}", n, clusters, fragile, noise_floor)


def by_construction(estimate: Estimate, why: str) -> Estimate:
    """The estimate for a judge *known* to answer alike whatever it is shown, `why` saying so.

    That a judge said the same n times does not make it constant: seen from outside, a rare other answer
    cannot be excluded and its chance is bounded. Of a judge that is constant by construction every sample
    gives the same value, so the interval has no width. Only for a measure that does not depend on how many
    rows of a class there are: resamples may still seem to differ, where one loses a class and has no value.
    """
    if estimate.value is None:
        return estimate
    value = estimate.value
    return replace(
        estimate,
        low=value,
        high=value,
        boot_low=value,
        boot_high=value,
        method=f"exact: {why}",
        reason="",
        fragile=False,
    )
