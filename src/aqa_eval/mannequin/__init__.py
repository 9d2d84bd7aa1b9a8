"""The rendered human: movements with a dial on every fault, drawn with exact truth."""

from aqa_eval.mannequin.execution import FPS, RENDERER_VERSION, fingerprint
from aqa_eval.mannequin.film import film, frames
from aqa_eval.mannequin.movements import MOVEMENTS
from aqa_eval.mannequin.movements.movement import Dial, Fault, Movement
from aqa_eval.mannequin.movements.showing import Showing
from aqa_eval.mannequin.truth import joint_angles, keypoints, quality, showings

__all__ = [
    "FPS",
    "MOVEMENTS",
    "RENDERER_VERSION",
    "Dial",
    "Fault",
    "Movement",
    "Showing",
    "film",
    "fingerprint",
    "frames",
    "joint_angles",
    "keypoints",
    "quality",
    "showings",
]
