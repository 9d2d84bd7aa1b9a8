"""The answers of `corpus.jsonl`, each with the item and the condition it answers and the verdict it deserves.

One object a line: `id`, `task`, `item` (a name in `ITEMS`), `condition` (what differs from the default),
`text` (after `times`: a piece and how often it is repeated before it), `reasoning`, `finish` (default stop),
`failure`, `tokens` (text, probability, probabilities of the likeliest), `manifest` (time, width, height),
`coordinates`; `expect`: status, judgement, literal, confidence, source, evidence, how the note begins or what
it holds; `fooling`: a careless reader would get it wrong; `why`: what is not plain about it.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aqa_eval.vocabulary import (
    Answer,
    Clip,
    Condition,
    Criterion,
    Failure,
    Frame,
    Item,
    Scale,
    Task,
    TimeSpan,
    Token,
)

CLIP, OTHER = Clip("c", "d", "squat", None, "s"), Clip("e", "d", "squat", None, "s")


def _statement(name: str) -> Item:
    criterion = Criterion(name, "squat", "The squat is deep.", "The squat is shallow.")
    return Item(Task.VERIFY, (CLIP,), criterion, True)


def _options(task: Task, *options: str) -> Item:
    return Item(
        task, (CLIP,), Criterion("o", "squat", "", "", question="Which?", options=options), options[0]
    )


def _scale(minimum: float, maximum: float, unit: str) -> Item:
    criterion = Criterion("s", "squat", "flawless", "very poor", scale=Scale(minimum, maximum, unit))
    return Item(Task.SCORE, (CLIP,), criterion, minimum)


# The lots that the ids draw (prompts.answers.turned): under a-b, A affirms for "back" and denies for "trunk";
# side by side, the requirement comes first for "back" and the fault for "heels".
ITEMS = {
    "verify": _statement("depth"),
    "straight": _statement("back"),
    "turned": _statement("trunk"),
    "fault-second": _statement("back"),
    "fault-first": _statement("heels"),
    "choose": _options(Task.CHOOSE, "Parallel", "Not parallel", "Crossed"),
    "trunk": _options(Task.CHOOSE, "Parallel", "Not parallel", "Crossed"),
    "swapped-letters": _options(Task.CHOOSE, "B", "A"),
    "knees": _options(Task.CHOOSE, "Knees in", "Knees out", "Straight"),
    "many": _options(Task.CHOOSE, *(f"position {place}" for place in range(1, 11))),
    "control": _options(Task.CONTROL, "17", "42", "58"),
    "number": _options(Task.CONTROL, "17", "42", "58"),
    "score": _scale(0, 10, "points"),
    "goe": _scale(-5, 5, "GOE"),
    "percent": _scale(0, 100, "points"),
    "thirty": _scale(0, 30, "points"),
    "compare": Item(Task.COMPARE, (CLIP, OTHER), _statement("depth").criterion, "first"),
    "locate": Item(Task.LOCATE, (CLIP,), _statement("depth").criterion, TimeSpan(1.2, 2.4)),
}


@dataclass(frozen=True)
class Entry:
    """One answer of the corpus."""

    id: str
    item: Item
    condition: Condition
    coordinates: str
    answer: Answer
    expect: dict[str, Any]
    fooling: bool
    why: str


def entries() -> list[Entry]:
    """All answers of the corpus, in its order."""
    lines = Path(__file__).with_name("corpus.jsonl").read_text("utf-8").split("\n")
    return [_entry(json.loads(line)) for line in lines if line.strip()]


def _entry(raw: dict[str, Any]) -> Entry:
    piece, times = raw.get("times", ("", 0))
    failure = Failure(*raw["failure"]) if "failure" in raw else None
    answer = Answer(
        text=piece * times + raw["text"],
        reasoning=raw.get("reasoning", ""),
        finish="" if failure else raw.get("finish", "stop"),
        failure=failure,
        tokens=tuple(_token(*token) for token in raw.get("tokens", ())),
        manifest=tuple(Frame(0, *frame[:1], "digest", *frame[1:]) for frame in raw.get("manifest", ())),
    )
    return Entry(
        id=raw["id"],
        item=ITEMS[raw.get("item", raw["task"])],
        condition=Condition(**raw.get("condition", {})),
        coordinates=raw.get("coordinates", "xy-1000"),
        answer=answer,
        expect=raw["expect"],
        fooling=raw.get("fooling", False),
        why=raw.get("why", ""),
    )


def _token(text: str, probability: float, likeliest: dict[str, float]) -> Token:
    return Token(
        text, math.log(probability), tuple((other, math.log(share)) for other, share in likeliest.items())
    )
