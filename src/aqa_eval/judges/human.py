"""The human judge: each rater in turn, held against the other raters.

Repeat k answers with the mark of rater k (the k-th of the ratings; on a panel, a seat), and the truth of
that trial is what the *others'* marks make together: by the panel's own rule for a score
(`measures.panels`), by majority for anything else. A rater is never held against a truth of which his own
mark is a part, which would flatter him. It is the human ceiling, measured by the same measures as any
judge; it looks at nothing here, since the raters have looked.

Where the others are tied there is no truth, and that rater is not asked about that item.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from aqa_eval.errors import JudgeError
from aqa_eval.judges.respondent import JudgeOptions, Protocol, Respondent, Sight, Training
from aqa_eval.judges.saying import say, say_score
from aqa_eval.measures.panels import PANELS, majority
from aqa_eval.media import PERTURBATIONS
from aqa_eval.vocabulary import Answer, Condition, Item, Judge, Request, Task, Truth

FEWEST = {Task.SCORE: 2, Task.VERIFY: 3, Task.CHOOSE: 3}
"""So many ratings an item needs: without one of them a mean of one mark, or a majority of two, is left."""

TIED = "the other raters are tied about an item, so it has no truth without this one (counted by rater)"
SILENT = "an item has no mark of this rater (counted by rater)"


class HumanOptions(JudgeOptions):
    """`raters`: how many of the raters are asked, from the first on: one repeat each."""

    raters: Annotated[int, Field(ge=2, le=1000)]

    def asking(self) -> Mapping[str, object]:
        """One repeat a rater. How many there are changes nobody's answer."""
        return {"repeats": self.raters, "raters": None}


class Human(Respondent):
    """Says what a rater said."""

    def refuses(self, item: Item, condition: Condition) -> str:
        """It knows the item's own clip, and needs others to be held against."""
        if PERTURBATIONS[condition.perturbation].by_plan:
            return f"perturbation '{condition.perturbation}': no rater has judged the clip that is shown"
        given, fewest = len(_given(item)), FEWEST[item.task]
        if given < fewest:
            return f"fewer than {fewest} individual ratings"
        return (
            ""
            if len(self.repeats(item))
            else "no rater who is asked has a mark and others to be held against"
        )

    def depends_on(self, item: Item) -> object:
        """The marks, and the rule by which they make a truth."""
        return [[None if math.isnan(mark) else mark for mark in item.ratings], item.criterion.panel]

    def repeats(self, item: Item) -> Sequence[int]:
        """The raters who marked the item and whose fellows make a truth without them."""
        return [rater for rater in range(self.judge.repeats) if not _missing(item, rater)]

    def unasked(self, item: Item) -> Mapping[str, int]:
        """How many raters did not mark the item, or have tied fellows."""
        return Counter(why for rater in range(self.judge.repeats) if (why := _missing(item, rater)))

    def truth(self, item: Item, truth: Truth, repeat: int) -> Truth:
        """What the others' marks make. Raises JudgeError where they make nothing."""
        without = truth_without(item, repeat)
        if without is None:
            raise JudgeError(f"item '{item.id}': without rater {repeat + 1} it has no truth")
        return without

    async def ask(self, request: Request, sight: Sight) -> Answer:
        """The mark of the rater whose turn it is, on the truth's scale."""
        if request.trial is None:
            raise JudgeError(f"the human judge '{self.judge.name}' is asked without the raters' marks")
        item = request.trial.item
        mark = item.ratings[request.trial.repeat]
        scale = item.criterion.scale
        if scale is not None:
            score = mark * PANELS[item.criterion.panel].factor
            return say_score(min(max(score, scale.minimum), scale.maximum), request)
        return say(_category(item, mark), request)


def truth_without(item: Item, rater: int) -> Truth | None:
    """What is true of the item by all raters but one; None where they are tied, or nobody is left."""
    others = [mark for n, mark in enumerate(item.ratings) if n != rater and not math.isnan(mark)]
    if not others:
        return None
    if item.task is Task.SCORE:
        return PANELS[item.criterion.panel].together(others)
    most = majority(others)
    return None if most is None else _category(item, most)


def _missing(item: Item, rater: int) -> str:
    """Why a rater is not asked about the item; empty where he is."""
    if rater >= len(item.ratings) or math.isnan(item.ratings[rater]):
        return SILENT
    return TIED if truth_without(item, rater) is None else ""


def _category(item: Item, mark: float) -> bool | str:
    """A mark as it is on the truth's scale: is the fault there, or which option (its place, from 0)."""
    return item.criterion.options[int(mark)] if item.task is Task.CHOOSE else bool(mark)


def _given(item: Item) -> list[float]:
    return [mark for mark in item.ratings if not math.isnan(mark)]


def _build(judge: Judge, train: Training) -> Human:
    return Human(judge)


PROTOCOL = Protocol(
    name="human",
    title="each rater against the others (human ceiling)",
    options=HumanOptions,
    tasks=(Task.VERIFY, Task.CHOOSE, Task.SCORE),
    build=_build,
    told="ratings",
)
