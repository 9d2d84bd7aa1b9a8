"""What is planted in a simulated observer is found again by the measures, through the whole road."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError
from scipy import optimize, special
from walked import DEEP, GOOD, GRIP, clip, dataset, inside, judge, near, squats, values, walk

from aqa_eval.judges import PROTOCOLS
from aqa_eval.judges.simulated import SimulatedOptions, planted
from aqa_eval.measures.observer import Observer
from aqa_eval.vocabulary import FIRST, SECOND, Item, Label, Task

BOTH = ("positive", "negative")


def observer(name: str = "o", repeats: int = 1, **options: object):
    return judge(name, "simulated", repeats, **options)


def test_what_is_not_planted_leaves_no_trace_in_a_key() -> None:
    plain = PROTOCOLS["simulated"].options.model_validate({})
    assert dict(plain.decoding()) == {
        "acquiescence": 0.0, "b": 0.0, "criterion": 0.0, "d_prime": 1.0, "r": 0.5, "s": 1.0, "seed": 0,
    }  # fmt: skip
    assert list(dict(plain.decoding())) == sorted(dict(plain.decoding()))


def test_tables_are_planted_name_by_name_and_read_back() -> None:
    options = SimulatedOptions(lapse=0.1, sight={"shuffled": 0.5, "none": 0.1}, gain={"cited": 0.3}, seed=9)
    decoding = options.decoding()
    assert ("sight.none", 0.1) in decoding
    assert ("gain.cited", 0.3) in decoding
    assert SimulatedOptions.of(decoding) == options
    known = planted(decoding)
    assert known["sight.shuffled"] == 0.5
    assert known["lapse"] == 0.1
    assert "seed" not in known


@pytest.mark.parametrize(
    "wrong",
    [
        {"sight": {"blured": 0.5}},
        {"gain": {"cite": 0.3}},
        {"lapse": 1.5},
        {"sampling": -0.1},
        {"trace_prior": 2},
        {"slope": -1},
    ],
)
def test_what_cannot_be_planted_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SimulatedOptions.model_validate(wrong)


def test_a_misspelt_name_is_told_what_it_may_have_meant() -> None:
    with pytest.raises(ValidationError, match="blurred"):
        SimulatedOptions.model_validate({"sight": {"blured": 0.5}})


def test_lapses(tmp_path: Path) -> None:
    """A fifth of the trials at random: H = 0.8 Phi(1 - 0.3) + 0.1, and d' is measured too small."""
    o = observer(d_prime=2.0, criterion=0.3, lapse=0.2)
    walked = walk(tmp_path, squats(800), Task.VERIFY, [o], framing=BOTH)
    accuracy, d = walked.found("balanced_accuracy"), walked.found("d_prime")
    # H = 0.8 * 0.7580 + 0.1 = 0.7064; F = 0.8 * 0.0968 + 0.1 = 0.1774; (H + 1 - F) / 2 = 0.7645.
    assert accuracy.planted == pytest.approx(0.7645, abs=1e-4)
    # z(0.7064) - z(0.1774) = 0.5429 + 0.9253 = 1.468.
    assert d.planted == pytest.approx(1.468, abs=2e-3)
    assert inside(accuracy)
    assert inside(d)
    assert inside(walked.found("correctness_bias"))
    assert inside(walked.found("correctness_bias_z"))


@pytest.mark.parametrize("sampling", [0.0, 0.3, 1.0])
def test_what_is_drawn_anew_decides_how_often_answers_flip(tmp_path: Path, sampling: float) -> None:
    o = observer(repeats=2, d_prime=1.0, acquiescence=0.5, sampling=sampling, lapse=0.1)
    walked = walk(tmp_path, squats(1000), Task.VERIFY, [o], framing=BOTH)
    implied = Observer(1.0, 0.0, 0.5, lapse=0.1, sampling=sampling)
    again, across = [], []
    for rows in walked.table.partition_by("item"):
        first, second = (rows.filter(pl.col("framing") == f).sort("repeat")["fault"].to_list() for f in BOTH)
        again.append((first[0] != first[1]) + (second[0] != second[1]))
        across.append(first[0] != second[0])
    expected = (implied.flip_rate(1, 1) + implied.flip_rate(-1, -1)) / 2
    # Both framings rest on the item's own noise, so that their flips are no 2000 independent ones: of 1000.
    assert near(float(np.mean(again)) / 2, expected, 1000)
    assert near(float(np.mean(across)), implied.flip_rate(1, -1), 1000)


