from __future__ import annotations

import numpy as np
import pytest

from aqa_eval.media import pose
from aqa_eval.media.pose import COCO17, Pose


def test_a_pose_comes_back_from_its_bytes() -> None:
    rng = np.random.default_rng(1)
    kept = Pose(rng.uniform(0, 500, (17, 2)), rng.uniform(0, 1, 17), 0.75)
    back = pose.from_bytes(pose.to_bytes(kept))
    assert back is not None
    assert (back.keypoints == kept.keypoints).all()
    assert (back.visibility == kept.visibility).all()
    assert back.score == 0.75


def test_nobody_comes_back_as_nobody() -> None:
    assert pose.from_bytes(pose.to_bytes(None)) is None


def test_anything_else_is_refused() -> None:
    for data in (b"", b"x" * 80, pose.to_bytes(None)[:-4]):
        with pytest.raises((ValueError, EOFError)):
            pose.from_bytes(data)


def test_the_order_is_coco_s() -> None:
    assert len(COCO17) == 17
    assert (COCO17[0], COCO17[5], COCO17[14], COCO17[16]) == (
        "nose",
        "left_shoulder",
        "right_knee",
        "right_ankle",
    )
