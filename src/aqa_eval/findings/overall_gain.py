"""What a strategy gains over all the cells of a report in which it was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aqa_eval.findings.asked import ALL
from aqa_eval.findings.baselines import REFERENCES
from aqa_eval.findings.differences import HEADLINES, MARGINS, Difference
from aqa_eval.findings.families import LEVEL
from aqa_eval.findings.reading import caution, stated, words
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.meta import Gain, Meta, classify, expects_loss, p_above, random_effects
from aqa_eval.measures.multiplicity import cells_with_effect
from aqa_eval.vocabulary import Finding

MODELS = "all models"
"""The judge of a statement about all models of a report together."""

_VERDICTS: dict[Gain, str] = {
    "consistent": "Consistent: one more dataset or model would be expected to gain too",
    "isolated": "Isolated: some cells gain, and one more cannot be expected to",
    "undecided": "Undecided whether it gains anything over the cells",
}


def overall_gains(name: str, cells: Sequence[Difference]) -> Iterator[Finding]:
    """One finding for each strategy and headline measure; reference and simulated judges are no cells."""
    groups: dict[tuple[str, str, str], list[Difference]] = {}
    for cell in cells:
        if cell.trials.way["protocol"] not in (*REFERENCES, "simulated"):
            place = (cell.trials.way["strategy"], cell.versus, cell.headline)
            groups.setdefault(place, []).append(cell)
    for (strategy, versus, headline), group in groups.items():
        yield _finding(name, strategy, versus, headline, group)


def _finding(name: str, strategy: str, versus: str, headline: str, group: Sequence[Difference]) -> Finding:
    estimates = {str(number): cell.estimate for number, cell in enumerate(group)}
    meta = random_effects(estimates)
    verdict = classify(meta, MARGINS[headline])
    least = cells_with_effect([p_above(estimate, 0.0) for estimate in estimates.values()])
    mean = meta.mean
    return Finding(
        name=name,
        measure=f"{headline}_gain_over_cells",
        about={
            "judge": MODELS,
            "protocol": "",
            "dataset": _shared(group, "dataset"),
            "task": _shared(group, "task"),
            "criterion": ALL,
            "representation": _shared(group, "representation"),
            "strategy": strategy,
            "frames": _shared(group, "frames"),
            "setting": _shared(group, "setting"),
            "versus": versus,
        },
        estimate=mean.value,
        low=mean.low,
        high=mean.high,
        chance=0.0,
        noise_floor=None,
        n=mean.n,
        clusters=mean.clusters,
        failures=sum(cell.trials.failures() for cell in group),
        method=mean.method,
        reading=_reading(meta, verdict, least, strategy, headline, len(group)),
        fragile=mean.fragile,
        parts={
            "cells": float(len(group)),
            "cells_above": float(sum(p < LEVEL for p in meta.above.values())),
            "cells_above_at_least": float(least),
            "prediction_low": meta.prediction[0] if meta.prediction else None,
            "prediction_high": meta.prediction[1] if meta.prediction else None,
            "tau": meta.pooled.tau if meta.pooled else None,
            "p_alike": meta.pooled.p_alike if meta.pooled else None,
        },
    )


def _shared(group: Sequence[Difference], key: str) -> str:
    """What all cells have there, or "all"."""
    values = {cell.trials.way[key] for cell in group}
    return values.pop() if len(values) == 1 else ALL


def _reading(meta: Meta, verdict: Gain, least: int, strategy: str, headline: str, cells: int) -> str:
    above = sum(p < LEVEL for p in meta.above.values())
    counted = words(
        f"{above} of {cells} cells {'gains' if above == 1 else 'gain'} after Holm's correction.",
        f"With 95% confidence there is a gain in {least} or more." if least else "",
        f"{len(meta.left_out)} have no interval and are not in the mean." if meta.left_out else "",
    )
    if meta.mean.value is None:
        return words(f"Strategy {strategy}: the mean cannot be estimated: {meta.mean.reason}.", counted)
    reach = (
        f"one more cell is expected within [{meta.prediction[0]:.2f}, {meta.prediction[1]:.2f}]"
        if meta.prediction
        else "with fewer than three cells nothing is said of one more"
    )
    mean = f"the mean gain in {HEADLINES[headline]} is {stated(meta.mean)}, {reach}"
    shared = "Cells that ask about the same clips are not wholly independent."
    said = _verdict(meta, verdict, MARGINS[headline])
    return words(f"{said}: {mean}.", counted, shared, _few(meta.mean))


def _verdict(meta: Meta, verdict: Gain, margin: float) -> str:
    """What is said of a strategy, and how little is too little to matter."""
    if verdict == "none seen":
        return f"None seen: no cell is shown to gain, and on average it is less than {margin:g} either way"
    if verdict != "harms":
        return _VERDICTS[verdict]
    small = meta.mean.low is not None and meta.mean.low > -margin
    less = f", though by less than {margin:g} on average" if small else ""
    if expects_loss(meta):
        return f"Harms{less}: one more dataset or model would be expected to lose too"
    return f"Harms on average{less}, and one more dataset or model cannot be expected to lose too"


def _few(mean: Estimate) -> str:
    return caution(mean).replace("clusters", "cells")
