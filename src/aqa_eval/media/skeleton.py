"""The COCO-17 skeleton, drawn: the same lines on the picture (overlay) and on black (skeleton).

Colours, red-green-blue: limbs of the person's left (86, 180, 255) sky blue, of the right (255, 128, 0)
orange, trunk (shoulders and hips, and the lines between) (255, 235, 60) yellow, face (eyes, ears, nose, and
the lines from ears to shoulders) (255, 120, 220) pink. Joints are discs in the colour of the part they end.

Widths are parts of the picture's shorter side: lines 1/110 and at least 2 pixels, discs 1/75 in radius;
a soft edge adds about a pixel.
Everything is drawn at the size at which it is shown, with smooth edges, so that lines stay sharp.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from aqa_eval.media.picture import RGB
from aqa_eval.media.pose import Floats

LEFT: Final = (86, 180, 255)
RIGHT: Final = (255, 128, 0)
TRUNK: Final = (255, 235, 60)
FACE: Final = (255, 120, 220)

BONES: Final = (
    *(((a, b), FACE) for a, b in ((0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 6))),
    *(((a, b), TRUNK) for a, b in ((5, 6), (5, 11), (6, 12), (11, 12))),
    *(((a, b), LEFT) for a, b in ((5, 7), (7, 9), (11, 13), (13, 15))),
    *(((a, b), RIGHT) for a, b in ((6, 8), (8, 10), (12, 14), (14, 16))),
)
"""Pairs of keypoints that are joined, with their colour, in the order in which they are drawn."""

JOINTS: Final = (*(FACE,) * 5, TRUNK, TRUNK, *(LEFT, RIGHT) * 2, TRUNK, TRUNK, *(LEFT, RIGHT) * 2)
"""The colour of each keypoint's disc."""

LINE: Final = 1 / 110
DISC: Final = 1 / 75

CLEAREST_GUESS: Final = 0.1
"""Keypoints less visible than this are not drawn: they lie outside the picture or are made up."""

SUBPIXEL: Final = 4
"""Binary digits of a pixel's fraction that the drawing keeps."""


def draw(rgb: RGB, keypoints: Floats, visibility: Floats) -> None:
    """Draw one skeleton into an (H, W, 3) picture, in place.

    `keypoints` (17, 2) in pixels from the picture's corner, NaN where unknown; `visibility` (17,) in 0..1.
    """
    shorter = min(rgb.shape[:2])
    width, radius = max(2, round(shorter * LINE)), max(2.0, shorter * DISC)
    drawn = np.isfinite(keypoints).all(axis=1) & (visibility >= CLEAREST_GUESS)
    # OpenCV counts from the middle of the corner pixel. Far outside nothing is seen and integers end.
    far = 8 * max(rgb.shape[:2])
    places = np.clip(np.nan_to_num(keypoints) - 0.5, -far, far)
    points = [(int(x), int(y)) for x, y in np.round(places * 2**SUBPIXEL)]
    for (a, b), colour in BONES:
        if drawn[a] and drawn[b]:
            cv2.line(rgb, points[a], points[b], colour, width, cv2.LINE_AA, SUBPIXEL)
    for k in np.flatnonzero(drawn):
        cv2.circle(rgb, points[k], round(radius * 2**SUBPIXEL), JOINTS[k], -1, cv2.LINE_AA, SUBPIXEL)
