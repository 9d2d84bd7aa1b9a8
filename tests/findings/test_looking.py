"""What the verdict owes to what is seen."""

import numpy as np
import polars as pl
import pytest
from tests.findings.tables import choose, observing, saying_true, score, verify

from aqa_eval.findings import looking
from aqa_eval.findings.settings import Settings
from aqa_eval.measures.observer import Observer

SETTINGS = Settings(seed=3, resamples=300)
BLIND = {"representation": "none", "frames": ""}


def _way(d_prime, seed, judge="m", clips=200, **fields):
    return verify(judge, "openai", observing(Observer(d_prime), seed), clips=clips, **fields)


def _perturbed(name, **fields):
    return {"perturbation": name, "setting": name, **fields}


def _one(found, measure, criterion="all", **about):
    (only,) = [
        f
        for f in found
        if f.measure == measure
        and f.about["criterion"] == criterion
        and all(f.about[key] == wanted for key, wanted in about.items())
    ]
    return only


def test_a_judge_that_sees_has_a_blind_gap_and_one_that_does_not_has_none():
    table = pl.concat(
        [
            _way(2.0, 1),
            _way(0.0, 2, **BLIND),
            _way(0.0, 3, judge="blind"),
            _way(0.0, 4, judge="blind", **BLIND),
        ]
    )
    found = looking.find(table, SETTINGS)
    seeing, blind = (_one(found, "blind_gap", judge=judge) for judge in ("m", "blind"))
    planted = Observer(2.0).balanced_accuracy([1, -1]) - 0.5
    assert seeing.low < planted < seeing.high
    assert seeing.low > 0.0
    assert seeing.about["versus"] == "representation none"
    assert seeing.estimate == pytest.approx(seeing.parts["this"] - seeing.parts["versus"])
    assert seeing.reading.startswith("What is shown helps")
    assert "Undecided whether it judges better" in blind.reading


def test_temporal_gain_is_what_the_shuffled_clip_loses_overall_and_for_each_criterion():
    table = pl.concat(
        [_way(2.0, 1), _way(0.5, 2, **_perturbed("shuffled")), _way(2.0, 3, **_perturbed("reversed"))]
    )
    found = looking.find(table, SETTINGS)
    lost = _one(found, "temporal_gain", versus="perturbation shuffled")
    assert lost.low > 0.1
    assert lost.about["setting"] == ""
    assert "Uses the course of the movement" in lost.reading
    kept = _one(found, "temporal_gain", versus="perturbation reversed")
    assert "Undecided" in kept.reading
    assert _one(found, "temporal_gain", criterion="knees", versus="perturbation shuffled").low > 0.0


@pytest.mark.parametrize(("axis", "fields"), [("frozen", {}), ("random-frame", {"frames": "1"})])
def test_more_frames_are_not_their_order(axis, fields):
    found = looking.find(pl.concat([_way(2.0, 1), _way(0.5, 2, **_perturbed(axis, **fields))]), SETTINGS)
    assert not [f for f in found if f.measure == "temporal_gain"]
    lost = _one(found, "single_frame_loss", versus=f"perturbation {axis}")
    assert lost.low > 0.1
    assert lost.reading.startswith("Uses more than one frame: it judges better by the clip as it is")
    assert "course of the movement" not in lost.reading
    assert "no sign that it uses the order" in lost.reading


def test_a_random_frame_has_its_own_frames_and_is_held_against_the_key_frame():
    table = pl.concat(
        [
            _way(1.0, 1),
            _way(0.2, 2, **_perturbed("random-frame", frames="1")),
            _way(2.0, 3, **_perturbed("keyframe", frames="1")),
        ]
    )
    found = looking.find(table, SETTINGS)
    assert _one(found, "single_frame_loss", versus="perturbation random-frame").estimate > 0.0
    assert _one(found, "keyframe_gain", versus="perturbation random-frame").low > 0.1


