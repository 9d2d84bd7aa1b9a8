"""What a control says of the road, and what is then said of sight."""

from __future__ import annotations

import polars as pl
import pytest

from aqa_eval.findings import Settings, controls, find_all
from aqa_eval.findings.roads import NOT_SHOWN, replaced
from aqa_eval.measures.observer import Observer
from findings.tables import choose, observing, one, saying_true, score, verify

SETTINGS = Settings(seed=3, resamples=200)
NUMBER, ORDER = "control.number", "control.order"


def controlled(right: int, wrong: int, criterion: str = NUMBER, **fields: object) -> pl.DataFrame:
    answers = [("37", "37")] * right + [("37", "12")] * wrong
    return choose("model", answers, "control", criterion, **fields)


@pytest.mark.parametrize(
    ("right", "wrong", "criterion", "state"),
    [
        (8, 0, NUMBER, "intact"),
        (8, 0, ORDER, "intact"),
        (19, 1, NUMBER, "intact"),
        (54, 6, NUMBER, "intact"),
        (
            27,
            33,
            NUMBER,
            "impaired",
        ),  # 0.45 [0.32, 0.58] is far above guessing, yet half may be lost
        (7, 1, NUMBER, "impaired"),
        (6, 2, ORDER, "undecided"),
        (2, 0, NUMBER, "undecided"),  # exact lower limit 0.16
        (1, 0, NUMBER, "undecided"),  # one cluster: no interval
        (5, 15, NUMBER, "broken"),
        (0, 8, NUMBER, "broken"),
        (30, 30, ORDER, "broken"),
    ],
)
def test_what_a_control_says_of_the_road(right, wrong, criterion, state):
    (found,) = controls.find(controlled(right, wrong, criterion), SETTINGS)
    assert controls.state(found) == state
    start = "Undecided" if state == "undecided" else f"The road is {state}"
    assert found.reading.startswith(start)


def test_an_intact_road_is_said_as_far_as_the_questions_tell():
    (found,) = controls.find(controlled(8, 0), SETTINGS)
    assert found.reading.startswith(
        "The road is intact, as far as 8 questions tell: the judge reads a number"
    )


def test_controls_that_nobody_answered_leave_the_road_undecided():
    (found,) = controls.find(controlled(8, 0).with_columns(status=pl.lit("error")), SETTINGS)
    assert controls.state(found) == "undecided"
    assert found.reading.startswith("Cannot be estimated: no trial of this control was answered.")


def test_an_unknown_control_goes_by_its_name_without_a_line_of_chance():
    (found,) = controls.find(controlled(8, 0, "control.colour"), SETTINGS)
    assert (found.about["criterion"], found.chance) == ("control.colour", None)
    assert controls.state(found) == "undecided"
    assert "passes control.colour" in found.reading
    assert "by guessing is not known" in found.reading
    (found,) = controls.find(controlled(10, 50, "control.colour"), SETTINGS)
    assert controls.state(found) == "impaired"


def blind(**fields: object) -> pl.DataFrame:
    return verify("model", "openai", observing(Observer(0.0), 1), clips=120, **fields)


def whole(table: pl.DataFrame, measure: str = "balanced_accuracy", judge: str = "model"):
    return one(find_all(table, SETTINGS), measure, judge)


@pytest.mark.parametrize(("right", "wrong", "state"), [(0, 8, "broken"), (2, 0, "undecided")])
def test_no_verdict_of_blindness_over_a_road_that_is_not_shown_to_be_intact(right, wrong, state):
    plain, lost = whole(blind()), whole(pl.concat([blind(), controlled(right, wrong)]))
    assert "Undecided" in plain.reading
    assert lost.reading.startswith(f"{NOT_SHOWN} (controls: control.number {state}): nothing is concluded")
    assert "Undecided whether" not in lost.reading
    assert "no better than chance" not in lost.reading
    assert (lost.estimate, lost.low, lost.high, lost.n) == (plain.estimate, plain.low, plain.high, plain.n)
    assert f"{lost.estimate:.2f} [{lost.low:.2f}, {lost.high:.2f}]" in lost.reading


def test_shown_to_be_no_better_than_chance_is_not_said_over_a_broken_road():
    fair = verify("model", "openai", lambda truth, framing: framing == "negative", clips=1200)
    assert "Shown to be no better than chance" in whole(fair).reading
    assert whole(pl.concat([fair, controlled(0, 8)])).reading.startswith(NOT_SHOWN)


def test_an_intact_road_changes_nothing_and_an_impaired_one_is_said():
    plain = whole(blind())
    assert whole(pl.concat([blind(), controlled(8, 0)])) == plain
    impaired = whole(pl.concat([blind(), controlled(27, 33)]))
    assert impaired.reading.startswith(plain.reading)
    assert "The road to this judge is impaired (controls: control.number impaired)." in impaired.reading


def test_what_is_better_than_chance_stands_over_a_broken_road():
    seeing = verify("model", "openai", observing(Observer(3.0), 1))
    assert whole(pl.concat([seeing, controlled(0, 8)])) == whole(seeing)


def test_every_finding_about_sight_of_the_judge_and_of_no_other():
    luck = [float(place * 7 % 20) for place in range(20)]
    tables = [
        blind(),
        score("model", "openai", list(range(20)), luck),
        choose("model", [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")] * 8),
        verify("other", "openai", observing(Observer(0.0), 2)),
        verify("always", "constant", saying_true),
        controlled(0, 8),
    ]
    found = find_all(pl.concat(tables), SETTINGS)
    lost = {(f.name, f.measure) for f in found if replaced(f)}
    assert {f.about["judge"] for f in found if replaced(f)} == {"model"}
    assert {
        ("chance", "balanced_accuracy"),
        ("detection", "d_prime"),
        ("choice", "choice_skill"),
        ("rank", "spearman"),
    } <= lost
    # Of one criterion as of all.
    assert replaced(one(found, "balanced_accuracy", "model", "depth"))


def test_a_road_is_that_of_its_transport_and_a_blind_way_has_none():
    by_video = {"transport": "video", "setting": "transport video"}
    table = pl.concat(
        [
            blind(),
            blind(**by_video),
            blind(representation="none"),
            controlled(8, 0),
            controlled(0, 8, **by_video),
        ]
    )
    found = [f for f in find_all(table, SETTINGS) if f.name == "chance" and f.about["criterion"] == "all"]
    lost = {(f.about["representation"], f.about["setting"]) for f in found if replaced(f)}
    assert lost == {("rgb", "transport video")}


def test_a_dataset_without_controls_has_the_judges_others():
    table = pl.concat([blind(dataset="elsewhere"), controlled(0, 8)])
    assert replaced(whole(table))
    sound = pl.concat([table, controlled(8, 0, dataset="elsewhere")])
    assert not replaced(whole(sound))
