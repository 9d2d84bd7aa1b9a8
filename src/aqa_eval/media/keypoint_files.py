"""Keypoints from files: one file a clip, in one folder a dataset.

A clip's file is called as the clip, percent-encoded as in a URL so that every id is a file name and no two
are the same (`dives/01` is `dives%2F01.json`; letters, digits, `_`, `.`, `-` and `~` stay), with the ending
`.json` or `.npz`. It holds one of:

- COCO-17 as JSON: `{"frames": [{"frame": 12, "keypoints": [[x, y, confidence], ... 17]}, ...]}`. In place of
  `frame` there may be `time` in seconds from the clip's first frame, or neither: then the list has one entry
  for each frame of the clip, in order. `keypoints` is null where nobody was found; a point may be null, and
  the confidence (0 to 1) left out.
- COCO-17 as NPZ: `keypoints` (T, 17, 2) or (T, 17, 3), NaN where not found, and `frames` (T,) or `times`
  (T,), or neither, as above.
- what SAM 3D Body gives (`aqa_eval.media.sam3d_body`): JSON or NPZ.

`frame` counts as the recording does (0-based in a video, also where the clip is a part of it; a frame folder
has its files' numbers). x and y are pixels of the upright whole picture, x right and y down from its top
left corner; if they were measured in a smaller copy, `size` gives its [width, height]. A confidence of 0
says that the point was not found. `clip` may repeat the clip's id and is then checked. Nothing in a file is
ever unpickled.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import numpy as np

from aqa_eval.errors import MediaError
from aqa_eval.media import sam3d_body
from aqa_eval.media.pose import COCO17, Floats
from aqa_eval.media.track import Track

ENDINGS = (".json", ".npz")


@dataclass(frozen=True, slots=True)
class Layout:
    """What the rows of a file can be of: the clip's id, its frames' `numbers` in the recording, and their
    `times` (n,) in seconds from its first frame.
    """

    clip: str
    numbers: Sequence[int]
    times: Floats


def path_of(folder: Path, clip: str) -> Path:
    """The file of a clip's keypoints in a folder. Raises MediaError when there is none, or two."""
    there = [path for path in (folder / f"{quote(clip, safe='')}{e}" for e in ENDINGS) if path.is_file()]
    if len(there) == 1:
        return there[0]
    expected = folder / f"{quote(clip, safe='')}.json"
    if there:
        raise MediaError(f"clip {clip} has two files of keypoints, {expected} and one in .npz: delete one.")
    raise MediaError(
        f"clip {clip} has no file of keypoints: expected {expected} or the same in .npz. The name is the "
        "clip's id, percent-encoded."
    )


def read_track(path: Path, layout: Layout) -> Track:
    """The performer's keypoints out of a clip's file. Raises MediaError, naming the file, for any other."""
    content = _json(path) if path.suffix == ".json" else _npz(path)
    _check_clip(content, layout, path)
    if sam3d_body.recognised(content):
        dump = sam3d_body.read_dump(content, str(path))
        rest = {name: value for name, value in content.items() if name != "frames"}
        content = rest if dump.frames is None else {**rest, "frames": dump.frames}
        points = dump.keypoints
    else:
        points = _points(content, path)
    keypoints, visibility = _cleaned(points, path)
    indices = _indices(content, len(keypoints), layout, path)
    order = sorted((index, row) for row, index in enumerate(indices) if index is not None)
    chosen, rows = [index for index, _ in order], [row for _, row in order]
    twice = next((a for a, b in pairwise(chosen) if a == b), None)
    if twice is not None:
        raise MediaError(f"{path}: frame {layout.numbers[twice]} is given twice. Give every frame once.")
    return Track(str(path), tuple(chosen), keypoints[rows], visibility[rows], _size(content, path))


def _check_clip(content: Mapping[str, object], layout: Layout, path: Path) -> None:
    if "clip" in content and str(content["clip"]) != layout.clip:
        raise MediaError(f"{path}: it holds the clip {content['clip']}, expected {layout.clip}.")


def _json(path: Path) -> Mapping[str, object]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise MediaError(f"{path}: not a JSON file that can be read: {error}.") from error
    if isinstance(content, list):
        content = {"frames": content}
    if not (isinstance(content, dict) and isinstance(content.get("frames"), list)):
        raise MediaError(f"{path}: expected an object with a list `frames`, or a list of frames.")
    if sam3d_body.recognised(content):
        return content
    entries = content["frames"]
    if not all(isinstance(entry, dict) and "keypoints" in entry for entry in entries):
        raise MediaError(f"{path}: every entry of `frames` must be an object with `keypoints` (or null).")
    columns: dict[str, object] = {k: content[k] for k in ("clip", "size") if k in content}
    for name, column in (("frame", "frames"), ("time", "times")):
        given = [entry[name] for entry in entries if name in entry]
        if given and len(given) != len(entries):
            raise MediaError(f"{path}: {len(given)} of {len(entries)} entries of `frames` have a `{name}`.")
        if given:
            columns[column] = given
    return columns | {"keypoints": [_point_rows(entry["keypoints"], path) for entry in entries]}


