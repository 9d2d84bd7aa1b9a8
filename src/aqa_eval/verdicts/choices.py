"""One of several options, by its letter or in its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aqa_eval.prompts import LETTERS
from aqa_eval.verdicts.announced import MARKER, confidence, formally, quote
from aqa_eval.vocabulary import Status, Verdict

_DECORATION = " \t*_`\"'()[].,;:!"
_LETTER = re.compile(
    r"[\s*_`\"'(\[]*(?:(?:option|answer|video|image|performance)\s+)?"
    r"([A-Za-z])[*_`\"']*(?:[)\].:,;]+[*_`\"']*\s*(.*))?",
    re.IGNORECASE | re.ASCII,
)
_OPENING = re.compile(r"[\s*_`\"'(\[]*([A-Z])[*_`\"']*(?:[)\].:,;]+|\s+[\u2014\u2013-])\s+(\S.*)", re.DOTALL)
_LISTED = re.compile(r"[\s*_`\"'(\[]*[A-Z][)\].:]", re.ASCII)
_A_LETTER = re.compile(r"(?<![A-Za-z'])([A-Z])(?![A-Za-z'])", re.ASCII)
_NOUN_AND_LETTER = re.compile(r"\b(?:[Oo]ption|[Vv]ideo|[Ii]mage|[Pp]erformance)\s+([A-Z])\b", re.ASCII)
_TAKEN_BACK = re.compile(r"\b(?:wait|actually|correction|on second thoughts?|no,)\b", re.IGNORECASE)


def read_choice(text: str, options: Sequence[str]) -> Verdict:
    """Which of `options`, shown as A, B, ..., is named by its letter or in its own words.

    What a marker or a tag announces decides alone. Otherwise the first or the last line must be an option
    and nothing else, or the text must speak of one option only; a list of the options is no answer, and an
    answer that is taken back is none.
    """
    found = _announced(text, options) or _alone(text, options) or _only_mentioned(text, options)
    if len(found) == 1:
        chosen = found.pop()
        return Verdict(Status.OK, literal=chosen, judgement=chosen, confidence=confidence(text))
    what = "more than one option" if found else "no single option"
    return Verdict(Status.UNPARSED, note=f"{what} found in: {quote(text)}")


def _announced(text: str, options: Sequence[str]) -> set[str]:
    """The options named in JSON, in tags, or right after "Answer:"."""
    parts = formally(text)
    if parts is None:
        parts = [match.group(1) for match in MARKER.finditer(text)]
    return {name for part in parts for name in _named(part, options) | _opened(part, options)}


def _alone(text: str, options: Sequence[str]) -> set[str]:
    """The options that the first and the last line consist of, lists of the options left aside."""
    lines = [line for line in text.splitlines() if line.strip()]
    listed = {name for line in lines if _LISTED.match(line) for name in _named(line, options)}
    if len(listed) > 1:
        lines = [line for line in lines if not (_LISTED.match(line) and _named(line, options))]
    if not lines:
        return listed
    first, last = _named(lines[0], options), _named(lines[-1], options)
    if _TAKEN_BACK.search(text) and not last:
        return set()
    return first | last


def _only_mentioned(text: str, options: Sequence[str]) -> set[str]:
    """The one option a text speaks of: "A, because it is deeper", "Performance B comes closer"."""
    letters = set(_A_LETTER.findall(text)) & set(LETTERS[: len(options)])
    if len(letters) != 1 or _TAKEN_BACK.search(text):
        return set()
    spoken_of = {match.group(1) for match in _NOUN_AND_LETTER.finditer(text)} & letters
    return {options[LETTERS.index(letter)] for letter in spoken_of} or _opened(text, options)


def _named(part: str, options: Sequence[str]) -> set[str]:
    """The option that a line consists of: "B", "(B)", "Option B", "B) Not parallel", "not parallel"."""
    words = {option.strip(_DECORATION).casefold(): option for option in options}
    plain = part.strip(_DECORATION).casefold()
    if plain in words:
        return {words[plain]}
    match = _LETTER.fullmatch(part.strip())
    place = LETTERS.find(match.group(1).upper()) if match else -1
    if match is None or not 0 <= place < len(options):
        return set()
    rest = (match.group(2) or "").strip(_DECORATION).casefold()
    return {options[place]} if rest in {"", options[place].strip(_DECORATION).casefold()} else set()


def _opened(part: str, options: Sequence[str]) -> set[str]:
    """The option whose letter opens a part and is explained after it, in other words than an option's."""
    match = _OPENING.match(part)
    place = LETTERS.find(match.group(1).upper()) if match else -1
    if match is None or not 0 <= place < len(options):
        return set()
    rest = match.group(2).strip(_DECORATION).casefold()
    others = {option.strip(_DECORATION).casefold() for option in options} - {options[place].casefold()}
    return set() if rest in others else {options[place]}
