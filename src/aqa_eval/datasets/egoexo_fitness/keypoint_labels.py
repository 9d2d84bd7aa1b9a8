"""EgoExo-Fitness: from the annotators' votes to one truth, under a stated rule for ties.

Two annotators often disagree (alpha 0.17 in the authors' release), so the rule moves the share of faults.
All votes stay with the label, so that the unanimous part can be looked at apart.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from numpy.typing import ArrayLike

from aqa_eval.datasets import negation
from aqa_eval.datasets.egoexo_fitness.judgements import HIGHEST, LOWEST, Judged
from aqa_eval.measures import raters
from aqa_eval.vocabulary import Criterion, Scale

TieRule = Literal["followed", "not-followed", "drop"]
TIE_RULES: tuple[TieRule, ...] = ("followed", "not-followed", "drop")

_WORDS_IN_ID = 5


def is_fault(votes: Sequence[bool], tie: TieRule) -> bool | None:
    """Whether most votes say that a keypoint was not followed; by the rule on a tie, None: no truth."""
    against = sum(votes)
    if 2 * against != len(votes):
        return 2 * against > len(votes)
    return {"followed": False, "not-followed": True, "drop": None}[tie]


@dataclass(frozen=True, slots=True)
class Counts:
    """What the votes of all judged actions come to: keypoints judged, tied, with one voice, and faulty."""

    judged: int
    tied: int
    unanimous: int
    faulty: int

    @classmethod
    def of(cls, actions: Iterable[Judged]) -> Counts:
        """Count (action, keypoint) pairs, each once, however many cameras filmed it."""
        votes = [v for action in actions for v in action.votes().values()]
        tied = sum(is_fault(v, "drop") is None for v in votes)
        unanimous = sum(len(v) > 1 and len(set(v)) == 1 for v in votes)
        return cls(len(votes), tied, unanimous, sum(is_fault(v, "followed") is True for v in votes))

    def fault_rate(self, tie: TieRule) -> float:
        """The share of faults under a rule. Raises ZeroDivisionError where nothing was judged."""
        faulty = self.faulty + (self.tied if tie == "not-followed" else 0)
        return faulty / (self.judged - (self.tied if tie == "drop" else 0))


def ceiling(actions: Sequence[Judged]) -> str:
    """State how well the annotators agree, in words: Krippendorff's alpha over all keypoints and qualities.

    Each judged action counts once, however many cameras filmed it.
    """
    votes = [tuple(map(float, v)) for action in actions for v in action.votes().values()]
    qualities = [action.qualities() for action in actions]
    return (
        f"alpha {_alpha(raters.alpha_nominal, votes)} (keypoints, nominal), "
        f"{_alpha(raters.alpha_interval, qualities)} (quality, interval)"
    )


def _alpha(measure: Callable[[ArrayLike], float], ratings: Sequence[Sequence[float]]) -> str:
    width = max(map(len, ratings), default=0)
    try:
        return f"{measure([[*own, *[math.nan] * (width - len(own))] for own in ratings]):.2f}"
    except ValueError as error:
        return f"cannot be estimated ({error})"


def keypoint(action: str, text: str) -> Criterion:
    """Make the criterion that asks whether a keypoint of an action was followed."""
    said = negation.of_instruction(text)
    # The hash keeps texts apart that begin alike, and stays the same whatever else is in the download.
    digest = hashlib.sha256(text.encode()).hexdigest()[:6]
    name = "_".join(slug(text).split("_")[:_WORDS_IN_ID])
    return Criterion(f"{slug(action)}.{name}_{digest}", action, said.requirement, said.fault)


def quality(action: str) -> Criterion:
    """Make the criterion of an action's quality score."""
    return Criterion(
        id=f"{slug(action)}.quality",
        action=action,
        requirement="The exercise is performed excellently: posture, range of motion and control are right "
        "in every repetition.",
        fault="The exercise is performed very badly: posture, range of motion and control are wrong "
        "throughout.",
        scale=Scale(LOWEST, HIGHEST, "points"),
    )


def slug(text: str) -> str:
    """Turn a text into lower-case words joined by underscores, for an id."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
