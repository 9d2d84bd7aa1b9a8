"""An observer with planted strengths and biases, to calibrate the measures. It alone is told the truth.

Verify, by equal-variance signal detection (Green & Swets 1966): the evidence for the fault is
x ~ N(+d'/2, 1) when it is present and N(-d'/2, 1) when it is not; the observer says "fault" when x
exceeds c. Under the positive framing c = criterion + acquiescence, under the negative one
c = criterion - acquiescence: a positive criterion is a reluctance to find fault (correctness bias),
a positive acquiescence a readiness to agree with whatever is stated. The neutral framing states nothing: c is
the criterion.

Compare: the difference of two such evidences is N(+-d', 2), and the observer says that the better one is
where it points: right with probability Phi(d' / sqrt 2). Choose: every option brings evidence e ~ N(0, 1),
the true one d' more, and the greatest wins.

Score: with z the true score standardised by the training labels, the answer is
mean + SD * (b + s * (r z + sqrt(1 - r^2) e)), e ~ N(0, 1), in the terms of the regression trap, kept
within the scale as any judge's answer must be.

Beside these any of the following can be planted; what is not leaves no trace in a trial's key:

- `lapse`: the share of trials that are answered at random, with confidence at chance; a score then has the
  same spread and knows nothing.
- `sampling`: the share of the noise's variance that is drawn anew at each trial. The rest belongs to the
  clip and the criterion, the same at each repeat, framing, wording and order, and in every pair the clip is
  in.
- `slope`: d' of a pair is slope * gap, of a pair whose gap is known. `order_bias`: for a pair the decision
  variable, of unit variance, starts so far towards the one shown first: P(it is called better) is
  Phi(order_bias +- d' / sqrt 2).
- `sight`: the share of d' and r that is left by what is shown, `gain`: what strategies and examples add to
  them (`aqa_eval.measures.planted`).
- `cue`: how far a cue moves the evidence, in units of z (of a score: in standard deviations of the true
  scores), towards what it pushes to.
- `confidence`: the observer states how sure it is: the posterior probability of what it says by its own
  evidence and strength, truths taken as equally frequent, with its log-odds multiplied by this. 1 is
  calibrated. A score has none.
- `trace_prior`, `trace_false`, `trace_misplaced`: it reasons aloud; see `reasoning`.
"""

from __future__ import annotations

import numpy as np

from aqa_eval.judges.prior import criterion_values
from aqa_eval.judges.respondent import JUDGING, Protocol, Training
from aqa_eval.judges.simulated.observer import Simulated
from aqa_eval.judges.simulated.options import SimulatedOptions, planted
from aqa_eval.judges.simulated.strength import push
from aqa_eval.vocabulary import Judge, Task


def _build(judge: Judge, train: Training) -> Simulated:
    spread = {}
    for criterion, values in criterion_values(i for i in train() if i.task is Task.SCORE).items():
        if len(set(values)) > 1:
            spread[criterion] = (float(np.mean(values)), float(np.std(values)))
    return Simulated(judge, spread)


PROTOCOL = Protocol(
    name="simulated",
    title="SIMULATED observer with planted biases (is told the truth)",
    options=SimulatedOptions,
    tasks=JUDGING,
    build=_build,
    told="truth",
)

__all__ = ["PROTOCOL", "Simulated", "SimulatedOptions", "planted", "push"]
