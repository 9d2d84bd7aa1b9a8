"""What planning a million items takes: a table of your own clips, from the command line to its last count.

    python benchmarks/planning.py

Writes a CSV of 1,000,000 rows (2,500 recordings, 100 clips each, 4 criteria a clip) and runs
`aqa-eval plan` on it in a process of its own: everything asked; then a balanced draw. Prints the seconds and
the greatest memory of each, and beside them what a bare pass over the same rows with Python's own csv module
takes, in the same run.
"""

from __future__ import annotations

import csv
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

RECORDINGS, CLIPS, CRITERIA = 2_500, 100, 4
STUDY = """
name = "million"
[[dataset]]
name = "own"
table = "clips.csv"
{sample}
[[judge]]
protocol = "constant"
[[judge]]
protocol = "openai"
base_url = "http://127.0.0.1:9/v1"
model = "never-asked"
"""
HEADER = ("media", "start", "end", "action", "subject", "criterion", "requirement", "fault", "label")


def main() -> None:
    """Write the table, time the bare pass, then plan twice."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder)
        started = time.perf_counter()
        with (folder / "clips.csv").open(encoding="utf-8", newline="") as file:
            rows = sum(1 for _ in csv.DictReader(file))
        bare = time.perf_counter() - started
        print(f"{'rows of the table':<34} {rows:>10,}")
        print(f"{'bare pass with csv.DictReader':<34} {bare:>8.1f} s")
        for words, sample in (
            ("plan, everything", ""),
            ("plan, 1,000 balanced", "limit = 1000\nbalanced = true"),
        ):
            (folder / "study.toml").write_text(STUDY.format(sample=sample), encoding="utf-8")
            seconds, megabytes = _plan(folder)
            print(
                f"{words:<34} {seconds:>8.1f} s {megabytes:>6.0f} MB {seconds / bare:>6.1f} x the bare pass"
            )


def _write(folder: Path) -> None:
    for recording in range(RECORDINGS):
        (folder / f"r{recording:04d}.mp4").touch()
    with (folder / "clips.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(_rows())


def _rows() -> Iterator[tuple[object, ...]]:
    for recording in range(RECORDINGS):
        for clip in range(CLIPS):
            for criterion in range(CRITERIA):
                text = f"Point {criterion} of the checklist is"
                yield (
                    *(f"r{recording:04d}.mp4", 3 * clip, 3 * clip + 3, "squat", f"s{recording // 5}"),
                    *(f"c{criterion}", f"{text} kept.", f"{text} broken."),
                    "faulty" if (recording * 7 + clip * 3 + criterion) % 5 == 0 else "correct",
                )


def _plan(folder: Path) -> tuple[float, float]:
    """Seconds and the greatest resident memory in MB of one `aqa-eval plan`."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "aqa_eval", "plan", str(folder / "study.toml")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - started
    # The greatest of all children so far: the first plan is the larger of the two.
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    main()
