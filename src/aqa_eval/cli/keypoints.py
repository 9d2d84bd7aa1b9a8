"""The command that has SAM 3D Body look for the body in a study's clips."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from aqa_eval.cli.application import Root, StudyPath, app
from aqa_eval.cli.opening import planned, store
from aqa_eval.errors import MediaError, StudyError
from aqa_eval.media.cache import new_file
from aqa_eval.media.recording import Projector
from aqa_eval.media.sam3d_body import WEIGHTS, load_estimator, write_keypoints
from aqa_eval.plan import Plan
from aqa_eval.study import read_study
from aqa_eval.vocabulary import Clip


@app.command(epilog="Example: aqa-eval keypoints study.toml --to data/keypoints")
def keypoints(
    study: StudyPath,
    to: Annotated[Path, typer.Option(help="The folder to write one file a clip into.")],
    root: Root = None,
    weights: Annotated[str, typer.Option(help="SAM 3D Body's weights on Hugging Face.")] = WEIGHTS,
) -> None:
    """Run SAM 3D Body, where it is installed, over every clip that a study asks about."""
    plan = planned(read_study(study, root), strict=False)
    projector = Projector(store(plan.study).folder)
    missing = [clip for clip in _clips(plan) if not _file(to, clip).is_file()]
    if not missing:
        typer.echo(f"{to}: nothing to do, every clip has its keypoints")
        return
    estimator = load_estimator(weights)
    failed = 0
    for number, clip in enumerate(missing, start=1):
        try:
            with new_file(_file(to, clip)) as part:
                write_keypoints(projector.open(clip), clip.id, part, estimator)
        except MediaError as error:
            failed += 1
            typer.echo(f"{clip.id}: {error}", err=True)
        else:
            typer.echo(f"{number}/{len(missing)} {clip.id}", err=True)
    typer.echo(f"{to}: {len(missing) - failed} clips written, {failed} failed")
    if failed:
        raise typer.Exit(1)


def _clips(plan: Plan) -> Iterator[Clip]:
    """Every recording that is asked about, once. Raises StudyError where datasets would mix."""
    if len(plan.datasets) > 1:
        raise StudyError("keypoints lie in one folder a dataset: give a study with one dataset")
    clips = (clip for item in plan.items() for clip in item.clips if clip.media is not None)
    return iter(dict.fromkeys(clips))


def _file(folder: Path, clip: Clip) -> Path:
    return folder / f"{quote(clip.id, safe='')}.json"
