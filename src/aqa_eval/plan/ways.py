"""One way to ask: a task put to a judge under a condition, and the reasons why it cannot be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
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

    blind: bool
    still: bool
    rendered: bool


def kind(item: Item) -> Kind:
    """The kind of an item's clips."""
    media = [clip.media for clip in item.clips]
    return Kind(
        any(one is None for one in media),
        any(isinstance(one, Still) for one in media),
        all(isinstance(one, Rendered) for one in media),
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
        return (
            bool(self.criterion)
            or condition.shots > 0
            or PERTURBATIONS[condition.perturbation].by_plan
            or PERTURBATIONS[condition.perturbation].needs_moment
            or type(self.respondent).refuses is not Respondent.refuses
        )

    @cache  # noqa: B019  a plan has few ways, and keeps them
    def general(self, kind: Kind) -> str:
        """Why no item of this kind is asked; empty where they are."""
        condition = self.condition
        protocol = PROTOCOLS[self.respondent.judge.protocol]
        if self.task not in protocol.tasks:
            return f"the judge does not do the task '{self.task}'"
        if protocol.reference and strategy(condition.strategy).describes:
            return f"strategy '{condition.strategy}': a reference judge describes nothing"
        senseless = fits(self.task, condition)
        if senseless:
            return senseless
        if condition.representation != "none":
            if kind.blind:
                return "the recording is not at hand"
            if condition.keypoints == "oracle" and not kind.rendered:
                return "keypoints 'oracle': only of rendered clips is it known where the body is"
            if kind.still and condition.transport != "images":
                return f"transport '{condition.transport}': a still picture is no video"
            clash = combinable(
                condition.representation,
                condition.perturbation,
                still=kind.still,
                film=condition.transport == "native",
                captions=self.criterion in WRITTEN or CUES[condition.cue].where != "prompt",
            )
            if clash:
                return clash
        if kind.still:
            # One picture, however many were to be sampled.
            condition = replace(condition, sampling=Sampling(count=1, size=condition.sampling.size))
        return self.respondent.cannot(self.task, condition)

    def reason(self, item: Item, kind: Kind) -> str:
        """Why the item is not asked; empty where it is, unless what is drawn for it says otherwise."""
        return self.general(kind) or self.respondent.refuses(item, self.condition)


def control_conditions(condition: Condition) -> dict[str, Condition]:
    """The condition of each positive control, by criterion: as much as it takes to answer, and no more."""
    size = condition.sampling.size
    return {
        "control.movement": condition,
        "control.number": replace(condition, sampling=Sampling(count=1, size=size)),
        "control.order": replace(condition, sampling=Sampling(count=2, size=size)),
    }
