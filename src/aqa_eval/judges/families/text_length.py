"""How long a text is, as far as that decides how many tokens it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SIGNS = re.compile(r"\d|[^\w\s]+\n*|\s(?=\d)|\n+")


@dataclass(frozen=True, slots=True)
class TextLength:
    """A text as two numbers that add up over texts and can be averaged over many.

    `words`: characters of words and of the spaces between them, of which several make a token. `signs`:
    what takes a token of its own: digits, runs of punctuation, line breaks, spaces before a number.
    """

    words: float = 0.0
    signs: float = 0.0

    def __add__(self, other: TextLength) -> TextLength:
        return TextLength(self.words + other.words, self.signs + other.signs)

    def __mul__(self, times: float) -> TextLength:
        return TextLength(self.words * times, self.signs * times)

    def tokens(self, characters_per_token: float) -> float:
        """Tokens of the text, given how many characters of words make one."""
        return self.words / characters_per_token + self.signs


def text_length(*texts: str) -> TextLength:
    """The length of some texts together."""
    words = signs = 0
    for text in texts:
        found = _SIGNS.findall(text)
        signs += len(found)
        words += len(text) - sum(map(len, found))
    return TextLength(words, signs)
