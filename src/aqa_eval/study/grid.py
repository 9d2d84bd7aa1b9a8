"""Every way in which a study asks: the combinations of its axes, without those that mean the same."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from aqa_eval.media import PERTURBATIONS
from aqa_eval.prompts import strategy
from aqa_eval.vocabulary import ONE_FRAME, Condition, Sampling, Task

Axes = Mapping[str, tuple[object, ...]]
"""Field of `Condition` -> the values it takes, in order."""


@dataclass(frozen=True, slots=True)
class Grid:
    """What is crossed, and what is varied beside it.

    All of `crossed` are combined with each other. Each of `varied` then stands in for its own axes,
    everything else as in `crossed`: with one axis in each, one thing is varied at a time.
    """

    crossed: Axes = field(default_factory=dict)
    varied: tuple[Axes, ...] = ()

    def conditions(self, task: Task) -> Iterator[Condition]:
        """Every way an item of `task` is asked, each once; what means nothing to it is at its default."""
        if task is Task.CONTROL:
            return self._controls()
        alike = (canonical(task, condition) for condition in self._combinations())
        return iter(dict.fromkeys(condition for condition in alike if not sampled(condition)))

    def _controls(self) -> Iterator[Condition]:
        """One condition for each transport, with its first sampling: the road is the same for others. Where
        nothing is shown there is no road to control.
        """
        first: dict[str, Condition] = {}
        for condition in self._combinations():
            if condition.representation != "none":
                first.setdefault(condition.transport, canonical(Task.CONTROL, condition))
        return iter(first.values())

    def derived(self) -> tuple[str, ...]:
        """The strategies that are read from the repeats of another and never asked themselves."""
        named = [str(name) for axes in (self.crossed, *self.varied) for name in axes.get("strategy", ())]
        return tuple(dict.fromkeys(name for name in named if strategy(name).samples_of))

    def _combinations(self) -> Iterator[Condition]:
        yield from _product(self.crossed)
        for axes in self.varied:
            yield from _product({**self.crossed, **axes})


def sampled(condition: Condition) -> bool:
    """Whether the condition's strategy only reads the repeats of another."""
    return bool(strategy(condition.strategy).samples_of)


def _product(axes: Axes) -> Iterator[Condition]:
    plain: Callable[..., Condition] = Condition
    for values in itertools.product(*axes.values()):
        yield plain(**dict(zip(axes, values, strict=True)))


def canonical(task: Task, condition: Condition) -> Condition:
    """The condition with every axis at its default that changes nothing for `task`."""
    if task is Task.CONTROL:
        return Condition(framing="neutral", sampling=condition.sampling, transport=condition.transport)
    return _wording(task, _sight(condition))


def _sight(condition: Condition) -> Condition:
    """Without a picture there is nothing to sample, perturb or send."""
    plain = Condition()
    if condition.representation == "none":
        return replace(
            condition,
            sampling=plain.sampling,
            perturbation=plain.perturbation,
            keypoints=plain.keypoints,
            transport=plain.transport,
            audio=plain.audio,
        )
    if condition.perturbation in ONE_FRAME:
        condition = replace(condition, sampling=Sampling(count=1, size=condition.sampling.size))
    if condition.representation == "rgb" and not PERTURBATIONS[condition.perturbation].needs_pose:
        condition = replace(condition, keypoints=plain.keypoints)
    if condition.representation == "pose-text":
        condition = replace(condition, transport=plain.transport)
    if condition.transport != "native":
        condition = replace(condition, audio=plain.audio)
    return condition


def _wording(task: Task, condition: Condition) -> Condition:
    """Only a statement has a polarity and words to affirm it; only of two clips one is shown first."""
    plain = Condition()
    if task is not Task.VERIFY:
        condition = replace(condition, framing="neutral", negated=plain.negated, answer_key=plain.answer_key)
    elif condition.framing == "neutral":
        condition = replace(condition, negated=plain.negated, answer_key=plain.answer_key)
    if task is not Task.COMPARE:
        condition = replace(condition, order=plain.order, permuted=plain.permuted, ties=plain.ties)
    if condition.shots == 0:
        condition = replace(condition, shot_labels=plain.shot_labels)
    return _answer_format(task, condition)


def _answer_format(task: Task, condition: Condition) -> Condition:
    """Formats that are what a task does anyway: letters where options are lettered, words of a statement."""
    asked = condition.answer_format
    if task is Task.VERIFY and condition.framing != "neutral":
        if asked == "letters":
            return replace(condition, answer_format="plain", answer_key="a-b")
        if asked == "words":
            return replace(condition, answer_format="plain")
    elif asked == "letters" or (asked == "words" and task is not Task.CHOOSE):
        return replace(condition, answer_format="plain")
    if asked == "choice" and task in {Task.SCORE, Task.LOCATE}:
        return replace(condition, answer_format="plain")
    return condition
