"""Mannequin: rendered people whose faults are of an exactly known size; nothing to download.

Every subject is one body (one cluster) and performs each movement once. An execution is filmed from every
view from which one of its criteria can be judged: the squat from the side (depth) and from the front
(knees), the press from the front (lockout), which makes three clips a subject. For each criterion exactly
half of the subjects of a split are faulty, which ones being drawn anew for each criterion. The dial of a
criterion is then drawn evenly (uniform distribution) from the threshold plus the margin to the dial's worst
end for a faulty subject, and from the threshold minus the margin to its best end for a faultless one: at the
default margin of 6 degrees, depth 50-94 or 106-130, knees in 26-34 or 0-14, lockout 26-65 or 0-14. A dial
never falls within the margin, so that the truth is not a matter of a fraction of a degree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

import numpy as np
from numpy.random import Generator
from pydantic import AfterValidator, Field

from aqa_eval.datasets.dataset import Dataset, Loader, Options, Terms
from aqa_eval.errors import did_you_mean
from aqa_eval.mannequin import MOVEMENTS, Fault, Movement
from aqa_eval.vocabulary import Clip, Criterion, Label, Rendered, Task

NAME = "mannequin"
TITLE = "Mannequin, rendered movements"
SPLITS = ("train", "test")
SEEDS_A_SPLIT = 50_000

TERMS = Terms(
    licence="Apache-2.0 (the pictures and labels are this project's own; the bodies are CC0)",
    citation="Rendered by aqa-eval. Bodies: Anny (Brégier et al. 2025, arXiv 2511.03589) on MakeHuman data.",
    how="nothing to get: the clips are rendered when they are first needed",
    may_embed=True,
    may_send=True,
)


def _known(name: str) -> str:
    if name not in MOVEMENTS:
        raise ValueError(f"no movement is called {name!r}: {did_you_mean(name, MOVEMENTS)}")
    return name


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise ValueError("a movement is named twice; name each once")
    return names


class MannequinOptions(Options):
    """`subjects` a split, an even number because half are faulty; `seed` of everything that is drawn;
    `movements` in order; `margin` in degrees that a dial keeps from its threshold.
    """

    subjects: Annotated[int, Field(ge=2, le=SEEDS_A_SPLIT, multiple_of=2)] = 10
    seed: Annotated[int, Field(ge=0, le=10**12)] = 7
    movements: Annotated[
        tuple[Annotated[str, AfterValidator(_known)], ...], Field(min_length=1), AfterValidator(_distinct)
    ] = tuple(MOVEMENTS)
    margin: Annotated[float, Field(gt=0, le=12)] = 6.0


@dataclass(frozen=True, slots=True)
class _Subject:
    """One person of one split: `seed` makes the body."""

    name: str
    split: str
    seed: int


def _subjects(options: MannequinOptions, split: str) -> list[_Subject]:
    """The people of a split; none of another split, or of another seed, has the same body."""
    first = (2 * options.seed + SPLITS.index(split)) * SEEDS_A_SPLIT
    return [_Subject(f"{split}{n + 1:02d}", split, first + n) for n in range(options.subjects)]


def _draws(options: MannequinOptions, split: str, purpose: str) -> Generator:
    """The random numbers for one criterion in one split, independent of all others."""
    digest = hashlib.sha256(f"{split} {purpose}".encode()).digest()
    return np.random.default_rng([options.seed, int.from_bytes(digest[:8], "big")])


def _ranges(
    movement: Movement, fault: Fault, margin: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The dial's range for a faultless and for a faulty execution."""
    dial = next(d for d in movement.dials if d.name == fault.dial)
    under = (dial.minimum, fault.threshold - margin)
    over = (fault.threshold + margin, dial.maximum)
    return (under, over) if fault.faulty_side == "above" else (over, under)


def _amounts(options: MannequinOptions, split: str, movement: Movement, fault: Fault) -> list[float]:
    """The dial of every subject of a split, to a tenth of a degree: exactly half are faulty."""
    rng = _draws(options, split, fault.criterion.id)
    faulty = rng.permutation(options.subjects) < options.subjects // 2
    ranges = _ranges(movement, fault, options.margin)
    return [round(float(rng.uniform(*ranges[int(wrong)])), 1) for wrong in faulty]


