"""The metadata judge: what records alone tell, learnt from training labels and from nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError
from walked import DEEP, GOOD, GRIP, SIGHT, clip, dataset, judge, walk

from aqa_eval.datasets import LOADERS
from aqa_eval.errors import JudgeError
from aqa_eval.judges import PROTOCOLS
from aqa_eval.judges.metadata import MetadataOptions, learn
from aqa_eval.prompts import answer_key
from aqa_eval.vocabulary import Condition, Item, Label, Request, Scale, Task

REAL = Path(__file__).parents[3] / "shared" / "data" / "MTL-AQA"


def items(made, split: str, task: Task) -> list[Item]:
    return list(made.items((task,), split))


def test_the_records_it_knows_are_part_of_who_answers() -> None:
    read = PROTOCOLS["metadata"].options.model_validate({"knows": ["event", "code", "event"]})
    assert read.decoding() == (("decides", "balanced"), ("knows", "code,event"))
    assert dict(MetadataOptions().decoding())["knows"] == "action,code,difficulty,event,view"
    for wrong in ({"knows": []}, {"knows": ["athlete"]}, {"decides": "fairly"}):
        with pytest.raises(ValidationError):
            MetadataOptions.model_validate(wrong)


def scored(count: int, seed: int = 0):
    """Scores of 50 + an event's leniency + a code's worth - 2 x difficulty + noise, half of them training."""
    lot = np.random.default_rng(seed)
    lenient, worth = lot.normal(0, 8, 6), lot.normal(0, 3, 8)
    rows = []
    for n in range(count):
        event, code, hard = int(lot.integers(6)), int(lot.integers(8)), float(lot.uniform(1, 4))
        score = 50 + lenient[event] + worth[code] - 2 * hard + lot.normal(0, 1)
        one = clip(n, "train" if n % 2 else "test", event=f"e{event}", code=f"k{code}", difficulty=hard)
        rows.append((one, Label(one.id, "good", float(score))))
    return dataset(GOOD, rows)


def test_scores_are_expected_by_event_code_and_difficulty(tmp_path: Path) -> None:
    made = scored(800)
    all_of_it = judge("all", "metadata")
    event = judge("event", "metadata", knows=("event",))
    seeing = judge("seeing", "simulated", r=0.9)
    walked = walk(tmp_path, made, Task.SCORE, [all_of_it, event, seeing], representation=("none",))
    skills = {name: walked.found("skill", judge=name).estimate for name in ("all", "event")}
    assert walked.found("skill", judge="seeing").baselines == skills
    asked = walked.table.filter(judge="all")
    truth, event_of = (asked[c].to_numpy() for c in ("truth_score", "event"))
    within = sum(np.sum(event_of == e) * truth[event_of == e].var() for e in np.unique(event_of)) / len(truth)
    # What is left beside noise of variance 1; and beside what varies within an event.
    assert skills["all"] == pytest.approx(1 - 1 / truth.var(), abs=0.03)
    assert skills["event"] == pytest.approx(1 - within / truth.var(), abs=0.05)
    fit = learn(items(made, "train", Task.SCORE), MetadataOptions().knows)["good"].fits[""]
    assert fit.slope == pytest.approx(-2.0, abs=0.2)


def test_evaluated_labels_change_nothing(tmp_path: Path) -> None:
    made = scored(60)
    twisted = replace(
        made,
        labels=[
            (replace(labels[0], value=-999.0 + n),) if one.split == "test" else labels
            for n, (one, labels) in enumerate(zip(made.clips, made.labels, strict=True))
        ],
    )
    asked = [
        walk(tmp_path / name, d, Task.SCORE, [judge("m", "metadata")], representation=("none",))
        for name, d in (("a", made), ("b", twisted))
    ]
    assert asked[0].table["score"].to_list() == asked[1].table["score"].to_list()
    assert asked[0].table["key"].to_list() == asked[1].table["key"].to_list()


def test_what_was_learnt_and_what_is_recorded_enter_the_key(tmp_path: Path) -> None:
    made = scored(60)
    moved = replace(made, clips=[replace(one, event="e0") for one in made.clips])
    keys = [
        [t.key for t in walk(tmp_path / n, d, Task.SCORE, [who], representation=("none",)).plan.trials()]
        for n, d, who in (
            ("a", made, judge("m", "metadata")),
            ("b", moved, judge("m", "metadata")),
            ("c", made, judge("m", "metadata", knows=("event",))),
        )
    ]
    assert not set(keys[0]) & set(keys[1])
    assert not set(keys[0]) & set(keys[2])


def faulty(event: int) -> float:
    return (0.05, 0.15, 0.4, 0.5)[event]


def verified(count: int):
    lot = np.random.default_rng(5)
    rows = []
    for n in range(count):
        event = int(lot.integers(4))
        one = clip(n, "train" if n % 2 else "test", event=f"e{event}")
        rows.append((one, Label(one.id, "deep", bool(lot.random() < faulty(event)))))
    return dataset(DEEP, rows)


def test_a_fault_is_said_where_it_is_more_frequent_than_elsewhere(tmp_path: Path) -> None:
    balanced, majority = judge("b", "metadata"), judge("m", "metadata", decides="majority")
    made = verified(1600)
    walked = walk(tmp_path, made, Task.VERIFY, [balanced, majority], framing=("positive", "negative"))
    said = {(row["judge"], row["event"]): row["fault"] for row in walked.table.iter_rows(named=True)}
    assert [said["b", f"e{e}"] for e in range(4)] == [False, False, True, True]
    assert not any(said["m", f"e{e}"] for e in range(3))
    # With events equally frequent: hits 0.9 / 1.1, false alarms 1.1 / 2.9; (0.818 + 0.621) / 2 = 0.719.
    assert walked.found("balanced_accuracy", judge="b").estimate == pytest.approx(0.719, abs=0.06)


def test_nothing_known_is_held_for_correct(tmp_path: Path) -> None:
    made = verified(200)
    unnamed = replace(made, clips=[replace(one, event="") for one in made.clips])
    walked = walk(tmp_path, unnamed, Task.VERIFY, [judge("m", "metadata")])
    assert not walked.table["fault"].any()


def test_an_option_is_chosen_where_it_exceeds_its_own_share(tmp_path: Path) -> None:
    shares = {"front": (0.8, 0.1, 0.1), "side": (0.6, 0.35, 0.05)}
    lot, rows = np.random.default_rng(2), []
    for n in range(2000):
        view = ("front", "side")[n // 2 % 2]
        one = clip(n, "train" if n % 2 else "test", view=view)
        rows.append((one, Label(one.id, "grip", str(lot.choice(GRIP.options, p=shares[view])))))
    judges = [judge("b", "metadata"), judge("m", "metadata", decides="majority")]
    walked = walk(tmp_path, dataset(GRIP, rows), Task.CHOOSE, judges)
    said = {(row["judge"], row["view"]): row["choice"] for row in walked.table.iter_rows(named=True)}
    assert said == {
        ("b", "front"): "wide", ("b", "side"): "narrow", ("m", "front"): "wide", ("m", "side"): "wide",
    }  # fmt: skip


async def test_of_two_clips_the_one_of_which_better_is_expected() -> None:
    train = [
        Item(Task.SCORE, (clip(n, event=f"e{n % 2}"),), GOOD, 60.0 + 5 * (n % 2) + n / 10) for n in range(20)
    ]
    errors = replace(GOOD, id="errors", scale=Scale(-1000, 1000, "errors", higher_is_better=False))
    train += [replace(item, criterion=errors) for item in train]
    m = PROTOCOLS["metadata"].build(judge("m", "metadata"), lambda: train)
    two = (clip(50, event="e0"), clip(51, event="e1"))
    pair = Item(Task.COMPARE, two, GOOD, "first")
    assert m.refuses(pair, Condition()) == ""
    alike = Item(Task.COMPARE, (two[0], clip(52, event="e0")), GOOD, "first")
    assert "by their records" in m.refuses(alike, Condition())
    for criterion, better in ((GOOD, "B"), (errors, "A")):
        condition = Condition(framing="neutral")
        answers = answer_key(replace(pair, criterion=criterion), condition)
        asked = Request("k", "", (), Task.COMPARE, criterion, condition, None, answers, clips=two)
        assert (await m.ask(asked, SIGHT)).text == better
    with pytest.raises(JudgeError, match="not told whose records"):
        await m.ask(replace(asked, clips=()), SIGHT)


def test_a_criterion_without_training_labels_is_not_asked() -> None:
    m = PROTOCOLS["metadata"].build(judge("m", "metadata"), lambda: [])
    assert "no training labels" in m.refuses(Item(Task.VERIFY, (clip(0),), DEEP, True), Condition())


@pytest.mark.skipif(not REAL.is_dir(), reason="the authors' annotations are not at hand (../shared/data)")
def test_what_records_alone_tell_of_real_dives(tmp_path: Path) -> None:
    """Event alone orders the dives of all events together at 0.44; with the dive's number at 0.47 or more,
    and within an event at least at 0.15. Who knows the event alone says one thing of all its dives.
    """
    loader = LOADERS["mtl-aqa"]
    made = loader.load(loader.options.model_validate({"root": REAL}))
    judges = [
        judge("event", "metadata", knows=("event",)),
        judge("event and code", "metadata", knows=("event", "code")),
    ]
    walked = walk(tmp_path, made, Task.SCORE, judges, representation=("none",))
    pooled = {n: walked.found("spearman_pooled", judge=n) for n in ("event", "event and code")}
    assert pooled["event"].n == 353
    assert pooled["event"].estimate == pytest.approx(0.44, abs=0.01)
    assert pooled["event and code"].estimate == pytest.approx(0.47, abs=0.02)
    within = walked.found("spearman", judge="event and code")
    assert within.estimate is not None
    assert 0.1 < within.estimate < 0.25
    assert all(0 < one.difficulty < 5 and one.code for one in made.clips)
