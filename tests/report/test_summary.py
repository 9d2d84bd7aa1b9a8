from __future__ import annotations

from dataclasses import replace

import polars as pl

from aqa_eval.findings.roads import NOT_SHOWN
from aqa_eval.report import Tally
from aqa_eval.report.summary import STANDINGS, summary
from report.example_study import JUDGES, finding, study, table


def test_the_lead_counts_judges_questions_and_clips():
    assert summary(study()).lead == (
        "1 model and 3 reference judges were put 600 questions about 30 clips "
        "from Mannequin, rendered movements."
    )


def test_a_study_without_a_model_says_so():
    alone = summary(study(judges=JUDGES[1:]))
    assert "No model was asked" in alone.lead
    assert alone.models == (alone.models[0],)  # the findings still speak of a judge the study does not list


def test_each_judge_stands_once_with_its_leading_results():
    found = summary(study())
    assert [(g.judge.name, [r.finding.measure for r in g.results]) for g in found.models] == [
        ("qwen3-vl", ["balanced_accuracy", "spearman"])
    ]
    assert [g.judge.name for g in found.references] == ["constant", "pose-rules", "observer"]


def test_where_the_judges_stand_in_one_sentence_a_question():
    halves = {
        "qwen3-vl": (0.55, 0.1),
        "constant": (0.5, 0.0),
        "pose-rules": (0.9, 0.1),
        "observer": (0.7, 0.1),
    }
    found = [
        finding("chance", "balanced_accuracy", judge, estimate, half=half, chance=0.5)
        for judge, (estimate, half) in halves.items()
    ]
    assert summary(study(findings=found)).standings == (
        "In telling a fault from none, pose-rules and observer (simulated) are better than chance, "
        "qwen3-vl is undecided and constant is exactly at chance.",
    )


def test_a_judge_asked_in_several_ways_is_named_with_the_way():
    found = [
        finding("rank", "spearman", "qwen3-vl", estimate, chance=0.0, about={"strategy": strategy})
        for strategy, estimate in (("base", 0.05), ("grounding", -0.3))
    ]
    assert summary(study(findings=found)).standings == (
        "In putting performances in order, qwen3-vl (base) is undecided and "
        "qwen3-vl (grounding) is worse than chance.",
    )


def test_what_is_said_of_a_judge_is_its_findings_reading():
    reading = "qwen3-vl sees nothing that a coin does not."
    found = [finding("chance", "balanced_accuracy", "qwen3-vl", 0.5, chance=0.5, reading=reading)]
    assert summary(study(findings=found)).models[0].results[0].finding.reading == reading


def test_missing_failed_fragile_and_rendered_are_warned_of():
    tallies = study().tallies | {"qwen3-vl": Tally(150, 110, 40)}
    warnings = summary(study(tallies=tallies)).warnings
    assert warnings[0].startswith("40 trials of 600 are not answered yet (qwen3-vl: 40).")
    assert warnings[1].startswith("4 answers gave no verdict")
    assert warnings[2].startswith("2 results of ")
    assert warnings[3].startswith("The clips of mannequin are rendered")


def test_what_was_unseen_is_warned_of_and_no_failure():
    rows = table().with_columns(
        status=pl.when(pl.col("status") == "ok").then("status").otherwise(pl.lit("unseen")),
        coverage=pl.when(pl.col("status") == "ok").then(1.0).otherwise(0.0),
    )
    tallies = study().tallies | {"qwen3-vl": Tally(150, 146, 0, unseen=4)}
    found = summary(study(table=rows, tallies=tallies))
    assert "were put 596 questions" in found.lead
    assert found.warnings[0].startswith("4 questions were not asked, since nobody was found in the clip")
    assert not [warning for warning in found.warnings if "gave no verdict" in warning]


def test_what_could_not_be_probed_is_warned_of_and_no_failure():
    tallies = study().tallies | {"qwen3-vl": Tally(150, 149, 0, unprobed=1)}
    rows = table().with_columns(
        status=pl.when(pl.col("status") == "ok").then("status").otherwise(pl.lit("unprobed"))
    )
    found = summary(study(table=rows, tallies=tallies))
    assert "were put 599 questions" in found.lead
    assert found.warnings[0].startswith(
        "1 probe was not asked, since the judge's own answer has no reasoning"
    )
    assert not [warning for warning in found.warnings if "gave no verdict" in warning]


def test_a_failure_about_a_clip_below_the_gate_is_none_that_could_move_the_result():
    failed = pl.col("status") != "ok"
    rows = table().with_columns(coverage=pl.when(failed & (pl.col("criterion") == "squat.depth")).then(0.5))
    assert summary(study(table=rows)).warnings[0].startswith("2 answers gave no verdict")
    assert summary(study(table=rows, pose_gate=0.5)).warnings[0].startswith("4 answers gave no verdict")


def test_a_whole_and_sound_study_warns_of_nothing():
    sound = study(
        table=table().with_columns(status=pl.lit("ok")),
        findings=[finding("chance", "balanced_accuracy", "qwen3-vl", 0.6, chance=0.5)],
        datasets=[replace(line, rendered=False) for line in study().datasets],
    )
    assert summary(sound).warnings == ()


def test_before_the_first_answer():
    tallies = {line.name: Tally(150, 0, 150) for line in JUDGES}
    rows = table().with_columns(status=pl.lit("missing"))
    early = summary(study(findings=[], table=rows, tallies=tallies))
    assert early.warnings[0].startswith("No question has been answered yet.")
    assert early.models == early.references == ()


def test_over_a_road_that_is_not_intact_no_judge_is_said_to_be_undecided():
    found = [
        finding(
            "chance",
            "balanced_accuracy",
            "qwen3-vl",
            0.5,
            chance=0.5,
            reading=f"{NOT_SHOWN} (controls: control.number broken): nothing is concluded.",
        ),
        finding("chance", "balanced_accuracy", "pose-rules", 0.9, chance=0.5),
        *(
            finding("controls", "control_accuracy", "qwen3-vl", value, half=0.12, chance=0.25, about=about)
            for value, about in (
                (0.45, {"criterion": "control.number"}),  # far above guessing, and no pass
                (0.95, {"criterion": "control.movement"}),
            )
        ),
    ]
    told = summary(study(findings=found))
    assert told.standings == (
        "In telling a fault from none, pose-rules is better than chance and the road to qwen3-vl is not "
        "shown to be intact.",
    )
    assert STANDINGS[told.models[0].results[0].standing] == "road not intact"
    (warning,) = [w for w in told.warnings if "positive controls" in w]
    assert warning.startswith("qwen3-vl has not passed control.number of its positive controls.")


def test_many_ways_of_asking_are_named_by_the_plainest():
    found = [
        finding("rank", "spearman", judge, estimate, chance=0.0, about={"strategy": strategy})
        for judge in ("qwen3-vl", "pose-rules", "constant")
        for strategy, estimate in (("base", 0.3), ("grounding", -0.3))
    ]
    assert summary(study(findings=found)).standings == (
        "In putting performances in order, asked in the plainest way, qwen3-vl, constant and pose-rules are "
        "better than chance.",
    )