def test_representations_are_compared_on_clips_that_pass_the_gate_on_both_sides():
    skeleton = _way(0.0, 2, representation="skeleton").filter(pl.col("clip") != "clip-0")
    found = looking.find(pl.concat([_way(2.0, 1), skeleton]), SETTINGS)
    collapse = _one(found, "representation_gain")
    assert collapse.high < 0.0
    assert collapse.parts["questions"] == 199 * 4
    assert collapse.reading.startswith("Judges worse by the skeleton alone than by the picture")


def test_true_keypoints_are_held_against_estimated_ones():
    table = pl.concat(
        [
            _way(0.3, 1, representation="skeleton"),
            _way(2.0, 2, representation="skeleton", keypoints="oracle", setting="keypoints oracle"),
        ]
    )
    found = looking.find(table, SETTINGS)
    assert _one(found, "keypoints_gain").low > 0.1


def test_frames_are_a_series_against_the_plain_count():
    table = pl.concat(
        [_way(d, i, frames=n) for i, (n, d) in enumerate([("2", 0.2), ("16", 1.5), ("32", 1.5)])]
    )
    found = [f for f in looking.find(table, SETTINGS) if f.measure == "frames_gain"]
    assert [f.about["frames"] for f in found] == ["2", "32"]
    assert found[0].reading.startswith("Judges worse by 2 frames than by 16")


def _swapped(follows, judge="m", clips=200):
    """Items shown a clip of the other label; a judge that follows it is right of what is shown."""
    generator = np.random.default_rng(6)
    rows = verify(judge, "openai", lambda truth, framing: truth, clips=clips, **_perturbed("swapped"))
    right = generator.random(rows.height) < follows
    # The truth of the table is that of the clip shown; the item's own is the opposite.
    return rows.with_columns(
        original=pl.when(pl.col("truth_fault")).then(pl.lit("False")).otherwise(pl.lit("True")),
        fault=pl.when(pl.Series(right)).then(pl.col("truth_fault")).otherwise(~pl.col("truth_fault")),
    )


@pytest.mark.parametrize(
    ("follows", "said"),
    [
        (0.9, "The verdict follows the clip that is shown"),
        (0.1, "The verdict follows the item's own clip"),
        (0.5, "Undecided whether the verdict follows the clip shown"),
    ],
)
def test_the_verdict_follows_the_clip_shown_or_the_one_that_was_not(follows, said):
    finding = _one(looking.find(_swapped(follows), SETTINGS), "follows_shown")
    assert finding.reading.startswith(said)
    assert finding.estimate == pytest.approx(
        2 * follows - 1, abs=0.1
    )  # BA of the one is 1 - that of the other


def test_the_mismatched_gap_is_what_the_swap_takes_from_agreement_with_the_items_own_label():
    # The truth of the item's own clips is the opposite of what is true of those shown.
    swapped = _swapped(0.9)
    own = verify("m", "openai", lambda truth, framing: truth, clips=200).with_columns(
        truth_fault=~pl.col("truth_fault"), fault=~pl.col("fault")
    )
    finding = _one(looking.find(pl.concat([own, swapped]), SETTINGS), "mismatched_gap")
    assert finding.parts["this"] == 1.0
    assert finding.parts["versus"] == pytest.approx(0.1, abs=0.05)
    assert finding.low > 0.5


def test_swapped_scores_follow_what_is_shown():
    truth = np.random.default_rng(0).normal(size=60)
    table = score("m", "openai", truth, truth * 2, **_perturbed("swapped")).with_columns(
        original=(-pl.col("truth_score")).cast(pl.String)
    )
    finding = _one(looking.find(table, SETTINGS), "follows_shown")
    assert finding.estimate == pytest.approx(2.0)


def test_faults_in_the_frames_sent_against_faults_outside_of_them():
    rows = verify("m", "openai", lambda truth, framing: truth, clips=240)
    generator = np.random.default_rng(2)
    shown = generator.random(rows.height) < 0.5
    hit = generator.random(rows.height) < np.where(shown, 0.9, 0.4)
    table = rows.with_columns(
        fault_shown=pl.when(pl.col("truth_fault")).then(pl.Series(shown)),
        fault=pl.when(pl.col("truth_fault")).then(pl.Series(hit)).otherwise(pl.col("fault")),
    )
    finding = _one(looking.find(table, SETTINGS), "fault_shown_gain")
    assert finding.low < 0.5 < finding.high
    assert finding.parts["criteria"] == 2.0
    assert "what else makes a fault easy" in finding.reading