def test_without_anything_drawn_anew_nobody_contradicts_himself(tmp_path: Path) -> None:
    o = observer(repeats=3, sampling=0.0)
    walked = walk(tmp_path, squats(100), Task.VERIFY, [o], framing=BOTH, paraphrase=(0, 1))
    assert all(len(set(said)) == 1 for said in values(walked.table, "fault").values())
    assert Observer(1.0, sampling=0.0).flip_rate(1, -1) == pytest.approx(0.0)


def pairs(count: int, gaps: np.ndarray) -> list[Item]:
    made = []
    for n in range(count):
        a, b = clip(2 * n), clip(2 * n + 1)
        made.append(Item(Task.COMPARE, (a, b), DEEP, FIRST if n % 2 else SECOND, gap=float(gaps[n])))
    return made


def compared(made: list[Item]):
    rows = [(c, Label(c.id, "deep", False)) for item in made for c in item.clips]
    return dataset(DEEP, rows, made)


def test_a_pair_is_the_easier_the_wider_its_gap(tmp_path: Path) -> None:
    gaps = np.random.default_rng(0).uniform(0.0, 4.0, 1500)
    o = observer(slope=0.8, lapse=0.06)
    walked = walk(tmp_path, compared(pairs(1500, gaps)), Task.COMPARE, [o], order=("given", "swapped"))
    right = (walked.table["choice"] == walked.table["truth_choice"]).to_numpy()
    gap, implied = walked.table["gap"].to_numpy(), Observer(1.0, lapse=0.06, slope=0.8)

    def cost(values: np.ndarray) -> float:
        p = (1 - values[1]) * special.ndtr(values[0] * gap / 2**0.5) + values[1] / 2
        return float(-np.log(np.where(right, p, 1 - p)).sum())

    slope, lapse = optimize.minimize(cost, [0.5, 0.1], bounds=[(0.01, 5), (0.001, 0.5)]).x
    assert slope == pytest.approx(0.8, abs=0.1)
    assert lapse == pytest.approx(0.06, abs=0.04)
    # 75% right: 0.94 Phi(0.8 g / sqrt 2) + 0.03 = 0.75, Phi = 0.76596, z = 0.7256, g = 1.2827.
    assert implied.gap_at(0.75) == pytest.approx(1.2827, abs=1e-3)
    for low, high in ((0, 1), (1, 2), (3, 4)):
        there = (gap >= low) & (gap < high)
        expected = float(np.mean([implied.pairs_correct(float(g)) for g in gap[there]]))
        assert near(float(right[there].mean()), expected, int(there.sum()) // 2)


def test_the_clip_shown_first_is_preferred_whatever_it_is_called(tmp_path: Path) -> None:
    o = observer(d_prime=1.0, order_bias=0.6, sampling=0.5)
    axes = {"order": ("given", "swapped"), "permuted": (False, True)}
    walked = walk(tmp_path, compared(pairs(800, np.ones(800))), Task.COMPARE, [o], **axes)
    implied = Observer(1.0, order_bias=0.6, sampling=0.5)
    for permuted in (False, True):
        rows = walked.table.filter(pl.col("permuted") == permuted)
        shown_first = pl.when(pl.col("order") == "given").then(pl.lit(FIRST)).otherwise(pl.lit(SECOND))
        led = rows.select((pl.col("choice") == shown_first).mean()).item()
        assert near(led, 0.5 + implied.first_position_bias(), 1600)
        for better_first in (True, False):
            own = rows.filter((pl.col("truth_choice") == shown_first) == better_first)
            right = own.select((pl.col("choice") == pl.col("truth_choice")).mean()).item()
            # Phi(1 / sqrt 2 + 0.6) = Phi(1.307) = 0.9044 and Phi(0.1071) = 0.5426.
            assert implied.pairs_correct(None, better_first) == pytest.approx(
                0.9044 if better_first else 0.5426, abs=1e-4
            )
            assert near(right, implied.pairs_correct(None, better_first), 800)
        consistent = np.mean([len(set(said)) == 1 for said in values(rows, "choice").values()])
        assert near(float(consistent), implied.order_consistency(), 800)


def test_a_clip_keeps_its_own_noise_in_every_pair(tmp_path: Path) -> None:
    """Of clips alike in truth the order is the observer's own, and without fresh noise it is transitive."""
    clips = [clip(n) for n in range(12)]
    made = [Item(Task.COMPARE, two, DEEP, FIRST, gap=0.0) for two in combinations(clips, 2)]
    rows = [(one, Label(one.id, "deep", False)) for one in clips]
    walked = walk(tmp_path, dataset(DEEP, rows, made), Task.COMPARE, [observer(sampling=0.0, slope=1.0)])
    won = dict.fromkeys((one.id for one in clips), 0)
    for row in walked.table.iter_rows(named=True):
        won[row["clip"] if row["choice"] == FIRST else row["clip_b"]] += 1
    assert sorted(won.values()) == list(range(12))


def test_sight_goes_with_what_is_shown(tmp_path: Path) -> None:
    o = observer(d_prime=2.0, sight={"skeleton": 0.3, "shuffled": 0.5, "oracle": 2.0})
    walked = walk(tmp_path, squats(500), Task.VERIFY, [o], representation=("rgb", "skeleton", "none"))
    for representation, d in (("rgb", 2.0), ("skeleton", 0.6), ("none", 0.0)):
        found = walked.found("d_prime", representation=representation)
        assert found.planted == pytest.approx(d)
        assert inside(found)


def test_a_perturbation_takes_its_share_of_sight(tmp_path: Path) -> None:
    o = observer(d_prime=2.0, sight={"shuffled": 0.5, "blurred": 0.2})
    seen = ("none", "shuffled", "blurred", "blank")
    walked = walk(tmp_path, squats(500), Task.VERIFY, [o], perturbation=seen)
    for setting, d in (("", 2.0), ("shuffled", 1.0), ("blurred", 0.4), ("blank", 0.0)):
        found = walked.found("d_prime", setting=setting)
        assert found.planted == pytest.approx(d)
        assert inside(found)


def test_a_strategy_adds_its_gain(tmp_path: Path) -> None:
    o = observer(d_prime=0.8, gain={"guidelines": 0.7})
    walked = walk(tmp_path, squats(600), Task.VERIFY, [o], strategy=("base", "guidelines"))
    for strategy, d in (("base", 0.8), ("guidelines", 1.5)):
        found = walked.found("d_prime", strategy=strategy)
        assert found.planted == pytest.approx(d)
        assert inside(found)


def test_a_cue_moves_the_decision_and_no_more(tmp_path: Path) -> None:
    o = observer(d_prime=1.0, cue=0.8)
    walked = walk(
        tmp_path, squats(800), Task.VERIFY, [o], cue=("none", "banner-high", "banner-low"), framing=BOTH
    )
    found = {
        f.about["setting"]: f for f in walked.findings if f.measure == "c" and f.about["criterion"] == "all"
    }
    # "An Olympic final" pushes to no fault: it takes 0.8 more to say one. "A beginners' class" the other way.
    assert sorted(f.planted for f in found.values()) == pytest.approx([-0.8, 0.0, 0.8])
    assert all(inside(f) for f in found.values())
    for setting in found:
        d = walked.found("d_prime", setting=setting)
        assert d.planted == 1.0
        assert inside(d)


def scored(count: int):
    truths = np.random.default_rng(3).normal(50, 5, count)
    rows = [(clip(n), Label(f"c{n}", "good", float(t))) for n, t in enumerate(truths)]
    train = [
        (clip(count + n, "train"), Label(f"c{count + n}", "good", float(t))) for n, t in enumerate(truths)
    ]
    return dataset(GOOD, [*rows, *train])


def test_scores_lapse_see_and_follow_a_cue(tmp_path: Path) -> None:
    o = observer(r=0.8, s=0.9, b=0.1, lapse=0.25, cue=0.5, sight={"skeleton": 0.5})
    axes = {"representation": ("rgb", "skeleton", "none"), "cue": ("none", "banner-high")}
    walked = walk(tmp_path, scored(700), Task.SCORE, [o], **axes)
    found = [f for f in walked.findings if f.measure == "skill" and f.about["criterion"] == "all"]
    assert len(found) == 6
    # r = 0.75 * 0.8 = 0.6, or half of it, or nothing; b = 0.1 or 0.6; 2 r s - s^2 - b^2.
    expected = [2 * r * 0.9 - 0.81 - b**2 for r in (0.6, 0.3, 0.0) for b in (0.1, 0.6)]
    assert sorted(f.planted for f in found) == pytest.approx(sorted(expected))
    assert all(inside(f) for f in found)


def test_options_are_chosen_as_often_as_the_theory_says(tmp_path: Path) -> None:
    rows = [(clip(n), Label(f"c{n}", "grip", GRIP.options[n % 3])) for n in range(1500)]
    walked = walk(tmp_path, dataset(GRIP, rows), Task.CHOOSE, [observer(d_prime=1.2, lapse=0.1)])
    right = walked.table.select((pl.col("choice") == pl.col("truth_choice")).mean()).item()
    assert near(right, Observer(1.2, lapse=0.1).options_correct(3), 1500)


@pytest.mark.parametrize(("overconfidence", "criterion"), [(1.0, 0.0), (1.0, 0.7), (3.0, 0.0), (0.4, 0.4)])
def test_confidence_is_as_calibrated_as_planted(
    tmp_path: Path, overconfidence: float, criterion: float
) -> None:
    o = observer(d_prime=1.5, criterion=criterion, confidence=overconfidence, lapse=0.1)
    walked = walk(tmp_path, squats(2500), Task.VERIFY, [o], framing=("positive",))
    assert set(walked.table["confidence_source"]) == {"stated"}
    stated = walked.table["confidence"].to_numpy()
    right = (walked.table["fault"] == walked.table["truth_fault"]).to_numpy()
    bins = np.clip((stated * 20).astype(int), 0, 19)
    gaps = [(stated[bins == b].mean() - right[bins == b].mean(), (bins == b).sum()) for b in np.unique(bins)]
    error = sum(abs(gap) * n for gap, n in gaps) / len(stated)
    implied = Observer(1.5, criterion, lapse=0.1).calibration_error(overconfidence, [1])
    if overconfidence == 1.0:
        assert implied == pytest.approx(0.0, abs=1e-6)
    # Chance alone makes some 0.02 of 2500 answers in 20 bins.
    assert error == pytest.approx(implied, abs=0.03)


@pytest.mark.parametrize(
    "axes",
    [
        {"answer_format": ("json",)},
        {"strategy": ("grounding",)},
        {"strategy": ("structured",)},
        {"strategy": ("cited",)},
        {"framing": ("neutral",)},
        {"answer_key": ("a-b",)},
        {"answer_key": ("yes-no",), "negated": (True,)},
    ],
)
def test_a_stated_confidence_is_read_whatever_is_asked_for(
    tmp_path: Path, axes: dict[str, tuple[object, ...]]
) -> None:
    sure = observer(d_prime=12.0, confidence=1.0)
    walked = walk(tmp_path, squats(20), Task.VERIFY, [sure], **axes)
    assert set(walked.table["status"]) == {"ok"}
    assert (walked.table["fault"] == walked.table["truth_fault"]).all()
    assert (walked.table["confidence"] > 0.99).all()


def test_pairs_and_options_have_a_confidence_too(tmp_path: Path) -> None:
    o = observer(d_prime=1.5, confidence=1.0)
    walked = walk(tmp_path / "pairs", compared(pairs(1500, np.ones(1500))), Task.COMPARE, [o])
    rows = [(clip(n), Label(f"c{n}", "grip", GRIP.options[n % 3])) for n in range(1500)]
    chosen = walk(tmp_path / "options", dataset(GRIP, rows), Task.CHOOSE, [o])
    for table in (walked.table, chosen.table):
        right = table.select((pl.col("choice") == pl.col("truth_choice")).mean()).item()
        # Calibrated: right as often as stated, here over all answers.
        assert near(table["confidence"].mean(), right, 1500)


def test_the_same_trial_is_always_answered_alike(tmp_path: Path) -> None:
    o = observer(lapse=0.3, sampling=0.5, confidence=2.0, trace_prior=0.5, trace_false=0.3)
    one, two = (walk(tmp_path / n, squats(30), Task.VERIFY, [o], framing=BOTH).answers for n in "ab")
    assert [answer for _, answer in one] == [answer for _, answer in two]
    other = walk(tmp_path / "c", squats(30), Task.VERIFY, [replace(o, decoding=_reseeded(o.decoding))])
    assert [a.text for _, a in other.answers] != [a.text for _, a in one[::2]]


def _reseeded(decoding: tuple[tuple[str, object], ...]) -> tuple[tuple[str, object], ...]:
    return tuple((name, 5 if name == "seed" else value) for name, value in decoding)
