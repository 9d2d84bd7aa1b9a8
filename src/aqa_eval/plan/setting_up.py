"""A study made into a plan: datasets read, items drawn, reference judges fitted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Protocol

from aqa_eval.datasets.dataset import Dataset, forbid_problems
from aqa_eval.datasets.donors import Donors
from aqa_eval.datasets.examples import Examples
from aqa_eval.datasets.sampling import items
from aqa_eval.errors import DataError, MediaError
from aqa_eval.judges import PROTOCOLS
from aqa_eval.plan.plan import Plan
from aqa_eval.plan.scenes import Draws, Staging
from aqa_eval.study import DatasetChoice, Study
from aqa_eval.vocabulary import Clip, Item, Task


class Fingerprints(Protocol):
    """What is known of recordings without opening them."""

    def fingerprint(self, clip: Clip) -> str:
        """The digest of what the clip's pictures are made of."""

    def keypoints_digest(self, clip: Clip, source: str) -> str:
        """The digest of what its keypoints come from."""


def make_plan(study: Study, media: Fingerprints, strict: bool = False) -> Plan:
    """Read the datasets, draw their items and set up the judges; reference judges are fitted on train.

    Raises:
        DataError: a dataset cannot be read, has no item in the wanted split, or, where `strict`, has any
            problem at all.
    """
    datasets = tuple(_loaded(choice) for choice in study.datasets)
    if strict:
        for dataset in datasets:
            forbid_problems(dataset)
    chosen = list(zip(datasets, study.datasets, strict=True))
    streams = tuple(items(d, choice.tasks, choice.sample, study.seed) for d, choice in chosen)
    for stream, (dataset, choice) in zip(streams, chosen, strict=True):
        if all(item.task is Task.CONTROL for item in stream()):
            raise DataError(_nothing_to_ask(dataset, choice))

    def train() -> Iterator[Item]:
        for dataset, choice in chosen:
            if choice.sample.split != "train":
                yield from dataset.items(choice.tasks, "train")

    respondents = {judge.name: PROTOCOLS[judge.protocol].build(judge, train) for judge in study.judges}
    draws = {dataset.name: _draws(dataset, choice, study.seed) for dataset, choice in chosen}
    # A clip is met once for each condition and judge in a row; its files are looked at once.
    return Plan(
        study=study,
        datasets=datasets,
        streams=streams,
        respondents=respondents,
        identities={name: respondent.identity for name, respondent in respondents.items()},
        fingerprint=lru_cache(maxsize=256)(partial(_known_content, media)),
        keypoints=lru_cache(maxsize=256)(partial(_known_keypoints, media)),
        staging=Staging(study.seed, draws),
    )


def _draws(dataset: Dataset, choice: DatasetChoice, seed: int) -> Draws:
    return Draws(
        lambda: Donors.of(dataset, choice.sample.split, choice.tasks, seed),
        lambda: Examples.of(dataset, choice.tasks, seed),
    )


def _loaded(choice: DatasetChoice) -> Dataset:
    try:
        return choice.loader.load(choice.options)
    except DataError as error:
        name = choice.loader.name
        raise DataError(f"dataset '{name}': {error} (aqa-eval datasets {name} --how)") from error


def _nothing_to_ask(dataset: Dataset, choice: DatasetChoice) -> str:
    splits = ", ".join(sorted({clip.split for clip in dataset.clips})) or "none"
    drawn = " that can be balanced" if choice.sample.balanced else ""
    return (
        f"dataset '{dataset.name}': no item{drawn} for {', '.join(choice.tasks)} in the split "
        f"'{choice.sample.split}'; splits it has: {splits}"
    )


def _known_content(media: Fingerprints, clip: Clip) -> str:
    """The clip's fingerprint; one unreadable recording fails its own trials when they are asked, no more."""
    try:
        return media.fingerprint(clip)
    except MediaError:
        return "unreadable"


def _known_keypoints(media: Fingerprints, clip: Clip, source: str) -> str:
    """What the clip's keypoints come from; where that cannot be read, its own trials fail, no more."""
    try:
        return media.keypoints_digest(clip, source)
    except MediaError:
        return "unreadable"
