"""Fitness-AQA: errors of form in squats, overhead presses and barbell rows (Parmar et al., ECCV 2022).

Seven errors, each there or not: four in videos of about one repetition, with the times at which they show,
three in single pictures. Squat and press videos carry two labels each. The two errors of the row have splits
of their own over the same pictures, so that each has its own clips.

The cluster is the source video, a key up to its first underscore: people and repetitions come from one. It is
not stated whether all exercises number their source videos together; if they do not, an equal number joins
clips of different criteria into one cluster, which leaves each criterion's interval as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from aqa_eval.datasets.criterion_texts import criteria_of
from aqa_eval.datasets.dataset import Dataset, Loader, Options, Terms
from aqa_eval.datasets.download import Download
from aqa_eval.datasets.fitness_aqa import error_labels, release_files
from aqa_eval.datasets.fitness_aqa.release import COLLECTIONS, ERRORS, SPLITS
from aqa_eval.datasets.fitness_aqa.release_files import Found
from aqa_eval.errors import DataError, did_you_mean
from aqa_eval.vocabulary import Clip, Criterion, Label, Media, Still, Task, VideoFile

NAME = "fitness-aqa"
TITLE = "Fitness-AQA (squat, overhead press, barbell row)"

TERMS = Terms(
    licence="CC BY-NC 4.0, research only, and not to be passed on without the authors' permission; people "
    "in it must be protected (blur faces before a picture is shown)",
    citation="P. Parmar, A. Gharat, H. Rhodin: Domain Knowledge-Informed Self-Supervised Representations for "
    "Workout Form Assessment. ECCV 2022, pp. 105-123.",
    how="fill in the request form linked in the README of github.com/ParitoshParmar/Fitness-AQA; the authors "
    "answer with the download. Its zip archives are read in place; Unlabeled_Dataset is not needed",
    may_embed=False,
    may_send=False,
)


def _known(error: str) -> str:
    if error not in ERRORS:
        raise ValueError(f"no error is called {error!r}: {did_you_mean(error, ERRORS)}")
    return error


def _distinct(errors: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(errors)) < len(errors):
        raise ValueError("an error is named twice; name each once")
    return errors


class FitnessAqaOptions(Options):
    """`root`: the downloaded folder, as it arrived or unpacked. `errors`: which of the seven are asked."""

    root: Path
    errors: Annotated[
        tuple[Annotated[str, AfterValidator(_known)], ...], Field(min_length=1), AfterValidator(_distinct)
    ] = tuple(ERRORS)


@dataclass(frozen=True, slots=True)
class _Clips:
    """A collection and its labelled clips, split by split, with what was wrong with them."""

    found: Found
    rows: Sequence[tuple[Clip, Sequence[Label]]]
    problems: Sequence[str]

    def clips(self, split: str) -> list[Clip]:
        return [clip for clip, _ in self.rows if clip.split == split]

    def faulty(self, error: str, split: str) -> list[bool]:
        """The truths of one error in a split."""
        return [
            bool(label.value)
            for clip, labels in self.rows
            for label in labels
            if clip.split == split and label.criterion == _criterion(error)
        ]


def load(options: Options) -> Dataset:
    """Read a download of Fitness-AQA.

    A label's span is the longest interval in which its fault shows, in seconds of the clip: one span around
    all intervals would take in times at which nothing is wrong. No moment is given, since the annotation does
    not say when a fault shows most clearly, and says nothing of faultless clips. Raises DataError
    where the root is no folder or holds no labelled clip of the chosen errors.
    """
    if not isinstance(options, FitnessAqaOptions):
        raise TypeError(f"{NAME} is loaded with FitnessAqaOptions, not {type(options).__name__}")
    download = release_files.open_download(options.root)
    problems = list(download.problems)
    collections: list[_Clips] = []
    for collection in COLLECTIONS:
        errors = [error for error in options.errors if error in collection.labels]
        if errors and (found := release_files.read(download, collection, errors, problems)):
            collections.append(_clips(found))
            problems += collections[-1].problems
    rows = [row for clips in collections for row in clips.rows]
    if not rows:
        raise DataError(
            f"{options.root}: no labelled clip of the chosen errors in it. Expected the folder "
            "Fitness-AQA_dataset_release with Squat, OHP and BarbellRow: give its place. "
            f"First: {problems[0] if problems else 'no clip is both labelled and in a split'}"
        )
    return Dataset(
        name=NAME,
        title=TITLE,
        terms=TERMS,
        criteria={_criterion(error): criteria()[_criterion(error)] for error in options.errors},
        clips=[clip for clip, _ in rows],
        labels=[labels for _, labels in rows],
        problems=problems,
        notes=_notes(download, collections, problems),
        differences=[line for clips in collections for line in _differences(clips)],
        facts=_facts(collections),
    )


def _criterion(error: str) -> str:
    return f"fitness_aqa.{error}"


def _clips(found: Found) -> _Clips:
    """Make the clips of a collection with their labels; a key without any label is left out."""
    rows: list[tuple[Clip, Sequence[Label]]] = []
    problems: list[str] = []
    for split, keys in found.splits.items():
        for error, labels in found.labels.items():
            if without := [key for key in keys if key not in labels]:
                problems.append(
                    f"{found.collection.labels[error]}: no label for {len(without)} clips of '{split}', "
                    f"expected one for each key of the split: {', '.join(without)}; left out of '{error}'"
                )
        here = [(_clip(found, key, split), _labels(found, key)) for key in keys]
        rows += [(clip, labels) for clip, labels in here if labels]
        problems += _missing(found, split, [clip for clip, labels in here if labels])
    return _Clips(found, rows, problems)


def _name(found: Found, key: str) -> str:
    return f"{found.collection.name}_{key}"


def _clip(found: Found, key: str, split: str) -> Clip:
    recording = found.recordings.get(key.lower())
    media: Media | None = None
    if recording is not None:
        media = VideoFile(recording) if found.collection.kind == "video" else Still(recording)
    first = next(iter(found.labels))
    return Clip(
        id=_name(found, key),
        dataset=NAME,
        action=criteria()[_criterion(first)].action,
        media=media,
        cluster=key.partition("_")[0],
        split=split,
    )


def _labels(found: Found, key: str) -> tuple[Label, ...]:
    return tuple(
        Label(_name(found, key), _criterion(error), truths[key].faulty, span=truths[key].span)
        for error, truths in found.labels.items()
        if key in truths
    )


def _missing(found: Found, split: str, clips: Sequence[Clip]) -> list[str]:
    """Name every labelled clip of a split without a recording, in one line."""
    kind = found.collection.kind
    without = [clip.id.removeprefix(_name(found, "")) for clip in clips if clip.media is None]
    if not without:
        return []
    return [
        f"{found.home}: no {kind} for {len(without)} of {len(clips)} labelled clips of '{split}', expected a "
        f"folder or zip of {kind}s named by their keys; kept without media: {', '.join(without)}"
    ]


def _notes(download: Download, collections: Sequence[_Clips], problems: list[str]) -> list[str]:
    """Count what `traj_nan.json` names: it lies among the squat's splits and looks like one."""
    path = download.find("traj_nan.json")
    if path is None or not any(clips.found.collection.name == "squat" for clips in collections):
        return []
    count = error_labels.count_entries(path, problems)
    if count is None:
        return []
    return [f"{path}: names {count} clips without a bar trajectory; it is no split and leaves out no clip"]


