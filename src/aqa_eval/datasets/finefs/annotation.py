"""One performance of FineFS: its annotation file, checked value by value.

Format: appendix of the paper (Tab. 3) and the files, which differ in a spelling: `score_of_pannel` in the
files, `score_of_panel` in the appendix. A value that cannot be leaves out its element, never its performance.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from aqa_eval.datasets.finefs import goe_panel
from aqa_eval.datasets.finefs.elements import CLASSES, class_of
from aqa_eval.datasets.record_faults import RecordFaults
from aqa_eval.measures.panels import TRIMMED_FROM
from aqa_eval.vocabulary import TimeSpan

PANEL = ("score_of_pannel", "score_of_panel")
REPAIR = 0.05
"""A panel score further than this from base value + GOE is replaced by that sum."""

SUM = 0.02  # totals are printed to 0.01; the sums are of printed numbers
ROUNDING = 1e-9  # of binary fractions
PADDING = 1.0
"""Seconds shown before and after an element as well: its times are whole seconds."""

_TIME = re.compile(r"(\d+)-(\d{1,2}(?:\.\d+)?)\s*,\s*(\d+)-(\d{1,2}(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Element:
    """One executed element. `base` (what it is worth), `goe` and `panel` are points; `grades` are the
    judges', -5 to 5.

    `repaired` is the panel score found where it was replaced, `inferred` says that the class was read off
    the code, `span` is padded; None where its times cannot be.
    """

    key: str
    code: str
    kind: str
    grades: tuple[float, ...]
    goe: float
    panel: float
    span: TimeSpan | None
    repaired: float | None = None
    inferred: bool = False
    instant: bool = False
    base: float | None = None


@dataclass(frozen=True, slots=True)
class Performance:
    """One performance: its competition, its elements that can be used, and the sums that do not hold."""

    competition: str
    elements: Sequence[Element]
    broken_sums: Sequence[str]


def read(content: object, faults: RecordFaults) -> Performance | None:
    """Check a performance's record; None where it has no elements. What is wrong is added to `faults`."""
    if not isinstance(content, dict):
        faults.add("the file", content, "an object with executed_element")
        return None
    executed = content.get("executed_element")
    if not isinstance(executed, dict) or not executed:
        faults.add(
            "executed_element", executed, "an object of element1, element2, ...", "performance left out"
        )
        return None
    competition = content.get("competition")
    if not isinstance(competition, str) or not competition.strip():
        faults.add("competition", competition, "the competition's name", "kept without an event")
        competition = ""
    elements = [_element(key, raw, faults) for key, raw in executed.items()]
    return Performance(
        competition.strip(), [element for element in elements if element], broken_sums(content, faults)
    )


def _element(key: str, raw: object, faults: RecordFaults) -> Element | None:
    if not isinstance(raw, dict):
        faults.add(key, raw, "an object with element, judge_score, goe and time")
        return None
    code = raw.get("element")
    if not isinstance(code, str) or not code.strip():
        faults.add(f"{key}.element", code, "the element's code, like 3Lz+3T")
        return None
    kind, inferred = _kind(key, raw.get("coarse_class"), code, faults)
    grades = _grades(key, raw.get("judge_score"), faults)
    scores = _scores(key, raw, faults)
    if kind is None or grades is None or scores is None:
        return None
    span, instant = _span(key, raw.get("time"), faults)
    base, goe, panel = scores
    whole = round(base + goe, 2)
    repaired = panel if abs(panel - whole) > REPAIR + ROUNDING else None
    return Element(
        key=key,
        code=code.strip(),
        kind=kind,
        grades=grades,
        goe=goe,
        panel=panel if repaired is None else whole,
        span=span,
        repaired=repaired,
        inferred=inferred,
        instant=instant,
        base=base,
    )


