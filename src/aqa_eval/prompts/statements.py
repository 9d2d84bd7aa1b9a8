"""The sentence put to the judge: requirement or fault, said plainly or as the denial of its opposite."""

from __future__ import annotations

import re
from functools import cache
from string import Template

from aqa_eval.prompts.answers import answer_key
from aqa_eval.prompts.library_files import LibraryFile, Text, check_placeholders, read
from aqa_eval.prompts.quoting import quoted
from aqa_eval.vocabulary import Condition, Criterion, Item, Task

_OPENER = re.compile(
    r"(?:a|after|all|an|any|at|before|both|by|during|each|either|every|for|from|he|her|his|if|in|it|its"
    r"|neither|no|on|one|she|some|that|the|their|there|these|they|this|those|throughout|when|where|while|with)\b",
    re.IGNORECASE,
)
"""Words that begin a sentence and are no names, so that they are small after other words."""
_QUOTATION = re.compile(r'"[^"]*"|\u201c[^\u201d]*\u201d|\u00ab[^\u00bb]*\u00bb|\u300c[^\u300d]*\u300d')


class _Negation(LibraryFile):
    plain: Text
    quoted: Text


@cache
def negation_texts() -> dict[str, str]:
    """The two ways to deny a statement, `plain` and `quoted`. Raises StudyError where one is malformed."""
    found: dict[str, str] = read("negation.toml", _Negation).model_dump()
    check_placeholders("negation.toml", found, {"statement"}, {"statement"})
    return found


def statement(criterion: Criterion, condition: Condition) -> str:
    """The sentence put to the judge: what it means is the requirement (positive framing) or the fault
    (negative), whether it is said plainly or, `negated`, as the denial of its opposite.
    """
    fault = condition.framing == "negative"
    if condition.negated:
        return denied(criterion.requirement if fault else criterion.fault)
    return criterion.fault if fault else criterion.requirement


def side_by_side(item: Item, condition: Condition) -> tuple[str, str]:
    """The neutral framing: the statements A and B, one of them the requirement and the other the fault."""
    key = answer_key(item, condition)
    fault, requirement = item.criterion.fault, item.criterion.requirement
    return (fault if key["A"] else requirement, fault if key["B"] else requirement)


def asked_about(item: Item, condition: Condition) -> str:
    """What an item asks, in one line: the statement as framed, the fault, the question, or what is best."""
    if item.task is Task.VERIFY and condition.framing == "neutral":
        return "A: {} B: {}".format(*side_by_side(item, condition))
    if item.task is Task.VERIFY:
        return statement(item.criterion, condition)
    if item.task is Task.LOCATE:
        return item.criterion.fault
    return item.criterion.question or item.criterion.requirement


def denied(text: str) -> str:
    """The denial of a text that says something of a performance, in English whatever the text is.

    One plain sentence goes on after "It is not true that", its first word small. A text is quoted where that
    would read badly or say something else: several sentences, a colon or semicolon (what stands after it
    would look asserted), or a first word that may be a name. A quotation at the end, after a colon or not, is
    part of its sentence: `The person follows this instruction: "Keep both heels down."`.
    """
    words = text.strip()
    if not words:
        raise ValueError("a blank text cannot be denied")
    if _OPENER.match(words) and _is_one_sentence(words):
        return Template(negation_texts()["plain"]).substitute(statement=words[0].lower() + words[1:])
    return Template(negation_texts()["quoted"]).substitute(statement=quoted(words))


def _is_one_sentence(text: str) -> bool:
    """Whether a text says one thing only, whatever stands in its quotations."""
    bare = _QUOTATION.sub("Q", text)
    ending = re.sub(r"(?:: )?Q[.!?]?$", "", bare).rstrip(".!? ")
    return not re.search(r"[.!?]\s|[:;\n]", ending)