def _differences(clips: _Clips) -> list[str]:
    collection = clips.found.collection
    sizes = [
        f"{collection.name}, {split}: {len(clips.clips(split))} labelled clips found, {published} published"
        for split, published in collection.published.items()
        if len(clips.clips(split)) != published
    ]
    faulty = {
        error: sum(clips.faulty(error, "test"))
        for error in collection.positives
        if error in clips.found.labels
    }
    return sizes + [
        f"{error}, test: {count} faulty clips found, {collection.positives[error]} published"
        for error, count in faulty.items()
        if count != collection.positives[error]
    ]


def _facts(collections: Sequence[_Clips]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for clips in collections:
        found = clips.found
        counts = ", ".join(f"{split} {len(clips.clips(split))}" for split in SPLITS)
        facts[f"{found.collection.name} clips"] = f"{counts} ({found.collection.kind}s)"
        in_splits = {key for keys in found.splits.values() for key in keys}
        for error, truths in found.labels.items():
            test = clips.faulty(error, "test")
            facts[f"{error}, faulty in test"] = f"{sum(test)} of {len(test)}"
            facts[f"{error}, labelled keys in no split"] = str(len(truths.keys() - in_splits))
    every = [clip for clips in collections for clip, _ in clips.rows]
    facts["source videos (clusters)"] = str(len({clip.cluster for clip in every}))
    facts["clips without media"] = f"{sum(clip.media is None for clip in every)} of {len(every)}"
    facts["camera"] = "varied, and not annotated"
    facts["human ceiling"] = "unknown: no individual ratings are released"
    return facts


def criteria() -> Mapping[str, Criterion]:
    """The seven errors by id."""
    return criteria_of(NAME)


LOADER = Loader(
    name=NAME,
    title=TITLE,
    options=FitnessAqaOptions,
    tasks=(Task.VERIFY,),
    load=load,
    terms=TERMS,
    criteria=criteria,
    optional=(Task.LOCATE,),
)
