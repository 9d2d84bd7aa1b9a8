"""Points and times of cited evidence."""

import numpy as np
import pytest

from aqa_eval.traces.cited import cited_claims, point_right, time_right
from aqa_eval.traces.posing import Posed
from aqa_eval.vocabulary import Evidence, TimeSpan


def body(**changed: object) -> Posed:
    """Two frames of a body with a trunk of 100 pixels and the left knee at (200, 400) of 500 x 500."""
    keypoints = np.zeros((2, 17, 2))
    keypoints[:, (5, 6)] = (200, 100)
    keypoints[:, (11, 12)] = (200, 200)
    keypoints[:, 13] = (200, 400)
    keypoints[:, 14] = (300, 400)
    return Posed(np.array([0.0, 1.0]), keypoints, np.ones((2, 17)), (500.0, 500.0), exact=True)


@pytest.mark.parametrize(
    ("part", "point", "right"),
    [
        ("left knee", (200 / 500, 400 / 500), True),
        ("left knee", (219 / 500, 400 / 500), True),  # 19 of 20 pixels off
        ("left knee", (221 / 500, 400 / 500), False),
        ("left knee", (300 / 500, 400 / 500), False),  # the right one
        ("knee", (300 / 500, 400 / 500), True),  # either will do
        ("back", (200 / 500, 150 / 500), None),  # no such keypoint
        ("left knee", None, None),
    ],
)
def test_points(part, point, right):
    assert point_right(Evidence(1.0, part, point, ""), body()) is right


def test_points_at_no_time_or_of_no_body():
    piece = Evidence(None, "left knee", (0.4, 0.8), "")
    assert point_right(piece, body()) is None
    assert point_right(Evidence(9.0, "left knee", (0.4, 0.8), ""), body()) is None
    assert point_right(Evidence(1.0, "left knee", (0.4, 0.8), ""), "no pose") is None
    unseen = body()
    unseen.visibility[:] = 0.0
    assert point_right(Evidence(1.0, "left knee", (0.4, 0.8), ""), unseen) is None


def test_times():
    span = TimeSpan(1.0, 2.0)
    given = [Evidence(time, "", None, "") for time in (0.9, 1.0, 1.99, 2.0, None)]
    assert [time_right(one, span) for one in given] == [False, True, True, False, None]
    assert time_right(given[1], None) is None


def test_every_piece_makes_a_claim_even_one_that_the_lexicon_does_not_know():
    pieces = (Evidence(1.0, "left elbow", None, "zzz"), Evidence(2.0, "right knee", None, "bent"))
    found = [(c.part, c.side, c.relation, c.time, c.place) for c, _ in cited_claims(pieces)]
    assert found == [("elbow", "left", "", 1.0, 0), ("knee", "right", "bent", 2.0, 1)]
