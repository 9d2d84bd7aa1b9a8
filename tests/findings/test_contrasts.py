"""Ways that differ in one thing."""

import polars as pl
from tests.findings.tables import verify

from aqa_eval.findings.asked import asked
from aqa_eval.findings.contrasts import axes, contrasts
from aqa_eval.vocabulary import Task


def _ways(*fields):
    tables = [
        verify(f.pop("judge", "m"), "openai", lambda truth, framing: truth, clips=4, **f) for f in fields
    ]
    return list(asked(pl.concat(tables), Task.VERIFY))


def test_only_ways_that_agree_in_all_else_are_held_against_each_other():
    ways = _ways(
        {},
        {"cue": "banner-high", "setting": "cue banner-high"},
        {"cue": "banner-high", "setting": "cue banner-high, blurred", "perturbation": "blurred"},
        {"strategy": "guidelines"},
        {"judge": "other", "cue": "banner-high", "setting": "cue banner-high"},
    )
    (found,) = contrasts(ways, "cue")
    assert (found.value, found.base, found.first.judge) == ("banner-high", "none", "m")
    assert axes(found.first) | {"cue": "none"} == axes(found.second)
    assert found.versus == "cue none"


def test_the_base_is_the_plain_value_or_else_the_first():
    ways = _ways({"frames": "4"}, {"frames": "16"}, {"frames": "32"})
    assert [(c.value, c.base) for c in contrasts(ways, "frames")] == [("4", "16"), ("32", "16")]
    assert [(c.value, c.base) for c in contrasts(ways[::2], "frames")] == [("32", "4")]
    assert list(contrasts(ways[:1], "frames")) == []


def test_without_pictures_there_are_no_frames_and_the_plainest_partner_is_taken():
    blind = {"representation": "none", "frames": ""}
    ways = _ways({"frames": "4"}, {"frames": "16"}, blind)
    assert list(contrasts(ways, "representation")) == []
    (found,) = contrasts(ways, "representation", loose=("frames",))
    assert found.second.way["frames"] == "16"
    both = list(contrasts(ways, "representation", base="none", loose=("frames",)))
    assert [c.first.way["frames"] for c in both] == ["4", "16"]


def test_contrasts_grow_with_the_ways_and_not_with_their_pairs():
    ways = _ways(
        *({"frames": str(n), "shots": k, "setting": f"shots {k}"} for n in range(1, 9) for k in range(5))
    )
    assert len(list(contrasts(ways, "frames"))) == 7 * 5
    assert len(list(contrasts(ways, "shots"))) == 4 * 8
