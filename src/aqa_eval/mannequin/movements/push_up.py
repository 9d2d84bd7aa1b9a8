"""The push-up, with dials for depth, sagging hips, a hanging head and flaring elbows.

All are measured at the joint centres; "shoulders", "hips" and "ankles" are the points midway between left
and right. At the top the arms are almost straight, at the lowest point they are bent the most.

`depth`: the bend of the elbow at the lowest point in degrees, upper arm against forearm; 0 is a straight arm.
`hip_sag`: how far the body is bent at the hips at the top, in degrees, the line from the ankles to the hips
against the line from the hips to the shoulders, the hips below the line from ankles to shoulders; 0 is a
straight body. `head_drop`: how far the head is tilted down at the top against the line from the hips to the
base of the neck, in degrees; at 0 it is held as in upright standing. On the way down sag and drop ease off as
far as the floor demands.
`elbow_flare`: how far the plane of each arm (shoulder, elbow, wrist) is turned outwards about the line from
shoulder to wrist, in degrees: at 0 the elbow points to the feet, at 90 straight out to the side. Turning
about that line leaves the bend of the elbow as it is.

The flare has no pose rule. Only from the front can it be seen, and there the pose network does not find, or
misplaces, a body whose head hides the rest of it: in the frames of 24 bodies with every dial 10 degrees or
more from its threshold it found nobody in 21% of them, and how far the elbows lie outside the lines between
shoulders and wrists told faulty from faultless with a balanced accuracy of 0.67 at the best threshold.
"""

from __future__ import annotations

from aqa_eval.mannequin.movements.movement import Dial, Dials, Fault, Movement
from aqa_eval.mannequin.movements.push_up_pose import perform, shows
from aqa_eval.vocabulary import Criterion, PoseRule, Scale

SHALLOWEST, DEEP_ENOUGH, FULL, DEEPEST = 45.0, 90.0, 110.0, 130.0
SAGGING, MOST_SAGGING = 15.0, 30.0
HANGING, MOST_HANGING = 30.0, 50.0
CLOSEST, CLOSE, FLARED, MOST_FLARED = 15.0, 30.0, 60.0, 85.0
DEPTH_IN_PICTURE, SAG_IN_PICTURE, DROP_IN_PICTURE = 90.9, 18.9, 124.5
"""What the exact keypoints show at the thresholds, the mean over bodies and cameras: the quantities of
`PoseRule` are measured at the keypoints of COCO in the picture, the dials at the joint centres in space. A
test derives them."""


def _quality(dials: Dials) -> float:
    """Points from 0 to 10: 4 for depth, 3 for the hips, 1.5 for the head, 1.5 for the elbows.

    4 * clip((depth - 45) / (110 - 45), 0, 1) + 3 * (1 - hip_sag / 30) + 1.5 * (1 - head_drop / 50)
    + 1.5 * (1 - clip((elbow_flare - 30) / (85 - 30), 0, 1)).
    """
    depth = min((dials["depth"] - SHALLOWEST) / (FULL - SHALLOWEST), 1.0)
    flare = max((dials["elbow_flare"] - CLOSE) / (MOST_FLARED - CLOSE), 0.0)
    hips, head = 1.0 - dials["hip_sag"] / MOST_SAGGING, 1.0 - dials["head_drop"] / MOST_HANGING
    return 4.0 * depth + 3.0 * hips + 1.5 * head + 1.5 * (1.0 - flare)


DEPTH = Fault(
    criterion=Criterion(
        id="push_up.depth",
        action="push-up",
        requirement="At the lowest point of the push-up the elbows are bent by more than 90 degrees, "
        "where a straight arm counts as 0 degrees.",
        fault="At the lowest point of the push-up the elbows are bent by 90 degrees or less, "
        "where a straight arm counts as 0 degrees.",
        views=("side",),
        rule=PoseRule("elbow_flexion_at_bottom", DEPTH_IN_PICTURE, "below", "degrees"),
    ),
    dial="depth",
    threshold=DEEP_ENOUGH,
    faulty_side="below",
)

HIP_SAG = Fault(
    criterion=Criterion(
        id="push_up.hip_sag",
        action="push-up",
        requirement="At the top of the push-up the hips do not sag: below the line from shoulders to ankles "
        "they bend the body by less than 15 degrees, where a straight body counts as 0 degrees.",
        fault="At the top of the push-up the hips sag: below the line from shoulders to ankles "
        "they bend the body by 15 degrees or more, where a straight body counts as 0 degrees.",
        views=("side",),
        rule=PoseRule("hip_sag_at_top", SAG_IN_PICTURE, "above", "degrees"),
    ),
    dial="hip_sag",
    threshold=SAGGING,
    faulty_side="above",
)

HEAD_DROP = Fault(
    criterion=Criterion(
        id="push_up.head_drop",
        action="push-up",
        requirement="At the top of the push-up the head stays in line with the trunk: it is tilted down by "
        "less than 30 degrees, where its posture in upright standing counts as 0 degrees.",
        fault="At the top of the push-up the head hangs down from the trunk: it is tilted down by "
        "30 degrees or more, where its posture in upright standing counts as 0 degrees.",
        views=("side",),
        rule=PoseRule("head_drop_at_top", DROP_IN_PICTURE, "above", "degrees"),
    ),
    dial="head_drop",
    threshold=HANGING,
    faulty_side="above",
)

ELBOW_FLARE = Fault(
    criterion=Criterion(
        id="push_up.elbow_flare",
        action="push-up",
        requirement="At the lowest point of the push-up the elbows stay close to the body: they point "
        "outwards by less than 60 degrees, where straight towards the feet counts as 0 degrees and straight "
        "out to the side as 90 degrees.",
        fault="At the lowest point of the push-up the elbows flare out from the body: they point "
        "outwards by 60 degrees or more, where straight towards the feet counts as 0 degrees and straight "
        "out to the side as 90 degrees.",
        views=("front",),
    ),
    dial="elbow_flare",
    threshold=FLARED,
    faulty_side="above",
)

PUSH_UP = Movement(
    name="push_up",
    action="push-up",
    dials=(
        Dial("depth", "degrees", SHALLOWEST, DEEPEST, FULL),
        Dial("hip_sag", "degrees", 0.0, MOST_SAGGING, 0.0),
        Dial("head_drop", "degrees", 0.0, MOST_HANGING, 0.0),
        Dial("elbow_flare", "degrees", CLOSEST, MOST_FLARED, CLOSE),
    ),
    faults=(DEPTH, HIP_SAG, HEAD_DROP, ELBOW_FLARE),
    score=Criterion(
        id="push_up.quality",
        action="push-up",
        requirement="10 points: at the lowest point of the push-up the elbows are bent by 110 degrees or "
        "more and point outwards by 30 degrees or less, and at the top the body is straight from the "
        "shoulders over the hips to the ankles, the head in line with it.",
        fault="0 points: at the lowest point of the push-up the elbows are bent by 45 degrees only and point "
        "outwards by 85 degrees, and at the top the hips sag by 30 degrees and the head is tilted down by "
        "50 degrees.",
        scale=Scale(0.0, 10.0, "points"),
    ),
    views=("side", "front"),
    span=(-0.40, 0.74),
    perform=perform,
    shows=shows,
    quality=_quality,
    spans={"front": (-0.12, 0.58)},
)
