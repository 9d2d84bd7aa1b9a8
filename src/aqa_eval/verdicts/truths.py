"""True or False to a statement, in any of the ways in which it is said."""

from __future__ import annotations

import itertools
import re

from aqa_eval.verdicts.announced import MARKER, confidence, formally, quote
from aqa_eval.vocabulary import Condition, Status, Verdict

TRUE_WORDS = frozenset({"true", "yes", "correct"})
FALSE_WORDS = frozenset({"false", "no", "incorrect"})


def read_truth(text: str, condition: Condition) -> Verdict:
    """The verdict in a text that says True or False to the statement as it was framed."""
    formal = formally(text)
    marked = [re.split(r"[.;]", match.group(1), maxsplit=1)[0] for match in MARKER.finditer(text)]
    parts = marked if formal is None else formal
    found = {said for said in map(_leading_truth, parts) if said is not None}
    if not found and formal is None:
        found = {said for said in (_leading_truth(text), _closing_truth(text)) if said is not None}
    if len(found) == 1:
        literal = found.pop()
        fault = literal if condition.framing == "negative" else not literal
        return Verdict(Status.OK, literal=literal, judgement=fault, confidence=confidence(text))
    what = "both True and False" if found else "no single True or False"
    return Verdict(Status.UNPARSED, note=f"{what} found in: {quote(text)}")


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower().replace("n't", " not").replace("n\u2019t", " not"))


def _truth_word(word: str) -> bool | None:
    word = word.lower()
    return word in TRUE_WORDS if word in TRUE_WORDS | FALSE_WORDS else None


def _leading_truth(text: str) -> bool | None:
    """A truth value that the text opens with, standing apart from what follows and not taken back."""
    match = re.match(r"[\s*_`\"'(\[#>-]*([A-Za-z]+)[\s*_`\"')\]]*(?:[.,;:!\n\u2014\u2013-]|$)", text)
    said = _truth_word(match.group(1)) if match else None
    return None if said is None or _taken_back(said, text) else said


def _closing_truth(text: str) -> bool | None:
    """A truth value alone on the last line, or a last line that says that it, or the statement, is true."""
    *before, last = text.strip().splitlines()
    match = re.search(
        r"(?:^|\b(?:it|this|the statement) is )[\s*_`\"'(]*"
        r"(true|false|yes|no|correct|incorrect)[\s*_`\"').!]*$",
        last,
        re.IGNORECASE,
    )
    said = _truth_word(match.group(1)) if match else None
    return None if said is None or _taken_back(said, " ".join(before)) else said


def _taken_back(said: bool, text: str) -> bool:
    """Whether the text says the opposite as well, or denies a truth value."""
    words = _words(text)
    denied = any(a == "not" and _truth_word(b) is not None for a, b in itertools.pairwise(words))
    return denied or ("false" if said else "true") in words
