"""Writes a small synthetic download of EgoExo-Fitness: invented texts, in the exact schema of the real one.

    python tests/datasets/synthetic_egoexo_fitness.py FOLDER [folder|camera-level|split-tar|split-tar-gz]

Nothing in it comes from the dataset, which may not be redistributed: records, people, exercises, keypoints,
votes and pictures are made up here. It holds every irregularity that is known of the real files: booleans as
texts in any capitals, counts as texts, several annotators with ties, stretches beyond the last frame,
cameras mounted on their side, a record without one camera, records in no split, pair files with NUL bytes
and absolute paths, either name of the sub-step file, and frames with a level more or in a split archive.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import simplejpeg

Layout = Literal["folder", "camera-level", "split-tar", "split-tar-gz"]
LAYOUTS: tuple[Layout, ...] = ("folder", "camera-level", "split-tar", "split-tar-gz")

FRAMES = 20
VIEWS = ("ego_m", "exo_l", "exo_m", "exo_r")
QUARTERS_CLOCKWISE = {
    "exo_l": 1,
    "exo_r": 3,
}  # how the camera lay: the authors turn by 90 and 270 the other way
TEST_RECORDS = ("SYN002", "SYN003")
TRAIN_RECORDS = ("SYN001",)

WALL = (
    "Press your whole back against the wall.",
    "Keep both shins upright",
    'Say "hold" at the lowest point.',
)
ARMS = ("Draw  wide circls with both arms.", "Press your whole back against the wall.")

Votes = Sequence[Sequence[object]]


def annotation(action: str, texts: Sequence[str], votes: Sequence[object], score: object, who: str) -> Any:
    """One annotator's judgement."""
    return {
        "key_point_verification": [list(pair) for pair in zip(texts, votes, strict=True)],
        "action_quality_score": score,
        "comment": "Synthetic: this text is invented.",
        "action_name": action,
        "action_guidance": "Synthetic: this text is invented.",
        "annotator": who,
    }


def entry(record: str, span: tuple[object, object], *annotations: Any) -> Any:
    """One judged action."""
    return {
        "annotations": list(annotations),
        "st_ed_frame": list(span),
        "frame_root": f"frames_open/{record}",
    }


def judgements() -> dict[str, Any]:
    """`interpretable_action_judgement.json`."""
    wall, arms = "Wall sits", "Arm circles"
    return {
        "SYN001_action_1": entry(
            "SYN001",
            (1, 16),
            annotation(wall, WALL, ("True", "False", "True"), 3, "a1"),
            annotation(wall, WALL, ("true", "FALSE", "True"), 4, "a2"),
            annotation(wall, WALL, (True, "True ", False), "5", "a3"),
        ),
        "SYN001_action_2": entry(
            "SYN001",
            (5, 20),
            annotation(arms, ARMS, ("True", "False"), 2, "a1"),  # the first keypoint is a tie
            annotation(arms, ARMS, ("False", "False"), 3, "a2"),
        ),
        "SYN002_action_7": entry(  # the number is no index: this is the record's only judged action
            "SYN002",
            ("2", 24),  # beyond the last of 20 frames
            annotation(wall, WALL, ("False", "False", "True"), 1, "a1"),
            annotation(wall, WALL, ("False", "True", "True"), 2, "a2"),
        ),
        "SYN003_action_0": entry(
            "SYN003",
            (0, 17),  # frames are counted from 1
            annotation(arms, ARMS, ("True", "True"), 5, "a1"),
            annotation(arms, ARMS, ("True", "False"), 4, "a2"),
            annotation(arms, ARMS, ("True", "True"), 4, "a3"),
        ),
        "SYN004_action_3": entry(  # no camera ego_m, in neither list
            "SYN004",
            (3, 20),
            annotation(wall, WALL, ("True", "True", "True"), 4, "a1"),
        ),
    }


def records() -> dict[str, Any]:
    """`meta_records.json`: counts partly as texts, a person with two dates, a record without a person."""
    actors = {"SYN001": "0101-Robin", "SYN002": "0102-Kim", "SYN003": None, "SYN004": "0203-robin"}
    listed = []
    for i, (record, actor) in enumerate(actors.items()):
        views = [view for view in VIEWS if (record, view) != ("SYN004", "ego_m")]
        frames = {
            view: {"path": f"frames_open/{record}/{view}", "num_frames": FRAMES if i % 2 else str(FRAMES)}
            for view in views
        }
        about = {"record_id": record, "views": views, "frames": frames, "num_views": len(views)}
        about |= {"num_sequences": 1, "num_actions": 2}
        listed.append(about | ({"original_actor": actor} if actor else {}))
    index = {record: str(i) if i == 2 else i for i, record in enumerate(actors)}
    return {"records": listed, "record_index": index}


