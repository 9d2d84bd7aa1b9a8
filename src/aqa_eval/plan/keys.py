"""What a trial's key is made of: everything that can change the answer, in a form that outlives new axes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any

import orjson

from aqa_eval.media import MEDIA_VERSION
from aqa_eval.prompts import description_digest, digest
from aqa_eval.vocabulary import Condition, Item, Sampling, Task, TimeSpan, Truth

KEY_VERSION = 1
"""Raised only when old answers must not be used again at all."""


UNDESCRIBED = frozenset({"examples", "held_to", "coordinates"})
"""What is drawn for a trial and is no part of the request that asks for a description."""


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What of a trial its keys are made of, apart from the item's own content.

    `seen`: fingerprints of the clips that are shown, in the item's order; None where no picture is.
    `drawn`: what the plan drew for it (seeds, moments, keypoints, examples), of deviations only.
    """

    task: Task
    condition: Condition
    still: bool
    seen: tuple[str, ...] | None
    drawn: Mapping[str, Any]


def trial_known(content: bytes, ingredients: Ingredients, who: Mapping[str, object]) -> hashlib._Hash:
    """The hash of a trial but for its repeat."""
    condition = ingredients.condition
    known = hashlib.sha256(content + condition_text(condition).encode())
    known.update(orjson.dumps([KEY_VERSION, digest(ingredients.task, condition, ingredients.still)]))
    if ingredients.seen is not None:
        known.update(orjson.dumps([MEDIA_VERSION, ingredients.seen]))
    if ingredients.drawn:
        known.update(orjson.dumps(ingredients.drawn, option=orjson.OPT_SORT_KEYS))
    known.update(orjson.dumps(who, option=orjson.OPT_SORT_KEYS))
    return known


def description_key(action: str, ingredients: Ingredients, who: Mapping[str, object], repeat: int) -> str:
    """The key of a description that knows neither the criterion nor how it will be asked about.

    It is shared by every trial of the same judge and repeat that is shown the same clips in the same way.
    """
    condition = ingredients.condition
    drawn = {name: value for name, value in ingredients.drawn.items() if name not in UNDESCRIBED}
    if "keypoints" in drawn and ingredients.seen is not None:
        drawn["keypoints"] = ingredients.drawn["keypoints"][: len(ingredients.seen)]  # those of no example
    described = [
        *("description", KEY_VERSION, MEDIA_VERSION, action, condition_text(sight(condition))),
        description_digest(ingredients.task, condition, ingredients.still),
        *(ingredients.seen, drawn, who, repeat),
    ]
    return hashlib.sha256(orjson.dumps(described, option=orjson.OPT_SORT_KEYS)).hexdigest()


@cache
def sight(condition: Condition) -> Condition:
    """The condition as far as a description depends on it: what is seen, and in which order."""
    return Condition(
        representation=condition.representation,
        strategy=condition.strategy,
        sampling=condition.sampling,
        perturbation=condition.perturbation,
        keypoints=condition.keypoints,
        transport=condition.transport,
        audio=condition.audio,
        cue=condition.cue,
        order=condition.order,
        permuted=condition.permuted,
    )


@cache
def condition_text(condition: Condition) -> str:
    """The condition as JSON, of its deviations from the default only: a new axis changes no old text."""
    plain = Condition()
    odd = {}
    for axis in fields(condition):
        value = getattr(condition, axis.name)
        if value != getattr(plain, axis.name):
            odd[axis.name] = asdict(value) if isinstance(value, Sampling) else value
    return orjson.dumps(odd, option=orjson.OPT_SORT_KEYS).decode()


def item_content(item: Item) -> bytes:
    """What an item asks, as bytes; its truth is no part of it."""
    criterion = item.criterion
    content: dict[str, object] = {
        "dataset": item.dataset,
        "item": item.id,
        "action": item.clips[0].action,
        "requirement": criterion.requirement,
        "fault": criterion.fault,
        "options": criterion.options,
        "scale": asdict(criterion.scale) if criterion.scale else None,
    }
    if criterion.question:
        content["question"] = criterion.question
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def told(examples: Sequence[Item], seen: Sequence[str]) -> list[list[object]]:
    """Examples as they enter a key: which item, with which recording and label."""
    return [
        [example.id, recording, plain(example.truth)]
        for example, recording in zip(examples, seen, strict=True)
    ]


def plain(truth: Truth) -> object:
    """A truth as JSON has it."""
    return [truth.start, truth.end] if isinstance(truth, TimeSpan) else truth
