"""Items of every task, and what is shown of them, for the tests of prompts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from aqa_eval.prompts import Composed, Example, compose, strategy
from aqa_eval.vocabulary import (
    FIRST,
    SECOND,
    Clip,
    Condition,
    Criterion,
    Film,
    Frame,
    Item,
    Media,
    Scale,
    Shown,
    Still,
    Task,
    TimeSpan,
    Truth,
    VideoFile,
)

VIDEO, PHOTO = VideoFile(Path("a.mp4")), Still(Path("a.jpg"))
DEPTH = Criterion("depth", "squat", "The squat is deep.", "The squat is shallow.")
GRIP = Criterion(
    "grip", "squat", "", "", question="How is the bar held?", options=("wide", "narrow", "loose")
)
ERRORS = Criterion(
    "errors", "squat", "There is no error.", "Everything is wrong.", Scale(0, 9, "errors", False)
)
POINTS = Criterion("dive", "squat", "It is flawless.", "It fails.", Scale(-6.25, 104.5, "points"))
NUMBER = Criterion("control.number", "squat", "", "", question="Which number is shown?", options=("17", "42"))
ASKED: dict[Task, tuple[Criterion, tuple[Truth, Truth]]] = {
    Task.VERIFY: (DEPTH, (True, False)),
    Task.CHOOSE: (GRIP, ("wide", "loose")),
    Task.SCORE: (POINTS, (3.0, 77.5)),
    Task.COMPARE: (DEPTH, (FIRST, SECOND)),
    Task.LOCATE: (DEPTH, (TimeSpan(0.5, 1.0), TimeSpan(1.0, 2.0))),
    Task.CONTROL: (NUMBER, ("17", "42")),
}
"""Task -> (criterion, two different truths)."""


def clip(name: str, media: Media = VIDEO, action: str = "squat") -> Clip:
    return Clip(name, "d", action, media, "s")


def item(task: Task, media: Media = VIDEO, names: str = "pq", which: int = 0) -> Item:
    """An item with the `which`-th truth of its task; `names` are those of its clips."""
    criterion, truths = ASKED[task]
    clips = tuple(clip(name, media) for name in (names if task is Task.COMPARE else names[:1]))
    return Item(task, clips, criterion, truths[which])


def frames(*times: float) -> Shown:
    return Shown(tuple(Frame(int(time * 30), time, "0" * 64, 448, 252) for time in times))


def shown(asked: Item, condition: Condition) -> tuple[Shown, ...]:
    """What the condition shows of the clips of an item."""
    if condition.representation == "none":
        return ()
    if condition.representation == "pose-text":
        one = Shown(text="At 0.00 s the left knee is bent by 12 degrees.")
    elif condition.transport == "native":
        one = Shown(film=Film("0" * 64, 99, "video/mp4", 2.0, 25.0, 448, 252))
    else:
        still = isinstance(asked.clips[0].media, Still)
        one = frames(0.0) if still or condition.sampling.count == 1 else frames(0.0, 0.5, 1.25)
    return (one,) * len(asked.clips)


def put(
    asked: Item,
    condition: Condition = Condition(),  # noqa: B008
    coordinates: str = "xy-1000",
    reasoning: str = "",
) -> Composed:
    """The item under the condition, with examples and description where it wants them."""
    examples = []
    for number in range(condition.shots):
        other = item(asked.task, asked.clips[0].media or VIDEO, names=f"{number}x", which=number % 2)
        other = replace(other, criterion=asked.criterion)
        examples.append(Example(other, shown(other, condition)))
    described = strategy(condition.strategy).describes
    return compose(
        asked,
        condition,
        shown(asked, condition),
        examples=examples,
        description="The person bends the knees." if described else "",
        coordinates=coordinates,
        reasoning=reasoning,
    )


def told(composed: Composed) -> str:
    """The user turn as text, every picture as <clip:time>."""
    return "\n".join(
        part
        if isinstance(part, str)
        else f"<{part.clip}:{part.time:.2f}>"
        if isinstance(part, Frame)
        else f"<film {part.clip}>"
        for part in composed.parts
    )
