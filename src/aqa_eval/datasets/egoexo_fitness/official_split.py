"""EgoExo-Fitness: the official record-disjoint split, from the authors' pair files or from the shipped lists.

The pair files (`CVSV_benchmark/annotations/{train,test}_pairs_open.txt` of
github.com/iSEE-Laboratory/EgoExo-Fitness, Apache-2.0) name a frame folder, a sequence and its first and last
frame twice a line. They hold stray NUL bytes and some absolute paths, so lines are read from their end. The
ids of the records in them are shipped in `split.toml`, because a download need not hold them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from aqa_eval.datasets.download import Download
from aqa_eval.errors import DataError, MediaError
from aqa_eval.media import archives

FILES = {"train": "train_pairs_open.txt", "test": "test_pairs_open.txt"}
SHIPPED = "split.toml"
UNASSIGNED = "unassigned"

_FIELDS = 8
_LISTED = 8
_BESIDE = ("CVSV_benchmark/annotations", "EgoExo-Fitness/CVSV_benchmark/annotations")


@dataclass(frozen=True, slots=True)
class Split:
    """Record id -> train or test; where from, and in words what was wrong or differs."""

    records: Mapping[str, str]
    source: str
    problems: Sequence[str] = ()
    differences: Sequence[str] = ()

    def of(self, record: str) -> str:
        """The split of a record; `UNASSIGNED` for one in neither list."""
        return self.records.get(record, UNASSIGNED)


def shipped() -> dict[str, str]:
    """Read the shipped lists: record id -> train or test."""
    lists = tomllib.loads((files("aqa_eval.datasets.egoexo_fitness") / SHIPPED).read_text("utf-8"))
    return {record: split for split in FILES for record in lists[split]}


def find(download: Download) -> Split:
    """Read the pair files in the download or beside it, both or none; else the shipped lists."""
    paths = {split: _locate(download, name) for split, name in FILES.items()}
    if not all(paths.values()):
        missing = [FILES[split] for split, path in paths.items() if path is None]
        alone = [
            f"{path}: {', '.join(missing)} is not beside it; the shipped split is used"
            for path in paths.values()
            if path is not None
        ]
        return Split(shipped(), "the authors' lists, as shipped", alone)
    problems: list[str] = []
    named: dict[str, set[str]] = {}
    for split, path in paths.items():
        if path is not None:
            try:
                named[split] = records_of(archives.read_bytes(path), str(path), problems)
            except (MediaError, DataError) as error:
                return Split(
                    shipped(),
                    "the authors' lists, as shipped",
                    [*problems, f"{error} The shipped split is used."],
                )
    both = named["train"] & named["test"]
    if both:
        problems.append(f"{paths['test']}: records {', '.join(sorted(both))} are in train as well; left out")
    found = {record: split for split, ids in named.items() for record in sorted(ids - both)}
    return Split(found, str(paths["train"] and paths["train"].parent), problems, _differences(found))


def records_of(data: bytes, name: str, problems: list[str]) -> set[str]:
    """Read the ids of the records in a pair file; `name` is what it is called in `problems`.

    Raises DataError where no line of it names a record.
    """
    found = set[str]()
    bad: list[int] = []
    for number, line in enumerate(data.replace(b"\0", b"").decode("utf-8", "replace").splitlines(), start=1):
        if not line.strip():
            continue
        ids = list(_records(line))
        found.update(ids)
        if len(ids) != 2:
            bad.append(number)
    if bad:
        problems.append(
            f"{name}: {len(bad)} lines, the first is line {bad[0]}, are not two times "
            "'<path>/<record>/<view>/<camera file> <sequence> <first> <last>'; what they lack is left out"
        )
    if not found:
        raise DataError(f"{name}: no line names a record. Take the file from the authors' repository again.")
    return found


def _records(line: str) -> Iterator[str]:
    """Yield the records of a line's two halves: the step two above the last of each path."""
    fields = line.split()[-_FIELDS:]
    if len(fields) < _FIELDS:
        return
    for path in (fields[0], fields[4]):
        steps = path.rstrip("/").split("/")
        if len(steps) >= 3 and steps[-3]:
            yield steps[-3]


def _locate(download: Download, name: str) -> Path | None:
    """Find a pair file in the download, or beside it in a clone of the authors' repository."""
    beside = (download.root.resolve().parent / folder / name for folder in _BESIDE)
    return download.find(name) or next((path for path in beside if path.is_file()), None)


def _differences(found: Mapping[str, str]) -> list[str]:
    """Tell where the pair files at hand differ from the published ones."""
    known = shipped()
    changed = sorted(r for r in {*found, *known} if found.get(r) != known.get(r))
    if not changed:
        return []
    more = f" and {len(changed) - _LISTED} more" if len(changed) > _LISTED else ""
    return [
        f"split: {len(changed)} records are assigned otherwise than in the published pair files: "
        f"{', '.join(changed[:_LISTED])}{more}"
    ]
