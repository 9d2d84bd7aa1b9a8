"""A score: the one number an answer consists of, or announces."""

from __future__ import annotations

import math
import re

from aqa_eval.verdicts.announced import KEYS, LABELS, as_text, named
from aqa_eval.verdicts.doubt import HEDGE, TAKEN_BACK, own_words
from aqa_eval.verdicts.records import Record, Scalar
from aqa_eval.vocabulary import Scale, Truth

_NUMBER = r"[-+\u2212]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?"
_AMBIGUOUS = re.compile(r"[-+\u2212]?[1-9]\d{0,2},\d{3}(?!\d)")
"""A decimal comma or one between thousands: nobody knows."""
_SCORE = re.compile(
    rf"[\s*_`\"'($\[]*(?:(?:so |thus,? |therefore,? )?(?:I(?:'d| would)? (?:give|score|rate)(?: (?:it|this))?"
    rf"(?: an?)?"
    rf"|(?:it|this) (?:deserves|scores|gets)(?: an?)?|(?:it|this) is)\s)?[*_`\"'($]*"
    rf"(?P<value>{_NUMBER})[*_`]*(?:\s*\(?(?:/|out of)\s*(?P<of>{_NUMBER})\)?)?"
    r"(?P<unit>\s*[^\W\d]+|\s*%)?[\s*_`\"')\]$.!]*",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"[;,](?=\s)|\.(?=\s|$)|\s[-\u2013\u2014](?=\s)|\s\((?!\s*(?:/|out of|of\b))|\s(?=(?:because|since|as)\b)"
)
_MAXIMA = ("max", "maximum", "max_score", "out_of", "scale", "total")
_RATING = (
    "|score|rating|grade|punktzahl|bewertung|puntuación|pontuação|оценка|评分|得分|分数|打分|スコア|점수"
)


LONGEST = 200
"""No line that consists of a number is longer than so many characters."""


class ScoreReader:
    """Reads one number on `scale`: with a decimal point or comma, as a fraction of the scale's own maximum,
    with the scale's own unit or "points". Nothing is converted, and a number in words is none.
    """

    missing = "single number"
    labels = LABELS + _RATING

    def __init__(self, scale: Scale) -> None:
        self.scale = scale
        self._units = {"", "point", "points", "pts", "pt", scale.unit.casefold()}
        if (scale.minimum, scale.maximum) == (0, 100):
            self._units |= {"%", "percent"}

    def text(self, text: str) -> set[Truth]:
        """What the first or the last line consists of."""
        lines = [line for line in text.splitlines() if line.strip()]
        if not lines or TAKEN_BACK.search(text):
            return set()
        return self.alone(lines[0]) | self.alone(lines[-1])

    def phrase(self, rest: str) -> set[Truth]:
        """The number right after a label, up to where it is explained; no second number may follow it."""
        end = _ENDS.search(rest)
        if end is None:
            return self.alone(rest)
        following = rest[end.end() :].lstrip()
        aside = following.partition(")")[0] if end.group().endswith("(") else following[:1]
        same_sentence = end.group() != "."
        if same_sentence and (re.search(r"[-+\u2212\u00b1~\d]", aside) or HEDGE.search(own_words(following))):
            return set()
        return self.alone(rest[: end.start()])

    def alone(self, sentence: str) -> set[Truth]:
        """The number that a sentence consists of."""
        match = _SCORE.fullmatch(sentence) if len(sentence) <= LONGEST else None
        if match is None or _AMBIGUOUS.fullmatch(match.group("value")):
            return set()
        if match.group("of") and not math.isclose(_number(match.group("of")), self.scale.maximum):
            return set()
        if (match.group("unit") or "").strip().casefold() not in self._units:
            return set()
        return {_number(match.group("value"))}

    def echo(self, text: str) -> bool:
        """Whether the text only repeats the scale."""
        limits = rf"{self.scale.minimum:g}\s*(?:to|-|\u2013)\s*{self.scale.maximum:g}"
        return re.fullmatch(limits, text.strip(" *_`.")) is not None

    def fits(self, aside: str) -> bool:
        """Whether the parentheses name no other maximum than the scale's: "Score (out of 100):"."""
        numbers = re.findall(_NUMBER, aside)
        return not numbers or math.isclose(abs(_number(numbers[-1])), self.scale.maximum)

    def members(self, record: Record) -> list[str]:
        """The scores that the object gives, as fractions where it says of how much."""
        given = [as_text(value) for value in named(record, (*KEYS, "score", "rating", "final_score"))]
        maxima = [value.text for value in record.values(*_MAXIMA) if isinstance(value, Scalar)]
        numbers = [text for text in maxima if re.fullmatch(_NUMBER, text)]
        return [f"{one}/{numbers[0]}" for one in given] if numbers else given


def _number(text: str) -> float:
    """The number, never minus zero."""
    return float(text.replace(",", ".").replace("\u2212", "-")) + 0.0
