import numpy as np
import polars as pl
import pytest
from scipy import stats

from aqa_eval.findings import Settings, rank, regression_trap
from aqa_eval.findings.asked import asked, score_terms_planted
from aqa_eval.vocabulary import Task
from findings.tables import one, score

SETTINGS = Settings(seed=3, resamples=200, scales={"execution": (0.0, 100.0)})
GENERATOR = np.random.default_rng(0)
EVENTS = [f"event-{i // 12}" for i in range(180)]
TRUTH = 60 + GENERATOR.normal(0, 8, 180)
SEEING = 0.7 * TRUTH + GENERATOR.normal(20, 5, 180)


def test_the_headline_is_within_events_and_pooled_stands_beside_it():
    found = rank.find(score("m", "openai", TRUTH, SEEING, EVENTS), SETTINGS)
    deviates = [
        np.arctanh(stats.spearmanr(TRUTH[i : i + 12], SEEING[i : i + 12]).statistic)
        for i in range(0, 180, 12)
    ]
    headline = one(found, "spearman", "m")
    assert headline.estimate == pytest.approx(np.tanh(np.mean(deviates)))
    assert headline.parts["pooled"] == pytest.approx(stats.spearmanr(TRUTH, SEEING).statistic)
    assert headline.parts["events"] == 15
    assert headline.reading.startswith("Puts performances in the right order better than luck (within 15 ev")
    assert one(found, "spearman_pooled", "m").estimate == headline.parts["pooled"]
    assert one(found, "spearman", "m", "execution").estimate == headline.estimate


def test_without_events_the_pooled_rho_is_the_headline():
    found = rank.find(score("m", "openai", TRUTH, SEEING), SETTINGS)
    assert one(found, "spearman", "m").estimate == pytest.approx(stats.spearmanr(TRUTH, SEEING).statistic)
    assert {f.measure for f in found} == {"spearman", "kendall", "ccc", "mean_absolute_error"}


def test_tau_concordance_and_error_stand_beside_rho_with_intervals():
    found = rank.find(score("m", "openai", TRUTH, SEEING), SETTINGS)
    tau, ccc = (one(found, name, "m") for name in ("kendall", "ccc"))
    error = one(found, "mean_absolute_error", "m", "execution")
    assert tau.estimate == pytest.approx(stats.kendalltau(TRUTH, SEEING).statistic)
    both = np.cov(TRUTH, SEEING, ddof=0)
    level = (TRUTH.mean() - SEEING.mean()) ** 2
    assert ccc.estimate == pytest.approx(2 * both[0, 1] / (both[0, 0] + both[1, 1] + level))
    assert error.estimate == pytest.approx(np.abs(TRUTH - SEEING).mean())
    assert error.chance == pytest.approx(np.abs(TRUTH - np.median(TRUTH)).mean())
    for finding in (tau, ccc, error):
        assert finding.low < finding.estimate < finding.high
    assert "points of its scale from the true ones" in error.reading
    within = one(rank.find(score("m", "openai", TRUTH, SEEING, EVENTS), SETTINGS), "kendall", "m")
    assert "(within 15 events)" in within.reading
    assert within.parts["events"] == 15
    varied = score("m", "openai", TRUTH, SEEING, setting="mirrored", perturbation="mirrored")
    assert "kendall" not in {f.measure for f in rank.find(varied, SETTINGS)}


def test_tau_says_why_it_refuses_too_many_pairs():
    many = np.arange(2001.0)
    found = one(rank.find(score("m", "openai", many, many), Settings(resamples=20)), "kendall", "m")
    assert found.estimate is None
    assert "too many pairs for tau-b" in found.reading


def test_knowing_the_event_only_is_nothing_within_events():
    level = np.repeat(np.arange(15), 12) * 5.0
    found = rank.find(score("blind", "openai", TRUTH + level, level, EVENTS), SETTINGS)
    assert one(found, "spearman", "blind").estimate == 0.0
    assert one(found, "spearman_pooled", "blind").low > 0.5


def test_hugging_the_mean_is_named():
    hugging = 60 + np.random.default_rng(5).normal(0, 0.5, 180)
    finding = one(regression_trap.find(score("m", "openai", TRUTH, hugging, EVENTS), SETTINGS), "skill", "m")
    assert finding.reading.startswith("Mean-guesser")
    assert finding.parts["s"] < 0.1


def test_a_good_but_badly_scaled_judge_is_none():
    squeezed = 60 + 0.1 * (SEEING - 60)
    finding = one(regression_trap.find(score("m", "openai", TRUTH, squeezed, EVENTS), SETTINGS), "skill", "m")
    assert finding.reading.startswith("Not a mean-guesser.")


