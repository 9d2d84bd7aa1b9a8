"""The reasoning that came before an answer, wherever a judge put it."""

from __future__ import annotations

import re

from aqa_eval.prompts import strategy
from aqa_eval.verdicts.spoken import thoughts
from aqa_eval.vocabulary import Answer, Condition

_LABEL = re.compile(
    r"^[\s*_`#>-]*(?:so,?\s+)?(?:my\s+|the\s+)?(?:final\s+)?answer[*_`]*\s*:", re.IGNORECASE | re.MULTILINE
)
_TAGGED = re.compile(r"<\s*(?:answer|final_answer|verdict)\b", re.IGNORECASE)
_TAG = re.compile(r"</?\s*[A-Za-z_]{2,20}\s*>")


def trace(answer: Answer, condition: Condition) -> str:
    """What the judge thought or wrote before its answer; empty where there is nothing of the kind.

    That is the reasoning that came apart from the text, else the thinking inside the text, else what stands
    before the announced answer (`Answer:`, `<answer>`). Where the strategy asks for reasons and no answer is
    announced, the whole text is taken: the judge never got there. What is said after an answer explains it
    and is no part of what led to it.
    """
    if answer.reasoning.strip():
        return answer.reasoning.strip()
    inside = thoughts(answer.text)
    if inside:
        return inside
    ending = strategy(condition.strategy).ending
    if ending == "json":
        return ""
    tagged = _TAGGED.search(answer.text)
    labels = [label.start() for label in _LABEL.finditer(answer.text)]
    if tagged is not None:
        before = answer.text[: tagged.start()]
    elif labels:
        before = answer.text[: labels[-1]]
    else:
        before = "" if ending == "direct" else answer.text
    return re.sub(r"\n{2,}", "\n", _TAG.sub("\n", before)).strip()
