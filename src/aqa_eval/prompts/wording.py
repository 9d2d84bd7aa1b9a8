"""A prompt text filled in for one item: the system text and the user turn, frames in their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Template

from aqa_eval.prompts.answers import LETTERS
from aqa_eval.prompts.texts import PromptText
from aqa_eval.vocabulary import Condition, Criterion, Frame, Item, Request, Still, Task


def statement(criterion: Criterion, condition: Condition) -> str:
    """The sentence put to the judge: the requirement (positive framing) or the fault (negative)."""
    return criterion.fault if condition.framing == "negative" else criterion.requirement


def asked_about(item: Item, condition: Condition) -> str:
    """What an item asks, in one line: the statement as framed, the question, or what is best."""
    if item.task is Task.VERIFY:
        return statement(item.criterion, condition)
    return item.criterion.question or item.criterion.requirement


def compose(
    text: PromptText, item: Item, condition: Condition, frames: Sequence[Frame]
) -> tuple[str, tuple[str | Frame, ...]]:
    """(system text, parts of the user turn in order). With no frames the judge is told that it sees none."""
    words = _words(item, condition, len(frames))
    system = Template(text.system).substitute(words)
    after = Template(text.after).substitute(words)
    if not frames:
        return system, (Template(text.blind).substitute(words) + "\n\n" + after,)
    parts: list[str | Frame] = []
    for place, clip in enumerate(item.clips):
        own = [frame for frame in frames if frame.clip == place]
        here = words | {"count": str(len(own)), "label": LETTERS[place]}
        still = isinstance(clip.media, Still)
        parts += _still(text, here, own) if still else _sequence(text, here, own)
    return system, (*parts, after)


def _still(text: PromptText, words: Mapping[str, str], frames: Sequence[Frame]) -> list[str | Frame]:
    return [Template(text.still).substitute(words), *frames]


def _sequence(text: PromptText, words: Mapping[str, str], frames: Sequence[Frame]) -> list[str | Frame]:
    parts: list[str | Frame] = []
    lead = Template(text.before).substitute(words) + "\n"
    for number, frame in enumerate(frames, start=1):
        named = {"number": str(number), "time": f"{frame.time:.2f}", "label": words["label"]}
        parts += [lead + Template(text.frame).substitute(named), frame]
        lead = ""
    return parts


def transcript(request: Request) -> str:
    """The user turn as text, a marker standing in for each picture."""
    count = iter(range(1, len(request.parts) + 1))
    return "\n".join(p if isinstance(p, str) else f"[picture {next(count)}]" for p in request.parts)


def _words(item: Item, condition: Condition, count: int) -> dict[str, str]:
    criterion = item.criterion
    words = {"action": item.clips[0].action, "count": str(count)}
    if item.task is Task.VERIFY:
        return words | {"statement": statement(criterion, condition)}
    if item.task is Task.COMPARE:
        return words | {"statement": criterion.requirement}
    if item.task is Task.CHOOSE:
        if not 2 <= len(criterion.options) <= len(LETTERS):
            raise ValueError(f"criterion '{criterion.id}' has {len(criterion.options)} options, not 2 to 26")
        lettered = list(zip(LETTERS, criterion.options, strict=False))
        *first, last = (letter for letter, _ in lettered)
        return words | {
            "question": criterion.question,
            "options": "\n".join(f"{letter}) {option}" for letter, option in lettered),
            "letters": f"{', '.join(first)} or {last}",
        }
    scale = criterion.scale
    if scale is None:
        raise ValueError(f"criterion '{criterion.id}' has no scale, so it cannot be scored")
    good, bad = criterion.requirement, criterion.fault
    return words | {
        "top": good if scale.higher_is_better else bad,
        "bottom": bad if scale.higher_is_better else good,
        "minimum": f"{scale.minimum:g}",
        "maximum": f"{scale.maximum:g}",
        "unit": scale.unit,
    }