def _point_rows(points: object, path: Path) -> list[list[float]]:
    """One frame's keypoints as 17 rows of x, y, confidence; NaN and 0 where there are none."""
    nothing = [float("nan"), float("nan"), 0.0]
    if points is None:
        return [nothing] * 17
    if not isinstance(points, list) or len(points) != 17:
        found = len(points) if isinstance(points, list) else points
        raise MediaError(f"{path}: a frame has {found!r} keypoints, expected the 17 of COCO or null.")
    rows = []
    for name, point in zip(COCO17, points, strict=True):
        if point is None:
            rows.append(nothing)
        elif not (
            isinstance(point, list)
            and len(point) in (2, 3)
            and all((isinstance(n, int | float) and not isinstance(n, bool)) or n is None for n in point)
        ):
            raise MediaError(f"{path}: {name} is {point!r}, expected [x, y], [x, y, confidence] or null.")
        else:
            numbers = [float("nan") if n is None else float(n) for n in point]
            rows.append(numbers if len(numbers) == 3 else [*numbers, 1.0])
    return rows


def _npz(path: Path) -> Mapping[str, object]:
    try:
        content = np.load(path, allow_pickle=False)
        if not isinstance(content, np.lib.npyio.NpzFile):
            raise MediaError(f"{path}: a single array, expected an archive of named arrays (np.savez).")
        with content as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise MediaError(
            f"{path}: not an NPZ file that can be read ({error}). Pickled objects are never loaded: save "
            "plain arrays of numbers."
        ) from error


def _points(content: Mapping[str, object], path: Path) -> Floats:
    if "keypoints" not in content:
        raise MediaError(f"{path}: no `keypoints` among {', '.join(sorted(content)) or 'nothing'}.")
    return numbers(content["keypoints"], f"{path}: `keypoints`")


def numbers(values: object, name: str) -> Floats:
    """An array of numbers. Raises MediaError, beginning with `name`, for anything else."""
    try:
        array = np.asarray(values)
    except ValueError as error:  # lists of different lengths
        raise MediaError(f"{name} is no regular array of numbers: {error}.") from error
    if array.size and array.dtype.kind not in "iuf":
        raise MediaError(f"{name} holds {array.dtype}, expected numbers.")
    return array.astype(np.float64)


def _cleaned(points: Floats, path: Path) -> tuple[Floats, Floats]:
    """Keypoints (T, 17, 2) with NaN where not found, and visibility (T, 17), of points (T, 17, 2 or 3)."""
    if points.ndim != 3 or points.shape[1] != 17 or points.shape[2] not in (2, 3) or not len(points):
        raise MediaError(f"{path}: keypoints of shape {points.shape}, expected (frames, 17, 2 or 3).")
    keypoints = points[..., :2].copy()
    if np.isinf(keypoints).any():
        raise MediaError(f"{path}: keypoints hold infinite numbers. Write NaN or null where there is none.")
    clear = np.nan_to_num(points[..., 2]) if points.shape[2] == 3 else np.ones(points.shape[:2])
    if clear.min() < 0 or clear.max() > 1:
        raise MediaError(
            f"{path}: confidences from {clear.min():g} to {clear.max():g}, expected 0 to 1 (the third number "
            "of a keypoint)."
        )
    missing = np.isnan(keypoints).any(axis=2) | (clear == 0)
    keypoints[missing] = np.nan
    known = keypoints[~missing]
    if len(known) and known.min() >= 0 and known.max() <= 1:
        raise MediaError(f"{path}: keypoints from 0 to 1 are fractions of the picture: expected pixels.")
    return keypoints, np.where(missing, 0.0, clear)


def _size(content: Mapping[str, object], path: Path) -> tuple[int, int] | None:
    if "size" not in content:
        return None
    size = numbers(content["size"], f"{path}: `size`")
    if size.shape != (2,) or not (size >= 1).all():
        raise MediaError(f"{path}: `size` is {size.tolist()}, expected [width, height] in pixels.")
    return int(size[0]), int(size[1])


def _indices(held: Mapping[str, object], count: int, layout: Layout, path: Path) -> list[int | None]:
    """Which frame of the clip each row is of; None for frames of the recording outside the clip."""
    if "frames" in held and "times" in held:
        raise MediaError(f"{path}: both frame numbers and times are given. Give one of them.")
    if "frames" in held:
        given = numbers(held["frames"], f"{path}: frame numbers")
        if given.shape != (count,) or not (given == np.round(given)).all():
            raise MediaError(f"{path}: {given.size} frame numbers for {count} frames, or no whole ones.")
        place = {number: index for index, number in enumerate(layout.numbers)}
        indices = [place.get(int(n)) for n in given]
        if all(index is None for index in indices):
            raise MediaError(
                f"{path}: none of its frames ({given.min():.0f} to {given.max():.0f}) is one of the clip's "
                f"({layout.numbers[0]} to {layout.numbers[-1]}). Frames count from the recording's start."
            )
        return indices
    if "times" in held:
        given = numbers(held["times"], f"{path}: times")
        if given.shape != (count,) or not np.isfinite(given).all():
            raise MediaError(f"{path}: {given.size} times for {count} frames, or no finite ones.")
        return _by_time(given, layout, path)
    if count != len(layout.numbers):
        raise MediaError(
            f"{path}: {count} frames, but the clip has {len(layout.numbers)}. Give their numbers or times."
        )
    return list(range(count))


def _by_time(given: Floats, layout: Layout, path: Path) -> list[int | None]:
    """The frame nearest to each time, at most half a frame away."""
    times = layout.times
    slack = float(np.median(np.diff(times))) / 2 if len(times) > 1 else 0.0
    nearest = [int(np.argmin(np.abs(times - t))) for t in given]
    indices = [n if abs(times[n] - t) <= slack + 1e-3 else None for n, t in zip(nearest, given, strict=True)]
    if all(index is None for index in indices):
        raise MediaError(
            f"{path}: none of its times ({given.min():g} to {given.max():g} s) is in the clip (0 to "
            f"{times[-1]:.3f} s). Times count from the clip's first frame."
        )
    return indices
