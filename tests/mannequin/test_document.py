"""docs/mannequin.md names every dial as the program has it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aqa_eval.mannequin import MOVEMENTS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "mannequin.md").read_text()
SIGNS = {"above": "≥", "below": "≤"}


def section(name):
    return re.split(r"\n##+ ", DOCUMENT.split(f"### `{name}`")[1])[0]


@pytest.mark.parametrize("movement", MOVEMENTS.values(), ids=list(MOVEMENTS))
def test_the_table_of_a_movement_is_what_the_movement_says(movement):
    rows = [line for line in section(movement.name).splitlines() if line.startswith("| `")]
    wanted = []
    for fault in movement.faults:
        dial = next(d for d in movement.dials if d.name == fault.dial)
        rule = fault.criterion.rule
        wanted.append(
            f"| `{dial.name}` | {dial.unit} | {dial.minimum:g} | {dial.maximum:g} | {dial.neutral:g} "
            f"| {SIGNS[fault.faulty_side]} {fault.threshold:g} | {', '.join(fault.criterion.views)} "
            f"| {f'`{rule.quantity}`' if rule else 'none'} |"
        )
    assert rows == wanted


@pytest.mark.parametrize("movement", MOVEMENTS.values(), ids=list(MOVEMENTS))
def test_the_formula_of_a_movement_is_the_one_that_counts(movement):
    """The formula is read from the document and worked out, with every dial on its way to the worst."""
    text = section(movement.name).split("Quality: ")[1]
    formula = text.replace("−", "-").replace("·", "*").replace("\n", " ")
    for share in (0.0, 0.3, 0.6, 1.0):
        dials = {}
        for fault in movement.faults:
            dial = next(d for d in movement.dials if d.name == fault.dial)
            worst = dial.maximum if fault.faulty_side == "above" else dial.minimum
            dials[dial.name] = dial.neutral + share * (worst - dial.neutral)
        names = {**dials, "clip": lambda x, low, high: min(max(x, low), high)}
        found = eval(formula.split("Quality is")[0], {"__builtins__": {}}, names)
        assert found == pytest.approx(movement.quality(dials))


def test_what_has_no_rule_is_named():
    for movement in MOVEMENTS.values():
        for fault in movement.faults:
            reason = f"`{fault.criterion.id}` has no rule"
            assert (reason in DOCUMENT) == (fault.criterion.rule is None)
