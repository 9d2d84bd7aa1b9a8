"""How well one stretch of time meets another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from aqa_eval.measures.clusters import FloatArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.resampling import Resampling
from aqa_eval.measures.shares import share

LEVELS = (0.5, 0.7)
"""The overlaps at which a span counts as found."""


def temporal_iou(
    start: FloatArray, end: FloatArray, true_start: FloatArray, true_end: FloatArray
) -> FloatArray:
    """Intersection over union of the spans start..end and true_start..true_end (n,), all in seconds.

    0 where they do not meet, 1 where they are the same. The tIoU of temporal action localisation
    (Caba Heilbron et al. 2015, ActivityNet).
    """
    together = np.clip(np.minimum(end, true_end) - np.maximum(start, true_start), 0.0, None)
    either = np.maximum(end, true_end) - np.minimum(start, true_start)
    same = (start == true_start) & (end == true_end)
    result: FloatArray = np.where(same, 1.0, together / np.where(either > 0.0, either, 1.0))
    return result


def recall(overlap: FloatArray, level: float, cluster: ArrayLike, plan: Resampling) -> Estimate:
    """Recall@level: the share of spans whose temporal IoU `overlap` (n,) reaches the level (Gao et al. 2017,
    ICCV, R@1). `cluster` (n,): whole ones are resampled.
    """
    if not len(overlap):
        return impossible("no trial was answered with a time span", 0, 0)
    return share(np.asarray(overlap) >= level, cluster, plan)
