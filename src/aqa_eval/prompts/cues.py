"""What a judge is told or shown besides the performance, to see whether that moves its judgement.

Which judgement a cue pushes is recorded with it: a judge that follows its eyes is not moved.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Template
from types import MappingProxyType
from typing import Literal

from aqa_eval.errors import StudyError
from aqa_eval.prompts.answers import answer_key
from aqa_eval.prompts.library_files import LibraryFile, Text, check_placeholders, read
from aqa_eval.vocabulary import Condition, Item, Scale, Task

Push = Literal["fault", "no fault", "high", "low", "none"]
Where = Literal["prompt", "frame", "both"]
_FILLED = {
    Task.VERIFY: frozenset({"fault", "no_fault"}),
    Task.SCORE: frozenset({"good", "bad", "best", "unit"}),
}
_SMALL = frozenset({"a", "an", "and", "from", "in", "of", "on", "or", "place", "the", "with"})


class _Said(LibraryFile):
    says: Text = ""
    pushes: Push


class _CueText(LibraryFile):
    name: str
    title: str
    where: Where
    names: Literal["true", "absent", "wrong"] = "true"
    verify: _Said | None = None
    choose: _Said | None = None
    score: _Said | None = None
    compare: _Said | None = None
    locate: _Said | None = None


class _File(LibraryFile):
    absent: Text
    others: tuple[str, ...]
    cue: tuple[_CueText, ...]


@dataclass(frozen=True, slots=True)
class Cue:
    """Something a judge is told (`where` prompt) or that is written into the frames, or both.

    `says`: the words for each task it is put to. `pushes`: the judgement it would lead to: "fault" or
    "no fault" of a statement; "high" or "low" for a good or a bad score, whichever number that is; "none".
    `names`: whether the action is named truly, not at all, or wrongly.
    """

    name: str
    title: str
    where: Where
    says: Mapping[Task, str]
    pushes: Mapping[Task, Push]
    names: Literal["true", "absent", "wrong"] = "true"


@cache
def _library() -> _File:
    return read("cues.toml", _File)


def _cues() -> Mapping[str, Cue]:
    everywhere: dict[Task, Push] = dict.fromkeys(Task, "none")
    found = {"none": Cue("none", "No cue", "prompt", dict.fromkeys(Task, ""), everywhere)}
    for text in _library().cue:
        if text.name in found:
            raise StudyError(f"prompts/library/cues.toml, key 'cue.name': '{text.name}' is there twice")
        said = {task: own for task in Task if (own := getattr(text, task, None)) is not None}
        for task, own in said.items():
            check_placeholders("cues.toml", {f"{text.name}.{task}": own.says}, _FILLED.get(task, ()))
        says = {task: own.says for task, own in said.items()}
        pushes = {task: own.pushes for task, own in said.items()}
        found[text.name] = Cue(text.name, text.title, text.where, says, pushes, text.names)
    return MappingProxyType(found)


CUES: Mapping[str, Cue] = _cues()
"""All cues by name; `none` among them."""


def cue_texts(task: Task, condition: Condition) -> dict[str, str]:
    """The texts that a cue draws on for a task: what enters the digest. Empty for `none`."""
    cue = CUES[condition.cue]
    texts = {"frame": cue.says.get(task, "")} if cue.where != "prompt" else {}
    if cue.names == "absent":
        texts["absent"] = _library().absent
    if cue.names == "wrong":
        texts["others"] = "\n".join(_library().others)
    return texts


def told_cue(task: Task, condition: Condition) -> str:
    """What a cue adds to the prompt, before it is filled in."""
    cue = CUES[condition.cue]
    return "" if cue.where == "frame" else cue.says.get(task, "")


def cue_words(item: Item, condition: Condition) -> dict[str, str]:
    """What is filled into a cue's words for an item."""
    if item.task is Task.VERIFY:
        means = {meaning: word for word, meaning in answer_key(item, condition).items()}
        return {"fault": means[True], "no_fault": means[False]}
    scale = item.criterion.scale
    if item.task is not Task.SCORE or scale is None:
        return {}
    best, worst = (scale.maximum, scale.minimum) if scale.higher_is_better else (scale.minimum, scale.maximum)
    # 3 to 12% of the range short of the end, so that neither the end itself nor one number is suggested.
    share = 0.03 + 0.09 * _lot("fake-score", item.id) / 255
    return {
        "good": _number(best + share * (worst - best), scale),
        "bad": _number(worst + share * (best - worst), scale),
        "best": f"{best:g}",
        "unit": scale.unit,
    }


def action_named(item: Item, condition: Condition) -> str:
    """What the action is called: by its name, not at all, or by another's.

    The wrong name is drawn by the clips alone, so that it is the same for everything asked about them.
    """
    true = item.clips[0].action
    names = CUES[condition.cue].names
    if names == "true":
        return true
    if names == "absent":
        return _library().absent
    others = [other for other in _library().others if not _share_a_word(other, true)]
    if not others:
        raise StudyError(f"prompts/library/cues.toml, key 'others': no action differs from '{true}'")
    return others[_lot("action-wrong", "+".join(clip.id for clip in item.clips)) % len(others)]


def captions(item: Item, condition: Condition) -> tuple[str, ...]:
    """What is burnt into an item's frames: nothing (), one text for all, or one a frame.

    A cue of the frames writes its words. The control `control.number` shows the number that is its truth,
    and `control.order` one number a frame: the truth on the earlier frame, the other option on the later.
    Raises ValueError where the options of `control.order` are not two.
    """
    if item.criterion.id == "control.number":
        return (str(item.truth),)
    if item.criterion.id == "control.order":
        others = [option for option in item.criterion.options if option != item.truth]
        if len(item.criterion.options) != 2 or len(others) != 1:
            raise ValueError(
                f"control.order wants two options, one of them its truth {item.truth!r}, "
                f"not {item.criterion.options}"
            )
        return (str(item.truth), others[0])
    cue = CUES[condition.cue]
    says = cue.says.get(item.task, "")
    if cue.where == "prompt" or not says:
        return ()
    return (Template(says).substitute(cue_words(item, condition)),)


def _share_a_word(one: str, other: str) -> bool:
    """Whether two names of actions have a word in common, however it is spelt or bent."""
    first, second = (set(re.findall(r"[a-z]+", name.lower())) - _SMALL for name in (one, other))
    joined = [re.sub(r"[^a-z]", "", name.lower()) for name in (one, other)]
    alike = any(a.startswith(b[:4]) or b.startswith(a[:4]) for a in first for b in second)
    return alike or joined[0] in joined[1]


def _lot(purpose: str, who: str) -> int:
    """A number from 0 to 255 that only the purpose and the id decide."""
    return hashlib.sha256(f"{purpose}:{who}".encode()).digest()[0]


def _number(value: float, scale: Scale) -> str:
    """A score as it is said: in tenths, or in hundredths where the scale is shorter than five."""
    return f"{value:.{1 if scale.maximum - scale.minimum >= 5 else 2}f}"
