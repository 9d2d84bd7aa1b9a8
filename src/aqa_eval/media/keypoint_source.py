"""Where a clip's keypoints come from when no network looks for them: the truth of a rendering, or a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from aqa_eval import mannequin
from aqa_eval.errors import MediaError
from aqa_eval.media.keypoint_files import Layout, path_of, read_track
from aqa_eval.media.recording import Recording
from aqa_eval.media.track import Track
from aqa_eval.vocabulary import Clip, Rendered

SOURCES = ("blazepose", "oracle", "files")


def oracle(clip: Clip) -> Rendered:
    """The recipe of a clip whose keypoints are known exactly. Raises MediaError for any other clip."""
    if isinstance(clip.media, Rendered) and clip.rotation % 360 == 0:
        return clip.media
    raise MediaError(
        f"clip {clip.id} of {clip.dataset}: its true keypoints are not known, as only those of "
        "rendered clips are. Use the keypoints `blazepose` or `files`."
    )


def file_of(clip: Clip, folders: Mapping[str, Path]) -> Path:
    """The file of a clip's keypoints, by its dataset's folder. Raises MediaError when there is none."""
    if clip.dataset not in folders:
        raise MediaError(
            f"clip {clip.id}: no folder of keypoint files is given for the dataset {clip.dataset}. Name it "
            "in the study, or use the keypoints `blazepose`."
        )
    return path_of(folders[clip.dataset], clip.id)


def track_of(clip: Clip, source: str, recording: Recording, folders: Mapping[str, Path]) -> Track:
    """The keypoints of a clip by `oracle` or `files`. Raises MediaError when they are not to be had."""
    if source == "oracle":
        keypoints = mannequin.keypoints(oracle(clip))
        return Track(f"clip {clip.id}", tuple(range(len(keypoints))), keypoints, np.ones(keypoints.shape[:2]))
    path = file_of(clip, folders)
    return read_track(path, Layout(clip.id, recording.numbers, recording.times))
