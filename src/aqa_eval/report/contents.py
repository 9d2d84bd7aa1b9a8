"""What a report is made from: everything the page shows, gathered by the caller, nothing looked up.

Nothing here holds a clock time, a latency or a path, so that the same study and the same answers give
the same page, byte for byte, on any machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from aqa_eval.findings.coverage import passing
from aqa_eval.study import POSE_GATE
from aqa_eval.vocabulary import Finding, Frame, Truth, Usage, Verdict


@dataclass(frozen=True, slots=True)
class DatasetLine:
    """A dataset that was asked about. `rendered` is true where its pictures show a drawn body, no person.

    `clips` and `items` count what was asked, not what the dataset holds; `terms` is its licence.
    """

    name: str
    title: str
    clips: int
    items: int
    terms: str
    rendered: bool = False


@dataclass(frozen=True, slots=True)
class JudgeLine:
    """A judge that was asked. `reference` judges are yardsticks; `simulated` ones see the truth.

    `decoding` holds (parameter, value) pairs, for a simulated judge its planted parameters.
    """

    name: str
    protocol: str
    model: str = ""
    decoding: tuple[tuple[str, str], ...] = ()
    simulated: bool = False
    reference: bool = False
    repeats: int = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """How far one judge got: trials planned, answered (well or not), missing (not asked yet), unseen (not put
    to it, since nobody was found in the clip), and unprobed (not put to it, since its own answer has nothing
    that a probe could interfere with).

    `tokens` are sums over what the server counted, `cost` US dollars; None where nobody said.
    """

    planned: int
    answered: int
    missing: int
    tokens: Usage = field(default_factory=Usage)
    cost: float | None = None
    unseen: int = 0
    unprobed: int = 0

    @property
    def put(self) -> int:
        """Trials that are or will be put to it."""
        return self.planned - self.unseen - self.unprobed


@dataclass(frozen=True, slots=True)
class Specimen:
    """One trial shown whole: the pictures as sent, the prompt, the answer, its verdict and the truth.

    `frames` is empty where no picture was sent, and also where the dataset's terms forbid showing them;
    `withheld` then says so in a sentence. `truth` for verify: is the fault present.
    """

    key: str
    judge: str
    dataset: str
    item: str
    criterion: str
    framing: str
    frames: tuple[tuple[Frame, bytes], ...]
    system: str
    prompt: str
    answer: str
    reasoning: str
    verdict: Verdict
    truth: Truth
    note: str = ""
    withheld: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """Everything the report shows.

    `conditions` are (axis -> value) mappings; `table` has the columns of `findings.table.COLUMNS`;
    `tallies` maps a judge's name to how far it got; `problems` are sentences about records left out and
    questions that could not be asked. `pose_gate`: the findings keep to clips of which at least this share of
    the frames shows the body, and so do the figures.
    """

    study: str
    seed: int
    version: str
    datasets: Sequence[DatasetLine]
    judges: Sequence[JudgeLine]
    conditions: Sequence[Mapping[str, str]]
    findings: Sequence[Finding]
    table: pl.DataFrame
    specimens: Sequence[Specimen] = ()
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    problems: Sequence[str] = ()
    pose_gate: float = POSE_GATE

    @property
    def gated(self) -> pl.DataFrame:
        """The rows of the table that the findings are about."""
        return passing(self.table, self.pose_gate)
