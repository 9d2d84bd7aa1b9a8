"""SAM 3D Body: its keypoints out of dumps of what it gives, and the thing itself where it is installed.

`process_one_image` of facebookresearch/sam-3d-body (commit b5c765a) gives a list for each picture, a dict
for each person, `[]` where nobody is found. Of a person `pred_keypoints_2d` (70, 2), pixels, and `bbox`
(4,), left, top, right, bottom, are read. A dump without pickles is one of:

- JSON: the list of those lists, one for each frame of the clip in order; or `{"frames": [...], "numbers":
  [...]}` with the frames' numbers in the recording. Everything else in a person is ignored.
- NPZ: `pred_keypoints_2d` (T, P, 70, 2) and, if known, `bbox` (T, P, 4), NaN where there is no such person;
  `frames` (T,) as above.

It tells no confidence and knows no person over time: every point counts as seen, and the performer is
picked (`aqa_eval.media.tracking`).
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from aqa_eval.errors import MediaError
from aqa_eval.media.cache import write_whole
from aqa_eval.media.picture import RGB
from aqa_eval.media.pose import Floats
from aqa_eval.media.recording import Recording
from aqa_eval.media.tracking import Person, performer

FROM_MHR70: Final = (0, 1, 2, 3, 4, 5, 6, 7, 8, 62, 41, 9, 10, 11, 12, 13, 14)
"""The MHR-70 point for each COCO-17 keypoint (`sam_3d_body/metadata/mhr70.py`): the left wrist is 62, the
right one 41."""

POINTS: Final = "pred_keypoints_2d"
WEIGHTS: Final = "facebook/sam-3d-body-dinov3"


class Estimator(Protocol):
    """What `setup_sam_3d_body` gives."""

    def process_one_image(self, image: RGB) -> Sequence[Mapping[str, Any]]:
        """The people in an (H, W, 3) picture, red first."""


@dataclass(frozen=True, slots=True)
class Dump:
    """The performer's COCO-17 `keypoints` (T, 17, 2), NaN where nobody was found, and the frames' numbers."""

    keypoints: Floats
    frames: Sequence[float] | None


def recognised(content: object) -> bool:
    """Whether an object of a file is a dump of this kind."""
    if not isinstance(content, Mapping):
        return False
    frames = content.get("frames")
    return POINTS in content or (isinstance(frames, list) and all(isinstance(f, list) for f in frames))


def read_dump(content: object, name: str) -> Dump:
    """The performer out of a dump. Raises MediaError, naming the file, for what is not one."""
    if isinstance(content, Mapping) and POINTS in content:
        people = _of_arrays(content, name)
        numbers = content.get("frames")
    else:
        frames = content.get("frames") if isinstance(content, Mapping) else content
        numbers = content.get("numbers") if isinstance(content, Mapping) else None
        if not isinstance(frames, list) or not frames or not all(isinstance(f, list) for f in frames):
            raise MediaError(f"{name}: expected a list of people ([] for nobody) for each frame.")
        people = [[_person(one, f"{name}: entry {n}") for one in frame] for n, frame in enumerate(frames)]
    given = None if numbers is None else [float(n) for n in np.ravel(np.asarray(numbers, np.float64))]
    return Dump(_picked(people), given)


def load_estimator(weights: str = WEIGHTS) -> Estimator:
    """SAM 3D Body itself. Raises MediaError where it is not installed, saying how to."""
    try:
        importlib.import_module("sam_3d_body")
        module: Any = importlib.import_module("notebook.utils")
        setup: Callable[..., Estimator] = module.setup_sam_3d_body
    except (ImportError, AttributeError) as error:
        raise MediaError(
            f"SAM 3D Body is not installed here ({error}). Get github.com/facebookresearch/sam-3d-body, "
            f"follow its INSTALL.md, put its folder on PYTHONPATH and ask for the weights {weights} on "
            "Hugging Face (they are given by request). It needs a CUDA graphics card. Keypoints made "
            "elsewhere are read from files."
        ) from error
    return setup(hf_repo_id=weights)


def write_keypoints(
    recording: Recording, clip: str, path: Path, estimator: Estimator, indices: Sequence[int] | None = None
) -> None:
    """Run SAM 3D Body over a clip's frames (`indices`, or all) and write its keypoints, COCO-17 as JSON.

    Raises MediaError when the recording cannot be decoded, or what the estimator gives is not understood.
    """
    chosen = range(len(recording.numbers)) if indices is None else indices
    people: list[list[Person]] = []
    size: tuple[int, int] | None = None
    for index, picture in recording.pictures(chosen):
        size = picture.size
        given = estimator.process_one_image(picture.rgb())
        people.append([_person(one, f"{recording.name}: frame {index}") for one in given])
    frames = [
        {"frame": int(recording.numbers[index]), "keypoints": _rows(points)}
        for index, points in zip(chosen, _picked(people), strict=True)
    ]
    content = {"clip": clip, "size": size, "source": f"SAM 3D Body, {WEIGHTS}", "frames": frames}
    write_whole(path, json.dumps(content).encode())


def _rows(points: Floats) -> list[list[float]] | None:
    return None if np.isnan(points).any() else [[round(float(n), 3) for n in point] for point in points]


def _picked(frames: Sequence[Sequence[Person]]) -> Floats:
    nobody = np.full((17, 2), np.nan)
    return np.stack([nobody if one is None else one.keypoints for one in performer(frames)])


def _person(one: object, name: str) -> Person:
    if not isinstance(one, Mapping) or POINTS not in one:
        raise MediaError(f"{name}: a person without `{POINTS}`, as SAM 3D Body gives it.")
    points = _floats(one[POINTS], f"{name}: `{POINTS}`")
    if points.shape != (70, 2) or not np.isfinite(points).all():
        raise MediaError(f"{name}: `{POINTS}` of shape {points.shape}, expected 70 points of two numbers.")
    box = None if one.get("bbox") is None else _floats(one["bbox"], f"{name}: `bbox`")
    return _detection(points, box, name)


def _detection(points: Floats, box: Floats | None, name: str) -> Person:
    if box is None or not np.isfinite(box).all():
        box = np.concatenate([points.min(axis=0), points.max(axis=0)])
    if box.shape != (4,):
        raise MediaError(f"{name}: `bbox` of shape {box.shape}, expected (4,): left, top, right, bottom.")
    left, top, right, bottom = (float(side) for side in box)
    return Person((left, top, right, bottom), points[list(FROM_MHR70)])


def _of_arrays(content: Mapping[str, object], name: str) -> list[list[Person]]:
    points = _floats(content[POINTS], f"{name}: `{POINTS}`")
    if points.ndim != 4 or points.shape[2:] != (70, 2) or not len(points):
        raise MediaError(f"{name}: `{POINTS}` of shape {points.shape}, expected (frames, people, 70, 2).")
    boxes = np.full((*points.shape[:2], 4), np.nan)
    if "bbox" in content:
        boxes = _floats(content["bbox"], f"{name}: `bbox`")
    if boxes.shape != (*points.shape[:2], 4):
        raise MediaError(f"{name}: `bbox` of shape {boxes.shape}, expected {(*points.shape[:2], 4)}.")
    return [_present(zip(*pair, strict=True), name) for pair in zip(points, boxes, strict=True)]


def _present(people: Iterable[tuple[Floats, Floats]], name: str) -> list[Person]:
    return [_detection(points, box, name) for points, box in people if np.isfinite(points).all()]


def _floats(values: object, name: str) -> Floats:
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise MediaError(f"{name} is no regular array of numbers: {error}.") from error
