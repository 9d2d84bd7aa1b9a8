"""Everything that could be said for a task under a condition, its placeholders still open: the sheet.

A prompt is composed from its sheet and from nothing else, so the digest of the sheet stands for the texts: it
enters every trial's key, and an edited text is asked anew and never mixed with answers to the old one. A
condition's sheet holds only what that condition uses, so that an edit touches no other answers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import orjson

from aqa_eval.prompts.answer_texts import answer_texts, naming, requested, sort_of_answer
from aqa_eval.prompts.answers import WORDS
from aqa_eval.prompts.cues import CUES, cue_texts, told_cue
from aqa_eval.prompts.example_texts import example_texts
from aqa_eval.prompts.library_files import filled
from aqa_eval.prompts.probe_texts import probe_extra
from aqa_eval.prompts.statements import negation_texts
from aqa_eval.prompts.strategy_texts import Strategy, prompted
from aqa_eval.prompts.task_texts import TaskText, task_text, wordings
from aqa_eval.vocabulary import ONE_FRAME, Condition, Task


@dataclass(frozen=True, slots=True)
class Sheet:
    """The open texts of one task under one condition, for a video or for a still picture.

    `before` what is shown, `frame` before each frame (empty where frames have no text of their own), `still`
    in place of both where a clip is one picture, `blind` where nothing is shown, `after` what is shown: cue,
    strategy, question and request in their order. `question` is how an example is asked. `extra` are the
    texts that are filled in: of cues, examples, denials, coordinates, probes.
    """

    task: Task
    strategy: Strategy
    version: int
    system: str
    before: str
    frame: str
    still: str
    blind: str
    after: str
    question: str
    describe: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)

    def digest(self, still: bool) -> str:
        """SHA-256 of all that a judge could be shown of it, about a video or about a still picture."""
        said = {
            "task": self.task,
            "strategy": self.strategy.name,
            "version": self.version,
            "system": self.system,
            "before": self.before,
            "frame": self.frame,
            "still": self.still,
            "blind": self.blind,
            "after": self.after,
        }
        if not still:
            del said["still"]
        # What is there for some conditions only is added for them only, so that no other digest changes.
        text = orjson.dumps(said) + (orjson.dumps(dict(self.extra)) if self.extra else b"")
        return hashlib.sha256(text).hexdigest()


@cache
def sheet(task: Task, condition: Condition, still: bool) -> Sheet:
    """The open texts for `task` under `condition`.

    Raises:
        StudyError: a file of the library is malformed, or the strategy does not exist.
        ValueError: there is no such paraphrase or cue, or the strategy does not do the task.
    """
    strategy = prompted(condition)
    if task not in strategy.tasks:
        raise ValueError(f"the strategy '{strategy.name}' has no prompt for the task '{task}'")
    if condition.cue not in CUES:
        raise ValueError(f"there is no cue '{condition.cue}'; there are: {', '.join(CUES)}")
    text = task_text(task)
    question, wording = _question(text, condition)
    request = _request(text, condition, strategy, still, wording)
    said = strategy.texts(still)
    paragraphs = [told_cue(task, condition), said.before_question, filled(question, {"request": request})]
    before, frame, picture = _introduction(text, condition)
    return Sheet(
        task=task,
        strategy=strategy,
        version=text.version,
        system="\n\n".join(part for part in (text.system, strategy.system) if part),
        before=before,
        frame=frame,
        still=picture,
        blind=text.blind,
        after=_tidy("\n\n".join(part for part in paragraphs if part)),
        question=_tidy(filled(question, {"request": _legend(task, condition)})),
        describe=said.describe,
        extra=_extra(task, condition, strategy),
    )


def digest(task: Task, condition: Condition, still: bool) -> str:
    """SHA-256 of all that a judge could be told for `task` under `condition`, of a video or of a still
    picture. Raises as `sheet`.
    """
    return sheet(task, condition, still).digest(still)


@cache
def description_digest(task: Task, condition: Condition, still: bool) -> str:
    """SHA-256 of all that could be said in the first exchange of a strategy that describes.

    It knows nothing of question, framing, answer and examples, and is the same for all tasks that introduce
    a clip alike. Raises ValueError for a strategy that does not describe, and as `sheet`.
    """
    own = sheet(task, condition, still)
    if not own.describe:
        raise ValueError(f"the strategy '{own.strategy.name}' does not describe")
    named = {key: text for key, text in cue_texts(task, condition).items() if key != "frame"}
    shown = [own.still] if still else [own.before, own.frame]
    said = [own.strategy.name, own.strategy.version, own.system, *shown, own.describe, named]
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _question(text: TaskText, condition: Condition) -> tuple[str, str]:
    """The question, and the wording's own request where there is one."""
    neutral = text.task is Task.VERIFY and condition.framing == "neutral"
    if condition.paraphrase == 0:
        return (text.neutral if neutral else text.question), ""
    further = wordings(text.task)
    if not 0 < condition.paraphrase <= len(further):
        raise ValueError(
            f"the task '{text.task}' has the wordings 0 to {len(further)}, not {condition.paraphrase}"
        )
    wording = further[condition.paraphrase - 1]
    return (wording.neutral if neutral else wording.question), wording.request


