from __future__ import annotations

import polars as pl

from aqa_eval.report.failures import STATUSES, counted, outcomes
from report.example_study import study, table


def test_every_trial_ends_in_one_status():
    found = {outcome.judge.name: outcome for outcome in outcomes(study())}
    # Clip 3 of two criteria in two framings could not be read; 2 x 30 x 2 verify and 30 score trials in all.
    assert dict(zip(STATUSES, found["qwen3-vl"].counts, strict=True)) == {
        "ok": 146,
        "unparsed": 4,
        "refused": 0,
        "truncated": 0,
        "error": 0,
        "unseen": 0,
        "unprobed": 0,
        "missing": 0,
    }
    assert sum(found["qwen3-vl"].shares) == 1.0
    assert found["qwen3-vl"].tokens.prompt == 812_400


def test_a_judge_with_nothing_planned_has_no_shares():
    empty = study(table=table().filter(pl.col("judge") == "constant"), tallies={})
    found = {outcome.judge.name: outcome for outcome in outcomes(empty)}
    assert found["qwen3-vl"].total == 0
    assert set(found["qwen3-vl"].shares) == {0.0}
    assert found["qwen3-vl"].cost is None


def test_only_what_somebody_counted_is_shown():
    assert counted(outcomes(study())) == {"prompt", "completion", "cost"}
    assert counted(outcomes(study(tallies={}))) == set()
