from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.datasets.egoexo_fitness.judgements import Judged, Judgement
from aqa_eval.datasets.egoexo_fitness.keypoint_labels import (
    TIE_RULES,
    Counts,
    ceiling,
    is_fault,
    keypoint,
    quality,
)


@given(st.lists(st.booleans(), min_size=1, max_size=7))
def test_only_a_tie_depends_on_the_rule_and_order_does_not_count(votes: list[bool]) -> None:
    verdicts = [is_fault(votes, tie) for tie in TIE_RULES]
    if votes.count(True) == votes.count(False):
        assert verdicts == [False, True, None]
    else:
        assert set(verdicts) == {votes.count(True) > votes.count(False)}
    assert verdicts == [is_fault(votes[::-1], tie) for tie in TIE_RULES]


def action(*votes: dict[str, bool]) -> Judged:
    judgements = tuple(Judgement(str(i), vote, None) for i, vote in enumerate(votes))
    return Judged("r_action_1", "r", "a", 1, 2, judgements)


def test_rates_of_ten_keypoints_by_hand() -> None:
    # Two annotators: 6 followed by both, 1 by none, 3 tied -> 1/10, 4/10, 1/7.
    first = {str(i): i != 0 for i in range(10)}
    second = {str(i): i not in (0, 1, 2, 3) for i in range(10)}
    counts = Counts.of([action(first, second)])
    assert counts == Counts(judged=10, tied=3, unanimous=7, faulty=1)
    assert [counts.fault_rate(tie) for tie in TIE_RULES] == [0.1, 0.4, pytest.approx(1 / 7)]


def test_a_keypoint_judged_by_one_annotator_is_not_unanimous() -> None:
    assert Counts.of([action({"a": True}, {"b": False})]) == Counts(2, 0, 0, 1)


def test_agreement_of_two_annotators_by_hand() -> None:
    # Keypoints: two units of two votes, each split. Observed 2 x (4 - 2) = 4, expected (16 - 8) / 3 = 8/3:
    # alpha = 1 - 4 / (8/3) = -0.5. Quality: 2 and 2, 4 and 4: nothing observed, alpha = 1.
    first = Judgement("a", {"x": True, "y": False}, 2.0)
    second = Judgement("b", {"x": False, "y": True}, 2.0)
    one = Judged("r_action_1", "r", "a", 1, 2, (first, second))
    two = Judged("r_action_2", "r", "a", 3, 4, (Judgement("a", {}, 4.0), Judgement("b", {}, 4.0)))
    assert ceiling([one, two]) == "alpha -0.50 (keypoints, nominal), 1.00 (quality, interval)"
    assert ceiling([]).startswith("alpha cannot be estimated (")


def test_ids_are_stable_and_keep_texts_apart() -> None:
    a, b = (keypoint("Arm circles", f"Keep the elbow and the wrist {end}") for end in ("high.", "low."))
    assert a.id.startswith("arm_circles.keep_the_elbow_and_the_")
    assert a.id != b.id
    assert a.id == keypoint("Arm circles", "Keep the elbow and the wrist high.").id
    assert keypoint("Übung", "保持背部挺直").id.startswith("bung.")
    assert quality("Arm circles").id == "arm_circles.quality"
