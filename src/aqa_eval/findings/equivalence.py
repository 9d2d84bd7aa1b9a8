"""No better than chance, as far as it matters: a reading of its own beside "better" and "undecided"."""

from __future__ import annotations

from aqa_eval.measures.equivalence import equivalence
from aqa_eval.measures.estimate import Estimate


def no_better(estimate: Estimate, narrow: Estimate, line: float, margin: float) -> str:
    """What two one-sided tests say of an estimate whose 95% interval contains the line: that it is as good as
    `line` within `margin`, or nothing. `narrow` is the same with its 90% interval.
    """
    beyond = estimate.contains(line)
    if not beyond:
        return ""
    found = equivalence(narrow, line, margin)
    if found.verdict != "equivalent" or found.low is None or found.high is None:
        return ""
    return (
        f"Shown to be no better than chance by more than {margin:g}, and no worse: its 90% interval "
        f"[{found.low:.2f}, {found.high:.2f}] lies within {line - margin:g} to {line + margin:g} (two "
        "one-sided tests)."
    )
