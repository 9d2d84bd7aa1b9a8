"""What a download holds, in words and as data: the answer of `aqa-eval datasets NAME --root DIR`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aqa_eval.datasets.check_cells import Cell, cells
from aqa_eval.datasets.dataset import Dataset
from aqa_eval.datasets.describe import table, terms_as_json, terms_in_words

LISTED = 20
"""How many kinds of problems, and how many notes and differences, are printed; the JSON has them all."""
EXAMPLES = 3
"""How many problems of a kind are printed."""


def render(dataset: Dataset) -> str:
    """Write facts, counts and agreement per split and criterion, terms, differences, notes and problems."""
    counted = [(f"{cell.split}, {cell.criterion.id}", cell, cell.numbers()) for cell in cells(dataset)]
    agreement = [(name, _agreement(numbers["raters"])) for name, _, numbers in counted if "raters" in numbers]
    sections = [
        dataset.title,
        table("What was found", [("name", dataset.name), *dataset.facts.items()]),
        table("Labels", [(name, _words(cell, numbers)) for name, cell, numbers in counted]),
        *([table("Raters (the human ceiling)", agreement)] if agreement else []),
        table("Terms", terms_in_words(dataset.terms)),
        _listed("Differences from the published counts", dataset.differences),
        _listed("Notes", dataset.notes),
        _problems(dataset.problems),
    ]
    return "\n\n".join(sections) + "\n"


def as_json(dataset: Dataset) -> dict[str, Any]:
    """Give the same as plain JSON values, with every problem."""
    return {
        "name": dataset.name,
        "title": dataset.title,
        "facts": dict(dataset.facts),
        "terms": terms_as_json(dataset.terms),
        "labels": [
            {"split": cell.split, "criterion": cell.criterion.id, "task": str(cell.criterion.task)}
            | cell.numbers()
            for cell in cells(dataset)
        ],
        "comparisons": len(dataset.pairs),
        "differences": list(dataset.differences),
        "notes": list(dataset.notes),
        "problems": list(dataset.problems),
        "problem_kinds": [
            {"count": count, "first": examples[0]} for count, examples in _kinds(dataset.problems)
        ],
    }


def _words(cell: Cell, numbers: Mapping[str, Any]) -> str:
    words = f"{numbers['n']} in {numbers['clusters']} clusters, {numbers['with_media']} with media"
    if "fault_rate" in numbers:
        return f"{words}; fault in {numbers['fault_rate']:.1%}"
    if "options" in numbers:
        return f"{words}; {', '.join(f'{option}: {n}' for option, n in numbers['options'].items())}"
    unit = f" {cell.criterion.scale.unit}" if cell.criterion.scale else ""
    return f"{words}; {numbers['minimum']:g} to {numbers['maximum']:g}{unit}, mean {numbers['mean']:.2f}"


def _agreement(found: Mapping[str, Any]) -> str:
    """How many raters, alpha, and the rank correlation of one with the others."""
    parts = [f"{found['rated']} rated by up to {found['most_raters']}"]
    why = found.get("why", {})
    for name, words in (("alpha_nominal", "alpha (nominal)"), ("alpha_interval", "alpha (interval)")):
        if name in found:
            parts.append(f"{words} {_number(found[name], why.get(name, ''))}")
    if "rho" in found:
        span = found["rho_range"]
        between = f" ({span[0]:.3f} to {span[1]:.3f})" if span else ""
        parts.append(f"one against the others: rho {_number(found['rho'], why.get('rho', ''))}{between}")
    return "; ".join(parts)


def _number(value: float | None, why: str) -> str:
    return f"cannot be estimated ({why})" if value is None else f"{value:.3f}"


def _listed(heading: str, sentences: Sequence[str]) -> str:
    """List at most `LISTED` sentences, and say how many more there are."""
    if not sentences:
        return f"{heading}\n  none"
    lines = [f"  {sentence}" for sentence in sentences[:LISTED]]
    if len(sentences) > LISTED:
        lines.append(f"  ... and {len(sentences) - LISTED} more")
    return "\n".join([f"{heading} ({len(sentences)})", *lines])


def _problems(problems: Sequence[str]) -> str:
    """List the kinds of problems, the most frequent first, each with its count and its first examples."""
    if not problems:
        return "Problems\n  none"
    kinds = _kinds(problems)
    lines = [f"Problems ({len(problems)})"]
    for count, examples in kinds[:LISTED]:
        if count == 1:
            lines.append(f"  {examples[0]}")
            continue
        lines.append(f"  {count} alike:")
        lines += [f"    {example}" for example in examples]
        if count > len(examples):
            lines.append(f"    ... and {count - len(examples)} more")
    if len(kinds) > LISTED:
        left = sum(count for count, _ in kinds[LISTED:])
        lines.append(f"  ... and {left} more of {len(kinds) - LISTED} other kinds")
    return "\n".join(lines)


_PARTICULAR = re.compile(r"'[^']*'|\"[^\"]*\"|\([^()]*\)|[\w./-]*\d[\w./-]*")


def _kinds(problems: Iterable[str]) -> list[tuple[int, list[str]]]:
    """Problems that differ only in names, quoted words and numbers: how many, and the first of them."""
    counts: dict[str, int] = {}
    examples: dict[str, list[str]] = {}
    for problem in problems:
        kind = _PARTICULAR.sub("*", problem)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= EXAMPLES:
            examples.setdefault(kind, []).append(problem)
    order = sorted(counts, key=lambda kind: -counts[kind])
    return [(counts[kind], examples[kind]) for kind in order]
