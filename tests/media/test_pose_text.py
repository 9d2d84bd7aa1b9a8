from __future__ import annotations

import numpy as np

from aqa_eval.media.pose import COCO17
from aqa_eval.media.pose_text import HEADING, pose_text
from aqa_eval.media.track import Bodies

STANDING = {
    "shoulder": (0, 0),
    "elbow": (0, 30),
    "wrist": (0, 60),
    "hip": (0, 50),
    "knee": (0, 90),
    "ankle": (0, 130),
}


def body(**places: tuple[float, float]) -> np.ndarray:
    """Both sides alike, moved to the middle of a picture; `left_knee=` and the like move single joints."""
    points = np.full((17, 2), np.nan)
    for k, name in enumerate(COCO17):
        part = name.rpartition("_")[2]
        place = places.get(name, STANDING.get(part))
        if place is not None:
            points[k] = np.add(place, (200, 100))
    return points


def told(*bodies: np.ndarray, hidden: tuple[str, ...] = (), still: bool = False) -> list[str]:
    keypoints = np.stack(bodies)
    visibility = np.ones(keypoints.shape[:2])
    visibility[:, [COCO17.index(name) for name in hidden]] = 0.2
    known = np.isfinite(keypoints[:, 5:]).all(axis=(1, 2))
    times = [n / 2 for n in range(len(bodies))]
    text = pose_text(Bodies(keypoints, visibility, known, known), times, "oracle", still)
    return text.splitlines()[1:]


def test_a_body_that_stands_straight() -> None:
    assert told(body()) == [
        "0.00 s: trunk: upright (0); knee: left bent 0, right bent 0; hip: left bent 0, right bent 0; "
        "elbow: left bent 0, right bent 0; shoulder: left raised 0, right raised 0."
    ]


def test_angles_by_hand() -> None:
    # Left thigh level and shin upright: knee and hip bent by 90. Left arm level, forearm up: raised 90, bent
    # 90. Right arm overhead: raised 180.
    (line,) = told(
        body(
            left_knee=(40, 50),
            left_ankle=(40, 90),
            left_elbow=(30, 0),
            left_wrist=(30, -30),
            right_elbow=(0, -30),
            right_wrist=(0, -60),
        )
    )
    assert line == (
        "0.00 s: trunk: upright (0); knee: left bent 90, right bent 0; hip: left bent 90, right bent 0; "
        "elbow: left bent 90, right bent 0; shoulder: left raised 90, right raised 180."
    )


def test_lean_has_a_side_and_goes_beyond_level() -> None:
    leaning = [body(left_shoulder=(x, y), right_shoulder=(x, y)) for x, y in ((50, 0), (-50, 0), (-50, 50))]
    upside_down = body(left_shoulder=(1, 110), right_shoulder=(1, 110))
    lines = [line.split(";")[0] for line in told(*leaning, upside_down)]
    # Hips at (0, 50): 45 degrees right, 45 left, 90 left; atan2(1, -60) = 179.05
    assert lines == [
        "0.00 s: trunk: leans 45 to the right of the picture",
        "0.50 s: trunk: leans 45 to the left of the picture",
        "1.00 s: trunk: leans 90 to the left of the picture",
        "1.50 s: trunk: leans 179 to the right of the picture",
    ]


def test_what_is_missing_is_said_to_be_missing() -> None:
    lines = told(body(), np.full((17, 2), np.nan), hidden=("left_ankle", "right_hip"))
    assert lines[1] == "0.50 s: body not found"
    assert "trunk: not visible; knee: left not visible, right not visible; hip: left bent 0" in lines[0]
    assert "shoulder: left raised 0, right not visible." in lines[0]


def test_a_still_has_no_time() -> None:
    assert told(body(), still=True)[0].startswith("trunk: upright")


def test_it_says_how_it_was_measured() -> None:
    assert "in the plane of the picture" in HEADING
    assert "Depth is not measured" in HEADING
