"""What is shown of an item's clips, in their order, with the words that introduce it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from string import Template

from aqa_eval.prompts.answers import LETTERS, answer_key
from aqa_eval.prompts.sheet import Sheet
from aqa_eval.vocabulary import FIRST, SECOND, Condition, Film, Frame, Item, Shown, Still, Task

Part = str | Frame | Film


def is_still(item: Item) -> bool:
    """Whether an item is about single pictures."""
    return any(isinstance(clip.media, Still) for clip in item.clips)


def places(item: Item, condition: Condition) -> list[tuple[int, str]]:
    """(place in the item's clips, what the clip is called), in the order in which the clips are shown."""
    if item.task is not Task.COMPARE:
        return [(place, LETTERS[place]) for place in range(len(item.clips))]
    key = answer_key(item, condition)
    pair = {FIRST: 0, SECOND: 1}
    return [(pair[meaning], letter) for letter, meaning in key.items() if meaning in (FIRST, SECOND)]


def present(
    sheet: Sheet,
    item: Item,
    condition: Condition,
    shown: Sequence[Shown],
    words: Mapping[str, str],
    numbered: Sequence[int],
) -> list[Part]:
    """The clips as they are shown, each introduced. With nothing shown the judge is told that it sees none.

    `shown` and `numbered` (what `Frame.clip` is) are in the order of the item's clips. The words do not
    tell what was done to the frames: the times beside them rise, whatever frames stand there.

    Raises:
        ValueError: another number of clips is shown than the item has, some of them only, or what is shown
            is not what the condition says.
    """
    if not any(one.frames or one.film or one.text for one in shown):
        return [Template(sheet.blind).substitute(words)]
    if len(shown) != len(item.clips):
        raise ValueError(f"item '{item.id}': {len(shown)} clips are shown, not {len(item.clips)}")
    parts: list[Part] = []
    for place, label in places(item, condition):
        clip = numbered[place]
        still = isinstance(item.clips[place].media, Still)
        _agree(item, condition, shown[place])
        parts += _one_clip(sheet, shown[place], still, {**words, "label": label}, clip)
    return parts


def _one_clip(sheet: Sheet, shown: Shown, still: bool, words: Mapping[str, str], clip: int) -> list[Part]:
    frames = [replace(frame, clip=clip) for frame in shown.frames]
    times = sorted(frame.time for frame in frames)
    here = {
        **words,
        "pose": shown.text.strip(),
        "count": str(len(frames)),
        "first": f"{times[0]:.2f}" if times else "",
        "last": f"{times[-1]:.2f}" if times else "",
    }
    lead = Template(sheet.still if still else sheet.before).substitute(here)
    if shown.film is not None:
        return [lead, replace(shown.film, clip=clip)]
    if still or not sheet.frame:
        return [lead, *frames]
    parts: list[Part] = []
    lead += "\n"
    for number, (frame, time) in enumerate(zip(frames, times, strict=True), start=1):
        named = {**words, "number": str(number), "time": f"{time:.2f}"}
        parts += [lead + Template(sheet.frame).substitute(named), frame]
        lead = ""
    return parts


def _agree(item: Item, condition: Condition, shown: Shown) -> None:
    """Check that what is shown is what the introduction speaks of."""
    if condition.representation == "pose-text":
        wanted, there = "its pose in words", bool(shown.text)
    elif condition.transport == "native":
        wanted, there = "the recording itself", shown.film is not None
    else:
        wanted, there = "frames", bool(shown.frames)
    if not there:
        raise ValueError(
            f"item '{item.id}': {wanted} should be shown, as the condition says, and is not there"
        )
