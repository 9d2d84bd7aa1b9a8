"""An estimate made into a Finding."""

from __future__ import annotations

from collections.abc import Mapping

from aqa_eval.findings.asked import Asked
from aqa_eval.findings.reading import calibration, caution, unanswered, words
from aqa_eval.measures.estimate import Estimate
from aqa_eval.vocabulary import Finding


def statement(
    name: str,
    measure: str,
    trials: Asked,
    criterion: str,
    estimate: Estimate,
    reading: str,
    chance: float | None = None,
    parts: Mapping[str, float | None] | None = None,
    planted: float | None = None,
    versus: str = "",
    tested: bool = False,
) -> Finding:
    """The finding about the answers of a judge; what every such reading owes its reader is added to it:
    how many trials are not in the number, whether it is fragile, and whether the judge is simulated.

    `tested`: the p of the estimate against `chance` goes among the parts, for `families.corrected`.
    """
    p = estimate.p_value(chance) if tested and chance is not None else None
    if p is not None:
        parts = {**(parts or {}), "p": p}
    owed = words(
        reading,
        unanswered(trials.failures(criterion), trials.planned(criterion)),
        caution(estimate),
        calibration(estimate, planted) if trials.simulated else "",
    )
    return finding(name, measure, trials, criterion, estimate, owed, chance, parts, planted, versus)


def finding(
    name: str,
    measure: str,
    trials: Asked,
    criterion: str,
    estimate: Estimate,
    reading: str,
    chance: float | None = None,
    parts: Mapping[str, float | None] | None = None,
    planted: float | None = None,
    versus: str = "",
) -> Finding:
    """The finding with its reading as it is; the seeded bootstrap interval stands among the parts. `versus`:
    what a difference is a difference from.
    """
    return Finding(
        name=name,
        measure=measure,
        about={**trials.about(criterion), **({"versus": versus} if versus else {})},
        estimate=estimate.value,
        low=estimate.low,
        high=estimate.high,
        chance=chance,
        noise_floor=estimate.noise_floor,
        n=estimate.n,
        clusters=estimate.clusters,
        failures=trials.failures(criterion),
        method=estimate.method,
        reading=reading,
        fragile=estimate.fragile,
        parts={
            **(parts or {}),
            "bootstrap_low": estimate.boot_low,
            "bootstrap_high": estimate.boot_high,
        },
        planted=planted if trials.simulated else None,
    )
