"""The command that writes a study to start from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from aqa_eval.cli.application import app
from aqa_eval.errors import StudyError, did_you_mean

PRESETS = files("aqa_eval") / "presets"


@app.command(epilog="Examples: aqa-eval init my-study.toml | aqa-eval init --preset probe probe.toml")
def init(
    path: Annotated[Path, typer.Argument(help="The file to write.")] = Path("study.toml"),
    preset: Annotated[
        str,
        typer.Option(
            help="What to start from: starter, quick (a first look), probe (one thing at a time), study2026."
        ),
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