def action_boundaries() -> dict[str, Any]:
    """`action_level_annotations.json`: eight actions, five of them judged; order and ids mean nothing."""
    return {f"SYN00{n}": {"num_actions": 2, "action_info": [[7, 1, 16], [3, 5, 20]]} for n in range(1, 5)}


def substeps() -> dict[str, Any]:
    """`substep_level_annotations.json`, ActivityNet style; `path` lacks its slash as in the real file."""
    about = {"annotations": [], "duration": 0.4, "fps": 30, "num_frames": FRAMES, "subset": "test"}
    about |= {"resolution": "", "view": "exo_m", "actor": "SYN001", "path": "frames_openSYN001/exo_m/"}
    return {"classes": ["Wall sits", "Arm circles"], "database": {"SYN001_1-1_exo_m": about}}


def pair_lines(names: Sequence[str]) -> bytes:
    """A pair file: lines of two frame folders each, NUL bytes before one, an absolute path in another."""
    lines = []
    for i, record in enumerate(names * 2):
        root = "/PATH/TO/VIDEO_FRAME" if i % 2 else "/mnt/synthetic/frames"
        halves = [f"{root}/{record}/{view}/VID_00{i} 1-1 1 {FRAMES}" for view in ("ego_m", "exo_m")]
        lines.append(" ".join(halves).encode())
    lines[-1] = b"\0" * 300 + lines[-1]
    return b"\n".join(lines) + b"\n"


def picture(view: str, number: int) -> bytes:
    """A JPEG of 24 x 16 pixels upright: light above, dark below; stored as the camera lay."""
    upright = np.full((16, 24, 3), 40, np.uint8)
    upright[:8] = 200
    upright[:, :, 2] += np.uint8(number)
    turned = np.rot90(upright, -QUARTERS_CLOCKWISE.get(view, 0))
    return simplejpeg.encode_jpeg(np.ascontiguousarray(turned), quality=90, colorspace="RGB")


def frames(layout: Layout) -> dict[str, bytes]:
    """Every frame file, by its path in the download."""
    found = {}
    for about in records()["records"]:
        for view in about["views"]:
            level = f"VID_{about['record_id']}/" if layout == "camera-level" else ""
            folder = f"frames_open/{about['record_id']}/{view}/{level}"
            for number in range(1, FRAMES + 1):
                found[f"{folder}frame_{number:010d}.jpg"] = picture(view, number)
    return found


def write(root: Path, layout: Layout = "folder", **changed: object) -> Path:
    """Write the download into `root`. `changed` gives other contents to annotation files by the part of
    their name before the first underscore (interpretable, meta, action, substep).
    """
    contents: Mapping[str, object] = {
        "interpretable_action_judgement.json": judgements(),
        "meta_records.json": records(),
        "action_level_annotations.json": action_boundaries(),
        "substep_level_annotations.json": substeps(),
    }
    for name, content in contents.items():
        given = changed.get(name.partition("_")[0], content)
        _put(root / "raw_annotations" / name, json.dumps(given, indent=1).encode())
    folder = root / "CVSV_benchmark" / "annotations"
    _put(folder / "train_pairs_open.txt", pair_lines(TRAIN_RECORDS))
    _put(folder / "test_pairs_open.txt", pair_lines(TEST_RECORDS))
    _put(root / "SYNTHETIC.txt", (__doc__ or "").encode())
    if layout in ("folder", "camera-level"):
        for name, data in frames(layout).items():
            _put(root / name, data)
    else:
        _write_split(root, frames(layout), packed=layout == "split-tar-gz")
    return root


def _write_split(root: Path, members: Mapping[str, bytes], packed: bool) -> None:
    """Write members as a tar in three parts: `frames_open.tar[.gz].aa`, `.ab`, `.ac`."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    data = gzip.compress(buffer.getvalue(), mtime=0) if packed else buffer.getvalue()
    size = -(-len(data) // 3)
    for i, part in enumerate(("aa", "ab", "ac")):
        name = f"frames_open.tar{'.gz' if packed else ''}.{part}"
        _put(root / "frames_open" / name, data[i * size : (i + 1) * size])


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or (len(sys.argv) == 3 and sys.argv[2] not in LAYOUTS):
        sys.exit(__doc__)
    print(write(Path(sys.argv[1]), next((x for x in LAYOUTS if x == sys.argv[-1]), "folder")))
