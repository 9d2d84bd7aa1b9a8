"""What examples are good for."""

import polars as pl
import pytest
from tests.findings.tables import observing, verify

from aqa_eval.findings import examples
from aqa_eval.findings.settings import Settings
from aqa_eval.measures.observer import Observer

SETTINGS = Settings(
    seed=3,
    resamples=300,
    left_out={"m": {"needs 300,000 tokens, more than its context window of 262,144": 120, "another": 3}},
)


def _shots(k, d_prime, seed, labels="balanced", **fields):
    setting = f"shots {k}" if k else ""
    if labels == "random":
        setting += ", shot labels random"
    return verify(
        "m",
        "openai",
        observing(Observer(d_prime), seed),
        clips=200,
        shots=k,
        shot_labels=labels,
        setting=setting,
        prompt_tokens=1000 * (k + 1),
        **fields,
    )


def _of(found, measure, **parts):
    return [f for f in found if f.measure == measure and all(f.parts[k] == v for k, v in parts.items())]


def test_true_labels_that_help_and_random_ones_that_do_not():
    table = pl.concat(
        [_shots(0, 0.5, 1), _shots(2, 1.5, 2), _shots(4, 2.0, 3), _shots(2, 0.5, 4, labels="random")]
    )
    found = examples.find(table, SETTINGS)
    gains = _of(found, "shots_gain")
    assert [f.parts["shots"] for f in gains] == [2.0, 4.0, 2.0]
    assert gains[0].low > 0.0
    assert gains[1].low > 0.0
    assert (
        "Undecided whether it judges better or worse after 2 examples with random labels" in gains[2].reading
    )
    (labels,) = _of(found, "shot_labels_gain")
    assert labels.low > 0.0
    assert labels.reading.startswith("Learns from the examples")
    assert labels.about["versus"] == "shot labels random"


def test_tokens_and_what_did_not_fit_are_said():
    found = examples.find(pl.concat([_shots(0, 1.0, 1), _shots(1, 1.0, 2)]), SETTINGS)
    (gain,) = _of(found, "shots_gain")
    assert gain.parts["prompt_tokens"] == 2000.0
    assert "A request takes 2,000 tokens on average, against 1,000." in gain.reading
    assert "Not asked of this judge: 120 (needs 300,000 tokens" in gain.reading
    assert "another" not in gain.reading
    assert "after 1 example with" in gain.reading


def test_examples_that_change_nothing_are_undecided():
    (gain,) = examples.find(pl.concat([_shots(0, 1.0, 1), _shots(2, 1.0, 2)]), SETTINGS)
    assert "Undecided" in gain.reading


@pytest.mark.parametrize("silent", [0, 2])
def test_a_side_without_answers_says_so(silent):
    table = pl.concat([_shots(0, 1.0, 1), _shots(2, 1.0, 2)]).with_columns(
        status=pl.when(pl.col("shots") == silent).then(pl.lit("truncated")).otherwise(pl.lit("ok"))
    )
    (gain,) = examples.find(table, SETTINGS)
    assert gain.estimate is None
    assert examples.find(table.filter(pl.col("shots") == silent), SETTINGS) == []