def test_few_clips_are_undecided():
    few = score("m", "openai", TRUTH[:6], [60, 61, 60, 59, 60, 61])
    finding = one(regression_trap.find(few, SETTINGS), "skill", "m")
    assert finding.reading.startswith("Undecided whether it is a mean-guesser.")


def test_r_l2_uses_the_pinned_range_and_says_what_the_mean_would_get():
    found = regression_trap.find(score("m", "openai", TRUTH, SEEING), SETTINGS)
    error = one(found, "r_l2", "m")
    assert error.estimate == pytest.approx(100 * np.mean(((SEEING - TRUTH) / 100) ** 2))
    assert error.chance == pytest.approx(100 * np.var(TRUTH) / 100**2)
    assert "pinned by the dataset" in error.reading
    skill = one(found, "skill", "m")
    assert error.estimate / error.chance == pytest.approx(1 - skill.estimate)
    r, s, b = (skill.parts[name] for name in "rsb")
    assert 1 - skill.estimate == pytest.approx(1 + s**2 - 2 * r * s + b**2)
    free = one(regression_trap.find(score("m", "openai", TRUTH, SEEING), Settings()), "r_l2", "m")
    assert free.estimate == pytest.approx(100 * np.mean(((SEEING - TRUTH) / np.ptp(TRUTH)) ** 2))
    assert "of the true scores here" in free.reading


def test_planted_r_s_b_imply_the_skill():
    generator = np.random.default_rng(2)
    z = (TRUTH - TRUTH.mean()) / TRUTH.std()
    said = TRUTH.mean() + TRUTH.std() * (
        0.2 + 0.9 * (0.6 * z + np.sqrt(1 - 0.36) * generator.normal(size=180))
    )
    settings = Settings(resamples=200, planted={"sim": {"r": 0.6, "s": 0.9, "b": 0.2}})
    found = regression_trap.find(score("sim", "simulated", TRUTH, said), settings)
    skill = one(found, "skill", "sim")
    assert skill.planted == pytest.approx(2 * 0.6 * 0.9 - 0.81 - 0.04)
    assert skill.low <= skill.planted <= skill.high
    error = one(found, "r_l2", "sim")
    assert error.planted == pytest.approx((1 - skill.planted) * error.chance)
    assert "simulated observer" in skill.reading


def test_several_criteria_are_averaged_and_each_told():
    table = pl.concat(
        [
            score("m", "openai", TRUTH, SEEING, criterion="execution"),
            score("m", "openai", TRUTH / 10, 6 - TRUTH / 10, criterion="landing"),
        ]
    )
    found = regression_trap.find(table, SETTINGS) + rank.find(table, SETTINGS)
    for measure in ("skill", "r_l2"):
        each = [one(found, measure, "m", name).estimate for name in ("execution", "landing")]
        assert one(found, measure, "m").estimate == pytest.approx(np.mean(each))
    assert one(found, "spearman", "m", "landing").estimate == pytest.approx(-1.0)


@pytest.mark.parametrize(
    ("truths", "said", "reason"),
    [
        ([1.0, 2.0, 3.0], [None, None, None], "no answered trials"),
        ([2.0, 2.0, 2.0], [1.0, 2.0, 3.0], "all true scores are equal"),
        ([1.0, 2.0, 3.0], [1.0, float("nan"), 3.0], "1 of 3 rows hold a number that is not finite"),
    ],
)
def test_degenerate_tables_say_why(truths, said, reason):
    table = score("m", "openai", truths, said)
    for find, measure in ((rank.find, "spearman"), (regression_trap.find, "skill")):
        finding = one(find(table, SETTINGS), measure, "m")
        assert finding.estimate is None
        assert f"Cannot be estimated: {reason}." in finding.reading


def test_a_cue_pushes_the_planted_scores_to_the_good_end_of_the_scale():
    """ "banner-high" pushes to a good score: up, but down where a lower one is better."""
    planted = {"sim": {"r": 0.6, "s": 0.9, "b": 0.2, "cue": 0.5}}
    table = score("sim", "simulated", TRUTH, SEEING, cue="banner-high")
    (trials,) = asked(table, Task.SCORE)
    up = score_terms_planted(trials, Settings(planted=planted))
    down = score_terms_planted(trials, Settings(planted=planted, lower_is_better=["execution"]))
    assert (up[2], down[2]) == pytest.approx((0.7, -0.3))
    other = score("sim", "simulated", TRUTH, SEEING, cue="banner-high").with_columns(criterion=pl.lit("time"))
    (both,) = asked(pl.concat([table, other]), Task.SCORE)
    mixed = Settings(planted=planted, lower_is_better=["time"])
    assert score_terms_planted(both, mixed) is None
    assert score_terms_planted(both, mixed, "time")[2] == pytest.approx(-0.3)
