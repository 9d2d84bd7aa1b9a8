"""Is a strategy a real gain? And thinking, and the camera?

Each strategy is held against the plain one in every cell (dataset, task, all else in which it was asked, and
judge), on the same questions. What is said of it over the cells of a report is not whether it gains in all of
them, which would doom any real effect, but where one more cell would lie (prediction interval of a
random-effects mean) and in how many cells at least there is a gain (partial conjunction, Benjamini and Heller
2008, Biometrics 64).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from aqa_eval.findings import views
from aqa_eval.findings.asked import Asked, asked
from aqa_eval.findings.contrasts import Contrast, contrasts, same_ways
from aqa_eval.findings.differences import HEADLINES, Difference, common, sides, stated
from aqa_eval.findings.overall_gain import overall_gains
from aqa_eval.findings.pairing import side_by_side
from aqa_eval.findings.settings import Settings
from aqa_eval.vocabulary import Finding, Task

NAME = "strategies"
TASKS = (Task.VERIFY, Task.CHOOSE, Task.SCORE, Task.COMPARE, Task.LOCATE)


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The gain of every strategy over the plain one in every cell, of a judge that thinks over the same model
    that does not, and of one camera's view over another's; then of every strategy over the cells together.
    """
    cells: list[Difference] = []
    others: list[Difference] = []
    for task in TASKS:
        ways = list(asked(table, task))
        cells += _strategies(ways, task, settings)
        others += _thinking(ways, task, settings)
        others += views.differences(NAME, ways, task, settings)
    found = stated([*cells, *others])
    return [*overall_gains(NAME, cells), *found]


def _strategies(ways: Sequence[Asked], task: Task, settings: Settings) -> Iterator[Difference]:
    for contrast in contrasts(ways, "strategy"):
        texts = (
            f"Judges better by strategy {contrast.value} than by {contrast.base}",
            f"Judges worse by strategy {contrast.value} than by {contrast.base}",
            f"whether strategy {contrast.value} is better or worse than {contrast.base}",
        )
        yield _difference("strategy_gain", contrast, contrast.versus, texts, task, settings)


def _thinking(ways: Sequence[Asked], task: Task, settings: Settings) -> Iterator[Difference]:
    for contrast in _thinkers(ways, settings.thinking):
        other = contrast.second.judge
        texts = (
            f"Thinking helps: it judges better than {other}, the same model without it",
            f"Thinking harms: it judges worse than {other}, the same model without it",
            f"whether it judges better or worse than {other}, the same model without thinking",
        )
        yield _difference("thinking_gain", contrast, other, texts, task, settings)


def _thinkers(ways: Sequence[Asked], pairs: Mapping[str, str]) -> Iterator[Contrast]:
    for group in same_ways(ways):
        by_name = {trials.judge: trials for trials in group}
        for thinker, plain in pairs.items():
            if thinker in by_name and plain in by_name:
                yield Contrast("judge", thinker, plain, by_name[thinker], by_name[plain])


def _difference(
    measure: str,
    contrast: Contrast,
    versus: str,
    texts: tuple[str, str, str],
    task: Task,
    settings: Settings,
) -> Difference:
    found = side_by_side(contrast.first.rows, contrast.second.rows, task, settings)
    above, below, open_question = (f"{text}, in {HEADLINES[found.name]}" for text in texts)
    return Difference(
        NAME,
        measure,
        contrast.first,
        versus,
        found.estimate,
        (above, below, open_question),
        parts=sides(found),
        note=common(found),
        headline=found.name,
    )
