"""How well claims are read: the reader held against sentences that people labelled, and what came of it.

The counts of the published reader stand in `lexicon/accuracy.toml`, written by `scripts/claims_accuracy.py`:
findings correct their shares by them.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from aqa_eval.errors import TraceError
from aqa_eval.measures.clusters import IntArray
from aqa_eval.traces.claim import PARTS
from aqa_eval.traces.lexicon_files import CLASSES, FOLDER, NONE
from aqa_eval.traces.reading import claims

_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its labels: a kind, or "none"; a canonical part and a time, where there are any;
    in what style it is written, and within how many seconds of the time is meant.
    """

    text: str
    kind: str
    part: str
    time: float | None
    style: str = ""
    within: float = 0.0


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of counts with its 95% Wilson interval (Wilson 1927); None of nothing."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        """The share."""
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval's limits."""
        if not self.total:
            return None
        share, z2 = self.hits / self.total, _Z * _Z / self.total
        middle = (share + z2 / 2) / (1 + z2)
        half = _Z / (1 + z2) * math.sqrt(share * (1 - share) / self.total + z2 / (4 * self.total))
        return max(0.0, middle - half), min(1.0, middle + half)


def read_sentences(path: Path) -> list[Sentence]:
    """The labelled sentences of a JSONL file. Raises TraceError naming the line that cannot be used."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            time = row.get("time")
            sentence = Sentence(
                str(row["text"]),
                str(row["kind"]),
                str(row.get("part") or ""),
                None if time is None else float(time),
                str(row.get("context") or ""),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise TraceError(f"{path}, line {number}: not a labelled sentence ({error!r})") from error
        if sentence.kind not in CLASSES or sentence.part not in ("", *PARTS):
            raise TraceError(
                f"{path}, line {number}: kind '{sentence.kind}' and part '{sentence.part}'; allowed are "
                f"{', '.join(CLASSES)}, and {', '.join(PARTS)} or nothing"
            )
        found.append(sentence)
    return found


def as_read(text: str) -> Sentence:
    """What the reader makes of a sentence: the kind, part and time of its first claim."""
    found = claims(text)
    if not found:
        return Sentence(text, NONE, "", None)
    first = found[0]
    return Sentence(text, first.kind, first.part, first.time, within=first.slack)


def confusion(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """(label, as read) -> how many sentences."""
    counted = {(label, said): 0 for label in CLASSES for said in CLASSES}
    for pair in pairs:
        counted[pair] += 1
    return counted


def precision(counted: Mapping[tuple[str, str], int], kind: str) -> Rate:
    """Of what was read as a kind, the share that is labelled so."""
    return Rate(counted[kind, kind], sum(counted[label, kind] for label in CLASSES))


def recall(counted: Mapping[tuple[str, str], int], kind: str) -> Rate:
    """Of what is labelled as a kind, the share that was read so."""
    return Rate(counted[kind, kind], sum(counted[kind, said] for said in CLASSES))


def parts_right(labels: Sequence[Sentence], said: Sequence[Sentence]) -> Rate:
    """Of sentences that are labelled with a part and read as a claim, the share read with the same part."""
    pairs = [(a, b) for a, b in zip(labels, said, strict=True) if a.part and b.kind != NONE]
    return Rate(sum(a.part == b.part for a, b in pairs), len(pairs))


def times_right(labels: Sequence[Sentence], said: Sequence[Sentence]) -> Rate:
    """Of sentences that are labelled with a time, the share read as a claim of a time that it is within: of a
    stretch of time the label is its beginning, and of "2.1 s" half a tenth either way is meant.
    """
    pairs = [(a, b) for a, b in zip(labels, said, strict=True) if a.time is not None]
    near = [
        b.time is not None and abs((a.time or 0.0) - b.time) <= max(a.within, b.within) + 1e-6
        for a, b in pairs
    ]
    return Rate(sum(near), len(near))


@cache
def published() -> Mapping[tuple[str, str], int]:
    """(label, as read) -> count, of the half of the labelled sentences that the lexicon never saw."""
    counts = tomllib.loads(FOLDER.joinpath("accuracy.toml").read_text("utf-8"))["counts"]
    return {(label, said): int(counts[label][said]) for label in CLASSES for said in CLASSES}


def labelled() -> tuple[IntArray, IntArray]:
    """(label, as read) of every labelled sentence, as places in `CLASSES`."""
    pairs = [
        (CLASSES.index(label), CLASSES.index(said))
        for (label, said), count in published().items()
        for _ in range(count)
    ]
    truth, read = np.array(pairs, np.int64).reshape(-1, 2).T
    return truth, read
