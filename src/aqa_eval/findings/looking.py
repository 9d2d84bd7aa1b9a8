"""Does the verdict rest on what is seen? One thing of the sight is changed at a time, on the same questions.

Nothing shown at all, the frames in another order or but one of them, the pictures spoilt, another
representation of the body, other keypoints; clips of another label in their place (`swapped`); the fault in
or out of the frames sent (`shown_fault`); still pictures against recordings (`stills`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from aqa_eval.findings import shown_fault, stills, swapped
from aqa_eval.findings.asked import ALL, Asked, asked
from aqa_eval.findings.contrasts import Contrast, contrasts
from aqa_eval.findings.differences import HEADLINES, Difference, common, sides, stated
from aqa_eval.findings.pairing import side_by_side
from aqa_eval.findings.reading import words
from aqa_eval.findings.settings import Settings
from aqa_eval.vocabulary import Finding, Task

NAME = "looking"
TASKS = (Task.VERIFY, Task.CHOOSE, Task.SCORE, Task.COMPARE, Task.LOCATE)

_SIGHT = ("frames", "keypoints", "transport", "audio")


@dataclass(frozen=True, slots=True)
class Look:
    """One comparison of what is seen. `base` is what is held against, by default the plain value of `axis`;
    `values` are the others, all if empty. `loses`: the finding is what the plain way has over the changed
    one, not the other way round. `texts` as in `reading.against`, with {} for the value in words. `each`:
    told of every criterion too.
    """

    measure: str
    axis: str
    texts: tuple[str, str, str]
    base: str | None = None
    values: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    loses: bool = False
    each: bool = False
    note: str = ""


LOOKS = (
    Look(
        "blind_gap",
        "representation",
        (
            "What is shown helps: it judges better with it than with nothing shown",
            "What is shown harms: it judges worse with it than with nothing shown",
            "whether it judges better for what is shown than with nothing shown",
        ),
        base="none",
        loose=_SIGHT,
    ),
    Look(
        "temporal_gain",
        "perturbation",
        (
            "Uses the course of the movement: it judges better by the clip as it is than by {}",
            "It judges worse by the clip as it is than by {}",
            "whether it judges better by the clip as it is than by {}",
        ),
        values=("shuffled", "reversed"),
        loses=True,
        each=True,
        note="Where one frame shows the criterion, 0 is what is to be expected.",
    ),
    Look(
        "single_frame_loss",
        "perturbation",
        (
            "Uses more than one frame: it judges better by the clip as it is than by {}",
            "It judges worse by the clip as it is than by {}",
            "whether it judges better by the clip as it is than by {}",
        ),
        values=("frozen", "random-frame"),
        loose=("frames",),
        loses=True,
        each=True,
        note="That is no sign that it uses the order of the frames: more of them show more moments.",
    ),
    Look(
        "keyframe_gain",
        "perturbation",
        (
            "Knows the moment when it is given it: it judges better by the frame that shows most than by a "
            "random one",
            "It judges worse by the frame that shows most than by a random one",
            "whether it judges better by the frame that shows most than by a random one",
        ),
        base="random-frame",
        values=("keyframe",),
        loose=("frames",),
    ),
    Look(
        "picture_gain",
        "perturbation",
        (
            "Uses the picture: it judges better by the clip as it is than by {}",
            "It judges worse by the clip as it is than by {}",
            "whether it judges better by the clip as it is than by {}",
        ),
        values=("blurred", "blank", "person-removed"),
        loose=("keypoints",),
        loses=True,
    ),
    Look(
        "irrelevant_loss",
        "perturbation",
        (
            "Is thrown by what tells nothing of the movement: it judges better by the clip as it is than "
            "by {}",
            "It judges worse by the clip as it is than by {}",
            "whether it judges better by the clip as it is than by {}",
        ),
        values=("background-replaced", "mirrored"),
        loose=("keypoints",),
        loses=True,
        note="What is changed tells nothing of the movement: 0 is what is to be expected.",
    ),
    Look(
        "frames_gain",
        "frames",
        (
            "Judges better by {}",
            "Judges worse by {}",
            "whether it judges better or worse by {}",
        ),
    ),
    Look(
        "representation_gain",
        "representation",
        (
            "Judges better by {} than by the picture",
            "Judges worse by {} than by the picture",
            "whether it judges better or worse by {} than by the picture",
        ),
        values=("crop", "overlay", "skeleton", "pose-text"),
        loose=_SIGHT[1:],
        note="Only clips in which the body was found count.",
    ),
    Look(
        "keypoints_gain",
        "keypoints",
        (
            "The pose network stands in its way: it judges better by {} keypoints than by estimated ones",
            "Judges worse by {} keypoints than by estimated ones",
            "whether it judges better by {} keypoints than by estimated ones",
        ),
        base="blazepose",
        note="The same judge with a better pose: what remains wrong is judging, not seeing the body.",
    ),
    Look(
        "transport_gain",
        "transport",
        (
            "Judges better by {} than by single images",
            "Judges worse by {} than by single images",
            "whether it judges better or worse by {} than by single images",
        ),
        loose=("audio",),
    ),
)

_WORDS = {
    "shuffled": "its frames in another order",
    "reversed": "its frames from last to first",
    "frozen": "its middle frame in the place of all",
    "random-frame": "one frame of it, drawn at random",
    "blurred": "its pictures out of focus",
    "blank": "plain grey pictures",
    "person-removed": "the place without the person",
    "background-replaced": "the person in another place",
    "mirrored": "its pictures with left and right exchanged",
    "crop": "a crop of the person",
    "overlay": "the picture with a skeleton on it",
    "skeleton": "the skeleton alone",
    "pose-text": "the pose in words",
    "oracle": "true",
    "files": "the dataset's own",
    "video": "the frames as one video",
    "native": "the recording itself",
}


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Every comparison of what is seen that the table has both sides of, as differences of the headline."""
    differences: list[Difference] = []
    for task in TASKS:
        ways = list(asked(table, task))
        differences += [d for look in LOOKS for d in _of(look, ways, task, settings)]
        differences += swapped.differences(NAME, ways, task, settings)
        if task is Task.VERIFY:
            differences += shown_fault.differences(NAME, ways, settings)
        differences += stills.differences(NAME, ways, task, settings)
    return stated(differences)


