"""The standing overhead press with a barbell, with dials for the elbows, the trunk and the back.

`lockout`: the bend of the elbow that remains at the highest point, in degrees, upper arm against forearm
through the joint centres; 0 is a straight arm. `trunk_lean_back`: how many degrees the line from the hips
(midway between the hip joints) to the base of the neck leans back at the highest point from where it is in
upright standing; pelvis and trunk lean as one, and the hips are pushed forward. `back_arch`: how many degrees
the chest is turned back against the pelvis at the highest point, 0 as in upright standing; pelvis and
chest share it such that the line from the hips to the base of the neck leans as it would without it, which
is why keypoints at hips and shoulders cannot tell it.
"""

from __future__ import annotations

from aqa_eval.mannequin.movements.movement import Dial, Dials, Fault, Movement
from aqa_eval.mannequin.movements.overhead_press_pose import perform, shows
from aqa_eval.vocabulary import Criterion, PoseRule, Scale

BENT, MOST_BENT = 20.0, 65.0
LEANING, MOST_LEANING = 12.0, 30.0
ARCHED, MOST_ARCHED = 20.0, 40.0
BENT_IN_PICTURE, LEAN_IN_PICTURE = 18.2, 12.3
"""What the exact keypoints show at the thresholds, the mean over bodies and cameras; a test derives them."""


def _quality(dials: Dials) -> float:
    """Points from 0 to 10: 4 for the elbows, 3 for the trunk, 3 for the back.

    4 * (1 - lockout / 65) + 3 * (1 - trunk_lean_back / 30) + 3 * (1 - back_arch / 40).
    """
    elbows, back = 1.0 - dials["lockout"] / MOST_BENT, 1.0 - dials["back_arch"] / MOST_ARCHED
    return 4.0 * elbows + 3.0 * (1.0 - dials["trunk_lean_back"] / MOST_LEANING) + 3.0 * back


LOCKOUT = Fault(
    criterion=Criterion(
        id="overhead_press.lockout",
        action="standing barbell overhead press",
        requirement="At the highest point of the press the elbows are locked out: less than 20 degrees of "
        "bend remain, where a straight arm counts as 0 degrees.",
        fault="At the highest point of the press the elbows are not locked out: 20 degrees of bend or more "
        "remain, where a straight arm counts as 0 degrees.",
        views=("front",),
        rule=PoseRule("elbow_flexion_at_top", BENT_IN_PICTURE, "above", "degrees"),
    ),
    dial="lockout",
    threshold=BENT,
    faulty_side="above",
)

TRUNK_LEAN_BACK = Fault(
    criterion=Criterion(
        id="overhead_press.trunk_lean_back",
        action="standing barbell overhead press",
        requirement="At the highest point of the press the trunk is upright: it leans back by less than "
        "12 degrees.",
        fault="At the highest point of the press the trunk is not upright: it leans back by "
        "12 degrees or more.",
        views=("side",),
        rule=PoseRule("trunk_lean_back_at_top", LEAN_IN_PICTURE, "above", "degrees"),
    ),
    dial="trunk_lean_back",
    threshold=LEANING,
    faulty_side="above",
)

# Without a pose rule: the keypoints of COCO have none between hips and shoulders.
BACK_ARCH = Fault(
    criterion=Criterion(
        id="overhead_press.back_arch",
        action="standing barbell overhead press",
        requirement="At the highest point of the press the back is not arched: the chest is turned back "
        "against the pelvis by less than 20 degrees, where 0 degrees is upright standing.",
        fault="At the highest point of the press the back is arched: the chest is turned back against "
        "the pelvis by 20 degrees or more, where 0 degrees is upright standing.",
        views=("side",),
    ),
    dial="back_arch",
    threshold=ARCHED,
    faulty_side="above",
)

OVERHEAD_PRESS = Movement(
    name="overhead_press",
    action="standing barbell overhead press",
    dials=(
        Dial("lockout", "degrees", 0.0, MOST_BENT, 0.0),
        Dial("trunk_lean_back", "degrees", 0.0, MOST_LEANING, 0.0),
        Dial("back_arch", "degrees", 0.0, MOST_ARCHED, 0.0),
    ),
    faults=(LOCKOUT, TRUNK_LEAN_BACK, BACK_ARCH),
    score=Criterion(
        id="overhead_press.quality",
        action="standing barbell overhead press",
        requirement="10 points: at the highest point of the press the elbows are perfectly straight, the "
        "trunk is upright and the back is not arched.",
        fault="0 points: at the highest point of the press the elbows are still bent by 65 degrees, the "
        "trunk leans back by 30 degrees and the back is arched by 40 degrees.",
        scale=Scale(0.0, 10.0, "points"),
    ),
    views=("side", "front"),
    span=(-0.05, 1.36),
    perform=perform,
    shows=shows,
    quality=_quality,
)
