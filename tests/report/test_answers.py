from __future__ import annotations

import polars as pl

from aqa_eval.report.answers import Share, answer_bars, facets, score_histograms, shares
from report.example_study import JUDGES, table


def _asked(*rows: tuple[str, bool, str, bool | None]) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        schema={
            "framing": pl.String,
            "truth_fault": pl.Boolean,
            "status": pl.String,
            "said": pl.Boolean,
        },
        orient="row",
    )


def test_shares_by_framing_and_truth():
    rows = _asked(
        ("positive", False, "ok", True),
        ("positive", False, "ok", True),
        ("positive", False, "ok", False),
        ("positive", False, "refused", None),
        ("positive", False, "missing", None),
        ("negative", True, "ok", True),
    )
    # Of four asked (the missing one was not): two True, one False, one without a verdict.
    assert shares(rows) == [
        Share("positive", False, 2 / 4, 1 / 4, 1 / 4, 4),
        Share("negative", True, 1.0, 0.0, 0.0, 1),
    ]


def test_what_was_not_asked_since_nobody_was_found_is_no_missing_verdict():
    rows = _asked(("positive", False, "ok", True), ("positive", False, "unseen", None))
    assert shares(rows) == [Share("positive", False, 1.0, 0.0, 0.0, 1)]
    assert answer_bars(table().with_columns(status=pl.lit("unseen")), JUDGES, "a") == ""


def test_true_is_right_to_a_requirement_without_and_to_a_fault_with_one():
    right = {(f, t): Share(f, t, 1, 0, 0, 1).right for f in ("positive", "negative") for t in (False, True)}
    assert right == {
        ("positive", False): True,
        ("positive", True): False,
        ("negative", False): False,
        ("negative", True): True,
    }


def test_facets_name_a_place_only_where_there_are_several():
    rows = table().filter(pl.col("task") == "verify")
    one = facets(rows, JUDGES, ("dataset",))
    assert [facet.words for facet in one] == ["qwen3-vl", "constant", "pose-rules", "observer (simulated)"]
    two = facets(rows, JUDGES[:1], ("dataset", "criterion"))
    assert [facet.words for facet in two] == ["qwen3-vl · squat.depth", "qwen3-vl · press.lockout"]


def test_drawings_are_empty_where_there_is_nothing_to_draw():
    rows = table()
    assert answer_bars(rows.filter(pl.col("task") == "score"), JUDGES, "a") == ""
    assert score_histograms(rows.filter(pl.col("task") == "verify"), JUDGES, "s") == ""
    missing = rows.with_columns(status=pl.lit("missing"))
    assert answer_bars(missing, JUDGES, "a") == ""


def test_a_judge_without_any_verdict_is_drawn_as_failures_alone():
    failed = table().with_columns(status=pl.lit("error"), said=pl.lit(None, pl.Boolean))
    drawing = answer_bars(failed, JUDGES, "a")
    assert "var(--void)" in drawing
    assert "%</text>" not in drawing


def test_equal_scores_are_one_bar():
    rows = table().filter(pl.col("task") == "score").with_columns(score=pl.lit(7.0), truth_score=pl.lit(7.0))
    assert "<svg" in score_histograms(rows, JUDGES, "s")
