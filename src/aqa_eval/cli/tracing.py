"""What is said while the judges' words are read for a report."""

from __future__ import annotations

import typer

from aqa_eval.traces.table import Progress

_EVERY_TEXTS, _EVERY_CLIPS = 5_000, 10


def telling() -> Progress:
    """A line on standard error now and then: how many texts were read, in which clip a body is looked for."""
    clips = 0

    def read(count: int) -> None:
        if count % _EVERY_TEXTS == 0:
            typer.echo(f"{count:,} texts read", err=True)

    def looked(clip: str) -> None:
        nonlocal clips
        clips += 1
        if clips % _EVERY_CLIPS == 1:
            typer.echo(f"looking for the body in clips, to check what was said of them: {clip}", err=True)

    return Progress(read, looked)
