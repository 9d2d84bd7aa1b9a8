"""Planted recall, and judges that only know what they are told."""

import numpy as np
import polars as pl
import pytest

from aqa_eval.findings import Settings, contamination
from findings.tables import choose, one, saying_true, score, verify

SETTINGS = Settings(seed=3, resamples=300)
BLIND = {"representation": "none", "frames": ""}
EVENTS = [f"event-{i // 10}" for i in range(200)]


def scores(
    judge: str, protocol: str, within: float, between: float, seed: int = 1, **fields: object
) -> pl.DataFrame:
    """Performances of 20 events; the judge knows so much of what differs within, and between events."""
    rng = np.random.default_rng(7)
    level, own = np.repeat(rng.normal(size=20), 10), rng.normal(size=200)
    noise = np.random.default_rng(seed).normal(size=200)
    said = between * level + within * own + noise
    return score(judge, protocol, level + own, said, EVENTS, **fields)


def test_a_judge_that_recalls_scores_is_consistent_with_recall_and_one_that_knows_the_event_is_not():
    recalls = one(
        contamination.find(scores("m", "openai", 2.0, 1.0, **BLIND), SETTINGS), "blind_spearman", "m"
    )
    assert recalls.reading.startswith("Without a picture it ranks performances")
    assert "consistent with recall; it is no proof of it" in recalls.reading
    knows = one(contamination.find(scores("m", "openai", 0.0, 3.0, **BLIND), SETTINGS), "blind_spearman", "m")
    assert knows.reading.startswith("Undecided")
    assert "recall" not in knows.reading


def test_what_is_known_beyond_the_records():
    records = scores("records", "metadata", 0.5, 3.0, seed=2, **BLIND)
    recalls = pl.concat([scores("m", "openai", 3.0, 3.0, **BLIND), records])
    found = one(contamination.find(recalls, SETTINGS), "blind_beyond_records", "m")
    assert found.reading.startswith("Without a picture it knows more of these clips than their records tell")
    assert found.about["versus"] == "records, which is told the records"
    same = pl.concat([scores("m", "openai", 0.5, 3.0, **BLIND), records])
    found = one(contamination.find(same, SETTINGS), "blind_beyond_records", "m")
    assert found.reading.startswith("Undecided")
    assert not [f for f in contamination.find(same, SETTINGS) if f.about["judge"] == "records"]


def test_verdicts_and_choices_without_a_picture():
    found = contamination.find(verify("m", "openai", lambda truth, framing: truth, **BLIND), SETTINGS)
    assert "consistent with recall" in one(found, "blind_balanced_accuracy", "m").reading
    found = contamination.find(verify("m", "openai", saying_true, **BLIND), SETTINGS)
    assert one(found, "blind_balanced_accuracy", "m").estimate == 0.5
    table = choose("m", [("a", "a"), ("b", "b")] * 20, representation="none")
    assert one(contamination.find(table, SETTINGS), "blind_choice_skill", "m").low > 0
    assert contamination.find(verify("m", "openai", saying_true), SETTINGS) == []


def asked_again(flip: float, noise: float, repeats: int = 5) -> pl.DataFrame:
    """Answers that differ from a steady one at random, and from mirrored ones more often by `flip`."""
    rng = np.random.default_rng(11)
    steady = {
        f"{clip}/{criterion}": bool(rng.random() < 0.5)
        for clip in range(60)
        for criterion in ("depth", "knees")
    }
    tables = []
    for mirrored in (False, True):
        turned = {name: rng.random() < flip and mirrored for name in steady}
        for repeat in range(repeats):
            table = verify("m", "openai", saying_true, framings=["positive"])
            names = [f"{row['clip'].removeprefix('clip-')}/{row['criterion']}" for row in table.to_dicts()]
            said = [steady[name] ^ bool(turned[name]) ^ bool(rng.random() < noise) for name in names]
            tables.append(
                table.with_columns(
                    fault=pl.Series(said),
                    repeat=pl.lit(repeat, pl.Int64),
                    perturbation=pl.lit("mirrored" if mirrored else "none"),
                    setting=pl.lit("mirrored" if mirrored else ""),
                )
            )
    return pl.concat(tables)


def test_mirroring_counts_beyond_asking_again():
    moved = one(contamination.find(asked_again(0.4, 0.1), SETTINGS), "mirror_excess_flips", "m")
    assert moved.reading.startswith("Mirroring the picture changes its answer more often")
    assert "it is no proof of it" in moved.reading
    # Turned with 0.4, and either answer noisy with 0.1: flips differ by 0.4 (1 - 2 * 0.18).
    assert moved.low < 0.4 * (1 - 2 * 0.18) < moved.high
    noisy = one(contamination.find(asked_again(0.0, 0.25), SETTINGS), "mirror_excess_flips", "m")
    assert noisy.reading.startswith("Undecided")
    assert noisy.parts["flips_when_mirrored"] > 0.2
    few = one(contamination.find(asked_again(0.4, 0.1, repeats=2), SETTINGS), "mirror_excess_flips", "m")
    assert few.low > 0.0
    assert few.chance is None
    assert few.reading.startswith("Undecided whether mirroring changes its answer beyond")
    assert "5 are needed for a statement" in few.reading
    assert "consistent with recall" not in few.reading
    once = one(contamination.find(asked_again(0.4, 0.1, repeats=1), SETTINGS), "mirror_excess_flips", "m")
    assert once.estimate is None
    assert once.parts["flips_when_mirrored"] is not None


@pytest.mark.parametrize(
    "table",
    [
        verify("m", "openai", lambda truth, framing: "refused", **BLIND),
        verify("m", "openai", lambda truth, framing: truth, **BLIND).with_columns(cluster=pl.lit("one")),
        verify("m", "openai", saying_true, **BLIND).with_columns(truth_fault=pl.lit(value=True)),
        score("m", "openai", range(12), [5] * 12, EVENTS[:12], **BLIND),
        score("m", "openai", range(12), [None] * 12, EVENTS[:12], **BLIND),
        asked_again(0.5, 0.0).with_columns(status=pl.lit("refused"), fault=pl.lit(None, pl.Boolean)),
        asked_again(0.0, 0.0),
    ],
)
def test_degenerate_tables_prove_nothing(table):
    for found in contamination.find(table, SETTINGS):
        assert found.reading.endswith(".")
        assert "consistent with recall" not in found.reading
