"""What can be told of datasets before one is read: which there are, how one is had, what is judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aqa_eval.datasets.dataset import Loader, Terms
from aqa_eval.vocabulary import Criterion, Task


def table(heading: str, rows: Sequence[tuple[str, str]]) -> str:
    """A heading and rows of two columns, the first as wide as it needs to be."""
    width = max((len(name) for name, _ in rows), default=0)
    lines = [f"  {name:<{width}}  {value}" for name, value in rows] or ["  none"]
    return "\n".join([heading, *lines])


def terms_in_words(terms: Terms) -> list[tuple[str, str]]:
    """Under which terms the data may be used, as rows of a table."""
    return [
        ("licence", terms.licence),
        ("citation", terms.citation),
        ("how to get it", terms.how),
        ("frames in reports", "yes" if terms.may_embed else "no"),
        ("frames to third parties", "yes" if terms.may_send else "no"),
    ]


def terms_as_json(terms: Terms) -> dict[str, Any]:
    """The same as plain JSON values."""
    return {
        "licence": terms.licence,
        "citation": terms.citation,
        "how": terms.how,
        "may_embed": terms.may_embed,
        "may_send": terms.may_send,
    }


def listing(loaders: Iterable[Loader]) -> str:
    """Write every dataset: name, title, tasks, and what its terms allow to be done with frames. Tasks that a
    study has to name are in brackets.
    """
    rows = [("name", "title", "tasks", "frames"), *(_row(loader) for loader in loaders)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines) + "\n"


def listing_as_json(loaders: Iterable[Loader]) -> list[dict[str, Any]]:
    """Give the same as plain JSON values."""
    return [
        {
            "name": loader.name,
            "title": loader.title,
            "tasks": [str(task) for task in loader.tasks],
            "optional_tasks": [str(task) for task in loader.optional],
            "options": sorted(loader.options.model_fields),
            "terms": terms_as_json(loader.terms),
        }
        for loader in loaders
    ]


def _row(loader: Loader) -> tuple[str, str, str, str]:
    terms = loader.terms
    words = {
        (True, True): "may be shown and sent",
        (True, False): "may be shown, not sent",
        (False, True): "may be sent, not shown",
        (False, False): "stay here",
    }
    tasks = ", ".join((*loader.tasks, *(f"({task})" for task in loader.optional)))
    return loader.name, loader.title, tasks, words[terms.may_embed, terms.may_send]


def how(loader: Loader) -> str:
    """Write how a dataset is had, under which terms, what to cite, and what a study sets for it."""
    options = [
        (
            name,
            "required"
            if field.is_required()
            else f"default {field.get_default(call_default_factory=True)!r}",
        )
        for name, field in loader.options.model_fields.items()
    ]
    first = [f"{loader.title} ({loader.name})", table("Terms", terms_in_words(loader.terms))]
    return "\n\n".join([*first, table("Options in a study", options)]) + "\n"


def how_as_json(loader: Loader) -> dict[str, Any]:
    """Give the same as plain JSON values: the options as their JSON schema."""
    [content] = listing_as_json([loader])
    return content | {"options": loader.options.model_json_schema()}


def criteria(given: Mapping[str, Criterion]) -> str:
    """Write every criterion, its texts in both polarities so that they can be read side by side."""
    return "\n\n".join(table(c.id, _lines(c)) for c in given.values()) + "\n" if given else "none\n"


def _lines(criterion: Criterion) -> list[tuple[str, str]]:
    lines = [("action", criterion.action), ("task", str(criterion.task))]
    lines += [(name, text) for name, text in _texts(criterion) if text]
    if criterion.scale is not None:
        scale = criterion.scale
        better = "higher" if scale.higher_is_better else "lower"
        lines.append(("scale", f"{scale.minimum:g} to {scale.maximum:g} {scale.unit}, {better} is better"))
    lines.append(("views", ", ".join(criterion.views) or "any"))
    rule = criterion.rule
    lines.append(
        (
            "pose",
            f"{rule.quantity} {rule.faulty_side} {rule.threshold:g} {rule.unit}" if rule else "not readable",
        )
    )
    return lines


def _texts(criterion: Criterion) -> list[tuple[str, str]]:
    return [
        ("requirement", criterion.requirement),
        ("fault", criterion.fault),
        ("question", criterion.question),
        ("options", " | ".join(criterion.options)),
    ]


def criteria_as_json(given: Mapping[str, Criterion]) -> list[dict[str, Any]]:
    """Give the same as plain JSON values."""
    return [
        {
            "id": c.id,
            "action": c.action,
            "task": str(c.task),
            "requirement": c.requirement,
            "fault": c.fault,
            "question": c.question,
            "options": list(c.options),
            "scale": None
            if c.scale is None
            else {
                "minimum": c.scale.minimum,
                "maximum": c.scale.maximum,
                "unit": c.scale.unit,
                "higher_is_better": c.scale.higher_is_better,
            },
            "views": list(c.views),
            "readable_by_pose": c.rule is not None and c.task is Task.VERIFY,
        }
        for c in given.values()
    ]
