"""Draw docs/images/mannequin.png: every movement at its decisive moment, faultless and, below, faulty.

python scripts/draw_movements.py
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from aqa_eval.mannequin import FPS, MOVEMENTS, Fault, Movement, frames
from aqa_eval.mannequin.execution import execute
from aqa_eval.vocabulary import Rendered

TARGET = Path(__file__).parents[1] / "docs" / "images" / "mannequin.png"
SIDE = 256
SEEDS = (11, 29, 3, 5, 17)
SHOWN = {
    "squat": "depth",
    "overhead_press": "lockout",
    "lunge": "depth",
    "push_up": "depth",
    "dive": "entry_angle",
}
"""The dial of each movement whose worst end is drawn: one that shows at the decisive moment."""


def main() -> None:
    """Write the picture."""
    columns = [
        np.vstack([_still(movement, seed, {}), _still(movement, seed, _worst(movement))])
        for movement, seed in zip(MOVEMENTS.values(), SEEDS, strict=True)
    ]
    cv2.imwrite(str(TARGET), cv2.cvtColor(np.hstack(columns), cv2.COLOR_RGB2BGR))
    print(f"{TARGET.name}: written")


def _worst(movement: Movement) -> dict[str, float]:
    """The movement's shown dial turned to its worst end."""
    fault = _fault(movement)
    dial = next(dial for dial in movement.dials if dial.name == fault.dial)
    return {dial.name: dial.maximum if fault.faulty_side == "above" else dial.minimum}


def _fault(movement: Movement) -> Fault:
    return next(fault for fault in movement.faults if fault.dial == SHOWN[movement.name])


def _still(movement: Movement, seed: int, dials: dict[str, float]) -> NDArray[np.uint8]:
    view = _fault(movement).criterion.views[0]
    rendered = Rendered(movement.name, tuple(sorted(dials.items())), view, seed)
    moment = round(execute(rendered).performance.decisive * FPS)
    picture = next(islice(frames(rendered), moment, None))
    return cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.uint8)


if __name__ == "__main__":
    main()
