"""A small plan to be asked: clips that are folders of real JPEG frames, or none, and any judges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import pytest

from aqa_eval import plan as planning
from aqa_eval.datasets.dataset import Dataset, Loader, Options, Terms
from aqa_eval.datasets.sampling import Sample
from aqa_eval.media import FrameStore
from aqa_eval.plan import Plan
from aqa_eval.study import DatasetChoice, Study
from aqa_eval.study.grid import Grid
from aqa_eval.vocabulary import Clip, Criterion, FrameFolder, Judge, Label, Sampling, Task

CRITERIA = (
    Criterion("depth", "squat", "The squat is deep.", "The squat is shallow."),
    Criterion("knees", "squat", "The knees stay out.", "The knees fall inward."),
)
TERMS = Terms("CC0", "none", "made by the test", may_embed=True, may_send=True)


class MakePlan(Protocol):
    """Builds a plan; see `make`. `criteria`: so many statements about each clip, each in two framings.
    `train`: so many clips that examples are taken from. `axes` are crossed with what there is.
    """

    def __call__(
        self,
        judges: Sequence[Judge],
        items: int = 3,
        representation: str = "none",
        frames: int = 4,
        criteria: int = 1,
        train: int = 0,
        **axes: tuple[object, ...],
    ) -> Plan: ...


def endpoint_judge(base_url: str, **changes: object) -> Judge:
    """A judge behind a test endpoint; `changes` are fields of Judge."""
    fields = {"name": "model", "protocol": "openai", "model": "tiny", "base_url": base_url, "concurrency": 2}
    return Judge(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.fixture
def recorded(tmp_path: Path) -> Callable[[int], Clip]:
    """Makes clip number i: a folder of six small frames, each with its own brightness."""

    def make(number: int) -> Clip:
        folder = tmp_path / f"clip{number}"
        folder.mkdir()
        for frame in range(1, 7):
            picture = np.full((64, 64, 3), 20 * number + 10 * frame, np.uint8)
            cv2.imwrite(str(folder / f"{frame:03d}.jpg"), picture)
        media = FrameFolder(folder, "%03d.jpg", 1, 6, 10.0)
        return Clip(f"clip{number}", "test", "squat", media, f"subject{number}")

    return make


@pytest.fixture
def store(tmp_path: Path) -> FrameStore:
    """An empty cache."""
    return FrameStore(tmp_path / "cache")


@pytest.fixture
def make_plan(recorded: Callable[[int], Clip], store: FrameStore) -> MakePlan:
    """See `MakePlan`."""

    def make(
        judges: Sequence[Judge],
        items: int = 3,
        representation: str = "none",
        frames: int = 4,
        criteria: int = 1,
        train: int = 0,
        **axes: tuple[object, ...],
    ) -> Plan:
        clips = [
            Clip(f"clip{i}", "test", "squat", None, f"subject{i}")
            if representation == "none"
            else recorded(i)
            for i in range(items)
        ]
        clips += [replace(recorded(items + n), split="train") for n in range(train)]
        about = {criterion.id: criterion for criterion in CRITERIA[:criteria]}
        labels = [[Label(clip.id, name, i % 2 == 0) for name in about] for i, clip in enumerate(clips)]
        dataset = Dataset("test", "A test", TERMS, about, clips, labels)
        loader = Loader("test", "A test", Options, (Task.VERIFY,), lambda options: dataset, TERMS)
        study = Study(
            name="test",
            seed=1,
            repeats=1,
            datasets=(DatasetChoice(loader, Options(), (Task.VERIFY,), Sample()),),
            judges=tuple(judges),
            grid=Grid(
                {
                    "representation": (representation,),
                    "sampling": (Sampling(frames, None, 64),),
                    "framing": ("positive", "negative"),
                    **axes,
                }
            ),
        )
        return planning.make_plan(study, store)

    return make
