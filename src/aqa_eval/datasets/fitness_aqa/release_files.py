"""Where Fitness-AQA's files lie in a download.

Layout as released: `<Exercise>/Labeled_Dataset/` with recordings in a zip, `Labels/` and `Splits/`. Trees
on disks nest (`videos/videos/`) and rename (`labels`, `Overhead Press`), so that only file names count: a
label file shows where its collection is at home, and its splits and recordings lie below that home.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from aqa_eval.datasets.download import Download
from aqa_eval.datasets.fitness_aqa.error_labels import Truth, read_labels, read_split
from aqa_eval.datasets.fitness_aqa.release import SPLITS, Collection
from aqa_eval.media import archives


@dataclass(frozen=True, slots=True)
class Found:
    """A collection as found: split -> keys, error -> key -> truth, key in lower case -> recording.

    `home` is where its splits and recordings are looked for.
    """

    collection: Collection
    home: Path
    splits: Mapping[str, list[str]]
    labels: Mapping[str, Mapping[str, Truth]]
    recordings: Mapping[str, Path]


def open_download(root: Path) -> Download:
    """Look through a download, but not at its unlabelled clips, copies of the labelled among them.

    Raises DataError where `root` is neither a folder nor an archive.
    """
    return Download.open(root, skip=lambda folder: "unlabel" in folder.name.lower())


def read(
    download: Download, collection: Collection, errors: Sequence[str], problems: list[str]
) -> Found | None:
    """Read the labels of `errors` with the splits and recordings that belong to them; None without labels.

    What is missing or broken is written to `problems`, by file and key.
    """
    labels: dict[str, Mapping[str, Truth]] = {}
    first: Path | None = None
    for error in errors:
        places = _places(download, collection, error)
        if not places:
            problems.append(
                f"{download.root}: no {collection.labels[error]} in it, so '{error}' has no labels. "
                "Download it again, or leave the error out with the option 'errors'"
            )
            continue
        problems += [f"{path}: a second {path.name}; {places[0]} is used" for path in places[1:]]
        truths = read_labels(places[0], collection, problems)
        if truths is not None:
            first = first or places[0]
            labels[error] = truths
    if first is None:
        return None
    home = _home(first)
    return Found(
        collection,
        home,
        _splits(download, collection, home, problems),
        labels,
        _recordings(download, collection, _relative(download, home)),
    )


def _places(download: Download, collection: Collection, error: str) -> list[Path]:
    """Find every copy of an error's label file, those first that have splits in their home."""
    splits = download.all(*(collection.split_files.format(split) for split in SPLITS))
    return sorted(
        download.all(collection.labels[error]),
        key=lambda place: not any(_home(place) in path.parents for path in splits),
    )


def _home(label_file: Path) -> Path:
    """Give the folder that holds a label file, or the one above where that is only called `Labels`."""
    folder = label_file.parent
    return folder.parent if folder.name.lower() == "labels" else folder


def _relative(download: Download, path: Path) -> PurePosixPath:
    """Give a path as the download's index writes it; what lies above the root as the root."""
    if not path.is_relative_to(download.root):
        return PurePosixPath()
    return PurePosixPath(path.relative_to(download.root).as_posix().lower())


def _splits(
    download: Download, collection: Collection, home: Path, problems: list[str]
) -> dict[str, list[str]]:
    """Read the three lists; where one is there twice, the one nearest to its home."""
    seen: dict[str, str] = {}
    splits: dict[str, list[str]] = {}
    for split in SPLITS:
        pattern = collection.split_files.format(split)
        below = [path for path in download.all(pattern) if home in path.parents]
        if not below:
            problems.append(f"{home}: no {pattern} below it, so '{split}' has no clips. Download it again")
            continue
        path = min(below, key=lambda path: len(path.parts))
        splits[split] = read_split(path, split, seen, problems)
    return splits


def _recordings(download: Download, collection: Collection, home: PurePosixPath) -> dict[str, Path]:
    """Find recordings by key: below the collection's home, else beside it; on disk before in archives."""
    suffixes = tuple(collection.recordings)
    own, near = _prefix(home), _prefix(home.parent)
    below, beside = dict[str, Path](), dict[str, Path]()
    for relative, path in download.files.items():
        if not relative.endswith(suffixes) or not relative.startswith(near):
            continue
        found = below if relative.startswith(own) else beside
        key = relative.rpartition("/")[2].rpartition(".")[0]
        if key not in found or (archives.locate(found[key]) is not None and archives.locate(path) is None):
            found[key] = path
    return beside | below


def _prefix(folder: PurePosixPath) -> str:
    """Give what the relative paths of all files below a folder start with."""
    return "" if folder == PurePosixPath() else f"{folder}/"
