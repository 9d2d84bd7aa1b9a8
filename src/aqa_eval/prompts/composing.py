"""A request's words and pictures in their order: what one judge is sent for one item under one condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import Template

from aqa_eval.prompts.answer_texts import answer_texts, naming, schema, told
from aqa_eval.prompts.answers import LETTERS, answer_key
from aqa_eval.prompts.cues import CUES, action_named, cue_words
from aqa_eval.prompts.example_texts import Example, example_texts
from aqa_eval.prompts.probe_texts import probe_texts
from aqa_eval.prompts.sheet import Sheet, sheet
from aqa_eval.prompts.showing import Part, is_still, present
from aqa_eval.prompts.statements import side_by_side, statement
from aqa_eval.vocabulary import RESUMED, Condition, Film, Frame, Item, Request, Shown, Task, Truth


@dataclass(frozen=True, slots=True)
class Composed:
    """What is sent: the system text and the parts of the user turn in order, with the possible answers and
    what each means on the truth's scale, and the JSON schema of an answer where one is wanted.
    """

    system: str
    parts: tuple[Part, ...]
    answers: Mapping[str, Truth]
    schema: Mapping[str, object] | None = None


def compose(
    item: Item,
    condition: Condition,
    shown: Sequence[Shown],
    *,
    examples: Sequence[Example] = (),
    description: str = "",
    coordinates: str = "xy-1000",
    reasoning: str = "",
) -> Composed:
    """The prompt that asks `item` under `condition`.

    `shown` is what is shown of the item's clips, in the item's own order; nothing at all for a blind judge.
    `examples` come first, as many as the condition has shots. `description`: the answer to the first
    exchange of a strategy that describes. `coordinates`: how the judge's family names a point. `reasoning`:
    the judge's own, interfered with, where the probe puts that before it.

    Raises:
        StudyError: a file of the library is malformed, or the strategy or the convention does not exist.
        ValueError: the parts do not fit the item and the condition: another number of clips or examples, no
            description or reasoning where there must be one, a criterion without scale or options, no such
            paraphrase.
    """
    still = is_still(item)
    own = sheet(item.task, condition, still)
    if len(examples) != condition.shots:
        raise ValueError(f"item '{item.id}': {len(examples)} examples, not {condition.shots}")
    if own.strategy.describes != bool(description.strip()):
        what = "lacks the description" if own.strategy.describes else "has no place for a description"
        raise ValueError(f"item '{item.id}': the strategy '{own.strategy.name}' {what}")
    if (condition.probe in RESUMED) != bool(reasoning.strip()):
        what = "lacks the reasoning" if condition.probe in RESUMED else "has no place for reasoning"
        raise ValueError(f"item '{item.id}': the probe '{condition.probe}' {what}")
    words = _words(own, item, condition)
    words["description"] = description.strip()
    if own.strategy.cites:
        words["coordinates"] = _point(own, coordinates, shown)
    seen = present(own, item, condition, shown, words, range(len(item.clips)))
    asked = [*seen, Template(own.after).substitute(words)]
    if condition.probe in RESUMED:
        asked.append(Template(probe_texts().resumed).substitute(reasoning=reasoning.strip()))
    return Composed(
        own.system,
        _joined([*_examples(own, condition, examples), *asked]),
        answer_key(item, condition),
        schema(item, condition, own.strategy, still),
    )


def compose_description(item: Item, condition: Condition, shown: Sequence[Shown]) -> Composed:
    """The first exchange of a strategy that describes: the clip and nothing of what is asked about it.

    Raises as `compose`, and ValueError for a strategy that does not describe or where nothing is shown.
    """
    own = sheet(item.task, condition, is_still(item))
    if not own.describe:
        raise ValueError(f"the strategy '{own.strategy.name}' does not describe")
    if not any(one.frames or one.film or one.text for one in shown):
        raise ValueError(f"item '{item.id}': nothing is shown that could be described")
    words = {"action": action_named(item, condition)}
    seen = present(own, item, condition, shown, words, range(len(item.clips)))
    return Composed(own.system, _joined([*seen, own.describe]), {})


def transcript(request: Request) -> str:
    """The user turn as text, a marker standing in for each picture and each film."""
    pictures, films = iter(range(1, len(request.parts) + 1)), iter(range(1, len(request.parts) + 1))

    def said(part: str | Frame | Film) -> str:
        if isinstance(part, str):
            return part
        return f"[picture {next(pictures)}]" if isinstance(part, Frame) else f"[film {next(films)}]"

    return "\n".join(said(part) for part in request.parts)


def _examples(own: Sheet, condition: Condition, examples: Sequence[Example]) -> list[Part]:
    """The examples, each asked and answered, and the words that lead over to the performance to judge."""
    if not examples:
        return []
    texts = example_texts()
    parts: list[Part] = [texts.first]
    before = 0
    for number, example in enumerate(examples, start=1):
        item = example.item
        words = _words(own, item, condition)
        numbered = [-(before + place + 1) for place in range(len(item.clips))]
        before += len(item.clips)
        answer = told(item, condition, own.strategy, item.truth)
        parts += [
            Template(texts.example).substitute(example=str(number)),
            *present(own, item, condition, example.shown, words, numbered),
            Template(own.question).substitute(words)
            + "\n"
            + Template(texts.answer).substitute(answer=answer),
        ]
    return [*parts, texts.last]


def _joined(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Texts that follow each other made one, so that what is sent alternates between words and pictures."""
    joined: list[Part] = list(parts[:1])
    for last, part in pairwise(parts):
        if isinstance(last, str) and isinstance(part, str):
            joined[-1] = f"{joined[-1]}\n\n{part}"
        else:
            joined.append(part)
    return tuple(joined)


