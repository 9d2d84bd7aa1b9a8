"""An observation held against the body: supported, contradicted, or not checkable and why.

Nothing is decided within the margin: what people may mean by the word and, where a network found the body,
the error that it has on the mannequin (`lexicon/margins.toml`) both count against a decision.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from aqa_eval.media.geometry.courses import clearer, steady
from aqa_eval.media.pose import Floats
from aqa_eval.traces.claim import Claim
from aqa_eval.traces.courses import COURSES, breadth
from aqa_eval.traces.geometry_files import RelationTest, angles, margins, projection, relation_tests
from aqa_eval.traces.lexicon_files import lexicon
from aqa_eval.traces.posing import Posed
from aqa_eval.traces.windows import Rows, window

Outcome = Literal["supported", "contradicted", "not checkable"]
SUPPORTED: Final = "supported"
CONTRADICTED: Final = "contradicted"
OPEN: Final = "not checkable"

SEEN = 0.5
"""Joints less visible than this are not measured."""
FRONTAL, SIDEWAYS = 0.5, 0.3
"""The shoulders' breadth as a share of the trunk's length, from which on a body is seen from the front, and
up to which it is seen from the side."""
ROUGHLY = 10.0
"""Degrees by which a stated angle may be off: nobody says degrees more finely."""
VERSION = 1
"""Raised when the same claim and the same body would be decided otherwise."""

UNKNOWN = "no geometry for what is said"
UNSEEN = "not visible"
VIEW = "not to be seen from this view"
MARGIN = "within the margin of uncertainty"
MIXED = "true of a part of the time that is meant"
TIME = "no frame at the time that is said"
CONVENTION = "the angle may be counted from straight or from folded"

_FROM_STRAIGHT = re.compile(r"\b(?:flex\w*|bend\w*|bent|lean\w*|tilt\w*|tip\w*|pitch\w*)\b")
_LIKE = {"wrist": "hand", "back": "trunk", "ankle": "foot", "neck": "head"}


@dataclass(frozen=True, slots=True)
class Check:
    """What geometry says of a claim; `reason` where it says nothing."""

    outcome: Outcome
    reason: str = ""


def decidable(claim: Claim) -> bool:
    """Whether geometry knows anything of what an observation says."""
    if claim.kind != "observation":
        return False
    return _test(claim)[0] is not None or (claim.unit == "degrees" and claim.part in angles())


def check(claim: Claim, body: Posed | str, view: str, moment: float | None) -> Check:
    """An observation against the body. `body`: why there is none, where there is none. `view`: the camera, as
    the dataset names it; only front, back and side are taken from it. `moment`: when what is asked about
    shows most clearly, for claims that say no time.
    """
    test, denied = _test(claim)
    angle = angles().get(claim.part) if claim.unit == "degrees" and claim.value is not None else None
    if test is None and angle is None:
        return Check(OPEN, UNKNOWN)
    if isinstance(body, str):
        return Check(OPEN, body)
    if not len(body.times) or not np.isfinite(body.keypoints).any():
        return Check(OPEN, "no pose: nobody was found")
    found = [_tested(claim, test, denied, body, view, moment)] if test else []
    if angle and not claim.denied:
        found.append(_angle(claim, angle, body, view, moment))
    for outcome in (CONTRADICTED, SUPPORTED):
        for one in found:
            if one.outcome == outcome:
                return one
    return found[0]


def view_of(body: Posed, view: str) -> str:
    """From where a body is seen: front, back, side, or oblique."""
    if view in {"front", "back", "side"}:
        return view
    across = breadth(body.keypoints)
    return "front" if across >= FRONTAL else "side" if across <= SIDEWAYS else "oblique"


def _test(claim: Claim) -> tuple[RelationTest | None, bool]:
    """The test of a claim, and whether it is denied; of a denial without a test that of its opposite."""
    if not claim.relation:
        return None, False
    test = _named(claim.relation, claim)
    opposite = lexicon().names[claim.relation].opposite
    if test is None and claim.denied and opposite:
        return _named(opposite, claim), False
    return test, claim.denied


def _named(relation: str, claim: Claim) -> RelationTest | None:
    known = relation_tests()
    if claim.side in {"left", "right"} and (one := known.get(f"{relation} one {claim.part}")):
        return one
    found = known.get(f"{relation} {claim.part}") or known.get(f"{relation} {_LIKE.get(claim.part, '')}")
    if found is None and claim.part == "body" and relation in {"upright", "leaning-forward", "leaning-back"}:
        return known[f"{relation} trunk"]
    return found


@dataclass(frozen=True, slots=True)
class _Measured:
    """A course (n,) over the frames meant, one value of a moment; how they are known; the network's error."""

    values: Floats
    known_by: str
    error: float


