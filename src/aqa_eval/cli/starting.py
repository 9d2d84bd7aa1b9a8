"""Commands before anything is asked: a study to start from, and what it would ask."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from aqa_eval.cli.application import Root, Strict, StudyPath, app
from aqa_eval.cli.opening import planned, say_what_is_wrong
from aqa_eval.errors import StudyError, did_you_mean
from aqa_eval.study import read_study

PRESETS = files("aqa_eval") / "presets"


@app.command(epilog="Examples: aqa-eval init my-study.toml | aqa-eval init --preset study2026 study2026.toml")
def init(
    path: Annotated[Path, typer.Argument(help="The file to write.")] = Path("study.toml"),
    preset: Annotated[
        str,
        typer.Option(help="What to start from: starter, or study2026 (the study's five datasets, whole)."),
    ] = "starter",
) -> None:
    """Write a commented study file to start from."""
    known = {entry.name.removesuffix(".toml"): entry for entry in PRESETS.iterdir()}
    if preset not in known:
        raise StudyError(f"no preset is called '{preset}': {did_you_mean(preset, known)}")
    template = known[preset].read_text("utf-8")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template)
    except FileExistsError:
        raise StudyError(f"{path}: is there already; name another file") from None
    except OSError as error:
        raise StudyError(f"{path}: cannot be written: {error.strerror}") from error
    typer.echo(f"{path}: written. Edit it, then: aqa-eval plan {path}")


@app.command(epilog="Example: aqa-eval plan examples/quickstart.toml")
def plan(study: StudyPath, root: Root = None, strict: Strict = False) -> None:
    """Say what will be asked of whom, before anything is."""
    made = planned(read_study(study, root), strict)
    census = made.census()
    say_what_is_wrong(made)
    for (name, task), count in census.items.items():
        typer.echo(f"{name}: {count} items to {task}")
    for name in made.respondents:
        typer.echo(f"{name}: {census.trials[name]} trials")
    for (judge, reason), count in sorted(census.left_out.items()):
        typer.echo(f"{judge}: {count} left out: {reason}")
