"""Reasoning with planted claims: which step is a prior, and which observation is false, is known beforehand.

With probability `trace_prior` a step is a prior (what usually is so), else an observation, and with
probability `trace_false` an observation says the opposite of what is true of the clip that is shown. Where
a strategy asks for evidence, the answer cites observations of the same kind, each with its body part, the
time of a frame and the place of the part in it; with probability `trace_misplaced` the place is another
and, where the fault's span is known, the time lies outside it. All three are drawn apart from the
judgement: such a judge may be right and have seen nothing.

The answer's record lists every claim (`sent["claims"]`): `where` it stands (reasoning, evidence), its `text`,
`kind` (prior, observation), whether it is `true` (of a prior: null) and, of evidence, whether it is `placed`.
The sentences are in `reasoning.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Template
from typing import TypeVar

from numpy.random import Generator

from aqa_eval.errors import JudgeError
from aqa_eval.judges.families import FAMILIES
from aqa_eval.judges.respondent import Sight
from aqa_eval.judges.simulated.noise import Noise
from aqa_eval.judges.simulated.options import SimulatedOptions
from aqa_eval.judges.simulated.phrases import Seen, phrases
from aqa_eval.judges.simulated.pointing import COCO, elsewhere, named, place_of
from aqa_eval.prompts import strategy
from aqa_eval.vocabulary import FIRST, SECOND, Frame, Request, Task, TimeSpan, Trial

_T = TypeVar("_T")

STEPS = (3, 6)
"""From so many up to one less than so many steps are said."""
CITED = (1, 4)
"""Likewise, pieces of evidence."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Reasoning as text, the evidence of a cited answer, and the record of every claim in either."""

    text: str
    evidence: Sequence[Mapping[str, object]]
    claims: Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class _Observation:
    """What is said to be seen of a clip (its place among those shown), and at which body part."""

    words: str
    part: str
    clip: int
    true: bool