def _point(own: Sheet, coordinates: str, shown: Sequence[Shown]) -> str:
    """How a point is named, in words."""
    if coordinates not in own.strategy.coordinates:
        known = ", ".join(own.strategy.coordinates)
        raise ValueError(f"no convention '{coordinates}' for coordinates; there are: {known}")
    pictures = [picture for one in shown for picture in (*one.frames, one.film) if picture is not None]
    if not pictures:
        raise ValueError(f"the strategy '{own.strategy.name}' needs pictures to point into")
    size = {"width": str(pictures[0].width), "height": str(pictures[0].height)}
    return Template(own.strategy.coordinates[coordinates]).substitute(size)


def _words(own: Sheet, item: Item, condition: Condition) -> dict[str, str]:
    """What is filled in for an item: placeholder -> text."""
    criterion = item.criterion
    words = {"action": action_named(item, condition), **cue_words(item, condition)}
    named = CUES[condition.cue].names == "true"
    words["movement"] = own.strategy.advice(words["action"] if named else "")
    match item.task:
        case Task.VERIFY:
            return words | _statement_words(item, condition)
        case Task.COMPARE:
            return words | {"statement": criterion.requirement}
        case Task.LOCATE:
            return words | {"statement": criterion.fault}
        case Task.CHOOSE | Task.CONTROL:
            return words | _option_words(item, condition)
        case Task.SCORE:
            return words | _scale_words(item)


def _statement_words(item: Item, condition: Condition) -> dict[str, str]:
    if condition.framing == "neutral":
        a, b = side_by_side(item, condition)
        return {"a": a, "b": b}
    texts = answer_texts()
    affirms = condition.framing == "negative"  # what affirming the statement says of the fault
    lines = [
        f"{word}: {texts.affirmed if meaning is affirms else texts.denied}"
        for word, meaning in answer_key(item, condition).items()
    ]
    return {"statement": statement(item.criterion, condition), "key": "\n".join(lines)}


def _option_words(item: Item, condition: Condition) -> dict[str, str]:
    key = answer_key(item, condition)
    lettered = set(key) <= set(LETTERS) and condition.answer_format != "words"
    lines = [f"{word}) {option}" if lettered else f"- {option}" for word, option in key.items()]
    return {"question": item.criterion.question, "options": "\n".join(lines), **naming(list(key))}


def _scale_words(item: Item) -> dict[str, str]:
    criterion, scale = item.criterion, item.criterion.scale
    if scale is None:
        raise ValueError(f"criterion '{criterion.id}' has no scale, so it cannot be scored")
    good, bad = criterion.requirement, criterion.fault
    return {
        "top": good if scale.higher_is_better else bad,
        "bottom": bad if scale.higher_is_better else good,
        "minimum": f"{scale.minimum:g}",
        "maximum": f"{scale.maximum:g}",
        "unit": scale.unit,
    }
