"""A score: the one number an answer consists of, or announces."""

from __future__ import annotations

import math
import re

from aqa_eval.verdicts.announced import MARKER, confidence, formally, quote
from aqa_eval.vocabulary import Scale, Status, Verdict

_NUMBER = re.compile(r"[-+\u2212]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
_SCORE = re.compile(
    rf"[\s*_`\"'(]*(?:I(?:'d| would)? (?:give|score|rate)(?: (?:it|this))?(?: an?)? )?"
    rf"({_NUMBER.pattern})(?:\s*(?:/|out of)\s*({_NUMBER.pattern}))?\s*(?:points?|pts)?[\s*_`\"').!]*",
    re.IGNORECASE,
)


def read_score(text: str, scale: Scale) -> Verdict:
    """The verdict in a text that gives one number on the scale."""
    formal = formally(text)
    if formal is not None:
        found = {value for value in (_score(part, scale) for part in formal) if value is not None}
    else:
        marked = (_marked_score(match.group(1), scale) for match in MARKER.finditer(text))
        lines = text.splitlines()
        alone = (_score(line, scale) for line in (lines[0], lines[-1]))
        found = {value for value in (*marked, *alone) if value is not None}
    if len(found) != 1:
        what = "more than one score" if found else "no single number"
        return Verdict(Status.UNPARSED, note=f"{what} found in: {quote(text)}")
    value = found.pop()
    if not scale.minimum <= value <= scale.maximum:
        limits = f"{scale.minimum:g} to {scale.maximum:g}"
        return Verdict(Status.UNPARSED, note=f"{value:g} lies outside the scale {limits}: {quote(text)}")
    return Verdict(Status.OK, literal=value, judgement=value, confidence=confidence(text))


def _score(part: str, scale: Scale) -> float | None:
    """The number that `part` consists of; "7/10" and "7 out of 10" count as 7 where 10 is the maximum."""
    match = _SCORE.fullmatch(part)
    if match is None or (match.group(2) and not math.isclose(_number(match.group(2)), scale.maximum)):
        return None
    return _number(match.group(1))


def _marked_score(rest: str, scale: Scale) -> float | None:
    """The number right after "Score:", up to the end of its sentence."""
    return _score(re.split(r"[;,](?!\d)|\.(?!\d)|\s[-\u2013\u2014(]", rest, maxsplit=1)[0], scale)


def _number(text: str) -> float:
    return float(text.replace(",", ".").replace("\u2212", "-"))
