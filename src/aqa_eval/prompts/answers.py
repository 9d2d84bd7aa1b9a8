"""Which answers a question allows, word for word, and what each of them means.

The one place where a word (True, Yes, B) is tied to a judgement on the truth's scale: prompts offer these
words, endpoints are held to them, reference judges say them, and verdicts read them by the same table.
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Mapping

from aqa_eval.vocabulary import FIRST, SECOND, TIE, Condition, Item, Task, Truth

LETTERS = string.ascii_uppercase
"""What options and compared performances are called, in the order in which they are shown."""

WORDS = {"true-false": ("True", "False"), "yes-no": ("Yes", "No"), "a-b": ("A", "B")}
"""How a statement is affirmed and denied. Under a-b, which letter affirms is turned from item to item."""


def answer_key(item: Item, condition: Condition) -> Mapping[str, Truth]:
    """Allowed answer -> judgement on the truth's scale, in the order in which they are offered.

    Verify: is the fault present. Choose and control: the option. Compare: which of the item's own two clips
    is better, the one that is shown first coming first, whatever letter it is called by. Empty where the
    answer is a number or a time. Raises ValueError for a criterion with fewer than 2 or more than 26 options.
    """
    match item.task:
        case Task.VERIFY:
            return _statement_key(item, condition)
        case Task.COMPARE:
            return _pair_key(condition)
        case Task.CHOOSE | Task.CONTROL:
            return _option_key(item, condition)
    return {}


def turned(item: Item, purpose: str) -> bool:
    """A lot that the item's id alone decides, so that a letter or place means nothing over many items."""
    return hashlib.sha256(f"{purpose}:{item.id}".encode()).digest()[0] % 2 == 1


def _statement_key(item: Item, condition: Condition) -> dict[str, Truth]:
    if condition.framing == "neutral":
        fault_first = turned(item, "neutral")
        return {"A": fault_first, "B": not fault_first}
    affirmed = condition.framing == "negative"  # what affirming the statement says of the fault
    yes, no = WORDS[condition.answer_key]
    if condition.answer_key == "a-b" and turned(item, "a-b"):
        return {yes: not affirmed, no: affirmed}
    return {yes: affirmed, no: not affirmed}


def _pair_key(condition: Condition) -> Mapping[str, Truth]:
    shown = (FIRST, SECOND) if condition.order == "given" else (SECOND, FIRST)
    letters = ("B", "A") if condition.permuted else ("A", "B")
    return dict(zip(letters, shown, strict=True)) | ({"C": TIE} if condition.ties else {})


def _option_key(item: Item, condition: Condition) -> dict[str, Truth]:
    options = item.criterion.options
    if not 2 <= len(options) <= len(LETTERS):
        raise ValueError(f"criterion '{item.criterion.id}' has {len(options)} options, not 2 to 26")
    words = options if condition.answer_format == "words" else LETTERS
    return dict(zip(words, options, strict=False))
