"""How well the pose rules tell a fault by how large it is: balanced accuracy by distance from the threshold.

Every body performs each movement once for each class of distances (below). In each of these executions
every dial lies in another class, chosen by lot, on the faulty or on the faultless side, such that of every
criterion and class exactly half of the bodies are faulty. What is judged are the JPEG frames that a model
would be shown (rgb, the default sampling), read by the real pose network. Bodies, clothes, cameras and
habits belong to `--seed`; no other program draws them.

    python benchmarks/pose_rules_by_dial.py                       measure, print the table
    python benchmarks/pose_rules_by_dial.py --write               and put it into docs/mannequin.md
    python benchmarks/pose_rules_by_dial.py --movements squat     only some movements

What has been drawn and measured is kept under `--cache`: interrupted, it goes on where it was.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.random import Generator

from aqa_eval.judges.pose_rules import breaks
from aqa_eval.mannequin import MOVEMENTS, Dial, Fault, Movement
from aqa_eval.measures.agreement import agreement
from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.resampling import Resampling
from aqa_eval.media import FrameStore
from aqa_eval.media.geometry import QUANTITIES
from aqa_eval.vocabulary import Clip, Presentation, Rendered

EDGES = {"degrees": (0.0, 2.5, 5.0, 10.0, np.inf), "centimetres": (0.0, 0.75, 1.5, 3.0, np.inf)}
"""Classes of distance between a dial and its threshold, by the dial's unit. 3 cm are to a heel, some 19 cm
from the ball of its foot, what 10 degrees are to a joint."""
CLASSES = 4
FIRST_BODY, BODIES_A_SEED = 2_000_000_000, 10_000
"""Far from the seeds that datasets and tests draw."""
SYMBOLS = {"degrees": "°", "centimetres": " cm"}
DOCUMENT = Path(__file__).parents[1] / "docs" / "mannequin.md"
BEGIN, END = "<!-- pose rules by dial: begin -->", "<!-- pose rules by dial: end -->"


@dataclass(frozen=True, slots=True)
class Case:
    """One clip and what is asked of it: (fault, which class its dial lies in) pairs."""

    clip: Clip
    dials: dict[str, float]
    asked: tuple[tuple[Fault, int], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One judgement: of which criterion and class of distances, the truth, what was said, on whom."""

    criterion: str
    distance: int
    truth: bool
    said: bool
    body: int


def main() -> int:
    """Measure, print the table, write it where that is wanted."""
    options = _options()
    movements = [MOVEMENTS[name] for name in options.movements]
    cases = [case for movement in movements for case in plan(movement, options.seed, options.bodies)]
    readings = list(measure(cases, FrameStore(options.cache), options.processes))
    text = table(movements, readings, options)
    print(text)
    if options.write:
        _write(text)
    return 0


def plan(movement: Movement, seed: int, bodies: int) -> Iterator[Case]:
    """Every clip of a movement: each body, each of its executions, each view that shows a criterion."""
    rng = np.random.default_rng([seed, *movement.name.encode()])
    faulty = {f.dial: _halves(rng, bodies) for f in movement.faults}
    for n in range(bodies):
        classes = {f.dial: rng.permutation(CLASSES) for f in movement.faults}
        for turn in range(CLASSES):
            dials, asked = dict(movement.neutral), []
            for fault in movement.faults:
                distance = int(classes[fault.dial][turn])
                amount = _amount(rng, movement, fault, distance, faulty[fault.dial][distance][n])
                if amount is not None:
                    dials[fault.dial] = amount
                    asked.append((fault, distance))
            yield from _clips(movement, FIRST_BODY + seed * BODIES_A_SEED + n, turn, dials, asked)


