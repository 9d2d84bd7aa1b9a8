"""The human judge: each rater is held against the others, and never against himself."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError
from scipy import stats
from walked import DEEP, GOOD, GRIP, clip, dataset, judge, walk

from aqa_eval.datasets import LOADERS
from aqa_eval.errors import JudgeError, StudyError
from aqa_eval.judges import PROTOCOLS
from aqa_eval.judges.human import SILENT, TIED, truth_without
from aqa_eval.study import read_study
from aqa_eval.vocabulary import Condition, Item, Label, Task

REAL = Path(__file__).parents[3] / "shared" / "data" / "MTL-AQA"
NAN = math.nan


def rated(criterion, marks: list[tuple[float, ...]], values: list[object] | None = None):
    rows = []
    for n, own in enumerate(marks):
        value = (
            values[n] if values else (sum(own) > len(own) / 2 if criterion is DEEP else float(np.mean(own)))
        )
        rows.append((clip(n), Label(f"c{n}", criterion.id, value, own)))
    return dataset(criterion, rows)


def test_a_score_is_held_against_the_mean_of_the_others(tmp_path: Path) -> None:
    walked = walk(tmp_path, rated(GOOD, [(1.0, 2.0, 6.0)]), Task.SCORE, [judge("h", "human", raters=3)])
    rows = walked.table.sort("repeat")
    assert rows["score"].to_list() == [1.0, 2.0, 6.0]
    # (2 + 6) / 2, (1 + 6) / 2, (1 + 2) / 2.
    assert rows["truth_score"].to_list() == [4.0, 3.5, 1.5]
    assert rows["original"].to_list() == [None] * 3
    assert len(set(rows["key"])) == 3


def test_a_panel_s_own_rule_makes_the_truth_without_one() -> None:
    """Of awards 5 6 6.5 7 7 8 without the 9 the two highest and lowest go: 3 * (6.5 + 7) / 2 = 20.25."""
    dive = replace(GOOD, panel="middle-three")
    item = Item(Task.SCORE, (clip(0),), dive, 20.5, (5.0, 6.0, 6.5, 7.0, 7.0, 8.0, 9.0))
    assert truth_without(item, 6) == pytest.approx(20.25)
    skated = replace(item, criterion=replace(GOOD, panel="trimmed-mean"))
    # Without the 9: 6, 6.5, 7, 7 are left of six, whose mean is 6.625.
    assert truth_without(skated, 6) == pytest.approx(6.625)


def test_a_vote_is_held_against_the_majority_of_the_others_and_a_tie_is_no_truth(tmp_path: Path) -> None:
    marks = [(1.0, 1.0, 0.0), (1.0, 0.0, 0.0, 0.0), (1.0, NAN, 1.0, 1.0)]
    walked = walk(tmp_path, rated(DEEP, marks), Task.VERIFY, [judge("h", "human", raters=4)])
    rows = {(row["item"][-2:], row["repeat"]): row for row in walked.table.iter_rows(named=True)}
    # Of (1, 1, 0): the first is held against (1, 0), a tie; the second likewise; the third against (1, 1).
    assert [repeat for name, repeat in rows if name == "c0"] == [2]
    assert rows["c0", 2]["truth_fault"] is True
    assert rows["c0", 2]["fault"] is False
    # Of (1, 0, 0, 0): everybody else votes against the first, and for the others it is 2 to 1.
    assert [rows["c1", n]["truth_fault"] for n in range(4)] == [False] * 4
    assert [rows["c1", n]["fault"] for n in range(4)] == [True, False, False, False]
    assert [repeat for name, repeat in rows if name == "c2"] == [0, 2, 3]
    census = walked.plan.census()
    assert census.left_out["h", TIED] == 2
    assert census.left_out["h", SILENT] == 2  # the fourth of three, and the one who said nothing
    assert census.trials["h"] == len(rows) == 8


def test_options_are_chosen_as_the_rater_did(tmp_path: Path) -> None:
    made = rated(GRIP, [(0.0, 0.0, 2.0)], ["wide"])
    walked = walk(tmp_path, made, Task.CHOOSE, [judge("h", "human", raters=3)])
    assert [(r["repeat"], r["choice"], r["truth_choice"]) for r in walked.table.iter_rows(named=True)] == [
        (2, "none", "wide")
    ]


@pytest.mark.parametrize(
    ("criterion", "marks"), [(GOOD, (3.0,)), (DEEP, (1.0, 1.0)), (DEEP, (1.0, NAN, 1.0))]
)
def test_an_item_with_too_few_ratings_is_not_asked(tmp_path: Path, criterion, marks) -> None:
    task = Task.SCORE if criterion is GOOD else Task.VERIFY
    walked = walk(tmp_path, rated(criterion, [marks], [1.0]), task, [judge("h", "human", raters=3)])
    assert walked.table.height == 0
    assert "individual ratings" in " ".join(why for _, why in walked.plan.census().left_out)


def test_a_clip_that_no_rater_saw_in_its_place_is_not_judged() -> None:
    human = PROTOCOLS["human"].build(judge("h", "human", raters=3), lambda: ())
    item = Item(Task.SCORE, (clip(0),), GOOD, 2.0, (1.0, 2.0, 3.0))
    assert human.refuses(item, Condition()) == ""
    assert "no rater has judged" in human.refuses(item, Condition(perturbation="swapped"))
    with pytest.raises(JudgeError, match="without rater 1"):
        human.truth(Item(Task.VERIFY, (clip(0),), DEEP, True, (1.0, 1.0, 0.0)), True, 0)


def test_the_marks_are_part_of_the_key_and_how_many_raters_are_asked_is_not(tmp_path: Path) -> None:
    marks = [(1.0, 2.0, 6.0)]
    keys = [
        [t.key for t in walk(tmp_path / name, rated(GOOD, m, [3.0]), Task.SCORE, [who]).plan.trials()]
        for name, m, who in (
            ("a", marks, judge("h", "human", raters=3)),
            ("b", marks, judge("h", "human", raters=2)),
            ("c", [(1.0, 2.0, 7.0)], judge("h", "human", raters=3)),
        )
    ]
    assert keys[0][:2] == keys[1]
    assert not set(keys[0]) & set(keys[2])


STUDY = """
name = "raters"
[[dataset]]
name = "mannequin"
subjects = 2
[[judge]]
protocol = "human"
raters = 3
"""


def test_raters_are_repeats_and_are_not_said_twice(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text("repeats = 5\n" + STUDY)
    (human,) = read_study(path).judges
    assert human.repeats == 3
    assert human.decoding == ()
    path.write_text(STUDY + "repeats = 4\n")
    with pytest.raises(StudyError, match=r"judge\[0\].repeats"):
        read_study(path)
    with pytest.raises(ValidationError):
        PROTOCOLS["human"].options.model_validate({"raters": 1})


@pytest.mark.skipif(not REAL.is_dir(), reason="the authors' annotations are not at hand (../shared/data)")
def test_one_diving_judge_orders_dives_as_the_other_six_do(tmp_path: Path) -> None:
    """Spearman 0.952 on average over seven seats, as the dataset's own description has it."""
    loader = LOADERS["mtl-aqa"]
    made = loader.load(loader.options.model_validate({"root": REAL}))
    human = judge("human", "human", raters=7)
    walked = walk(tmp_path, made, Task.SCORE, [human], representation=("none",))
    assert "Spearman 0.952" in made.facts["human ceiling of the execution"]
    seats = [
        stats.spearmanr(rows["score"], rows["truth_score"]).statistic
        for rows in walked.table.partition_by("repeat")
    ]
    assert len(seats) == 7
    assert float(np.mean(seats)) == pytest.approx(0.952, abs=5e-4)
    pooled = walked.found("spearman_pooled", judge="human")
    assert pooled.estimate == pytest.approx(0.952, abs=0.005)
    assert walked.table.select((pl.col("truth_score") <= 30).all()).item()
