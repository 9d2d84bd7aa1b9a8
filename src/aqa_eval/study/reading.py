"""The study file: TOML, checked key by key, into a frozen Study.

Every complaint names the key, what was found and what is allowed; all of them come in one message.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from aqa_eval.datasets import LOADERS
from aqa_eval.datasets.sampling import Sample
from aqa_eval.errors import StudyError
from aqa_eval.judges import PROTOCOLS
from aqa_eval.judges.families import family_named
from aqa_eval.study.axes import DEFAULT, ConditionKeys, Some
from aqa_eval.study.complaints import checked, join, named
from aqa_eval.study.grid import Grid
from aqa_eval.study.study import POSE_GATE, PREVALENCE, DatasetChoice, Study
from aqa_eval.vocabulary import Judge, Task

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _DatasetEntry(BaseModel):
    """What all datasets share; the rest is checked by the dataset's own options."""

    model_config = ConfigDict(extra="allow", frozen=True)
    name: str
    tasks: Some[Task] | None = None
    split: str = "test"
    limit: Annotated[int, Field(ge=1)] | None = None
    balanced: StrictBool = False
    pairs: Annotated[int, Field(ge=1)] = 100
    tournament: Annotated[int, Field(ge=1, le=1000)] | None = None
    keypoints: Path | None = None

    @property
    def sample(self) -> Sample:
        """What is drawn of the split."""
        # Pairs are made only where a study asks for them; those that a dataset brings along are its items.
        wanted = self.pairs if self.tasks is not None and Task.COMPARE in self.tasks else 0
        return Sample(self.split, self.limit, self.balanced, wanted, tournament=self.tournament or 0)


class _JudgeEntry(BaseModel):
    """What all judges share; the rest is checked by the protocol's own options."""

    model_config = ConfigDict(extra="allow", frozen=True)
    protocol: str
    name: str | None = None
    repeats: Annotated[int, Field(ge=1, le=10_000)] | None = None


class _File(_Strict):
    name: Name
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    repeats: Annotated[int, Field(ge=1, le=10_000)] = 1
    dataset: Annotated[list[dict[str, Any]], Field(min_length=1)]
    judge: list[dict[str, Any]] = []
    controls: Annotated[int, Field(ge=0, le=10_000)] = 8
    pose_gate: Annotated[float, Field(ge=0, le=1, strict=True)] = POSE_GATE
    prevalence: Annotated[float, Field(gt=0, lt=1, strict=True)] = PREVALENCE
    conditions: ConditionKeys = ConditionKeys()
    vary: list[ConditionKeys] = []


