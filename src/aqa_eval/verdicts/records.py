"""JSON as models write it: with single quotes, comments, trailing commas, Python's words, keys said twice.

A reader of its own, because what matters here is what others hide: that a key is given twice, that a number
is not one (NaN, 1e400), that the text ends in the middle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DEEPEST = 30
"""So many levels are followed; nothing that is nested deeper is an answer."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, or a bare word or number as it was written."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON object: its members in order, a repeated key repeated; and where it stands in the text."""

    members: tuple[tuple[str, Value], ...]
    start: int
    end: int

    def values(self, *names: str) -> tuple[Value, ...]:
        """All that is said under any of these keys (lower case, with blanks as underscores)."""
        return tuple(value for key, value in self.members if plain_key(key) in names)


Value = Scalar | Record | tuple["Value", ...]

_GAP = re.compile(r"\s+|//[^\n]*|#[^\n]*")
_BARE = re.compile(r"[-+]?[A-Za-z0-9_.][-+A-Za-z0-9_.]*")
_PLAIN = {'"': re.compile(r'[^"\\]+'), "'": re.compile(r"[^'\\]+")}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": " ", "f": " "}


def plain_key(key: str) -> str:
    """A key for comparison: "Final Answer" is final_answer."""
    return "_".join(key.lower().replace("-", " ").split())


def records(text: str) -> tuple[list[Record], bool]:
    """(the outermost JSON objects of a text, whether the text ends within one)."""
    found: list[Record] = []
    place = text.find("{")
    while place >= 0:
        reader = _Reader(text, place)
        try:
            found.append(reader.record(0))
            place = reader.place
        except _NoJsonError:
            place += 1
        except _CutOffError:
            if reader.keyed:
                return found, True
            place += 1
        place = text.find("{", place)
    return found, False


class _NoJsonError(Exception):
    pass


class _CutOffError(Exception):
    pass


class _Reader:
    def __init__(self, text: str, place: int) -> None:
        self.text, self.place = text, place
        self.keyed = False  # whether a key and its colon were read, so that this can hardly be anything else

    def record(self, depth: int) -> Record:
        start = self.place
        members: list[tuple[str, Value]] = []
        self.place += 1
        while self._next() != "}":
            if self.text[self.place] not in "\"'":
                raise _NoJsonError
            key = self._string()
            self._expect(":")
            self.keyed = True
            members.append((key, self._value(depth + 1)))
            self._comma("}")
        self.place += 1
        return Record(tuple(members), start, self.place)

    def _value(self, depth: int) -> Value:
        if depth > DEEPEST:
            raise _NoJsonError
        first = self._next()
        if first == "{":
            return self.record(depth)
        if first == "[":
            return self._list(depth)
        if first in "\"'":
            return Scalar(self._string(), quoted=True)
        bare = _BARE.match(self.text, self.place)
        if bare is None:
            raise _NoJsonError
        self.place = bare.end()
        return Scalar(bare.group(), quoted=False)

    def _list(self, depth: int) -> tuple[Value, ...]:
        values: list[Value] = []
        self.place += 1
        while self._next() != "]":
            values.append(self._value(depth + 1))
            self._comma("]")
        self.place += 1
        return tuple(values)

    def _comma(self, closing: str) -> None:
        following = self._next()
        if following == ",":
            self.place += 1
        elif following != closing:
            raise _NoJsonError

    def _expect(self, mark: str) -> None:
        if self._next() != mark:
            raise _NoJsonError
        self.place += 1

    def _next(self) -> str:
        """The next character that is neither blank nor comment; it is not passed."""
        while True:
            if gap := _GAP.match(self.text, self.place):
                self.place = gap.end()
            elif self.text.startswith("/*", self.place):
                end = self.text.find("*/", self.place)
                if end < 0:
                    raise _CutOffError
                self.place = end + 2
            elif self.place < len(self.text):
                return self.text[self.place]
            else:
                raise _CutOffError

    def _string(self) -> str:
        mark = self.text[self.place]
        self.place += 1
        pieces: list[str] = []
        while self.place < len(self.text):
            if run := _PLAIN[mark].match(self.text, self.place):
                pieces.append(run.group())
                self.place = run.end()
            elif self.text[self.place] == mark:
                self.place += 1
                return "".join(pieces)
            else:
                pieces.append(self._escape())
        raise _CutOffError

    def _escape(self) -> str:
        if self.place + 1 >= len(self.text):
            raise _CutOffError
        letter = self.text[self.place + 1]
        code = re.compile(r"[0-9A-Fa-f]{4}").match(self.text, self.place + 2) if letter == "u" else None
        self.place += 6 if code else 2
        return chr(int(code.group(), 16)) if code else _ESCAPES.get(letter, letter)
