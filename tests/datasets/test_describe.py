from __future__ import annotations

import json
from pathlib import Path

import pytest

from aqa_eval.datasets import LOADERS, describe
from aqa_eval.datasets.dataset import Loader, Options, Terms
from aqa_eval.vocabulary import Criterion, PoseRule, Scale, Task

RULE = PoseRule("knee_flexion_max", 93, "below", "degrees")
CRITERIA = {
    "depth": Criterion("depth", "squat", "It is deep.", "It is shallow.", views=("side",), rule=RULE),
    "grip": Criterion("grip", "squat", "", "", question="How wide?", options=("wide", "narrow")),
    "time": Criterion("time", "run", "Fast.", "Slow.", scale=Scale(10, 60, "s", higher_is_better=False)),
}


class Rooted(Options):
    root: Path
    tie: str = "first"


def loader(may_embed: bool, may_send: bool) -> Loader:
    terms = Terms("CC BY 4.0", "Doe 2020", "download it", may_embed=may_embed, may_send=may_send)
    return Loader(
        "doe", "Doe's data", Rooted, (Task.VERIFY, Task.SCORE), lambda _: pytest.fail("read"), terms
    )


@pytest.mark.parametrize(
    ("embed", "send", "words"),
    [
        (True, True, "may be shown and sent"),
        (True, False, "may be shown, not sent"),
        (False, True, "may be sent, not shown"),
        (False, False, "stay here"),
    ],
)
def test_the_listing_tells_terms_in_a_word(embed, send, words) -> None:
    text = describe.listing([loader(embed, send)])
    assert text == (f"name  title       tasks          frames\ndoe   Doe's data  verify, score  {words}\n")


def test_every_dataset_can_be_told_of_without_a_download() -> None:
    for found in LOADERS.values():
        assert found.terms.how in describe.how(found)
        assert found.terms.citation in describe.how(found)
        if found.criteria is not None:
            texts = found.criteria()
            assert list(texts) == [criterion.id for criterion in texts.values()]
            assert all(f"{name}\n  action" in describe.criteria(texts) for name in texts)
            assert json.dumps(describe.criteria_as_json(texts))
    assert len(json.loads(json.dumps(describe.listing_as_json(LOADERS.values())))) == len(LOADERS)


def test_how_tells_options_and_terms() -> None:
    text = describe.how(loader(True, False))
    assert "  root  required\n  tie   default 'first'\n" in text
    assert "  how to get it            download it\n" in text
    content = json.loads(json.dumps(describe.how_as_json(loader(True, False))))
    assert content["terms"]["may_embed"] is True
    assert content["options"]["required"] == ["root"]


def test_criteria_stand_in_both_polarities() -> None:
    depth, grip, time = describe.criteria(CRITERIA).strip().split("\n\n")
    assert "  requirement  It is deep.\n  fault        It is shallow.\n  views        side\n" in depth
    assert depth.endswith("pose         knee_flexion_max below 93 degrees")
    assert "  question  How wide?\n  options   wide | narrow\n" in grip
    assert "requirement" not in grip
    assert "scale        10 to 60 s, lower is better" in time
    assert "pose         not readable" in time
    assert [c["readable_by_pose"] for c in describe.criteria_as_json(CRITERIA)] == [True, False, False]
    assert describe.criteria({}) == "none\n"
