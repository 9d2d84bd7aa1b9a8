"""The columns of a table of one's own clips: what each is called, holds and means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, whether it holds numbers, and what it means, in words for the user."""

    name: str
    meaning: str
    numeric: bool = False


FAULTY = ("true", "yes", "1", "faulty")
CORRECT = ("false", "no", "0", "correct")
"""The words for a fault that is there and for one that is not, in any capitals."""
ANSWERS: Mapping[str, bool] = MappingProxyType(
    dict.fromkeys((*FAULTY, "1.0"), True) | dict.fromkeys((*CORRECT, "0.0"), False)
)
"""The same as a mapping; a spreadsheet may write 1 and 0 as 1.0 and 0.0."""
SEPARATOR = "|"
"""Stands between options and between ratings."""

_FOLDER = "relative to `root`, or absolute"

COLUMNS = (
    Column(
        "media",
        f"the recording ({_FOLDER}): a video, an image, a folder of numbered images (then `fps` is needed), "
        "or any of these inside an archive as if that were a folder (`clips.zip/a/1.mp4`). Required.",
    ),
    Column("start", "where the clip begins in the recording, in seconds; included.", numeric=True),
    Column("end", "where it ends, in seconds; excluded. Needed with `start`.", numeric=True),
    Column(
        "first",
        "the clip's first frame in place of `start`: counted from 0 in a video, the number in the file's "
        "name in a folder of images.",
        numeric=True,
    ),
    Column("last", "its last frame; included. Needed with `first`.", numeric=True),
    Column("fps", "images a second of a folder of images.", numeric=True),
    Column("rotation", "degrees clockwise to turn the picture upright: 0, 90, 180 or 270.", numeric=True),
    Column("id", "a short name of the clip; otherwise its recording and span are its name."),
    Column("action", "what is performed, as it is put to the judge (`squat`). Required."),
    Column(
        "subject",
        "who performs. Clips of one subject are not independent: intervals resample whole subjects. Without "
        "a subject, clips of the same recording count as one.",
    ),
    Column("event", "competition, session or class: ranks are compared within it."),
    Column(
        "code",
        "what is performed, named more finely than by the action (a dive's number). Only the reference judge "
        "`metadata` is told.",
    ),
    Column(
        "difficulty", "what it is worth before it is seen (a degree of difficulty), likewise.", numeric=True
    ),
    Column("view", "where the camera stands (`front`, `side`)."),
    Column("split", "`test` (what a study asks about; the default), `train`, or any other name."),
    Column("criterion", "a short name of what is judged (`knees`). Required."),
    Column(
        "requirement",
        "how it should be, one whole sentence (`The knees stay over the feet.`). On a scale: what its upper "
        "end looks like.",
    ),
    Column(
        "fault",
        "how it goes wrong, one whole sentence (`The knees fall inwards.`). On a scale: what its lower end "
        "looks like.",
    ),
    Column("question", "what is asked, where the answer is one of `options`."),
    Column("options", f"the possible answers, 2 to 26, separated by `{SEPARATOR}`; makes the task a choice."),
    Column("minimum", "the lower end of the scale; with `maximum` the task is a score.", numeric=True),
    Column("maximum", "the upper end of the scale.", numeric=True),
    Column("unit", "what a score counts (`points`, the default)."),
    Column(
        "label",
        f"the truth. To verify: is the *fault* present? {', '.join(FAULTY[:-1])} or {FAULTY[-1]} where it "
        f"is; {', '.join(CORRECT[:-1])} or {CORRECT[-1]} where it is not. To choose: the right option's "
        "text, or its number counted from 1 (a text that is an option comes first).",
    ),
    Column(
        "fault_start",
        "where a fault is there: from when it can be seen, in seconds from the clip's own start.",
        numeric=True,
    ),
    Column("fault_end", "until when; excluded. Needed with `fault_start`, both for `locate`.", numeric=True),
    Column("score", "the truth on a scale, from `minimum` to `maximum`.", numeric=True),
    Column(
        "ratings",
        f"what each rater said, separated by `{SEPARATOR}`, always in the same order of raters, each in the "
        "form of the truth; nothing between two bars where a rater said nothing (`1||0`). They show how well "
        "people agree.",
    ),
    Column("media_b", "makes the row a comparison: the second clip's recording."),
    Column("start_b", "as `start`, of the second clip.", numeric=True),
    Column("end_b", "as `end`, of the second clip.", numeric=True),
    Column("first_b", "as `first`, of the second clip.", numeric=True),
    Column("last_b", "as `last`, of the second clip.", numeric=True),
    Column("subject_b", "who performs in the second clip, where it is not the same person."),
    Column("view_b", "the second clip's view, where it is another."),
    Column("rotation_b", "the second clip's rotation, where it is another.", numeric=True),
    Column("better", "which clip of a comparison is the better one: `first` or `second`."),
)
"""All columns, in the order of the template."""
REQUIRED = ("media", "action", "criterion")
NUMBERS = tuple(column.name for column in COLUMNS if column.numeric)
RATINGS = "ratings"
TEXTS = tuple(column.name for column in COLUMNS if not column.numeric)


def described() -> str:
    """Every column and its meaning, as a Markdown table."""
    rows = [f"| `{c.name}` | {c.meaning.replace('|', chr(92) + '|')} |" for c in COLUMNS]
    return "\n".join(["| column | what it holds |", "|---|---|", *rows])
