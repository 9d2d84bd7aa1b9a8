"""The judge that knows the records and never looks: which event, which movement, how difficult, from where.

It is the blind judge that a model has to leave behind. At one event the panel is lenient, one dive is done
better than another: who knows that, and nothing of the performance, already orders performances better than
chance. It is fitted on training labels alone (`measures.shrinkage`: shrunken means of each level and a
slope on the difficulty), and it is told what is recorded of the item's own clips, whatever is shown.

Verify: the expected share of faults. Choose: the expected share of each option. Score: the expected score.
Compare: the clip of which better is expected. By default (`decides = "balanced"`) a fault is said where its
share is above that of the criterion's training labels, and the option that most exceeds its own share is
chosen: that is the best that can be done by balanced accuracy. `decides = "majority"` decides by what is
likelier.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field, field_validator

from aqa_eval.errors import JudgeError
from aqa_eval.judges.respondent import JUDGING, JudgeOptions, Protocol, Respondent, Sight, Training
from aqa_eval.judges.saying import say, say_score
from aqa_eval.measures.shrinkage import Shrunken, shrunken
from aqa_eval.vocabulary import FIRST, SECOND, Answer, Clip, Condition, Criterion, Item, Judge, Request, Task

METADATA_VERSION = 1
"""Enters the key of its trials: raised whenever the estimator changes."""

Known = Literal["action", "code", "difficulty", "event", "view"]
ALL: tuple[Known, ...] = ("action", "code", "difficulty", "event", "view")


class MetadataOptions(JudgeOptions):
    """`knows`: which of a clip's records it is told. `decides`: how an expected share becomes a decision."""

    knows: Annotated[tuple[Known, ...], Field(min_length=1)] = ALL
    decides: Literal["balanced", "majority"] = "balanced"

    @field_validator("knows")
    @classmethod
    def _once(cls, knows: tuple[Known, ...]) -> tuple[Known, ...]:
        return tuple(sorted(set(knows)))

    def decoding(self) -> tuple[tuple[str, str | float | int | bool], ...]:
        """Both; `knows` as one text."""
        return (("decides", self.decides), ("knows", ",".join(self.knows)))


@dataclass(frozen=True, slots=True)
class Learnt:
    """What training labels say of one criterion: of each answer ("" for a score, "fault", or an option) the
    expected value by records.
    """

    fits: Mapping[str, Shrunken]


@dataclass(slots=True)
class _Columns:
    """The training labels of one criterion: the answers, and the records of their clips."""

    truths: list[bool | float | str] = field(default_factory=list)
    clips: list[Clip] = field(default_factory=list)


