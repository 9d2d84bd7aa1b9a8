"""The forward one and a half somersaults in the tuck position from a springboard, with three dials.

`tuck_open`: by how many degrees the hips, and the knees, are less bent in the tuck than in a full one, in
which the knees are bent by 142 degrees. `entry_angle`: how many degrees the body's line, from the knees
through the hips to the hands, is short of the vertical as the body goes into the water. `knees_bent`: the
bend of the knees as the body goes into the water, in degrees, thigh against shank through the joint centres;
0 is a straight leg.

The decisive moment is the entry: the hands are in the water, the spin has ended, hips and legs are still in
the air. The tuck shows in its own hold, from some 0.8 to 0.4 s before.

Each dial has its own moment or its own joint, so that none moves another: the tuck is over before the legs
are stretched, and the body's line leaves out the shanks.
"""

from __future__ import annotations

from aqa_eval.mannequin.movements.dive_flight import perform, shows
from aqa_eval.mannequin.movements.movement import Dial, Dials, Fault, Movement
from aqa_eval.vocabulary import Criterion, PoseRule, Scale

ACTION = "forward one and a half somersaults in the tuck position"
LOOSE, MOST_OPEN = 25.0, 50.0
SHORT, SHORTEST = 20.0, 45.0
BENT, MOST_BENT = 25.0, 65.0
LOOSE_IN_PICTURE, SHORT_IN_PICTURE, BENT_IN_PICTURE = 117.8, 19.8, 21.8
"""What the exact keypoints show at the three thresholds, the mean over bodies and cameras; a test derives
them."""


def _quality(dials: Dials) -> float:
    """Points from 0 to 10, of which the entry makes four and tuck and knees three each.

    4 * (1 - entry_angle / 45) + 3 * (1 - tuck_open / 50) + 3 * (1 - knees_bent / 65).
    """
    entry, tuck, knees = (
        1.0 - dials[name] / most
        for name, most in (("entry_angle", SHORTEST), ("tuck_open", MOST_OPEN), ("knees_bent", MOST_BENT))
    )
    return 4.0 * entry + 3.0 * tuck + 3.0 * knees


TUCK = Fault(
    criterion=Criterion(
        id="dive.tuck_open",
        action=ACTION,
        requirement="The tuck is tight: at its tightest the knees are bent by more than 117 degrees, where a "
        "straight leg counts as 0 degrees, which is less than 25 degrees short of a full tuck.",
        fault="The tuck is open: at its tightest the knees are bent by 117 degrees or less, where a "
        "straight leg counts as 0 degrees, which is 25 degrees or more short of a full tuck.",
        views=("side",),
        rule=PoseRule("dive_tuck_flexion_max", LOOSE_IN_PICTURE, "below", "degrees"),
    ),
    dial="tuck_open",
    threshold=LOOSE,
    faulty_side="above",
)

ENTRY = Fault(
    criterion=Criterion(
        id="dive.entry_angle",
        action=ACTION,
        requirement="The body goes into the water vertically: its line from the hips to the hands is less "
        "than 20 degrees off the vertical.",
        fault="The body does not go into the water vertically: its line from the hips to the hands is "
        "20 degrees or more off the vertical.",
        views=("side",),
        rule=PoseRule("dive_entry_lean", SHORT_IN_PICTURE, "above", "degrees"),
    ),
    dial="entry_angle",
    threshold=SHORT,
    faulty_side="above",
)

KNEES = Fault(
    criterion=Criterion(
        id="dive.knees_bent",
        action=ACTION,
        requirement="The legs are stretched as the body goes into the water: the knees are bent by less than "
        "25 degrees, where a straight leg counts as 0 degrees.",
        fault="The legs are not stretched as the body goes into the water: the knees are bent by 25 degrees "
        "or more, where a straight leg counts as 0 degrees.",
        views=("side",),
        rule=PoseRule("dive_knee_flexion_at_entry", BENT_IN_PICTURE, "above", "degrees"),
    ),
    dial="knees_bent",
    threshold=BENT,
    faulty_side="above",
)

DIVE = Movement(
    name="dive",
    action=ACTION,
    dials=(
        Dial("tuck_open", "degrees", 0.0, MOST_OPEN, 0.0),
        Dial("entry_angle", "degrees", 0.0, SHORTEST, 0.0),
        Dial("knees_bent", "degrees", 0.0, MOST_BENT, 0.0),
    ),
    faults=(TUCK, ENTRY, KNEES),
    score=Criterion(
        id="dive.quality",
        action=ACTION,
        requirement="10 points: the tuck is as tight as can be, and the body goes into the water exactly "
        "vertical with the knees straight.",
        fault="0 points: the tuck is open by 50 degrees, and the body goes into the water 45 degrees off "
        "the vertical with the knees bent by 65 degrees.",
        scale=Scale(0.0, 10.0, "points"),
    ),
    views=("side",),
    span=(-0.08, 2.33),
    perform=perform,
    shows=shows,
    quality=_quality,
    outfit="swim",
)
