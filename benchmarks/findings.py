"""How long every finding takes on a verdict table of a million rows, and how much memory.

    python benchmarks/findings.py [--rows 5000] [--resamples 2000]

Makes up a table of 200 conditions (100 verify, 50 score, 20 choose, 20 compare, 10 locate; four judges),
each of `--rows` answers about 500 clusters, and prints the seconds of every finding and of all together, by
the clock and of the processor.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import polars as pl

from aqa_eval import findings
from aqa_eval.findings.setting import AXES, setting
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.table import COLUMNS
from aqa_eval.vocabulary import Condition, Finding

CLUSTERS, FAILING = 500, 0.02
JUDGES = {"tall": 1.2, "grande": 0.7, "piccolo": 0.2, "guesser": 0.0}
"""A made-up judge and its d'."""

Columns = Mapping[str, object]
Find = Callable[[pl.DataFrame, Settings], list[Finding]]


def main() -> None:
    """Make the table, then time every finding."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--resamples", type=int, default=2_000)
    options = parser.parse_args()
    table = pl.concat(_ways(options.rows))
    settings = Settings(seed=1, resamples=options.resamples)
    print(f"{table.height:,} rows, {len(table['judge'].unique())} judges, {options.resamples:,} resamples")
    print(f"{'':34} {'findings':>8} {'seconds':>8} {'of processor':>12}")
    listed = findings.FINDINGS
    findings.FINDINGS = tuple(_timed(find) for find in listed)  # type: ignore[misc]
    clocks = time.perf_counter(), time.process_time()
    found = findings.find_all(table, settings)
    _line("all, baselines and failures too", len(found), clocks)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak {peak:,.0f} MB")


def _timed(find: Find) -> Find:
    def timed(table: pl.DataFrame, settings: Settings) -> list[Finding]:
        clocks = time.perf_counter(), time.process_time()
        found = find(table, settings)
        _line(f"{find.__module__.rpartition('.')[2]}.{find.__name__}", len(found), clocks)
        return found

    return timed


def _line(name: str, count: int, clocks: tuple[float, float]) -> None:
    wall, own = time.perf_counter() - clocks[0], time.process_time() - clocks[1]
    print(f"{name:34} {count:>8,} {wall:>8.1f} {own:>12.1f}", flush=True)


def _ways(rows: int) -> Iterator[pl.DataFrame]:
    made = {"verify": (_verify, 25), "score": (_score, 13), "choose": (_choose, 5), "compare": (_compare, 5)}
    counts = {"verify": 100, "score": 50, "choose": 20, "compare": 20, "locate": 10}
    for task, (make, ways) in {**made, "locate": (_locate, 3)}.items():
        asked = [(judge, way) for judge in JUDGES for way in range(ways)][: counts[task]]
        for place, (judge, way) in enumerate(asked):
            generator = np.random.default_rng([len(task), place])
            yield _table(task, judge, _condition(way), make(rows, JUDGES[judge], generator), generator)


def _condition(way: int) -> Condition:
    """One of 25 ways of asking that differ in representation, strategy and perturbation."""
    looks = ("none", "shuffled", "frozen", "blank", "swapped")
    representations = ("rgb", "crop", "overlay", "skeleton", "rgb")
    strategies = ("base", "guidelines", "visual-grounding", "two-step", "structured")
    if way < 5:
        return Condition(perturbation=looks[way])
    return Condition(representation=representations[way // 5], strategy=strategies[way % 5])


def _table(
    task: str, judge: str, condition: Condition, columns: Columns, generator: np.random.Generator
) -> pl.DataFrame:
    told = pl.DataFrame(columns)
    failed = pl.Series(generator.random(told.height) < FAILING)
    answers = [name for name in ("fault", "said", "score", "choice", "start", "end") if name in told.columns]
    constants: dict[str, object] = {
        **dict.fromkeys(COLUMNS),
        **{axis: getattr(condition, axis) for axis in AXES},
        **{"judge": judge, "protocol": "openai", "dataset": "made-up", "task": task, "event": ""},
        **{"action": "squat", "view": "side", "still": False, "frames": "16", "framing": "neutral"},
        **{"representation": condition.representation, "strategy": condition.strategy, "note": ""},
        **{"setting": setting(condition), "repeat": 0, "evidence": 0, "requests": 1, "ratings": ""},
        **{"trace_kind": "", "confidence_source": "token", "prompt_tokens": 4_000, "completion_tokens": 5},
    }
    plain = [pl.lit(value).alias(name) for name, value in constants.items() if name not in told.columns]
    confidence = pl.Series("confidence", np.round(generator.uniform(0.5, 1.0, told.height), 2))
    whole = told.with_columns(plain).with_columns(
        confidence,
        status=pl.when(failed).then(pl.lit("refused")).otherwise(pl.lit("ok")),
        key=pl.concat_str(pl.lit(f"{judge}/{task}/{condition}/"), pl.int_range(told.height)),
    )
    blanked = [pl.when(~failed).then(pl.col(name)).alias(name) for name in (*answers, "confidence")]
    return whole.with_columns(blanked).select(pl.col(name).cast(kind) for name, kind in COLUMNS.items())


def _home(items: int, generator: np.random.Generator) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.sort(np.concatenate([np.arange(CLUSTERS), generator.integers(0, CLUSTERS, items)])[:items])


def _named(prefix: str, codes: np.ndarray) -> list[str]:
    return [f"{prefix}-{code:05d}" for code in codes]


def _verify(rows: int, sight: float, generator: np.random.Generator) -> Columns:
    criteria = ("depth", "knees", "trunk", "heels")
    clips = rows // 8
    home = _home(clips, np.random.default_rng(1))
    clip, criterion, framing = (
        grid.ravel() for grid in np.meshgrid(np.arange(clips), np.arange(4), np.arange(2), indexing="ij")
    )
    truth = (np.random.default_rng(2).random((clips, 4)) < 0.4)[clip, criterion]
    seen = np.where(truth, sight, -sight) / 2.0 + generator.normal(size=len(clip))
    seen += 0.5 * generator.normal(size=CLUSTERS)[home[clip]]
    fault = seen > 0.4 - 0.2 * framing
    return {
        "item": [f"{name}/{criteria[c]}" for name, c in zip(_named("clip", clip), criterion, strict=True)],
        "clip": _named("clip", clip),
        "cluster": _named("subject", home[clip]),
        "criterion": [criteria[c] for c in criterion],
        "framing": [("positive", "negative")[f] for f in framing],
        "truth_fault": truth,
        "fault": fault,
        "said": fault == (framing == 1),
    }


def _score(rows: int, sight: float, generator: np.random.Generator) -> Columns:
    clips = rows // 2
    home = _home(clips, np.random.default_rng(3))
    clip, criterion = np.repeat(np.arange(clips), 2), np.tile([0, 1], clips)
    truth = np.round(70.0 + 10.0 * np.random.default_rng(4).normal(size=2 * clips), 1)
    noise = 10.0 * generator.normal(size=2 * clips)
    kinds = ("execution", "entry")
    return {
        "item": [f"{name}/{kinds[c]}" for name, c in zip(_named("clip", clip), criterion, strict=True)],
        "clip": _named("clip", clip),
        "cluster": _named("diver", home[clip]),
        "event": _named("event", home[clip] // 20),
        "criterion": [kinds[c] for c in criterion],
        "truth_score": truth,
        "score": np.round(70.0 + 0.5 * sight * (truth - 70.0) + 0.5 * noise),
    }


def _choose(rows: int, sight: float, generator: np.random.Generator) -> Columns:
    home, options = _home(rows, np.random.default_rng(5)), np.array(["left", "right", "both", "neither"])
    truth = np.random.default_rng(6).integers(0, 4, rows)
    said = np.where(generator.random(rows) < sight / 2.0, truth, generator.integers(0, 4, rows))
    clip = _named("clip", np.arange(rows))
    return {
        "item": clip,
        "clip": clip,
        "cluster": _named("subject", home),
        "criterion": [("knees", "elbows")[code % 2] for code in range(rows)],
        "truth_choice": options[truth],
        "choice": options[said],
    }


def _compare(rows: int, sight: float, generator: np.random.Generator) -> Columns:
    pairs = rows // 2
    fixed = np.random.default_rng(7)
    first, second = fixed.integers(0, CLUSTERS, (2, pairs))
    gap = np.round(fixed.exponential(1.0, pairs), 2)
    pair, swapped = np.repeat(np.arange(pairs), 2), np.tile([0, 1], pairs)
    better = fixed.integers(0, 2, pairs)[pair]
    right = generator.normal(size=2 * pairs) < sight * gap[pair]
    said = np.where(right, better, 1 - better)
    sides = np.array(["first", "second"])
    return {
        "item": _named("pair", pair),
        "clip": _named("clip", 2 * pair),
        "clip_b": _named("clip", 2 * pair + 1),
        "cluster": _named("subject", first[pair]),
        "cluster_b": _named("subject", second[pair]),
        "criterion": ["depth"] * len(pair),
        "order": [("given", "swapped")[s] for s in swapped],
        "gap": gap[pair],
        "truth_choice": sides[better],
        "choice": sides[said],
    }


def _locate(rows: int, sight: float, generator: np.random.Generator) -> Columns:
    home, fixed = _home(rows, np.random.default_rng(8)), np.random.default_rng(9)
    start = np.round(fixed.uniform(0.0, 6.0, rows), 2)
    off = (1.5 - sight) * generator.normal(size=rows)
    clip = _named("clip", np.arange(rows))
    return {
        "item": clip,
        "clip": clip,
        "cluster": _named("subject", home),
        "criterion": [("depth", "knees")[code % 2] for code in range(rows)],
        "truth_start": start,
        "truth_end": start + 1.5,
        "fault_start": start,
        "fault_end": start + 1.5,
        "start": start + off,
        "end": start + off + 1.0,
    }


if __name__ == "__main__":
    main()
