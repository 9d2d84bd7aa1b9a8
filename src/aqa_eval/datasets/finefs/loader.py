"""FineFS: single elements of figure skating with every judge's grade (Ji et al., ACM MM 2023).

An item is one executed element: the stretch of its video, padded by a second at either side because its
times are whole seconds. The label is the trimmed mean of the judges' grades of execution (target `judges`).
The GOE in points is that mean scaled by what the element is worth, so that it mixes in difficulty (target
`points`). For the same reason the element's code is not named to a judge unless `name_element` is set.

A panel judges a whole competition and shares its leniency there: the event is the competition, and ranks are
correlated within it. What then still depends on one another are the elements of one performance, by one
skater before one panel: the cluster is the performance. Skaters are not named, so that a skater's short and
free programme count as two clusters.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from aqa_eval.datasets import masks
from aqa_eval.datasets.criterion_texts import criteria_of
from aqa_eval.datasets.dataset import Dataset, Loader, Options, Terms
from aqa_eval.datasets.download import Download
from aqa_eval.datasets.finefs import performances, release_files, summary
from aqa_eval.datasets.finefs.annotation import Element
from aqa_eval.datasets.finefs.elements import CLASSES
from aqa_eval.datasets.finefs.performances import Skated
from aqa_eval.datasets.masks import Masks
from aqa_eval.errors import DataError
from aqa_eval.measures.panels import trimmed_mean
from aqa_eval.vocabulary import Clip, Criterion, Label, Media, Task, VideoFile

NAME = "finefs"
TITLE = "FineFS (figure skating)"

TERMS = Terms(
    licence="none stated by the authors; the footage is broadcast of competitions",
    citation="Y. Ji, L. Ye, H. Huang, L. Mao, Y. Zhou, L. Gao: Localization-assisted Uncertainty Score "
    "Disentanglement Network for Action Quality Assessment. ACM Multimedia 2023, pp. 8590-8597.",
    how="follow the Baidu Drive link in the README of github.com/yanliji/FineFS-dataset; its annotation and "
    "video folders are needed, skeleton is not",
    may_embed=False,
    may_send=False,
)


class FineFsOptions(Options):
    """`root`: the downloaded folder. `target`: which score is the truth.

    `name_element`: tell a judge the element's code, and with it the difficulty. `masks`: boxes painted over
    in every clip, `[left, top, right, bottom]` in fractions.
    """

    root: Path
    target: Literal["judges", "points"] = "judges"
    name_element: bool = False
    masks: Masks = ()


def load(options: Options) -> Dataset:
    """Read a download of FineFS; no video is opened.

    Individual ratings (the judges' grades) go with target `judges`. Raises DataError where the root is no
    folder or holds no usable element.
    """
    if not isinstance(options, FineFsOptions):
        raise TypeError(f"{NAME} is loaded with FineFsOptions, not {type(options).__name__}")
    download = Download.open(options.root)
    problems = list(download.problems)
    files = release_files.find(download, problems)
    skated = performances.read(files, problems)
    rows = [(one, element) for one in skated for element in one.performance.elements]
    if not rows:
        raise DataError(
            f"{options.root}: no usable element in {len(files.annotations)} annotation files. Expected the "
            f"dataset's data/annotation/N.json. First: {problems[0]}"
        )
    problems += summary.missing(download.root, skated)
    labels = [_label(one, element, options) for one, element in rows]
    return Dataset(
        name=NAME,
        title=TITLE,
        terms=TERMS,
        criteria=_criteria(options),
        clips=[_clip(one, element, options) for one, element in rows],
        labels=[(label,) for label in labels],
        problems=problems,
        notes=summary.notes(skated, [label for label in labels if not _on_scale(label)]),
        differences=summary.differences(skated),
        facts={
            **summary.facts(skated, files),
            "element code in the action": "yes, it tells the difficulty" if options.name_element else "no",
            "mask boxes": masks.said(options.masks, "scoreboards"),
        },
    )


def _criteria(options: FineFsOptions) -> dict[str, Criterion]:
    return {
        f"finefs.{options.target}_{kind}": criteria()[f"finefs.{options.target}_{kind}"] for kind in CLASSES
    }


def _clip(one: Skated, element: Element, options: FineFsOptions) -> Clip:
    media: Media | None = None
    if one.recording is not None and element.span is not None:
        media = VideoFile(one.recording, element.span)
    action = criteria()[f"finefs.{options.target}_{element.kind}"].action
    return Clip(
        id=one.name(element),
        dataset=NAME,
        action=f"{action} ({element.code})" if options.name_element else action,
        media=media,
        cluster=str(one.number),
        split=one.split,
        event=one.performance.competition,
        masks=masks.boxes(options.masks),
        code=element.code,
        difficulty=element.base,
    )


def _label(one: Skated, element: Element, options: FineFsOptions) -> Label:
    criterion = f"finefs.{options.target}_{element.kind}"
    if options.target == "points":
        return Label(one.name(element), criterion, element.goe)
    return Label(one.name(element), criterion, trimmed_mean(element.grades), element.grades)


def _on_scale(label: Label) -> bool:
    scale = criteria()[label.criterion].scale
    return scale is None or scale.minimum <= float(label.value) <= scale.maximum


def criteria() -> Mapping[str, Criterion]:
    """Both targets' criteria by id, one a class of element; a study asks about those its `target` names."""
    return criteria_of(NAME)


LOADER = Loader(
    name=NAME,
    title=TITLE,
    options=FineFsOptions,
    tasks=(Task.SCORE,),
    load=load,
    terms=TERMS,
    criteria=criteria,
)
