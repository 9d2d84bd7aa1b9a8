"""Do the words of a judge say what is to be seen? Claims read from its traces, and checked by geometry.

`claims` reads a text by the published lexicon, `check` holds an observation against the body, and
`claims_table` does both for every answer of a study. `docs/traces.md` says what a claim is and how well it is
read.
"""

from aqa_eval.traces.checking import Check, check
from aqa_eval.traces.claim import KINDS, PARTS, Claim
from aqa_eval.traces.reading import claims
from aqa_eval.traces.table import COLUMNS, Progress, claims_table, empty

__all__ = [
    "COLUMNS",
    "KINDS",
    "PARTS",
    "Check",
    "Claim",
    "Progress",
    "check",
    "claims",
    "claims_table",
    "empty",
]
