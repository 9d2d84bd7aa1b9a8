"""Examples are nobody the item knows, as many of each truth, nested, and in an order that tells nothing."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_dataset import GRIP, KNEES, SCORE, STILL, clip, made

from aqa_eval.datasets.dataset import Dataset
from aqa_eval.datasets.examples import NO_POOL, NO_TASK, POOL, TOO_FEW, Examples
from aqa_eval.vocabulary import Criterion, Item, LabelValue, Task

TASKS = (Task.VERIFY, Task.CHOOSE, Task.SCORE)


def train(criterion: Criterion, values: list[LabelValue], **fields: Any) -> Dataset:
    return made([(clip(n, split="train", **fields), criterion, v) for n, v in enumerate(values)])


def item(n: int, criterion: Criterion, truth: LabelValue, **fields: Any) -> Item:
    return Item(criterion.task, (clip(10_000 + n, **fields),), criterion, truth)


def shown(examples: Examples, asked: Item, count: int, labels: Any = "balanced") -> tuple[Item, ...]:
    found = examples.examples(asked, count, labels)
    assert not isinstance(found, str)
    return found


def test_as_many_of_each_truth_and_neither_is_always_last() -> None:
    examples = Examples.of(train(KNEES, [n % 5 == 0 for n in range(100)]), TASKS, 1)
    last, odd = Counter(), Counter()
    for n in range(400):
        four = shown(examples, item(n, KNEES, True), 4)
        assert sum(it.truth is True for it in four) == 2
        assert all(it.clips[0].split == "train" for it in four)
        last[four[-1].truth] += 1
        odd[sum(it.truth is True for it in shown(examples, item(n, KNEES, True), 3))] += 1
    # 400 lots: standard deviation 10.
    assert abs(last[True] - 200) < 50
    assert set(odd) == {1, 2}
    assert abs(odd[1] - 200) < 50


def test_options_differ_and_scores_lie_in_both_halves_and_all_quarters() -> None:
    grips = Examples.of(train(GRIP, [GRIP.options[n % 3] for n in range(60)]), TASKS, 1)
    scores = Examples.of(train(SCORE, [float(n) for n in range(80)]), TASKS, 1)
    for n in range(50):
        assert len({it.truth for it in shown(grips, item(n, GRIP, "wide"), 3)}) == 3
        # 80 scores: halves of 40, quarters of 20, eighths of 10.
        for count, width in ((2, 40), (4, 20), (8, 10)):
            found = shown(scores, item(n, SCORE, 5.0), count)
            assert sorted(int(float(it.truth) // width) for it in found) == list(range(count))


def test_random_labels_are_drawn_whatever_is_true_for_the_same_clips_in_the_same_order() -> None:
    examples = Examples.of(train(KNEES, [n % 2 == 0 for n in range(100)]), TASKS, 1)
    agree = 0
    for n in range(250):
        asked = item(n, KNEES, True)
        true, drawn = shown(examples, asked, 4), shown(examples, asked, 4, "random")
        assert [it.clips for it in true] == [it.clips for it in drawn]
        agree += sum(a.truth == b.truth for a, b in zip(true, drawn, strict=True))
    assert abs(agree - 500) < 80  # of 1000, standard deviation 16
    grips = Examples.of(train(GRIP, ["wide", "narrow"] * 20), TASKS, 1)
    said = {it.truth for n in range(60) for it in shown(grips, item(n, GRIP, "wide"), 2, "random")}
    assert said == set(GRIP.options)  # `none` too, though nobody is


def test_of_two_people_only_the_other_one_is_shown() -> None:
    values = [n % 2 == 0 for n in range(40)]
    rows = [
        (clip(n, split="train", subject=f"s{n // 20}", cluster=f"s{n // 20}"), KNEES, v)
        for n, v in enumerate(values)
    ]
    examples = Examples.of(made(rows), TASKS, 1)
    for asked in (item(0, KNEES, True, subject="s0"), item(0, KNEES, True, cluster="s0")):
        assert {it.clips[0].subject for it in shown(examples, asked, 8)} == {"s1"}
    assert examples.examples(item(0, KNEES, True, subject="s0"), 21, "balanced") == TOO_FEW


@pytest.mark.parametrize("odd", [{"action": "lunge"}, {"view": "side"}, {"media": STILL}])
def test_another_action_view_or_kind_has_no_examples(odd: dict[str, Any]) -> None:
    examples = Examples.of(train(KNEES, [True, False] * 5), TASKS, 1)
    assert examples.examples(item(0, KNEES, True, **odd), 2, "balanced") == NO_POOL


def test_why_there_are_none() -> None:
    examples = Examples.of(train(KNEES, [True] * 10), TASKS, 1)
    assert examples.examples(item(0, KNEES, True), 2, "balanced") == TOO_FEW
    assert examples.examples(item(0, SCORE, 1.0), 2, "balanced") == NO_POOL
    compared = Item(Task.COMPARE, (clip(1), clip(2)), KNEES, "first")
    assert examples.examples(compared, 2, "balanced") == NO_TASK
    without = Examples.of(train(KNEES, [True, False], media=None), TASKS, 1)
    assert without.examples(item(0, KNEES, True), 2, "balanced") == NO_POOL
    assert without.examples(item(0, KNEES, True), 0, "balanced") == NO_POOL


def test_a_pool_is_limited_and_takes_one_of_each_cluster_first() -> None:
    rows = [(clip(n, split="train", cluster=f"k{n % 40}"), KNEES, n >= 400) for n in range(800)]
    examples = Examples.of(made(rows), TASKS, 1)
    [classes] = examples.pools.values()
    for pool in classes.values():
        assert len(pool) == len({it.cluster for it in pool}) == POOL


@settings(max_examples=60, deadline=None)
@given(data=st.data(), criterion=st.sampled_from([KNEES, GRIP, SCORE]), seed=st.integers(0, 3))
def test_nobody_known_nested_and_always_the_same(data: Any, criterion: Criterion, seed: int) -> None:
    label = {
        KNEES.id: st.booleans(),
        GRIP.id: st.sampled_from(GRIP.options),
        SCORE.id: st.integers(0, 9).map(float),
    }[criterion.id]
    fields = st.fixed_dictionaries(
        {
            "subject": st.sampled_from(["", "anna", "ben", "carl"]),
            "event": st.sampled_from(["", "rome", "oslo"]),
            "cluster": st.sampled_from(["x", "y", "z"]),
            "split": st.sampled_from(["train", "train", "test"]),
        }
    )
    rows = [
        (clip(n, **data.draw(fields)), criterion, data.draw(label))
        for n in range(data.draw(st.integers(1, 40)))
    ]
    dataset = made(rows)
    examples = Examples.of(dataset, TASKS, seed)
    truths = {c.id: v for c, _, v in rows}
    for asked in dataset.items(TASKS, "test"):
        own, before = asked.clips[0], set[str]()
        for count in range(1, 7):
            found = examples.examples(asked, count, "balanced")
            assert found == Examples.of(dataset, TASKS, seed).examples(asked, count, "balanced")
            if isinstance(found, str):
                break
            ids = {it.clips[0].id for it in found}
            assert len(ids) == count
            assert before < ids
            before = ids
            for it in found:
                other = it.clips[0]
                assert other.split == "train"
                assert it.truth == truths[other.id]
                assert it.criterion == asked.criterion
                assert not own.subject or other.subject != own.subject
                assert not own.event or other.event != own.event
                assert other.cluster != own.cluster
            if criterion is KNEES:
                assert abs(sum(it.truth is True for it in found) - count / 2) <= 0.5
