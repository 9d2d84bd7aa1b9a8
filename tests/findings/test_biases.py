import polars as pl
import pytest

from aqa_eval.findings import Settings, acquiescence, correctness_bias, detection
from aqa_eval.measures.observer import Observer
from findings.tables import observing, one, saying_true, verify

SETTINGS = Settings(
    seed=3,
    resamples=200,
    planted={
        "lenient": {"d_prime": 1.0, "criterion": 0.8},
        "agreeing": {"d_prime": 1.0, "acquiescence": 0.8},
    },
)


@pytest.fixture(scope="module")
def table():
    return pl.concat(
        [
            verify("lenient", "simulated", observing(Observer(1.0, 0.8), 11)),
            verify("agreeing", "simulated", observing(Observer(1.0, 0.0, 0.8), 12)),
            verify("constant", "constant", saying_true),
        ]
    )


def test_pure_correctness_bias_and_pure_acquiescence_are_told_apart(table):
    leaning, agreeing = correctness_bias.find(table, SETTINGS), acquiescence.find(table, SETTINGS)
    for scale in ("", "_z"):
        assert one(leaning, f"correctness_bias{scale}", "lenient").low > 0.0
        assert one(leaning, f"correctness_bias{scale}", "agreeing").reading.startswith("Undecided")
        assert one(agreeing, f"acquiescence{scale}", "agreeing").low > 0.0
        assert one(agreeing, f"acquiescence{scale}", "lenient").reading.startswith("Undecided")
    reading = one(leaning, "correctness_bias", "lenient").reading
    assert reading.startswith('Leans to "correct" whatever is shown')


def test_planted_values_on_both_scales_lie_inside(table):
    observer = Observer(1.0, 0.8)
    found = correctness_bias.find(table, SETTINGS)
    probability = one(found, "correctness_bias", "lenient")
    deviate = one(found, "correctness_bias_z", "lenient")
    assert probability.planted == pytest.approx(observer.correctness_bias())
    assert deviate.planted == 0.8
    for finding in (probability, deviate):
        assert finding.low <= finding.planted <= finding.high
        assert "lies inside the interval" in finding.reading


def test_the_constant_judge_agrees_always_by_construction(table):
    leaning = one(correctness_bias.find(table, SETTINGS), "correctness_bias", "constant")
    agreeing = one(acquiescence.find(table, SETTINGS), "acquiescence", "constant")
    assert (leaning.estimate, leaning.low, leaning.high) == (0.0, 0.0, 0.0)
    assert (agreeing.estimate, agreeing.low, agreeing.high) == (0.5, 0.5, 0.5)
    assert agreeing.parts["true_to_requirement"] == 1.0
    assert agreeing.parts["true_to_fault"] == 1.0


def test_one_polarity_cannot_tell():
    alone = verify("m", "openai", observing(Observer(1.0), 1), framings=["positive"])
    finding = one(correctness_bias.find(alone, SETTINGS), "correctness_bias", "m")
    assert finding.estimate is None
    assert finding.reading.startswith("Cannot be estimated: not asked in both polarities")


def test_neutral_questions_make_no_statement_about_polarity():
    neutral = verify("m", "openai", observing(Observer(1.0), 1), framings=["neutral"])
    assert correctness_bias.find(neutral, SETTINGS) == []
    assert acquiescence.find(neutral, SETTINGS) == []
    assert one(detection.find(neutral, SETTINGS), "d_prime", "m").estimate is not None


def test_d_prime_and_c(table):
    found = detection.find(table, SETTINGS)
    seen = one(found, "d_prime", "lenient")
    assert seen.planted == 1.0
    assert seen.low <= 1.0 <= seen.high
    assert seen.reading.startswith("Sees something of the fault")
    reluctant = one(found, "c", "lenient")
    assert reluctant.planted == pytest.approx(0.8)
    assert reluctant.reading.startswith('Reluctant to say "fault"')
    assert reluctant.estimate == pytest.approx(
        (reluctant.parts["c_positive"] + reluctant.parts["c_negative"]) / 2
    )
    blind = one(found, "d_prime", "constant")
    assert blind.estimate == pytest.approx(0.0)
    assert blind.reading.startswith("A constant answer has no evidence behind it")
    # On the scale of probabilities it is known exactly; in units of z nothing is called undecided beside it.
    for find, measure in (
        (correctness_bias.find, "correctness_bias_z"),
        (acquiescence.find, "acquiescence_z"),
    ):
        assert one(find(table, SETTINGS), measure, "constant").reading.startswith("A constant answer")


def test_nobody_answered():
    table = verify("m", "openai", lambda truth, framing: "error")
    for find, measure in ((correctness_bias.find, "correctness_bias"), (detection.find, "d_prime")):
        finding = one(find(table, SETTINGS), measure, "m")
        assert finding.estimate is None
        assert "Cannot be estimated: no answered trials" in finding.reading
        assert finding.failures == 240
