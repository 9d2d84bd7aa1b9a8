"""When a dial shows: from when to when in the clip, and when most clearly, from the timing of a person alone.

A dial shows in the part of the movement that its criterion names (the lowest point, the highest, the tuck,
the entry). That part counts from when the movement has gone `NEAR` of its way there until it has gone back by
as much. Nothing is posed for it, so that a million clips are labelled without a body.
"""

from __future__ import annotations

from dataclasses import dataclass

from aqa_eval.mannequin.kinematics import ease

NEAR = 0.9


@dataclass(frozen=True, slots=True)
class Showing:
    """From `start` to `end` a dial shows, and at `moment` most clearly; all in seconds from the start."""

    start: float
    end: float
    moment: float


def _when(share: float) -> float:
    """Which share of its time `ease` takes for the first `share` of its way (bisection)."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if ease(middle) < share else (low, middle)
    return low


ARRIVED = _when(NEAR)
"""The share of the time of an eased movement after which `NEAR` of its way is gone."""


def held(begin: float, there: float, hold: float, back: float) -> Showing:
    """What shows where a movement turns: it begins at `begin`, and takes so long to get `there`, to `hold`
    and to come `back`, in seconds. Both ways are eased.
    """
    reached = begin + there
    left = reached + hold
    return Showing(begin + ARRIVED * there, left + (1.0 - ARRIVED) * back, reached + hold / 2)


def rested(before: float, there: float, away: float, back: float, after: float) -> Showing:
    """What shows where a movement starts and ends: rest `before`, the way `there`, `away` with its hold, the
    way `back` and the rest `after`, in seconds. Of the two rests it is the longer, with what belongs to it.
    """
    end = before + there + away + back + after
    first = Showing(0.0, before + (1.0 - ARRIVED) * there, before / 2)
    last = Showing(before + there + away + ARRIVED * back, end, end - after / 2)
    return last if last.end - last.start > first.end - first.start else first
