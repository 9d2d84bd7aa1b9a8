"""Decisions made afterwards: planted biases that they mend, and judges that they do nothing for."""

import numpy as np
import polars as pl
import pytest

from aqa_eval.findings import Settings, mitigations
from aqa_eval.findings.table import COLUMNS
from aqa_eval.vocabulary import Finding
from findings.comparing import compare, seeing, single
from findings.tables import _row, saying_true, verify

SETTINGS = Settings(seed=3, resamples=300)
PRIOR, POLARITY, THRESHOLD, TOURNAMENT, MAJORITY = mitigations.MITIGATIONS


def observed(
    d_prime: float,
    reluctance: float = 0.0,
    acquiescence: float = 0.0,
    clips: int = 300,
    source: str = "token",
    seed: int = 1,
    **fields: object,
) -> pl.DataFrame:
    """An observer that tells the probability of its answer's token: log-odds d' x, less what it leans to."""
    rng = np.random.default_rng(seed)
    table = verify("m", "openai", saying_true, clips=clips, **fields)
    truth = table["truth_fault"].to_numpy()
    side = np.where(table["framing"] == "positive", 1.0, -1.0)
    evidence = rng.normal(np.where(truth, d_prime / 2, -d_prime / 2))
    lean = max(d_prime, 0.5) * (reluctance + side * acquiescence)
    odds = max(d_prime, 0.5) * evidence - lean
    fault = odds > 0
    return table.with_columns(
        fault=pl.Series(fault),
        confidence=pl.Series(1 / (1 + np.exp(-np.abs(odds)))),
        confidence_source=pl.lit(source),
    )


def found(table: pl.DataFrame, name: str, settings: Settings = SETTINGS) -> Finding:
    versus = f"{name} against the plain decision"
    (one,) = [f for f in mitigations.find(table, settings) if f.about["versus"] == versus]
    return one


def test_a_reluctant_judge_gains_by_its_prior_and_by_a_threshold_and_an_even_handed_one_does_not():
    none = observed(0.0, 1.0, seed=9, representation="none", frames="")
    table = pl.concat([observed(1.5, 1.0), none])
    for name in (PRIOR, THRESHOLD):
        mended = found(table, name)
        assert mended.reading.startswith(f"The {name} is right more often than the plain decision")
        assert mended.low > 0.03
        assert mitigations.NO_SIGHT in mended.reading
        # d' is what it was: the log-linear one of a shifted decision differs by chance alone.
        assert mended.parts["d_prime_after"] == pytest.approx(mended.parts["d_prime_before"], abs=0.25)
    fair = pl.concat([observed(1.5), observed(0.0, seed=9, representation="none", frames="")])
    for name in (PRIOR, THRESHOLD):
        assert found(fair, name).low <= 0.0
    assert found(table, PRIOR).parts["requests_per_decision"] == pytest.approx(2.0)
    assert found(table, THRESHOLD).parts["requests_per_decision"] == 1.0


def rare(d_prime: float, reluctance: float, seed: int, **fields: object) -> pl.DataFrame:
    """`observed` with the fault in 15% of the clips, each asked in one polarity: its own, or (swapped) a clip
    of the other label, so that 85% of what is shown has the fault.
    """
    rng = np.random.default_rng(seed)
    table = observed(d_prime, reluctance, seed=seed, **fields).filter(pl.col("framing") == "positive")
    faulty = np.arange(table.height) % 20 < 3
    swapped = fields.get("setting") == "swapped"
    shown = ~faulty if swapped else faulty
    odds = d_prime * (rng.normal(np.where(shown, d_prime / 2, -d_prime / 2)) - reluctance)
    return table.with_columns(
        truth_fault=pl.Series(shown),
        fault=pl.Series(odds > 0),
        confidence=pl.Series(1 / (1 + np.exp(-np.abs(odds)))),
    )


def test_a_calibrated_judge_of_rare_faults_is_left_as_it_is_by_mismatched_clips():
    swapped = {"perturbation": "swapped", "setting": "swapped"}
    held, gains = 0, []
    for seed in range(40):
        table = pl.concat([rare(1.5, 0.0, seed), rare(1.5, 0.0, seed + 100, **swapped)])
        mended = found(table, PRIOR, Settings(seed=3, resamples=100))
        gains.append(mended.estimate)
        # Where no decision of any clip changes, the gain is 0 and no resample gives another.
        held += mended.low <= 0.0 <= mended.high if mended.parts["changed"] else mended.estimate == 0.0
    assert np.mean(gains) == pytest.approx(0.0, abs=0.01)
    assert held >= 36
    biased = pl.concat([rare(1.5, 1.0, 1), rare(1.5, 1.0, 101, **swapped)])
    mended = found(biased, PRIOR)
    assert mended.low > 0.03
    assert "this needs labels" in mended.reading


def test_no_picture_is_the_prior_before_mismatched_clips_are_since_it_needs_no_labels():
    swapped = observed(1.5, 1.0, seed=5, perturbation="swapped", setting="swapped")
    none = observed(0.0, 1.0, seed=6, representation="none", frames="")
    mended = found(pl.concat([observed(1.5, 1.0), swapped, none]), PRIOR)
    assert mended.low > 0.03
    assert "without a picture" in mended.reading
    untold = none.with_columns(confidence=pl.lit(None, pl.Float64))
    assert "over mismatched clips" in found(pl.concat([observed(1.5, 1.0), swapped, untold]), PRIOR).reading
    one_class = swapped.filter(pl.col("truth_fault"))
    lacking = found(pl.concat([observed(1.5, 1.0), one_class]), PRIOR)
    assert "over mismatched clips of both classes" in lacking.reading


