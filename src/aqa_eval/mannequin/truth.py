"""What is exactly true of a recipe: where the keypoints are, how the joints are bent, how good it is."""

from __future__ import annotations

import numpy as np

from aqa_eval.mannequin.body import Floats, joints
from aqa_eval.mannequin.execution import execute, recipe
from aqa_eval.mannequin.kinematics import flexion
from aqa_eval.vocabulary import Rendered

LIMBS = {
    "left_knee": ("upperleg01.L", "lowerleg01.L", "foot.L"),
    "right_knee": ("upperleg01.R", "lowerleg01.R", "foot.R"),
    "left_elbow": ("upperarm01.L", "lowerarm01.L", "wrist.L"),
    "right_elbow": ("upperarm01.R", "lowerarm01.R", "wrist.R"),
}


def keypoints(rendered: Rendered) -> Floats:
    """The COCO-17 keypoints in every frame (T, 17, 2), in pixels of the picture, occluded ones included.

    Raises MediaError as `film` does.
    """
    execution = execute(rendered)
    body, camera = execution.body, execution.camera
    poses = (execution.pose(float(time)) for time in execution.times)
    return np.stack([camera.project(body.keypoints(pose))[0] for pose in poses])


def joint_angles(rendered: Rendered) -> dict[str, Floats]:
    """How far knees and elbows are bent in every frame: name -> degrees (T,), 0 straight.

    Measured in space through the joint centres. Raises MediaError as `film` does.
    """
    execution = execute(rendered)
    placed = [joints(execution.body.skeleton, execution.pose(float(time))) for time in execution.times]
    return {
        name: np.array([flexion(*(frame[bone] for bone in bones)) for frame in placed])
        for name, bones in LIMBS.items()
    }


def quality(rendered: Rendered) -> float:
    """The score of an execution, 0 to 10 points, by the formula of its movement.

    Each movement's file in `mannequin/movements` states its formula in the docstring of its `_quality`, and
    `docs/mannequin.md` lists them. Raises MediaError as `film` does.
    """
    movement, dials = recipe(rendered)
    return movement.quality(dials)