def _measure(claim: Claim, quantity: str, body: Posed, moment: float | None) -> _Measured | Check:
    course, joints = COURSES[quantity]
    values = course(body.keypoints)
    if values is None:
        return Check(OPEN, VIEW)
    visible = np.stack([body.visibility[:, pair] for pair in joints]).min(axis=0)
    if values.ndim == 2:
        if claim.side in {"left", "right"}:
            column = 0 if claim.side == "left" else 1
            values, visible = values[:, column], visible[:, column]
        else:
            values, visible = clearer(values, body.visibility, joints), visible.max(axis=1)
    else:
        visible = visible.min(axis=1) if quantity in {"knee_spread", "stance"} else visible.max(axis=1)
    rows, known_by = window(claim, body, moment)
    if not known_by:
        return Check(OPEN, TIME)
    error = 0.0
    if not body.exact:
        if quantity not in margins():
            return Check(OPEN, "the pose network's error in it was not measured")
        error = margins()[quantity].error
    meant = rows & np.isfinite(values) & (visible >= SEEN)
    if meant.sum() * 2 < max(1, rows.sum()):
        return Check(OPEN, UNSEEN)
    chosen = values[meant]
    if not body.exact and len(chosen) >= 3:
        chosen = steady(chosen)
    if known_by == "moment":
        chosen = np.array([np.median(chosen)])
    return _Measured(chosen, known_by, error)


def _tested(
    claim: Claim, test: RelationTest, denied: bool, body: Posed, view: str, moment: float | None
) -> Check:
    measured = _measure(claim, test.quantity, body, moment)
    if isinstance(measured, Check):
        return measured
    excess = _excess(test, measured.values)
    margin = float(np.hypot(test.vague, measured.error))
    holds, fails = excess >= margin, excess <= -margin
    outcome = _over(test.over, denied, holds, fails, measured.known_by)
    if test.views and outcome.outcome != OPEN and view_of(body, view) not in test.views:
        beyond = np.median(measured.values) >= (test.above if test.above is not None else test.below or 0.0)
        proven = test.proof and (beyond == (test.proof == "above"))
        if not proven:
            return Check(OPEN, VIEW)
    return outcome


def _over(over: str, denied: bool, holds: Rows, fails: Rows, known_by: str) -> Check:
    """What holds in some frames and fails in others, said of the time that is meant. An event is so where it
    is so once, what is always so where it never fails; a state that changes is neither.
    """
    if denied:
        once = over == "event" or known_by == "throughout"
        refuted = bool(holds.any() if once else holds.all())
        confirmed = bool(fails.any() if over == "always" else fails.all())
    else:
        refuted = bool(
            fails.any() if over == "always" or (over == "state" and known_by == "throughout") else fails.all()
        )
        confirmed = bool(holds.any() if over == "event" else holds.all())
    if refuted:
        return Check(CONTRADICTED)
    if confirmed:
        return Check(SUPPORTED)
    return Check(OPEN, MIXED if holds.any() and fails.any() else MARGIN)


def _excess(test: RelationTest, values: Floats) -> Floats:
    """How far the values are on the side on which the test holds."""
    if test.between is not None:
        low, high = test.between
        return np.minimum(values - low, high - values)
    if test.above is not None:
        return values - test.above
    return (test.below or 0.0) - values


def _angle(claim: Claim, quantity: str, body: Posed, view: str, moment: float | None) -> Check:
    """A stated angle. Unless the words say that it is a bend, it may be the joint's own, 180 when straight:
    where the two differ in the outcome nothing is decided.
    """
    if quantity != "elbow_flexion" and view_of(body, view) != "side":
        return Check(OPEN, VIEW)
    measured = _measure(claim, quantity, body, moment)
    if isinstance(measured, Check):
        return measured
    if measured.known_by in {"clip", "throughout"}:
        return Check(OPEN, MIXED)
    stated = [claim.value or 0.0]
    if quantity != "trunk_tilt" and not _FROM_STRAIGHT.search(claim.text.lower()):
        stated.append(180.0 - stated[0])
    slanted = projection().get(quantity, 0.0)
    found = [_near(measured, one, slanted) for one in stated]
    return found[0] if len({one.outcome for one in found}) == 1 else Check(OPEN, CONVENTION)


def _near(measured: _Measured, stated: float, slanted: float) -> Check:
    """`slanted`: by how much an angle in the picture may differ from the joint's own, in degrees."""
    off = float(np.abs(measured.values - stated).min())
    if off <= ROUGHLY:
        return Check(SUPPORTED)
    if off <= ROUGHLY + measured.error + slanted:
        return Check(OPEN, MARGIN)
    return Check(CONTRADICTED)
