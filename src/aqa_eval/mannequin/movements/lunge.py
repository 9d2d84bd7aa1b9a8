"""The lunge in place (split squat), with dials for depth, a leaning trunk and a front knee that falls in.

All are measured at the joint centres at the lowest point. `depth`: the bend of the front knee in degrees,
thigh against shank; 0 is a straight leg. `trunk_lean`: how far the line from the middle of the hips to the
middle of the shoulders leans forward from upright, in degrees. `knee_in`: how far the plane of the front leg
(hip, knee, ankle) is turned inwards about the line from hip to ankle, in degrees, away from where the toes
point; it grows with the descent. Turning about that line leaves the bend of the knee as it is, so that the
dials are independent. The front foot's toes point 15 degrees outwards: at 15 degrees of `knee_in` the knee
points straight ahead, and beyond it lies inside the line from hip to ankle. Which leg is in front is a habit
of the person.
"""

from __future__ import annotations

from aqa_eval.mannequin.movements.lunge_pose import perform, shows
from aqa_eval.mannequin.movements.movement import Dial, Dials, Fault, Movement
from aqa_eval.vocabulary import Criterion, PoseRule, Scale

SHALLOWEST, DEEP_ENOUGH, FULL, DEEPEST = 45.0, 80.0, 95.0, 110.0
UPRIGHT, LEANING, MOST_LEANING = 10.0, 25.0, 55.0
CAVED_IN, MOST_CAVED_IN = 15.0, 34.0
DEPTH_IN_PICTURE, LEAN_IN_PICTURE, INSIDE_IN_PICTURE = 73.2, 23.9, -1.6
"""What the exact keypoints show at the thresholds, the mean over bodies, cameras and depths: the quantities
of `PoseRule` are measured at the keypoints of COCO in the picture, the dials at the joint centres in space. A
test derives them."""


def _quality(dials: Dials) -> float:
    """Points from 0 to 10: 4 for depth, 3 for the trunk, 3 for the knee.

    4 * clip((depth - 45) / (95 - 45), 0, 1) + 3 * (1 - clip((trunk_lean - 10) / (55 - 10), 0, 1))
    + 3 * (1 - knee_in / 34).
    """
    depth = min((dials["depth"] - SHALLOWEST) / (FULL - SHALLOWEST), 1.0)
    lean = max((dials["trunk_lean"] - UPRIGHT) / (MOST_LEANING - UPRIGHT), 0.0)
    return 4.0 * depth + 3.0 * (1.0 - lean) + 3.0 * (1.0 - dials["knee_in"] / MOST_CAVED_IN)


DEPTH = Fault(
    criterion=Criterion(
        id="lunge.depth",
        action="bodyweight lunge in place",
        requirement="At the lowest point of the lunge the front knee is bent by more than 80 degrees, "
        "where a straight leg counts as 0 degrees.",
        fault="At the lowest point of the lunge the front knee is bent by 80 degrees or less, "
        "where a straight leg counts as 0 degrees.",
        views=("side",),
        rule=PoseRule("front_knee_flexion_at_bottom", DEPTH_IN_PICTURE, "below", "degrees"),
    ),
    dial="depth",
    threshold=DEEP_ENOUGH,
    faulty_side="below",
)

TRUNK_LEAN = Fault(
    criterion=Criterion(
        id="lunge.trunk_lean",
        action="bodyweight lunge in place",
        requirement="At the lowest point of the lunge the trunk stays upright: the line from the hips to the "
        "shoulders leans forward by less than 25 degrees from vertical.",
        fault="At the lowest point of the lunge the trunk tips forward: the line from the hips to the "
        "shoulders leans forward by 25 degrees or more from vertical.",
        views=("side",),
        rule=PoseRule("trunk_lean_at_bottom", LEAN_IN_PICTURE, "above", "degrees"),
    ),
    dial="trunk_lean",
    threshold=LEANING,
    faulty_side="above",
)

KNEE_IN = Fault(
    criterion=Criterion(
        id="lunge.knee_in",
        action="bodyweight lunge in place",
        requirement="At the lowest point of the lunge the front knee stays over the foot: it falls inwards "
        "from where the toes point by less than 15 degrees.",
        fault="At the lowest point of the lunge the front knee caves in: it falls inwards "
        "from where the toes point by 15 degrees or more.",
        views=("front",),
        rule=PoseRule("front_knee_inside_at_bottom", INSIDE_IN_PICTURE, "above", "degrees"),
    ),
    dial="knee_in",
    threshold=CAVED_IN,
    faulty_side="above",
)

LUNGE = Movement(
    name="lunge",
    action="bodyweight lunge in place",
    dials=(
        Dial("depth", "degrees", SHALLOWEST, DEEPEST, FULL),
        Dial("trunk_lean", "degrees", 0.0, MOST_LEANING, 6.0),
        Dial("knee_in", "degrees", 0.0, MOST_CAVED_IN, 0.0),
    ),
    faults=(DEPTH, TRUNK_LEAN, KNEE_IN),
    score=Criterion(
        id="lunge.quality",
        action="bodyweight lunge in place",
        requirement="10 points: the lunge goes deep, the front knee bent by 95 degrees or more at the "
        "lowest point, the trunk leans forward by 10 degrees or less, and the front knee stays exactly over "
        "the toes.",
        fault="0 points: the lunge is very shallow, the front knee bent by 45 degrees only at the lowest "
        "point, the trunk leans forward by 55 degrees, and the front knee caves in by 34 degrees.",
        scale=Scale(0.0, 10.0, "points"),
    ),
    views=("side", "front"),
    span=(-0.18, 1.08),
    perform=perform,
    shows=shows,
    quality=_quality,
)
