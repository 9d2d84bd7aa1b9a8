"""The texts of a task: how a clip is introduced, what is asked, and further wordings of the question."""

from __future__ import annotations

from functools import cache

from aqa_eval.prompts.library_files import LibraryFile, Text, check_placeholders, names_in, read
from aqa_eval.vocabulary import Task

FRAME = frozenset({"number", "time"})
QUESTION = {
    Task.VERIFY: frozenset({"statement"}),
    Task.CHOOSE: frozenset({"question", "options"}),
    Task.CONTROL: frozenset({"question", "options"}),
    Task.SCORE: frozenset({"top", "bottom", "minimum", "maximum", "unit"}),
    Task.COMPARE: frozenset({"statement"}),
    Task.LOCATE: frozenset({"statement"}),
}
"""What is filled into a question, besides $request; all of it must be asked."""
BOTH = frozenset({"a", "b"})
WORDS = frozenset({"answers", "letters"})


class TaskText(LibraryFile):
    """What is said about a task whatever the strategy.

    Before what is shown stands `before` (frames, each with `frame` before it), `still` (one picture), `one`
    (one frame of a video), `video` (frames as one video), `film` (the recording itself), `pose` or
    `pose_still` (the pose in words), or `blind` (nothing is shown). Then comes `question`, with the place of
    $request; in the neutral framing `neutral`. `tie` offers a draw.
    """

    task: Task
    version: int
    system: Text = ""
    before: Text
    frame: Text
    still: Text
    blind: Text
    one: Text
    video: Text
    film: Text
    pose: Text
    pose_still: Text
    question: Text
    neutral: Text = ""
    tie: Text = ""


class Wording(LibraryFile):
    """One further wording of a question, and of how its answer is wanted where that stands alone."""

    question: Text
    request: Text
    neutral: Text = ""


class _Wordings(LibraryFile):
    wording: tuple[Wording, ...]


@cache
def task_text(task: Task) -> TaskText:
    """The texts of `task`. Raises StudyError where the file has an unknown key or placeholder."""
    name = f"tasks/{task}.toml"
    text = read(name, TaskText)
    label = frozenset({"label"}) if task is Task.COMPARE else frozenset[str]()
    action = frozenset[str]() if task is Task.CONTROL else frozenset({"action"})
    here = label | action
    allowed = {
        "system": frozenset[str](),
        "before": here | {"count"},
        "frame": label | FRAME,
        "still": here,
        "blind": action,
        "one": here,
        "video": here | {"count", "first", "last"},
        "film": here,
        "pose": here | {"pose"},
        "pose_still": here | {"pose"},
        "tie": frozenset[str](),
    }
    for key, words in allowed.items():
        check_placeholders(name, {key: getattr(text, key)}, words)
    _check_question(name, task, {"question": text.question}, {"neutral": text.neutral})
    return text


@cache
def wordings(task: Task) -> tuple[Wording, ...]:
    """The wordings of a task beyond the plain one. Raises StudyError as `task_text`."""
    if str(task) not in names_in("paraphrases"):
        return ()
    name = f"paraphrases/{task}.toml"
    found = read(name, _Wordings).wording
    for place, wording in enumerate(found):
        key = f"wording[{place}]"
        _check_question(
            name, task, {f"{key}.question": wording.question}, {f"{key}.neutral": wording.neutral}
        )
        check_placeholders(name, {f"{key}.request": wording.request}, WORDS | {"one"})
    return found


def paraphrases(task: Task) -> int:
    """How many wordings of a task's question there are beyond the plain one, which is wording 0."""
    return len(wordings(task))


def _check_question(name: str, task: Task, plain: dict[str, str], neutral: dict[str, str]) -> None:
    asked = QUESTION[task] | {"request"}
    check_placeholders(name, plain, asked, asked)
    if task is Task.VERIFY:
        check_placeholders(name, neutral, BOTH | {"request"}, BOTH | {"request"})
