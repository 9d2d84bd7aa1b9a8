"""How well claims are read: precision and recall of each class, with 95% Wilson intervals.

    python scripts/claims_accuracy.py            # every set of labelled sentences
    python scripts/claims_accuracy.py --write    # and keep the held-out counts for the findings
    python scripts/claims_accuracy.py --labels other.jsonl --against tests/traces/heldout2.jsonl

The last one compares any other labeller (a model, a person) with the labels: a JSONL with a line for each
line of the file it is compared with, and the keys text, kind, part and time.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from aqa_eval.traces import accuracy
from aqa_eval.traces.lexicon_files import lexicon

HALVES = {
    "development": Path("tests/traces/development.jsonl"),
    "development, adversarial": Path("tests/traces/development-adversarial.jsonl"),
    "development, traces": Path("tests/traces/development-traces.jsonl"),
    "held out": Path("tests/traces/heldout2.jsonl"),
}
COUNTS = Path("src/aqa_eval/traces/lexicon/accuracy.toml")


def table(name: str, labels: list[accuracy.Sentence], said: list[accuracy.Sentence]) -> str:
    """The rows of one half as Markdown."""
    counted = accuracy.confusion((a.kind, b.kind) for a, b in zip(labels, said, strict=True))
    lines = []
    for kind in accuracy.CLASSES:
        right, found = accuracy.precision(counted, kind), accuracy.recall(counted, kind)
        lines.append(f"| {name} | {kind} | {found.total} | {_rate(right)} | {_rate(found)} |")
    agreed = accuracy.Rate(sum(counted[kind, kind] for kind in accuracy.CLASSES), len(labels))
    lines.append(f"| {name} | all kinds | {len(labels)} | | {_rate(agreed)} |")
    parts, times = accuracy.parts_right(labels, said), accuracy.times_right(labels, said)
    lines.append(f"| {name} | body part | {parts.total} | | {_rate(parts)} |")
    lines.append(f"| {name} | time | {times.total} | | {_rate(times)} |")
    return "\n".join(lines)


def report() -> str:
    """The table of both halves, as the docs show it."""
    head = (
        f"Lexicon version {lexicon().version}.\n\n"
        "| Half | Class | Labelled | Precision | Recall |\n| --- | --- | --- | --- | --- |"
    )
    rows = []
    for name, path in HALVES.items():
        if path.is_file():
            labels = accuracy.read_sentences(path)
            rows.append(table(name, labels, [accuracy.as_read(one.text) for one in labels]))
    return "\n".join([head, *rows])


def counts(path: Path) -> str:
    """The confusion of one half as the TOML that the findings read."""
    labels = accuracy.read_sentences(path)
    counted = accuracy.confusion((one.kind, accuracy.as_read(one.text).kind) for one in labels)
    lines = [
        f"# Sentences of {path} by label and by what the reader makes of them: written by",
        "# scripts/claims_accuracy.py --write.",
        f"lexicon = {lexicon().version}",
        "",
        "[counts]",
    ]
    for label in accuracy.CLASSES:
        inner = ", ".join(f"{said} = {counted[label, said]}" for said in accuracy.CLASSES)
        lines.append(f"{label} = {{ {inner} }}")
    return "\n".join(lines) + "\n"


def _rate(rate: accuracy.Rate) -> str:
    if rate.value is None or rate.interval is None:
        return "none"
    low, high = rate.interval
    return f"{rate.value:.2f} [{low:.2f}, {high:.2f}]"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--against", type=Path)
    options = parser.parse_args()
    if options.labels:
        labels = accuracy.read_sentences(options.against or HALVES["held out"])
        print(table(options.labels.name, labels, accuracy.read_sentences(options.labels)))
        return
    print(report())
    if options.write:
        half = HALVES["held out"] if HALVES["held out"].is_file() else HALVES["development"]
        COUNTS.write_text(counts(half))


if __name__ == "__main__":
    main()
