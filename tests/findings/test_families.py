"""Many statements at once: what only stands alone is a hint."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from aqa_eval.findings import Settings, calibration, chance, contamination, detection
from aqa_eval.findings.families import corrected
from aqa_eval.measures.observer import Observer
from findings.tables import observing, saying_true, verify

SETTINGS = Settings(seed=3, resamples=20)
MANY = [f"criterion-{place}" for place in range(8)]
HINT = "A hint only: among"


def blind(seed: int, d_prime: float = 0.0) -> pl.DataFrame:
    """Eight criteria; asked with a strategy, so that no labels are permuted."""
    answer = observing(Observer(d_prime), seed)
    return verify("m", "openai", answer, 40, MANY, ["positive"], strategy="guidelines")


def test_holm_over_a_family_by_hand():
    first = next(f for f in chance.find(blind(1), SETTINGS) if f.about["criterion"] == MANY[0])
    # Of three: 0.012 x 3 = 0.036, 0.02 x 2 = 0.04, and 0.03 x 1, no less than the one before.
    ps, after = [0.03, 0.012, 0.02], [0.04, 0.036, 0.04]
    tested = [replace(first, parts={"p": p}, reading="Said.") for p in ps]
    untested, lone = replace(first, parts={}), replace(first, parts={"p": 0.04}, name="lone")
    doubtful = [replace(first, parts={"p": p}, reading="Said.", name="more") for p in (0.04, 0.03)]
    found = corrected([*tested, untested, lone, *doubtful], lambda f: f.name, "criteria")
    assert [f.parts["p_holm"] for f in found[:3]] == pytest.approx(after)
    assert [f.reading for f in found[:3]] == ["Said."] * 3
    assert found[3] == untested
    assert found[4].parts["p_holm"] == 0.04
    # 0.03 x 2 = 0.06 for both: neither is left.
    assert [f.parts["p_holm"] for f in found[5:]] == pytest.approx([0.06, 0.06])
    assert found[5].reading == (
        "Said. A hint only: among 2 criteria one as clear is no surprise (p = 0.040, after Holm p = 0.060)."
    )


@pytest.mark.parametrize(
    ("find", "measure"), [(chance.find, "balanced_accuracy"), (detection.find, "d_prime")]
)
def test_of_many_criteria_of_a_blind_judge_none_is_more_than_a_hint(find, measure):
    alone = together = 0
    for seed in range(60):
        found = [f for f in find(blind(seed), SETTINGS) if f.measure == measure]
        single = [f for f in found if f.about["criterion"] != "all" and f.parts.get("p") is not None]
        clear = [f for f in single if not f.low <= 0.5 * (measure == "balanced_accuracy") <= f.high]
        assert all((f.parts["p"] < 0.05) == (f in clear) for f in single)
        assert all((HINT in f.reading) == (f.parts["p_holm"] >= 0.05) for f in clear)
        alone += bool(clear)
        together += any(HINT not in f.reading for f in clear)
    assert alone >= 8  # 1 - 0.95^8 is one in three: 20 expected
    assert together <= 8  # 3 expected, three binomial errors are 5


def test_what_is_clear_among_all_is_no_hint_and_the_whole_is_no_member():
    found = chance.find(blind(1, d_prime=4.0), SETTINGS)
    assert not [f for f in found if HINT in f.reading]
    (whole,) = [f for f in found if f.about["criterion"] == "all"]
    assert "p_holm" not in whole.parts


def test_a_constant_judge_is_no_member_where_its_value_is_a_correction():
    found = detection.find(verify("always", "constant", saying_true), SETTINGS)
    assert not [f for f in found if "p_holm" in f.parts]


def unsure(seed: int, way: str, **fields: object) -> pl.DataFrame:
    """Says as often "fault" as not, and how sure it is tells nothing; a way of its own."""
    rng = np.random.default_rng(seed)
    table = verify("m", "openai", lambda truth, framing: bool(rng.random() < 0.5), frames=way, **fields)
    sure = rng.uniform(0.4, 0.6, table.height)
    return table.with_columns(confidence=pl.Series(sure), confidence_source=pl.lit("stated"))


def test_all_that_calibration_says_of_a_judge_is_one_family():
    found = calibration.find(pl.concat([unsure(1, "8"), unsure(2, "16")]), SETTINGS)
    tested = [f for f in found if f.parts.get("p") is not None]
    assert {f.measure for f in tested} >= {"overconfidence", "brier_skill", "confidence_auroc", "ppv", "npv"}
    assert {f.about["frames"] for f in tested} == {"8", "16"}
    least = min(tested, key=lambda f: f.parts["p"])
    assert least.parts["p_holm"] == pytest.approx(min(1.0, least.parts["p"] * len(tested)))


def test_all_that_points_to_recall_is_one_family():
    ways = [unsure(seed, str(seed), representation="none") for seed in range(12)]
    found = contamination.find(pl.concat(ways), SETTINGS)
    assert len(found) == 12
    least = min(found, key=lambda f: f.parts["p"])
    assert least.parts["p_holm"] == pytest.approx(min(1.0, least.parts["p"] * 12))
    assert not [f for f in found if f.parts["p"] < 0.05 <= f.parts["p_holm"] and HINT not in f.reading]
