"""How well claims are read: rates by hand, files that cannot be used, and what the docs say of it."""

import importlib.util
from pathlib import Path

import pytest

from aqa_eval.errors import TraceError
from aqa_eval.traces import accuracy

ROOT = Path(__file__).parents[2]


def script():
    spec = importlib.util.spec_from_file_location("claims_accuracy", ROOT / "scripts" / "claims_accuracy.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_wilson_by_hand():
    """8 of 10, z = 1.96: middle (0.8 + 0.19207) / 1.38415 = 0.71674, half 1.96 / 1.38415 *
    sqrt(0.016 + 0.0096036) = 0.22658.
    """
    low, high = accuracy.Rate(8, 10).interval
    assert low == pytest.approx(0.71674 - 0.22658, abs=1e-4)
    assert high == pytest.approx(0.71674 + 0.22658, abs=1e-4)
    assert accuracy.Rate(0, 0).value is None
    assert accuracy.Rate(0, 0).interval is None


def test_precision_and_recall_by_hand():
    """Three observations, of which two are read so, and one prior read as an observation: 2/3 each."""
    seen, prior = "observation", "prior"
    counted = accuracy.confusion([(seen, seen), (seen, seen), (seen, "none"), (prior, seen)])
    assert accuracy.precision(counted, seen) == accuracy.Rate(2, 3)
    assert accuracy.recall(counted, seen) == accuracy.Rate(2, 3)
    assert accuracy.precision(counted, prior) == accuracy.Rate(0, 0)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"text": "x"}',
        '{"text": "x", "kind": "guess"}',
        '{"text": "x", "kind": "rule", "part": "tail"}',
    ],
)
def test_a_line_that_is_no_label_is_named(tmp_path: Path, line: str):
    path = tmp_path / "labels.jsonl"
    path.write_text('{"text": "x", "kind": "none"}\n' + line + "\n")
    with pytest.raises(TraceError, match="line 2"):
        accuracy.read_sentences(path)


def test_at_least_300_claims_are_labelled_in_many_styles():
    halves = [accuracy.read_sentences(ROOT / path) for path in script().HALVES.values()]
    claims = [sum(one.kind != "none" for one in half) for half in halves]
    assert min(claims) >= 140
    assert sum(claims) >= 300
    *development, held_out = ({one.text for one in half if " " in one.text} for half in halves)
    assert not held_out & set.union(*development)


def test_the_docs_and_the_findings_have_what_the_script_prints(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    made = script()
    assert made.report() in (ROOT / "docs" / "traces.md").read_text("utf-8")
    assert made.counts(made.HALVES["held out"]) == made.COUNTS.read_text("utf-8")
    truth, said = accuracy.labelled()
    counted = accuracy.published()
    prior, none = accuracy.CLASSES.index("prior"), accuracy.CLASSES.index("none")
    assert sum((truth == prior) & (said == prior)) == counted["prior", "prior"]
    assert sum((truth == none) & (said == prior)) == counted["none", "prior"]
    assert len(truth) == sum(counted.values())


def test_a_time_is_right_within_what_is_read():
    """Of "from 0.5 to 2.8 s" the label is the beginning, of 1.2 s nothing but itself."""
    label = accuracy.Sentence("", "observation", "", 0.5)
    stretch = accuracy.Sentence("", "observation", "", 1.65, within=1.2)
    point = accuracy.Sentence("", "observation", "", 1.2, within=0.05)
    assert accuracy.times_right([label, label], [stretch, point]) == accuracy.Rate(1, 2)


def test_another_labeller_is_compared_by_the_same_table():
    labels = accuracy.read_sentences(ROOT / "tests" / "traces" / "heldout2.jsonl")
    rows = script().table("itself", labels, labels)
    assert "| itself | all kinds | " in rows
    assert rows.count(" 1.00 [") == 13  # five classes twice; all kinds, part and time
