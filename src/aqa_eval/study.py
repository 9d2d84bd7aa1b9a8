"""The study file: TOML, checked key by key, into a frozen Study.

Every complaint names the key, what was found and what is allowed; all of them come in one message.
"""

from __future__ import annotations

import difflib
import ipaddress
import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from aqa_eval.datasets import LOADERS
from aqa_eval.datasets.dataset import Loader, Options
from aqa_eval.datasets.sampling import Sample
from aqa_eval.errors import StudyError, did_you_mean
from aqa_eval.judges import PROTOCOLS
from aqa_eval.media import REPRESENTATIONS
from aqa_eval.prompts import prompt_text, strategies
from aqa_eval.vocabulary import Condition, Judge, Sampling, Task

Framing = Literal["positive", "negative", "neutral"]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
Model = TypeVar("Model", bound=BaseModel)


SECRETIVE = re.compile("key|token|secret|password", re.IGNORECASE)
UNSHOWN = frozenset({"api_key_env", "base_url"})
"""Keys whose value is never repeated in a message: a secret may have been put there by mistake."""


@dataclass(frozen=True, slots=True)
class DatasetChoice:
    """One dataset as a study uses it: what is asked about it, and what is drawn by the study's seed."""

    loader: Loader
    options: Options
    tasks: tuple[Task, ...]
    sample: Sample


@dataclass(frozen=True, slots=True)
class Study:
    """What is asked of whom, how; everything a plan needs."""

    name: str
    seed: int
    repeats: int
    datasets: tuple[DatasetChoice, ...]
    judges: tuple[Judge, ...]
    representations: tuple[str, ...]
    strategies: tuple[str, ...]
    framings: tuple[Framing, ...]
    samplings: tuple[Sampling, ...]

    def conditions(self, task: Task) -> Iterator[Condition]:
        """Every way an item of `task` is asked. Only a statement has a polarity; without a picture
        there is nothing to sample.
        """
        framings: tuple[Framing, ...] = self.framings if task is Task.VERIFY else ("neutral",)
        for representation, strategy in itertools.product(self.representations, self.strategies):
            samplings = self.samplings if representation != "none" else (Sampling(),)
            for sampling, framing in itertools.product(samplings, framings):
                yield Condition(representation, strategy, framing, sampling)


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else (value,)


