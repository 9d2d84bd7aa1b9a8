"""A synthetic Fitness-AQA download: the release's schema and all its irregularities, none of its content.

    python tests/datasets/synthetic_fitness_aqa.py FOLDER [released|unpacked]

`released` is the tree as the authors send it, recordings in zip archives. `unpacked` is what is found on
disks: `videos/videos/`, `labels` in lower case, `_Ids`, `Splits_Lumbar_error`, an exercise's folder renamed,
pictures one folder deeper, row pictures outside Labeled_Dataset. Both hold label files that name more clips
than the splits, recordings without labels, faults that show several times, `traj_nan.json` among the splits,
and an Unlabeled_Dataset with copies of labelled clips.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from synthetic_media import NOTICE, jpeg, mp4, write_folder, write_json, write_zip

Keys = Mapping[str, list[str]]

SQUAT: Keys = {"train": ["101_1", "101_2", "102_1"], "val": ["103_1"], "test": ["104_1", "104_2", "105_1"]}
KNEES_INWARD = {
    "101_1": [[0.4, 0.9]], "101_2": [], "102_1": [], "103_1": [[0.1, 0.5]],
    "104_1": [[0.2, 0.5], [0.8, 1.5], [1.6, 1.8]], "104_2": [], "105_1": [],
    "199_1": [[0, 1]],  # in no split
}  # fmt: skip
KNEES_FORWARD = {
    "101_1": [[0.0, 0.6]], "101_2": [[0.3, 1.2]], "102_1": [], "103_1": [],
    "104_1": [[0.5, 1.1]], "104_2": [[1, 2]], "105_1": [],
    "199_1": [], "198_1": [[0.5, 0.75]],
}  # fmt: skip
NAN_TRAJECTORIES = ["102_1", "104_2"]

DEPTH: Keys = {
    "train": ["101_1_7", "111_2_40", "112_8_3"],
    "val": ["113_1_1"],
    "test": ["114_1_9", "114_1_10"],
}
SHALLOW = {"101_1_7": 1, "111_2_40": 0, "112_8_3": 0, "113_1_1": 1, "114_1_9": 1, "114_1_10": 0, "190_1_1": 1}

PRESS: Keys = {"train": ["201_1", "202_1"], "val": ["203_1"], "test": ["204_1", "205_3"]}
ELBOWS = {"201_1": [], "202_1": [[0.2, 0.8]], "203_1": [], "204_1": [[0.25, 0.75], [1.0, 1.5]], "205_3": []}
KNEES = {"201_1": [[0.6, 1.0]], "202_1": [], "203_1": [], "204_1": [], "205_3": [[0.0, 0.4]]}

ROW_LUMBAR: Keys = {"train": ["301_1_1", "302_1_4"], "val": ["303_2_2"], "test": ["304_1_1", "305_1_8"]}
ROW_TORSO: Keys = {"train": ["304_1_1", "301_1_1"], "val": ["306_1_1"], "test": ["302_1_4", "305_1_8"]}
LUMBAR = {"301_1_1": 1, "302_1_4": 0, "303_2_2": 0, "304_1_1": 0, "305_1_8": 1, "306_1_1": 0}
TORSO = {"301_1_1": 0, "302_1_4": 1, "304_1_1": 1, "305_1_8": 0, "306_1_1": 0, "303_2_2": 0}


@dataclass(frozen=True)
class Layout:
    """How a download is laid out: names that vary, and where recordings are (`*.zip`: in an archive)."""

    press: str
    labels: str
    splits: str
    ids: str
    lumbar: str
    torso: str
    videos: str
    depth_pictures: str
    row_pictures: str


LAYOUTS = {
    "released": Layout(
        press="OHP/Labeled_Dataset",
        labels="Labels",
        splits="Splits",
        ids="ids",
        lumbar="Splits_Lumbar_Error",
        torso="Splits_TorsoAngle_Error",
        videos="videos.zip/videos",
        depth_pictures="images.zip/images",
        row_pictures="Labeled_Dataset/barbellrow_images_raw.zip/barbellrow_images_raw",
    ),
    "unpacked": Layout(
        press="Overhead Press/Labeled_Dataset-OHP/Labeled_Dataset",
        labels="labels",
        splits="splits",
        ids="Ids",
        lumbar="Splits_Lumbar_error",
        torso="Splits_TorsoAngle_error",
        videos="videos/videos",
        depth_pictures="images/crops_unaligned",
        row_pictures="images",
    ),
}


def write(folder: Path, layout: str = "released") -> Path:
    """Write the download below `folder` and tell its root."""
    names = LAYOUTS[layout]
    root = folder / "Fitness-AQA_dataset_release"
    write_folder(root, {"README_SYNTHETIC.txt": NOTICE.encode()})
    squat = root / "Squat" / "Labeled_Dataset"
    _splits(squat / names.splits, SQUAT, "keys")
    write_json(squat / names.splits / "traj_nan.json", NAN_TRAJECTORIES)
    write_json(squat / names.labels / "error_knees_inward.json", KNEES_INWARD)
    write_json(squat / names.labels / "error_knees_forward.json", KNEES_FORWARD)
    _recordings(squat, names.videos, _videos([*_flat(SQUAT), "197_1"]))
    _recordings(root / "Squat" / "Unlabeled_Dataset", names.videos, _videos(["104_1", "160_1"], seconds=0.2))

    depth = squat / "Shallow_Squat_Error_Dataset"
    _splits(depth / "splits", DEPTH, names.ids)
    write_json(depth / "labels_shallow_depth.json", SHALLOW)
    _recordings(depth, names.depth_pictures, _pictures(SHALLOW))

    press = root / names.press
    _splits(press / names.splits, PRESS, "keys")
    write_json(press / names.labels / "error_elbows.json", ELBOWS)
    write_json(press / names.labels / "error_knees.json", KNEES)
    _recordings(press, names.videos, _videos(_flat(PRESS), first=50))

    row = root / "BarbellRow"
    _splits(row / "Labeled_Dataset" / names.splits / names.lumbar, ROW_LUMBAR, names.ids)
    _splits(row / "Labeled_Dataset" / names.splits / names.torso, ROW_TORSO, names.ids)
    write_json(row / "Labeled_Dataset" / names.labels / "labels_lumbar_error.json", LUMBAR)
    write_json(row / "Labeled_Dataset" / names.labels / "labels_torso_angle_error.json", TORSO)
    _recordings(row, names.row_pictures, _pictures([*LUMBAR, "399_1_1"]))
    return root


def _flat(splits: Keys) -> list[str]:
    return [key for keys in splits.values() for key in keys]


def _splits(folder: Path, splits: Keys, suffix: str) -> None:
    for split, keys in splits.items():
        write_json(folder / f"{split}_{suffix}.json", keys)


def _videos(keys: list[str], seconds: float = 2.0, first: int = 0) -> dict[str, bytes]:
    return {f"{key}.mp4": mp4(seconds, first + 7 * place) for place, key in enumerate(keys)}


def _pictures(keys: Mapping[str, int] | list[str]) -> dict[str, bytes]:
    return {f"{key}.jpg": jpeg(place) for place, key in enumerate(keys)}


def _recordings(home: Path, where: str, files: dict[str, bytes]) -> None:
    """Write recordings to `home / where`, in which a step that ends in .zip is an archive."""
    archive, packed, inside = where.partition(".zip/")
    if packed:
        write_zip(home / f"{archive}.zip", {f"{inside}/{name}": content for name, content in files.items()})
    else:
        write_folder(home / where, files)


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), *sys.argv[2:3]))
