"""LLM-FMS: what a value of `ruleResults` says. Its encoding is not documented, so three are understood.

An option's text (any capitals), its number (also as a text), or a boolean. Whether numbers begin at 0 or 1 is
found out from all of them together: a 0 shows the one, the number of the last option the other. Of a boolean
it is assumed that true is the first of two options; `Dataset.facts` says when that was needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from aqa_eval.datasets.llm_fms.movement_rules import Rule, folded
from aqa_eval.datasets.record_faults import whole_number

FirstNumber = Literal[0, 1]

_BOOLEANS = {"true": True, "false": False}


class Encoding(StrEnum):
    """How the answers of a file are written."""

    TEXT = "option text"
    NUMBER = "option number"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Said:
    """One value as it stands in a file, with the rule it answers."""

    rule: Rule
    value: object

    @property
    def encoding(self) -> Encoding | None:
        """How it is written; None for what is no answer at all."""
        if isinstance(self.value, bool):
            return Encoding.BOOLEAN
        if isinstance(self.value, str):
            if folded(self.value) in map(folded, self.rule.options):
                return Encoding.TEXT
            if folded(self.value) in _BOOLEANS:
                return Encoding.BOOLEAN
        number = whole_number(self.value)
        return Encoding.NUMBER if number is not None and 0 <= number <= len(self.rule.options) else None


def encoding_of(said: Iterable[Said]) -> Encoding | None:
    """The encoding of a file: that of most of its values, of the first where there are equally many."""
    counts = Counter(encoding for one in said if (encoding := one.encoding))
    return counts.most_common(1)[0][0] if counts else None


def first_number(said: Iterable[Said]) -> FirstNumber | None:
    """The number of the first option, where the numbers used tell it and do not contradict each other."""
    numbers = {
        (whole_number(one.value), len(one.rule.options)) for one in said if one.encoding is Encoding.NUMBER
    }
    from_zero = any(number == 0 for number, _ in numbers)
    from_one = any(number == count for number, count in numbers)
    if from_zero == from_one:
        return None
    return 0 if from_zero else 1


def option(said: Said, encoding: Encoding, first: FirstNumber | None) -> str | None:
    """The option that a value means in a file of this encoding; None where it means none."""
    if said.encoding is not encoding:
        return None
    match encoding:
        case Encoding.TEXT:
            return _by_text(said.rule.options)[folded(str(said.value))]
        case Encoding.NUMBER:
            number = whole_number(said.value)
            place = -1 if number is None or first is None else number - first
            return said.rule.options[place] if 0 <= place < len(said.rule.options) else None
        case Encoding.BOOLEAN:
            true = said.value if isinstance(said.value, bool) else _BOOLEANS[folded(str(said.value))]
            return said.rule.options[0 if true else 1] if len(said.rule.options) == 2 else None


def _by_text(options: Sequence[str]) -> Mapping[str, str]:
    return {folded(text): text for text in options}
