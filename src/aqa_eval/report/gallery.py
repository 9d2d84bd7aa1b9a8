"""Single trials to look at, those about the same pictures together so that each picture is shown once."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aqa_eval.report.contents import JudgeLine, Specimen
from aqa_eval.report.numbers import number
from aqa_eval.vocabulary import Frame, Status, TimeSpan, Truth


@dataclass(frozen=True, slots=True)
class Picture:
    """One frame as sent, as a data URL, and the words that stand for it."""

    url: str
    words: str
    caption: str
    frame: Frame


@dataclass(frozen=True, slots=True)
class Case:
    """One judge's trial. `outcome` is right or wrong, number for a score, none where there is no verdict."""

    specimen: Specimen
    judge: JudgeLine
    said: str
    judged: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Trials of one item that were sent the same pictures."""

    dataset: str
    item: str
    truth: str
    pictures: tuple[Picture, ...]
    withheld: str
    cases: tuple[Case, ...]


def exhibits(specimens: Iterable[Specimen], judges: Sequence[JudgeLine]) -> list[Exhibit]:
    """The specimens as exhibits, in the order in which each item first appears."""
    grouped: dict[tuple[object, ...], list[Specimen]] = {}
    for specimen in specimens:
        digests = tuple(frame.digest for frame, _ in specimen.frames)
        grouped.setdefault((specimen.dataset, specimen.item, digests, specimen.withheld), []).append(specimen)
    known = {line.name: line for line in judges}
    return [_exhibit(group, known) for group in grouped.values()]


def _exhibit(group: Sequence[Specimen], known: Mapping[str, JudgeLine]) -> Exhibit:
    first = group[0]
    return Exhibit(
        dataset=first.dataset,
        item=first.item,
        truth=_in_words(first.truth),
        pictures=tuple(
            _picture(frame, jpeg, place, len(first.frames))
            for place, (frame, jpeg) in enumerate(first.frames, start=1)
        ),
        withheld=first.withheld,
        cases=tuple(
            _case(specimen, known.get(specimen.judge, JudgeLine(specimen.judge, ""))) for specimen in group
        ),
    )


def _picture(frame: Frame, jpeg: bytes, place: int, total: int) -> Picture:
    return Picture(
        url="data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii"),
        words=f"Picture {place} of {total}: frame {frame.number} of the recording, {number(frame.time, 2)} s",
        caption=f"{number(frame.time, 2)} s",
        frame=frame,
    )


def _case(specimen: Specimen, judge: JudgeLine) -> Case:
    verdict = specimen.verdict
    if verdict.status is not Status.OK:
        return Case(specimen, judge, "", "no verdict", "none")
    return Case(
        specimen,
        judge,
        said="" if verdict.literal is None else str(verdict.literal),
        judged=_in_words(verdict.judgement),
        outcome=_compared(verdict.judgement, specimen.truth),
    )


def _compared(judgement: Truth | None, truth: Truth) -> str:
    if isinstance(truth, bool | str):
        return "right" if judgement == truth else "wrong"
    return "number"


def _in_words(value: Truth | None) -> str:
    if isinstance(value, bool):
        return "fault present" if value else "no fault"
    if isinstance(value, int | float):
        return number(float(value), 2)
    if isinstance(value, TimeSpan):
        return f"{number(value.start, 2)} to {number(value.end, 2)} s"
    return "unknown" if value is None else value
