"""Human ceilings, reliability of labels, and how far judges come: planted raters and judges."""

import numpy as np
import polars as pl
import pytest

from aqa_eval.findings import Settings, ceilings
from findings.tables import one, saying_true, score, verify

SETTINGS = Settings(seed=3, resamples=300)


def voted(
    right: float,
    judge_right: float,
    clips: int = 240,
    raters: int = 3,
    name: str = "m",
    protocol: str = "openai",
) -> pl.DataFrame:
    """Raters who see the truth with probability `right`; the label is their majority; a judge of its own."""
    rng = np.random.default_rng(5)
    table = verify(name, protocol, saying_true, clips=clips, framings=["positive"])
    truth = table["truth_fault"].to_numpy()
    votes = np.where(rng.random((table.height, raters)) < right, truth[:, None], ~truth[:, None])
    said = np.where(np.random.default_rng(6).random(table.height) < judge_right, truth, ~truth)
    return table.with_columns(
        ratings=pl.Series(["|".join(str(int(v)) for v in row) for row in votes]),
        truth_fault=pl.Series(votes.mean(axis=1) > 0.5),
        fault=pl.Series(said),
    )


def test_a_judge_as_good_as_a_rater_reaches_the_ceiling_and_a_blind_one_nothing():
    found = ceilings.find(voted(0.85, 0.85), SETTINGS)
    share = one(found, "share_of_ceiling", "m")
    assert share.low < 1 < share.high or share.low > 0.8
    assert 0.8 < share.estimate < 1.3
    blind = one(ceilings.find(voted(0.85, 0.5), SETTINGS), "share_of_ceiling", "m")
    assert blind.reading.startswith("Falls short of the human ceiling")
    assert blind.low < 0 < blind.high
    better = one(ceilings.find(voted(0.7, 1.0), SETTINGS), "share_of_ceiling", "m")
    assert better.reading.startswith("Comes closer to the label than a rater does")


def test_the_human_ceiling_is_a_rater_against_the_majority_of_the_others():
    found = ceilings.find(voted(0.85, 0.85), SETTINGS)
    ceiling = one(found, "human_ceiling", "raters")
    assert ceiling.about["protocol"] == "human"
    # Both others agree with 0.85^2 + 0.15^2 and are then right with 0.7225 / 0.745 = 0.970: a rater agrees
    # with them with 0.85 * 0.970 + 0.15 * 0.030 = 0.829.
    assert ceiling.low < 0.829 < ceiling.high
    alpha = one(found, "rater_alpha", "raters")
    # Two raters agree with 0.745 where half are faulty: (0.745 - 0.5) / 0.5 = 0.49.
    assert alpha.low < 0.49 < alpha.high
    assert {f.about["criterion"] for f in found if f.measure == "rater_alpha"} == {"all", "depth", "knees"}


def by_base_rates(seed: int, clips: int = 120) -> pl.DataFrame:
    """Three raters who see nothing, and vote "fault" 9 times in 10 on one criterion, 1 in 10 on the other."""
    rng = np.random.default_rng(seed)
    table = verify("m", "openai", saying_true, clips=clips, framings=["positive"])
    rate = np.where(table["criterion"].to_numpy() == "depth", 0.9, 0.1)[:, None]
    votes = rng.random((table.height, 3)) < rate
    return table.with_columns(ratings=pl.Series(["|".join(str(int(v)) for v in row) for row in votes]))


def test_raters_who_only_know_which_faults_are_common_do_not_agree():
    alpha = one(ceilings.find(by_base_rates(3), SETTINGS), "rater_alpha", "raters")
    assert abs(alpha.estimate) < 0.2  # over both at once alpha is 0.64
    assert alpha.reading.startswith("Undecided whether raters agree at all")


def test_alpha_over_all_criteria_is_the_mean_of_theirs():
    found = ceilings.find(voted(0.85, 0.85), SETTINGS)
    parts = [one(found, "rater_alpha", "raters", name).estimate for name in ("depth", "knees")]
    assert one(found, "rater_alpha", "raters").estimate == pytest.approx(np.mean(parts))


def test_a_criterion_without_different_votes_is_left_out_of_the_mean():
    table = voted(0.85, 0.85).with_columns(
        ratings=pl.when(pl.col("criterion") == "knees").then(pl.lit("0|0|0")).otherwise("ratings")
    )
    found = ceilings.find(table, SETTINGS)
    whole, depth = one(found, "rater_alpha", "raters"), one(found, "rater_alpha", "raters", "depth")
    assert (whole.estimate, whole.low) == (depth.estimate, depth.low)
    assert "knees" in whole.reading


def test_references_on_the_same_items_are_the_floor():
    table = pl.concat(
        [
            voted(0.85, 0.85),
            voted(0.85, 0.5, name="same", protocol="constant").with_columns(fault=pl.lit(value=False)),
        ]
    )
    found = ceilings.find(table, SETTINGS)
    ceiling = one(found, "human_ceiling", "raters")
    assert ceiling.parts["reached_by_same"] == 0.5
    assert "References on these items: same 0.50." in ceiling.reading
    floor = one(found, "share_of_ceiling", "same")
    assert (floor.estimate, floor.low, floor.high) == (0.0, 0.0, 0.0)