def _kind(key: str, stated: object, code: str, faults: RecordFaults) -> tuple[str | None, bool]:
    """Give the class as stated, else as the code tells it, and whether it was inferred."""
    if isinstance(stated, str) and stated.strip().lower() in CLASSES:
        return stated.strip().lower(), False
    kind = class_of(code)
    if kind is None:
        faults.add(
            f"{key}.coarse_class", stated, f"{', '.join(CLASSES)}, or a code that tells (not {code!r})"
        )
    elif stated is not None and str(stated).strip().lower() not in ("", "none", "null"):
        faults.add(
            f"{key}.coarse_class", stated, ", ".join(CLASSES), f"used as a {kind}, by its code {code!r}"
        )
    return kind, True


def _grades(key: str, found: object, faults: RecordFaults) -> tuple[float, ...] | None:
    expected = f"the judges' whole grades, {goe_panel.LOWEST} to {goe_panel.HIGHEST}, of 7 to 9 judges"
    whole = isinstance(found, list) and all(_number(grade) and grade == int(grade) for grade in found)
    if not isinstance(found, list) or not whole or len(found) < TRIMMED_FROM:
        faults.add(f"{key}.judge_score", found, expected)
        return None
    if not all(goe_panel.LOWEST <= grade <= goe_panel.HIGHEST for grade in found):
        faults.add(f"{key}.judge_score", found, expected)
        return None
    if len(found) not in goe_panel.USUAL_SIZES:
        faults.add(f"{key}.judge_score", found, expected, "used as it is")
    return tuple(float(grade) for grade in found)


def _scores(key: str, raw: Mapping[str, Any], faults: RecordFaults) -> tuple[float, float, float] | None:
    """Give base value, GOE in points and the panel's score."""
    panel_name = next((name for name in PANEL if name in raw), PANEL[0])
    values = []
    for name in ("bv", "goe", panel_name):
        value = raw.get(name)
        if not _number(value):
            faults.add(f"{key}.{name}", value, "points as a number")
            return None
        values.append(float(value))
    return values[0], values[1], values[2]


def _span(key: str, found: object, faults: RecordFaults) -> tuple[TimeSpan | None, bool]:
    """Read `M-SS,M-SS` and pad it; and whether start and end are the same second."""
    match = _TIME.fullmatch(found.strip()) if isinstance(found, str) else None
    if match is None or float(match[2]) >= 60 or float(match[4]) >= 60:
        faults.add(f"{key}.time", found, "start and end as M-SS,M-SS", "kept without media")
        return None, False
    start, end = 60 * int(match[1]) + float(match[2]), 60 * int(match[3]) + float(match[4])
    if end < start:
        faults.add(f"{key}.time", found, "an end that is not before its start", "kept without media")
        return None, False
    return TimeSpan(start, end, PADDING), start == end


def broken_sums(content: Mapping[str, Any], faults: RecordFaults) -> list[str]:
    """State which of the record's totals are not the sums they should be (appendix, Tab. 3).

    Elements add up to the element score; factor x component scores give the factored ones; both and the
    deductions give the segment's score.
    """
    names = (
        "total_segment_score",
        "total_element_score",
        "total_program_component_score(factored)",
        "factor",
        "total_program_component_score_not_factored",
        "deductions",
    )
    values: list[float] = []
    for name in names:
        value = content.get(name)
        if not _number(value):
            faults.add(name, value, "a number", "its check sums are not made")
            return []
        values.append(float(value))
    segment, elements, factored, factor, components, deductions = values
    sums = [
        (
            "total_element_score + components (factored) + deductions",
            elements + factored + deductions,
            segment,
        ),
        ("factor x components", factor * components, factored),
    ]
    for name, total in (("element_score", elements), ("component_score_not_factored", components)):
        parts = content.get(name)
        if not isinstance(parts, list) or not parts or not all(map(_number, parts)):
            faults.add(name, parts, "a list of numbers", "its check sum is not made")
        else:
            sums.append((f"the sum of {name}", sum(map(float, parts)), total))
    return [
        f"{name} is {made:.2f}, the record has {found:.2f}"
        for name, made, found in sums
        if abs(made - found) > SUM + ROUNDING
    ]


def _number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
