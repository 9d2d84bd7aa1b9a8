"""Controls, pose coverage, wordings and self-consistency: what is said of the road itself."""

import polars as pl
import pytest

from aqa_eval.findings import Settings, find_all
from aqa_eval.findings.consistency import with_consistency
from findings.tables import choose, one, verify

SETTINGS = Settings(seed=3, resamples=200)


def controls(right: int, wrong: int, criterion: str = "control.number") -> pl.DataFrame:
    answers = [("37", "37")] * right + [("37", "12")] * wrong
    return choose("model", answers, "control", criterion)


def test_a_judge_that_reads_the_numbers_has_an_intact_road():
    found = one(find_all(controls(19, 1), SETTINGS), "control_accuracy", "model", "control.number")
    assert found.estimate == pytest.approx(0.95)
    assert found.chance == 0.25
    assert "intact" in found.reading


def test_a_judge_that_guesses_the_numbers_is_not_said_to_see():
    found = one(find_all(controls(5, 15), SETTINGS), "control_accuracy", "model", "control.number")
    assert "intact" not in found.reading
    assert "nothing said here of this judge's sight can be trusted" in found.reading


def test_controls_are_no_part_of_any_other_statement():
    names = {f.name for f in find_all(controls(10, 10), SETTINGS)}
    assert names == {"controls", "failures"}


def test_clips_without_a_pose_are_no_part_of_what_is_said_of_skeletons():
    """A judge that is right wherever the body was found and wrong elsewhere."""
    table = verify("model", "openai", lambda truth, framing: truth, representation="skeleton")
    number = pl.col("clip").str.strip_prefix("clip-").cast(pl.Int64)
    lost = number < 20
    table = table.with_columns(
        coverage=pl.when(lost).then(0.4).otherwise(1.0),
        fault=pl.when(lost).then(~pl.col("truth_fault")).otherwise(pl.col("fault")),
    )
    found = find_all(table, SETTINGS)
    assert one(found, "balanced_accuracy", "model").estimate == 1.0
    gate = one(found, "pose_coverage", "model")
    assert gate.estimate == pytest.approx(40 / 60)
    assert gate.parts["clips_left_out"] == 20
    assert "40 of 60 clips" in gate.reading


def test_a_frame_without_need_of_a_pose_passes_every_gate():
    table = verify("model", "openai", lambda truth, framing: truth)
    assert not [f for f in find_all(table, SETTINGS) if f.name == "coverage"]


def test_wordings_stand_apart_and_their_spread_is_said():
    plain = verify("model", "openai", lambda truth, framing: truth)
    other = verify("model", "openai", lambda truth, framing: False, paraphrase=2, setting="paraphrase 2")
    found = find_all(pl.concat([plain, other]), SETTINGS)
    apart = [f.estimate for f in found if f.measure == "balanced_accuracy" and f.about["criterion"] == "all"]
    assert apart == [1.0, 0.5]
    spread = one(found, "balanced_accuracy_range", "model")
    assert spread.estimate == pytest.approx(0.5)
    assert spread.parts["lowest"] == pytest.approx(0.5)
    assert "wording matters" in spread.reading


def repeats(*said: bool | None) -> pl.DataFrame:
    """One clip asked once for each of `said`; None is no verdict."""
    rows = [
        verify(
            "model",
            "openai",
            lambda t, f, s=s: "refused" if s is None else s,
            1,
            ["depth"],
            ["positive"],
            repeat=n,
        )
        for n, s in enumerate(said)
    ]
    return pl.concat(rows)


@pytest.mark.parametrize(
    ("said", "status", "fault"),
    [
        ((True, True, False), "ok", True),
        ((True, False, None, False), "ok", False),
        ((True, False), "unparsed", None),
        ((None, None), "refused", None),
    ],
)
def test_self_consistency_is_the_majority_of_the_repeats(said, status, fault):
    together = with_consistency(repeats(*said), ["self-consistency"])
    row = together.filter(pl.col("strategy") == "self-consistency").to_dicts()
    assert [(r["status"], r["fault"]) for r in row] == [(status, fault)]
