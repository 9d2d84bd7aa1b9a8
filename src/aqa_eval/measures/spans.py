"""How well one stretch of time meets another."""

from __future__ import annotations

import numpy as np

from aqa_eval.measures.clusters import FloatArray


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