def read_study(path: Path, root: Path | None = None) -> Study:
    """The study in a TOML file. Relative paths in it count from the file's own folder.

    `root` stands in for the `root` of the study's only dataset that has one.

    Raises:
        StudyError: the file cannot be read, is not TOML, or a key is wrong; one line a complaint.
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise StudyError(
            f"{path}: there is no such study file; 'aqa-eval init' writes one to start from"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"{path}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{path}: not valid TOML: {error}") from error
    try:
        file = checked(_File, raw, "")
        if root is not None:
            _replace_root(file, root.absolute())
        return _study(file, path.parent)
    except StudyError as error:
        lines = str(error).splitlines()
        raise StudyError("\n".join(f"{path}: {line}" for line in lines)) from None


def _replace_root(file: _File, root: Path) -> None:
    rooted = [raw for raw in file.dataset if _has_root(raw.get("name"))]
    if len(rooted) != 1:
        raise StudyError(f"--root stands for one dataset's root, but {len(rooted)} datasets here have one")
    rooted[0]["root"] = root


def _has_root(name: object) -> bool:
    return isinstance(name, str) and name in LOADERS and "root" in LOADERS[name].options.model_fields


def with_endpoint(study: Study, options: Mapping[str, object]) -> Study:
    """The study with one more judge behind an OpenAI-style endpoint, named after its model.

    `options` are those of the protocol 'openai'. The study's own judges stay beside the newcomer.

    Raises:
        StudyError: an option is wrong.
    """
    judge = _judge({"protocol": "openai", **options}, study.repeats, "")
    return replace(study, judges=_distinct((judge, *study.judges)))


def _study(file: _File, folder: Path) -> Study:
    grid = Grid(
        file.conditions.axes("conditions", DEFAULT),
        tuple(axes.axes(f"vary[{i}]", {}) for i, axes in enumerate(file.vary)),
    )
    chosen = [_dataset(raw, f"dataset[{i}]", folder) for i, raw in enumerate(file.dataset)]
    datasets = tuple(
        replace(choice, sample=replace(choice.sample, controls=file.controls)) for choice in chosen
    )
    for index, choice in enumerate(datasets):
        if any(choice.loader is other.loader for other in datasets[:index]):
            raise StudyError(
                f"key 'dataset[{index}].name': '{choice.loader.name}' is there twice, so its items could not "
                "be told apart; make it two studies"
            )
    judges = _distinct([_judge(raw, file.repeats, f"judge[{i}]") for i, raw in enumerate(file.judge)])
    if grid.derived() and max([file.repeats, *(judge.repeats for judge in judges)]) == 1:
        raise StudyError(
            f"key 'conditions.strategy': '{grid.derived()[0]}' reads the repeats of another strategy, but "
            "every question is asked once; set 'repeats' to 3 or more"
        )
    return Study(
        name=file.name,
        seed=file.seed,
        repeats=file.repeats,
        datasets=datasets,
        judges=judges,
        grid=grid,
        pose_gate=file.pose_gate,
        prevalence=file.prevalence,
    )


def choose_dataset(name: str, options: Mapping[str, Any]) -> DatasetChoice:
    """A dataset with these options of a study's `[[dataset]]`, paths counted from the current folder.

    Raises:
        StudyError: there is no such dataset, or an option is wrong; one line a complaint.
    """
    return _dataset({"name": name, **options}, "", Path())


def _dataset(raw: Mapping[str, Any], where: str, folder: Path) -> DatasetChoice:
    entry = checked(_DatasetEntry, raw, where)
    loader = named(LOADERS, entry.name, join(where, "name"))
    options = checked(loader.options, entry.model_extra or {}, where, shared=_DatasetEntry)
    paths = {k: folder / v.expanduser() for k, v in options if isinstance(v, Path)}
    tasks = entry.tasks or loader.tasks
    for task in tasks:
        if task not in {*loader.tasks, *loader.optional, Task.COMPARE}:
            raise StudyError(
                f"key '{join(where, 'tasks')}': found '{task}', but the dataset '{entry.name}' "
                f"has {', '.join(dict.fromkeys((*loader.tasks, *loader.optional, Task.COMPARE)))}"
            )
    keypoints = None if entry.keypoints is None else folder / entry.keypoints.expanduser()
    return DatasetChoice(
        loader, options.model_copy(update=paths), tuple(dict.fromkeys(tasks)), entry.sample, keypoints
    )


def _judge(raw: Mapping[str, Any], repeats: int, where: str) -> Judge:
    entry = checked(_JudgeEntry, raw, where)
    protocol = named(PROTOCOLS, entry.protocol, join(where, "protocol"))
    options = checked(protocol.options, entry.model_extra or {}, where, shared=_JudgeEntry)
    asking: dict[str, Any] = {k: v for k, v in options.asking().items() if k in Judge.__dataclass_fields__}
    asking["family"] = asking.get("family") or family_named(str(asking.get("model", "")))
    own = asking.pop("repeats", None)
    if own is not None and entry.repeats is not None:
        raise StudyError(
            f"key '{join(where, 'repeats')}': the protocol '{entry.protocol}' sets the repeats by an option "
            "of its own; leave this one out"
        )
    return Judge(
        name=entry.name or str(asking.get("model") or entry.protocol),
        protocol=entry.protocol,
        decoding=options.decoding(),
        repeats=own or entry.repeats or repeats,
        **asking,
    )


def _distinct(judges: Sequence[Judge]) -> tuple[Judge, ...]:
    names: set[str] = set()
    same: dict[object, str] = {}
    for judge in judges:
        if judge.name in names:
            raise StudyError(
                f"key 'judge.name': two judges are called '{judge.name}'; give each its own name"
            )
        names.add(judge.name)
        twin = same.setdefault((judge.protocol, judge.model, judge.decoding), judge.name)
        if twin != judge.name:
            raise StudyError(
                f"key 'judge': '{twin}' and '{judge.name}' are the same model with the same decoding, so "
                "their answers could not be told apart; set 'revision' on one of them, or drop it"
            )
    return tuple(judges)
