"""Codes of figure skating elements (ISU abbreviations, Single Skating), as far as they tell the class."""

from __future__ import annotations

import re

CLASSES = ("jump", "spin", "sequence")

_SPIN = re.compile(r"[a-z]*sp(in)?([b0-9].*)?\W*", re.IGNORECASE)  # CCoSp4, FSSp3, LSpB, Sp*
_SEQUENCE = re.compile(r"(ch|st)sq([b0-9].*)?\W*", re.IGNORECASE)  # StSq3, ChSq1
_JUMP = re.compile(r"[0-5]?(A|Eu|F|Lo|Lz|S|T)(?![a-z]{2})")  # 3Lz, also with marks: 3Fq, 4T<


def class_of(code: str) -> str | None:
    """Tell whether a code names a jump (alone or first of a combination), a spin or a sequence; else None."""
    first = code.strip().partition("+")[0].strip()
    if _SPIN.fullmatch(first):
        return "spin"
    if _SEQUENCE.fullmatch(first):
        return "sequence"
    return "jump" if _JUMP.match(first) else None
