from __future__ import annotations

from aqa_eval.report.profile import MOST, profile
from report.example_study import finding


def test_what_is_decided_is_said_once_in_the_plainest_way():
    findings = [
        finding("acquiescence", "acquiescence", "m", 0.3, chance=0.0, about={"strategy": "base"}),
        finding("acquiescence", "acquiescence", "m", 0.4, chance=0.0, about={"strategy": "cited"}),
        finding("looking", "blind_gap", "m", 0.05, chance=0.0),  # +-0.1 contains 0
        finding("correctness_bias", "correctness_bias", "m", -0.2, chance=0.0),
        finding("chance", "balanced_accuracy", "m", 0.9, chance=0.5),  # stands above the profile
        finding("acquiescence", "acquiescence", "other", 0.3, chance=0.0),
    ]
    found = profile(findings, "m")
    assert [(f.name, f.estimate) for f in found.decided] == [
        ("correctness_bias", -0.2),
        ("acquiescence", 0.3),
    ]
    assert (found.more, found.undecided) == (0, 1)


def test_a_long_profile_says_how_much_more_there_is():
    many = [
        finding("cues", "shift", "m", 0.5, chance=0.0, about={"versus": f"cue {i}"}) for i in range(MOST + 3)
    ]
    found = profile(many, "m")
    assert (len(found.decided), found.more) == (MOST, 3)
