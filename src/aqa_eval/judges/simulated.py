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
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated

import numpy as np
from pydantic import Field

from aqa_eval.errors import JudgeError
from aqa_eval.judges.prior import criterion_values
from aqa_eval.judges.respondent import JUDGING, JudgeOptions, Protocol, Respondent, Sight, Training
from aqa_eval.judges.saying import say, say_score
from aqa_eval.vocabulary import FIRST, SECOND, Answer, Condition, Item, Judge, Request, Task


class SimulatedOptions(JudgeOptions):
    """The planted values; see the module's text. `seed` chooses the observer's noise."""

    d_prime: float = 1.0
    criterion: float = 0.0
    acquiescence: float = 0.0
    r: Annotated[float, Field(ge=-1, le=1)] = 0.5
    s: Annotated[float, Field(ge=0)] = 1.0
    b: float = 0.0
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0


class Simulated(Respondent):
    """Draws its answers around the truth as planted; the same trial always draws the same noise."""

    def __init__(self, judge: Judge, spread: Mapping[str, tuple[float, float]]) -> None:
        super().__init__(judge)
        self.planted = SimulatedOptions.model_validate(dict(judge.decoding))
        self.spread = spread

    def refuses(self, item: Item, condition: Condition) -> str:
        """A score can only be simulated where training labels say how scores spread."""
        if item.task is Task.SCORE and item.criterion.id not in self.spread:
            return f"fewer than two different training labels for criterion '{item.criterion.id}'"
        return ""

    def depends_on(self, item: Item) -> object:
        """The truth, which no other judge is told, and of a score how training scores spread."""
        return [item.truth, self.spread[item.criterion.id]] if item.task is Task.SCORE else item.truth

    async def ask(self, request: Request, sight: Sight) -> Answer:
        """One draw."""
        planted = self.planted
        if request.task in {Task.COMPARE, Task.CHOOSE}:
            return say(self._chosen(request), request)
        if not isinstance(request.truth, bool | int | float):
            raise JudgeError(
                f"the simulated judge '{self.judge.name}' needs a number or truth value as truth"
            )
        noise = float(self._noise(request.key).standard_normal())
        scale = request.criterion.scale
        if scale is not None:
            mean, spread = self.spread[request.criterion.id]
            z = (float(request.truth) - mean) / spread
            told = planted.b + planted.s * (planted.r * z + (1 - planted.r**2) ** 0.5 * noise)
            return say_score(min(max(mean + spread * told, scale.minimum), scale.maximum), request)
        # With both statements side by side there is none to agree with.
        agrees = {"positive": planted.acquiescence, "negative": -planted.acquiescence}
        lean = agrees.get(request.condition.framing, 0.0)
        evidence = (planted.d_prime if request.truth else -planted.d_prime) / 2 + noise
        return say(bool(evidence > planted.criterion + lean), request)

    def _chosen(self, request: Request) -> str:
        """The option with the most evidence; of two performances, the one that looks better."""
        options = (FIRST, SECOND) if request.task is Task.COMPARE else request.criterion.options
        evidence = self._noise(request.key).standard_normal(len(options))
        evidence += self.planted.d_prime * (np.array(options) == request.truth)
        return options[int(evidence.argmax())]

    def _noise(self, key: str) -> np.random.Generator:
        entropy = hashlib.sha256(f"{self.planted.seed}:{key}".encode()).digest()
        return np.random.default_rng(int.from_bytes(entropy[:16], "big"))


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
