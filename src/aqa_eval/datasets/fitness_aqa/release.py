"""What Fitness-AQA releases: its collections of clips, their file names, and the published counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

SPLITS = ("train", "val", "test")
VIDEOS = frozenset({".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v"})
PICTURES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})


@dataclass(frozen=True, slots=True)
class Collection:
    """Clips that share their splits: the files' names, and what the authors published of them.

    `labels`: error -> label file. `split_files`: pattern of the split files, `{}` for the split. `published`:
    clips a split. `positives`: error -> faulty clips in test, where known.
    """

    name: str
    labels: Mapping[str, str]
    split_files: str
    recordings: frozenset[str]
    published: Mapping[str, int]
    positives: Mapping[str, int] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What its recordings are."""
        return "video" if self.recordings is VIDEOS else "picture"


COLLECTIONS = (
    Collection(
        "squat",
        {
            "squat_knees_inward": "error_knees_inward.json",
            "squat_knees_forward": "error_knees_forward.json",
        },
        "{}_keys.json",
        VIDEOS,
        {"train": 1136, "val": 243, "test": 244},
        {"squat_knees_inward": 36, "squat_knees_forward": 169},
    ),
    Collection(
        "squat_depth",
        {"squat_shallow_depth": "labels_shallow_depth.json"},
        "{}_ids.json",
        PICTURES,
        {"train": 2542, "val": 529, "test": 540},
    ),
    Collection(
        "press",
        {"press_elbows": "error_elbows.json", "press_knees": "error_knees.json"},
        "{}_keys.json",
        VIDEOS,
        {"train": 1582, "val": 339, "test": 339},
        {"press_elbows": 86, "press_knees": 128},
    ),
    Collection(
        "row_lumbar",
        {"row_lumbar": "labels_lumbar_error.json"},
        "*lumbar*/{}_ids.json",
        PICTURES,
        {"train": 10360, "val": 2227, "test": 2191},
    ),
    Collection(
        "row_torso_angle",
        {"row_torso_angle": "labels_torso_angle_error.json"},
        "*torso*/{}_ids.json",
        PICTURES,
        {"train": 11881, "val": 2564, "test": 2585},
    ),
)

ERRORS = MappingProxyType({error: c for c in COLLECTIONS for error in c.labels})
"""Error -> its collection."""
