"""What can be measured on a moving body from its keypoints: angles and distances in the picture.

Every quantity takes COCO-17 keypoints (T, 17, 2) in pixels, NaN where missing, x to the right and y
down, and their visibility (T, 17) from 0 to 1 or None. It returns one number for the whole clip, or
None when it cannot be measured. A single frame in which a limb is misplaced does not decide: the median of
neighbouring frames is taken before any extreme, and of several frames before any mean.

Angles are those in the picture. They equal the joint's own angle only where the limb lies in a plane
parallel to the picture, which is why a criterion names the views from which it can be judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from aqa_eval.media.geometry import dive, lunge, overhead_press, push_up, squat
from aqa_eval.media.geometry.courses import Quantity

QUANTITIES: Mapping[str, Quantity] = MappingProxyType(
    {
        "ankle_travel_at_bottom": squat.ankle_travel_at_bottom,
        "dive_entry_lean": dive.entry_lean,
        "dive_knee_flexion_at_entry": dive.knee_flexion_at_entry,
        "dive_tuck_flexion_max": dive.tuck_flexion_max,
        "elbow_flexion_at_bottom": push_up.elbow_flexion_at_bottom,
        "elbow_flexion_at_top": overhead_press.elbow_flexion_at_top,
        "front_knee_flexion_at_bottom": lunge.front_knee_flexion_at_bottom,
        "front_knee_inside_at_bottom": lunge.front_knee_inside_at_bottom,
        "head_drop_at_top": push_up.head_drop_at_top,
        "hip_sag_at_top": push_up.hip_sag_at_top,
        "knee_flexion_max": squat.knee_flexion_max,
        "knee_spread_at_bottom": squat.knee_spread_at_bottom,
        "trunk_lean_at_bottom": lunge.trunk_lean_at_bottom,
        "trunk_lean_back_at_top": overhead_press.trunk_lean_back_at_top,
        "trunk_lean_beyond_balance": squat.trunk_lean_beyond_balance,
    }
)
"""Name -> measurement, as a `PoseRule` names it."""
