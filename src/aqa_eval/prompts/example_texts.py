"""The words around in-context examples, and what an example is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from aqa_eval.prompts.library_files import LibraryFile, Text, check_placeholders, read
from aqa_eval.vocabulary import Item, Shown


@dataclass(frozen=True, slots=True)
class Example:
    """One example: an item, whose `truth` is the label it is told to have, and its clips as shown."""

    item: Item
    shown: tuple[Shown, ...]


class ExampleTexts(LibraryFile):
    """What stands before the `first` example, before each `example`, its `answer`, and before the `last`
    performance, the one to judge.
    """

    first: Text
    example: Text
    answer: Text
    last: Text


@cache
def example_texts() -> ExampleTexts:
    """The texts of `examples.toml`. Raises StudyError where a key or placeholder is unknown or missing."""
    name = "examples.toml"
    texts = read(name, ExampleTexts)
    check_placeholders(name, {"first": texts.first, "last": texts.last}, ())
    check_placeholders(name, {"example": texts.example}, {"example"}, {"example"})
    check_placeholders(name, {"answer": texts.answer}, {"answer"}, {"answer"})
    return texts