class Metadata(Respondent):
    """Expects what performances with the same records got in training."""

    def __init__(self, judge: Judge, learnt: Mapping[str, Learnt]) -> None:
        super().__init__(judge)
        decoding = dict(judge.decoding)
        self.knows = str(decoding["knows"]).split(",")
        self.balanced = decoding["decides"] == "balanced"
        self.learnt = learnt

    @property
    def identity(self) -> Mapping[str, object]:
        """The estimator's version belongs to who answers."""
        return {**super().identity, "estimator": METADATA_VERSION}

    def refuses(self, item: Item, condition: Condition) -> str:
        """Without training labels nothing is expected, and of two clips with like records the same."""
        if item.criterion.id not in self.learnt:
            return f"no training labels for criterion '{item.criterion.id}'"
        if (
            item.task is Task.COMPARE
            and len({self._expected(item.criterion, clip) for clip in item.clips}) == 1
        ):
            return "by their records neither of the two clips is better"
        return ""

    def depends_on(self, item: Item) -> object:
        """What is expected of the item's clips: other training labels or records make another answer."""
        return [self._by_answer(item.criterion, clip) for clip in item.clips]

    async def ask(self, request: Request, sight: Sight) -> Answer:
        """What is expected, decided. Raises JudgeError where it is not told which clips these are."""
        if not request.clips:
            raise JudgeError(f"the metadata judge '{self.judge.name}' is not told whose records to look up")
        criterion, clip = request.criterion, request.clips[0]
        match request.task:
            case Task.SCORE if criterion.scale is not None:
                scale = criterion.scale
                return say_score(
                    min(max(self._expected(criterion, clip), scale.minimum), scale.maximum), request
                )
            case Task.CHOOSE:
                return say(self._option(criterion, clip), request)
            case Task.COMPARE:
                first, second = (self._goodness(criterion, one) for one in request.clips)
                return say(FIRST if first > second else SECOND, request)
        fit = self.learnt[criterion.id].fits["fault"]
        return say(self._expected(criterion, clip) > (fit.mean if self.balanced else 0.5), request)

    def _option(self, criterion: Criterion, clip: Clip) -> str:
        """The option with the greatest share, or the greatest above its own mean; of equal ones the first in
        alphabetical order.
        """
        fits, shares = self.learnt[criterion.id].fits, self._by_answer(criterion, clip)
        better = {o: shares[o] - (fits[o].mean if self.balanced else 0.0) for o in fits}
        return min(better, key=lambda option: (-better[option], option))

    def _goodness(self, criterion: Criterion, clip: Clip) -> float:
        better = criterion.scale is not None and criterion.scale.higher_is_better
        return self._expected(criterion, clip) * (1.0 if better else -1.0)

    def _expected(self, criterion: Criterion, clip: Clip) -> float:
        """The expected score or share of faults."""
        return self._by_answer(criterion, clip)["" if criterion.scale is not None else "fault"]

    def _by_answer(self, criterion: Criterion, clip: Clip) -> dict[str, float]:
        levels = {name: getattr(clip, name) for name in self.knows if name != "difficulty"}
        difficulty = clip.difficulty if "difficulty" in self.knows else None
        return {
            answer: fit.expected(levels, difficulty) for answer, fit in self.learnt[criterion.id].fits.items()
        }


def learn(train: Iterable[Item], knows: Iterable[str]) -> dict[str, Learnt]:
    """Criterion id -> what its training labels say by these records.

    Raises:
        JudgeError: a label is of another kind than its criterion's.
    """
    columns: dict[str, _Columns] = defaultdict(_Columns)
    criteria: dict[str, Criterion] = {}
    for item in train:
        if item.task not in {Task.VERIFY, Task.CHOOSE, Task.SCORE}:
            continue
        if not isinstance(item.truth, str if item.task is Task.CHOOSE else bool | int | float):
            raise JudgeError(
                f"item '{item.id}': the label '{item.truth}' is no answer to the task '{item.task}'"
            )
        criteria[item.criterion.id] = item.criterion
        own = columns[item.criterion.id]
        own.truths.append(item.truth)
        own.clips.append(item.clips[0])
    named = tuple(knows)
    return {name: _learnt(criteria[name], own, named) for name, own in columns.items()}


def _learnt(criterion: Criterion, own: _Columns, knows: tuple[str, ...]) -> Learnt:
    levels = {n: [str(getattr(clip, n)) for clip in own.clips] for n in knows if n != "difficulty"}
    x = None
    if "difficulty" in knows:
        x = [float("nan") if clip.difficulty is None else clip.difficulty for clip in own.clips]
    if criterion.options:
        columns = {o: [float(truth == o) for truth in own.truths] for o in sorted(set(map(str, own.truths)))}
    else:
        columns = {"fault" if criterion.scale is None else "": [float(truth) for truth in own.truths]}
    return Learnt({answer: shrunken(values, levels, x) for answer, values in columns.items()})


def _build(judge: Judge, train: Training) -> Metadata:
    return Metadata(judge, learn(train(), str(dict(judge.decoding)["knows"]).split(",")))


PROTOCOL = Protocol(
    name="metadata",
    title="knows event, movement code and difficulty, without looking",
    options=MetadataOptions,
    tasks=JUDGING,
    build=_build,
    told="records",
)
