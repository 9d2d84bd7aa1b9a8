"""LLM-FMS: what is asked of a movement, and the labels of a keyframe for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aqa_eval.datasets import negation
from aqa_eval.datasets.llm_fms.correct_forms import Form, RuleKey
from aqa_eval.datasets.llm_fms.movement_rules import Movement
from aqa_eval.datasets.llm_fms.samples import Sample
from aqa_eval.vocabulary import Criterion, Label, Scale


def criteria(
    seen: Sequence[str], movements: Mapping[str, Movement], forms: Mapping[RuleKey, Form]
) -> dict[str, Criterion]:
    """Make the criteria of the movements `seen`, by id."""
    found = []
    for movement in (movements[name] for name in seen):
        views = (movement.view,) if movement.view else ()
        for rule in movement.rules.values():
            name = f"{movement.id}.{rule.id}"
            found.append(
                Criterion(
                    name, movement.name, "", "", question=rule.question, options=rule.options, views=views
                )
            )
            if form := forms.get((movement.id, rule.id)):
                said = negation.of_answer(rule.question, rule.options, form.option)
                found.append(
                    Criterion(f"{name}.form", movement.name, said.requirement, said.fault, views=views)
                )
        found.append(
            Criterion(
                id=f"{movement.id}.score",
                action=movement.name,
                requirement="The movement pattern is performed fully and without any compensation.",
                fault="The movement pattern cannot be performed, even with compensations.",
                scale=Scale(1.0, 3.0, "points"),
                views=views,
            )
        )
    return {criterion.id: criterion for criterion in found}


def labels(sample: Sample, forms: Mapping[RuleKey, Form]) -> list[Label]:
    """Make the labels of one keyframe."""
    made = []
    for rule, option in sample.answers.items():
        name = f"{sample.movement}.{rule}"
        made.append(Label(sample.id, name, option))
        if form := forms.get((sample.movement, rule)):
            made.append(Label(sample.id, f"{name}.form", option != form.option))
    if sample.score is not None:
        made.append(Label(sample.id, f"{sample.movement}.score", float(sample.score)))
    return made
