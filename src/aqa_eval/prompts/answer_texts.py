"""How a judge is told which answer is wanted, and what a structured answer looks like."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache

from aqa_eval.prompts.answers import LETTERS, answer_key
from aqa_eval.prompts.library_files import LibraryFile, Text, check_placeholders, filled, read
from aqa_eval.prompts.strategy_texts import Ending, Strategy
from aqa_eval.vocabulary import Condition, Item, Task, TimeSpan, Truth

NAMED = frozenset({"answers", "letters", "lines", "listed", "quoted"})
"""Placeholders that stand for the allowed answers."""
RANGE = frozenset({"minimum", "maximum"})


class Request(LibraryFile):
    """How one sort of answer is asked for, by how the strategy ends. `one` names what it consists of."""

    one: Text
    direct: Text
    line: Text
    tags: Text

    def by(self, ending: Ending) -> str:
        """The sentence for one ending."""
        return {"direct": self.direct, "line": self.line, "tags": self.tags}[ending]


class _Choice(LibraryFile):
    direct: Text


class _Json(LibraryFile):
    answer: Text
    score: Text
    times: Text
    evidence: str


class AnswerTexts(LibraryFile):
    """The file `answers.toml`: one table for each sort of answer."""

    affirmed: Text
    denied: Text
    word: Request
    letter: Request
    option: Request
    number: Request
    times: Request
    choice: _Choice
    json_: _Json

    model_config = LibraryFile.model_config | {"alias_generator": lambda name: name.rstrip("_")}


@cache
def answer_texts() -> AnswerTexts:
    """The texts of `answers.toml`. Raises StudyError where a key or placeholder is unknown or missing."""
    name = "answers.toml"
    texts = read(name, AnswerTexts)
    for sort in ("word", "letter", "option", "number", "times"):
        own = getattr(texts, sort).model_dump()
        allowed = NAMED if sort in {"word", "letter"} else frozenset[str]()
        check_placeholders(name, {f"{sort}.{key}": text for key, text in own.items()}, allowed)
    check_placeholders(name, {"choice.direct": texts.choice.direct}, NAMED, {"listed"})
    check_placeholders(
        name, {"json.answer": texts.json_.answer}, NAMED | {"evidence"}, {"evidence", "quoted"}
    )
    check_placeholders(name, {"json.score": texts.json_.score}, RANGE | {"evidence"}, RANGE | {"evidence"})
    check_placeholders(
        name,
        {
            "json.times": texts.json_.times,
            "json.evidence": texts.json_.evidence,
            "affirmed": texts.affirmed,
            "denied": texts.denied,
        },
        (),
    )
    return texts


def sort_of_answer(task: Task, condition: Condition) -> str:
    """What an answer consists of when it stands alone: word, letter, option, number or times."""
    if task is Task.SCORE:
        return "number"
    if task is Task.LOCATE:
        return "times"
    if task in {Task.CHOOSE, Task.CONTROL}:
        return "option" if condition.answer_format == "words" else "letter"
    if task is Task.COMPARE or condition.framing == "neutral" or condition.answer_key == "a-b":
        return "letter"
    return "word"


def is_json(condition: Condition, strategy: Strategy) -> bool:
    """Whether the answer is a JSON object."""
    return strategy.cites or condition.answer_format == "json"


def requested(task: Task, condition: Condition, strategy: Strategy, wording: str = "") -> str:
    """The sentence that asks for the answer, its placeholders for the allowed answers still open.

    `wording` is a paraphrase's own, used where the answer stands alone.
    """
    texts = answer_texts()
    sort = sort_of_answer(task, condition)
    if is_json(condition, strategy):
        form = {"number": texts.json_.score, "times": texts.json_.times}.get(sort, texts.json_.answer)
        return filled(form, {"evidence": texts.json_.evidence if strategy.cites else ""})
    if condition.answer_format == "choice":
        return texts.choice.direct
    request: Request = getattr(texts, sort)
    if wording and strategy.ending == "direct" and sort != "option":
        return filled(wording, {"one": request.one})
    return request.by(strategy.ending)


def naming(answers: Sequence[str]) -> dict[str, str]:
    """What stands for the allowed answers, whatever their meaning: placeholder -> text."""
    words = sorted(answers) if set(answers) <= set(LETTERS) else list(answers)
    return {
        "answers": _either(words),
        "letters": _either(words),
        "lines": _either([f"Answer: {word}" for word in words]),
        "listed": ", ".join(words),
        "quoted": _either([f'"{word}"' for word in words]),
    }


def told(item: Item, condition: Condition, strategy: Strategy, truth: Truth) -> str:
    """An answer that says `truth`, in the wanted form: the allowed answer that means it, the score, or the
    times; as JSON with full confidence. Raises ValueError where no allowed answer means it.
    """
    wants_json = is_json(condition, strategy)
    if isinstance(truth, TimeSpan):
        times = {"start": round(truth.start, 2), "end": round(truth.end, 2)}
        return json.dumps(times) if wants_json else f"{truth.start:.2f} - {truth.end:.2f}"
    if item.task is Task.SCORE:
        score = float(f"{float(truth):g}")
        whole = int(score) if score.is_integer() else score
        return _json({"score": whole}) if wants_json else f"{score:g}"
    for word, meaning in answer_key(item, condition).items():
        if meaning == truth:
            return _json({"answer": word}) if wants_json else word
    raise ValueError(f"item '{item.id}': {truth!r} is none of the allowed answers")


def schema(item: Item, condition: Condition, strategy: Strategy, still: bool) -> Mapping[str, object] | None:
    """The JSON schema of an answer; None where none is wanted. Evidence comes before its verdict."""
    if not is_json(condition, strategy):
        return None
    number: dict[str, object] = {"type": "number"}
    if item.task is Task.LOCATE:
        return _object({"start": number | {"minimum": 0}, "end": number | {"minimum": 0}})
    fields: dict[str, object] = {"evidence": _evidence(still)} if strategy.cites else {}
    scale = item.criterion.scale
    if item.task is Task.SCORE and scale is not None:
        fields["score"] = number | {"minimum": scale.minimum, "maximum": scale.maximum}
    else:
        fields["answer"] = {"type": "string", "enum": list(answer_key(item, condition))}
    fields["confidence"] = number | {"minimum": 0, "maximum": 1}
    return _object(fields)


def _evidence(still: bool) -> dict[str, object]:
    point = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    time: dict[str, object] = {} if still else {"time": {"type": "number", "minimum": 0}}
    text = {"type": "string"}
    return {
        "type": "array",
        "minItems": 1,
        "items": _object(time | {"part": text, "point": point, "observation": text}),
    }


def _object(properties: Mapping[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _json(said: Mapping[str, object]) -> str:
    return json.dumps({**said, "confidence": 1}, ensure_ascii=False)


def _either(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
