"""The strategies: one file each in `prompts/library/strategies`, whatever the task."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import Field

from aqa_eval.errors import StudyError
from aqa_eval.prompts.library_files import LibraryFile, Text, check_placeholders, names_in, read
from aqa_eval.vocabulary import Condition, Task

Ending = Literal["direct", "line", "tags", "json"]
CONVENTIONS = ("xy-1000", "yx-1000", "pixels", "unit")
"""How model families name a point in a picture."""


class Texts(LibraryFile):
    """What a strategy says: `before_question` and `before_answer` (after the question, before the words in
    which an answer is asked for), and `describe`, a first exchange of its own.
    """

    before_question: Text = ""
    before_answer: Text = ""
    describe: Text = ""


class MovementAdvice(LibraryFile):
    """How one kind of movement is judged; `words` are found in the names of its actions, none of them meaning
    any action.
    """

    words: tuple[str, ...]
    text: Text


class StrategyFile(Texts):
    """The keys of a strategy's file; `Strategy` says what they mean."""

    title: str
    version: int
    tasks: tuple[Task, ...]
    ending: Ending = "direct"
    system: Text = ""
    needs_sight: bool = False
    cites: bool = False
    samples_of: str = ""
    still: Texts = Field(default_factory=Texts)
    movement: tuple[MovementAdvice, ...] = ()
    coordinates: dict[str, Text] = Field(default_factory=dict)


class Strategy(StrategyFile):
    """One way to have a question answered, for the `tasks` it fits.

    `ending`: how the answer is wanted (alone; in a last line after reasons; in tags; as JSON). `needs_sight`:
    it makes no sense where nothing is shown. `cites`: the answer brings its evidence. `samples_of`: it has no
    prompt of its own and reads the repeats of that strategy; empty otherwise. `still` replaces texts where a
    clip is one picture.
    """

    name: str

    @property
    def describes(self) -> bool:
        """Whether a first exchange describes the clip, blind to the question."""
        return bool(self.describe)

    def texts(self, still: bool) -> Texts:
        """What it says of a video or of a still picture."""
        own = self.still if still else Texts()
        return Texts(
            before_question=own.before_question or self.before_question,
            before_answer=own.before_answer or self.before_answer,
            describe=own.describe or self.describe,
        )

    def advice(self, action: str) -> str:
        """How a movement of that name is judged; of an unknown one in general."""
        said = set(action.lower().replace(",", " ").split())
        fitting = (entry.text for entry in self.movement if said & set(entry.words))
        general = (entry.text for entry in self.movement if not entry.words)
        return next(fitting, next(general, ""))


@cache
def strategies() -> tuple[str, ...]:
    """The names of all strategies, in alphabetical order."""
    return names_in("strategies")


@cache
def strategy(name: str) -> Strategy:
    """The strategy of that name.

    Raises:
        StudyError: there is none, or its file has an unknown key or placeholder, or lacks one it needs.
    """
    if name not in strategies():
        raise StudyError(
            f"strategy '{name}': there is no prompts/library/strategies/{name}.toml; "
            f"there are: {', '.join(strategies())}"
        )
    return named(name, read(f"strategies/{name}.toml", StrategyFile))


def named(name: str, file: StrategyFile) -> Strategy:
    """A strategy's file with its name, checked. Raises StudyError as `strategy`."""
    found = Strategy(name=name, **file.model_dump())
    _check(f"strategies/{name}.toml", found)
    return found


def prompted(condition: Condition) -> Strategy:
    """The strategy whose prompt a condition uses: its own, or the one whose repeats are read."""
    own = strategy(condition.strategy)
    return strategy(own.samples_of) if own.samples_of else own


def _check(file: str, found: Strategy) -> None:
    extras = {"movement"} if found.movement else set()
    extras |= {"coordinates"} if found.cites else set()
    described = {"description"} if found.describes else set()
    for key, texts in (("", found.texts(still=False)), ("still.", found.still)):
        check_placeholders(file, {f"{key}describe": texts.describe}, ())
        check_placeholders(file, {f"{key}before_answer": texts.before_answer}, extras)
        needed = described if texts.before_question or not key else set()
        check_placeholders(file, {f"{key}before_question": texts.before_question}, extras | described, needed)
    check_placeholders(file, {"system": found.system}, ())
    advice = {f"movement[{place}].text": entry.text for place, entry in enumerate(found.movement)}
    check_placeholders(file, advice, ())
    if found.movement and all(entry.words for entry in found.movement):
        raise StudyError(f"prompts/library/{file}, key 'movement': none is for any action (words = [])")
    if found.cites and (set(found.coordinates) != set(CONVENTIONS) or found.ending != "json"):
        raise StudyError(
            f"prompts/library/{file}: a strategy that cites ends in 'json' and has the coordinates "
            f"{', '.join(CONVENTIONS)}; found '{found.ending}' and {', '.join(found.coordinates) or 'none'}"
        )
    check_placeholders(
        file, {f"coordinates.{key}": text for key, text in found.coordinates.items()}, ("width", "height")
    )
    if found.ending == "json" and not found.cites:
        raise StudyError(f"prompts/library/{file}, key 'ending': 'json' is for a strategy that cites")
