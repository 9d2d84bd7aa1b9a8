"""Observations against bodies whose joints are known exactly, and against bodies that a network found."""

from dataclasses import replace

import numpy as np
import pytest

from aqa_eval import mannequin
from aqa_eval.mannequin.execution import execute
from aqa_eval.traces import check, claims
from aqa_eval.traces.checking import MARGIN, MIXED, TIME, UNKNOWN, UNSEEN, VIEW, view_of
from aqa_eval.traces.courses import COURSES
from aqa_eval.traces.geometry_files import margins, projection, relation_tests
from aqa_eval.traces.posing import Posed
from aqa_eval.vocabulary import Rendered


def body(movement: str, view: str, **dials: float) -> Posed:
    recipe = Rendered(movement, tuple(sorted(dials.items())), view, 1)
    keypoints = mannequin.keypoints(recipe)
    return Posed(execute(recipe).times, keypoints, np.ones(keypoints.shape[:2]), (512.0, 512.0), exact=True)


@pytest.fixture(scope="module")
def bodies() -> dict[str, Posed]:
    return {
        "shallow": body("squat", "side", depth=70.0),
        "deep": body("squat", "side", depth=130.0),
        "caved": body("squat", "front", knees_in=34.0),
        "square": body("squat", "front"),
        "locked": body("overhead_press", "front", lockout=0.0),
        "unlocked": body("overhead_press", "front", lockout=50.0),
    }


def said(text: str, posed: Posed | str, view: str = "", moment: float | None = None) -> tuple[str, str]:
    found = check(claims(text)[0], posed, view, moment)
    return found.outcome, found.reason


@pytest.mark.parametrize(
    ("name", "text", "outcome"),
    [
        ("deep", "The hips drop below the knees at the bottom.", "supported"),
        ("shallow", "The hips drop below the knees at the bottom.", "contradicted"),
        ("shallow", "The hips stay above the knees.", "supported"),
        ("deep", "The hips stay above the knees.", "contradicted"),
        ("deep", "The legs are straight at the start.", "supported"),
        ("deep", "The heels lift off the floor.", "contradicted"),
        ("deep", "The heels do not lift.", "supported"),
        ("caved", "The knees cave in at the bottom.", "supported"),
        ("caved", "The knees track over the toes.", "contradicted"),
        ("caved", "The knees do not cave in.", "contradicted"),
        ("caved", "The left knee falls inward.", "supported"),
        ("square", "The knees cave in at the bottom.", "contradicted"),
        ("square", "The right knee falls inward.", "contradicted"),
        ("square", "The knees never cave in.", "supported"),
        ("square", "The shoulders are level.", "supported"),
        ("locked", "At the top the elbows are locked out.", "supported"),
        ("locked", "The elbows are still bent at the top.", "contradicted"),
        ("unlocked", "The elbows are still bent at the top.", "supported"),
        ("unlocked", "Both hands are above the head at the top.", "supported"),
        ("deep", "At the bottom the knees are flexed by 130 degrees.", "supported"),
        ("shallow", "At the bottom the knees are flexed by 130 degrees.", "contradicted"),
    ],
)
def test_what_is_so_and_what_is_not(bodies, name, text, outcome):
    assert said(text, bodies[name]) == (outcome, "")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("deep", "The knees cave in.", VIEW),
        ("square", "The knees go past the toes.", VIEW),
        ("deep", "The knees are straight.", MIXED),
        ("deep", "Hardly any splash on entry.", UNKNOWN),
        ("deep", "The back is rounded.", UNKNOWN),
        ("deep", "At 25.0 s the knees are bent.", TIME),
        ("deep", "The torso leans forward.", MARGIN),
    ],
)
def test_what_cannot_be_checked_says_why(bodies, name, text, reason):
    assert said(text, bodies[name]) == ("not checkable", reason)


def test_an_angle_of_either_convention_decides_nothing(bodies):
    # Some 10 degrees from straight: "170 degrees" is so of the joint's own angle and not of its bend.
    outcome, reason = said("The elbow angle is 170 degrees at the top.", bodies["locked"])
    assert (outcome, "counted from straight" in reason) == ("not checkable", True)


def test_without_a_body_or_with_one_that_is_not_seen(bodies):
    text = "The knees cave in at the bottom."
    assert said(text, "no pose: lost") == ("not checkable", "no pose: lost")
    caved = bodies["caved"]
    nobody = replace(caved, keypoints=np.full_like(caved.keypoints, np.nan))
    assert said(text, nobody) == ("not checkable", "no pose: nobody was found")
    hidden = replace(caved, visibility=np.full_like(caved.visibility, 0.2))
    assert said(text, hidden) == ("not checkable", UNSEEN)


def test_a_mirrored_body_changes_sides(bodies):
    arm = bodies["locked"].keypoints.copy()
    arm[:, 9] = arm[:, 5] + (arm[:, 7] - arm[:, 5]) * 0.2  # the left wrist back at the shoulder: folded
    one = replace(bodies["locked"], keypoints=arm)
    assert said("At the top the left elbow is bent.", one) == ("supported", "")
    assert said("At the top the left elbow is bent.", one.mirrored())[0] == "contradicted"
    assert said("At the top the right elbow is bent.", one.mirrored()) == ("supported", "")


def test_what_a_network_found_has_a_margin(bodies):
    """The bend of the knees in standing is near 0, far from 20: still decided. What is within the
    network's error of the threshold is not.
    """
    blurred = replace(bodies["deep"], exact=False)
    assert said("The legs are straight at the start.", blurred) == ("supported", "")
    error = margins()["hips_over_knees"].error
    test = relation_tests()["below hip"]
    assert test.below is not None
    low = COURSES["hips_over_knees"][0](bodies["deep"].keypoints).mean(axis=1).min()
    assert low < test.below - test.vague  # so that the exact body is decided
    assert (low < test.below - np.hypot(test.vague, error)) == (
        said("The hips drop below the knees at the bottom.", blurred)[0] == "supported"
    )


def test_views_are_told_from_the_body_unless_they_are_known(bodies):
    assert view_of(bodies["deep"], "") == "side"
    assert view_of(bodies["square"], "") == "front"
    assert view_of(bodies["square"], "ego") == "front"
    assert view_of(bodies["square"], "side") == "side"


def test_the_moment_of_the_item_is_meant_where_no_time_is_said(bodies):
    posed = bodies["locked"]
    top = float(posed.times[np.argmin(posed.keypoints[:, 9, 1])])
    assert said("The elbows are bent.", posed, moment=top) == ("contradicted", "")
    assert said("The elbows are bent.", posed) == ("supported", "")  # at the start they are


def test_margins_were_measured_of_every_quantity_that_a_test_uses():
    assert {test.quantity for test in relation_tests().values()} <= set(margins())
    assert all(margin.frames >= 100 and 0 < margin.median <= margin.error for margin in margins().values())
    assert projection()["knee_flexion"] > 0
