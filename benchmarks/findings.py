"""How long every finding takes on a verdict table of a million rows, and how much memory.

    python benchmarks/findings.py [--rows 5000] [--resamples 2000] [--profile FILE]

Makes up a table of 200 conditions (four judges and a constant one), each of `--rows` answers about 500
clusters, and 200,000 claims (see `made_up.py`), and prints the seconds of every finding and of all together,
by the clock and of the processor.
"""

from __future__ import annotations

import argparse
import cProfile
import resource
import time
from collections.abc import Callable
from pathlib import Path

import made_up
import polars as pl

from aqa_eval import findings
from aqa_eval.findings import controls, coverage, failures
from aqa_eval.findings.settings import Settings
from aqa_eval.vocabulary import Finding

Find = Callable[[pl.DataFrame, Settings], list[Finding]]


def main() -> None:
    """Make the table, then time every finding."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--resamples", type=int, default=2_000)
    parser.add_argument("--profile", type=Path, help="where to put a profile of cProfile")
    options = parser.parse_args()
    table = made_up.table(options.rows)
    claims = made_up.claims(table)
    settings = Settings(seed=1, resamples=options.resamples, claims=claims)
    print(
        f"{table.height:,} rows, {claims.height:,} claims, {len(table['judge'].unique())} judges, "
        f"{options.resamples:,} resamples; peak before {_peak():,.0f} MB"
    )
    print(f"{'':34} {'findings':>8} {'seconds':>8} {'of processor':>12}")
    listed = findings.FINDINGS
    findings.FINDINGS = tuple(_timed(find) for find in listed)  # type: ignore[misc]
    for other in (controls, coverage, failures):
        other.find = _timed(other.find)  # type: ignore[attr-defined]
    profile = cProfile.Profile() if options.profile else None
    clocks = time.perf_counter(), time.process_time()
    if profile:
        profile.enable()
    found = findings.find_all(table, settings)
    if profile:
        profile.disable()
        profile.dump_stats(options.profile)
    _line("all", len(found), clocks)
    print(f"peak {_peak():,.0f} MB")


def _peak() -> float:
    """The most memory that was held at a time, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


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


if __name__ == "__main__":
    main()
