"""From a table's rows to clips, labels and comparisons: check, settle, sieve, and keep what is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aqa_eval.datasets.own.clips import About, Clips, Columns
from aqa_eval.datasets.own.criterion_rows import read_criteria
from aqa_eval.datasets.own.fault_times import read_fault_times
from aqa_eval.datasets.own.labels import Labels, PairColumns, Pairs, gather_labels
from aqa_eval.datasets.own.mentions import Mentions, check_spans, is_pair, read_mentions
from aqa_eval.datasets.own.rows import Sieve, Values
from aqa_eval.datasets.own.truths import Ratings, read_better, read_ratings, read_truths, refuse_repeated
from aqa_eval.measures.clusters import BoolArray, FloatArray, IntArray
from aqa_eval.vocabulary import Criterion, Task


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds. `columns` are those of the clips."""

    criteria: dict[str, Criterion]
    columns: Columns
    clips: Clips
    labels: Labels
    pairs: Pairs


@dataclass(frozen=True, slots=True)
class _Truths:
    """By row (n,): the label's number, from when to when its fault shows (n, 2), the rows' ratings, and which
    clip of a comparison is better.
    """

    single: FloatArray
    times: FloatArray | None
    ratings: Ratings | None
    better: Values


def read_content(sieve: Sieve, about: About, root: Path, notes: list[str]) -> Content | None:
    """The content of a table; None where no row is left. Raises DataError as `read_mentions` does."""
    check_spans(sieve)
    criteria = read_criteria(sieve)
    mentions = read_mentions(sieve, about, root, notes)
    pair = is_pair(sieve)
    truths = _read_truths(sieve, criteria, mentions, pair)
    rows, compared = np.flatnonzero(sieve.usable & ~pair), np.flatnonzero(sieve.usable & pair)
    if not len(rows) and not len(compared):
        return None
    return _gathered(sieve, criteria, mentions, truths, rows, compared)


def _read_truths(
    sieve: Sieve, criteria: Mapping[int, Criterion], mentions: Mentions, pair: BoolArray
) -> _Truths:
    kind = sieve.table.texts["criterion"].codes
    truth = read_truths(sieve, criteria, ~pair)
    better = read_better(sieve, pair)
    _check_pairs(sieve, criteria, mentions, pair)
    scored = np.isin(kind, [code for code, c in criteria.items() if c.task is Task.SCORE])
    about: list[Values] = [mentions.first, kind]
    refuse_repeated(sieve, "label", about, truth, ~pair & ~scored)
    refuse_repeated(sieve, "score", about, truth, ~pair & scored)
    both = np.sort(np.stack([mentions.first, mentions.second]), axis=0)
    winner = np.where(better == 0, mentions.first, mentions.second)
    refuse_repeated(sieve, "better", [both[0], both[1], kind], winner, pair)
    times = read_fault_times(sieve, criteria, truth)
    return _Truths(truth, times, read_ratings(sieve, criteria, ~pair), better)


def _check_pairs(
    sieve: Sieve, criteria: Mapping[int, Criterion], mentions: Mentions, pair: BoolArray
) -> None:
    """Refuse comparisons of a clip with itself, over splits, or by what orders no clips."""
    if not pair.any():
        return
    kind = sieve.table.texts["criterion"].codes
    wordless = [code for code, c in criteria.items() if not c.requirement]
    sieve.refuse(
        "criterion", pair & np.isin(kind, wordless), "a criterion with a requirement, to compare clips by"
    )
    sieve.refuse("media_b", pair & (mentions.first == mentions.second), "another clip than the first")
    split = mentions.columns.texts["split"]
    codes = split.codes.copy()
    if "test" in split.names:
        codes[codes == split.names.index("test")] = -1
    apart = codes[mentions.first] != codes[mentions.second]
    sieve.refuse("media_b", pair & (mentions.second >= 0) & apart, "a clip of the same split")


def _gathered(
    sieve: Sieve,
    criteria: Mapping[int, Criterion],
    mentions: Mentions,
    truths: _Truths,
    rows: IntArray,
    compared: IntArray,
) -> Content:
    """The columns of the rows that are left, and of the clips that they name."""
    kind = sieve.table.texts["criterion"].codes
    first, second = mentions.first[compared], mentions.second[compared]
    own = mentions.first[rows]
    used = np.unique(np.concatenate([own, first, second]))
    place = np.full(int(used.max()) + 1, -1, np.int64)
    place[used] = np.arange(len(used))
    columns = mentions.columns.of(used)
    clips = Clips(columns)
    labels = gather_labels(rows, place[own], len(used), kind, truths.single, truths.times, truths.ratings)
    pairs = PairColumns(place[first], place[second], kind[compared], truths.better[compared])
    asked = np.unique(kind[np.concatenate([rows, compared])]).tolist()
    return Content(
        {criteria[code].id: criteria[code] for code in asked},
        columns,
        clips,
        Labels(clips, labels, criteria),
        Pairs(clips, pairs, criteria),
    )
