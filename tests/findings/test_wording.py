"""Wordings side by side, and how many of them."""

import numpy as np
import polars as pl
import pytest
from tests.findings.tables import verify

from aqa_eval.findings import wording
from aqa_eval.findings.settings import Settings

SETTINGS = Settings(seed=3)


def _judge(name, accuracies, seed, clips=60):
    """A judge asked in a paraphrase for each accuracy."""
    generator = np.random.default_rng(seed)
    return pl.concat(
        verify(
            name,
            "openai",
            lambda truth, framing, right=right: truth == (generator.random() < right),
            clips=clips,
            paraphrase=number,
            setting=f"paraphrase {number}" if number else "",
        )
        for number, right in enumerate(accuracies)
    )


def test_p_is_corrected_over_all_judges_and_places_of_a_report():
    moved = _judge("moved", [0.9, 0.6, 0.7], 1)
    (alone,) = wording.find(moved, SETTINGS)
    assert alone.parts["p_holm"] == alone.parts["p"]
    assert "Holm" not in alone.reading
    others = [_judge(f"still-{i}", [0.7, 0.7, 0.7], 10 + i) for i in range(19)]
    found = wording.find(pl.concat([moved, *others]), SETTINGS)
    first = found[0]
    assert first.parts["statements"] == 20.0
    assert first.parts["p_holm"] == 20 * alone.parts["p"]
    assert "after Holm over 20 statements of this kind): wording matters" in first.reading
    # Twenty judges of whom one is moved: without the correction one of the others would be named too.
    assert sum(f.parts["p"] < 0.05 for f in found) >= 1
    assert sum("wording matters" in f.reading for f in found) == 1


def test_the_variance_over_paraphrases_is_a_component_of_its_own():
    (moved,) = wording.find(_judge("m", [0.95, 0.55, 0.75], 1, clips=200), SETTINGS)
    assert moved.parts["paraphrase_variance"] > 0.02  # 0.04 was planted
    assert "Paraphrases of one question differ with a standard deviation of 0." in moved.reading
    found = [wording.find(_judge("m", [0.7, 0.7, 0.7], seed), SETTINGS)[0] for seed in range(8)]
    assert all(abs(f.parts["paraphrase_variance"]) < 0.006 for f in found)
    assert any("no variance is left for wording" in f.reading for f in found)


def test_other_axes_of_the_wording_have_no_part_in_it():
    table = pl.concat(
        [verify("m", "openai", lambda t, f: t), verify("m", "openai", lambda t, f: True, answer_key="yes-no")]
    )
    (found,) = wording.find(table, SETTINGS)
    assert "paraphrase_variance" not in found.parts


@pytest.mark.parametrize(
    ("worded", "other"),
    [
        ({"paraphrase": 1}, {"probe": "truncated"}),
        ({"answer_key": "yes-no"}, {"audio": True}),
        ({"negated": True}, {"perturbation": "shuffled"}),
    ],
)
def test_rows_that_differ_in_more_than_the_wording_stand_apart(worded, other):
    plain, reworded = (
        verify("m", "openai", lambda t, f: t),
        verify("m", "openai", lambda t, f: True, **worded),
    )
    (found,) = wording.find(
        pl.concat([plain, reworded, verify("m", "openai", lambda t, f: not t, **other)]), SETTINGS
    )
    assert found.parts["wordings"] == 2.0
    assert (found.parts["lowest"], found.parts["highest"]) == pytest.approx((0.5, 1.0))


def test_a_criterion_with_one_class_only_is_no_balanced_accuracy_and_is_named():
    # One wording says "fault" to everything: right in half of depth, and in all of knees, all of them faulty.
    plain = verify("m", "openai", lambda t, f: t)
    always = verify("m", "openai", lambda t, f: True, paraphrase=1)
    table = pl.concat([plain, always]).filter((pl.col("criterion") == "depth") | pl.col("truth_fault"))
    (found,) = wording.find(table, SETTINGS)
    assert (found.parts["lowest"], found.parts["highest"]) == pytest.approx((0.5, 1.0))
    assert "Left out, as no two of their true answers are in two clusters each: knees." in found.reading
    (none,) = wording.find(table.filter(pl.col("truth_fault")), SETTINGS)
    assert none.estimate is None
    assert none.reading.startswith("Cannot be estimated: only one class is present")
