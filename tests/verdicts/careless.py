"""A careless reader, as evaluation scripts often have one: the first keyword or number wins."""

from __future__ import annotations

import re

from aqa_eval.prompts.answers import LETTERS
from aqa_eval.vocabulary import FIRST, SECOND, Answer, Condition, Item, Task, TimeSpan, Truth


def careless(answer: Answer, item: Item, condition: Condition) -> Truth | None:
    """What the first word, letter or number of the text would mean; None where there is none."""
    text = answer.text
    if item.task is Task.SCORE:
        number = re.search(r"\d+(?:\.\d+)?", text)
        return float(number.group()) if number else None
    if item.task is Task.LOCATE:
        numbers = re.findall(r"\d+(?:\.\d+)?", text)
        return TimeSpan(float(numbers[0]), float(numbers[1])) if len(numbers) > 1 else None
    if item.task is Task.VERIFY:
        word = re.search(r"true|false|yes|no|correct|\b[AB]\b", text, re.IGNORECASE)
        if word is None:
            return None
        affirmed = word.group().lower() in {"true", "yes", "correct", "a"}
        return affirmed if condition.framing == "negative" else not affirmed
    options: tuple[str, ...] = (FIRST, SECOND) if item.task is Task.COMPARE else item.criterion.options
    named = re.search(rf"\b[{LETTERS[: len(options)]}]\b", text)
    if named:
        return options[LETTERS.index(named.group())]
    return next((option for option in options if option.lower() in text.lower()), None)
