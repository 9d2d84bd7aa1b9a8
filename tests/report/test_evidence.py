from __future__ import annotations

from dataclasses import replace

from aqa_eval.report.evidence import block, by_criterion, matrix, overall, recovered, standing
from report.example_study import JUDGES, finding


def test_models_come_before_references_in_the_order_of_the_judges():
    found = [finding("chance", "balanced_accuracy", line.name, 0.5) for line in reversed(JUDGES)]
    table = block(found, JUDGES)
    assert [row.judge.name for row in table.models] == ["qwen3-vl"]
    assert [row.judge.name for row in table.references] == ["constant", "pose-rules", "observer"]


def test_a_judge_that_nobody_announced_is_still_shown():
    table = block([finding("chance", "balanced_accuracy", "stranger", 0.5)], JUDGES)
    assert [row.judge.name for row in table.rows] == ["stranger"]


def test_only_axes_that_differ_are_named():
    found = [
        finding(
            "chance", "balanced_accuracy", "constant", 0.5, about={"strategy": strategy, "task": "verify"}
        )
        for strategy in ("base", "grounding")
    ]
    table = block(found, JUDGES)
    assert table.places == ("strategy",)
    assert [table.place(row) for row in table.rows] == ["base", "grounding"]


def test_the_protocol_belongs_to_the_judge_and_is_no_place():
    found = [
        finding("chance", "balanced_accuracy", line.name, 0.5, about={"protocol": line.protocol})
        for line in JUDGES
    ]
    assert block(found, JUDGES).places == ()


def test_measures_of_one_place_share_a_row_in_the_order_of_the_glossary():
    found = [
        finding("detection", "something_new", "constant", 0.1),
        finding("detection", "c", "constant", 0.2),
        finding("detection", "d_prime", "constant", 0.3),
    ]
    table = block(found, JUDGES)
    assert table.measures == ("d_prime", "c", "something_new")
    assert len(table.rows) == 1


def test_a_part_stands_in_for_a_measure_that_was_not_found_on_its_own():
    found = [
        finding("rank", "spearman", "constant", 0.1),
        finding("regression_trap", "skill", "constant", 0.0, parts={"r": 0.25}),
    ]
    row = block(found, JUDGES).rows[0]
    assert row.value("r") == 0.25
    assert row.value("spearman") == 0.1
    assert row.value("nothing") is None


def test_the_turned_table_leaves_a_gap_where_a_judge_was_not_asked():
    found = [
        finding("chance", "balanced_accuracy", "qwen3-vl", 0.6, about={"criterion": "depth"}),
        finding("chance", "balanced_accuracy", "qwen3-vl", 0.7, about={"criterion": "lockout"}),
        finding("chance", "balanced_accuracy", "constant", 0.5, about={"criterion": "lockout"}),
    ]
    turned = matrix(block(found, JUDGES), "balanced_accuracy")
    assert [line.name for line in turned.judges] == ["qwen3-vl", "constant"]
    assert [(place, [c and c.estimate for c in cells]) for place, cells in turned.rows] == [
        ("depth", [0.6, None]),
        ("lockout", [0.7, 0.5]),
    ]


def test_criteria_and_wholes_are_kept_apart():
    whole = finding("chance", "balanced_accuracy", "constant", 0.5)
    single = finding("chance", "balanced_accuracy", "constant", 0.5, about={"criterion": "depth"})
    named_all = finding("chance", "balanced_accuracy", "constant", 0.5, about={"criterion": "all"})
    assert overall([whole, single, named_all]) == [whole, named_all]
    assert by_criterion([whole, single, named_all]) == [single]


def test_standing_is_where_the_whole_interval_lies():
    def where(estimate: float, half: float) -> str:
        return standing(finding("chance", "balanced_accuracy", "j", estimate, half=half, chance=0.5))

    assert where(0.7, 0.1) == "above"
    assert where(0.55, 0.1) == "within"
    assert where(0.5, 0.0) == "at"
    assert where(0.3, 0.1) == "below"
    assert standing(finding("chance", "balanced_accuracy", "j", None, chance=0.5)) == "unknown"


def test_an_interval_of_one_end_is_enough_where_that_end_decides():
    whole = finding("chance", "balanced_accuracy", "j", 0.7, chance=0.5)
    assert standing(replace(whole, high=None)) == "above"
    assert standing(replace(whole, low=None)) == "within"
    assert standing(replace(whole, low=None, high=0.4)) == "below"
    assert standing(replace(whole, low=None, high=None)) == "unknown"


def test_a_planted_value_is_recovered_when_the_interval_holds_it():
    assert recovered(finding("detection", "d_prime", "j", 1.4, half=0.2, planted=1.5)) is True
    assert recovered(finding("detection", "d_prime", "j", 1.0, half=0.2, planted=1.5)) is False
    assert recovered(finding("detection", "d_prime", "j", None, planted=1.5)) is None
    assert recovered(finding("detection", "d_prime", "j", 1.0)) is None
