import sys
from dataclasses import asdict

import numpy as np
import polars as pl
import pytest

from aqa_eval.findings import FINDINGS, Settings, find_all
from aqa_eval.findings.table import COLUMNS
from aqa_eval.measures.observer import Observer
from findings.tables import observing, one, saying_true, score, verify

SETTINGS = Settings(seed=3, resamples=50)
LINELESS = {"failures", "cost", "macro_f1", "framing", "traces", "covert"}
"""What is told without a line of chance."""


@pytest.fixture(scope="module")
def table():
    truth = np.arange(20.0)
    return pl.concat(
        [
            verify("model", "openai", observing(Observer(0.5), 1)),
            verify("always", "constant", saying_true),
            verify("angles", "pose-rules", observing(Observer(3.0), 2)),
            verify("sim", "simulated", observing(Observer(1.0), 3)),
            score("model", "openai", truth, truth[::-1]),
            score("mean", "prior", truth, [9.5] * 20),
        ]
    )


@pytest.fixture(scope="module")
def found(table):
    return find_all(table, SETTINGS)


def test_reference_judges_stand_beside_every_finding(found):
    model = one(found, "balanced_accuracy", "model")
    assert set(model.baselines) == {"always", "angles"}  # the simulated observer is no yardstick
    for judge in ("always", "angles"):
        for criterion in ("all", "depth"):
            beside = one(found, "balanced_accuracy", "model", criterion).baselines[judge]
            assert beside == one(found, "balanced_accuracy", judge, criterion).estimate
    assert set(one(found, "balanced_accuracy", "always").baselines) == {"angles"}
    assert one(found, "spearman", "model").baselines == {"mean": 0.0}


def test_a_reference_asked_in_several_ways_stands_with_the_way_it_shares():
    ways = [
        verify("model", "openai", observing(Observer(0.5), 1), representation=representation)
        for representation in ("rgb", "crop", "none")
    ]
    references = [
        verify("angles", "pose-rules", observing(Observer(d), 2), representation=representation)
        for representation, d in (("rgb", 3.0), ("crop", 0.2))
    ]
    found = [
        f
        for f in find_all(pl.concat(ways + references), SETTINGS)
        if f.measure == "balanced_accuracy" and f.about["criterion"] == "all"
    ]
    estimates = {(f.about["judge"], f.about["representation"]): f.estimate for f in found}
    beside = {f.about["representation"]: f.baselines["angles"] for f in found if f.about["judge"] == "model"}
    assert beside["rgb"] == estimates["angles", "rgb"]
    assert beside["crop"] == estimates["angles", "crop"]
    assert beside["none"] == estimates["angles", "rgb"]


def test_a_difference_has_the_same_difference_of_the_references_beside_it():
    ways = [
        verify(judge, protocol, observing(Observer(d), seed), **fields)
        for judge, protocol in (("model", "openai"), ("angles", "pose-rules"))
        for seed, (d, fields) in enumerate(
            [
                (2.0, {}),
                (0.5, {"perturbation": "shuffled", "setting": "shuffled"}),
                (1.0, {"perturbation": "frozen", "setting": "frozen"}),
            ]
        )
    ]
    found = [
        f for f in find_all(pl.concat(ways), SETTINGS) if f.measure in {"temporal_gain", "single_frame_loss"}
    ]
    whole = {(f.about["judge"], f.about["versus"]): f for f in found if f.about["criterion"] == "all"}
    for versus in ("perturbation shuffled", "perturbation frozen"):
        beside = whole["model", versus].baselines["angles"]
        assert beside == whole["angles", versus].estimate
    assert len(whole) == 4


def test_the_same_table_gives_the_same_findings_and_another_judge_changes_none(table, found):
    assert [asdict(f) for f in find_all(table, SETTINGS)] == [asdict(f) for f in found]
    alone = find_all(table.filter(pl.col("judge") == "model"), SETTINGS)
    among = [f for f in found if f.about["judge"] == "model" and f.name != "comparisons"]
    assert [(f.estimate, f.low, f.high) for f in alone] == [(f.estimate, f.low, f.high) for f in among]


def test_findings_come_in_the_order_of_the_registry(found):
    names = list(dict.fromkeys(f.name for f in found))
    registered = [sys.modules[find.__module__] for find in FINDINGS]
    order = [getattr(module, "NAME", module.__name__.rpartition(".")[2]) for module in registered]
    assert names == [name for name in (*dict.fromkeys(order), "failures") if name in names]
    assert {"chance", "correctness_bias", "acquiescence", "detection", "rank", "cost"} < set(names)


def test_every_reading_is_a_sentence_and_says_no_more_than_the_interval(found):
    for finding in found:
        assert finding.reading.endswith(".")
        lineless = finding.chance is None and {finding.name, finding.measure} & LINELESS
        assert lineless or finding.chance is not None or finding.estimate is None
        beside = finding.measure in {"r_l2", "mean_absolute_error"}
        if finding.name == "failures" or lineless or finding.low is None or beside:
            continue
        contains = finding.low <= finding.chance <= finding.high
        if finding.reading.startswith("A constant answer"):
            assert finding.about["protocol"] in {"constant", "prior"}
            continue
        said = finding.reading.replace("Undecided whether it is a mean-guesser.", "")
        assert contains == ("Undecided" in said or "Exactly" in said), finding


def test_an_empty_table_says_nothing():
    assert find_all(pl.DataFrame(schema=COLUMNS), SETTINGS) == []
