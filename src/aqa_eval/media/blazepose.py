"""BlazePose on a CPU: the pose network of MediaPipe, without MediaPipe.

Two networks: a detector finds hips and direction of people in a 224 px picture of the whole, and a
second one places 33 landmarks in an upright 256 px square around one person. Bazarevsky et al.,
2020 (arXiv 2006.10204); the steps between the networks follow MediaPipe 0.10.14's graphs
`pose_detection_cpu` and `pose_landmark_by_roi_cpu`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray

from aqa_eval.media.anchors import INPUT, Candidate, anchor_centres, candidates
from aqa_eval.media.networks import WEIGHTS, Network, weights
from aqa_eval.media.picture import RGB
from aqa_eval.media.pose import Floats, Pose

METHOD_VERSION = 1
"""Raised whenever the same picture and weights would give other keypoints."""

FROM_33 = np.array([0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28])
"""BlazePose's landmark for each COCO-17 keypoint."""

SQUARE = 256
"""Side of the landmark network's input in pixels."""

MARGIN = 1.25
"""The square around a person is this much wider than twice the detector's reach (`RectTransformation`)."""

HEATMAP = 64
KERNEL = 7
CONFIDENT = 0.5
"""Landmarks are refined where the heatmap, and a person is believed where the presence, is at least this."""

CLEAR = 0.85
"""A detector's score from which a sighting needs no second look. On footage of small people it tells
real sightings (0.86 and more when seen large enough) from false ones (0.81 and less)."""

SURE = 0.9
"""Presence asked of a person found by looking closer: many squares give chance many tries."""

LARGE = 1 / 3
"""A person of this part of the picture's shorter side is large enough for the detector's 224 px."""

CLOSE = 1.6
"""A closer look takes in this much more than the person."""

TILE = 0.6
"""When nobody is clear in the whole, squares of this part of its shorter side are searched: a person
smaller than about a fifth of the picture is lost in the detector's 224 px."""

THREADS = 2
"""More gain little: both networks are small."""

Mapping2x3 = NDArray[np.float64]

Square = tuple[float, float, float]
"""Left, top and side in pixels of the picture; may reach beyond it."""


def weights_digest() -> str:
    """Hex digest of networks and method: poses found with another one are not the same poses."""
    return hashlib.sha256(f"{METHOD_VERSION} {sorted(WEIGHTS.items())}".encode()).hexdigest()


class BlazePose:
    """Finds one person in a picture. One picture at a time; threads wait for each other."""

    def __init__(self, threads: int = THREADS) -> None:
        """Loads both networks. Raises MediaError where there is no runtime for them or a file is damaged."""
        detector, landmarks = (weights(name, digest) for name, digest in WEIGHTS.items())
        self._detector = Network(detector, threads)
        self._landmarks = Network(landmarks, threads)
        self._anchors = anchor_centres()
        self._lock = Lock()

    def __call__(self, rgb: RGB) -> Pose | None:
        """The pose of one person in an (H, W, 3) picture; None when there is nobody.

        It is the surest one the detector sees in the whole picture, as MediaPipe takes it. Where that
        one is not clear, a closer look decides: around it, then in tiles of the picture row by row, so
        that of several small people the same one tends to be taken in every frame.
        """
        height, width = rgb.shape[:2]
        with self._lock:
            first = next(self._poses(rgb, [_whole(height, width)], CONFIDENT), None)
            if first and (first.clear or _fills(first.pose, min(height, width))):
                return first.pose
            closer = [_around(first.pose), *_tiles(height, width)] if first else _tiles(height, width)
            clear = (sighting for sighting in self._poses(rgb, closer, SURE) if sighting.clear)
            best = next(clear, first)
            return best.pose if best else None

    def _poses(self, rgb: RGB, squares: Sequence[Square], presence: float) -> Iterator[_Sighting]:
        """People in the squares, in order, whose presence is at least `presence`."""
        for square in squares:
            for person in self._people(rgb, *square):
                pose = self._pose(rgb, person)
                if pose.score >= presence:
                    yield _Sighting(pose, person.score >= CLEAR)

    def _people(self, rgb: RGB, left: float, top: float, side: float) -> list[Candidate]:
        """People the detector sees in a square of the picture, in pixels of the picture, best first."""
        into = _scaled(left, top, INPUT / side)
        boxes, scores = self._detector(_cut(rgb, into, INPUT) / np.float32(127.5) - 1)[:2]
        found = candidates(boxes[0].astype(np.float64), _sigmoid(scores[0, :, 0]), self._anchors)
        corner, scale = np.array([left, top]), side / INPUT
        return [Candidate(c.hips * scale + corner, c.reach * scale + corner, c.score) for c in found]

    def _pose(self, rgb: RGB, person: Candidate) -> Pose:
        """Landmarks in the upright square around a person (TensorsToPoseLandmarksAndSegmentation)."""
        into = _upright(person)
        points, presence, _, heatmaps, _ = self._landmarks(_cut(rgb, into, SQUARE) / np.float32(255))
        landmarks = points.reshape(39, 5).astype(np.float64)
        kept = FROM_33
        refined = _refine(landmarks[kept, :2], _sigmoid(heatmaps[0][:, :, kept]))
        back = cv2.invertAffineTransform(into).astype(np.float64)
        keypoints = refined @ back[:, :2].T + back[:, 2]
        # The presence comes out of the network as a probability, the visibilities do not.
        return Pose(keypoints, _sigmoid(landmarks[kept, 3]), float(presence.ravel()[0]))


