"""The movements the mannequin knows: one file each, and its line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from aqa_eval.mannequin.movements.dive import DIVE
from aqa_eval.mannequin.movements.lunge import LUNGE
from aqa_eval.mannequin.movements.movement import Movement
from aqa_eval.mannequin.movements.overhead_press import OVERHEAD_PRESS
from aqa_eval.mannequin.movements.push_up import PUSH_UP
from aqa_eval.mannequin.movements.squat import SQUAT

MOVEMENTS: Mapping[str, Movement] = MappingProxyType(
    {m.name: m for m in (SQUAT, OVERHEAD_PRESS, LUNGE, PUSH_UP, DIVE)}
)
"""Name -> movement."""
