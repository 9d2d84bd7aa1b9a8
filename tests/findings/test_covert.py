"""Covert failures: wrong, sure, and with a claim that does not hold; their bounds, derived by hand."""

import pytest

from aqa_eval.findings import Settings, find_all
from findings.claimed_tables import claim, claims, table, trial


def covert(rows, said):
    findings = find_all(table(rows), Settings(resamples=200, claims=claims(said)))
    return next(f for f in findings if f.measure == "covert_failures")


def test_all_three_are_needed():
    """Of 8 answers only the first two count: wrong, sure, and false."""
    rows = [
        trial(0, right=False, confidence=0.9),  # false
        trial(1, right=False, confidence=0.8),  # no observation supported, and one false
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
        claim(rows[1], check="contradicted", relation="deep"),
        claim(rows[2], check="contradicted"),
        claim(rows[3], check="contradicted"),
        claim(rows[4], check="supported"),
        claim(rows[5], kind="prior", check=None),
    ]
    found = covert(rows, said)
    assert found.estimate == pytest.approx(2 / 8)
    assert found.parts["confident_errors"] == pytest.approx(4 / 8)
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


def test_without_any_geometry_no_answer_is_held_against_its_judge():
    """Of 8 answers 2 are wrong at 0.9, and nothing that is said can be checked: 0 to 2 of 8 are covert."""
    rows = [trial(n, right=n > 1, confidence=0.9) for n in range(8)]
    found = covert(rows, [claim(row, check="not checkable") for row in rows])
    assert found.estimate is None
    assert "nothing that its answers say of the clip can be checked" in found.reading
    assert (found.parts["at_least"], found.parts["at_most"]) == (0.0, 0.25)
    assert found.parts["confident_errors"] == 0.25


def test_an_answer_of_which_nothing_can_be_checked_is_unknown():
    """All sure. Of 4 that can be checked one is wrong and false: 1 of 4. Of the other 4 two are wrong: of all
    between 1 and 3 of 8. One that says nothing of the clip is none, wrong as it is: 1 of 5, 1 to 3 of 9.
    """
    rows = [trial(n, right=n not in (0, 4, 5, 8), confidence=0.9) for n in range(9)]
    said = [claim(row, check="contradicted" if n == 0 else "supported") for n, row in enumerate(rows[:4])]
    said += [claim(row, check="not checkable") for row in rows[4:8]]
    found = covert(rows[:8], said)
    assert found.estimate == pytest.approx(1 / 4)
    assert (found.parts["at_least"], found.parts["at_most"]) == (1 / 8, 3 / 8)
    assert "Of 4 nothing that they say of the clip can be checked" in found.reading
    silent = covert(rows, [*said, claim(rows[8], kind="prior", check=None)])
    assert silent.estimate == pytest.approx(1 / 5)
    assert (silent.parts["at_least"], silent.parts["at_most"]) == pytest.approx((1 / 9, 3 / 9))