def _of(look: Look, ways: Sequence[Asked], task: Task, settings: Settings) -> Iterator[Difference]:
    for contrast in contrasts(ways, look.axis, look.base, look.loose):
        if not look.values or contrast.value in look.values:
            criteria = contrast.first.criteria
            for criterion in (ALL, *criteria) if look.each and len(criteria) > 1 else (ALL,):
                yield _difference(look, contrast, criterion, task, settings)


def _difference(look: Look, contrast: Contrast, criterion: str, task: Task, settings: Settings) -> Difference:
    first, second = contrast.first, contrast.second
    versus = contrast.versus
    if look.loses:
        first, second = second, first
        versus = _named(contrast)
    found = side_by_side(first.of(criterion), second.of(criterion), task, settings)
    value = _WORDS.get(contrast.value, contrast.value)
    if look.axis == "frames":
        value = f"{contrast.value} frames than by {contrast.base}"
    above, below, open_question = (text.format(value) for text in look.texts)
    by = HEADLINES[found.name]
    return Difference(
        NAME,
        look.measure,
        first,
        versus,
        found.estimate,
        (f"{above}, in {by}", f"{below}, in {by}", f"{open_question}, in {by}"),
        criterion=criterion,
        parts=sides(found),
        note=words(look.note, common(found)),
    )


def _named(contrast: Contrast) -> str:
    """What the plain way is held against, with its frames where they are others."""
    frames = contrast.first.way["frames"]
    alike = frames == contrast.second.way["frames"] or contrast.value in {"random-frame", "keyframe"}
    return f"{contrast.axis} {contrast.value}" + ("" if alike else f", {frames} frames")
