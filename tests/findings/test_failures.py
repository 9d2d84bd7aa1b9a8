import itertools

import pytest

from aqa_eval.findings import Settings, failures
from aqa_eval.measures.observer import Observer
from findings.tables import locate, observing, one, verify

SETTINGS = Settings(seed=3, resamples=200)


def cycling(*answers):
    """Right, except where the next of `answers` is a status."""
    following = itertools.cycle(answers)

    def answer(truth, framing):
        status = next(following)
        return truth if status == "ok" else status

    return answer


def test_every_status_is_counted():
    answers = ("ok",) * 5 + ("unparsed", "refused", "truncated", "error", "missing")
    found = failures.find(verify("m", "openai", cycling(*answers)), SETTINGS)
    rate = one(found, "failure_rate", "m")
    assert rate.parts["planned"] == 240
    assert rate.parts["ok"] == 120
    for status in ("unparsed", "refused", "truncated", "error", "missing"):
        assert rate.parts[status] == 24
    assert rate.estimate == pytest.approx(96 / 216)  # what was not asked yet has not failed
    assert (rate.n, rate.failures) == (216, 96)
    assert "24 trials have not been asked yet." in rate.reading
    assert "24 unparsed, 24 refused, 24 truncated, 24 error" in rate.reading
    assert rate.noise_floor is None


def test_bounds_take_failures_at_their_worst_and_best():
    # A tenth fails, the rest is right: worst 0.9, best 1.0 in balanced accuracy.
    found = failures.find(verify("m", "openai", cycling(*["ok"] * 9, "refused")), SETTINGS)
    bounds = one(found, "balanced_accuracy_bounds", "m")
    assert bounds.estimate == 1.0
    assert bounds.parts["all_failures_wrong"] == pytest.approx(0.9)
    assert bounds.parts["all_failures_right"] == 1.0
    assert bounds.low < 0.9
    assert bounds.high == 1.0
    assert "Better than chance either way." in bounds.reading


def test_bounds_can_turn_a_verdict_into_undecided():
    generator = observing(Observer(1.2), 7)
    turn = itertools.count()

    def answer(truth, framing):
        return "unparsed" if next(turn) % 3 == 0 else generator(truth, framing)

    bounds = one(failures.find(verify("m", "openai", answer), SETTINGS), "balanced_accuracy_bounds", "m")
    assert bounds.estimate > 0.6
    assert bounds.low < 0.5 < bounds.high
    assert "Undecided against chance" in bounds.reading


def test_no_failure_seen_is_not_no_failure_ever():
    found = failures.find(verify("m", "openai", lambda truth, framing: truth), SETTINGS)
    rate = one(found, "failure_rate", "m")
    assert rate.estimate == 0.0
    assert rate.high == pytest.approx(1 - 0.025 ** (1 / 30))  # 30 bodies
    assert rate.reading.endswith("gave a verdict. In the long run failures may be up to 11.6%.")
    assert {f.measure for f in found} == {"failure_rate"}


def test_all_failed_and_nothing_asked():
    nothing = failures.find(verify("m", "openai", lambda truth, framing: "missing"), SETTINGS)
    assert one(nothing, "failure_rate", "m").estimate is None
    assert "240 trials have not been asked yet." in one(nothing, "failure_rate", "m").reading
    failed = failures.find(verify("m", "openai", lambda truth, framing: "error"), SETTINGS)
    assert one(failed, "failure_rate", "m").estimate == 1.0
    bounds = one(failed, "balanced_accuracy_bounds", "m")
    assert bounds.estimate is None
    assert (bounds.parts["all_failures_wrong"], bounds.parts["all_failures_right"]) == (0.0, 1.0)


def test_locating_has_no_bounds_and_says_so():
    spans = [("a", (0.0, 1.0), None), ("b", (0.0, 1.0), (0.0, 1.0))]
    found = failures.find(locate("m", spans), SETTINGS)
    assert "not bounded" in one(found, "failure_rate", "m").reading
    assert {f.measure for f in found} == {"failure_rate"}
