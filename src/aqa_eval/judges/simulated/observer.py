"""The simulated observer itself: evidence drawn around the truth, and what it decides by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from aqa_eval.errors import JudgeError
from aqa_eval.judges.respondent import Respondent, Sight
from aqa_eval.judges.simulated.answering import answered, posterior
from aqa_eval.judges.simulated.noise import Noise
from aqa_eval.judges.simulated.options import SimulatedOptions, planted
from aqa_eval.judges.simulated.reasoning import Reasoner
from aqa_eval.judges.simulated.strength import push, way
from aqa_eval.measures.planted import correlation, d_prime
from aqa_eval.vocabulary import FIRST, SECOND, Answer, Condition, Item, Judge, Request, Task


@dataclass(frozen=True, slots=True)
class _Decided:
    """A judgement and the log-odds that it is right, by the observer's own evidence; a score has none."""

    judgement: bool | str | float
    log_odds: float | None = None
    confidence: float | None = None


class Simulated(Respondent):
    """Draws its answers around the truth as planted; the same trial always draws the same noise."""

    def __init__(self, judge: Judge, spread: Mapping[str, tuple[float, float]]) -> None:
        super().__init__(judge)
        self.options = SimulatedOptions.of(judge.decoding)
        self.planted = planted(judge.decoding)
        self.spread = spread
        self.noise = Noise(self.options.seed, self.options.sampling)
        self.reasoner = Reasoner(self.options, self.noise, spread, judge.family)

    def refuses(self, item: Item, condition: Condition) -> str:
        """A score can only be simulated where training labels say how scores spread."""
        if item.task is Task.SCORE and item.criterion.id not in self.spread:
            return f"fewer than two different training labels for criterion '{item.criterion.id}'"
        return ""

    def depends_on(self, item: Item) -> object:
        """The truth, which no other judge is told; of a score how training scores spread, and of a pair,
        where that counts, how far it is apart.
        """
        if item.task is Task.SCORE:
            return [item.truth, self.spread[item.criterion.id]]
        if item.task is Task.COMPARE and self.options.slope is not None:
            return [item.truth, item.gap]
        return item.truth

    async def ask(self, request: Request, sight: Sight) -> Answer:
        """One draw. Raises JudgeError where it is not told what it needs to know."""
        decided = self._lapsed(request) or self._decided(request)
        confidence = decided.confidence
        if self.options.confidence is not None and decided.log_odds is not None:
            confidence = posterior(decided.log_odds, self.options.confidence)
        if not self.options.traces:
            return answered(decided.judgement, request, confidence)
        trace = await self.reasoner.trace(request, sight)
        said = answered(decided.judgement, request, confidence, trace.evidence)
        return replace(
            said, reasoning=trace.text, trace_kind="raw" if trace.text else "", sent={"claims": trace.claims}
        )

    def _decided(self, request: Request) -> _Decided:
        match request.task:
            case Task.SCORE:
                return _Decided(self._score(request, correlation(self.planted, way(request.condition))))
            case Task.COMPARE:
                return self._compared(request)
            case Task.CHOOSE:
                return self._chosen(request)
        return self._verified(request)

    def _lapsed(self, request: Request) -> _Decided | None:
        """In its share of trials an answer at random, with no more confidence than chance; of a score, one of
        the same spread that knows nothing.
        """
        if self.options.lapse is None:
            return None
        lot = self.noise.stream(request.key, "lapse")
        if lot.random() >= self.options.lapse:
            return None
        if request.task is Task.SCORE:
            return _Decided(self._score(request, 0.0))
        options: tuple[bool | str, ...] = (False, True)
        if request.task is not Task.VERIFY:
            options = (FIRST, SECOND) if request.task is Task.COMPARE else request.criterion.options
        chance = None if self.options.confidence is None else 1.0 / len(options)
        return _Decided(options[int(lot.integers(len(options)))], None, chance)

    def _score(self, request: Request, r: float) -> float:
        scale, options = request.criterion.scale, self.options
        if scale is None:
            raise JudgeError(f"criterion '{request.criterion.id}' has no scale to score it on")
        mean, spread = self.spread[request.criterion.id]
        z = (self._number(request) - mean) / spread
        noise = float(self.noise.evidence(request, 1)[0])
        told = options.b + options.s * (r * z + (1 - r**2) ** 0.5 * noise)
        told += (options.cue or 0.0) * push(request.condition.cue, Task.SCORE, scale)
        return float(min(max(mean + spread * told, scale.minimum), scale.maximum))

    def _verified(self, request: Request) -> _Decided:
        options, condition = self.options, request.condition
        present = bool(self._number(request))
        # With both statements side by side there is none to agree with.
        agrees = {"positive": options.acquiescence, "negative": -options.acquiescence}
        d = d_prime(self.planted, way(condition))
        evidence = (d if present else -d) / 2 + float(self.noise.evidence(request, 1)[0])
        evidence += (options.cue or 0.0) * push(condition.cue, Task.VERIFY)
        fault = bool(evidence > options.criterion + agrees.get(condition.framing, 0.0))
        return _Decided(fault, d * evidence * (1 if fault else -1))

    def _compared(self, request: Request) -> _Decided:
        """The one that looks better, the one shown first given a head start."""
        trial = request.trial
        if self.options.slope is not None and trial is None:
            raise JudgeError("a simulated judge with 'slope' is asked without being told the pair's gap")
        gap = None if trial is None else trial.item.gap
        d = d_prime(self.planted, way(request.condition), gap)
        evidence = self.noise.evidence(request, 2)
        evidence = evidence + d * (np.array([FIRST, SECOND]) == request.truth)
        ahead = float(evidence[0] - evidence[1])
        bias = self.options.order_bias
        leads = 0.0
        if bias is not None:
            shown_first = next(iter(request.answers.values()))
            leads = 2**0.5 * (bias if shown_first == FIRST else -bias)
        first = ahead + leads >= 0
        return _Decided(FIRST if first else SECOND, d * ahead * (1 if first else -1))

    def _chosen(self, request: Request) -> _Decided:
        """The option with the most evidence."""
        options = request.criterion.options
        d = d_prime(self.planted, way(request.condition))
        evidence = self.noise.evidence(request, len(options)) + d * (np.array(options) == request.truth)
        best = int(evidence.argmax())
        others = np.delete(d * evidence, best)
        return _Decided(options[best], float(d * evidence[best] - np.logaddexp.reduce(others)))

    def _number(self, request: Request) -> float:
        if not isinstance(request.truth, bool | int | float):
            raise JudgeError(
                f"the simulated judge '{self.judge.name}' needs a number or truth value as truth"
            )
        return float(request.truth)