def _views(movement: Movement) -> list[str]:
    """The views from which at least one fault can be judged, in the movement's order."""
    wanted = {view for fault in movement.faults for view in fault.criterion.views}
    return [view for view in movement.views if view in wanted]


def _clips(movement: Movement, subject: _Subject, dials: Mapping[str, float]) -> Iterator[Clip]:
    """One execution, filmed from every view that is needed."""
    for view in _views(movement):
        yield Clip(
            id=f"{movement.name}-{subject.name}-{view}",
            dataset=NAME,
            action=movement.action,
            media=Rendered(movement.name, tuple(sorted(dials.items())), view, subject.seed),
            cluster=subject.name,
            split=subject.split,
            view=view,
            subject=subject.name,
        )


def _labels(movement: Movement, clip: Clip, dials: Mapping[str, float]) -> tuple[Label, ...]:
    """The truth of a clip for every criterion that can be judged from its view, and its score."""
    judged = [fault for fault in movement.faults if clip.view in fault.criterion.views]
    return (
        *(Label(clip.id, fault.criterion.id, fault.present(dials)) for fault in judged),
        Label(clip.id, movement.score.id, movement.quality(dials)),
    )


def load(options: Options) -> Dataset:
    """Draw the subjects and their dials; nothing is rendered.

    Split `test` is what a study asks about; `train` is as many other subjects, for judges that are
    fitted, and is rendered only by a study that asks for it.
    """
    if not isinstance(options, MannequinOptions):
        raise TypeError(f"{NAME} is loaded with MannequinOptions, not {type(options).__name__}")
    movements = [MOVEMENTS[name] for name in options.movements]
    clips: list[Clip] = []
    labels: dict[str, Sequence[Label]] = {}
    for split in SPLITS:
        for movement in movements:
            courses = {f.dial: _amounts(options, split, movement, f) for f in movement.faults}
            for n, subject in enumerate(_subjects(options, split)):
                dials = movement.neutral | {dial: amounts[n] for dial, amounts in courses.items()}
                for clip in _clips(movement, subject, dials):
                    clips.append(clip)
                    labels[clip.id] = _labels(movement, clip, dials)
    asked = {c.id: c for movement in movements for c in movement.criteria}
    return Dataset(
        name=NAME,
        title=TITLE,
        terms=TERMS,
        criteria=MappingProxyType(asked),
        clips=clips,
        labels=list(labels.values()),
        facts=_facts(clips, labels, asked),
    )


def _facts(
    clips: Sequence[Clip], labels: Mapping[str, Sequence[Label]], criteria: Mapping[str, Criterion]
) -> dict[str, str]:
    """What a check prints: counts per split, and for each criterion how many items there are."""
    facts = {"pictures": "rendered, not filmed: the truth is exact, the people are not real"}
    for split in SPLITS:
        own = [clip for clip in clips if clip.split == split]
        facts[f"{split} clips"] = f"{len(own)} of {len({clip.subject for clip in own})} subjects (clusters)"
        for criterion in criteria.values():
            values = [lb.value for c in own for lb in labels[c.id] if lb.criterion == criterion.id]
            facts[f"{split} {criterion.id}"] = f"{len(values)} items, {_summary(values)}"
    return facts


def _summary(values: Sequence[bool | float | str]) -> str:
    """How many are faulty, or the range of the scores."""
    faulty = [value for value in values if isinstance(value, bool)]
    if faulty:
        return f"{sum(faulty)} faulty ({sum(faulty) / len(faulty):.0%})"
    scores = [float(value) for value in values]
    return f"scores {min(scores):.1f} to {max(scores):.1f}, mean {sum(scores) / len(scores):.1f}"


def criteria() -> Mapping[str, Criterion]:
    """The criteria of every movement, by id."""
    return MappingProxyType({c.id: c for movement in MOVEMENTS.values() for c in movement.criteria})


LOADER = Loader(
    name=NAME,
    title=TITLE,
    options=MannequinOptions,
    tasks=(Task.VERIFY, Task.SCORE),
    load=load,
    terms=TERMS,
    criteria=criteria,
)
