"""The bodyweight squat, with dials for depth, knees, trunk and heels.

`depth`: the greatest bend of the knee in degrees, thigh against shank through the joint centres; 0 is a
straight leg. `knees_in`: how far the plane of each leg (hip, knee, ankle) is turned inwards about the
line from hip to ankle, in degrees, away from where the toes point; it grows with the descent and is
reached at the bottom. Turning about that line leaves the bend of the knee as it is, so that the two
dials are independent. The toes point 20 degrees outwards: at 20 degrees of `knees_in` the knees point
straight ahead, and beyond it they are inside the line from hip to ankle.

`trunk_lean`: how many degrees further forward the line from the hips (midway between the hip joints) to the
base of the neck leans at the bottom than it does in balance, with the shoulders over the middle of the feet;
pelvis and trunk tip as one about the hip joints, and the legs stay as they are. `heel_lift`: how many
centimetres the heels (the rear edge of the soles) are off the floor at the bottom; the feet turn about the
balls of the toes, and everything above the ankles goes along.
"""

from __future__ import annotations

from aqa_eval.mannequin.movements.movement import Dial, Dials, Fault, Movement
from aqa_eval.mannequin.movements.squat_pose import perform, shows
from aqa_eval.vocabulary import Criterion, PoseRule, Scale

SHALLOWEST, DEEP_ENOUGH, DEEPEST = 50.0, 100.0, 130.0
CAVED_IN, MOST_CAVED_IN = 20.0, 34.0
TIPPED, MOST_TIPPED = 15.0, 30.0
LIFTED, MOST_LIFTED = 4.0, 9.0
DEPTH_IN_PICTURE, SPREAD_IN_PICTURE = 93.0, 1.0
LEAN_IN_PICTURE, TRAVEL_IN_PICTURE = 20.7, 0.124
"""What the exact keypoints show at the thresholds, the mean over bodies, cameras and depths: the
quantities of `PoseRule` are measured at the keypoints of COCO in the picture, the dials at the joint centres
in space. A test derives them."""


def _quality(dials: Dials) -> float:
    """Points from 0 to 10: 3 for depth, 3 for the knees, 2 for the trunk, 2 for the heels.

    3 * clip((depth - 50) / (120 - 50), 0, 1) + 3 * (1 - knees_in / 34) + 2 * (1 - trunk_lean / 30)
    + 2 * (1 - heel_lift / 9).
    """
    depth = min(max((dials["depth"] - SHALLOWEST) / (120.0 - SHALLOWEST), 0.0), 1.0)
    knees = 1.0 - dials["knees_in"] / MOST_CAVED_IN
    trunk, heels = 1.0 - dials["trunk_lean"] / MOST_TIPPED, 1.0 - dials["heel_lift"] / MOST_LIFTED
    return 3.0 * depth + 3.0 * knees + 2.0 * trunk + 2.0 * heels


DEPTH = Fault(
    criterion=Criterion(
        id="squat.depth",
        action="bodyweight squat",
        requirement="At the lowest point of the squat the knees are bent by more than 100 degrees, "
        "where a straight leg counts as 0 degrees.",
        fault="At the lowest point of the squat the knees are bent by 100 degrees or less, "
        "where a straight leg counts as 0 degrees.",
        views=("side",),
        rule=PoseRule("knee_flexion_max", DEPTH_IN_PICTURE, "below", "degrees"),
    ),
    dial="depth",
    threshold=DEEP_ENOUGH,
    faulty_side="below",
)

KNEES_IN = Fault(
    criterion=Criterion(
        id="squat.knees_in",
        action="bodyweight squat",
        requirement="At the lowest point of the squat the knees stay over the feet: they fall inwards from "
        "where the toes point by less than 20 degrees.",
        fault="At the lowest point of the squat the knees cave in: they fall inwards from "
        "where the toes point by 20 degrees or more.",
        views=("front",),
        rule=PoseRule("knee_spread_at_bottom", SPREAD_IN_PICTURE, "below", "ratio"),
    ),
    dial="knees_in",
    threshold=CAVED_IN,
    faulty_side="above",
)

TRUNK_LEAN = Fault(
    criterion=Criterion(
        id="squat.trunk_lean",
        action="bodyweight squat",
        requirement="At the lowest point of the squat the trunk stays in balance: it leans less than "
        "15 degrees further forward than where the shoulders are over the middle of the feet.",
        fault="At the lowest point of the squat the trunk tips forward: it leans 15 degrees or more "
        "further forward than where the shoulders are over the middle of the feet.",
        views=("side",),
        rule=PoseRule("trunk_lean_beyond_balance", LEAN_IN_PICTURE, "above", "degrees"),
    ),
    dial="trunk_lean",
    threshold=TIPPED,
    faulty_side="above",
)

HEEL_LIFT = Fault(
    criterion=Criterion(
        id="squat.heel_lift",
        action="bodyweight squat",
        requirement="At the lowest point of the squat the heels stay down: they are less than 4 centimetres "
        "off the floor.",
        fault="At the lowest point of the squat the heels come up: they are 4 centimetres or more "
        "off the floor.",
        views=("side",),
        rule=PoseRule("ankle_travel_at_bottom", TRAVEL_IN_PICTURE, "above", "ratio"),
    ),
    dial="heel_lift",
    threshold=LIFTED,
    faulty_side="above",
)

SQUAT = Movement(
    name="squat",
    action="bodyweight squat",
    dials=(
        Dial("depth", "degrees", SHALLOWEST, DEEPEST, 120.0),
        Dial("knees_in", "degrees", 0.0, MOST_CAVED_IN, 0.0),
        Dial("trunk_lean", "degrees", 0.0, MOST_TIPPED, 0.0),
        Dial("heel_lift", "centimetres", 0.0, MOST_LIFTED, 0.0),
    ),
    faults=(DEPTH, KNEES_IN, TRUNK_LEAN, HEEL_LIFT),
    score=Criterion(
        id="squat.quality",
        action="bodyweight squat",
        requirement="10 points: the squat goes deep, the knees bent by 120 degrees or more at the lowest "
        "point, the knees stay exactly over the toes, the shoulders over the middle of the feet, and the "
        "heels on the floor.",
        fault="0 points: the squat is very shallow, the knees bent by 50 degrees or less at the lowest "
        "point, the knees cave in by 34 degrees, the trunk leans 30 degrees too far forward, and the heels "
        "are 9 centimetres off the floor.",
        scale=Scale(0.0, 10.0, "points"),
    ),
    views=("side", "front"),
    span=(-0.06, 1.08),
    perform=perform,
    shows=shows,
    quality=_quality,
)
