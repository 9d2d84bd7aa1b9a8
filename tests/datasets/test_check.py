from __future__ import annotations

import json
from pathlib import Path

from aqa_eval.datasets import check
from aqa_eval.datasets.dataset import Dataset, Terms
from aqa_eval.datasets.mtl_aqa import MtlAqaOptions, load
from aqa_eval.vocabulary import Clip, Criterion, Label, Still


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


def test_at_most_twenty_problems_are_listed() -> None:
    assert "more" not in check.render(dataset(20))
    text = check.render(dataset(21))
    assert "Problems (21)" in text
    assert "key 19: odd" in text
    assert "key 20: odd" not in text
    assert text.endswith("  ... and 1 more\n")


def test_json_holds_everything() -> None:
    content = json.loads(json.dumps(check.as_json(dataset(25))))
    assert len(content["problems"]) == 25
    assert content["facts"] == {"files": "4"}
    assert content["labels"][0] == {
        "split": "test",
        "criterion": "knees",
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
