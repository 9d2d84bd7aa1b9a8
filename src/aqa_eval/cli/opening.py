"""What commands open: the plan of a study, the cache, the ledger of what was asked."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import typer

from aqa_eval.ledger import Ledger
from aqa_eval.media import FrameStore, cache_folder
from aqa_eval.media.extent import Extent, extent
from aqa_eval.media.recording import Projector
from aqa_eval.plan import Plan, make_plan
from aqa_eval.plan.workloads import fitted
from aqa_eval.study import Study, probed, read_study, with_endpoint
from aqa_eval.vocabulary import Clip


def planned(study: Study, strict: bool) -> Plan:
    """The study's plan. Raises DataError where a dataset cannot be read, or has a problem and must not."""
    return make_plan(study, store(study), strict)


def fitting(plan: Plan) -> Plan:
    """The plan without what does not fit a judge's context window."""
    return fitted(plan, looking(plan.study))


def looking(study: Study) -> Callable[[Clip], Extent]:
    """How the size and length of the study's clips are found out."""
    return partial(extent, projector=Projector(store(study).folder))


def store(study: Study) -> FrameStore:
    """The cache of frames, films and poses, and where the study's datasets have keypoints in files."""
    folders = {choice.loader.name: choice.keypoints for choice in study.datasets if choice.keypoints}
    return FrameStore(cache_folder(os.environ), folders)


def recorded(path: Path, out: Path | None, root: Path | None) -> tuple[Plan, Path]:
    """The plan with the judges that were added on the command line, and the study's folder."""
    study = read_study(path, root)
    folder = out or Path("runs") / study.name
    with Ledger.reading(folder) as ledger:
        # A judge that has since been written into the study is the study's.
        own = {judge.name for judge in study.judges}
        for options in ledger.remembered_judges():
            if options.get("name", options["model"]) in own:
                continue
            study = with_endpoint(study, options)
        study = probed(study, ledger.remembered_capabilities(study.judges))
        unfit = ledger.remembered_unfit()
    return replace(planned(study, strict=False), unfit=unfit), folder


def say_what_is_wrong(plan: Plan) -> None:
    """How many problems each dataset has, and differences from its published counts, and what lists them."""
    for choice, dataset in zip(plan.study.datasets, plan.datasets, strict=True):
        problems, differences = len(dataset.problems), len(dataset.differences)
        said = [f"{problems} problem{'s' if problems > 1 else ''} in the data"] if problems else []
        said += [f"{differences} differences from the published counts"] if differences else []
        if said:
            given = choice.options.model_dump(include={"root", "table"}, exclude_none=True)
            where = "".join(f" --set {key}={shlex.quote(str(value))}" for key, value in given.items())
            listed = f"aqa-eval datasets {dataset.name}{where}"
            typer.echo(f"{dataset.name}: {' and '.join(said)}; to list them: {listed}", err=True)
