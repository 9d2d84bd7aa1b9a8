"""Your own clips: a table, CSV or Parquet, one row for each clip and criterion, and a folder of recordings.

The columns are described in `columns.py`; a row with `media_b` compares two clips. Rows of the same
recording and span are one clip. What a criterion or a clip is may be said in one of its rows or in all, but
not differently in two. A row that cannot be used is left out and named among the problems with its number.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from pydantic import model_validator

from aqa_eval.datasets import masks
from aqa_eval.datasets.dataset import Dataset, Loader, Options, Terms
from aqa_eval.datasets.masks import Masks
from aqa_eval.datasets.own.clips import About, Columns
from aqa_eval.datasets.own.complaints import Complaints
from aqa_eval.datasets.own.reading import Content, read_content
from aqa_eval.datasets.own.recordings import Kind
from aqa_eval.datasets.own.rows import Sieve
from aqa_eval.datasets.own.table import read_table
from aqa_eval.errors import DataError
from aqa_eval.vocabulary import Task

NAME = "own"
TITLE = "Your own clips"
TABLES = ("clips.csv", "clips.parquet")
"""The table of a folder that is named in place of a table."""

SPLITS = frozenset({"train", "val", "test"})
"""The usual names: one that nearly is one of them is probably a slip."""

TERMS = Terms(
    licence="your own; a study says whether frames may be shown (may_embed) and sent to others (may_send)",
    citation="your own",
    how="write a table of your clips: 'aqa-eval datasets new FOLDER' makes one to start from",
    may_embed=False,
    may_send=False,
)


class OwnOptions(Options):
    """`table`: the CSV or Parquet file, or a folder with one of `TABLES`. `root`: the folder that the
    recordings' paths start from, by default the table's own; alone it stands for `table`. `may_embed`
    and `may_send` are the terms: may frames be shown in a report, may they leave the machine? `masks` are
    painted over in every clip.
    """

    table: Path
    root: Path | None = None
    may_embed: bool = False
    may_send: bool = False
    masks: Masks = ()

    @model_validator(mode="before")
    @classmethod
    def _root_alone(cls, given: Any) -> Any:
        if isinstance(given, dict) and "table" not in given and given.get("root") is not None:
            return {key: value for key, value in given.items() if key != "root"} | {"table": given["root"]}
        return given


def load(options: Options) -> Dataset:
    """Read a table and look for its recordings.

    Raises DataError where the table cannot be read, none of its recordings is there or no row is usable.
    """
    if not isinstance(options, OwnOptions):
        raise TypeError(f"{NAME} is loaded with OwnOptions, not {type(options).__name__}")
    path = _table_of(options.table.expanduser())
    root = options.root.expanduser() if options.root else path.parent
    complaints, notes = Complaints(path.name), list[str]()
    sieve = Sieve(read_table(path, complaints, notes), complaints)
    content = read_content(sieve, About(NAME, masks.boxes(options.masks)), root, notes)
    if content is None:
        raise DataError(_nothing_left(path, complaints))
    notes += _oddities(content.columns)
    return Dataset(
        name=NAME,
        title=f"{TITLE}: {path.name}",
        terms=Terms(TERMS.licence, TERMS.citation, TERMS.how, options.may_embed, options.may_send),
        criteria=MappingProxyType(content.criteria),
        clips=content.clips,
        labels=content.labels,
        problems=complaints,
        notes=notes,
        facts={"table": str(path), "recordings": f"below {root}"} | _facts(sieve, content),
        pairs=content.pairs,
    )


def _table_of(path: Path) -> Path:
    if not path.is_dir():
        return path
    found = [path / name for name in TABLES if (path / name).is_file()]
    if len(found) != 1:
        there = "both are" if found else "neither is"
        raise DataError(f"{path}: expected {' or '.join(TABLES)} in it, but {there} there. Name the table.")
    return found[0]


def _nothing_left(path: Path, complaints: Complaints) -> str:
    first = "\n".join(f"  {complaint}" for complaint in complaints[:5])
    return f"{path}: not one row of the table can be used. The first of {len(complaints)} problems:\n{first}"


def _facts(sieve: Sieve, content: Content) -> dict[str, str]:
    kinds = content.columns.recordings.kinds[content.columns.media]
    missing = int(np.count_nonzero(kinds == Kind.MISSING))
    facts = {
        "rows used": f"{np.count_nonzero(sieve.usable)} of {len(sieve.table)}",
        "clips": str(len(content.clips)),
        "clips without media": f"{missing} of {len(content.clips)}",
    }
    return facts | ({"comparisons": str(len(content.pairs))} if len(content.pairs) else {})


def _oddities(columns: Columns) -> list[str]:
    """What a user should know of a sound table: clusters of recordings, and a table without a test split."""
    count = len(columns.media)
    alone = int(np.count_nonzero(columns.texts["subject"].codes < 0))
    splits = columns.texts["split"]
    names = {splits.names[code] if code >= 0 else "test" for code in np.unique(splits.codes).tolist()}
    notes = []
    if alone:
        notes.append(
            f"{alone} of {count} clips name no subject: each recording counts as one, so intervals are "
            "too narrow where one person is in several"
        )
    both = _in_several_splits(columns)
    if both:
        notes.append(
            f"{len(both)} subjects are in more than one split, so that what is fitted on one has seen the "
            f"people of another: {', '.join(both)}"
        )
    for name in sorted(names - SPLITS):
        near = difflib.get_close_matches(name.lower(), SPLITS, n=1)
        if near:
            notes.append(f"split '{name}' is a split of its own: did you mean '{near[0]}'?")
    if "test" not in names:
        notes.append(
            f"no clip is in the split 'test', which a study asks about unless its 'split' says another: "
            f"{', '.join(sorted(names))}"
        )
    return notes


def _in_several_splits(columns: Columns) -> list[str]:
    """The subjects with clips in two splits or more, in the order of the table."""
    subjects, splits = columns.texts["subject"], columns.texts["split"]
    named = subjects.codes >= 0
    seen = np.unique(np.stack([subjects.codes[named], splits.codes[named]]), axis=1)
    codes, counts = np.unique(seen[0], return_counts=True)
    return [subjects.names[code] for code in codes[counts > 1].tolist()]


LOADER = Loader(
    name=NAME,
    title=TITLE,
    options=OwnOptions,
    tasks=(Task.VERIFY, Task.CHOOSE, Task.SCORE, Task.COMPARE),
    load=load,
    terms=TERMS,
    optional=(Task.LOCATE,),
)
