"""Covert failures: wrong, sure, and with a claim that does not hold; their bounds, derived by hand."""

import pytest

from aqa_eval.findings import Settings, find_all
from findings.claimed_tables import claim, claims, table, trial


def covert(rows, said):
    findings = find_all(table(rows), Settings(resamples=200, claims=claims(said)))
    return next(f for f in findings if f.measure == "covert_failures")


def test_all_three_are_needed():
    """Of 8 answers only the first two count: wrong, sure, and false or without support."""
    rows = [
        trial(0, right=False, confidence=0.9),  # false
        trial(1, right=False, confidence=0.8),  # no observation supported
        trial(2, right=False, confidence=0.79),
        trial(3, right=True, confidence=0.9),
        trial(4, right=False, confidence=0.9),  # its observation is so
        trial(5, right=False, confidence=0.9),  # it says nothing of the clip
        trial(6, right=True, confidence=0.9),
        trial(7, right=True, confidence=0.9),
    ]
    said = [
        claim(rows[0], check="contradicted"),
        claim(rows[0], check="supported", relation="deep"),
        claim(rows[1], check="not checkable"),
        claim(rows[2], check="contradicted"),
        claim(rows[3], check="contradicted"),
        claim(rows[4], check="supported"),
        claim(rows[5], kind="prior", check=None),
    ]
    found = covert(rows, said)
    assert found.estimate == pytest.approx(2 / 8)
    assert found.parts["false_claims_only"] == pytest.approx(1 / 8)
    assert found.parts["at_least"] == found.parts["at_most"] == pytest.approx(2 / 8)


def test_missing_confidence_is_bounded():
    """Of 4 wrong answers with false claims one is sure, one is not, two do not say: of those that do, 1 of 2;
    of all between 1 and 3 of 4.
    """
    rows = [trial(n, right=False, confidence=c) for n, c in enumerate((0.9, 0.1, None, None))]
    found = covert(rows, [claim(row, check="contradicted") for row in rows])
    assert found.estimate == pytest.approx(1 / 2)
    assert (found.parts["at_least"], found.parts["at_most"]) == (0.25, 0.75)
    assert "between 0.25 and 0.75" in found.reading


def test_without_any_confidence_there_are_bounds_only():
    rows = [trial(n, right=n > 0) for n in range(4)]
    found = covert(rows, [claim(row, check="contradicted") for row in rows])
    assert found.estimate is None
    assert "no answer states a confidence" in found.reading
    assert (found.parts["at_least"], found.parts["at_most"]) == (0.0, 0.25)


def test_without_claims_it_cannot_be_estimated():
    found = covert([trial(0)], [])
    assert found.estimate is None
    assert "no claim was read" in found.reading