def test_acquiescence_is_averaged_away_over_polarities():
    mended = found(observed(1.5, acquiescence=1.2), POLARITY)
    assert mended.reading.startswith(f"The {POLARITY} is right more often")
    assert mended.parts["requests_per_decision"] == 2.0
    # Two independent looks gain even without any leaning; with the same look twice there is nothing to gain.
    same = observed(1.5).filter(pl.col("framing") == "positive")
    twice = pl.concat([same, same.with_columns(framing=pl.lit("negative"))])
    assert found(twice, POLARITY).estimate == 0.0
    assert "question was put in both polarities" in found(same, POLARITY).reading


def test_repeats_outvote_noise_and_are_evidence_where_there_is_no_token():
    tables = [
        observed(1.0, 0.7, seed=20 + k, source="").with_columns(
            confidence=pl.lit(None, pl.Float64), repeat=pl.lit(k, pl.Int64)
        )
        for k in range(5)
    ]
    table = pl.concat(tables)
    voted = found(table, MAJORITY)
    assert voted.parts["requests_per_decision"] == pytest.approx(5.0)
    assert voted.estimate > 0
    fitted = found(table, THRESHOLD)
    assert fitted.low > 0.02
    assert "the share of repeats" in fitted.reading
    assert fitted.parts["requests_per_decision"] == pytest.approx(5.0)
    once = found(tables[0], MAJORITY)
    assert once.estimate is None
    assert once.reading.startswith("Not possible, cannot be estimated: no question was answered 3 times")


def drawn(sees: float, alone: float, clips: int = 60, meets: int = 6, seed: int = 3) -> pl.DataFrame:
    """Clips of which the worse half have the fault, each compared with `meets` others whatever their label,
    and judged by itself. `sees` and `alone`: how much a standard deviation of quality adds to the evidence.
    """
    rng = np.random.default_rng(seed)
    quality = rng.permutation(np.linspace(-1.7, 1.7, clips))
    duels, judged = [], []
    for clip in range(clips):
        own = {"cluster": f"body-{clip}", "clip": f"clip-{clip}"}
        says = bool(rng.normal(-alone * quality[clip]) > 0)
        plain = _row("m", "openai", "verify", clip, "depth", "positive")
        judged.append({**plain, **own, "truth_fault": bool(quality[clip] < 0), "fault": says})
        for step in range(1, meets + 1):
            other = (clip + 7 * step) % clips
            apart = quality[clip] - quality[other]
            said = "first" if rng.normal(sees * apart, np.sqrt(2)) > 0 else "second"
            row = _row("m", "openai", "compare", clip, "depth", "neutral")
            pair = {"clip_b": f"clip-{other}", "cluster_b": f"body-{other}", "item": f"{clip}+{other}"}
            truth = "first" if apart > 0 else "second"
            duels.append({**row, **own, **pair, "order": "given", "truth_choice": truth, "choice": said})
    return pl.DataFrame(duels + judged, schema=COLUMNS)


def test_a_tournament_decides_where_comparing_sees_more():
    mended = found(drawn(3.0, 0.2), TOURNAMENT)
    assert mended.reading.startswith("The tournament is right more often")
    # Six comparisons of each of 60 clips; those that win as often as they lose are left out.
    assert 6.0 <= mended.parts["requests_per_decision"] < 9.0
    worse = found(drawn(0.0, 3.0), TOURNAMENT)
    assert worse.reading.startswith("The tournament is right less often")


def test_pairs_drawn_by_label_are_no_tournament_and_count_in_no_correction():
    table = pl.concat([compare(seeing(1.0), pairs=150), single(1.0, 150)])
    refused = found(table, TOURNAMENT)
    assert refused.estimate is None
    assert "its pairs were drawn by label" in refused.reading
    assert not {"d_prime_before", "d_prime_after", "p", "p_bh"} & {k for k, v in refused.parts.items() if v}


def test_p_is_corrected_over_the_mitigations_of_a_judge():
    table = pl.concat(
        [observed(1.5, 0.4, clips=60), observed(0.0, 0.4, seed=9, representation="none", frames="")]
    )
    ps = [
        (f.parts["p"], f.parts["p_bh"])
        for f in mitigations.find(table, SETTINGS)
        if f.parts.get("p") is not None
    ]
    assert len(ps) >= 3
    assert all(q >= p for p, q in ps)


@pytest.mark.parametrize(
    "table",
    [
        verify("m", "openai", saying_true),
        verify("m", "openai", lambda truth, framing: "refused"),
        observed(1.0).with_columns(cluster=pl.lit("one")),
        observed(1.0).with_columns(truth_fault=pl.lit(value=True)),
        observed(1.0).with_columns(confidence=pl.lit(float("nan"))),
        observed(1.0).with_columns(confidence=pl.lit(1.0), fault=pl.lit(value=True)),
        observed(1.0, clips=1),
        pl.DataFrame(schema=COLUMNS),
    ],
)
def test_degenerate_answers_gain_nothing(table):
    for one in mitigations.find(table, SETTINGS):
        assert one.reading.endswith(".")
        assert one.low is None or one.low <= 0.0
        assert one.estimate is not None or one.reading.startswith("Not possible")


def test_references_and_blind_ways_are_left_alone():
    assert mitigations.find(verify("c", "constant", saying_true), SETTINGS) == []
    assert mitigations.find(verify("m", "openai", saying_true, representation="none"), SETTINGS) == []
