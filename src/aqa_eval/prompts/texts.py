"""The prompt files in `prompts/library`: one a task and strategy, read once and checked.

A file is data that a non-programmer can edit. Its digest enters every trial's key, so that an
edited prompt is asked anew and never mixed with answers to the old one.
"""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from importlib.resources import files
from string import Template

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from aqa_eval.errors import StudyError
from aqa_eval.vocabulary import Task

LIBRARY = files("aqa_eval.prompts") / "library"

PLACEHOLDERS = {
    Task.VERIFY: frozenset({"action", "count", "statement"}),
    Task.CHOOSE: frozenset({"action", "count", "question", "options", "letters"}),
    Task.SCORE: frozenset({"action", "count", "top", "bottom", "minimum", "maximum", "unit"}),
    Task.COMPARE: frozenset({"action", "count", "statement", "label"}),
}
FRAME_PLACEHOLDERS = frozenset({"number", "time", "label"})


class PromptText(BaseModel):
    """One way to put one kind of question. `before` the frames, `frame` before each, `after` them all;
    `still` stands in place of `before` and `frame` where a clip is a single picture.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    task: Task
    strategy: str
    version: int
    system: str
    before: str
    frame: str
    still: str
    blind: str
    after: str

    @field_validator("system", "before", "still", "blind", "after")
    @classmethod
    def _strip(cls, text: str) -> str:
        return text.strip()


@cache
def prompt_text(task: Task, strategy: str) -> PromptText:
    """The prompt of `strategy` for `task`.

    Raises:
        StudyError: there is no such file, or it has an unknown key or placeholder.
    """
    name = f"{task}_{strategy}.toml"
    source = LIBRARY / name
    if not source.is_file():
        raise StudyError(
            f"strategy '{strategy}' has no prompt for the task '{task}' (prompts/library/{name})"
        )
    try:
        text = PromptText.model_validate(tomllib.loads(source.read_text("utf-8")))
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        raise StudyError(f"prompts/library/{name}: {error}") from error
    for field in ("system", "before", "still", "blind", "after", "frame"):
        allowed = FRAME_PLACEHOLDERS if field == "frame" else PLACEHOLDERS[task]
        unknown = set(Template(getattr(text, field)).get_identifiers()) - allowed
        if unknown:
            raise StudyError(
                f"prompts/library/{name}, key '{field}': unknown placeholder ${min(unknown)}; "
                f"allowed: {', '.join('$' + a for a in sorted(allowed))}"
            )
    return text


@cache
def digest(text: PromptText, still: bool) -> str:
    """SHA-256 of all that a judge could be shown of a prompt, about a video or about a still picture."""
    unseen = set() if still else {"still"}
    return hashlib.sha256(text.model_dump_json(exclude=unseen).encode()).hexdigest()


@cache
def strategies() -> tuple[str, ...]:
    """The names of all strategies, in alphabetical order."""
    stems = (entry.name.removesuffix(".toml") for entry in LIBRARY.iterdir() if entry.name.endswith(".toml"))
    return tuple(sorted({stem.split("_", 1)[1] for stem in stems}))
