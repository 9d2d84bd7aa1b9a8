"""A text as it is, in quotation marks."""

from __future__ import annotations

_MARKS = (('"', '"'), ("\u201c", "\u201d"), ("\u00ab", "\u00bb"), ("\u300c", "\u300d"))


def quoted(text: str) -> str:
    """Put quotation marks around a text as it is, of the first kind that it does not contain itself.

    Only white space around the text is taken off. Raises ValueError where nothing is left.
    """
    words = text.strip()
    if not words:
        raise ValueError("a blank text has no meaning to quote")
    free = (marks for marks in _MARKS if not any(mark in words for mark in marks))
    left, right = next(free, _MARKS[0])
    return f"{left}{words}{right}"
