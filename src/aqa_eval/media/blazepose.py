"""BlazePose on a CPU: the pose network of MediaPipe, without MediaPipe.

Two networks: a detector finds hips and direction of people in a 224 px picture of the whole, and a
second one places 33 landmarks in an upright 256 px square around one person. Bazarevsky et al.,
2020 (arXiv 2006.10204); the steps between the networks follow MediaPipe 0.10.14's graphs
`pose_detection_cpu` and `pose_landmark_by_roi_cpu`.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from aqa_eval.errors import MediaError
from aqa_eval.media.anchors import INPUT, Candidate, anchor_centres, candidates
from aqa_eval.media.picture import RGB
from aqa_eval.media.pose import Floats, Pose

WEIGHTS = {
    "pose_detection.tflite": "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
    "pose_landmark_full.tflite": "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
}
"""SHA-256 of the network files."""

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

SURE = 0.9
"""Presence asked of a person found in a tile: many tiles give chance many tries."""

TILE = 0.6
"""When nobody is found in the whole, squares of this part of its shorter side are searched: a person
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
    """Finds the most certain person of a picture. One picture at a time; threads wait for each other."""

    def __init__(self, threads: int = THREADS) -> None:
        """Loads both networks. Raises MediaError where there is no runtime for them or a file is damaged."""
        detector, landmarks = (_weights(name, digest) for name, digest in WEIGHTS.items())
        self._detector = _Network(detector, threads)
        self._landmarks = _Network(landmarks, threads)
        self._anchors = anchor_centres()
        self._lock = Lock()

    def __call__(self, rgb: RGB) -> Pose | None:
        """The pose of the most certain person in an (H, W, 3) picture; None when there is nobody."""
        height, width = rgb.shape[:2]
        with self._lock:
            found = self._best(rgb, [_whole(height, width)], CONFIDENT)
            return found or self._best(rgb, _tiles(height, width), SURE)

    def _best(self, rgb: RGB, squares: Sequence[Square], least: float) -> Pose | None:
        """The most certain person in any of the squares, if at least that certain."""
        people = (person for square in squares for person in self._people(rgb, *square))
        poses = [pose for person in people if (pose := self._pose(rgb, person)).score >= least]
        return max(poses, key=lambda pose: pose.score, default=None)

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


@cache
def loaded() -> BlazePose:
    """The one BlazePose of this process: loading costs as much as two pictures. Raises MediaError."""
    return BlazePose()


class _Network:
    """One network with its single picture input and its outputs in the order of the file."""

    def __init__(self, content: bytes, threads: int) -> None:
        try:
            runtime: Any = importlib.import_module("ai_edge_litert.interpreter")
        except ImportError as error:
            raise MediaError(
                f"poses need the package ai-edge-litert, which cannot be loaded here: {error}. Without it "
                "the representation `crop` and the judge `pose-rules` are not to be had; use `rgb`."
            ) from error
        self._interpreter: Any = runtime.Interpreter(model_content=content, num_threads=threads)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [output["index"] for output in self._interpreter.get_output_details()]

    def __call__(self, picture: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        self._interpreter.set_tensor(self._input, picture[None])
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index) for index in self._outputs]


def _weights(name: str, digest: str) -> bytes:
    resource = files("aqa_eval.media") / "weights" / name
    try:
        content = resource.read_bytes()
    except FileNotFoundError as error:
        raise MediaError(f"the pose network {resource} is missing. Install aqa-eval again.") from error
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise MediaError(
            f"the pose network {resource} is damaged: its SHA-256 is {found}, expected {digest}. "
            "Install aqa-eval again."
        )
    return content


def _whole(height: int, width: int) -> Square:
    side = max(height, width)
    return (width - side) / 2, (height - side) / 2, side


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
