"""MTL-AQA: competition dives with seven judges' awards (Parmar & Morris, CVPR 2019).

The label is the execution, the sum of the middle three of seven awards, because the final score is that
times the dive's difficulty: a judge that only recognises the dive already looks good on it. What tells the
difficulty (dive number, position, somersaults) or the score (captions) is never given to a judge that looks:
the reference judge `metadata` alone is told the number and the difficulty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aqa_eval.datasets import masks
from aqa_eval.datasets.criterion_texts import criteria_of
from aqa_eval.datasets.dataset import Dataset, Loader, Options, Terms
from aqa_eval.datasets.masks import Masks
from aqa_eval.datasets.mtl_aqa import annotation_files, diving_panel, recordings
from aqa_eval.datasets.mtl_aqa.annotation_files import Record
from aqa_eval.datasets.mtl_aqa.diving_panel import Awards, Dive
from aqa_eval.datasets.mtl_aqa.recordings import Annotated
from aqa_eval.errors import DataError
from aqa_eval.vocabulary import Box, Clip, Criterion, Label, Media, Task

NAME = "mtl-aqa"
TITLE = "MTL-AQA (diving)"
ACTION = "dive"
PUBLISHED = {"train": 1059, "test": 353}
RULE_TOLERANCE = 0.06  # final scores are printed to 0.05

TERMS = Terms(
    licence="none stated by the authors; the footage is broadcast of Olympic and world championships",
    citation="P. Parmar, B. Tran Morris: What and How Well You Performed? A Multitask Learning Approach to "
    "Action Quality Assessment. CVPR 2019, pp. 304-313.",
    how="clone github.com/ParitoshParmar/MTL-AQA; the recordings are the videos of its Video_List.xlsx",
    may_embed=False,
    may_send=False,
)


class MtlAqaOptions(Options):
    """`root`: the downloaded folder, recordings anywhere below it. `target`: which score is the truth.

    `masks`: boxes painted over in every clip, `[left, top, right, bottom]` in fractions.
    """

    root: Path
    target: Literal["execution", "final"] = "execution"
    masks: Masks = ()


@dataclass(frozen=True, slots=True)
class _Dives:
    """The dives that can be used, in the order of the splits, and what was wrong with the others."""

    splits: dict[Dive, str]
    records: dict[Dive, Record]
    problems: list[str]

    def of(self, split: str) -> list[Dive]:
        return [dive for dive, its in self.splits.items() if its == split]


def load(options: Options) -> Dataset:
    """Read a download of MTL-AQA.

    Individual ratings (seven awards, 0-10) go with the execution label. A dive whose panel cannot be read
    has final score / difficulty as its execution, and is named in `problems`. Raises DataError where files
    are missing or are not what the release describes.
    """
    if not isinstance(options, MtlAqaOptions):
        raise TypeError(f"{NAME} is loaded with MtlAqaOptions, not {type(options).__name__}")
    root = options.root.expanduser()
    files = annotation_files.find(root)
    dives = _read_dives(files)
    awards = annotation_files.read_awards(files)
    if awards is None and options.target == "execution":
        raise DataError(
            f"{root}: no judges' awards, which target 'execution' needs. Expected "
            f"{annotation_files.SHEETS_FOLDER}/*.xlsx beside Ready_2_Use, or "
            f"{annotation_files.WITH_AWARDS[0]} (CoRe) beside the release; or set target = 'final'."
        )
    media, media_problems = recordings.assign(
        recordings.look(root),
        [
            Annotated(dive, dives.records[dive].start_frame, dives.records[dive].end_frame)
            for dive in dives.splits
        ],
    )
    criterion = criteria()[f"mtl_aqa.{options.target}"]
    labels = {_name(dive): (_label(dive, dives.records[dive], criterion, awards),) for dive in dives.splits}
    broken = _rule_breakers(dives, awards)
    return Dataset(
        name=NAME,
        title=TITLE,
        terms=TERMS,
        criteria={criterion.id: criterion},
        clips=[
            _clip(dive, split, dives.records[dive], media.get(dive), masks.boxes(options.masks))
            for dive, split in dives.splits.items()
        ],
        labels=list(labels.values()),
        problems=[
            *dives.problems,
            *_award_problems(dives, awards),
            *media_problems,
            *_missing(root, dives, media),
        ],
        notes=list(broken.values()),
        differences=_differences(dives),
        facts={
            **_facts(dives, labels, awards, media, broken),
            "mask boxes": masks.said(options.masks, "score graphics"),
        },
    )


def _read_dives(files: annotation_files.Files) -> _Dives:
    """Read annotations and splits; a dive named twice, without a record or with an odd one is left out."""
    records = annotation_files.read_annotations(files.annotations)
    splits: dict[Dive, str] = {}
    problems: list[str] = []
    for name, path in files.splits.items():
        for dive in annotation_files.read_split(path):
            if dive in splits:
                problems.append(f"{path.name}: dive {dive} is already in {splits[dive]}; kept there only")
            elif dive not in records:
                problems.append(
                    f"{path.name}: dive {dive} has no record in {files.annotations.name}; left out"
                )
            elif oddity := records[dive].oddity():
                problems.append(f"{files.annotations.name}: key {dive}: {oddity}; left out")
            else:
                splits[dive] = name
    if not splits:
        raise DataError(f"{files.annotations}: no usable dive in it. First: {problems[0]}")
    return _Dives(splits, records, problems)


def _name(dive: Dive) -> str:
    return f"{dive[0]:02d}_{dive[1]:02d}"


def _clip(dive: Dive, split: str, record: Record, media: Media | None, masked: tuple[Box, ...]) -> Clip:
    event = f"{dive[0]:02d}"
    return Clip(
        id=_name(dive),
        dataset=NAME,
        action=ACTION,
        media=media,
        cluster=event,
        split=split,
        event=event,
        masks=masked,
        code=record.code,
        difficulty=record.difficulty,
    )


def _label(dive: Dive, record: Record, criterion: Criterion, awards: Awards | None) -> Label:
    if criterion.id == "mtl_aqa.final":
        return Label(_name(dive), criterion.id, record.final_score)
    panel = awards.panels.get(dive) if awards else None
    if panel is None:
        return Label(_name(dive), criterion.id, record.final_score / record.difficulty)
    return Label(_name(dive), criterion.id, diving_panel.execution(panel), ratings=panel)


def _award_problems(dives: _Dives, awards: Awards | None) -> list[str]:
    """Name each dive whose panel could not be read or is not in the source."""
    if awards is None:
        return []
    missing = f"no awards in {awards.source}"
    return [
        f"dive {dive}: {awards.problems.get(dive, missing)}; its execution is final score / difficulty"
        for dive in dives.splits
        if dive not in awards.panels
    ]


def _missing(root: Path, dives: _Dives, media: Mapping[Dive, Media]) -> list[str]:
    """Name the dives of each event that have no recording."""
    without: dict[int, list[str]] = {}
    for event, number in sorted(dives.splits):
        if (event, number) not in media:
            without.setdefault(event, []).append(str(number))
    return [
        f"{root}: event {event:02d}: no recording for {len(numbers)} dives, expected its frames or its video "
        f"{event:02d}.mp4; kept without media: {', '.join(numbers)}"
        for event, numbers in without.items()
    ]


def _rule_breakers(dives: _Dives, awards: Awards | None) -> dict[Dive, str]:
    """Name each dive whose final score is not difficulty x execution."""
    broken = {}
    for dive, split in sorted(dives.splits.items()):
        if awards is None or dive not in awards.panels:
            continue
        record, points = dives.records[dive], diving_panel.execution(awards.panels[dive])
        if abs(record.final_score - record.difficulty * points) > RULE_TOLERANCE:
            broken[dive] = (
                f"{annotation_files.ANNOTATIONS}: key {dive} ({split}): final score "
                f"{record.final_score:g} is not difficulty {record.difficulty:g} x execution {points:g} = "
                f"{record.difficulty * points:.2f}; kept, and the execution label is the judges'"
            )
    return broken


def _facts(
    dives: _Dives,
    labels: Mapping[str, Sequence[Label]],
    awards: Awards | None,
    media: Mapping[Dive, Media],
    broken: Mapping[Dive, str],
) -> dict[str, str]:
    facts = {f"{split} clips": str(len(dives.of(split))) for split in PUBLISHED}
    facts["events (clusters)"] = str(len({dive[0] for dive in dives.splits}))
    for split in PUBLISHED:
        values = [float(label.value) for dive in dives.of(split) for label in labels[_name(dive)]]
        if values:
            mean = sum(values) / len(values)
            facts[f"{split} label range"] = f"{min(values):g} to {max(values):g} points, mean {mean:.2f}"
    facts["source of the judges' awards"] = awards.source if awards else "none found"
    in_test = sum(dives.splits[dive] == "test" for dive in broken)
    facts["dives that break the score rule"] = f"{len(broken)} ({in_test} in test)" if awards else "unknown"
    facts["human ceiling of the execution"] = _ceiling(dives, awards)
    facts["frame rate of the annotations"] = f"{recordings.FPS:g} a second (measured against the subtitles)"
    facts["clips without media"] = f"{sum(d not in media for d in dives.splits)} of {len(dives.splits)}"
    return facts


def _differences(dives: _Dives) -> list[str]:
    return [
        f"{split}: {len(dives.of(split))} dives found, {published} published"
        for split, published in PUBLISHED.items()
        if len(dives.of(split)) != published
    ]


def _ceiling(dives: _Dives, awards: Awards | None) -> str:
    """State how well one judge of the panel orders the test dives as the other six do."""
    panels = [awards.panels[dive] for dive in dives.of("test") if dive in awards.panels] if awards else []
    try:
        seats = diving_panel.one_against_the_rest(panels)
    except ValueError as error:
        return f"cannot be estimated: {error}"
    return (
        f"Spearman {sum(seats) / len(seats):.3f} ({min(seats):.3f} to {max(seats):.3f} over 7 seats): one "
        f"judge against the execution given by the other six, {len(panels)} test dives"
    )


def criteria() -> Mapping[str, Criterion]:
    """Both targets by id; a study asks about the one its `target` names."""
    return criteria_of(NAME)


LOADER = Loader(
    name=NAME,
    title=TITLE,
    options=MtlAqaOptions,
    tasks=(Task.SCORE,),
    load=load,
    terms=TERMS,
    criteria=criteria,
)
