"""Every movement does what its dials say, on bodies of many shapes."""

from __future__ import annotations

import numpy as np
import pytest

from aqa_eval.mannequin import MOVEMENTS, keypoints
from aqa_eval.mannequin.camera import SIZE
from aqa_eval.mannequin.execution import execute
from aqa_eval.mannequin.skinning import skin
from aqa_eval.media.geometry import QUANTITIES
from aqa_eval.vocabulary import Rendered

SEEDS = (0, 1)
FAULTS = [(movement, fault) for movement in MOVEMENTS.values() for fault in movement.faults]
RULED = [(movement, fault) for movement, fault in FAULTS if fault.criterion.rule]
CLOSE = {"degrees": 6.0, "centimetres": 2.0}
STANDING = [MOVEMENTS[name] for name in ("squat", "overhead_press")]


def each(faults):
    return pytest.mark.parametrize(
        ("movement", "fault"), faults, ids=[fault.criterion.id for _, fault in faults]
    )


def dial_of(movement, fault):
    return next(dial for dial in movement.dials if dial.name == fault.dial)


def measured(movement, fault, seed, amount, **others):
    """The fault's quantity at the exact keypoints, seen from the first view it can be judged from."""
    dials = {**others, fault.dial: amount}
    rendered = Rendered(movement.name, tuple(sorted(dials.items())), fault.criterion.views[0], seed)
    return QUANTITIES[fault.criterion.rule.quantity](keypoints(rendered), None)


@each([(movement, fault) for movement, fault in RULED if movement in STANDING])
def test_the_rules_threshold_is_what_exact_keypoints_show_at_the_dials(movement, fault):
    """The mean over bodies and cameras (and, for a squat, over depths) to the rule's last digit."""
    depths = [{"depth": d} for d in (60.0, 80.0, 100.0, 120.0, 130.0)]
    others = depths if movement.name == "squat" and fault.dial != "depth" else [{}]
    values = [measured(movement, fault, seed, fault.threshold, **o) for seed in range(2) for o in others]
    rule = fault.criterion.rule
    digit = 0.05 * rule.threshold if rule.unit == "ratio" else 0.5
    assert np.mean(values) == pytest.approx(rule.threshold, abs=digit)


@each(RULED)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_quantity_goes_one_way_with_the_dial_and_tells_faulty_from_faultless(movement, fault, seed):
    dial = dial_of(movement, fault)
    close = CLOSE[dial.unit]
    amounts = [dial.minimum, fault.threshold - close, fault.threshold + close, dial.maximum]
    values = [measured(movement, fault, seed, amount) for amount in amounts]
    steps = np.diff(values)
    assert (steps > 0).all() or (steps < 0).all()
    rule = fault.criterion.rule
    for amount, value in zip(amounts, values, strict=True):
        faulty = value >= rule.threshold if rule.faulty_side == "above" else value <= rule.threshold
        assert faulty == fault.present({fault.dial: amount})


@each(FAULTS)
def test_the_fault_begins_at_the_threshold_written_in_its_text(movement, fault):
    beyond = -1 if fault.faulty_side == "below" else 1
    assert fault.present({fault.dial: fault.threshold})
    assert fault.present({fault.dial: fault.threshold + beyond})
    assert not fault.present({fault.dial: fault.threshold - beyond})
    words = f"{fault.threshold:g} {dial_of(movement, fault).unit}"
    assert words in fault.criterion.fault
    assert words in fault.criterion.requirement
    assert fault.criterion.fault != fault.criterion.requirement


@pytest.mark.parametrize("movement", MOVEMENTS.values(), ids=list(MOVEMENTS))
def test_a_movement_is_complete(movement):
    """Three dials or more, in degrees or centimetres, one fault each; the neutral one is faultless."""
    assert len(movement.dials) >= 3
    assert {dial.unit for dial in movement.dials} <= set(CLOSE)
    assert sorted(fault.dial for fault in movement.faults) == sorted(dial.name for dial in movement.dials)
    for fault in movement.faults:
        assert not fault.present(movement.neutral)
        assert set(fault.criterion.views) <= set(movement.views)
        assert fault.criterion.views
        assert fault.criterion.action == movement.action
    assert movement.quality(movement.neutral) == pytest.approx(movement.score.scale.maximum)


def worst(movement, fault):
    dial = dial_of(movement, fault)
    return dial.maximum if fault.faulty_side == "above" else dial.minimum


@pytest.mark.parametrize("movement", MOVEMENTS.values(), ids=list(MOVEMENTS))
def test_quality_falls_with_every_fault_and_ends_at_nothing(movement):
    for fault in movement.faults:
        amounts = np.linspace(fault.threshold, worst(movement, fault), 4)
        scores = [movement.quality(movement.neutral | {fault.dial: float(a)}) for a in amounts]
        assert (np.diff(scores) < 0).all()
    nothing = movement.neutral | {f.dial: worst(movement, f) for f in movement.faults}
    assert movement.quality(nothing) == pytest.approx(movement.score.scale.minimum)


@pytest.mark.parametrize("movement", STANDING, ids=lambda movement: movement.name)
def test_body_and_bar_stay_in_the_picture_and_on_the_floor(movement):
    for seed in (3, 4):
        for view in movement.views:
            for dials in ({}, {f.dial: worst(movement, f) for f in movement.faults}):
                execution = execute(Rendered(movement.name, tuple(sorted(dials.items())), view, seed))
                dressed = execution.dressed
                start = execution.pose(0.0)
                clothed = skin(execution.body, dressed.vertices, dressed.normals, start.rotations)
                for time in (0.0, 0.8, execution.performance.decisive):
                    vertices, _ = clothed.posed(execution.pose(time))
                    pixels, _ = execution.camera.project(vertices.astype(float))
                    assert pixels.min() > 0
                    assert pixels.max() < SIZE
                    # The sole rolls over the toes where the heels come up.
                    assert vertices[:, 2].min() == pytest.approx(0.0, abs=0.012 if dials else 0.003)


@pytest.mark.parametrize("movement", STANDING, ids=lambda movement: movement.name)
def test_the_feet_stay_where_they_are(movement):
    execution = execute(Rendered(movement.name, (), movement.views[0], 5))
    ankles = [execution.body.keypoints(execution.pose(float(t)))[15:] for t in execution.times[::6]]
    assert np.ptp(ankles, axis=0).max() < 0.03  # the skin over the ankle gives as the shank leans
    body, start = execution.body, execution.pose(0.0)
    moving = skin(body, body.vertices, body.normals, start.rotations)
    toes = body.weights[:, [n.startswith("toe") for n in body.skeleton.names]].sum(axis=1) > 0.99
    course = [moving.posed(execution.pose(float(t)))[0][toes] for t in execution.times[::6]]
    assert np.ptp(course, axis=0).max() < 1e-4
