"""Two at a time: planted places, orders and gaps."""

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtr

from aqa_eval.findings import Settings, contrast, ranking
from aqa_eval.findings.table import COLUMNS
from aqa_eval.measures.bradley_terry import Strengths
from findings.comparing import compare, seeing, single
from findings.tables import _row, one, saying_true, verify

SETTINGS = Settings(seed=3, resamples=300)


def test_a_judge_that_prefers_the_first_place_is_named_and_a_fair_one_is_not():
    biased = contrast.find(compare(seeing(1.0, 0.8)), SETTINGS)
    found = one(biased, "first_bias", "m")
    assert found.reading.startswith("Prefers what it is shown first")
    z = 1.0 / np.sqrt(2)
    planted = (ndtr(z + 0.8) + ndtr(-z + 0.8)) / 2 - 0.5
    assert found.low < planted < found.high
    assert one(biased, "order_consistency", "m").estimate < 0.75
    fair = one(contrast.find(compare(seeing(1.0)), SETTINGS), "first_bias", "m")
    assert fair.reading.startswith("Undecided whether it prefers a place")


def test_flips_with_the_order_stand_beside_those_of_asking_again_and_are_judged_by_framing():
    found = contrast.find(compare(seeing(0.8, 1.2), repeats=4), SETTINGS)
    same = one(found, "order_consistency", "m")
    assert same.parts["flips_in_order"] > same.parts["flips_of_re_asking"] > 0.0
    assert not [f for f in found if "excess" in f.measure]
    noisy = one(contrast.find(compare(seeing(0.8), repeats=4), SETTINGS), "order_consistency", "m")
    assert noisy.parts["flips_in_order"] == pytest.approx(noisy.parts["flips_of_re_asking"], abs=0.1)


def test_accuracy_is_free_of_the_place_and_skill_says_whether_it_sees():
    found = contrast.find(compare(seeing(1.5, 0.5), pairs=300), SETTINGS)
    skill = one(found, "choice_skill", "m")
    assert skill.reading.startswith("Finds the better of two performances more often")
    assert skill.parts["said_first"] > 0.55
    blind = one(contrast.find(compare(seeing(0.0), pairs=800), SETTINGS), "choice_skill", "m")
    assert "Shown to be no better than chance" in blind.reading
    few = one(contrast.find(compare(seeing(0.0), pairs=30), SETTINGS), "choice_skill", "m")
    assert "Shown to be no better than chance" not in few.reading


def test_the_same_sight_in_pairs_and_singly_is_no_gain_and_more_sight_is():
    pairs = 600
    same = pl.concat([compare(seeing(1.0), pairs=pairs), single(1.0, pairs)])
    found = one(contrast.find(same, SETTINGS), "d_prime_gain_of_pairs", "m", "depth")
    assert found.low < 0 < found.high
    assert found.about["versus"] == contrast.SINGLY
    # Accuracies differ all the same: z(PC) = d'/sqrt 2 in pairs, d'/2 singly.
    assert found.parts["d_prime_of_pairs"] == pytest.approx(1.0, abs=0.2)
    assert found.parts["d_prime_singly"] == pytest.approx(1.0, abs=0.2)
    more = pl.concat([compare(seeing(2.0), pairs=pairs), single(0.5, pairs)])
    found = one(contrast.find(more, SETTINGS), "d_prime_gain_of_pairs", "m", "depth")
    assert found.reading.startswith("Comparing shows it more")
    assert found.low < 1.5 < found.high


@pytest.mark.parametrize(("criterion", "pull"), [(1.0, 0.0), (0.0, 0.8), (-0.8, -0.8)])
def test_neither_reluctance_nor_the_first_place_is_a_gain(criterion, pull):
    table = pl.concat([compare(seeing(1.0, pull), pairs=600), single(1.0, 600, criterion=criterion)])
    found = one(contrast.find(table, SETTINGS), "d_prime_gain_of_pairs", "m", "depth")
    assert found.low < 0 < found.high
    assert found.parts["d_prime_of_pairs"] == pytest.approx(1.0, abs=0.2)
    assert found.parts["d_prime_singly"] == pytest.approx(1.0, abs=0.2)


def test_clips_that_were_only_judged_singly_do_not_count():
    table = pl.concat(
        [compare(seeing(1.0), pairs=40), verify("m", "openai", saying_true).with_columns(clip=pl.lit("x"))]
    )
    found = one(contrast.find(table, SETTINGS), "d_prime_gain_of_pairs", "m", "depth")
    assert found.estimate is None
    assert "no clip was both compared and judged by itself" in found.reading


@pytest.mark.parametrize(
    "table",
    [
        compare(lambda rng, first, gap: "refused"),
        compare(lambda rng, first, gap: None),
        compare(lambda rng, first, gap: True),
        compare(lambda rng, first, gap: first, pairs=1),
        compare(seeing(1.0)).with_columns(cluster=pl.lit("one"), cluster_b=pl.lit("one")),
        compare(seeing(1.0)).with_columns(truth_choice=pl.lit("first")),
        compare(seeing(1.0)).filter(pl.col("order") == "given"),
        compare(seeing(1.0), gap=lambda pair: float("nan")),
    ],
)
def test_degenerate_comparisons_say_why(table):
    for found in contrast.find(table, SETTINGS):
        assert found.reading.endswith(".")
        if found.clusters < 2:
            assert found.low is None, found