@dataclass(frozen=True, slots=True)
class Reasoner:
    """Makes one observer's reasoning; `spread` is (mean, SD) of training scores, `family` the judge's."""

    options: SimulatedOptions
    noise: Noise
    spread: Mapping[str, tuple[float, float]]
    family: str

    async def trace(self, request: Request, sight: Sight) -> Trace:
        """The reasoning that goes with an answer. Raises JudgeError where the clip shown is not told."""
        trial = request.trial
        if trial is None:
            raise JudgeError("a simulated judge that reasons is asked without being told what it is shown")
        lot = self.noise.stream(request.key, "trace")
        said = [self._step(request, trial, lot) for _ in range(int(lot.integers(*STEPS)))]
        evidence: list[Mapping[str, object]] = []
        claims = [{"where": "reasoning"} | claim for claim in said]
        if strategy(request.condition.strategy).cites and request.frames:
            for _ in range(int(lot.integers(*CITED))):
                piece, claim = await self._piece(request, trial, lot, sight)
                evidence.append(piece)
                claims.append({"where": "evidence"} | claim)
        return Trace(" ".join(str(claim["text"]) for claim in said), evidence, claims)

    def _step(self, request: Request, trial: Trial, lot: Generator) -> dict[str, object]:
        if lot.random() < (self.options.trace_prior or 0.0):
            text = Template(_one(phrases().priors, lot)).substitute(action=trial.item.clips[0].action)
            return {"text": text, "kind": "prior", "true": None}
        seen = self._observed(request, trial, lot)
        frame = self._frame(request, trial, seen.clip, lot, inside=True)
        form = _one(phrases().untimed if frame is None else phrases().timed, lot)
        words = {"seen": _small(seen.words), "Seen": _capital(seen.words)}
        text = _capital(Template(form).substitute(words, time="" if frame is None else f"{frame.time:.1f}"))
        return {"text": text, "kind": "observation", "true": seen.true}

    async def _piece(
        self, request: Request, trial: Trial, lot: Generator, sight: Sight
    ) -> tuple[dict[str, object], dict[str, object]]:
        """One piece of evidence, and the record of it."""
        seen = self._observed(request, trial, lot)
        misplaced = bool(lot.random() < (self.options.trace_misplaced or 0.0))
        frame = self._frame(request, trial, seen.clip, lot, inside=not misplaced)
        piece: dict[str, object] = {}
        placed: bool | None = None
        if frame is not None:
            if len({f.time for f in request.frames}) > 1:
                piece["time"] = round(frame.time, 2)
            clip = trial.shown[seen.clip]
            point = await place_of(seen.part, frame, clip, request.condition, sight)
            if point is not None:
                placed = not misplaced
                point = elsewhere(point, lot) if misplaced else point
                piece["point"] = named(point, FAMILIES[self.family].coordinates, frame)
        piece |= {"part": seen.part, "observation": seen.words}
        return piece, {"text": seen.words, "kind": "observation", "true": seen.true, "placed": placed}

    def _observed(self, request: Request, trial: Trial, lot: Generator) -> _Observation:
        true = bool(lot.random() >= (self.options.trace_false or 0.0))
        clip = int(lot.integers(len(trial.shown)))
        if request.task is Task.CHOOSE:
            wrong = [o for o in request.criterion.options if o != request.truth]
            option = str(request.truth) if true else _one(wrong, lot)
            words = Template(_one(phrases().option, lot)).substitute(option=option)
            return _Observation(words, _one(COCO, lot), clip, true)
        faulty = self._is_faulty(request, clip) is true
        seen = self._seen(request)
        words = _one(seen.faulty if faulty else seen.sound, lot)
        if request.task is Task.COMPARE:
            which = self._letter(request, clip)
            words = Template(_one(phrases().of_two, lot)).substitute(which=which, seen=_small(words))
        return _Observation(words, _one(seen.parts, lot), clip, true)

    def _is_faulty(self, request: Request, clip: int) -> bool:
        """Whether the clip in this place is: faulty, the worse one, or below the mean of its scale's
        scores.
        """
        if request.task is Task.COMPARE:
            return (FIRST, SECOND)[clip] != request.truth
        scale = request.criterion.scale
        if scale is None:
            return bool(request.truth)
        if not isinstance(request.truth, int | float):
            raise JudgeError(f"criterion '{request.criterion.id}': a score without a number as truth")
        below = float(request.truth) < self.spread[request.criterion.id][0]
        return below if scale.higher_is_better else not below

    @staticmethod
    def _letter(request: Request, clip: int) -> str:
        return next(word for word, means in request.answers.items() if means == (FIRST, SECOND)[clip])

    @staticmethod
    def _seen(request: Request) -> Seen:
        """What there is to say of the criterion: by its quantity, or in its own words."""
        criterion = request.criterion
        if criterion.rule is not None and criterion.rule.quantity in phrases().by_quantity:
            return phrases().by_quantity[criterion.rule.quantity]
        if criterion.scale is not None:
            return phrases().score
        forms = [Template(form) for form in phrases().stated]
        fault, sound = (
            tuple(form.substitute(statement=_small(text.removesuffix("."))) for form in forms)
            for text in (criterion.fault, criterion.requirement)
        )
        named = " ".join((criterion.fault, criterion.requirement)).lower()
        parts = tuple(part for part in COCO if part.split()[-1] in named) or COCO
        return Seen(parts=parts, faulty=fault, sound=sound)

    @staticmethod
    def _frame(request: Request, trial: Trial, clip: int, lot: Generator, inside: bool) -> Frame | None:
        """A frame of the clip that is inside, or outside, of the time that shows what is judged, if any."""
        frames = [frame for frame in request.frames if frame.clip == clip]
        own = trial.shown == trial.item.clips and len(trial.shown) == 1
        if own and trial.item.span is not None:
            span: TimeSpan = trial.item.span
            wanted = [f for f in frames if (span.start <= f.time < span.end) is inside]
            frames = wanted or frames
        return _one(frames, lot) if frames else None


def _one(texts: Sequence[_T], lot: Generator) -> _T:
    return texts[int(lot.integers(len(texts)))]


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
