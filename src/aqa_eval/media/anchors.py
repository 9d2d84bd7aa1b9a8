"""The detector half of BlazePose in numbers: where its anchors are, and how overlapping boxes are merged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

INPUT = 224
"""Side of the detector's input in pixels."""

STRIDES = ((8, 2), (16, 2), (32, 6))
"""Stride in pixels and anchors a cell: layers that share a stride share its cells
(mediapipe/modules/pose_detection/pose_detection_cpu.pbtxt: strides 8, 16, 32, 32, 32, two a layer)."""

CONFIDENT = 0.5
SAME_PERSON = 0.3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person found by the detector, in pixels of its input: middle of the hips, and a point above
    that tells the body's direction and half extent; `score` in 0..1.
    """

    hips: Floats
    reach: Floats
    score: float


def anchor_centres() -> Floats:
    """(2254, 2) centres of all anchors in pixels of the detector's input, in the network's order."""
    grids = []
    for stride, repeated in STRIDES:
        cells = INPUT // stride
        y, x = np.mgrid[:cells, :cells]
        centres = (np.stack([x, y], axis=-1).reshape(-1, 2) + 0.5) * stride
        grids.append(centres.repeat(repeated, axis=0))
    return np.concatenate(grids)


def candidates(boxes: Floats, scores: Floats, anchors: Floats) -> list[Candidate]:
    """People in the detector's output, best first, by MediaPipe's weighted non-maximum suppression.

    `boxes` (n, 12): offset of the middle, width and height, then four key points' offsets, relative
    to `anchors` (n, 2), all in pixels of the input. `scores` (n,) in 0..1. Boxes that overlap the
    best one by more than 0.3 (intersection over union) are averaged with it, weighted by score.
    """
    kept = np.flatnonzero(scores >= CONFIDENT)
    left = kept[np.argsort(-scores[kept], kind="stable")]
    middles, sizes = boxes[:, :2] + anchors, boxes[:, 2:4]
    low, high = middles - sizes / 2, middles + sizes / 2
    points = boxes[:, 4:8].reshape(-1, 2, 2) + anchors[:, None]
    found = []
    while len(left):
        best = left[0]
        same = _overlap(low[left], high[left], low[best], high[best]) > SAME_PERSON
        same[0] = True
        group = left[same]
        mean = np.average(points[group], axis=0, weights=scores[group])
        found.append(Candidate(mean[0], mean[1], float(scores[best])))
        left = left[~same]
    return found


def _overlap(low: Floats, high: Floats, best_low: Floats, best_high: Floats) -> Floats:
    shared = np.clip(np.minimum(high, best_high) - np.maximum(low, best_low), 0, None).prod(axis=1)
    areas = (high - low).prod(axis=1) + (best_high - best_low).prod() - shared
    return np.asarray(np.divide(shared, areas, out=np.zeros_like(shared), where=areas > 0))
