"""The equal-variance Gaussian observer: what its planted parameters imply for every measure.

On each trial evidence x ~ N(+d'/2, 1) if the fault is present and N(-d'/2, 1) if not; the observer says
"fault" if x > c. Under a statement of how the movement should be c = criterion + acquiescence, under one
of how it goes wrong c = criterion - acquiescence (Green and Swets 1966; Macmillan and Creelman 2005).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy import special


@dataclass(frozen=True, slots=True)
class Observer:
    """Planted sensitivity d', reluctance to say "fault" (`criterion`), and acquiescence, in units of z."""

    d_prime: float
    criterion: float = 0.0
    acquiescence: float = 0.0

    def threshold(self, polarity: int) -> float:
        """The evidence beyond which "fault" is said, under a polarity of +1, -1 or 0."""
        return self.criterion + polarity * self.acquiescence

    def rate_fault(self, present: bool, polarity: int) -> float:
        """P(says "fault") when the fault is present or not."""
        mean = self.d_prime / 2.0 if present else -self.d_prime / 2.0
        return float(special.ndtr(mean - self.threshold(polarity)))

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
        """(P+ - P-) / 2 on the scale of probabilities; `criterion` is the same in units of z."""
        return (self.rate_true(1) - self.rate_true(-1)) / 2.0

    def acquiescence_bias(self) -> float:
        """(P+ + P-) / 2 - 1/2 on the scale of probabilities; `acquiescence` is the same in units of z."""
        return (self.rate_true(1) + self.rate_true(-1)) / 2.0 - 0.5
