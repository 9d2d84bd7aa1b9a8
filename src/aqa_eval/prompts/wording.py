"""A prompt text filled in for one item: the system text and the user turn, frames in their places."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

from aqa_eval.prompts.texts import PromptText
from aqa_eval.vocabulary import Condition, Criterion, Frame, Request


def statement(criterion: Criterion, condition: Condition) -> str:
    """The sentence put to the judge: the requirement (positive framing) or the fault (negative)."""
    return criterion.fault if condition.framing == "negative" else criterion.requirement


def compose(
    text: PromptText, criterion: Criterion, condition: Condition, frames: Sequence[Frame]
) -> tuple[str, tuple[str | Frame, ...]]:
    """(system text, parts of the user turn in order). With no frames the judge is told that it sees none."""
    words = _words(criterion, condition, len(frames))
    system = Template(text.system).substitute(words)
    after = Template(text.after).substitute(words)
    if not frames:
        return system, (Template(text.blind).substitute(words) + "\n\n" + after,)
    parts: list[str | Frame] = []
    lead = Template(text.before).substitute(words) + "\n"
    for number, frame in enumerate(frames, start=1):
        parts += [lead + Template(text.frame).substitute(number=number, time=f"{frame.time:.2f}"), frame]
        lead = ""
    return system, (*parts, after)


def transcript(request: Request) -> str:
    """The user turn as text, a marker standing in for each picture."""
    count = iter(range(1, len(request.parts) + 1))
    return "\n".join(p if isinstance(p, str) else f"[picture {next(count)}]" for p in request.parts)


def _words(criterion: Criterion, condition: Condition, count: int) -> dict[str, str]:
    words = {"action": criterion.action, "count": str(count)}
    if criterion.scale is None:
        return words | {"statement": statement(criterion, condition)}
    scale = criterion.scale
    good, bad = criterion.requirement, criterion.fault
    return words | {
        "top": good if scale.higher_is_better else bad,
        "bottom": bad if scale.higher_is_better else good,
        "minimum": f"{scale.minimum:g}",
        "maximum": f"{scale.maximum:g}",
        "unit": scale.unit,
    }
