"""The tags of a structured answer: `<look>`, `<decompose>`, `<analyse>` are reasoning, `<answer>` is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TAG = re.compile(
    r"<(/?)\s{0,3}(answer|final_answer|verdict"
    r"|look|decompose|analy[sz]e|analysis|observe|describe|description|reasoning|reason|ground|evidence)"
    r"\b[^<>]{0,60}>",
    re.IGNORECASE,
)
_ANSWERS = frozenset({"answer", "final_answer", "verdict"})


@dataclass(frozen=True, slots=True)
class Tags:
    """The tagged answers as (text, start, end) of the whole element; `cut`: an answer was opened and not
    closed, and its text is the last of `answers`; `open`: a section is open to the end; `read`: the
    stretches that belong to an answer or to a closed section, and are no prose.
    """

    answers: tuple[tuple[str, int, int], ...]
    cut: bool
    open: bool
    read: tuple[tuple[int, int], ...]


def tags(text: str) -> Tags:
    """The tags of a text, in whatever state they are: nested, left open, in capitals."""
    answers: list[tuple[str, int, int]] = []
    read: list[tuple[int, int]] = []
    sections: list[tuple[str, int]] = []
    depth, start, inner = 0, 0, 0
    for tag in _TAG.finditer(text):
        closing, name = bool(tag.group(1)), tag.group(2).lower()
        if name not in _ANSWERS:
            read.append(tag.span())
            _section(sections, read, name, tag, closing)
        elif not closing:
            if depth == 0:
                start, inner = tag.span()
            depth += 1
        elif depth > 1:
            depth -= 1
        elif depth == 1:
            depth = 0
            answers.append((_TAG.sub("", text[inner : tag.start()]), start, tag.end()))
            read.append((start, tag.end()))
        else:
            read.append(tag.span())
    if depth:
        answers.append((_TAG.sub("", text[inner:]), start, len(text)))
        read.append((start, len(text)))
    return Tags(tuple(answers), depth > 0, bool(sections), tuple(read))


def _section(
    sections: list[tuple[str, int]], read: list[tuple[int, int]], name: str, tag: re.Match[str], closing: bool
) -> None:
    """Open a section, or close the last one of that name and all that was left open within it."""
    if not closing:
        sections.append((name, tag.start()))
        return
    if any(name == opened for opened, _ in sections):
        while sections:
            opened, start = sections.pop()
            if opened == name:
                read.append((start, tag.end()))
                return


def blanked(text: str, stretches: Sequence[tuple[int, int]], blank: str = " ") -> str:
    """The text with blanks in place of some stretches, so that every other place stays where it is."""
    pieces, place = [], 0
    for start, end in sorted(stretches):
        if end > place:
            pieces += [text[place : max(start, place)], blank * (end - max(start, place))]
            place = end
    return "".join((*pieces, text[place:]))
