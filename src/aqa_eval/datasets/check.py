"""What a download holds, in words and as data: the answer of `aqa-eval datasets NAME --root DIR`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from aqa_eval.datasets.dataset import Dataset
from aqa_eval.vocabulary import Clip, Criterion, Truth

LISTED = 20
"""How many problems are printed; the JSON has them all."""


def render(dataset: Dataset) -> str:
    """Write facts, terms, counts and label ranges per split and criterion, and the first problems."""
    facts = [("name", dataset.name), *dataset.facts.items()]
    terms = [
        ("licence", dataset.terms.licence),
        ("citation", dataset.terms.citation),
        ("how to get it", dataset.terms.how),
        ("frames in reports", "yes" if dataset.terms.may_embed else "no"),
        ("frames to third parties", "yes" if dataset.terms.may_send else "no"),
    ]
    counts = [(f"{split}, {criterion.id}", words) for split, criterion, words in _counts(dataset)]
    sections = [
        dataset.title,
        _table("What was found", facts),
        _table("Labels", counts),
        _table("Terms", terms),
        _problems(dataset.problems),
    ]
    return "\n\n".join(sections) + "\n"


def as_json(dataset: Dataset) -> dict[str, Any]:
    """Give the same as plain JSON values, with every problem."""
    return {
        "name": dataset.name,
        "title": dataset.title,
        "facts": dict(dataset.facts),
        "terms": {
            "licence": dataset.terms.licence,
            "citation": dataset.terms.citation,
            "how": dataset.terms.how,
            "may_embed": dataset.terms.may_embed,
            "may_send": dataset.terms.may_send,
        },
        "labels": [
            {"split": split, "criterion": criterion.id, **_numbers(values, clips)}
            for split, criterion, clips, values in _cells(dataset)
        ],
        "problems": list(dataset.problems),
    }


def _cells(dataset: Dataset) -> Iterator[tuple[str, Criterion, list[Clip], list[Truth]]]:
    """Yield split, criterion, and the labelled clips with their truths, in the dataset's order."""
    for split in dict.fromkeys(clip.split for clip in dataset.clips):
        own = [
            (clip, labels)
            for clip, labels in zip(dataset.clips, dataset.labels, strict=True)
            if clip.split == split
        ]
        for criterion in dataset.criteria.values():
            labelled = [
                (clip, label.value)
                for clip, labels in own
                for label in labels
                if label.criterion == criterion.id
            ]
            if labelled:
                yield split, criterion, [clip for clip, _ in labelled], [value for _, value in labelled]


def _counts(dataset: Dataset) -> Iterator[tuple[str, Criterion, str]]:
    for split, criterion, clips, values in _cells(dataset):
        numbers = _numbers(values, clips)
        words = f"{numbers['n']} in {numbers['clusters']} clusters, {numbers['with_media']} with media"
        if "fault_rate" in numbers:
            words += f"; fault in {numbers['fault_rate']:.1%}"
        elif "mean" in numbers:
            unit = f" {criterion.scale.unit}" if criterion.scale else ""
            words += f"; {numbers['minimum']:g} to {numbers['maximum']:g}{unit}, mean {numbers['mean']:.2f}"
        else:
            words += f"; {', '.join(f'{option}: {n}' for option, n in numbers['options'].items())}"
        yield split, criterion, words


def _numbers(values: Sequence[Truth], clips: Sequence[Clip]) -> dict[str, Any]:
    """Count, and describe the truths by their kind: fault rate, range and mean, or options."""
    counted: dict[str, Any] = {
        "n": len(values),
        "clusters": len({clip.cluster for clip in clips}),
        "with_media": sum(clip.media is not None for clip in clips),
    }
    faults = [value for value in values if isinstance(value, bool)]
    scores = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(faults) == len(values):
        return counted | {"fault_rate": sum(faults) / len(faults)}
    if len(scores) == len(values):
        return counted | {"minimum": min(scores), "maximum": max(scores), "mean": sum(scores) / len(scores)}
    options = [str(value) for value in values]
    return counted | {"options": {option: options.count(option) for option in sorted(set(options))}}


def _table(heading: str, rows: Sequence[tuple[str, str]]) -> str:
    width = max((len(name) for name, _ in rows), default=0)
    lines = [f"  {name:<{width}}  {value}" for name, value in rows] or ["  none"]
    return "\n".join([heading, *lines])


def _problems(problems: Sequence[str]) -> str:
    """List at most `LISTED` problems, and say how many more there are."""
    if not problems:
        return "Problems\n  none"
    lines = [f"  {problem}" for problem in problems[:LISTED]]
    if len(problems) > LISTED:
        lines.append(f"  ... and {len(problems) - LISTED} more")
    return "\n".join([f"Problems ({len(problems)})", *lines])