def _halves(rng: Generator, bodies: int) -> list[list[bool]]:
    """For each class which bodies are faulty: half of them."""
    return [[bool(place < bodies // 2) for place in rng.permutation(bodies)] for _ in range(CLASSES)]


def _amount(rng: Generator, movement: Movement, fault: Fault, distance: int, faulty: bool) -> float | None:
    """The dial in a class of distances, on one side; None where its range ends before the class."""
    dial = _dial(movement, fault)
    edges = EDGES[dial.unit]
    up = faulty == (fault.faulty_side == "above")
    room = dial.maximum - fault.threshold if up else fault.threshold - dial.minimum
    low, high = edges[distance], min(edges[distance + 1], room)
    if low > room:
        return None
    away = float(rng.uniform(low, high))
    return fault.threshold + away if up else fault.threshold - away


def _dial(movement: Movement, fault: Fault) -> Dial:
    return next(dial for dial in movement.dials if dial.name == fault.dial)


def _clips(
    movement: Movement, body: int, turn: int, dials: dict[str, float], asked: Sequence[tuple[Fault, int]]
) -> Iterator[Case]:
    """One execution from every view from which a rule can read something that is asked."""
    for view in movement.views:
        seen = tuple((f, d) for f, d in asked if f.criterion.rule and view in f.criterion.views)
        if seen:
            media = Rendered(movement.name, tuple(sorted(dials.items())), view, body)
            name = f"{movement.name}-{body}-{turn}-{view}"
            yield Case(
                Clip(name, "benchmark", movement.action, media, str(body), view=view, subject=str(body)),
                dials,
                seen,
            )


def measure(cases: Sequence[Case], store: FrameStore, processes: int) -> Iterator[Reading]:
    """Draw, encode, decode, find the body and measure; in order."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        for done, found in enumerate(pool.map(partial(_judged, store), cases, chunksize=2), 1):
            print(f"\r{done} of {len(cases)} clips", end="", file=sys.stderr, flush=True)
            yield from found
    print(file=sys.stderr)


def _judged(store: FrameStore, case: Case) -> list[Reading]:
    """What the rules say of one clip. Where nothing can be measured they say the opposite of the truth."""
    want = Presentation()
    keypoints, visibility = store.poses(store.shown(case.clip, [want])[want].frames)
    readings = []
    for fault, distance in case.asked:
        rule = fault.criterion.rule
        if rule is not None:
            truth = fault.present(case.dials)
            value = QUANTITIES[rule.quantity](keypoints, visibility)
            said = not truth if value is None else breaks(rule, value)
            readings.append(Reading(fault.criterion.id, distance, truth, said, int(case.clip.cluster)))
    return readings


def table(movements: Sequence[Movement], readings: Sequence[Reading], options: argparse.Namespace) -> str:
    """The Markdown table, with the command that made it."""
    lines = [
        f"Measured by `python benchmarks/pose_rules_by_dial.py --write --movements "
        f"{','.join(options.movements)} --bodies {options.bodies} --seed {options.seed}`: balanced accuracy "
        "[95% interval], clustered by body, and the number of clips, by the distance of dial and threshold.",
        "",
        "| criterion | view | " + " | ".join(_classes("degrees")) + " |",
        "| --- | --- |" + " --- |" * CLASSES,
    ]
    for movement in movements:
        for fault in movement.faults:
            criterion, dial = fault.criterion, _dial(movement, fault)
            own = [r for r in readings if r.criterion == criterion.id]
            cells = [_cell([r for r in own if r.distance == d]) for d in range(CLASSES)]
            if criterion.rule is None:
                cells = ["no pose rule"] + [""] * (CLASSES - 1)
            elif dial.unit != "degrees":
                named = _classes(dial.unit)
                cells = [f"{name}: {cell}" for name, cell in zip(named, cells, strict=True)]
            lines.append(f"| `{criterion.id}` | {', '.join(criterion.views)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _classes(unit: str) -> list[str]:
    """The classes of distance in words."""
    edges, symbol = EDGES[unit], SYMBOLS[unit]
    named = [f"{low:g} to {high:g}{symbol}" for low, high in pairwise(edges[:-1])]
    return [*named, f"{edges[-2]:g}{symbol} or more"]


def _cell(readings: Sequence[Reading]) -> str:
    """Balanced accuracy with its interval and the number of clips."""
    if len({r.truth for r in readings}) < 2:
        return "the dial does not reach so far on both sides"
    judgements = Judgements.of(
        [r.truth for r in readings], [r.said for r in readings], [r.body for r in readings]
    )
    found = agreement(judgements, Resampling()).overall.balanced_accuracy
    if found.value is None or found.low is None or found.high is None:
        return f"{found.reason} (n = {found.n})"
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}], {found.n}"


def _write(text: str) -> None:
    """Put the table between the markers of the document, whole or not at all."""
    before, rest = DOCUMENT.read_text().split(BEGIN)
    after = rest.split(END)[1]
    handle, name = tempfile.mkstemp(prefix=f".{DOCUMENT.name}.", dir=DOCUMENT.parent)
    with os.fdopen(handle, "w") as part:
        part.write(f"{before}{BEGIN}\n{text}\n{END}{after}")
    Path(name).chmod(0o644)
    Path(name).replace(DOCUMENT)


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in MOVEMENTS]:
        raise argparse.ArgumentTypeError(f"unknown {', '.join(unknown)}; there are {', '.join(MOVEMENTS)}")
    return names


def _even(text: str) -> int:
    if int(text) < 2 or int(text) % 2:
        raise argparse.ArgumentTypeError("give an even number: half of the bodies are faulty")
    return int(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--movements", type=_names, default=list(MOVEMENTS), help="names, with commas between"
    )
    parser.add_argument("--bodies", type=_even, default=24, help="bodies a movement")
    parser.add_argument("--seed", type=int, default=0, help="whose bodies")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=Path("runs") / "pose_rules_by_dial")
    parser.add_argument("--write", action="store_true", help="put the table into docs/mannequin.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
