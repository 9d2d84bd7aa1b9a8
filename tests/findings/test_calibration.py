"""Does the judge know when it is wrong: planted confidences, and what cannot be told."""

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from aqa_eval.findings import Settings, calibration
from aqa_eval.findings.asked import asked
from aqa_eval.findings.confidence import from_repeats
from aqa_eval.measures.observer import Observer
from aqa_eval.vocabulary import Task
from findings.tables import choose, observing, one, saying_true, verify

SETTINGS = Settings(seed=3, resamples=300)


def confident(table: pl.DataFrame, values, source: str = "stated") -> pl.DataFrame:
    return table.with_columns(
        confidence=pl.Series(np.broadcast_to(np.asarray(values, float), table.height)),
        confidence_source=pl.lit(source),
    )


def sure_as_it_is_right(seed: int = 1, clips: int = 300, shift: float = 0.0) -> pl.DataFrame:
    """Each answer is right with the very probability that is stated, less `shift`."""
    rng = np.random.default_rng(seed)
    table = verify("m", "openai", lambda truth, framing: truth, clips=clips)
    sure = rng.uniform(0.55, 0.95, table.height)
    right = rng.random(table.height) < sure - shift
    fault = np.where(right, table["truth_fault"].to_numpy(), ~table["truth_fault"].to_numpy())
    return confident(table, sure).with_columns(fault=pl.Series(fault))


def test_a_judge_that_is_as_right_as_it_is_sure_is_calibrated():
    found = calibration.find(sure_as_it_is_right(), SETTINGS)
    over = one(found, "overconfidence", "m")
    assert over.low < 0 < over.high
    assert over.reading.startswith("Undecided")
    ece = one(found, "ece", "m")
    assert not ece.reading.startswith("Its confidence is off by more")
    assert one(found, "brier_skill", "m").low > 0
    assert one(found, "confidence_auroc", "m").low > 0.5
    assert one(found, "selective_gain", "m").low > 0
    assert over.about["confidence"] == "stated"
    assert "Confidence: as stated in the answer." in over.reading


def test_an_overconfident_judge_is_named_so_and_an_underconfident_one():
    over = calibration.find(sure_as_it_is_right(shift=0.2), SETTINGS)
    found = one(over, "overconfidence", "m")
    assert found.reading.startswith("Overconfident")
    assert found.low < 0.2 < found.high
    assert one(over, "ece", "m").reading.startswith("Its confidence is off by more than")
    under = one(calibration.find(sure_as_it_is_right(shift=-0.2), SETTINGS), "overconfidence", "m")
    assert under.reading.startswith("Underconfident")


def test_a_confidence_that_says_nothing_ranks_nothing():
    table = verify("m", "openai", observing(Observer(1.0), 4), clips=200)
    rng = np.random.default_rng(2)
    found = calibration.find(confident(table, rng.uniform(0.5, 1.0, table.height)), SETTINGS)
    assert one(found, "confidence_auroc", "m").reading.startswith("Undecided")
    assert one(found, "selective_gain", "m").reading.startswith("Undecided")
    assert one(found, "brier_skill", "m").high < 0


def test_the_probability_of_a_fault_is_graded_against_the_truth():
    table = sure_as_it_is_right()
    found = one(calibration.find(table, SETTINGS), "fault_auroc", "m")
    sure = np.where(table["fault"], table["confidence"], 1 - table["confidence"])
    each = [
        roc_auc_score(table["truth_fault"].to_numpy()[own], sure[own])
        for criterion in ("depth", "knees")
        for own in [(table["criterion"] == criterion).to_numpy()]
    ]
    assert found.estimate == pytest.approx(np.mean(each))
    assert found.reading.startswith("Its probability of a fault is higher where the fault is")


def test_sources_are_never_mixed():
    table = sure_as_it_is_right()
    half = pl.col("framing") == "positive"
    mixed = table.with_columns(
        confidence_source=pl.when(half).then(pl.lit("stated")).otherwise(pl.lit("token"))
    )
    found = [f for f in calibration.find(mixed, SETTINGS) if f.measure == "overconfidence"]
    assert [(f.about["confidence"], f.n) for f in found] == [("stated", 600), ("token", 600)]
    assert "600 other answers carry none." in found[0].reading


def test_repeats_are_a_confidence_where_a_question_was_asked_three_times():
    rng = np.random.default_rng(8)
    tables = []
    for k in range(5):
        table = verify("m", "openai", lambda truth, framing: truth, clips=60)
        right = rng.random(table.height) < 0.7
        fault = np.where(right, table["truth_fault"].to_numpy(), ~table["truth_fault"].to_numpy())
        tables.append(table.with_columns(fault=pl.Series(fault), repeat=pl.lit(k, pl.Int64)))
    whole = pl.concat(tables)
    found = [f for f in calibration.find(whole, SETTINGS) if f.measure == "overconfidence"]
    assert [f.about["confidence"] for f in found] == ["samples"]
    assert found[0].n == 240
    assert not [f for f in calibration.find(pl.concat(tables[:2]), SETTINGS) if f.measure == "overconfidence"]
    # The share of repeats by hand for one question.
    first = whole.filter((pl.col("item") == "verify:depth:0") & (pl.col("framing") == "positive"))
    votes = first["fault"].sum()
    (trials,) = asked(whole, Task.VERIFY)
    row = from_repeats(trials).row(0, named=True)
    assert row["fault"] == (votes > 2)
    assert row["confidence"] == pytest.approx(max(votes, 5 - votes) / 5)


