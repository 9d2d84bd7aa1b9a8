"""A small version of `python -m benchmarks.recovery`: what is planted is found, as often as is promised.

Of 150 simulations 95% hold the planted value, give or take 3.5 points (two standard errors); a count as low
as is asked for here comes about in fewer than one case of a thousand.
"""

import numpy as np
import pytest
from benchmarks.recovery import tables
from benchmarks.recovery.cases import CASES
from benchmarks.recovery.further_cases import FURTHER
from benchmarks.recovery.simulation import Outcome, outcome, population, simulated

SIMULATIONS = 150
SMALL = {
    "sees a little, both biases": 0.88,
    "scores well": 0.88,
    "two ways, no difference": 0.88,
    "two ways of scoring, one better": 0.88,
    "three options, half seen": 0.88,
    "spans": 0.88,
}
BY_NAME = {case.name: case for case in (*CASES, *FURTHER)}


@pytest.mark.parametrize("name", SMALL)
def test_what_is_planted_is_found_with_fifteen_unequal_clusters(name):
    case = BY_NAME[name]
    draws = simulated(case, 15, SIMULATIONS, "auto")
    known = {name: (value, 0.0) for name, value in case.planted.items() if value is not None}
    for measure, (value, error) in known.items():
        found = outcome(case, 15, measure, value, error, draws[measure])
        assert found.without == 0.0
        assert found.covered >= SMALL[name], measure
        assert found.ratio < 0.25 + 3.0 / np.sqrt(SIMULATIONS) or measure == "skill", measure


def test_row_wise_inference_rejects_far_too_often_where_cluster_wise_does_not():
    case = BY_NAME["blind, says correct"]
    draws = simulated(case, 15, SIMULATIONS, "auto")
    found = outcome(case, 15, "balanced accuracy", 0.5, 0.0, draws["balanced accuracy"])
    assert found.is_null
    assert found.covered >= 0.88
    assert found.naive < found.covered - 0.03


def test_the_planted_value_of_the_population_is_its_closed_form_where_there_is_one():
    case = BY_NAME["a rare thing"]
    assert population(case) == {"rate": (pytest.approx(0.05), 0.0)}


def test_marks_say_what_is_wrong_beyond_the_error_of_the_simulation():
    def found(covered, bias, simulations=1000):
        return Outcome("c", "m", 10, 0.5, 0.0, bias, 1.0, covered, 1.0, 0.0, 0.5, simulations, True)

    # 93% less 1.96 sqrt(0.93 * 0.07 / 1000) = 1.58 points is 91.4%.
    assert tables.mark(found(0.92, 0.0)) == ""
    assert tables.mark(found(0.91, 0.0)) == "narrow"
    assert tables.mark(found(0.99, 0.0)) == "wide"
    # A quarter of the deviation and 1.96 / sqrt(1000) = 0.062 of it.
    assert tables.mark(found(0.95, 0.30)) == ""
    assert tables.mark(found(0.95, -0.32)) == "biased"
    assert "1 reject" not in tables.summary([found(0.90, 0.0)])
    assert "| **10.0** / 50 |" in tables.rejections([found(0.90, 0.0)])
    assert "| 5.0 / 50 |" in tables.rejections([found(0.95, 0.0)])
