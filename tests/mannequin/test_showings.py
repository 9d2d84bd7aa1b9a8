"""When a dial shows, held against the body as it is posed at these times."""

from __future__ import annotations

import pytest

from aqa_eval.errors import MediaError
from aqa_eval.mannequin import MOVEMENTS, showings
from aqa_eval.mannequin.body import joints
from aqa_eval.mannequin.execution import execute, skeleton, stream
from aqa_eval.mannequin.kinematics import flexion
from aqa_eval.mannequin.movements.showing import held, rested
from aqa_eval.vocabulary import Rendered

KNEE = ("upperleg01", "lowerleg01", "foot")
ELBOW = ("upperarm01", "lowerarm01", "wrist")
DIVE_SLACK = 0.006
"""How far the times of a dive may be from the flight's, in seconds: an eighth of a frame."""


def recipe(movement, view="side", seed=0, **dials):
    return Rendered(movement, tuple(sorted(dials.items())), view, seed)


def placed(execution, time):
    return joints(execution.body.skeleton, execution.pose(time))


def bend(at, bones):
    return [flexion(*(at[f"{bone}.{side}"] for bone in bones)) for side in "LR"]


def test_a_hold_by_hand():
    # There at 1.2 s and away from 1.7 s on; an eased way has nine tenths behind it after 0.753 of its time:
    # 0.7525^3 (10 - 15 * 0.7525 + 6 * 0.7525^2) = 0.4261 * (10 - 11.2875 + 3.3976) = 0.8991.
    shown = held(0.2, 1.0, 0.5, 0.8)
    assert (shown.start, shown.end) == pytest.approx((0.2 + 0.753, 1.7 + 0.247 * 0.8), abs=1e-3)
    assert shown.moment == pytest.approx(1.45)


def test_the_longer_rest_by_hand():
    shown = rested(
        0.4, 0.8, 0.5, 0.6, 0.3
    )  # 0.4 + 0.247 * 0.8 = 0.598 before; 0.3 + 0.247 * 0.6 = 0.448 after
    assert (shown.start, shown.moment) == (0.0, 0.2)
    assert shown.end == pytest.approx(0.598, abs=1e-3)
    shown = rested(0.3, 0.8, 0.5, 0.6, 0.5)  # 0.498 before, 0.648 after; the clip lasts 2.7 s
    assert (shown.start, shown.end, shown.moment) == pytest.approx((2.7 - 0.648, 2.7, 2.45), abs=1e-3)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    ("movement", "bones", "dial", "start"),
    [
        ("squat", KNEE, "depth", 8.0),
        ("overhead_press", ELBOW, "lockout", 140.0),
        ("lunge", KNEE, "depth", 20.0),
        ("push_up", ELBOW, "depth", 8.0),
    ],
)
def test_at_both_ends_nine_tenths_of_the_way_are_gone(movement, bones, dial, start, seed):
    amount = {"squat": 108.0, "overhead_press": 40.0, "lunge": 70.0, "push_up": 88.0}[movement]
    film = recipe(movement, seed=seed, **{dial: amount})
    execution, shown = execute(film), showings(film)[f"{movement}.{dial}"]
    assert shown.moment == execution.performance.decisive
    for time in (shown.start, shown.end):
        # Of a lunge only the front knee; the one that is nearer to the dial.
        found = min(bend(placed(execution, time), bones), key=lambda x: abs(x - amount))
        assert found == pytest.approx(start + 0.9 * (amount - start), abs=0.5)
    at_moment = min(bend(placed(execution, shown.moment), bones), key=lambda x: abs(x - amount))
    assert at_moment == pytest.approx(amount, abs=0.5)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_wrong_at_the_top_of_a_push_up_shows_at_the_top(seed):
    film = recipe("push_up", seed=seed, hip_sag=25.0, depth=88.0)
    execution, shown = execute(film), showings(film)
    sag = shown["push_up.hip_sag"]
    assert sag == shown["push_up.head_drop"]
    assert bend(placed(execution, sag.moment), ELBOW) == pytest.approx([8.0] * 2, abs=0.1)
    inner = sag.end if sag.start == 0 else sag.start
    assert bend(placed(execution, inner), ELBOW) == pytest.approx([8.0 + 0.1 * 80.0] * 2, abs=0.1)
    assert max(sag.start, execution.performance.duration - sag.end) == pytest.approx(
        execution.performance.duration - (sag.end - sag.start)
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "dials",
    [
        {},
        {"tuck_open": 50.0},
        {"entry_angle": 45.0},
        {"tuck_open": 50.0, "entry_angle": 45.0, "knees_bent": 65.0},
    ],
    ids=str,
)
def test_a_dive_shows_its_tuck_and_its_entry(seed, dials):
    film = recipe("dive", seed=seed, **dials)
    execution, shown = execute(film), showings(film)
    tuck, entry = shown["dive.tuck_open"], shown["dive.entry_angle"]
    assert entry == shown["dive.knees_bent"]
    full = 142.0 - dials.get("tuck_open", 0.0)
    straight = dials.get("knees_bent", 0.0)
    assert bend(placed(execution, tuck.moment), KNEE) == pytest.approx([full] * 2, abs=0.3)
    assert bend(placed(execution, tuck.start), KNEE) == pytest.approx([0.9 * full] * 2, abs=1.0)
    assert bend(placed(execution, tuck.end), KNEE) == pytest.approx(
        [0.9 * full + 0.1 * straight] * 2, abs=1.0
    )
    plunge = execution.performance.plunge
    assert entry.start == pytest.approx(plunge.touch, abs=DIVE_SLACK)
    assert entry.moment == pytest.approx(execution.performance.decisive, abs=DIVE_SLACK)
    at = placed(execution, entry.end)
    assert (at["foot.L"] + at["foot.R"])[2] / 2 == pytest.approx(0.0, abs=0.14)


@pytest.mark.parametrize("movement", MOVEMENTS.values(), ids=list(MOVEMENTS))
def test_every_fault_shows_within_the_clip(movement):
    for seed in range(5):
        for dials in ({}, {d.name: d.maximum for d in movement.dials}):
            shown = showings(recipe(movement.name, movement.views[0], seed, **dials))
            assert set(shown) == {f.criterion.id for f in movement.faults}
            habits = stream(seed, f"habits {movement.name}")
            duration = movement.perform(skeleton(seed), movement.neutral | dials, habits).duration
            for one in shown.values():
                assert 0.0 <= one.start < one.moment < one.end <= duration + 1e-9


def test_an_unknown_dial_is_named():
    with pytest.raises(MediaError, match="no dial is called 'dept'"):
        showings(recipe("squat", dept=1.0))
