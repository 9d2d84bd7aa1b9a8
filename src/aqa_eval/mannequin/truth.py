"""What is exactly true of a recipe: where the keypoints are, how the joints are bent, how good it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial

import numpy as np

from aqa_eval.mannequin.body import Floats, joints
from aqa_eval.mannequin.execution import execute, recipe, skeleton, stream
from aqa_eval.mannequin.kinematics import flexion
from aqa_eval.mannequin.movements.showing import Showing
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


def showings(rendered: Rendered) -> Mapping[str, Showing]:
    """When the presence or absence of each fault can be seen, by the id of its criterion.

    Nothing is posed: it takes 0.1 ms (a dive some 5 ms) when a recipe is first asked about. Raises
    MediaError as `film` does.
    """
    return _showings(rendered.movement, rendered.dials, rendered.view, rendered.seed)


@lru_cache(maxsize=1 << 16)
def _showings(name: str, given: tuple[tuple[str, float], ...], view: str, seed: int) -> Mapping[str, Showing]:
    movement, dials = recipe(Rendered(name, given, view, seed))
    shown = movement.shows(partial(skeleton, seed), dials, stream(seed, f"habits {movement.name}"))
    return {fault.criterion.id: shown[fault.dial] for fault in movement.faults}
