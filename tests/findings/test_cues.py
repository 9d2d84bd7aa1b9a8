"""What words and setting do to the verdict."""

import numpy as np
import polars as pl
import pytest
from tests.findings.tables import choose, observing, saying_true, score, verify

from aqa_eval.findings import cues
from aqa_eval.findings.settings import Settings
from aqa_eval.measures.observer import Observer

SETTINGS = Settings(seed=3, resamples=300)


def _cue(name):
    return {"cue": name, "setting": f"cue {name}"}


def _judge(criterion, seed, clips=200, **fields):
    """A reluctance of `criterion` to say "fault", at a d' of 1."""
    return verify("m", "openai", observing(Observer(1.0, criterion), seed), clips=clips, **fields)


def _one(found, measure, cue):
    (only,) = [f for f in found if f.measure == measure and f.about["setting"] == f"cue {cue}"]
    return only


def test_a_judge_that_follows_praise_and_blame_is_moved_either_way():
    table = pl.concat(
        [_judge(0.0, 1), _judge(1.0, 2, **_cue("fake-praise")), _judge(-1.0, 3, **_cue("fake-blame"))]
    )
    found = cues.find(table, SETTINGS)
    for cue, towards in (("fake-praise", '"no fault"'), ("fake-blame", '"fault"')):
        shift = _one(found, "cue_shift", cue)
        assert shift.low > 0.1
        assert f"the judgement follows, towards {towards}" in shift.reading
    # P(fault) of d' 1 at c 0 and c 1: 1/2, and the mean of Phi(-1/2) and Phi(-3/2), 0.1877.
    praise = _one(found, "cue_shift", "fake-praise")
    assert praise.low < 0.5 - 0.1877 < praise.high
    assert praise.estimate == pytest.approx(praise.parts["versus"] - praise.parts["this"])


def test_a_judge_that_does_not_listen_is_undecided_and_one_that_resists_goes_below():
    table = pl.concat(
        [_judge(0.0, 1), _judge(0.0, 2, **_cue("fake-praise")), _judge(1.0, 3, **_cue("fake-blame"))]
    )
    found = cues.find(table, SETTINGS)
    assert _one(found, "cue_shift", "fake-praise").reading.startswith(
        "Undecided whether the judgement follows"
    )
    assert "goes against it" in _one(found, "cue_shift", "fake-blame").reading


def test_scores_are_moved_in_standard_deviations_of_the_truth_towards_the_better_end():
    generator = np.random.default_rng(0)
    truth = generator.normal(0, 2.0, size=100)
    given = truth + generator.normal(size=100)
    table = pl.concat(
        [
            score("m", "openai", truth, given),
            score("m", "openai", truth, given + 1.0 + generator.normal(0, 0.1, 100), **_cue("fake-score")),
        ]
    )
    shift = _one(cues.find(table, SETTINGS), "cue_shift", "fake-score")
    assert shift.estimate == pytest.approx(1.0 / truth.std(), abs=0.02)
    assert shift.low > 0.4
    lower = Settings(seed=3, resamples=300, lower_is_better={"execution"})
    assert _one(cues.find(table, lower), "cue_shift", "fake-score").high < -0.4


def test_a_cue_that_pushes_nowhere_can_only_cost():
    truths = ["a", "b"] * 50
    generator = np.random.default_rng(1)
    noisy = [(t, t if generator.random() < 0.5 else "ab"[generator.integers(2)]) for t in truths]
    table = pl.concat([choose("m", [(t, t) for t in truths]), choose("m", noisy, **_cue("action-wrong"))])
    found = cues.find(table, SETTINGS)
    assert [f.measure for f in found] == ["cue_effect"]
    assert found[0].high < 0.0
    assert found[0].reading.startswith("Another action is named: it judges worse than without")


def test_the_sound_is_a_cue():
    table = pl.concat(
        [
            _judge(0.0, 1, transport="native", setting="transport native"),
            verify(
                "m",
                "openai",
                observing(Observer(3.0), 2),
                clips=200,
                transport="native",
                audio=True,
                setting="transport native, audio",
            ),
        ]
    )
    (found,) = cues.find(table, SETTINGS)
    assert found.low > 0.0
    assert found.about["versus"] == "audio false"


def test_degenerate_tables():
    silent = pl.concat(
        [_judge(0.0, 1), verify("m", "openai", lambda t, f: "error", clips=200, **_cue("fake-praise"))]
    )
    assert all(f.estimate is None for f in cues.find(silent, SETTINGS))
    constant = pl.concat(
        [verify("m", "openai", saying_true, **fields) for fields in ({}, _cue("fake-praise"))]
    )
    still = _one(cues.find(constant, SETTINGS), "cue_shift", "fake-praise")
    assert still.estimate == 0.0
    assert "Undecided" in still.reading
    one = pl.concat([_judge(0.0, 1, clips=2), _judge(0.0, 1, clips=2, **_cue("fake-praise"))])
    assert all(f.low is None for f in cues.find(one, SETTINGS))
    flat = pl.concat(
        [
            score("m", "openai", [1.0] * 9, range(9)),
            score("m", "openai", [1.0] * 9, range(9), **_cue("fake-score")),
        ]
    )
    shift = _one(cues.find(flat, SETTINGS), "cue_shift", "fake-score")
    assert "the true scores do not differ" in shift.reading