def test_what_it_cannot_tell_is_not_used_and_counted():
    table = sure_as_it_is_right(clips=60)
    number = pl.int_range(pl.len()) % 4 == 0
    silent = table.with_columns(
        status=pl.when(number).then(pl.lit("refused")).otherwise("status"),
        note=pl.when(number).then(pl.lit("abstained: the view does not show it")).otherwise("note"),
        fault=pl.when(number).then(None).otherwise("fault"),
        confidence=pl.when(number).then(None).otherwise("confidence"),
    )
    found = one(calibration.find(silent, SETTINGS), "selective_gain", "m")
    assert found.parts["abstained"] == 60
    assert found.parts["answered_share"] == pytest.approx(0.75)
    assert found.parts["accuracy_at_80"] is None
    assert found.parts["accuracy_at_50"] is not None
    assert "It said 60 times that it cannot tell" in found.reading


def test_what_an_answer_is_worth_where_faults_are_rare():
    # Sensitivity 1, specificity 1/2: at 10% faults PPV = 0.1 / (0.1 + 0.9 / 2) = 2/11, NPV 1.
    flip = iter(range(10**6))
    table = verify("m", "openai", lambda truth, framing: truth or next(flip) % 2 == 0, clips=400)
    found = calibration.find(table, SETTINGS)
    ppv, npv = one(found, "ppv", "m"), one(found, "npv", "m")
    assert ppv.estimate == pytest.approx(2 / 11, abs=0.005)
    assert (ppv.chance, npv.chance) == (0.1, 0.9)
    assert npv.estimate == 1.0
    assert "Where 10% of the clips have the fault" in ppv.reading
    rare = one(calibration.find(table, Settings(resamples=100, prevalence=0.5)), "ppv", "m")
    assert rare.estimate == pytest.approx(2 / 3, abs=0.01)


def test_severe_faults_that_are_missed_weigh_more():
    table = verify("m", "openai", lambda truth, framing: truth, clips=200)
    severe = pl.col("clip").str.strip_prefix("clip-").cast(pl.Int64) % 4 == 1
    missed = table.with_columns(
        amount=pl.when(pl.col("truth_fault")).then(pl.when(severe).then(30.0).otherwise(10.0)).otherwise(0.0),
        fault=pl.when(pl.col("truth_fault") & severe).then(pl.lit(value=False)).otherwise("fault"),
    )
    found = one(calibration.find(missed, SETTINGS), "severity_missed", "m")
    assert found.estimate > found.parts["missed"]
    assert found.reading.startswith("Misses severe faults more than slight ones")
    even = table.with_columns(amount=pl.lit(5.0), fault=pl.lit(value=False))
    found = one(calibration.find(even, SETTINGS), "severity_missed", "m")
    assert found.estimate == 1.0
    rated = table.with_columns(ratings=pl.lit("1|1|0"))
    assert "share of raters" in one(calibration.find(rated, SETTINGS), "severity_missed", "m").reading


def test_choices_and_comparisons_have_a_confidence_too():
    answers = [("a", "a"), ("b", "b"), ("a", "b"), ("b", "b")] * 10
    for task in ("choose", "compare"):
        table = confident(choose("m", answers, task=task), 0.9, "token")
        found = calibration.find(table, SETTINGS)
        assert one(found, "overconfidence", "m").estimate == pytest.approx(0.9 - 0.75)
        assert "fault_auroc" not in {f.measure for f in found}


@pytest.mark.parametrize(
    "table",
    [
        confident(verify("m", "openai", saying_true), float("nan")),
        confident(verify("m", "openai", saying_true), 1.7),
        confident(verify("m", "openai", lambda truth, framing: "refused"), 0.5),
        verify("m", "openai", saying_true),
    ],
)
def test_no_usable_confidence_makes_no_statement(table):
    assert {f.measure for f in calibration.find(table, SETTINGS)} == {"ppv", "npv"}


@pytest.mark.parametrize(
    "table",
    [
        confident(verify("m", "openai", lambda truth, framing: truth), 1.0),
        confident(verify("m", "openai", saying_true), 0.7),
        confident(verify("m", "openai", lambda truth, framing: not truth), 0.0),
        confident(verify("m", "openai", saying_true), 0.7).with_columns(cluster=pl.lit("one")),
        confident(verify("m", "openai", saying_true), 0.7).with_columns(truth_fault=pl.lit(value=True)),
        confident(verify("m", "openai", saying_true, clips=1), 0.7),
    ],
)
def test_degenerate_confidences_do_not_flatter(table):
    for found in calibration.find(table, SETTINGS):
        assert found.reading.endswith(".")
        if found.measure in {"confidence_auroc", "fault_auroc"} and found.estimate is not None:
            assert found.estimate in {0.0, 0.5, 1.0}
        if found.clusters < 2 and not found.method.startswith("exact"):
            assert found.low is None
