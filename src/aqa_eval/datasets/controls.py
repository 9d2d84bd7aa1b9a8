"""Positive controls: questions so easy that only a broken road (transport, template, frames) fails them.

`control.movement`: which movement is performed, one of four. `control.number`: which number is burnt into
the frames, one of four. `control.order`: two frames of a clip are shown, each with a number burnt in; which
of the two numbers is on the frame that was filmed first?

The order is asked by numbers and not by what is seen, because the movements do not tell it: a squat looks
the same going down and coming up, so that nobody could say which of two of its frames came first. What is
tested is whether frames arrive one by one, and in which order.

The caller burns the numbers in: of `control.number` the truth, of `control.order` the truth on the earlier
frame and the other option on the later one.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence

import numpy as np

from aqa_eval.datasets import kinship
from aqa_eval.datasets.dataset import Dataset
from aqa_eval.vocabulary import Clip, Criterion, Item, Task

MOVEMENT, NUMBER, ORDER = "control.movement", "control.number", "control.order"
QUESTIONS = {
    MOVEMENT: "Which movement does the person perform?",
    NUMBER: "Which number is written in every picture?",
    ORDER: "A number is written in each frame. Which number is on the frame that was filmed first?",
}
OPTIONS = 4
NUMBERS = (10, 99)
"""The least and the greatest number that is burnt in."""
ELSEWHERE = (
    "golf swing",
    "javelin throw",
    "table tennis serve",
    "basketball dribble",
    "front crawl swimming",
    "rope climbing",
    "ten-pin bowling",
    "archery",
)
"""Movements that are mistaken for none that a dataset of exercises, dives or skating shows; taken where the
dataset itself has too few that differ."""


def controls(dataset: Dataset, split: str, seed: int, count: int) -> Iterator[Item]:
    """The controls about `count` clips of `split`, all kinds of a clip in a row.

    The clips are drawn by `seed`, one of each cluster before a second of any; a larger count keeps those of
    a smaller one. Clips without a recording are left out, and so is the order of one picture: it is asked
    about the next clips that move.
    """
    places, moving, cluster, draws = array("i"), array("b"), array("q"), array("Q")
    if count == 0:
        return
    named_actions = set[str]()
    for place, clip in enumerate(dataset.clips):
        named_actions.add(clip.action)
        if clip.split == split and clip.media is not None:
            places.append(place)
            moving.append(kinship.kind(clip) == "moving")
            cluster.append(kinship.code(clip.cluster))
            draws.append(kinship.draw(seed, "control", dataset.name, clip.id))
    if not places:
        return
    order = kinship.spread(np.asarray(cluster), np.asarray(draws))
    moves = np.asarray(moving, np.bool_)[order]
    named = np.arange(len(order)) < count
    ordered = moves & (np.cumsum(moves) <= count)
    actions = sorted(named_actions)
    for step in np.flatnonzero(named | ordered).tolist():
        clip = dataset.clips[places[order[step]]]
        if named[step]:
            yield _movement(clip, actions, seed)
            yield _number(clip, seed)
        if ordered[step]:
            yield _order(clip, seed)


def _movement(clip: Clip, actions: Sequence[str], seed: int) -> Item:
    rng = kinship.rng(seed, MOVEMENT, clip.dataset, clip.id)
    others = [
        name
        for group in (actions, ELSEWHERE)
        for name in rng.permutation([name for name in group if not _alike(name, clip.action)]).tolist()
    ]
    return _item(MOVEMENT, clip, clip.action, [clip.action, *others[: OPTIONS - 1]])


def _number(clip: Clip, seed: int) -> Item:
    numbers = _numbers(clip, seed, NUMBER, OPTIONS)
    return _item(NUMBER, clip, numbers[0], numbers)


def _order(clip: Clip, seed: int) -> Item:
    numbers = _numbers(clip, seed, ORDER, 2)
    return _item(ORDER, clip, numbers[0], numbers)


def _numbers(clip: Clip, seed: int, name: str, count: int) -> list[str]:
    """Different numbers of two digits, the true one first; none is greater than another by its place."""
    rng = kinship.rng(seed, name, clip.dataset, clip.id)
    return [str(n) for n in rng.choice(np.arange(NUMBERS[0], NUMBERS[1] + 1), count, replace=False).tolist()]


def _item(name: str, clip: Clip, truth: str, options: Sequence[str]) -> Item:
    """The item with its options turned by its id, so that the right one stands nowhere more often."""
    plain = Item(Task.CONTROL, (clip,), Criterion(name, clip.action, "", "", question=QUESTIONS[name]), truth)
    criterion = Criterion(
        name, clip.action, "", "", question=QUESTIONS[name], options=kinship.turned(options, plain.id)
    )
    return Item(Task.CONTROL, (clip,), criterion, truth)


_FILLERS = frozenset({"and", "the", "with", "from", "for"})


def _alike(one: str, other: str) -> bool:
    """Whether two movements are too alike for an easy question: their names share a word, or its stem, as a
    lunge to the left and one to the right do.
    """
    return one == other or bool(_stems(one) & _stems(other))


def _stems(name: str) -> set[str]:
    return {word[:4] for word in re.findall(r"\w{3,}", name.casefold()) if word not in _FILLERS}