@dataclass(frozen=True, slots=True)
class _Sighting:
    """A pose, and whether the detector was clear about the person."""

    pose: Pose
    clear: bool


@cache
def loaded() -> BlazePose:
    """The one BlazePose of this process: loading costs as much as two pictures. Raises MediaError."""
    return BlazePose()


def _whole(height: int, width: int) -> Square:
    side = max(height, width)
    return (width - side) / 2, (height - side) / 2, side


def _fills(pose: Pose, shorter: int) -> bool:
    """Whether a sure person is too large to be seen better by looking closer."""
    return pose.score >= SURE and float(np.ptp(pose.keypoints, axis=0).max()) >= LARGE * shorter


def _around(pose: Pose) -> Square:
    low, high = pose.keypoints.min(axis=0), pose.keypoints.max(axis=0)
    side = float((high - low).max()) * CLOSE
    left, top = (low + high - side) / 2
    return float(left), float(top), side


def _tiles(height: int, width: int) -> list[Square]:
    """Squares that cover the picture, each half over the next."""
    side = TILE * min(height, width)
    return [(left, top, side) for top in _starts(height, side) for left in _starts(width, side)]


def _starts(length: int, side: float) -> list[float]:
    steps = int(np.ceil((length - side) / (side / 2)))
    return [float(start) for start in np.linspace(0, length - side, steps + 1)]


def _upright(person: Candidate) -> Mapping2x3:
    """The mapping that turns a person upright into the landmark network's square."""
    across, down = person.reach - person.hips
    side = 2 * np.hypot(across, down) * MARGIN
    angle = np.arctan2(across, -down)  # of the body from straight up, clockwise
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) * (SQUARE / side)
    return np.column_stack([turn, SQUARE / 2 - turn @ person.hips])


def _scaled(left: float, top: float, scale: float) -> Mapping2x3:
    return np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])


def _cut(rgb: RGB, into: Mapping2x3, side: int) -> NDArray[np.float32]:
    """The square that `into` maps to (0, 0)..(side, side), black outside the picture."""
    # Coordinates here count from the picture's corner; OpenCV's from the middle of the corner pixel.
    centred = into.copy()
    centred[:, 2] += into[:, :2] @ [0.5, 0.5] - 0.5
    return cv2.warpAffine(rgb, centred, (side, side), flags=cv2.INTER_LINEAR).astype(np.float32)


def _refine(points: Floats, heatmaps: Floats) -> Floats:
    """Landmarks moved to the heatmap's centre of mass around them (RefineLandmarksFromHeatmapCalculator).

    `points` (n, 2) in pixels of the square, `heatmaps` (64, 64, n) in 0..1.
    """
    refined = points.copy()
    cells = np.trunc(points / SQUARE * HEATMAP).astype(int)
    for n, (x, y) in enumerate(cells):
        if not (0 <= x < HEATMAP and 0 <= y < HEATMAP):
            continue
        reach = KERNEL // 2
        left, top = max(0, x - reach), max(0, y - reach)
        window = heatmaps[top : y + reach + 1, left : x + reach + 1, n]
        if window.max() < CONFIDENT:
            continue
        rows, columns = np.mgrid[: window.shape[0], : window.shape[1]]
        mass = window.sum()
        centre = np.array([left + (columns * window).sum() / mass, top + (rows * window).sum() / mass])
        refined[n] = centre / HEATMAP * SQUARE
    return refined


def _sigmoid(values: NDArray[np.float32] | Floats) -> Floats:
    limited = np.clip(values.astype(np.float64), -80, 80)
    return np.asarray(1 / (1 + np.exp(-limited)))
