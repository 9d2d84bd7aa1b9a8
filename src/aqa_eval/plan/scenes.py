"""What is put before a judge for an item under a condition: which clips, made into which pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from aqa_eval.datasets.donors import Donors
from aqa_eval.datasets.examples import Examples
from aqa_eval.media import PERTURBATIONS
from aqa_eval.prompts import captions
from aqa_eval.vocabulary import Clip, Condition, Item, Presentation, Truth


@dataclass(frozen=True, slots=True)
class Scene:
    """The clips that are shown, in the item's order, what is true of them, and the examples before them."""

    shown: tuple[Clip, ...]
    truth: Truth
    examples: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Draws:
    """The other clips of a dataset that can stand in for one, or be its examples; made when first needed."""

    make_donors: Callable[[], Donors]
    make_examples: Callable[[], Examples]

    @cached_property
    def donors(self) -> Donors:
        """Clips of another label."""
        return self.make_donors()

    @cached_property
    def examples(self) -> Examples:
        """Clips of the train split."""
        return self.make_examples()


@dataclass(frozen=True, slots=True)
class Staging:
    """Makes the scenes of a study; `seed` is the study's."""

    seed: int
    draws: Mapping[str, Draws] = field(default_factory=dict)

    def scene(self, item: Item, condition: Condition) -> Scene | str:
        """The scene of an item, or why there is none."""
        shown, truth = item.clips, item.truth
        if PERTURBATIONS[condition.perturbation].needs_moment and moment(item) is None:
            return f"perturbation '{condition.perturbation}': the decisive moment of the clip is not known"
        if PERTURBATIONS[condition.perturbation].by_plan:
            donor = self.draws[item.dataset].donors.donor(item)
            if isinstance(donor, str):
                return f"perturbation '{condition.perturbation}': {donor}"
            shown, truth = (donor[0],), donor[1]
        if condition.shots == 0:
            return Scene(shown, truth)
        examples = self.draws[item.dataset].examples.examples(item, condition.shots, condition.shot_labels)
        if isinstance(examples, str):
            return f"{condition.shots} examples: {examples}"
        return Scene(shown, truth, examples)

    def presentation(self, item: Item, condition: Condition, clip: Clip) -> Presentation:
        """How a clip of the item's scene is shown. No picture is made of it where none is shown."""
        perturbation = PERTURBATIONS[condition.perturbation]
        here = "none" if perturbation.by_plan else condition.perturbation
        film: Literal["", "silent", "sound"] = ""
        if condition.transport == "native":
            film = "sound" if condition.audio else "silent"
        return Presentation(
            representation=condition.representation,
            sampling=condition.sampling,
            perturbation=here,
            keypoints=condition.keypoints,
            captions=captions(item, condition),
            moment=moment(item) if perturbation.needs_moment else None,
            seed=self._seed(clip, condition.perturbation) if perturbation.drawn else 0,
            film=film,
        )

    def example_presentation(self, example: Item, condition: Condition) -> Presentation:
        """How an example's clip is shown: as the item's own, but with nothing done to it."""
        plain = replace(condition, perturbation="none")
        return replace(self.presentation(example, plain, example.clips[0]), captions=())

    def _seed(self, clip: Clip, purpose: str) -> int:
        digest = hashlib.sha256(f"{self.seed}:{purpose}:{clip.dataset}:{clip.id}".encode()).digest()
        return int.from_bytes(digest[:7], "big") + 1


def moment(item: Item) -> float | None:
    """When what is judged shows most clearly: as the dataset says, else the middle of the fault's span."""
    if item.moment is not None or item.span is None:
        return item.moment
    return (item.span.start + item.span.end) / 2
