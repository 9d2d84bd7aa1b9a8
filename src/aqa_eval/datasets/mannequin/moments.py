"""When the faults of the mannequin show: labels get their moment and span when they are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import overload

from aqa_eval.mannequin import Showing, showings
from aqa_eval.vocabulary import Clip, Label, Rendered, TimeSpan


class Timed(Sequence[Sequence[Label]]):
    """The labels of each clip with their times, worked out for a clip when its labels are looked at."""

    def __init__(self, clips: Sequence[Clip], labels: Sequence[Sequence[Label]]) -> None:
        self._clips = clips
        self._labels = labels

    def __len__(self) -> int:
        return len(self._labels)

    @overload
    def __getitem__(self, index: int) -> Sequence[Label]: ...

    @overload
    def __getitem__(self, index: slice) -> list[Sequence[Label]]: ...

    def __getitem__(self, index: int | slice) -> Sequence[Label] | list[Sequence[Label]]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        media, labels = self._clips[index].media, self._labels[index]
        if not isinstance(media, Rendered):
            raise TypeError(f"clip {self._clips[index].id} is no rendered one")
        shown = showings(media)
        return tuple(
            _timed(label, shown[label.criterion]) if label.criterion in shown else label for label in labels
        )


def _timed(label: Label, shown: Showing) -> Label:
    span = TimeSpan(shown.start, shown.end) if label.value else None
    return replace(label, span=span, moment=shown.moment)
