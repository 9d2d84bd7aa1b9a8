"""Cues: the words and the build of a sentence by which it is known what it does.

Phrases are rows of words, looked up by their first word, so that a sentence is read in one pass however many
there are. How they are written stands at the head of `lexicon/cues.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+(?:\.\d+)?|[^\s\w]|_")
_STEM = 3  # so many letters of a word that goes on (`lock*`) it is looked up by
_MOST_PAIRS = 2_000  # a phrase that may begin with more pairs of words is looked up by the first
_GAP = 4  # so many words may stand for `..`
_FILLERS = frozenset(
    {
        "hmm",
        "ok",
        "okay",
        "so",
        "well",
        "and",
        "but",
        "now",
        "right",
        "also",
        "wait",
        "actually",
        ",",
        ".",
        "-",
        "<",
        ">",
    }
)
_MARKS = frozenset({"_", "#", ".."})


def tokens(text: str) -> list[str]:
    """Words, numbers and signs of a text in lower case; a contraction is one word."""
    return _TOKEN.findall(text)


@dataclass(frozen=True, slots=True)
class _Slot:
    """What may stand at one place of a phrase."""

    words: frozenset[str]
    begins: tuple[str, ...]
    ends: tuple[str, ...]
    number: bool
    any: bool
    gap: bool
    optional: bool
    plain: bool  # only words are taken that are written out

    def takes(self, token: str) -> bool:
        return (
            self.any
            or token in self.words
            or bool(self.begins and token.startswith(self.begins))
            or bool(self.ends and token.endswith(self.ends))
            or (self.number and token[0].isdigit())
        )


@dataclass(frozen=True, slots=True)
class _Phrase:
    cue: str
    slots: tuple[_Slot, ...]
    first: bool


class Cues:
    """The phrases of every cue."""

    def __init__(self, named: Mapping[str, Iterable[str]]) -> None:
        """Raises ValueError for a phrase that cannot be looked up: one that begins with a gap."""
        self.names = tuple(named)
        self._alone: dict[str, list[_Phrase]] = {}  # phrases of one word
        self._pairs: dict[tuple[str, str] | None, list[_Phrase]] = {}  # by their first two words
        self._words: dict[str, list[_Phrase]] = {}  # by their first word
        self._stems: dict[str, list[_Phrase]] = {}  # by how their first word begins
        for cue, phrases in named.items():
            for phrase in phrases:
                self._add(_parsed(cue, phrase))

    def find(self, words: Sequence[str]) -> dict[str, int]:
        """Cue -> the place of the first word of its first phrase."""
        found: dict[str, int] = {}
        lead = next((n for n, word in enumerate(words) if word not in _FILLERS), 0)
        last = len(words) - 1
        for place, word in enumerate(words):
            first = place in (0, lead)
            for phrase in self._alone.get(word, ()):
                if first or not phrase.first:
                    found.setdefault(phrase.cue, place)
            pair = (word, words[place + 1]) if place < last else None
            for some in (self._pairs.get(pair), self._words.get(word), self._stems.get(word[:_STEM])):
                for phrase in some or ():
                    if phrase.cue in found or (phrase.first and not first):
                        continue
                    if _matches(phrase.slots, 0, words, place):
                        found[phrase.cue] = place
        return found

    def _add(self, phrase: _Phrase) -> None:
        first = phrase.slots[0]
        if first.plain and not first.optional:
            if len(phrase.slots) == 1:
                for word in first.words:
                    self._alone.setdefault(word, []).append(phrase)
                return
            following = _following(phrase.slots)
            if following and len(first.words) * len(following) <= _MOST_PAIRS:
                for pair in product(sorted(first.words), sorted(following)):
                    self._pairs.setdefault(pair, []).append(phrase)
                return
        self._add_by_first(phrase)

    def _add_by_first(self, phrase: _Phrase) -> None:
        for slot in phrase.slots:
            if (
                slot.any
                or slot.gap
                or slot.number
                or slot.ends
                or any(len(stem) < _STEM for stem in slot.begins)
            ):
                raise ValueError(
                    f"cue '{phrase.cue}': a phrase has to begin with a word, or with {_STEM} letters of one"
                )
            for word in slot.words:
                self._words.setdefault(word, []).append(phrase)
            for stem in {stem[:_STEM] for stem in slot.begins}:
                self._stems.setdefault(stem, []).append(phrase)
            if not slot.optional:
                return
        raise ValueError(f"cue '{phrase.cue}': a phrase in which every word may be left out")


def _following(slots: Sequence[_Slot]) -> frozenset[str]:
    """The words of which one comes second; empty where that cannot be said."""
    words: frozenset[str] = frozenset()
    for slot in slots[1:]:
        if not slot.plain:
            break
        words |= slot.words
        if not slot.optional:
            return words
    return frozenset()


def _parsed(cue: str, phrase: str) -> _Phrase:
    first = phrase.startswith("^ ")
    return _Phrase(cue, tuple(_slots(phrase.removeprefix("^ "))), first)


def _slots(phrase: str) -> Iterator[_Slot]:
    for written in phrase.split():
        optional = written.endswith("?") and written != "?"
        choices = written.removesuffix("?").split("|") if optional else written.split("|")
        begins = tuple(one[:-1] for one in choices if one.endswith("*") and one != "*")
        ends = tuple(one[1:] for one in choices if one.startswith("*") and one != "*")
        yield _Slot(
            words=frozenset(one for one in choices if one not in _MARKS and "*" not in one),
            begins=begins,
            ends=ends,
            number="#" in choices,
            any="_" in choices,
            gap=".." in choices,
            optional=optional,
            plain=not (begins or ends or _MARKS.intersection(choices)),
        )


def _matches(slots: Sequence[_Slot], place: int, words: Sequence[str], at: int) -> bool:
    """Whether the slots from `place` on fit the words from `at` on."""
    count = len(words)
    while place < len(slots):
        slot = slots[place]
        if slot.gap:
            return any(
                _matches(slots, place + 1, words, at + n) for n in range(min(_GAP, len(words) - at) + 1)
            )
        takes = at < count and (words[at] in slot.words or (not slot.plain and slot.takes(words[at])))
        if slot.optional:
            if takes and _matches(slots, place + 1, words, at + 1):
                return True
            place += 1
            continue
        if not takes:
            return False
        place, at = place + 1, at + 1
    return True
