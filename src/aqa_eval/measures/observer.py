"""The equal-variance Gaussian observer: what its planted parameters imply for every measure.

On each trial evidence x ~ N(+d'/2, 1) if the fault is present and N(-d'/2, 1) if not; the observer says
"fault" if x > c. Under a statement of how the movement should be c = criterion + acquiescence, under one
of how it goes wrong c = criterion - acquiescence (Green and Swets 1966; Macmillan and Creelman 2005).

A share of trials, the lapses, is answered at random. Of the noise's variance a share is drawn anew at each
trial (`sampling`), and the rest is the item's own, the same whenever and however it is asked: two answers
about one item rest on evidence that correlates by 1 - sampling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

GRID = np.linspace(-12.0, 12.0, 24_001)
"""Where integrals over the noise are taken, in standard deviations: to 1e-8 of these smooth integrands."""


@dataclass(frozen=True, slots=True)
class Observer:
    """Planted sensitivity d', reluctance to say "fault" (`criterion`), and acquiescence, in units of z.

    `lapse` and `sampling` are shares as above; `push`: how far a cue moves the evidence towards "fault", in
    z; `order_bias`: how far a pair's decision variable, of unit variance, starts towards the clip shown
    first; `slope`: d' of a pair for each unit of its gap, None where every pair has the same d'; `added`:
    what is added to it whatever the gap.
    """

    d_prime: float
    criterion: float = 0.0
    acquiescence: float = 0.0
    lapse: float = 0.0
    sampling: float = 1.0
    push: float = 0.0
    order_bias: float = 0.0
    slope: float | None = None
    added: float = 0.0

    # ------------------------------------------------------------------ is the fault there

    def threshold(self, polarity: int) -> float:
        """The evidence beyond which "fault" is said, under a polarity of +1, -1 or 0."""
        return self.criterion + polarity * self.acquiescence - self.push

    def rate_fault(self, present: bool, polarity: int) -> float:
        """P(says "fault") when the fault is present or not."""
        return self._lapsing(self._sure_fault(present, polarity))

    def sensitivity(self, polarities: Sequence[int]) -> float:
        """Hit rate, averaged over polarities."""
        return sum(self.rate_fault(True, p) for p in polarities) / len(polarities)

    def specificity(self, polarities: Sequence[int]) -> float:
        """Correct rejection rate, averaged over polarities."""
        return 1.0 - sum(self.rate_fault(False, p) for p in polarities) / len(polarities)

    def balanced_accuracy(self, polarities: Sequence[int]) -> float:
        """Mean of sensitivity and specificity."""
        return (self.sensitivity(polarities) + self.specificity(polarities)) / 2.0

    def rate_true(self, polarity: int) -> float:
        """P(answers "true") to a statement of this polarity (+1 or -1), both truths weighing alike."""
        fault = (self.rate_fault(True, polarity) + self.rate_fault(False, polarity)) / 2.0
        return 1.0 - fault if polarity > 0 else fault

    def correctness_bias(self) -> float:
        """(P+ - P-) / 2 on the scale of probabilities; `correctness_deviate` is the same in units of z."""
        return (self.rate_true(1) - self.rate_true(-1)) / 2.0

    def acquiescence_bias(self) -> float:
        """(P+ + P-) / 2 - 1/2 on the scale of probabilities; `acquiescence_deviate` in units of z."""
        return (self.rate_true(1) + self.rate_true(-1)) / 2.0 - 0.5

    def measured_d_prime(self, polarities: Sequence[int]) -> float:
        """z(hit rate) - z(false alarm rate), averaged over polarities: what d' is measured as. Lapses, which
        are no part of the model behind that measure, make it smaller than planted.
        """
        if self.lapse == 0.0:
            return self.d_prime
        return float(np.mean([self._deviates(p)[0] - self._deviates(p)[1] for p in polarities]))

    def measured_c(self, polarity: int) -> float:
        """-(z(hit rate) + z(false alarm rate)) / 2 under one polarity: what c is measured as."""
        return self.threshold(polarity) if self.lapse == 0.0 else -sum(self._deviates(polarity)) / 2.0

    def correctness_deviate(self) -> float:
        """(c+ + c-) / 2 as measured."""
        return (self.measured_c(1) + self.measured_c(-1)) / 2.0

    def acquiescence_deviate(self) -> float:
        """(c+ - c-) / 2 as measured."""
        return (self.measured_c(1) - self.measured_c(-1)) / 2.0

    def flip_rate(self, one: int, other: int) -> float:
        """P(two answers about the same item contradict each other) under these polarities, both truths
        weighing alike: with the same polarity twice, the flip rate of plain asking again.
        """
        both = [self._flips(present, self.threshold(one), self.threshold(other)) for present in (False, True)]
        return sum(both) / 2.0

    def excess_flip(self) -> float:
        """The flip rate across polarity minus that of asking again in the same one (mean over both)."""
        return self.flip_rate(1, -1) - (self.flip_rate(1, 1) + self.flip_rate(-1, -1)) / 2.0

    def auroc(self) -> float:
        """P(the evidence of a faulty clip is greater than that of a sound one), lapses apart."""
        return float(special.ndtr(self.d_prime / 2**0.5))

    def calibration_error(self, overconfidence: float, polarities: Sequence[int]) -> float:
        """Mean |stated confidence - P(right at that confidence)|, in the limit of narrow bins, where the
        log-odds of the posterior are stated `overconfidence` times as great, both truths are equally frequent
        and a lapse states chance.
        """
        density = sum(stats.norm.pdf(GRID, side * self.d_prime / 2) for side in (1, -1)) / 2
        total = 0.0
        for polarity in polarities:
            said = np.where(GRID + self.push > self.criterion + polarity * self.acquiescence, 1.0, -1.0)
            odds = self.d_prime * (GRID + self.push) * said
            right = special.expit(self.d_prime * GRID * said)
            total += float(np.trapezoid(density * np.abs(special.expit(overconfidence * odds) - right), GRID))
        return (1.0 - self.lapse) * total / len(polarities)

    # ------------------------------------------------------------------ which is better, which option

    def pair_d_prime(self, gap: float | None = None) -> float:
        """Of a pair the d', by its gap where a slope is planted."""
        return self.d_prime if self.slope is None or gap is None else self.slope * gap + self.added

    def pairs_correct(self, gap: float | None = None, first: bool | None = None) -> float:
        """P(right) about a pair: Phi(d' / sqrt 2 +- order bias); where the better clip is shown first
        (True) or second (False), or as often the one as the other (None).
        """
        at = self.pair_d_prime(gap) / 2**0.5
        places = {None: (1, -1), True: (1,), False: (-1,)}[first]
        right = sum(float(special.ndtr(at + place * self.order_bias)) for place in places) / len(places)
        return self._lapsing(right)

    def first_position_bias(self, gap: float | None = None) -> float:
        """P(calls the clip shown first the better one) - 1/2, the better being first in half the pairs."""
        right_first, right_second = (self.pairs_correct(gap, first) for first in (True, False))
        return (right_first + 1.0 - right_second) / 2.0 - 0.5

    def order_consistency(self, gap: float | None = None) -> float:
        """P(the same clip is preferred in both orders)."""
        at = self.pair_d_prime(gap) / 2**0.5
        return 1.0 - self._contradict(-at - self.order_bias, -at + self.order_bias)

    def gap_at(self, share: float = 0.75) -> float | None:
        """The gap at which so many pairs are answered rightly, without order bias; None without a slope, or
        where lapses forbid it.
        """
        sure = (share - self.lapse / 2.0) / (1.0 - self.lapse) if self.lapse < 1.0 else 1.0
        if not self.slope or not 0.5 <= sure < 1.0:
            return None
        return (float(special.ndtri(sure)) * 2**0.5 - self.added) / self.slope

    def options_correct(self, options: int) -> float:
        """P(right) among `options`, each bringing unit-variance evidence and the true one d' more.

        Green and Swets 1966: the integral of phi(x - d') Phi(x)^(m - 1).
        """
        x = GRID + self.d_prime
        right = np.trapezoid(stats.norm.pdf(GRID) * special.ndtr(x) ** (options - 1), GRID)
        return (1.0 - self.lapse) * float(right) + self.lapse / options

    # ------------------------------------------------------------------ parts

    def _sure_fault(self, present: bool, polarity: int) -> float:
        mean = self.d_prime / 2.0 if present else -self.d_prime / 2.0
        return float(special.ndtr(mean - self.threshold(polarity)))

    def _lapsing(self, rate: float) -> float:
        return (1.0 - self.lapse) * rate + self.lapse / 2.0

    def _deviates(self, polarity: int) -> tuple[float, float]:
        """The z of the hit and of the false alarm rate."""
        hit, alarm = (float(special.ndtri(self.rate_fault(present, polarity))) for present in (True, False))
        return hit, alarm

    def _flips(self, present: bool, one: float, other: float) -> float:
        mean = self.d_prime / 2.0 if present else -self.d_prime / 2.0
        return self._contradict(one - mean, other - mean)

    def _contradict(self, one: float, other: float) -> float:
        """P(one answer is yes and the other no), saying yes beyond these thresholds of unit-variance noise
        that correlates by 1 - sampling, each answer lapsing by itself.
        """
        first, second = float(special.ndtr(-one)), float(special.ndtr(-other))
        sure, lapse = 1.0 - self.lapse, self.lapse
        both = sure**2 * _both_beyond(one, other, 1.0 - self.sampling)
        both += sure * lapse / 2.0 * (first + second) + lapse**2 / 4.0
        return self._lapsing(first) + self._lapsing(second) - 2.0 * both


def _both_beyond(one: float, other: float, correlation: float) -> float:
    """P(X > one, Y > other) of standard normals that correlate so."""
    if correlation >= 1.0:
        return float(special.ndtr(-max(one, other)))
    if correlation <= 0.0:
        return float(special.ndtr(-one) * special.ndtr(-other))
    spread = (1.0 - correlation**2) ** 0.5
    x = np.linspace(one, max(one, 0.0) + 12.0, 24_001)
    also = special.ndtr((correlation * x - other) / spread)
    return float(np.trapezoid(stats.norm.pdf(x) * also, x))
