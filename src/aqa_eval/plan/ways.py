"""One way to ask: a task put to a judge under a condition, and the reasons why it cannot be."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

from aqa_eval.judges import PROTOCOLS, Respondent
from aqa_eval.media import PERTURBATIONS, combinable
from aqa_eval.prompts import CUES, fits, strategy
from aqa_eval.vocabulary import Condition, Item, Rendered, Sampling, Still, Task

WRITTEN = frozenset({"control.number", "control.order"})
"""Controls that write a number into the pictures."""


class Kind(NamedTuple):
    """What an item's recordings are like, as far as it decides how they can be shown: not at hand, a still
    picture, exactly known.
    """

    blind: bool = False
    still: bool = False
    rendered: bool = False

    @property
    def words(self) -> str:
        """The kind in words."""
        if self == MOVING:
            return "recordings"
        named = zip(("not at hand", "still pictures", "rendered clips"), self, strict=True)
        return " and ".join(name for name, here in named if here)


MOVING = Kind()
_OF_MEDIA = {type(None): Kind(blind=True), Still: Kind(still=True), Rendered: Kind(rendered=True)}


def kind(item: Item) -> Kind:
    """The kind of an item's clips."""
    kinds = [_OF_MEDIA.get(type(clip.media), MOVING) for clip in item.clips]
    if len(kinds) == 1:
        return kinds[0]
    return Kind(
        any(one.blind for one in kinds),
        any(one.still for one in kinds),
        all(one.rendered for one in kinds),
    )


@dataclass(frozen=True, eq=False)
class Way:
    """One task put to one respondent under one condition; of controls, those about one `criterion`."""

    task: Task
    condition: Condition
    respondent: Respondent
    criterion: str = ""

    @property
    def particular(self) -> bool:
        """Whether it depends on the item itself if it is asked."""
        condition = self.condition
        perturbation = PERTURBATIONS[condition.perturbation]
        return (
            bool(self.criterion)
            or condition.shots > 0
            or perturbation.by_plan
            or perturbation.needs_moment
            or perturbation.sided
            or type(self.respondent).refuses is not Respondent.refuses
        )

    @property
    def unprobed(self) -> Condition:
        """The condition without its probe: that of the trials on whose answers its own rest."""
        return replace(self.condition, probe="none")

    @cache  # noqa: B019  a plan has few ways, and keeps them
    def general(self, kind: Kind) -> str:
        """Why no item of this kind is asked; empty where they are."""
        condition = self.condition
        protocol = PROTOCOLS[self.respondent.judge.protocol]
        if self.task not in protocol.tasks:
            return f"the judge does not do the task '{self.task}'"
        if protocol.reference and strategy(condition.strategy).describes:
            return f"strategy '{condition.strategy}': a reference judge describes nothing"
        if protocol.reference and not protocol.sees_truth and condition.probe != "none":
            return f"probe '{condition.probe}': a reference judge has no reasoning"
        senseless = fits(self.task, condition) or (
            "" if condition.representation == "none" else self._seen(kind)
        )
        if senseless:
            return senseless
        if kind.still:
            # One picture, however many were to be sampled.
            condition = replace(condition, sampling=Sampling(count=1, size=condition.sampling.size))
        return self.respondent.cannot(self.task, condition)

    def _seen(self, kind: Kind) -> str:
        """Why clips of this kind cannot be shown so, or not for such a question; empty where they can."""
        condition = self.condition
        if kind.blind:
            return "the recording is not at hand"
        if self.task is Task.LOCATE and PERTURBATIONS[condition.perturbation].temporal:
            return f"perturbation '{condition.perturbation}': it changes the times that are asked for"
        if condition.keypoints == "oracle" and not kind.rendered:
            return "keypoints 'oracle': only of rendered clips is it known where the body is"
        if kind.still and condition.transport != "images":
            return f"transport '{condition.transport}': a still picture is no video"
        return combinable(
            condition.representation,
            condition.perturbation,
            still=kind.still,
            film=condition.transport == "native",
            captions=self.criterion in WRITTEN or CUES[condition.cue].where != "prompt",
        )

    def reason(self, item: Item, kind: Kind) -> str:
        """Why the item is not asked; empty where it is, unless what is drawn for it says otherwise."""
        reason = self.general(kind)
        if not reason and PERTURBATIONS[self.condition.perturbation].sided and names_a_side(item):
            reason = f"perturbation '{self.condition.perturbation}': what is asked names a side"
        return reason or self.respondent.refuses(item, self.condition)


_SIDE = re.compile(r"(?<![a-z])(?:left|right)(?:most|wards?|hand|handed)?(?![a-z])", re.IGNORECASE)


def names_a_side(item: Item) -> bool:
    """Whether what is asked of the item, or the action's name, says left or right: then another thing is true
    of a mirrored clip.
    """
    criterion = item.criterion
    texts = (criterion.requirement, criterion.fault, criterion.question, *criterion.options)
    return _any_names_a_side((*texts, *(clip.action for clip in item.clips)))


@lru_cache(maxsize=4096)
def _any_names_a_side(texts: tuple[str, ...]) -> bool:
    return any(_SIDE.search(text) for text in texts)


def control_conditions(condition: Condition) -> dict[str, Condition]:
    """The condition of each positive control, by criterion: as much as it takes to answer, and no more."""
    size = condition.sampling.size
    # One frame alone is no video: there both frames carry the number.
    carrying = 1 if condition.transport == "images" else 2
    return {
        "control.movement": condition,
        "control.number": replace(condition, sampling=Sampling(count=carrying, size=size)),
        "control.order": replace(condition, sampling=Sampling(count=2, size=size)),
    }