T = TypeVar("T")
Some = Annotated[tuple[T, ...], BeforeValidator(_as_tuple), Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _Conditions(_Strict):
    representation: Some[str] = ("rgb",)
    strategy: Some[str] = ("base",)
    framing: Some[Literal["positive", "negative"]] = ("positive", "negative")
    frames: Some[Annotated[int, Field(ge=1, le=4096)]] | None = None
    fps: Some[Annotated[float, Field(gt=0, le=1000)]] | None = None
    size: Annotated[int, Field(ge=32, le=4096)] = 448

    def samplings(self) -> tuple[Sampling, ...]:
        counts = self.frames or (() if self.fps else (16,))
        return (
            *(Sampling(count=count, size=self.size) for count in counts),
            *(Sampling(count=None, fps=fps, size=self.size) for fps in self.fps or ()),
        )


class _DatasetEntry(BaseModel):
    """What all datasets share; the rest is checked by the dataset's own options."""

    model_config = ConfigDict(extra="allow", frozen=True)
    name: str
    tasks: Some[Task] | None = None
    split: str = "test"
    limit: Annotated[int, Field(ge=1)] | None = None
    balanced: bool = False
    pairs: Annotated[int, Field(ge=1)] = 100

    @property
    def sample(self) -> Sample:
        """What is drawn of the split."""
        return Sample(self.split, self.limit, self.balanced, self.pairs)


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
    conditions: _Conditions = _Conditions()


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
        file = _checked(_File, raw, "")
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


def endpoint_host(judge: Judge) -> str:
    """The host beyond this machine that the judge's frames are sent to; empty when they stay here."""
    host = urlsplit(judge.base_url).hostname or ""
    try:
        here = ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = host in {"", "localhost"}
    return "" if here else host


def _study(file: _File, folder: Path) -> Study:
    known = {"representation": REPRESENTATIONS, "strategy": strategies()}
    for key, allowed in known.items():
        for value in getattr(file.conditions, key):
            if value not in allowed:
                raise StudyError(f"key 'conditions.{key}': found '{value}'; {did_you_mean(value, allowed)}")
    datasets = tuple(_dataset(raw, f"dataset[{i}]", folder) for i, raw in enumerate(file.dataset))
    for index, choice in enumerate(datasets):
        if any(choice.loader is other.loader for other in datasets[:index]):
            raise StudyError(
                f"key 'dataset[{index}].name': '{choice.loader.name}' is there twice, so its items could not "
                "be told apart; make it two studies"
            )
    for task, strategy in itertools.product({t for d in datasets for t in d.tasks}, file.conditions.strategy):
        prompt_text(task, strategy)
    return Study(
        name=file.name,
        seed=file.seed,
        repeats=file.repeats,
        datasets=datasets,
        judges=_distinct([_judge(raw, file.repeats, f"judge[{i}]") for i, raw in enumerate(file.judge)]),
        representations=_once(file.conditions.representation),
        strategies=_once(file.conditions.strategy),
        framings=_once(file.conditions.framing),
        samplings=_once(file.conditions.samplings()),
    )


def _once(values: Sequence[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _dataset(raw: Mapping[str, Any], where: str, folder: Path) -> DatasetChoice:
    entry = _checked(_DatasetEntry, raw, where)
    loader = _named(LOADERS, entry.name, f"{where}.name")
    options = _checked(loader.options, entry.model_extra or {}, where, shared=_DatasetEntry)
    paths = {k: folder / v.expanduser() for k, v in options if isinstance(v, Path)}
    tasks = entry.tasks or loader.tasks
    for task in tasks:
        if task not in {*loader.tasks, Task.COMPARE}:
            raise StudyError(
                f"key '{where}.tasks': found '{task}', but the dataset '{entry.name}' "
                f"has {', '.join(dict.fromkeys((*loader.tasks, Task.COMPARE)))}"
            )
    return DatasetChoice(loader, options.model_copy(update=paths), _once(tasks), entry.sample)


def _judge(raw: Mapping[str, Any], repeats: int, where: str) -> Judge:
    entry = _checked(_JudgeEntry, raw, where)
    protocol = _named(PROTOCOLS, entry.protocol, _join(where, "protocol"))
    options = _checked(protocol.options, entry.model_extra or {}, where, shared=_JudgeEntry)
    asking: dict[str, Any] = {k: v for k, v in options.asking().items() if k in Judge.__dataclass_fields__}
    return Judge(
        name=entry.name or str(asking.get("model") or entry.protocol),
        protocol=entry.protocol,
        decoding=options.decoding(),
        repeats=entry.repeats or repeats,
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


def _named(registry: Mapping[str, T], name: str, where: str) -> T:
    if name not in registry:
        raise StudyError(f"key '{where}': found '{name}'; {did_you_mean(name, registry)}")
    return registry[name]


def _checked(
    model: type[Model], raw: Mapping[str, Any], where: str, shared: type[BaseModel] | None = None
) -> Model:
    """`raw` as a `model`; `shared` holds further keys that are allowed beside the model's own."""
    try:
        return model.model_validate(dict(raw))
    except ValidationError as error:
        extra = tuple(shared.model_fields) if shared else ()
        raise StudyError("\n".join(_complaint(model, e, where, extra) for e in error.errors())) from None


def _complaint(model: type[BaseModel], error: Any, where: str, extra: Sequence[str]) -> str:
    key = where
    for part in error["loc"]:
        key = f"{key}[{part}]" if isinstance(part, int) else _join(key, part)
    last = str(error["loc"][-1]) if error["loc"] else ""
    if error["type"] == "missing":
        return f"key '{key}' is missing"
    if error["type"] == "extra_forbidden":
        owner = model
        for part in error["loc"][:-1]:
            owner = _field_model(owner, part) or owner
        if SECRETIVE.search(last) and not difflib.get_close_matches(
            last, owner.model_fields, n=1, cutoff=0.8
        ):
            return (
                f"key '{key}' is unknown. An API key is never written into a study: put it into an "
                "environment variable and name that variable with api_key_env"
            )
        return f"key '{key}' is unknown; {did_you_mean(last, (*owner.model_fields, *extra))}"
    reason = error["msg"].removeprefix("Value error, ")
    if last in UNSHOWN:
        return f"key '{key}': {reason[0].lower()}{reason[1:]}"
    return f"key '{key}': found {_shown(error['input'])}; {reason[0].lower()}{reason[1:]}"


def _field_model(model: type[BaseModel], part: object) -> type[BaseModel] | None:
    field = model.model_fields.get(str(part))
    kinds = (field.annotation, *get_args(field.annotation)) if field else ()
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _join(where: str, part: object) -> str:
    return f"{where}.{part}" if where else str(part)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "..."
