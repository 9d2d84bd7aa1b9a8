"""Fit the weights by which claims are read, and say how well they read sentences of a style never met.

    python scripts/fit_claims.py            # the accuracy when each style in turn is left out, and its misses
    python scripts/fit_claims.py --write    # and keep the weights of all of them: lexicon/weights.toml

A multinomial logistic regression over the cues of the lexicon, with a ridge penalty (scikit-learn), on the
development sentences. A style is the `context` of a sentence in its file.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict

from aqa_eval.traces import accuracy
from aqa_eval.traces.kinds import BUILD
from aqa_eval.traces.lexicon_files import CLASSES, NONE, lexicon
from aqa_eval.traces.reading import cues

DEVELOPMENT = tuple(
    Path("tests/traces") / name
    for name in ("development.jsonl", "development-adversarial.jsonl", "development-traces.jsonl")
)
WEIGHTS = Path("src/aqa_eval/traces/lexicon/weights.toml")
PENALTY = 0.5
"""scikit-learn's C."""
FEWEST = 2
"""A cue that stands in fewer development sentences gets no weight."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--misses", action="store_true", help="print the sentences that are misread")
    parser.add_argument("--penalty", type=float, default=PENALTY)
    options = parser.parse_args()
    sentences, styles, files = [], [], []
    for path in DEVELOPMENT:
        for one in accuracy.read_sentences(path):
            sentences.append(one)
            styles.append(f"{path.stem}: {one.style}")
            files.append(path.stem)
    names = (*lexicon().cues.names, *BUILD)
    rows = np.array(
        [[name in found for name in names] for found in (cues(one.text) for one in sentences)], float
    )
    rows[:, rows.sum(axis=0) < FEWEST] = 0.0
    labels = np.array([CLASSES.index(one.kind) for one in sentences])
    model = LogisticRegression(C=options.penalty, max_iter=5000)
    for title, groups in (("style", styles), ("file", files)):
        said = cross_val_predict(model, rows, labels, groups=groups, cv=LeaveOneGroupOut())
        said[rows[:, names.index("question")] > 0] = CLASSES.index(NONE)
        print(_shares(title, labels, said, files))
        if options.misses and title == "style":
            for one, label, read in zip(sentences, labels, said, strict=True):
                if label != read:
                    print(f"  {CLASSES[label]:11} read {CLASSES[read]:11} {one.text}  {cues(one.text)}")
    if options.write:
        model.fit(rows, labels)
        WEIGHTS.write_text(_written(names, model, rows))


def _shares(title: str, labels: np.ndarray, said: np.ndarray, files: list[str]) -> str:
    right = Counter(file for file, a, b in zip(files, labels, said, strict=True) if a == b)
    totals = Counter(files)
    lines = [f"each {title} left out: {(labels == said).mean():.3f} of {len(labels)} right"]
    lines += [f"  {file}: {right[file] / totals[file]:.3f} of {totals[file]}" for file in totals]
    for place, name in enumerate(CLASSES):
        found, read = labels == place, said == place
        both = (found & read).sum()
        lines.append(f"  {name}: precision {both / max(read.sum(), 1):.2f}, recall {both / found.sum():.2f}")
    return "\n".join(lines)


def _written(names: tuple[str, ...], model: LogisticRegression, rows: np.ndarray) -> str:
    lines = [
        "# How strongly each cue speaks for each class: written by scripts/fit_claims.py --write.",
        f"version = {lexicon().version}",
        "",
        "[bias]",
        *(f"{name} = {value:.2f}" for name, value in zip(CLASSES, model.intercept_, strict=True)),
        "",
        "[weights]",
    ]
    for place, name in enumerate(names):
        if rows[:, place].any():
            inner = ", ".join(f"{kind} = {model.coef_[n, place]:.2f}" for n, kind in enumerate(CLASSES))
            lines.append(f"{name} = {{ {inner} }}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
