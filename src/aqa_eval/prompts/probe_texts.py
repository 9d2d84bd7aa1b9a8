"""What the probes of the reasoning say and how far they reach: `probes.toml` and `opposites.toml`."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from pydantic import Field

from aqa_eval.prompts.library_files import LibraryFile, Text, check_placeholders, read
from aqa_eval.vocabulary import MASKED, RESUMED, Condition

Share = Annotated[float, Field(gt=0, lt=1)]


class Mask(LibraryFile):
    """How large a mask is and how long it stays; the file says what each means."""

    window: Annotated[float, Field(ge=0)]
    of_torso: Share
    of_picture: Share
    largest: Share


class ProbeTexts(LibraryFile):
    """What is said after the question where a judge's own reasoning is put before it (`resumed`), where that
    is cut (`part`), and how what it cited is masked.
    """

    resumed: Text
    part: Share
    mask: Mask


class Denied(LibraryFile):
    """Words that "not" can follow."""

    words: tuple[str, ...]


class Opposites(LibraryFile):
    """Words and their opposites, in pairs."""

    pairs: tuple[tuple[str, str], ...]


class Measures(LibraryFile):
    """What makes a number a measure."""

    units: tuple[str, ...]


class OppositeWords(LibraryFile):
    """How an observation is turned into its opposite; the file says what each key means."""

    spared: tuple[str, ...]
    denials: dict[str, str]
    denied: Denied
    opposites: Opposites
    measures: Measures


@cache
def probe_texts() -> ProbeTexts:
    """The texts of `probes.toml`. Raises StudyError where a key or placeholder is unknown or missing."""
    name = "probes.toml"
    texts = read(name, ProbeTexts)
    check_placeholders(name, {"resumed": texts.resumed}, {"reasoning"}, {"reasoning"})
    return texts


@cache
def opposite_words() -> OppositeWords:
    """The table of `opposites.toml`. Raises StudyError where a key is unknown or missing."""
    return read("opposites.toml", OppositeWords)


def probe_extra(condition: Condition) -> list[object]:
    """All of the two files that a probe depends on, for its trials' keys; nothing without a probe."""
    texts = probe_texts()
    extra: list[object] = []
    if condition.probe in RESUMED:
        extra += [texts.resumed, texts.part]
    if condition.probe == "corrupted":
        extra.append(opposite_words().model_dump())
    if condition.probe in MASKED:
        extra.append(texts.mask.model_dump())
    return extra
