"""A claim: one thing that a judge's words say about a body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["observation", "rule", "prior", "hedge"]
KINDS: tuple[Kind, ...] = ("observation", "rule", "prior", "hedge")
"""What was seen; a rule restated; an argument from what is usual; that something cannot be told."""

PARTS = (
    *("head", "neck", "shoulder", "elbow", "wrist", "hand", "trunk", "back", "hip", "knee", "ankle"),
    *("foot", "body"),
)
"""The canonical names of body parts."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing said about a body.

    `relation` is a name of `lexicon/relations.toml`, `denied` whether its opposite is meant; both empty where
    nothing is said of the part but that it cannot be seen, say. `value` with its `unit` (degrees, cm,
    percent, turns) is what is said to be measured; `time` in seconds, within `slack` of them either way, and
    `phase` (bottom, top, entry, ...) are when; None and empty where it is not said. `text` is the sentence,
    `place` its number in the text from 0, `step` the tag it stands in (look, analyse, ...), empty without
    one.
    """

    kind: Kind
    part: str
    side: str
    relation: str
    denied: bool
    value: float | None
    unit: str
    time: float | None
    slack: float
    phase: str
    text: str
    place: int
    step: str

    @property
    def said(self) -> str:
        """The relation in words: `inward`, `not inward`."""
        return f"not {self.relation}" if self.denied and self.relation else self.relation
