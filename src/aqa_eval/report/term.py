"""What a measure is called on the page, and what it means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A measure for the reader: its name, one or two sentences, its formula, the line of no effect."""

    title: str
    meaning: str
    formula: str = ""
    neutral: float | None = None