def test_a_constant_reference_has_its_skill_and_nothing_else():
    table = compare(lambda rng, first, gap: True, judge="same").with_columns(protocol=pl.lit("constant"))
    assert {f.measure for f in contrast.find(table, SETTINGS)} == {"choice_skill"}


def noticing(threshold: float):
    """Right in three of four where two are `threshold` apart, surer the further they are."""
    slope = np.log(3.0)

    def prefers(rng, first, gap):
        return bool(rng.random() < 1 / (1 + np.exp(-slope * gap / threshold))) == first

    return prefers


def test_the_just_noticeable_gap_is_found_with_its_unit():
    table = compare(noticing(4.0), pairs=900, gap=lambda pair: 1.0 + pair % 12)
    found = one(
        contrast.find(table, Settings(resamples=100, units={"depth": "degrees"})),
        "noticeable_gap",
        "m",
        "depth",
    )
    assert found.low < 4.0 < found.high
    assert "degrees apart until three of four answers are right" in found.reading
    assert found.parts["largest_gap"] == 12.0


def test_a_gap_that_is_never_noticed_is_larger_than_the_largest_shown():
    blind = compare(seeing(0.0), pairs=300, gap=lambda pair: 1.0 + pair % 12)
    found = one(contrast.find(blind, SETTINGS), "noticeable_gap", "m", "depth")
    assert found.estimate is None
    assert found.reading.startswith("Cannot be estimated")
    few = compare(seeing(1.0), pairs=300, gap=lambda pair: 1.0)
    assert (
        "different gaps were shown"
        in one(contrast.find(few, SETTINGS), "noticeable_gap", "m", "depth").reading
    )
    assert "noticeable_gap" not in {f.measure for f in contrast.find(compare(seeing(1.0)), SETTINGS)}


def tournament(
    sight: float, clips: int = 31, meets: int = 6, seed: int = 2, known: bool = True
) -> pl.DataFrame:
    """Every clip meets `meets` others in both orders; quality is 0, 1, 2, ... in a random order of names."""
    rng = np.random.default_rng(seed)
    quality = rng.permutation(clips)
    rows = []
    for clip in range(clips):
        for step in range(1, meets // 2 + 1):
            other = (clip + step * 3) % clips
            for order in ("given", "swapped"):
                apart = float(quality[clip] - quality[other])
                seen = apart / clips * sight + rng.logistic()
                rows.append(
                    dict(_row("m", "openai", "compare", clip, "depth", "neutral"))
                    | {"order": order, "item": f"compare:depth:{clip}+{other}", "clip": f"clip-{clip}"}
                    | {"clip_b": f"clip-{other}", "cluster": f"body-{clip}", "cluster_b": f"body-{other}"}
                    | {
                        "truth_choice": "first" if apart > 0 else "second",
                        "gap": abs(apart) if known else None,
                    }
                    | {"choice": "first" if seen > 0 else "second"}
                )
    return pl.DataFrame(rows, schema=COLUMNS)


def test_a_tournament_ranks_clips_as_the_judge_sees_them():
    found = one(contrast.find(tournament(12.0), SETTINGS), "tournament_spearman", "m", "depth")
    assert found.reading.startswith("The ranking that its comparisons give follows the true one")
    assert found.estimate > 0.8
    assert (found.parts["clips"], found.parts["comparisons"]) == (31.0, 186.0)
    assert found.parts["fit_p"] > 0.05
    blind = one(contrast.find(tournament(0.0), SETTINGS), "tournament_spearman", "m", "depth")
    assert blind.reading.startswith("Undecided")
    untold = one(contrast.find(tournament(12.0, known=False), SETTINGS), "tournament_spearman", "m", "depth")
    assert untold.estimate is None
    assert "not how good each is" in untold.reading


def test_the_pull_of_the_first_place_is_left_out_only_where_every_pair_is_shown_in_one_order(monkeypatch):
    both = tournament(12.0)
    assert "shown in one order" not in one(contrast.find(both, SETTINGS), *RANKED).reading
    # Six clips are always first and six always second: their strengths and the pull are one.
    parted = pl.DataFrame([_met(a, b) for a in range(6) for b in range(6, 12)], schema=COLUMNS)
    found = one(contrast.find(parted, SETTINGS), *RANKED)
    assert found.estimate is not None
    assert ranking.UNPLACED in found.reading
    monkeypatch.setattr(ranking, "strengths", lambda games, plan, place=True, **_: failing(place))
    failed = one(contrast.find(both, SETTINGS), *RANKED)
    assert failed.estimate is None
    assert "no maximum with a place" in failed.reading


RANKED = ("tournament_spearman", "m", "depth")


def _met(clip: int, other: int) -> dict[str, object]:
    """A comparison of two clips of which the one with the greater remainder by 7 is better, and preferred."""
    apart = clip % 7 - other % 7 + 0.5
    better = "first" if apart > 0 else "second"
    names = {"clip": f"clip-{clip}", "clip_b": f"clip-{other}", "item": f"compare:depth:{clip}+{other}"}
    bodies = {"cluster": f"body-{clip}", "cluster_b": f"body-{other}", "order": "given"}
    row = dict(_row("m", "openai", "compare", clip, "depth", "neutral"))
    return row | names | bodies | {"gap": abs(apart), "truth_choice": better, "choice": better}


def failing(place: bool) -> Strengths:
    return Strengths({}, {}, reason="no maximum with a place" if place else "no maximum")


def test_pairs_that_do_not_meet_make_no_tournament():
    assert "tournament_spearman" not in {f.measure for f in contrast.find(compare(seeing(1.0)), SETTINGS)}
