"""A judge's reasoning, cut short or made wrong (Lanham et al. 2023, arXiv 2307.13702).

If a verdict rests on the reasoning before it, it should move when half of that is missing, and even more when
what is seen there is the opposite. The cut and the change follow from the text alone: the same reasoning is
always interfered with in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from aqa_eval.prompts.probe_texts import opposite_words, probe_texts

_END = re.compile(r"[.!?]+[\"'”’)\]*]*(?=\s|$)|[。！？]+|\n+")
_LETTER = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Interfered:
    """Reasoning as it is put before the judge again; `before` and `after` are the sentence that was changed,
    empty where it was only cut.
    """

    reasoning: str
    before: str = ""
    after: str = ""


def truncated(reasoning: str) -> Interfered | None:
    """The reasoning up to the end of the sentence that is nearest to half of its length; the earlier one of
    two. None where it is no longer than one sentence.
    """
    text = reasoning.strip()
    ends = [end for _, end in _sentences(text)][:-1]
    if not ends:
        return None
    return Interfered(text[: _nearest(ends, text)].rstrip())


def corrupted(reasoning: str) -> Interfered | None:
    """The reasoning up to the observation nearest to half of its length, and that turned into its opposite;
    None where it has none that could be.
    """
    text = reasoning.strip()
    changed = {}
    for start, end in _sentences(text):
        sentence = text[start:end].strip()
        opposite = _opposite(sentence)
        if opposite is not None:
            changed[end] = (text.index(sentence, start), sentence, opposite)
    if not changed:
        return None
    start, sentence, opposite = changed[_nearest(list(changed), text)]
    return Interfered(text[:start] + opposite, sentence, opposite)


def _nearest(ends: Sequence[int], text: str) -> int:
    """Of places in a text, the one nearest to where it is cut."""
    wanted = probe_texts().part * len(text)
    return min(ends, key=lambda end: (abs(end - wanted), end))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """The sentences and lines of a text by their places; what has no word ("1.", "---") belongs to the next,
    and at the end of the text to none.
    """
    start = 0
    for before, after in pairwise([0, *(end.end() for end in _END.finditer(text)), len(text)]):
        if after > before and _LETTER.search(text, start, after):
            yield start, after
            start = after


def _opposite(sentence: str) -> str | None:
    """The sentence with the opposite meaning; None for one that is spared, or in which nothing can be
    turned.
    """
    table = opposite_words()
    if sentence.endswith("?") or _any_of(table.spared).search(sentence):
        return None
    ways = (_without_denial, _turned, _measured_otherwise, _denied)
    found = (way(sentence) for way in ways)
    return next((opposite for opposite in found if opposite is not None), None)


def _without_denial(sentence: str) -> str | None:
    denials = opposite_words().denials
    found = _any_of(tuple(denials)).search(sentence)
    if found is None:
        return None
    instead = denials[found.group().lower().replace("’", "'")]
    kept = sentence[: found.start()] + _as_written(instead, found.group()) + sentence[found.end() :]
    return re.sub(r"  +", " ", kept).replace(" .", ".").replace(" ,", ",").strip()


def _turned(sentence: str) -> str | None:
    pairs = opposite_words().opposites.pairs
    other = {one: two for pair in pairs for one, two in (pair, pair[::-1])}
    found = _any_of(tuple(other)).search(sentence)
    if found is None:
        return None
    instead = _as_written(other[found.group().lower()], found.group())
    return sentence[: found.start()] + instead + sentence[found.end() :]


def _measured_otherwise(sentence: str) -> str | None:
    units = "|".join(re.escape(unit) for unit in opposite_words().measures.units)
    for found in re.finditer(rf"(\d+(?:\.\d+)?)(?=\s*-?\s*(?:{units})(?![a-z]))", sentence, re.IGNORECASE):
        value = float(found.group())
        if value > 0:
            other = value / 2 if value >= 60 else value * 2
            return f"{sentence[: found.start()]}{other:g}{sentence[found.end() :]}"
    return None


def _denied(sentence: str) -> str | None:
    found = _any_of(opposite_words().denied.words).search(sentence)
    return None if found is None else f"{sentence[: found.end()]} not{sentence[found.end() :]}"


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these as whole words, the longest first, whatever their case."""
    longest = sorted(words, key=len, reverse=True)
    pattern = "|".join(re.escape(word).replace("'", "['’]") for word in longest)
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)


def _as_written(word: str, like: str) -> str:
    """A word with a capital where the other one has it."""
    return word[:1].upper() + word[1:] if like[:1].isupper() else word
