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


def test_uneven_repeats_are_no_shift():
    # "fault" about every odd clip and never about an even one, with the cue or without. Of five repeats all
    # were answered about the odd ones with it, and about the even ones without it; of the others only one.
    def repeats(odd, **fields):
        rows = pl.concat([verify("m", "openai", lambda t, f: t, repeat=k, **fields) for k in range(5)])
        faulty = pl.col("clip").str.strip_prefix("clip-").cast(pl.Int64) % 2 == 1
        answered = (faulty == odd) | (pl.col("repeat") == 0)
        return rows.with_columns(
            fault=faulty, status=pl.when(answered).then(pl.lit("ok")).otherwise(pl.lit("refused"))
        )

    table = pl.concat([repeats(odd=False), repeats(odd=True, **_cue("fake-blame"))])
    shift = _one(cues.find(table, SETTINGS), "cue_shift", "fake-blame")
    assert shift.estimate == pytest.approx(0.0)
    assert shift.parts["this"] == shift.parts["versus"] == pytest.approx(0.5)


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


def _index(found):
    (only,) = [f for f in found if f.measure == "modality_index"]
    return only


def _telling(sight, cue, seed, clips=200):
    """A judge whose log-odds of "fault" move by `sight` with the truth and by `cue` with what it is told."""
    tables = []
    for push, name in ((0, "none"), (-1, "fake-praise"), (1, "fake-blame")):
        generator = np.random.default_rng(seed + push)

        def answer(truth, framing, push=push, generator=generator):
            logit = sight * (truth - 0.5) + cue * push / 2
            return bool(generator.random() < 1 / (1 + np.exp(-logit)))

        fields = {} if name == "none" else _cue(name)
        tables.append(verify("m", "openai", answer, clips=clips, **fields))
    return pl.concat(tables)


@pytest.mark.parametrize(
    ("sight", "cue", "said"),
    [
        (0.5, 3.0, "What is said of the clip moves the verdict more than the clip does"),
        (3.0, 0.5, "The clip moves the verdict more than what is said of it"),
        (1.0, 1.0, "Undecided which moves the verdict more"),
    ],
)
def test_the_modality_index_recovers_what_was_planted(sight, cue, said):
    index = _index(cues.find(_telling(sight, cue, 10), SETTINGS))
    assert index.low < cue / (sight + cue) < index.high
    assert index.reading.startswith(said)
    assert index.parts["sight_low"] < sight < index.parts["sight_high"]
    assert index.parts["cue_low"] < cue < index.parts["cue_high"]
    assert index.about["versus"] == "cues fake-praise, fake-blame"
    assert index.about["setting"] == ""


def test_without_sight_cue_or_class_there_is_no_index():
    unmoved = _index(cues.find(_telling(0.0, 0.0, 4, clips=60), SETTINGS))
    assert unmoved.estimate is None
    assert "neither the truth nor the cue" in unmoved.reading
    faultless = _index(cues.find(_telling(1.0, 1.0, 4).filter(~pl.col("truth_fault")), SETTINGS))
    assert "only one class" in faultless.reading
    plain = _telling(1.0, 1.0, 4).with_columns(
        status=pl.when(pl.col("cue") == "none").then(pl.lit("ok")).otherwise(pl.lit("refused"))
    )
    assert "with a cue and without one" in _index(cues.find(plain, SETTINGS)).reading
    silent = plain.with_columns(status=pl.lit("error"))
    assert "no answered trials" in _index(cues.find(silent, SETTINGS)).reading
    constant = pl.concat(
        [verify("m", "openai", saying_true, **fields) for fields in ({}, _cue("fake-praise"))]
    )
    assert _index(cues.find(constant, SETTINGS)).low is None
