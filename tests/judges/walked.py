"""A study walked from its items to its findings by reference judges, with pictures that nobody needs to
see.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from aqa_eval.datasets.dataset import Dataset, Loader, Options, Terms
from aqa_eval.datasets.sampling import Sample
from aqa_eval.findings import find_all
from aqa_eval.findings.table import verdict_table
from aqa_eval.judges import PROTOCOLS, Poses, Sight
from aqa_eval.ledger import Ledger
from aqa_eval.plan import Plan, Showing, arranged, make_plan
from aqa_eval.plan.keys import condition_text
from aqa_eval.report.assembly import settings
from aqa_eval.study import DatasetChoice, Study
from aqa_eval.study.grid import Grid
from aqa_eval.vocabulary import (
    Answer,
    Clip,
    Criterion,
    Film,
    Finding,
    Frame,
    Item,
    Judge,
    Label,
    Scale,
    Shown,
    Task,
    Trial,
    VideoFile,
)

TERMS = Terms("CC0", "nobody", "made by the test", may_embed=True, may_send=True)
DEEP = Criterion("deep", "squat", "It is deep.", "It is shallow.")
GOOD = Criterion("good", "squat", "flawless", "poor", scale=Scale(-1000, 1000, "points"))
GRIP = Criterion("grip", "squat", "", "", question="Which grip?", options=("wide", "narrow", "none"))
MOVING = VideoFile(Path("nowhere.mp4"))


class Named:
    """Tells recordings apart by the names of their clips."""

    def fingerprint(self, clip: Clip) -> str:
        return f"content of {clip.id}"

    def keypoints_digest(self, clip: Clip, source: str) -> str:
        return f"{source} of {clip.id}"


def unseen(part: Frame | Film) -> bytes:
    raise AssertionError("a reference judge asked for a picture")


async def nobody(frames: Sequence[Frame]) -> Poses:
    return np.full((len(frames), 17, 2), np.nan), np.zeros((len(frames), 17))


SIGHT = Sight(unseen, nobody)


def judge(name: str, protocol: str, repeats: int = 1, **options: object) -> Judge:
    """A judge as a study would have it."""
    read = PROTOCOLS[protocol].options.model_validate(options)
    repeats = int(str(read.asking().get("repeats", repeats)))
    return Judge(name, protocol, decoding=read.decoding(), repeats=repeats)


def dataset(
    criterion: Criterion,
    rows: Sequence[tuple[Clip, Label]],
    pairs: Sequence[Item] = (),
) -> Dataset:
    """A dataset of one criterion."""
    clips, labels = [clip for clip, _ in rows], [(label,) for _, label in rows]
    return Dataset("made", "Made", TERMS, {criterion.id: criterion}, clips, labels, pairs=pairs)


def clip(n: int, split: str = "test", **fields: object) -> Clip:
    """A moving clip of a person of its own."""
    given = {"media": MOVING, "cluster": f"s{n}", "split": split} | fields
    return Clip(f"c{n}", "made", "squat", **given)  # type: ignore[arg-type]


def squats(count: int) -> Dataset:
    """Clips of as many people, every second one too shallow."""
    return dataset(DEEP, [(clip(n), Label(f"c{n}", "deep", n % 2 == 0)) for n in range(count)])


@dataclass(frozen=True)
class Walked:
    """What a study came to."""

    plan: Plan
    table: pl.DataFrame
    answers: Sequence[tuple[Trial, Answer]]

    @cached_property
    def findings(self) -> list[Finding]:
        """All findings."""
        return find_all(self.table, settings(self.plan))

    def found(self, name: str, **about: str) -> Finding:
        """The only finding of a measure about all criteria together, and about these."""
        (found,) = [
            f
            for f in self.findings
            if f.measure == name
            and f.about["criterion"] == "all"
            and all(f.about[key] == value for key, value in about.items())
        ]
        return found


def shown(trial: Trial) -> Showing:
    """Pictures that say when they are and of which clip, and no more."""
    if trial.condition.representation == "none":
        return arranged(trial, {})
    frames = tuple(Frame(k, k / 20, f"{k:064d}", 448, 448) for k in range(0, 40, 5))
    return arranged(
        trial, {place: Shown(frames=frames) for place in range(-len(trial.examples), len(trial.shown))}
    )


def walk(
    folder: Path,
    made: Dataset,
    task: Task,
    judges: Sequence[Judge],
    sight: Sight = SIGHT,
    seed: int = 1,
    **axes: tuple[object, ...],
) -> Walked:
    """Plan, ask and read a study about one dataset and task."""
    loader = Loader("made", "Made", Options, (task,), lambda options: made, TERMS)
    sample = Sample(pairs=len(made.pairs) if task is Task.COMPARE else 0)
    choice = DatasetChoice(loader, Options(), (task,), sample)
    plan = make_plan(Study("walked", seed, 1, (choice,), tuple(judges), Grid(axes)), Named())
    with Ledger.writing(folder) as ledger:
        answers = asyncio.run(_asked(plan, ledger, sight))
        return Walked(plan, verdict_table(plan, ledger), answers)


async def _asked(plan: Plan, ledger: Ledger, sight: Sight) -> list[tuple[Trial, Answer]]:
    answers = []
    for trial in plan.trials():
        ask: Callable[..., Awaitable[Answer]] = plan.respondents[trial.judge].ask
        answer = await ask(plan.request(trial, shown(trial)), sight)
        ledger.commit(trial, answer, condition_text(trial.condition))
        answers.append((trial, answer))
    return answers


def inside(found: Finding) -> bool:
    """Whether what was planted lies in the interval. Nothing planted is an error."""
    assert found.planted is not None, found
    assert found.low is not None, found
    assert found.high is not None, found
    return found.low <= found.planted <= found.high


def near(share: float, expected: float, n: int) -> bool:
    """Whether a share of n lies within four standard errors of what is expected."""
    return abs(share - expected) < 4 * (expected * (1 - expected) / n) ** 0.5


def values(rows: pl.DataFrame, column: str, by: str = "item") -> Mapping[str, list[object]]:
    """What stands in a column for each item, in plan order."""
    return {str(key[0]): part[column].to_list() for key, part in rows.partition_by(by, as_dict=True).items()}
