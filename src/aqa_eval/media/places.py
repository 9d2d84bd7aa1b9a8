"""Which frame of a clip stands in which place, and at which time the judge is told it was taken."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aqa_eval.errors import MediaError
from aqa_eval.media.sampling import Times, sample
from aqa_eval.vocabulary import Presentation


@dataclass(frozen=True, slots=True)
class Places:
    """The frames of a clip in the order in which they are shown.

    `sampled`: the indices that the sampling chooses, ascending. `shown`: the index of the frame in each
    place. `times`: what is told of each place, in seconds from the clip's start, ascending.

    A place keeps its time when another frame is put into it (shuffled, reversed, frozen): prompts tell the
    time of each frame, and true times would give away the true order. A frame that is shown alone
    (random-frame, keyframe) keeps its own time.
    """

    sampled: tuple[int, ...]
    shown: tuple[int, ...]
    times: tuple[float, ...]


def generator(presentation: Presentation, fingerprint: str) -> np.random.Generator:
    """The random numbers of a presentation of a clip: the clips of one seed are drawn independently."""
    text = f"{fingerprint} {presentation.perturbation} {presentation.seed}"
    return np.random.default_rng(list(hashlib.sha256(text.encode()).digest()))


def places(times: Times, still: bool, presentation: Presentation, fingerprint: str, name: str) -> Places:
    """The places of a presentation of a clip whose frames have `times` (n,) in seconds.

    A still is one picture however many are asked for. `name` is how errors call the clip. Raises MediaError
    when there are too few frames, and for a moment that is missing or outside the clip.
    """
    sampled = (0,) if still else sample(times, presentation.sampling, name)
    told = tuple(float(times[i]) for i in sampled)
    match presentation.perturbation:
        case "random-frame":
            n = int(generator(presentation, fingerprint).integers(len(sampled)))
            return Places(sampled, (sampled[n],), (told[n],))
        case "keyframe":
            index = _at(times, presentation.moment, name)
            return Places(sampled, (index,), (float(times[index]),))
        case "shuffled":
            order = _shuffled(_several(sampled, presentation, name), generator(presentation, fingerprint))
            return Places(sampled, order, told)
        case "reversed":
            return Places(sampled, _several(sampled, presentation, name)[::-1], told)
        case "frozen":
            middle = _several(sampled, presentation, name)[len(sampled) // 2]
            return Places(sampled, (middle,) * len(sampled), told)
        case _:
            return Places(sampled, sampled, told)


def _several(sampled: tuple[int, ...], presentation: Presentation, name: str) -> tuple[int, ...]:
    if len(sampled) < 2:
        raise MediaError(
            f"{name}: {presentation.perturbation} changes nothing with a single frame. Ask for 2 or more."
        )
    return sampled


def _shuffled(sampled: Sequence[int], draw: np.random.Generator) -> tuple[int, ...]:
    """Another order than the true one, all of them equally likely."""
    while True:
        order = tuple(int(i) for i in draw.permutation(np.array(sampled)))
        if order != tuple(sampled):
            return order


def _at(times: Times, moment: float | None, name: str) -> int:
    """The frame nearest to a moment, the earlier one of two."""
    if moment is None:
        raise MediaError(f"{name}: a keyframe needs the moment to show, and the label does not tell one.")
    slack = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
    # Written so that a moment that is no number fails too.
    if not -slack <= moment <= float(times[-1]) + slack:
        raise MediaError(
            f"{name}: the moment to show is {moment:g} s, but the clip's frames are at 0 to "
            f"{times[-1]:.3f} s. Check the annotation's times: they count from the clip's start."
        )
    return int(np.argmin(np.abs(times - moment)))
