"""F1, macro-F1 and MCC beside d' and c."""

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import f1_score, matthews_corrcoef

from aqa_eval.findings import Settings, detection
from aqa_eval.measures.observer import Observer
from findings.tables import observing, one, saying_true, verify

SETTINGS = Settings(seed=3, resamples=200)


def test_they_are_the_means_over_criteria_of_what_scikit_learn_has():
    table = verify("m", "openai", observing(Observer(1.5, 0.4), 1))
    found = detection.find(table, SETTINGS)
    each = {"f1": [], "macro_f1": [], "mcc": []}
    for criterion in ("depth", "knees"):
        rows = table.filter(pl.col("criterion") == criterion)
        truth, said = rows["truth_fault"].to_list(), rows["fault"].to_list()
        each["f1"].append(f1_score(truth, said))
        each["macro_f1"].append(f1_score(truth, said, average="macro"))
        each["mcc"].append(matthews_corrcoef(truth, said))
    for measure, values in each.items():
        assert one(found, measure, "m").estimate == pytest.approx(np.mean(values))
    assert one(found, "mcc", "m").reading.startswith("Its answers go with the truth")
    assert {f.about["criterion"] for f in found if f.measure in each} == {"all"}


def test_saying_fault_every_time_is_held_against_itself():
    found = detection.find(verify("m", "openai", lambda truth, framing: True), SETTINGS)
    f1 = one(found, "f1", "m")
    assert f1.estimate == pytest.approx(2 / 3)
    assert f1.chance == pytest.approx(2 / 3)
    assert not f1.reading.startswith("F1 of faults beyond")
    assert one(found, "mcc", "m").estimate == 0.0


@pytest.mark.parametrize(
    "table",
    [
        verify("m", "openai", lambda truth, framing: "refused"),
        verify("m", "openai", saying_true).with_columns(cluster=pl.lit("one")),
        verify("m", "openai", saying_true).with_columns(truth_fault=pl.lit(value=False)),
    ],
)
def test_degenerate_answers_do_not_flatter(table):
    for found in detection.find(table, SETTINGS):
        assert found.reading.endswith(".")
        assert found.low is None or found.chance is None or found.low <= found.chance
