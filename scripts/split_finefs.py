"""Write src/aqa_eval/datasets/finefs/split.toml: a split of FineFS, whose authors published none.

    python scripts/split_finefs.py [FILE]

A fifth of the performances of each programme is for test. Within a programme performances are ordered by the
SHA-256 of "SEED:N" and the first ones taken: the same numbers on every machine and with every library.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

SEED = 2026
SHORT, ALL = 729, 1167
TARGET = Path(__file__).parents[1] / "src" / "aqa_eval" / "datasets" / "finefs" / "split.toml"
HEADING = f"""\
# A split of FineFS by the numbers of its performances; its authors published none.
# Written by scripts/split_finefs.py: seed {SEED}, a fifth of each programme, so that short programmes (0-728)
# and free ones (729-1166) have the same share in both. All other performances are for training. Drawn by
# number alone, so that skaters and competitions occur on both sides.
"""


def drawn(numbers: range) -> list[int]:
    """A fifth of `numbers`, sorted."""

    def digest(number: int) -> str:
        return hashlib.sha256(f"{SEED}:{number}".encode()).hexdigest()

    return sorted(sorted(numbers, key=digest)[: round(len(numbers) / 5)])


def text() -> str:
    """The whole file."""
    lines = [HEADING]
    for name, numbers in (("short", range(SHORT)), ("free", range(SHORT, ALL))):
        test = drawn(numbers)
        rows = [", ".join(map(str, test[at : at + 20])) for at in range(0, len(test), 20)]
        lines.append(f"test_{name} = [ # {len(test)} of {len(numbers)}\n  " + ",\n  ".join(rows) + ",\n]\n")
    return "\n".join(lines)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.write_text(text(), "utf-8", newline="\n")
    print(f"wrote {target}")
