"""The clips and examples of one trial, prepared to be shown."""

from __future__ import annotations

from dataclasses import replace

from aqa_eval.plan import Plan, Showing
from aqa_eval.run.studio import Studio
from aqa_eval.vocabulary import Clip, Item, Presentation, Shown, Trial


async def prepared(plan: Plan, studio: Studio, trial: Trial) -> Showing:
    """Everything the trial shows, made ready. Raises MediaError for what cannot be shown."""
    if trial.condition.representation == "none":
        blind = tuple(Shown() for _ in trial.shown)
        return Showing(blind, tuple((Shown(),) for _ in trial.examples))
    shown = []
    for place, clip in enumerate(trial.shown):
        want = plan.presentation(trial, clip)
        shown.append(placed(await studio.shown(clip, together(plan, trial.item, clip, want), want), place))
    examples = []
    for number, example in enumerate(trial.examples, start=1):
        want = plan.staging.example_presentation(example, trial.condition)
        clip = example.clips[0]
        examples.append((placed(await studio.shown(clip, (want,), want), -number),))
    return Showing(tuple(shown), tuple(examples))


def together(plan: Plan, item: Item, clip: Clip, want: Presentation) -> tuple[Presentation, ...]:
    """What is made of a clip in one go: everything its item needs of it, or, of a donor, what is wanted."""
    return plan.presentations(item, clip) if clip in item.clips else (want,)


def placed(shown: Shown, place: int) -> Shown:
    """The pictures of a clip with the clip's place written on each."""
    frames = shown.frames if place == 0 else tuple(replace(frame, clip=place) for frame in shown.frames)
    film = None if shown.film is None else replace(shown.film, clip=place)
    return replace(shown, frames=frames, film=film)
