"""Run the simulations and write what came out.

python -m benchmarks.recovery [--only WORDS] [--simulations 1000] [--clusters 10,15,30,60,200]
                              [--method auto] [--kept FOLDER] [--markdown docs/recovery.md]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from benchmarks.recovery import tables
from benchmarks.recovery.cases import CASES
from benchmarks.recovery.further_cases import FURTHER
from benchmarks.recovery.simulation import run

START, END = "<!-- written by python -m benchmarks.recovery: start -->", "<!-- end -->"


def main() -> None:
    """Simulate, print, and write the page if asked to."""
    if "OPENBLAS_NUM_THREADS" not in os.environ:
        # One thread in each of the processes, which must be said before numpy is loaded.
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.recovery", *sys.argv[1:]])
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recovery")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--simulations", type=int, default=1_000)
    parser.add_argument("--clusters", default="10,15,30,60,200")
    parser.add_argument("--method", default="auto")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--kept", type=Path, help="a folder of what was simulated, to continue a run")
    parser.add_argument("--markdown", type=Path, help="write the tables between the marks of this page")
    options = parser.parse_args()
    cases = [case for case in (*CASES, *FURTHER) if options.only in case.name]
    if not cases:
        parser.error(f"no case is called '{options.only}': {', '.join(c.name for c in (*CASES, *FURTHER))}")
    clusters = [int(count) for count in options.clusters.split(",")]
    started = time.perf_counter()
    outcomes = run(cases, clusters, options.simulations, options.processes, options.method, options.kept)
    text = "\n\n".join(
        [
            tables.summary(outcomes),
            "### Bias and coverage",
            tables.coverage(outcomes),
            "### Rejections where the null holds",
            tables.rejections(outcomes),
        ]
    )
    print(text)
    print(f"\n{time.perf_counter() - started:.0f} s")
    if options.markdown:
        page = options.markdown.read_text(encoding="utf-8")
        before, _, rest = page.partition(START)
        _, _, after = rest.partition(END)
        options.markdown.write_text(f"{before}{START}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
