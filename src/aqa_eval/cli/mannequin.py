"""The command `mannequin`: one rendered clip by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aqa_eval.cli.application import app
from aqa_eval.errors import MediaError, did_you_mean
from aqa_eval.mannequin import MOVEMENTS, Movement, film
from aqa_eval.mannequin.execution import recipe
from aqa_eval.vocabulary import Rendered


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    epilog="Examples: aqa-eval mannequin squat --knees-in 12 --view front -o clip.mp4 | "
    "aqa-eval mannequin squat (lists its dials) | aqa-eval mannequin (lists the movements)",
)
def mannequin(
    context: typer.Context,
    movement: Annotated[
        str | None, typer.Argument(help="The movement; its dials are options: --depth 90.")
    ] = None,
    view: Annotated[
        str | None, typer.Option(help="The camera. [default: one from which the first dial can be judged]")
    ] = None,
    seed: Annotated[int, typer.Option(help="Chooses body, clothes, light and room.")] = 7,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The MP4 file to write. [default: the movement's name.mp4]"),
    ] = None,
) -> None:
    """Render one clip of a person with faults of exactly the size you set."""
    if movement is None:
        for known in MOVEMENTS.values():
            typer.echo(f"{known.name:<16} {known.action}; dials: {', '.join(d.name for d in known.dials)}")
        return
    if movement.replace("-", "_") not in MOVEMENTS:
        raise MediaError(f"no movement is called '{movement}': {did_you_mean(movement, MOVEMENTS)}")
    chosen = MOVEMENTS[movement.replace("-", "_")]
    dials = _dials(chosen, context.args)
    if output is None and not dials:
        typer.echo(_described(chosen))
        return
    rendered = Rendered(chosen.name, tuple(sorted(dials.items())), view or _view(chosen, dials), seed)
    _, amounts = recipe(rendered)
    path = output or Path(f"{chosen.name}.mp4")
    try:
        film(rendered, path)
    except OSError as error:
        raise MediaError(f"{path}: cannot be written: {error.strerror}") from error
    typer.echo(f"{path}: written, {rendered.view} view, seed {seed}")
    typer.echo(_truth(chosen, amounts, rendered.view))


def _dials(movement: Movement, words: list[str]) -> dict[str, float]:
    """The dials given as options. Raises MediaError for one that is unknown or has no number."""
    known = {dial.name.replace("_", "-"): dial for dial in movement.dials}
    found: dict[str, float] = {}
    left = [part for word in words for part in word.split("=", 1)]
    while left:
        word = left.pop(0)
        name = word.removeprefix("--").replace("_", "-")
        if not word.startswith("--") or name not in known:
            raise MediaError(f"{movement.name}: '{word}' is no dial: {did_you_mean(name, known)}")
        if known[name].name in found:
            raise MediaError(f"{movement.name}: --{name} is given twice; give it once")
        try:
            found[known[name].name] = float(left.pop(0))
        except (IndexError, ValueError):
            raise MediaError(f"{movement.name}: --{name} needs a number in {known[name].unit}") from None
    return found


def _view(movement: Movement, dials: dict[str, float]) -> str:
    """A camera from which the first of the dials can be judged; without dials the movement's first."""
    for fault in movement.faults:
        if fault.dial == next(iter(dials), None):
            return fault.criterion.views[0]
    return movement.views[0]


def _described(movement: Movement) -> str:
    """The dials of a movement and the criteria they decide."""
    lines = [f"{movement.name}: {movement.action}; views: {', '.join(movement.views)}", "Dials"]
    width = max(len(dial.name) for dial in movement.dials) + 2
    for dial in movement.dials:
        name = f"--{dial.name.replace('_', '-')}"
        limits = f"{dial.minimum:g} to {dial.maximum:g} {dial.unit}"
        lines.append(f"  {name:<{width}}  {limits}, faultless {dial.neutral:g}")
    lines.append("Criteria")
    for fault in movement.faults:
        side = "or more" if fault.faulty_side == "above" else "or less"
        seen = ", ".join(fault.criterion.views)
        lines.append(
            f"  {fault.criterion.id}: fault at {fault.dial} {fault.threshold:g} {side}; seen from: {seen}"
        )
    return "\n".join(lines)


def _truth(movement: Movement, amounts: dict[str, float], view: str) -> str:
    """What is true of a clip with these dials."""
    lines = []
    for fault in movement.faults:
        judged = "" if view in fault.criterion.views else " (cannot be judged from this view)"
        said = "FAULT" if fault.present(amounts) else "no fault"
        side = "from" if fault.faulty_side == "above" else "up to"
        lines.append(
            f"{fault.criterion.id}: {said}, {fault.dial} {amounts[fault.dial]:g}, "
            f"a fault {side} {fault.threshold:g}{judged}"
        )
    lines.append(f"{movement.score.id}: {movement.quality(amounts):.2f} points")
    return "\n".join(lines)