def test_stills_against_recordings_are_not_paired_and_it_says_so():
    videos = _way(0.3, 1, dataset="gym")
    stills = _way(2.0, 2, dataset="album", still=True)
    finding = _one(looking.find(pl.concat([videos, stills]), SETTINGS), "still_gain")
    assert finding.low > 0.1
    assert "Not paired" in finding.reading
    assert finding.about["dataset"] == "all"


def test_choices_and_scores_have_gaps_of_their_own():
    truths = ["a", "b", "c"] * 40
    generator = np.random.default_rng(1)
    seen = [(t, t if generator.random() < 0.8 else "a") for t in truths]
    blind = [(t, "abc"[generator.integers(3)]) for t in truths]
    values = generator.normal(size=100)
    table = pl.concat(
        [
            choose("m", seen),
            choose("m", blind, **BLIND),
            score("m", "openai", values, values + generator.normal(size=100)),
            score("m", "openai", values, generator.normal(size=100), **BLIND),
        ]
    )
    found = looking.find(table, SETTINGS)
    assert _one(found, "blind_gap", task="choose").low > 0.2
    assert _one(found, "blind_gap", task="score").low > 0.2


def test_degenerate_tables_say_that_nothing_can_be_said():
    silent = pl.concat([_way(1.0, 1), verify("m", "openai", lambda t, f: "refused", clips=200, **BLIND)])
    finding = _one(looking.find(silent, SETTINGS), "blind_gap")
    assert finding.estimate is None
    assert "no question was answered on both sides" in finding.reading
    one = pl.concat([_way(1.0, 1, clips=2), _way(1.0, 1, clips=2, **BLIND)])
    assert "one cluster only" in _one(looking.find(one, SETTINGS), "blind_gap").reading
    constant = pl.concat([verify("m", "openai", saying_true), verify("m", "openai", saying_true, **BLIND)])
    assert _one(looking.find(constant, SETTINGS), "blind_gap").estimate == 0.0
    healthy = pl.concat([_way(1.0, 1), _way(1.0, 1, **BLIND)]).filter(~pl.col("truth_fault"))
    assert "only one class" in _one(looking.find(healthy, SETTINGS), "blind_gap").reading
    flat = pl.concat(
        [score("m", "openai", [1.0] * 9, range(9)), score("m", "openai", [1.0] * 9, range(9), **BLIND)]
    )
    assert _one(looking.find(flat, SETTINGS), "blind_gap").estimate is None
    assert looking.find(silent.head(0), SETTINGS) == []


def _noisy(rows, generator):
    """Answers that are right in 70% of cases, half of their luck shared by all that is asked of a cluster."""
    clusters = rows["cluster"].rank("dense").to_numpy() - 1
    luck = generator.normal(size=clusters.max() + 1)[clusters] + generator.normal(size=rows.height)
    right = pl.Series(luck / 2**0.5 < 0.5244)  # the normal deviate of 0.7
    truth = pl.col("truth_fault")
    return rows.with_columns(fault=pl.when(right).then(truth).otherwise(~truth))


def test_ways_that_do_not_differ_are_seldom_said_to():
    # Two ways of one judge without any effect, 200 tables of 60 clusters: 5% is 10, and three
    # standard errors either way are 9.
    generator = np.random.default_rng(9)
    plain = _way(1.0, 0, clips=120)
    changed = _way(1.0, 0, clips=120, **_perturbed("blurred"))
    wrong = 0
    for seed in range(200):
        table = pl.concat(_noisy(rows, generator) for rows in (plain, changed))
        finding = _one(looking.find(table, Settings(seed=seed, resamples=200)), "picture_gain")
        wrong += "Undecided" not in finding.reading
    assert 1 <= wrong <= 20
