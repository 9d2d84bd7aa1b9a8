"""Plain words for numbers. Whatever is said follows from the interval; where it does not, "undecided"."""

from __future__ import annotations

import math
from collections.abc import Sequence

from aqa_eval.measures.estimate import FRAGILE_BELOW, Estimate

_HOPELESS = 100.0  # times the present sample: beyond this a difference is as good as none


def words(*sentences: str) -> str:
    """The sentences that are not empty, one after the other."""
    return " ".join(sentence for sentence in sentences if sentence)


def stated(estimate: Estimate, decimals: int = 2) -> str:
    """A value with its interval: `0.71 [0.62, 0.80]`."""
    value = _number(estimate.value, decimals)
    if estimate.value is None or (estimate.low is None and estimate.high is None):
        return value
    return f"{value} [{_number(estimate.low, decimals)}, {_number(estimate.high, decimals)}]"


def against(estimate: Estimate, line: float, above: str, below: str, open_question: str) -> str:
    """One of three texts, by where the interval lies against `line`; what is needed if it contains it."""
    if estimate.value is None:
        return f"Cannot be estimated: {estimate.reason}."
    if estimate.low is None and estimate.high is None:
        return f"Undecided {open_question}: {stated(estimate)}, and no interval: {estimate.reason}."
    if estimate.low is not None and estimate.low > line:
        return f"{above}: {stated(estimate)}."
    if estimate.high is not None and estimate.high < line:
        return f"{below}: {stated(estimate)}."
    if estimate.low == estimate.high == line:
        return f"Exactly {_number(line, 2)}, {estimate.method.removeprefix('exact: ')}."
    said = f"Undecided {open_question}: {stated(estimate)} contains {_number(line, 2)}."
    return words(said, needed(estimate, line))


def needed(estimate: Estimate, line: float) -> str:
    """How many answers would settle a difference as large as the one seen, halving errors by fourfold n."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return ""
    gap = abs(estimate.value - line)
    half = estimate.value - estimate.low if estimate.value > line else estimate.high - estimate.value
    if gap == 0:
        return "Nothing was seen either way; more answers would only narrow the interval."
    times = (half / gap) ** 2
    if times > _HOPELESS:
        return "A difference this small could not be settled with a hundred times as many answers."
    answers, clusters = (_rounded(times * count) for count in (estimate.n, estimate.clusters))
    return f"About {answers:,} answers in {clusters:,} clusters would settle a difference of this size."


def chance_of(p: float) -> str:
    """A p in words: "p = 0.031", or "p < 0.001"."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def caution(estimate: Estimate) -> str:
    """A warning where there are too few clusters."""
    if not estimate.fragile or estimate.value is None:
        return ""
    if estimate.clusters < FRAGILE_BELOW:
        return f"Fragile: it rests on {estimate.clusters} clusters."
    if estimate.free + 1.0 > 0.95 * estimate.clusters and not math.isinf(estimate.free):
        return f"Fragile: it rests on {estimate.clusters} clusters of unequal size."
    if math.isinf(estimate.free):
        return f"Fragile: one of its classes is in too few of the {estimate.clusters} clusters."
    return (
        f"Fragile: it rests on no more than {estimate.free + 1:.2g} of the {estimate.clusters} clusters, so "
        "unevenly are its classes spread over them."
    )


def of_a_constant(estimate: Estimate) -> str:
    """What is said of a measure in units of z where the judge is constant by construction."""
    said = "A constant answer has no evidence behind it, and its rates of 0 and 1 have no place in units of z"
    if estimate.value is None:
        return f"{said}."
    return f"{said}: {_number(estimate.value, 2)} is what the correction for such rates makes of it."


def left_out(names: Sequence[str], lacking: str) -> str:
    """What a mean does not contain, and why."""
    return f"Left out, as {lacking}: {', '.join(names)}." if names else ""


def unanswered(failures: int, planned: int) -> str:
    """How many trials are not in the number."""
    return f"{failures:,} of {planned:,} trials gave no verdict and are not in it." if failures else ""


def calibration(estimate: Estimate, planted: float | None) -> str:
    """For a simulated observer: that it is one, and whether what was planted was found."""
    said = "This is a simulated observer that is told the truth; it calibrates the measure."
    if planted is None:
        return said
    inside = estimate.contains(planted)
    if inside is None:
        return f"{said} Planted: {_number(planted, 2)}."
    return f"{said} The planted {_number(planted, 2)} lies {'inside' if inside else 'outside'} the interval."


def _number(value: float | None, decimals: int) -> str:
    if value is None:
        return "?"
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def _rounded(count: float) -> int:
    """Two figures: more would pretend to know."""
    digits = max(0, math.ceil(math.log10(max(count, 1.0))) - 2)
    return int(math.ceil(count / 10**digits) * 10**digits)
