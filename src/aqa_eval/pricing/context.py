"""What does not fit: more tokens than the context window holds, or more pictures than a request may have."""

from __future__ import annotations

import math

from aqa_eval.judges.families import Family, RequestShape, estimate, family_of
from aqa_eval.pricing.workload import with_system_text
from aqa_eval.vocabulary import Judge


def fits_context(
    shape: RequestShape, judge: Judge, answer_tokens: float, family: Family | None = None
) -> str:
    """Why a request cannot be asked of the judge, with what is needed and what there is; empty if it fits.

    `answer_tokens`: kept for the answer when the judge sets no `max_tokens`. The window is the one declared
    or probed, else the released model's own; where neither is known nothing is said.
    """
    return overflow(with_system_text(shape, judge), judge, answer_tokens, family or family_of(judge))


def overflow(sent: RequestShape, judge: Judge, answer_tokens: float, family: Family) -> str:
    """As `fits_context`, of a request that has the judge's own system text in it already."""
    limit = judge.capabilities.images
    pictures = len(sent.pictures)
    if limit is not None and pictures > limit:
        return f"{_contents(sent)} are {pictures} pictures; the endpoint takes at most {limit} in a request"
    window = judge.capabilities.context or family.window
    if not family.known or not window:
        return ""
    tokens = estimate(family, sent)
    if tokens is None:
        return f"the family {family.name} takes no such request: {_contents(sent)}"
    most = dict(judge.decoding).get("max_tokens")
    answer = float(most) if isinstance(most, int) else answer_tokens
    kept = answer if family.window_holds_answer else 0.0
    needed = tokens.total + kept
    if needed <= window:
        return ""
    room = f" and {_about(kept)} kept for the answer" if tokens.total <= window else ""
    return (
        f"{_contents(sent)} need about {_about(tokens.total)} tokens{room}; the context window is {window:,}"
    )


def _contents(shape: RequestShape) -> str:
    """What a request shows: "8 examples x 16 frames", "16 frames", "1 recording"."""
    if shape.films:
        return f"{len(shape.films)} recording{'s' if len(shape.films) > 1 else ''}"
    clips = shape.examples + 1
    if shape.examples and shape.frames % clips == 0:
        return f"{shape.examples} examples x {shape.frames // clips} frames"
    way = " as video" if shape.videos else ""
    return f"{shape.frames} frame{'' if shape.frames == 1 else 's'}{way}"


def _about(tokens: float) -> str:
    """A number of tokens, no more exact than an estimate is: two digits, or whole hundreds."""
    if tokens < 1000:
        return f"{tokens:.0f}"
    unit = 10 ** max(2, math.floor(math.log10(tokens)) - 1)
    return f"{math.ceil(tokens / unit) * unit:,}"