def test_unanimous_majority_and_soft_labels_stand_side_by_side():
    found = ceilings.find(voted(0.8, 0.9), SETTINGS)
    whole, most, soft = (
        one(found, f"balanced_accuracy_{kind}", "m") for kind in ("unanimous", "majority", "soft")
    )
    assert whole.estimate > most.estimate > soft.estimate > 0.5
    assert whole.n < most.n == soft.n
    assert soft.parts["soft_at_best"] < 1.0
    assert "nobody can reach 1" in soft.reading
    assert 0.4 < whole.parts["unanimous_share"] < 0.65


def test_soft_labels_by_hand():
    # One criterion, four clips with shares 1, 2/3, 1/3, 0; said: yes, yes, no, no.
    # Sensitivity (1 + 2/3) / 2 = 5/6, specificity (2/3 + 1) / 2 = 5/6.
    table = verify("m", "openai", saying_true, clips=4, criteria=["depth"], framings=["positive"])
    table = table.with_columns(
        ratings=pl.Series(["1|1|1", "1|1|0", "0|1|0", "0|0|0"]), fault=pl.Series([True, True, False, False])
    )
    assert one(ceilings.find(table, SETTINGS), "balanced_accuracy_soft", "m").estimate == pytest.approx(5 / 6)


def marked(noise: float, sight: float, n: int = 200, events: int = 0, raters: int = 5) -> pl.DataFrame:
    """Marks of a true quality with noise, the label their mean, and a judge that sees the quality."""
    rng = np.random.default_rng(8)
    quality = rng.normal(size=n)
    level = np.repeat(rng.normal(size=events) * 3, n // events) if events else np.zeros(n)
    marks = (level + quality)[:, None] + noise * rng.normal(size=(n, raters))
    said = level + sight * quality + rng.normal(size=n)
    names = [f"event-{i // (n // events)}" for i in range(n)] if events else None
    table = score("m", "openai", marks.mean(axis=1), said, names)
    return table.with_columns(ratings=pl.Series(["|".join(f"{m:.6f}" for m in row) for row in marks]))


def test_noise_of_the_raters_is_taken_off_the_rank_correlation():
    found = ceilings.find(marked(2.0, 2.0), SETTINGS)
    raw, corrected = (
        one(found, "spearman_corrected", "m").parts["spearman"],
        one(found, "spearman_corrected", "m"),
    )
    # One mark has reliability 1 / (1 + 4) = 0.2, the mean of five 5 * 0.2 / 1.8 = 0.556.
    mean = one(found, "reliability_of_the_mean", "raters")
    assert mean.low < 0.556 < mean.high
    assert one(found, "icc", "raters").low < 0.2 < one(found, "icc", "raters").high
    assert corrected.estimate == pytest.approx(raw / np.sqrt(mean.estimate), rel=0.02)
    ceiling = one(found, "human_ceiling", "raters")
    assert 0.2 < ceiling.estimate < 0.5
    assert one(found, "share_of_ceiling", "m").estimate > 1
    still = one(ceilings.find(marked(0.1, 0.0), SETTINGS), "share_of_ceiling", "m")
    assert still.reading.startswith("Falls short")


def test_what_differs_between_events_is_no_agreement():
    found = ceilings.find(marked(2.0, 1.0, events=20), SETTINGS)
    assert one(found, "icc", "raters").estimate < 0.4
    assert "within events" in one(found, "icc", "raters").reading
    assert one(found, "human_ceiling", "raters").estimate < 0.55


@pytest.mark.parametrize(
    "table",
    [
        verify("m", "openai", saying_true),
        verify("m", "openai", lambda truth, framing: "refused").with_columns(ratings=pl.lit("1|0|1")),
        voted(0.9, 0.9).with_columns(cluster=pl.lit("one")),
        voted(0.9, 0.9).with_columns(ratings=pl.lit("1|1|1")),
        voted(0.9, 0.9).with_columns(ratings=pl.lit("1|nan|x")),
        voted(0.9, 0.9).with_columns(ratings=pl.lit("0.5|0.2")),
        voted(0.9, 0.9).with_columns(truth_fault=pl.lit(value=True), fault=pl.lit(value=True)),
        marked(1.0, 1.0, n=2),
        marked(1.0, 1.0, n=1),
        marked(1.0, 1.0).with_columns(ratings=pl.lit("5|5|5")),
        marked(1.0, 1.0).with_columns(score=pl.lit(3.0)),
        marked(1.0, 1.0).with_columns(ratings=pl.lit("inf|1|2")),
        marked(1.0, 1.0).clear(),
    ],
)
def test_degenerate_ratings_say_why(table):
    for found in ceilings.find(table, SETTINGS):
        assert found.reading.endswith(".")
        if found.clusters < 2 and not found.method.startswith("exact"):
            assert found.low is None
