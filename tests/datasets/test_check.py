from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from aqa_eval.datasets import check
from aqa_eval.datasets.dataset import Dataset, Terms
from aqa_eval.datasets.mtl_aqa.loader import MtlAqaOptions, load
from aqa_eval.vocabulary import Clip, Criterion, Label, Scale, Still


def dataset(problems: int) -> Dataset:
    """Three test clips and one train clip: faults 1 of 3 and 1 of 1; a choice beside."""
    criteria = {
        "knees": Criterion("knees", "squat", "The knees stay out.", "The knees fall in."),
        "grip": Criterion("grip", "squat", "", "", options=("wide", "narrow")),
    }
    clips = [
        Clip(f"c{n}", "own", "squat", Still(Path("x.png")) if n else None, cluster=f"s{n // 2}", split=split)
        for n, split in enumerate(("test", "test", "test", "train"))
    ]
    labels = [
        [Label(clip.id, "knees", n in (0, 3)), Label(clip.id, "grip", "wide" if n else "narrow")]
        for n, clip in enumerate(clips)
    ]
    return Dataset(
        "own",
        "Own data",
        Terms("CC BY 4.0", "Doe 2020", "download it", may_embed=True, may_send=False),
        criteria,
        clips,
        labels,
        problems=[f"labels.json: key {n}: odd" for n in range(problems)],
        facts={"files": "4"},
    )


def test_counts_and_base_rates_per_split_and_criterion() -> None:
    text = check.render(dataset(0))
    assert "test, knees   3 in 2 clusters, 2 with media; fault in 33.3%" in text
    assert "test, grip    3 in 2 clusters, 2 with media; narrow: 1, wide: 2" in text
    assert "train, knees  1 in 1 clusters, 1 with media; fault in 100.0%" in text
    assert "files  4" in text
    assert "frames in reports        yes" in text
    assert "frames to third parties  no" in text
    assert text.endswith("Problems\n  none\n")


def test_problems_alike_are_counted_and_shown_thrice() -> None:
    text = check.render(dataset(21))
    assert "Problems (21)\n  21 alike:\n    labels.json: key 0: odd\n" in text
    assert "key 2: odd\n    ... and 18 more\n" in text
    assert "key 3: odd" not in text


def test_at_most_twenty_kinds_of_problems_are_listed() -> None:
    words = [f"file {'x' * n}" for n in range(23)]
    some = replace(dataset(0), problems=[*words, "no 1", "no 2"])
    text = check.render(some)
    assert text.endswith("  ... and 4 more of 4 other kinds\n")
    assert "Problems (25)\n  2 alike:\n    no 1\n    no 2\n  file \n  file x\n" in text


def test_notes_and_differences_are_counted_and_listed() -> None:
    some = replace(dataset(0), notes=[f"tie {n}" for n in range(22)], differences=["test: 3, not 4"])
    text = check.render(some)
    assert "Notes (22)\n  tie 0\n" in text
    assert "  tie 19\n  ... and 2 more\n" in text
    assert "Differences from the published counts (1)\n  test: 3, not 4\n" in text
    assert len(check.as_json(some)["notes"]) == 22


def test_raters_and_the_human_ceiling() -> None:
    some = dataset(0)
    scale = Criterion("form", "squat", "Good.", "Bad.", scale=Scale(0, 10, "points"))
    said = [(1.0, 1.0), (2.0, 3.0), (3.0, 2.0), (4.0, 4.0)]
    labels = [[Label(clip.id, "form", sum(r) / 2, r)] for clip, r in zip(some.clips, said, strict=True)]
    clips = [replace(clip, split="test") for clip in some.clips]
    rated = replace(some, criteria={"form": scale}, clips=clips, labels=labels)
    # Ranks (1 2 3 4) and (1 3 2 4): rho = 1 - 6 (1 + 1) / (4 x 15) = 0.8. Squared differences within units:
    # 0 + 1 + 1 + 0 = 2; sum 20, sum of squares 60, so expected (8 x 60 - 400) / 7 = 80/7; the factor 2 of
    # ordered pairs stands in neither: alpha = 1 - 2 x 7/80 = 0.825.
    [found] = check.as_json(rated)["labels"]
    assert found["raters"]["alpha_interval"] == pytest.approx(0.825)
    assert found["raters"]["rho"] == pytest.approx(0.8)
    assert (found["raters"]["rated"], found["raters"]["most_raters"]) == (4, 2)
    assert "alpha (interval) 0.825; one against the others: rho 0.800 (0.800 to 0.800)" in check.render(rated)


def test_what_cannot_be_estimated_says_why() -> None:
    some = dataset(0)
    labels = [[Label(clip.id, "knees", True, (1.0, 1.0))] for clip in some.clips]
    found = check.as_json(replace(some, labels=labels))["labels"][0]["raters"]
    assert (found["alpha_nominal"], found["rho"], found["rho_range"]) == (None, None, None)
    assert "all ratings are 1" in found["why"]["alpha_nominal"]
    assert json.dumps(found)


def test_json_holds_everything() -> None:
    content = json.loads(json.dumps(check.as_json(dataset(25))))
    assert len(content["problems"]) == 25
    assert content["problem_kinds"] == [{"count": 25, "first": "labels.json: key 0: odd"}]
    assert content["facts"] == {"files": "4"}
    assert content["labels"][0] == {
        "split": "test",
        "criterion": "knees",
        "task": "verify",
        "n": 3,
        "clusters": 2,
        "with_media": 2,
        "fault_rate": 1 / 3,
    }


def test_scores_show_their_range(release) -> None:
    release.write_core()
    text = check.render(load(MtlAqaOptions(root=release.root)))
    # test: 24, 20 and 24 points
    assert "test, mtl_aqa.execution   3 in 2 clusters, 0 with media; 20 to 24 points, mean 22.67" in text
    assert "clips without media              6 of 6" in text
