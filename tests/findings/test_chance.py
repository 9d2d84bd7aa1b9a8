import polars as pl
import pytest
from sklearn.metrics import balanced_accuracy_score

from aqa_eval.findings import Settings, chance
from aqa_eval.measures.observer import Observer
from findings.tables import observing, one, saying_true, verify

SETTINGS = Settings(seed=3, resamples=200)


def test_the_headline_and_every_criterion():
    table = verify("m", "openai", observing(Observer(2.0, 0.3), 1))
    found = chance.find(table, SETTINGS)
    each = []
    for criterion in ("depth", "knees"):
        rows = table.filter(pl.col("criterion") == criterion)
        expected = balanced_accuracy_score(rows["truth_fault"].to_list(), rows["fault"].to_list())
        finding = one(found, "balanced_accuracy", "m", criterion)
        assert finding.estimate == pytest.approx(expected)
        assert (finding.n, finding.clusters) == (120, 30)
        each.append(expected)
    headline = one(found, "balanced_accuracy", "m")
    assert headline.estimate == pytest.approx(sum(each) / 2)
    assert (headline.n, headline.clusters, headline.chance) == (240, 30, 0.5)
    assert headline.estimate == pytest.approx(
        (headline.parts["sensitivity"] + headline.parts["specificity"]) / 2
    )
    assert headline.reading.startswith("Tells clips with the fault from clips without it better than chance")
    assert headline.parts["bootstrap_low"] < headline.estimate < headline.parts["bootstrap_high"]


def test_about_names_where_it_holds_in_this_order():
    finding = one(
        chance.find(verify("m", "openai", saying_true), SETTINGS), "balanced_accuracy", "m", "depth"
    )
    assert dict(finding.about) == {
        "judge": "m",
        "protocol": "openai",
        "dataset": "gym",
        "task": "verify",
        "criterion": "depth",
        "representation": "rgb",
        "strategy": "base",
        "frames": "16",
        "setting": "",
    }
    assert list(finding.about) == [
        "judge", "protocol", "dataset", "task", "criterion", "representation", "strategy", "frames",
        "setting",
    ]  # fmt: skip


def test_a_blind_judge_is_undecided_with_the_n_that_would_decide():
    finding = one(
        chance.find(verify("m", "openai", observing(Observer(0.0), 4)), SETTINGS), "balanced_accuracy", "m"
    )
    assert finding.low <= 0.5 <= finding.high
    assert finding.reading.startswith("Undecided whether it is better than chance")
    assert "would settle" in finding.reading or "could not be settled" in finding.reading


def test_worse_than_chance_is_said():
    table = verify("m", "openai", lambda truth, framing: not truth)
    finding = one(chance.find(table, SETTINGS), "balanced_accuracy", "m")
    assert finding.reading.startswith("Does worse than chance")


def test_the_constant_judge_is_exactly_at_one_half_and_a_model_saying_the_same_is_not():
    table = pl.concat([verify("constant", "constant", saying_true), verify("m", "openai", saying_true)])
    found = chance.find(table, SETTINGS)
    constant, model = (one(found, "balanced_accuracy", judge) for judge in ("constant", "m"))
    assert (constant.estimate, constant.low, constant.high) == (0.5, 0.5, 0.5)
    assert constant.reading == "Exactly 0.50, the judge is constant by construction."
    assert model.estimate == 0.5
    assert model.low < 0.5 < model.high
    assert model.reading.startswith("Undecided")


def test_a_simulated_observer_is_marked_and_its_planted_value_looked_for():
    observer = Observer(1.5, 0.4, 0.3)
    planted = {"sim": {"d_prime": 1.5, "criterion": 0.4, "acquiescence": 0.3}}
    table = verify("sim", "simulated", observing(observer, 2))
    finding = one(chance.find(table, Settings(resamples=200, planted=planted)), "balanced_accuracy", "sim")
    assert finding.planted == pytest.approx(observer.balanced_accuracy([1, -1]))
    assert finding.low <= finding.planted <= finding.high
    assert "simulated observer" in finding.reading
    assert "lies inside the interval" in finding.reading
    unknown = one(chance.find(table, SETTINGS), "balanced_accuracy", "sim")
    assert unknown.planted is None
    assert "simulated observer" in unknown.reading