def _request(text: TaskText, condition: Condition, strategy: Strategy, still: bool, wording: str) -> str:
    """All that stands in the place of $request: the key of the letters, the strategy's words, a draw, and
    how the answer is wanted. The allowed answers are filled in where the condition alone decides them.
    """
    asked = requested(text.task, condition, strategy, wording)
    if text.task is Task.VERIFY:
        two = ("A", "B") if sort_of_answer(text.task, condition) == "letter" else WORDS[condition.answer_key]
        asked = filled(asked, naming(two))
    if text.task is Task.COMPARE:
        letters = ("A", "B", "C") if condition.ties else ("A", "B")
        asked = filled(asked, naming(letters))
        asked = f"{text.tie} {asked}" if condition.ties else asked
    legend = _legend(text.task, condition)
    parts = [part for part in (legend, strategy.texts(still).before_answer, asked) if part]
    lead = "\n\n" if len(parts) > 1 and not legend else ""  # the legend begins a line of its own
    return lead + "\n\n".join(parts)


def _legend(task: Task, condition: Condition) -> str:
    """The place of what the letters mean, under the answer key a-b."""
    keyed = task is Task.VERIFY and condition.framing != "neutral" and condition.answer_key == "a-b"
    return "\n$key" if keyed else ""


def _introduction(text: TaskText, condition: Condition) -> tuple[str, str, str]:
    """What stands before the frames, before each frame, and before a still picture."""
    if condition.representation == "pose-text":
        return text.pose, "", text.pose_still
    if condition.transport == "native":
        return text.film, "", text.still
    if condition.transport == "video":
        return text.video, "", text.still
    if condition.sampling.count == 1 or condition.perturbation in ONE_FRAME:
        return text.one, text.frame, text.still
    return text.before, text.frame, text.still


def _extra(task: Task, condition: Condition, strategy: Strategy) -> dict[str, object]:
    extra: dict[str, object] = {}
    if strategy.name != "base":
        extra["strategy"] = strategy.version
    if strategy.movement:
        extra["movement"] = [[*entry.words, entry.text] for entry in strategy.movement]
    if strategy.cites:
        extra["coordinates"] = strategy.coordinates
    if cue := cue_texts(task, condition):
        extra["cue"] = cue
    if task is Task.VERIFY and condition.negated:
        extra["negation"] = negation_texts()
    if _legend(task, condition):
        extra["key"] = [answer_texts().affirmed, answer_texts().denied]
    if condition.shots:
        extra["examples"] = example_texts().model_dump()
    if condition.probe != "none":
        extra["probe"] = probe_extra(condition)
    return extra


def _tidy(text: str) -> str:
    """A text without spaces at the end of lines and without more than one empty line in a row."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip()
