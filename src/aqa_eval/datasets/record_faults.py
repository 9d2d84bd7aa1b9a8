"""What is wrong with the records of an annotation file: each fault told by file, key, found and expected."""

from __future__ import annotations

from dataclasses import dataclass, field

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class RecordFaults:
    """The faults found in the records of `file`, as sentences for `Dataset.problems`, in order."""

    file: str
    told: list[str] = field(default_factory=list)

    def add(self, key: str, found: object, expected: str, done: str = "left out") -> None:
        """Tell that `found` stands at `key` where `expected` should, and what was `done` about it."""
        shown = repr(found)
        if len(shown) > _SHOWN:
            shown = f"{shown[: _SHOWN - 4]} ..."
        self.told.append(f"{self.file}: {key}: found {shown}, expected {expected}; {done}")


def whole_number(value: object) -> int | None:
    """Read a count or a frame number: a whole number, also as text ("7973"); None for anything else."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdecimal():
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def words(value: object) -> str:
    """Read a text without the white space around it; "" for anything that is no text."""
    return value.strip() if isinstance(value, str) else ""
