"""An observer's noise: what is a clip's own and what is drawn anew, from its seed and from nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from aqa_eval.errors import JudgeError
from aqa_eval.measures.clusters import FloatArray
from aqa_eval.vocabulary import Request


@dataclass(frozen=True, slots=True)
class Noise:
    """Draws of one observer. `sampling`: the share of the evidence's variance that is drawn anew for each
    trial; the rest belongs to the clip and the criterion, whatever is asked of them and how. None: all anew.
    """

    seed: int
    sampling: float | None = None

    def stream(self, key: str, purpose: str = "") -> Generator:
        """A stream of its own for each key and purpose."""
        name = f"{self.seed}:{key}:{purpose}" if purpose else f"{self.seed}:{key}"
        return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "big"))

    def evidence(self, request: Request, count: int) -> FloatArray:
        """Noise of unit variance (count,): of two clips that are compared one number each, else all of the
        one clip that is shown.

        Raises:
            JudgeError: a share is the clip's own, and the request does not say which clip it shows.
        """
        anew: FloatArray = self.stream(request.key).standard_normal(count)
        if self.sampling is None or self.sampling == 1.0:
            return anew
        own = self._own(request, count)
        mixed: FloatArray = np.sqrt(self.sampling) * anew + np.sqrt(1.0 - self.sampling) * own
        return mixed

    def _own(self, request: Request, count: int) -> FloatArray:
        if request.trial is None:
            raise JudgeError("a simulated judge with 'sampling' is asked without being told of which clip")
        clips = request.trial.shown
        whose = [f"{request.criterion.id}:{clip.dataset}:{clip.id}" for clip in clips]
        if len(clips) == 1:
            own: FloatArray = self.stream(whose[0], "own").standard_normal(count)
            return own
        return np.array([self.stream(name, "own").standard_normal() for name in _as_many(whose, count)])


def _as_many(names: Sequence[str], count: int) -> Sequence[str]:
    if len(names) != count:
        raise JudgeError(f"{len(names)} clips are shown where evidence of {count} is compared")
    return names