def test_failures_are_counted_and_not_guessed():
    table = verify("m", "openai", lambda truth, framing: truth if framing == "positive" else "refused")
    finding = one(chance.find(table, SETTINGS), "balanced_accuracy", "m")
    assert (finding.n, finding.failures) == (120, 120)
    assert finding.estimate == 1.0
    assert "120 of 240 trials gave no verdict and are not in it." in finding.reading


def test_a_criterion_without_answers_and_one_without_both_classes_say_why():
    silent = verify("m", "openai", lambda truth, framing: "unparsed", criteria=["knees"])
    flat = verify("m", "openai", saying_true, criteria=["hips"]).with_columns(truth_fault=False)
    table = pl.concat([verify("m", "openai", observing(Observer(1.0), 1), criteria=["depth"]), silent, flat])
    found = chance.find(table, SETTINGS)
    assert one(found, "balanced_accuracy", "m", "knees").estimate is None
    assert "no trial of this criterion was answered" in one(found, "balanced_accuracy", "m", "knees").reading
    assert "only one class is present" in one(found, "balanced_accuracy", "m", "hips").reading
    headline = one(found, "balanced_accuracy", "m")
    assert headline.estimate == one(found, "balanced_accuracy", "m", "depth").estimate
    assert "Left out, as not both classes are in two clusters: hips." in headline.reading


def test_conditions_are_kept_apart():
    table = pl.concat(
        [
            verify("m", "openai", lambda truth, framing: truth),
            verify("m", "openai", lambda truth, framing: not truth, representation="none"),
        ]
    )
    found = [f for f in chance.find(table, SETTINGS) if f.about["criterion"] == "all"]
    assert [(f.about["representation"], f.estimate) for f in found] == [("rgb", 1.0), ("none", 0.0)]


def test_few_clusters_are_fragile():
    finding = one(
        chance.find(verify("m", "openai", observing(Observer(1.0), 1), clips=12), SETTINGS),
        "balanced_accuracy",
        "m",
    )
    assert finding.fragile
    assert "Fragile: it rests on 6 clusters." in finding.reading


def test_the_constant_judge_is_at_one_half_where_clusters_do_not_carry_every_criterion():
    table = verify("same", "constant", lambda truth, framing: False)
    drawn = table.filter((pl.col("criterion") == "depth") == (pl.col("cluster").rank("dense") % 3 == 0))
    found = [one(chance.find(drawn, Settings()), "balanced_accuracy", "same")]
    assert [(f.estimate, f.low, f.high) for f in found] == [(0.5, 0.5, 0.5)]


def test_a_blind_judge_on_many_clips_is_shown_to_be_no_better_than_chance_and_a_seeing_one_is_not():
    blind = chance.find(verify("m", "openai", observing(Observer(0.0), 4), clips=1500), SETTINGS)
    reading = one(blind, "balanced_accuracy", "m").reading
    assert "Shown to be no better than chance by more than 0.05" in reading
    few = chance.find(verify("m", "openai", observing(Observer(0.0), 4)), SETTINGS)
    assert "Shown to be" not in one(few, "balanced_accuracy", "m").reading
    seeing = chance.find(verify("m", "openai", observing(Observer(1.0), 4), clips=1500), SETTINGS)
    assert "Shown to be" not in one(seeing, "balanced_accuracy", "m").reading


def test_labels_permuted_within_criteria_say_what_chance_would_reach():
    seeing = one(
        chance.find(verify("m", "openai", observing(Observer(2.0), 1)), SETTINGS), "balanced_accuracy", "m"
    )
    assert seeing.parts["permutation_p"] == pytest.approx(1 / 1000)
    blind = one(
        chance.find(verify("m", "openai", observing(Observer(0.0), 4)), SETTINGS), "balanced_accuracy", "m"
    )
    assert blind.parts["permutation_p"] > 0.05
    constant = one(chance.find(verify("c", "constant", saying_true), SETTINGS), "balanced_accuracy", "c")
    assert constant.parts["permutation_p"] is None
    many = verify("m", "openai", saying_true, clips=5001)
    found = one(chance.find(many, Settings(resamples=20)), "balanced_accuracy", "m")
    assert found.parts["permutation_p"] is None
    assert "not permuted beyond 20,000 answers" in found.reading
